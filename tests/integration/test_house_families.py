"""The whole way for families of devices: an OCF lamp, a blind and a client of OMA-TLV in Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN
from tests.house import BLIND, OCF_LAMP, TLV_DEVICE, running

from .test_house import add, entry, until

__all__ = ["entry"]

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]


def attribute(hass: HomeAssistant, entity_id: str, name: str) -> object:
    state = hass.states.get(entity_id)
    return state.attributes.get(name) if state else None


def is_at(hass: HomeAssistant, entity_id: str, value: str) -> bool:
    state = hass.states.get(entity_id)
    return state is not None and state.state == value


async def test_an_ocf_lamp_is_a_light(
    hass: HomeAssistant, entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    async with running(OCF_LAMP, address="127.0.0.21") as lamp:
        await add(hass, entry, lamp.uri, "Reading")
        await until(lambda: is_at(hass, "light.reading", "off"))
        (device,) = (one for one in dr.async_entries_for_config_entry(device_registry, entry.entry_id) if one.model)
        assert device.identifiers == {(DOMAIN, f"urn:uuid:{OCF_LAMP.identity}")}
        assert (device.manufacturer, device.model, device.sw_version) == ("Simulated House", "OCF light", "1.0.0")

        asked = {"entity_id": "light.reading", "brightness_pct": 25, "color_temp_kelvin": 2500}
        await hass.services.async_call("light", "turn_on", asked, blocking=True)
        await until(lambda: attribute(hass, "light.reading", "color_temp_kelvin") == 2500)
        assert (lamp.values["on"], lamp.values["level"], lamp.values["mired"]) == (True, 25, 400)


async def test_a_blind_is_a_cover(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with running(BLIND, address="127.0.0.22") as blind:
        await add(hass, entry, blind.uri, "Bedroom")
        (cover,) = hass.states.async_entity_ids("cover")
        await until(lambda: is_at(hass, cover, "open"))
        for service, values in (
            ("set_cover_position", {"position": 30}),
            ("set_cover_tilt_position", {"tilt_position": 10}),
            ("stop_cover", {}),
        ):
            await hass.services.async_call("cover", service, {"entity_id": cover, **values}, blocking=True)
        await until(lambda: attribute(hass, cover, "current_position") == 30)
        assert (blind.values["position"], blind.values["tilt"]) == (30, 10)
        assert blind.requests["POST /blind/stop"] == 1


async def test_a_client_of_oma_tlv_is_read_and_set(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with running(TLV_DEVICE, address="127.0.0.23") as cellar:
        await add(hass, entry, cellar.uri, "Cellar")
        await until(lambda: is_at(hass, "sensor.cellar_temperature", "12.5"))
        (switch,) = hass.states.async_entity_ids("switch")
        (text,) = hass.states.async_entity_ids("text")
        await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
        await hass.services.async_call("text", "set_value", {"entity_id": text, "value": "Wet"}, blocking=True)
        assert (cellar.values["on"], cellar.values["message"]) == (True, "Wet")
