"""The sensors of how the exchange with a Thing goes."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.local_things.discovery import LINK, TRAFFIC
from custom_components.local_things.things.model import LinkStatistics, PropertyAffordance, ThingDescription
from custom_components.local_things.things.quantities import Quantity
from tests.things_made import prop, thermometer

from .conftest import Run, state_of

SEEN = datetime(2026, 11, 21, 11, 58, tzinfo=UTC)
NAMES = ("last_seen", "retransmissions", "round_trip_time")
TOLD = LinkStatistics(last_seen=SEEN, round_trip_time=0.0421, retransmissions=7)


def figures(hass: HomeAssistant) -> list[str]:
    return [state_of(hass, f"sensor.hall_thermometer_{name}").state for name in NAMES]


async def pass_a_minute(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.tick(timedelta(seconds=61))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def test_they_are_disabled_and_diagnostic(
    hass: HomeAssistant, run: Run, entity_registry: er.EntityRegistry
) -> None:
    await run(thermometer(), {})
    for name in NAMES:
        entry = entity_registry.async_get(f"sensor.hall_thermometer_{name}")
        assert entry is not None
        assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        assert entry.entity_category == "diagnostic"
        assert hass.states.get(entry.entity_id) is None


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_they_are_asked_for_and_not_told(hass: HomeAssistant, run: Run, freezer: FrozenDateTimeFactory) -> None:
    device = await run(thermometer(), {"t": 21.0})
    assert figures(hass) == ["unknown"] * 3
    device.link = TOLD
    device.set("t", 22.0)
    await hass.async_block_till_done()
    assert figures(hass) == ["unknown"] * 3, "a value that comes tells nothing of the link"
    await pass_a_minute(hass, freezer)
    assert figures(hass) == ["2026-11-21T11:58:00+00:00", "7", "42.1"]


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_they_are_there_while_the_device_is_silent(
    hass: HomeAssistant, run: Run, freezer: FrozenDateTimeFactory
) -> None:
    device = await run(thermometer(), {"t": 21.0})
    device.link = TOLD
    device.fail()
    await pass_a_minute(hass, freezer)
    assert state_of(hass, "sensor.hall_thermometer_temperature").state == "unavailable"
    assert figures(hass) == ["2026-11-21T11:58:00+00:00", "7", "42.1"]


def named(name: str) -> PropertyAffordance:
    return prop(name, Quantity.TEMPERATURE)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_no_name_of_an_affordance_collides_with_them(
    hass: HomeAssistant, run: Run, entity_registry: er.EntityRegistry
) -> None:
    names = ("last_seen", "#last_seen", "?last_seen", "unknown", "?unknown#last_seen", "#unknown")
    unknown = prop("last_seen#unknown", Quantity.UNKNOWN)
    properties = {one.name: one for one in (*map(named, names), unknown)}
    await run(ThingDescription(id="urn:dev:org:32473-1", title="Device", properties=properties), {})
    unique_ids = {one.unique_id for one in entity_registry.entities.values()}
    assert len(unique_ids) == len(properties) + len(LINK) + len(TRAFFIC)
