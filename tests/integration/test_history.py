"""What the recorder has of what was removed is the user's to erase or to keep."""

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.history import get_significant_states
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.history import async_ask_about_history
from custom_components.local_things.network.hub import Hub
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept

TEMPERATURE = "sensor.hall_thermometer_temperature"


def asked(hass: HomeAssistant) -> list[ir.IssueEntry]:
    return [one for one in ir.async_get(hass).issues.values() if one.translation_key == "history" and one.active]


async def answer(hass: HomeAssistant, choice: str) -> str:
    """Answer the one question there is."""
    assert await async_setup_component(hass, REPAIRS, {})
    (issue,) = asked(hass)
    manager = hass.data[REPAIRS]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert menu["description_placeholders"]["count"] == issue.translation_placeholders["count"]  # type: ignore[index]
    done = await manager.async_configure(menu["flow_id"], {"next_step_id": choice})
    await hass.async_block_till_done()
    assert not asked(hass) or done["type"] == "abort"
    return str(done.get("reason") or done["type"])


async def recorded(hass: HomeAssistant) -> bool:
    await async_wait_recording_done(hass)
    start = dt_util.utc_from_timestamp(0)
    found = await get_instance(hass).async_add_executor_job(get_significant_states, hass, start, None, [TEMPERATURE])
    return bool(found)


@pytest.fixture
async def removed(recorder_mock: Recorder, hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> None:
    """Accept a thermometer, and remove it."""
    device = FakeDevice(description=thermometer(), values={"t": 21.5})
    adapter.devices.append(device)
    subentry_id = await accept(hass, hub, device)
    assert await recorded(hass)
    adapter.devices.clear()
    hass.config_entries.async_remove_subentry(hub.entry, subentry_id)
    await hass.async_block_till_done()


@pytest.mark.usefixtures("removed")
async def test_the_history_of_a_removed_device_is_erased_where_the_user_wants_it(hass: HomeAssistant) -> None:
    (issue,) = asked(hass)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"] == "Hall thermometer"
    assert await recorded(hass)
    assert await answer(hass, "erase") == "create_entry"
    assert not await recorded(hass)


@pytest.mark.usefixtures("removed")
async def test_what_is_there_again_is_not_erased(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 22.5})
    adapter.devices.append(device)
    await accept(hass, hub, device)
    assert await answer(hass, "erase") == "create_entry"
    assert await recorded(hass)


@pytest.mark.usefixtures("removed")
async def test_the_end_of_an_entry_asks_too(hass: HomeAssistant, entry: MockConfigEntry, adapter: FakeAdapter) -> None:
    assert await answer(hass, "keep") == "create_entry"
    assert await recorded(hass)
    device = FakeDevice(description=thermometer(2, "Roof"), values={"t": 2.5})
    adapter.devices.append(device)
    await accept(hass, entry.runtime_data, device)
    await hass.config_entries.async_remove(entry.entry_id)
    (issue,) = asked(hass)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"] == "Local network"


async def test_without_a_recorder_nobody_is_asked(hass: HomeAssistant, hub: Hub) -> None:
    async_ask_about_history(hass, "x", ["sensor.x"])
    assert asked(hass) == []
    hass.config.components.add("recorder")
    async_ask_about_history(hass, "x", [])
    assert asked(hass) == []
    async_ask_about_history(hass, "x", ["sensor.x"])
    hass.config.components.remove("recorder")
    assert await answer(hass, "erase") == "no_recorder"
