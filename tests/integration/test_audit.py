"""What others have stored in devices: told of once, removed or kept as the user wants, and never by waking a device."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.components.repairs.issue_handler import RepairsFlowManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.local_things import audit
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.network.quarantine import async_quarantine, async_release
from custom_components.local_things.things.errors import Reason, ThingError, Unreachable
from custom_components.local_things.things.part import PartOfThing
from custom_components.local_things.things.stored import Stored, StoredKind, audited
from tests.fake import FakeAdapter, FakeDevice, FakeThing
from tests.things_made import thermometer

from .conftest import accept

BINDING = Stored(kind=StoredKind.BINDING, key="a", source="/light", target="coap://192.0.2.66/`lock`")
GROUP = Stored(kind=StoredKind.GROUP, key="b", source="1/0x0004", target="{{ states }}")


@dataclass
class Store:
    """What the fake devices have stored."""

    held: list[Stored] = field(default_factory=lambda: [BINDING, GROUP])
    asked: int = 0
    asleep: bool = False
    error: ThingError | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()


class KeepingThing(FakeThing):
    """A fake Thing that can be asked."""

    store: Store

    @property
    def is_asleep(self) -> bool:
        return self.store.asleep

    async def stored(self) -> tuple[Stored, ...]:
        self.store.asked += 1
        await self.store.open.wait()
        if self.store.error:
            raise self.store.error
        return tuple(self.store.held)

    async def discard(self, stored: Stored) -> None:
        if self.store.error:
            raise self.store.error
        self.store.held.remove(stored)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Let every fake Thing be one that can be asked."""
    made = Store()
    monkeypatch.setattr(KeepingThing, "store", made, raising=False)
    monkeypatch.setattr("tests.fake.FakeThing", KeepingThing)
    return made


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    made = FakeDevice(description=thermometer(title="Lamp"), values={"t": 21.5})
    adapter.devices.append(made)
    return made


def told(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return what the user is told of now, by what is said of it."""
    issues = ir.async_get(hass).issues.values()
    return {
        str((issue.translation_placeholders or {}).get("what")): issue
        for issue in issues
        if issue.domain == DOMAIN and issue.translation_key == "stored" and issue.active
    }


async def repair(hass: HomeAssistant, issue: ir.IssueEntry, choice: str) -> FlowResultType:
    """Answer a repair; return how it ends."""
    assert await async_setup_component(hass, REPAIRS, {})
    await hass.async_block_till_done()
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert menu["type"] is FlowResultType.MENU
    assert menu["description_placeholders"] == issue.translation_placeholders
    done = await manager.async_configure(menu["flow_id"], {"next_step_id": choice})
    await hass.async_block_till_done()
    return done["type"]


async def settled(hass: HomeAssistant, hub: Hub) -> None:
    """Wait until nobody is asked any more."""
    await hass.async_block_till_done()
    await asyncio.gather(*hub.audit._asking.values())
    await hass.async_block_till_done()


async def look(hass: HomeAssistant, hub: Hub, hours: float = 25.0) -> None:
    """Let so many hours pass, and whoever looks then look."""
    hub.audit._due = {thing_id: due - hours * 3600.0 for thing_id, due in hub.audit._due.items()}
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=16))
    await settled(hass, hub)


async def test_t16_what_others_stored_is_told_of_once_each(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    await settled(hass, hub)
    issues = told(hass)
    assert set(issues) == {"a binding to `coap://192.0.2.66/lock`", "a membership in the group `states`"}
    assert all(issue.is_fixable for issue in issues.values())
    assert store.asked == 1
    device.set("t", 22.0)
    await settled(hass, hub)
    assert store.asked == 1, "a device is asked once a day, however much it says"
    await look(hass, hub)
    assert store.asked == 2
    assert set(told(hass)) == set(issues)


async def test_what_is_gone_is_told_of_no_more(hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice) -> None:
    await accept(hass, hub, device)
    await settled(hass, hub)
    store.held.remove(GROUP)
    await look(hass, hub)
    assert len(told(hass)) == 1


async def test_it_is_removed_where_the_user_wants_it(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    await settled(hass, hub)
    issue = told(hass)["a binding to `coap://192.0.2.66/lock`"]
    store.error = Unreachable(Reason.NOT_ANSWERING, address="x")
    assert await repair(hass, issue, "discard") is FlowResultType.ABORT
    assert len(told(hass)) == 2
    store.error = None
    assert await repair(hass, issue, "discard") is FlowResultType.CREATE_ENTRY
    assert store.held == [GROUP]
    assert len(told(hass)) == 1


async def test_a_repair_of_what_is_gone_meanwhile_ends(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    await settled(hass, hub)
    issue = told(hass)["a binding to `coap://192.0.2.66/lock`"]
    assert await async_setup_component(hass, REPAIRS, {})
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    store.held.clear()
    await look(hass, hub)
    done = await manager.async_configure(menu["flow_id"], {"next_step_id": "keep"})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "gone")


async def test_what_the_user_keeps_is_not_asked_about_again(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, store: Store, device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    await settled(hass, hub)
    assert (
        await repair(hass, told(hass)["a binding to `coap://192.0.2.66/lock`"], "keep") is FlowResultType.CREATE_ENTRY
    )
    await look(hass, hub)
    assert len(told(hass)) == 1
    await hass.config_entries.async_reload(entry.entry_id)
    hub = entry.runtime_data
    await settled(hass, hub)
    assert store.asked == 3
    assert len(told(hass)) == 1
    store.held.remove(BINDING)
    await look(hass, hub)
    store.held.append(BINDING)
    await look(hass, hub, 50.0)
    assert len(told(hass)) == 2, "what was kept, gone and is back is somebody's new doing"


async def test_a_device_that_sleeps_is_asked_when_it_has_spoken(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    store.asleep = True
    await accept(hass, hub, device)
    await look(hass, hub, 0.0)
    assert store.asked == 0
    device.set("t", 22.0)
    await settled(hass, hub)
    assert store.asked == 1
    assert len(told(hass)) == 2


async def test_one_that_does_not_answer_is_left_alone_for_a_while(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    store.error = Unreachable(Reason.NOT_ANSWERING, address="x")
    await accept(hass, hub, device)
    await settled(hass, hub)
    await look(hass, hub, 0.0)
    assert store.asked == 1
    await look(hass, hub, 1.0)
    assert store.asked == 2
    device.fail()
    await hass.async_block_till_done()
    await look(hass, hub, 2.0)
    assert store.asked == 2, "one that is not there is not asked"
    assert told(hass) == {}


async def test_a_removed_device_takes_all_of_it_along(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    subentry_id = await accept(hass, hub, device)
    await settled(hass, hub)
    await repair(hass, told(hass)["a binding to `coap://192.0.2.66/lock`"], "keep")
    hass.config_entries.async_remove_subentry(hub.entry, subentry_id)
    await hass.async_block_till_done()
    assert told(hass) == {}
    assert await audit.audit_store(hass, hub.entry.entry_id).async_load() is None


async def test_t16_a_table_full_of_them_fills_no_list(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    store.held = [Stored(kind=StoredKind.BINDING, key=str(number), target=str(number)) for number in range(500)]
    await accept(hass, hub, device)
    await settled(hass, hub)
    assert len(told(hass)) == audit.MOST


async def test_while_the_entry_is_not_loaded_nobody_is_told(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, store: Store, device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    await settled(hass, hub)
    assert len(told(hass)) == 2
    await hass.config_entries.async_unload(entry.entry_id)
    assert told(hass) == {}


async def test_the_whole_of_a_part_is_asked(store: Store, device: FakeDevice) -> None:
    thing = KeepingThing(device, device.description)
    assert audited(PartOfThing(thing, device.description)) is thing
    assert audited(FakeThing(device, device.description)) is None


async def test_a_device_may_be_removed_while_it_is_asked(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    store.open.clear()
    subentry_id = await accept(hass, hub, device)
    while not store.asked:
        await asyncio.sleep(0)
    hass.config_entries.async_remove_subentry(hub.entry, subentry_id)
    await hass.async_block_till_done()
    assert hub.audit._asking == {}
    assert told(hass) == {}


async def test_of_a_device_in_quarantine_nothing_can_be_removed(
    hass: HomeAssistant, hub: Hub, store: Store, device: FakeDevice
) -> None:
    subentry_id = await accept(hass, hub, device)
    await settled(hass, hub)
    issue = told(hass)["a binding to `coap://192.0.2.66/lock`"]
    await async_quarantine(hub, hub.entry.subentries[subentry_id], None)
    assert await repair(hass, issue, "discard") is FlowResultType.ABORT
    await look(hass, hub)
    assert store.asked == 1
    assert len(store.held) == 2
    await async_release(hub, hub.entry.subentries[subentry_id])
    await look(hass, hub)
    assert store.asked == 2
