"""A battery behind a limit: how full it is says how much may be drawn."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from .dwelling import LOADS, Dwelling, budget_entry

CHARGE = "sensor.charge"
BATTERY = {
    "limit_kind": "battery",
    "rating": 5000.0,
    "phases": [],
    "meters": {"": ["input_number.charger_power"]},
    "capacity": 10.0,
    "charge": CHARGE,
    "keep": 20,
    "until": "07:00:00",
}


async def test_what_is_in_it_is_to_last_until_its_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to("2026-11-21T22:00:00+00:00")
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(LOADS, {"Battery": BATTERY}))
    hass.states.async_set(CHARGE, "unknown")
    await dwelling.start()
    await dwelling.advance(20)
    battery = dwelling.subentry("Battery").subentry_id

    def room() -> float:
        (row,) = dwelling.hub.house.site.limits[battery].rows
        return round(dwelling.hub.budget.rows[row].guard.room, -1)

    assert room() == 4500, "as long as it does not say how full it is, only its power is known"
    hass.states.async_set(CHARGE, "65")
    await dwelling.advance(20)
    assert room() == 480  # 4.5 kWh, less what an inverter loses, for nine hours
    hass.states.async_set(CHARGE, "unavailable")
    await dwelling.advance(20)
    assert room() == 480
    hass.states.async_set(CHARGE, "20")
    await dwelling.advance(20)
    assert room() == 0
    hass.states.async_set(CHARGE, "65")
    freezer.move_to("2026-11-22T07:00:10+00:00")
    await dwelling.advance(20)
    assert room() == 180, "it is to last until the next morning"
