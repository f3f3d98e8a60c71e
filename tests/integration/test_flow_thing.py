"""How the user adds a device by its address, unlocks it, and moves an accepted one."""

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import SUBENTRY_THING
from custom_components.local_things.network.accepted import pin_of
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import Reason, Rejected, ThingError, Unreachable
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept
from .walking import add_by_address, answer, cards, reconfigure, scan


@pytest.mark.parametrize(
    ("address", "error", "reason"),
    (
        ("http://example.com", None, Reason.BAD_ADDRESS),
        ("fake://99", None, Reason.NOT_ANSWERING),
        ("fake://10", Rejected(Reason.NOT_LOCAL), Reason.NOT_LOCAL),
        ("fake://10", Rejected(Reason.NOT_A_THING), Reason.NOT_A_THING),
        ("fake://10", Rejected(Reason.UNREADABLE), Reason.UNREADABLE),
    ),
)
async def test_an_address_that_fails_is_explained_and_can_be_mended(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, address: str, error: ThingError | None, reason: Reason
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 20.0}, error=error)
    adapter.devices = [device]
    form = await hass.config_entries.subentries.async_init(
        (hub.entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    wrong = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": address})
    assert wrong["errors"] == {"address": reason.value}

    device.error = None
    met = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": " fake://10 "})
    assert met["step_id"] == "confirm"
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"name": "Cellar"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert hass.states.get("sensor.cellar_temperature") is not None


async def test_adding_by_address_takes_the_card_away_and_works_once(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    await scan(hass, entry)
    assert cards(hass)
    for expected in ("confirm", "already_configured"):
        form = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
        )
        met = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": "fake://10"})
        assert expected in (met.get("step_id"), met.get("reason"))
        if expected == "confirm":
            await hass.config_entries.subentries.async_configure(form["flow_id"], {"name": "Hall"})
            await hass.async_block_till_done()
    assert cards(hass) == []


async def test_a_device_that_was_met_cannot_be_added_to_a_network_that_stopped(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": "fake://10"})
    await hass.config_entries.async_unload(entry.entry_id)
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"name": "Hall"})
    assert done["reason"] == "not_running"


async def test_adding_by_address_needs_a_running_network(hass: HomeAssistant, hub: Hub, entry: MockConfigEntry) -> None:
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    await hass.config_entries.async_unload(entry.entry_id)
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": "fake://10"})
    assert done["reason"] == "not_running"


async def test_a_device_moves_to_a_new_address_but_never_to_another_device(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 20.0})
    other = FakeDevice(description=thermometer(2), address="fake://12")
    adapter.devices = [device, other]
    subentry_id = await accept(hass, hub, device)
    device.address = "fake://11"

    for address, reason in (("fake://12", "another_thing"), ("fake://11", "thing_moved")):
        form = await reconfigure(hass, entry, subentry_id, "address")
        done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": address})
        assert done["reason"] == reason
    assert pin_of(entry.subentries[subentry_id]).address == "fake://11"
    device.set("t", 23.0)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.hall_thermometer_temperature")
    assert state is not None
    assert state.state == "23.0"


# ------------------------------------------------------------------------------------------------- credentials

KEY = Credentials(identity="hub", secret="0x73656372")
ENTERED = {"identity": " hub ", "key": " 0x73656372 "}


@pytest.fixture
def locked(adapter: FakeAdapter) -> FakeDevice:
    """Put a device on the wire that lets nobody in without its key."""
    made = FakeDevice(description=thermometer(), values={"t": 20.0}, credentials=KEY)
    adapter.devices = [made]
    return made


async def test_a_device_that_refuses_access_is_unlocked_with_its_key(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, locked: FakeDevice
) -> None:
    form = await add_by_address(hass, entry, "fake://10")
    assert form["step_id"] == "credentials"
    assert form["description_placeholders"] == {"address": "fake://10"}

    wrong = await answer(hass, form, {"key": "guess"})
    assert wrong["errors"] == {"key": "access_denied"}
    assert wrong["data_schema"] is not None
    assert "guess" not in str(wrong), "a secret does not come back"
    locked.error = Unreachable(Reason.NOT_ANSWERING)
    silent = await answer(hass, form, ENTERED)
    assert silent["errors"] == {"key": "not_answering"}

    locked.error = None
    met = await answer(hass, form, ENTERED)
    assert met["step_id"] == "confirm_password"
    assert hub.credentials.get(locked.description.id) is None, "kept only once the device is accepted"
    done = await answer(hass, form, {"name": "Cellar"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    state = hass.states.get("sensor.cellar_temperature")
    assert state is not None
    assert state.state == "20.0"
    assert hub.credentials.get(locked.description.id) == KEY

    assert await hass.config_entries.async_reload(entry.entry_id)
    assert locked.things[0].credentials == KEY


async def test_a_device_that_was_unlocked_twice_is_added_once(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, locked: FakeDevice
) -> None:
    await accept(hass, hub, locked)
    form = await add_by_address(hass, entry, "fake://10")
    done = await answer(hass, form, ENTERED)
    assert done["reason"] == "already_configured"


async def test_a_protected_device_moves_with_its_key_and_takes_a_new_one(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, locked: FakeDevice
) -> None:
    await hub.credentials.async_keep(locked.description.id, KEY)
    subentry_id = await accept(hass, hub, locked)
    locked.address = "fake://11"
    form = await reconfigure(hass, entry, subentry_id, "address")
    done = await answer(hass, form, {"address": "fake://11"})
    assert done["reason"] == "thing_moved"

    locked.credentials = Credentials(secret="new")
    form = await reconfigure(hass, entry, subentry_id, "address")
    form = await answer(hass, form, {"address": "fake://11"})
    assert form["step_id"] == "credentials"
    done = await answer(hass, form, {"key": "new"})
    assert done["reason"] == "thing_moved"
    assert hub.credentials.get(locked.description.id) == Credentials(secret="new")
    (thing,) = locked.things
    assert thing.credentials == Credentials(secret="new")
