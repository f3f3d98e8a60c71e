"""Loads that need so much energy by a time of the day."""

from datetime import UTC, datetime, time

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.local_things.power_budget.deadlines import Deadline, Delivered, deadline_of

from .dwelling import LOADS, Dwelling

SIX = Deadline(by=time(6), energy=8000.0)


@pytest.mark.parametrize(("hour", "day"), [(5, 21), (6, 22), (7, 22)])
def test_deadline_ends_today_or_tomorrow(hour: int, day: int) -> None:
    assert SIX.next(datetime(2026, 11, 21, hour, tzinfo=UTC)) == datetime(2026, 11, day, 6, tzinfo=UTC)


def test_energy_is_counted_until_the_deadline_ends() -> None:
    first = Delivered(until=100.0).after(100.0, 500.0)
    assert first.energy == 500.0
    assert first.after(200.0, 500.0) == Delivered(until=200.0)


@pytest.mark.parametrize(("by", "energy"), [(None, 8.0), ("06:00:00", None), ("", 0)])
def test_half_a_deadline_is_none(by: str | None, energy: float | None) -> None:
    assert deadline_of(by, energy) is None
    assert deadline_of("06:00:00", 8.0) == SIX


async def test_load_is_important_while_little_time_is_left(hass: HomeAssistant, dwelling: Dwelling) -> None:
    now = dt_util.utcnow()
    by = f"{(now.hour + 2) % 24:02}:{now.minute:02}:00"
    await hass.config.async_set_time_zone("UTC")
    dwelling.change("Boiler", deadline=by, energy=4.0)
    await hass.async_block_till_done()
    boiler = dwelling.subentry("Boiler").subentry_id
    await dwelling.advance(20)
    assert dwelling.hub.budget._state.importance(boiler) == 4, "4 kWh in two hours at 2.3 kW"
    await dwelling.advance(1200)
    assert dwelling.hub.kept.delivered[boiler].energy == pytest.approx(2300.0 / 3, rel=0.05)
    dwelling.change("Boiler", deadline=by, energy=1.0)
    await hass.async_block_till_done()
    await dwelling.advance(20)
    assert dwelling.hub.budget._state.importance(boiler) == LOADS["Boiler"]["importance"], "it has nearly all"
    assert dwelling.hub.kept.delivered[boiler].energy > 700.0, "also after the entry was loaded again"
