"""What the budget would have done with what the recorder has of its meters and loads."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components.recorder import get_instance, history
from homeassistant.const import STATE_OFF
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..power.limits import Row, Unit
from ..power.policy import STRATEGIES
from ..power.replay import Outcome, Sample, replay
from .house import Enrolled, House
from .hub import BudgetHub
from .readings import has_state, measured, number_of

STEP_S: Final = 30.0
"""The past is looked at in steps of the meter's own period, but of this at most: each with the highest value in it."""

_MOST_STEPS: Final = 30_000
"""Many days are looked at in longer steps, as nobody waits for minutes."""

_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What one entity showed: times in seconds, and what was so from each on; None where it showed nothing."""

    times: tuple[float, ...]
    values: tuple[float | None, ...]

    def highest(self, begin: float, end: float) -> float | None:
        """Return the highest value between two times; None where it was silent at the end."""
        last = bisect_right(self.times, end)
        if last == 0 or self.values[last - 1] is None:
            return None
        first = max(bisect_right(self.times, begin) - 1, 0)
        return max(value for value in self.values[first:last] if value is not None)

    def at(self, time: float) -> float | None:
        """Return what was so at a time."""
        last = bisect_right(self.times, time)
        return self.values[last - 1] if last else None


async def async_replay(hass: HomeAssistant, hub: BudgetHub, days: float) -> JsonObjectType | None:
    """Return what would have come of the last days; None where nothing of the meters is recorded."""
    if "recorder" not in hass.config.components or not hub.house.meters:
        return None
    end = dt_util.utcnow()
    start = end - timedelta(days=days)
    states = await get_instance(hass).async_add_executor_job(_read, hass, hub.house, start, end)
    tracks = _tracks(hass, hub.house, states)
    policy = STRATEGIES[hub.kept.choices.strategy]
    samples = _samples(hub.house, tracks, start.timestamp(), end.timestamp(), _step(hub, days))
    outcome = await hass.async_add_executor_job(replay, hub.house.site, samples, policy)
    return _told(hub, outcome) if outcome.seconds else None


def _read(hass: HomeAssistant, house: House, start: datetime, end: datetime) -> dict[str, list[State]]:
    """Read from the database; in its own executor."""
    entities = {one for meter in house.meters for one in meter.entities}
    entities |= {one.power or one.actuator.entity_id for one in house.loads.values()}
    read: dict[str, list[State]] = {}
    for entity_id in sorted(entities):
        read |= history.state_changes_during_period(hass, start, end, entity_id, no_attributes=True)
    return read


def _tracks(hass: HomeAssistant, house: House, states: Mapping[str, list[State]]) -> dict[str, Track]:
    """Return what meters and loads showed, in A or W. Units were not read: the present ones count."""
    tracks: dict[str, Track] = {}
    for meter in house.meters:
        unit = house.site.limits[meter.row.limit].unit
        for entity_id in meter.entities:
            factor = _factor(hass, entity_id, unit, house.site.voltage)
            tracks[f"{meter.row.limit}/{entity_id}"] = _track(states.get(entity_id, ()), factor)
    for name, enrolled in house.loads.items():
        if enrolled.power:
            factor = _factor(hass, enrolled.power, Unit.WATT, house.site.voltage)
            tracks[name] = _track(states.get(enrolled.power, ()), factor)
        else:
            tracks[name] = _switched(hass, states.get(enrolled.actuator.entity_id, ()), enrolled)
    return tracks


def _factor(hass: HomeAssistant, entity_id: str, unit: Unit, voltage: float) -> float | None:
    """Return what turns a number of a sensor into `unit`; None where it measures something else now."""
    state = hass.states.get(entity_id)
    return measured(State(entity_id, "1", state.attributes), unit, voltage) if state else None


def _track(states: Iterable[State], factor: float | None) -> Track:
    numbers = [(state.last_updated.timestamp(), number_of(state)) for state in states]
    return Track(
        times=tuple(at for at, _ in numbers),
        values=tuple(None if value is None or factor is None else value * factor for _, value in numbers),
    )


def _switched(hass: HomeAssistant, states: Iterable[State], enrolled: Enrolled) -> Track:
    """Return what a load without a meter is taken to have drawn: all where it was on, a part where it is a number."""
    present = hass.states.get(enrolled.actuator.entity_id)
    most = present.attributes.get("max") if present else None
    times: list[float] = []
    values: list[float | None] = []
    for state in states:
        number = number_of(state)
        level = number / most if number is not None and isinstance(most, int | float) and most > 0 else 1.0
        drawn = 0.0 if state.state == STATE_OFF else enrolled.load.nominal * min(max(level, 0.0), 1.0)
        times.append(state.last_updated.timestamp())
        values.append(drawn if has_state(state) else None)
    return Track(times=tuple(times), values=tuple(values))


def _step(hub: BudgetHub, days: float) -> float:
    """Return the seconds of a step: what the budget sees between two reports of its slowest meter."""
    period = max(hub.budget.rows[meter.row].period for meter in hub.house.meters)
    return min(max(period, days * 24.0 * _HOUR / _MOST_STEPS), STEP_S)


def _samples(house: House, tracks: Mapping[str, Track], start: float, end: float, step: float) -> Iterator[Sample]:
    """Yield the past step by step, from where a meter showed something."""
    at = start + step
    while at <= end:
        meters: dict[Row, float] = {}
        for meter in house.meters:
            parts = [tracks[f"{meter.row.limit}/{one}"].highest(at - step, at) for one in meter.entities]
            if None not in parts:
                meters[meter.row] = sum(part for part in parts if part is not None)
        loads = {name: power for name in house.loads if (power := tracks[name].at(at)) is not None}
        if meters:
            yield Sample(at=at, meters=meters, loads=loads)
        at += step


def _told(hub: BudgetHub, outcome: Outcome) -> JsonObjectType:
    return {
        "hours": round(outcome.seconds / _HOUR, 2),
        "decisions": len(outcome.decisions),
        "commands": sum(one.level is not None for one in outcome.decisions),
        "limits": [
            {
                "limit": hub.teller.row_title(row),
                "unit": hub.house.site.limits[row.limit].unit.value,
                "minutes_above": round(one.above / 60.0),
                "minutes_above_with": round(one.above_with / 60.0),
                "trips": one.trips,
                "trips_with": one.trips_with,
                "peak": round(one.peak, 1),
                "peak_with": round(one.peak_with, 1),
            }
            for row, one in outcome.rows.items()
            if row not in hub.house.summed
        ],
        "loads": [
            {
                "load": hub.teller.title(name),
                "times": one.times,
                "minutes": round(one.seconds / 60.0),
                "longest_minutes": round(one.longest / 60.0),
                "unserved_kwh": round(one.unserved / 1000.0, 2),
            }
            for name, one in outcome.loads.items()
        ],
    }
