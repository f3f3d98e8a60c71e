"""System health counts what runs and what is well."""

from homeassistant.components.system_health import get_info
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_SETTINGS, DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept


@pytest.fixture(autouse=True)
async def system_health(hass: HomeAssistant) -> None:
    """Set the component up, as Home Assistant does by default."""
    assert await async_setup_component(hass, "system_health", {})


async def _info(hass: HomeAssistant) -> dict[str, object]:
    return {**(await get_info(hass))[DOMAIN]}


async def test_health_without_an_entry(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert await _info(hass) == {
        "adapters": "–",
        "accepted": 0,
        "not_answering": 0,
        "open_cards": 0,
        "explained_values": 0,
        "serves_directory": False,
    }


async def test_health_counts_devices_and_cards(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    well, silent, waiting = (
        FakeDevice(description=thermometer(number), values={"t": 1.0}, address=f"fake://{number}")
        for number in (1, 2, 3)
    )
    adapter.devices = [well, silent]
    await accept(hass, hub, well)
    await accept(hass, hub, silent)
    silent.fail()
    adapter.devices.append(waiting)
    hub.search.wake()
    for _ in range(10):
        await hass.async_block_till_done(wait_background_tasks=False)
    expected = {
        "adapters": "fake",
        "accepted": 2,
        "not_answering": 1,
        "open_cards": 1,
        "explained_values": 0,
        "serves_directory": False,
    }
    assert await _info(hass) == expected

    assert await hass.config_entries.async_unload(entry.entry_id)
    expected |= {"adapters": "–", "not_answering": 2}
    assert await _info(hass) == expected


async def test_health_counts_what_the_user_said_and_chose(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 1.0})
    adapter.devices = [device]
    subentry_id = await accept(hass, hub, device)
    said = {"t": Interpretation(quantity=Quantity.TEMPERATURE), "u": Interpretation(quantity=Quantity.TEXT)}
    await hub.async_explain(entry.subentries[subentry_id], said)
    hass.config_entries.async_update_entry(entry, data={CONF_SETTINGS: {"coap": {"serve_directory": True}}})
    await hass.async_block_till_done()
    health = await _info(hass)
    assert (health["explained_values"], health["serves_directory"]) == (2, True)
