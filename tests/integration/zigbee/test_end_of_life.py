"""Everything is set up in one house, and taken away again: what is left on the disk is Home Assistant's own."""

from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN, NETWORK_UNIQUE_ID
from custom_components.local_things.credentials import CredentialStore
from custom_components.local_things.memory import Memory
from custom_components.local_things.things.adapter import Credentials
from tests.fake import FakeAdapter, FakeDevice
from tests.house.radio import devices
from tests.integration.conftest import accept
from tests.power_budget.dwelling import budget_entry
from tests.things_made import thermometer

from .house import Plugged, join
from .test_kept import bind

SENTINEL = "sentinel-5be01c"
"""Nothing else on this machine is spelled so."""

OF_HOME_ASSISTANT = {
    "core.device_registry": "a device that is added again gets its name and its area back, for 30 days",
    "core.entity_registry": "so does an entity",
    "core.restore_state": "the last states of entities, which go after a week",
}
"""Files of Home Assistant's own that may name what was removed, and why."""


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let Home Assistant write to the disk, which the harness otherwise keeps it from."""
    return {}


async def files(hass: HomeAssistant, *texts: str) -> set[str]:
    """Return the files and folders below the configuration that hold one of these texts, or are named so."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)  # what is to be written later is written now
    await hass.async_block_till_done()

    def search() -> set[str]:
        root = Path(hass.config.config_dir)
        return {
            str(path.relative_to(root))
            for path in root.rglob("*")
            if any(text in path.name or (path.is_file() and text.encode() in path.read_bytes()) for text in texts)
        }

    return await hass.async_add_executor_job(search)


async def flow(hass: HomeAssistant, kind: str, **data: object) -> ConfigEntry:
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": "user"})
    form = await flows.async_configure(menu["flow_id"], {"next_step_id": kind})
    done = await flows.async_configure(form["flow_id"], data)
    await hass.async_block_till_done()
    made = done["result"]
    assert isinstance(made, ConfigEntry)
    return made


async def network(hass: HomeAssistant, adapter: FakeAdapter) -> MockConfigEntry:
    """Add the network, and accept a device with a key."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=NETWORK_UNIQUE_ID, title="Local network")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    device = FakeDevice(description=thermometer(title=f"Hall {SENTINEL}"), values={"t": 21.5})
    adapter.devices.append(device)
    await accept(hass, entry.runtime_data, device)
    key = Credentials(secret=f"key-{SENTINEL}")
    await entry.runtime_data.credentials.async_keep(device.description.id, key)
    return entry


async def switch(hass: HomeAssistant) -> MockConfigEntry:
    """Add a PoE switch that is not reached, with what was remembered of it."""
    entry = MockConfigEntry(domain=DOMAIN, data={"kind": "poe_switch"}, title=f"Switch {SENTINEL}")
    entry.add_to_hass(hass)
    memory = Memory(hass, entry.entry_id)
    memory.keep_record("urn:dev:x:switch", {"name": SENTINEL})
    await memory.async_save()
    await CredentialStore(hass, entry.entry_id).async_keep("urn:dev:x:switch", Credentials(secret=f"key-{SENTINEL}"))
    return entry


@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_t10_the_end_of_every_entry_leaves_nothing_of_ours(
    hass: HomeAssistant, adapter: FakeAdapter, plugged: Plugged, entry: ConfigEntry
) -> None:
    for domain in ("automation", "script"):
        assert await async_setup_component(hass, domain, {})
    lamp, remote = devices.light(), devices.remote()
    lamp.endpoints[1].servers[0].attributes[5] = f"Lamp {SENTINEL}"
    for device in (lamp, remote):
        await join(hass, entry, plugged, device)
    await bind(hass, entry, remote, str(lamp.ieee))
    hass.states.async_set("sensor.garden", "4.0", {"unit_of_measurement": "°C", "device_class": "temperature"})
    role = {"sources": ["sensor.garden"], "combination": "first", "freshness": 0, "settle": 60, "quorum": 1}
    advisor = await flow(hass, "rule_advisor")
    hass.config_entries.async_update_entry(advisor, options={"learn": True})
    await hass.async_block_till_done()
    budget = budget_entry()
    budget.add_to_hass(hass)
    assert await hass.config_entries.async_setup(budget.entry_id)
    every = [
        await network(hass, adapter),
        entry,
        await flow(hass, "role", name=f"Outside {SENTINEL}", **role),
        advisor,
        budget,
        await switch(hass),
    ]
    there = await files(hass, SENTINEL, DOMAIN)
    for one in every[0], entry, budget, every[-1]:
        assert [name for name in there if one.entry_id in name], (one.title, there)
    assert "blueprints/automation/local_things" in there

    for one in every:
        await hass.config_entries.async_remove(one.entry_id)
    await hass.async_block_till_done()
    left = await files(hass, SENTINEL, DOMAIN)
    assert {name for name in left if Path(name).name not in OF_HOME_ASSISTANT} == set()
    assert not [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]
