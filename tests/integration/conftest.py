"""A Home Assistant with the network entry on the fake adapter."""

from collections.abc import Awaitable, Callable, Mapping

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.local_things.const import DOMAIN, NETWORK_UNIQUE_ID
from custom_components.local_things.network import scanner
from custom_components.local_things.network.accepted import subentry_for
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.model import ThingDescription, Value
from tests.fake import FakeAdapter, FakeDevice


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write snapshots as Home Assistant does: stable ids, sorted, in snapshots/."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> FakeAdapter:
    """Put the fake adapter into the table, alone."""
    fake = FakeAdapter()
    monkeypatch.setattr("custom_components.local_things.network.entry.ADAPTERS", (fake.spec,))
    monkeypatch.setattr(scanner, "_REST_S", 0)
    return fake


@pytest.fixture
def entry() -> MockConfigEntry:
    """Return the network entry, not yet added."""
    return MockConfigEntry(domain=DOMAIN, unique_id=NETWORK_UNIQUE_ID, title="Local network")


@pytest.fixture
async def hub(hass: HomeAssistant, adapter: FakeAdapter, entry: MockConfigEntry) -> Hub:
    """Set the network entry up."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    running = entry.runtime_data
    assert isinstance(running, Hub)
    return running


async def accept(hass: HomeAssistant, hub: Hub, device: FakeDevice, title: str = "") -> str:
    """Accept a device as the confirm step does; return its subentry's id."""
    found = device.found
    subentry = subentry_for(found, title or found.description.title, {})
    hub.memory.keep_record(found.description.id, found.record)
    hass.config_entries.async_add_subentry(hub.entry, subentry)
    await hass.async_block_till_done()
    return subentry.subentry_id


type Run = Callable[[ThingDescription, Mapping[str, Value]], Awaitable[FakeDevice]]


@pytest.fixture
def run(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> Run:
    """Return what puts a device of this description and these values on the wire and accepts it."""

    async def accepted(description: ThingDescription, values: Mapping[str, Value]) -> FakeDevice:
        device = FakeDevice(description=description, values=dict(values), address=f"fake://{10 + len(adapter.devices)}")
        adapter.devices.append(device)
        await accept(hass, hub, device)
        return device

    return accepted


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity that is there."""
    state = hass.states.get(entity_id)
    assert state is not None, sorted(hass.states.async_entity_ids())
    return state


@pytest.fixture
def entity_registry_enabled_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable what is disabled by default, so that it can be looked at."""
    monkeypatch.setattr("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True)
