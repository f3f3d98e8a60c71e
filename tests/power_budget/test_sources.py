"""Inverters and batteries are asked for what they can do beside their rating."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.const import SUBENTRY_LIMIT

from .dwelling import METERS, Dwelling
from .test_flow import Walk, fill, helpers, subflow

__all__ = ["helpers"]


async def test_inverter_and_battery_are_asked_for_more(hass: HomeAssistant, dwelling: Dwelling) -> None:
    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT)
    form = await fill(hass, form, {"name": "Inverter", "limit_kind": "inverter", "rating": 5000})
    assert form["step_id"] == "source"
    form = await fill(hass, form, {"surge": 102, "surge_seconds": 10})
    assert form["errors"] == {"surge": "surge_too_small"}
    form = await fill(hass, form, {"surge": 150, "surge_seconds": 10})
    await fill(hass, form, {"total": list(METERS.values()), "on_change": True})
    await hass.async_block_till_done()
    inverter = dwelling.hub.house.site.limits[dwelling.subentry("Inverter").subentry_id]
    assert (inverter.surge, inverter.surge_seconds, inverter.on_change) == (1.5, 10, True)

    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT)
    form = await fill(hass, form, {"name": "Battery", "limit_kind": "battery", "rating": 5000})
    form = await fill(hass, form, {"capacity": 10, "keep": 10, "until": "06:30:00"})
    assert form["errors"] == {"charge": "battery_half_known"}
    form = await fill(hass, form, {"charge": "sensor.charge", "keep": 10, "until": "06:30:00"})
    assert form["errors"] == {"capacity": "battery_half_known"}
    form = await fill(hass, form, {"capacity": 10, "charge": "sensor.charge", "keep": 10, "until": "06:30:00"})
    await fill(hass, form, {"total": [METERS["L1"]]})
    await hass.async_block_till_done()
    (battery,) = dwelling.hub.house.batteries
    assert (battery.capacity, battery.charge, battery.keep) == (10_000.0, "sensor.charge", 0.1)
    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT, battery.limit)
    form = await fill(hass, form, {"name": "Battery", "limit_kind": "battery", "rating": 5000})
    shown = {str(key): key.description for key in form["data_schema"].schema}  # type: ignore[attr-defined]  # a form's
    assert shown["capacity"] == {"suggested_value": 10}
    form = await fill(hass, form, {"keep": 10, "until": "06:30:00"})
    await fill(hass, form, {"total": [METERS["L1"]]})
    await hass.async_block_till_done()
    assert dwelling.hub.house.batteries == (), "without what is in it only its power is limited"


@pytest.mark.usefixtures("helpers")
async def test_house_behind_an_inverter_is_asked_for_its_surge(hass: HomeAssistant) -> None:
    walk = Walk(hass)
    await walk.begin()
    await walk.answer({"name": "Inverter", "limit_kind": "inverter", "rating": 5000, "phases": []})
    assert walk.step() == "budget_source"
    await walk.answer({"surge": 101, "surge_seconds": 10})
    assert walk.result["errors"] == {"surge": "surge_too_small"}
    await walk.answer({"surge": 200, "surge_seconds": 10})
    await walk.answer({"on_change": True})
    await walk.answer({"entities": []})
    made = walk.result["subentries"]
    assert isinstance(made, list)
    assert [(one["data"]["surge"], one["data"]["on_change"]) for one in made] == [(200, True)]
