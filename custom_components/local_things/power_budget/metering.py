"""What meters say, row by row: some rows add several meters up, and some have none."""

from collections.abc import Iterator, Mapping
import math

from homeassistant.core import State

from ..power.budget import Budget
from ..power.guard import WindowGuard
from ..power.limits import Row, Unit
from ..power.loads import LoadReading
from ..power.window import Window
from .house import House, Meter
from .readings import measured


class Metering:
    """Turns reports of entities into readings of rows."""

    watt = Unit.WATT

    def __init__(self, house: House) -> None:
        """Know which entity is part of which rows."""
        self._site = house.site
        self._summed = house.summed
        self._loads: dict[str, LoadReading] = {}
        self._windows: dict[Row, Window] = {}
        self._whole: set[Row] = set()
        self._parts: dict[str, list[Meter]] = {}
        self._heard: dict[Row, dict[str, float]] = {}
        for meter in house.meters:
            for entity_id in meter.entities:
                self._parts.setdefault(entity_id, []).append(meter)

    @property
    def entities(self) -> frozenset[str]:
        """All meters."""
        return frozenset(self._parts)

    def take(self, state: State) -> dict[Row, float]:
        """Return the rows whose value is complete with this report; NaN where a meter says that it has none.

        A sum is complete once each of its parts has spoken since the last time: a part that is silent makes it silent.
        """
        complete: dict[Row, float] = {}
        for meter in self._parts.get(state.entity_id, ()):
            unit = self._site.limits[meter.row.limit].unit
            value = measured(state, unit, self._site.voltage)
            if value is None:
                complete[meter.row] = math.nan
                continue
            heard = self._heard.setdefault(meter.row, {})
            heard[state.entity_id] = value
            if len(heard) == len(meter.entities):
                complete[meter.row] = sum(heard.values())
                heard.clear()
        return complete

    def summed(self, readings: Mapping[str, LoadReading]) -> dict[Row, float]:
        """Return what the loads below draw on the rows that have no meter."""
        self._loads.update(readings)
        if not self._summed:
            return {}
        rows = dict.fromkeys(self._summed, 0.0)
        for name, reading in self._loads.items():
            if reading.available:
                for row, amount in self._site.draws(name, reading.draw(self._site.loads[name])).items():
                    if row in rows:
                        rows[row] += amount
        return rows

    def ended_windows(self, budget: Budget) -> Iterator[tuple[Row, float]]:
        """Yield the mean power of each tariff window that has ended since the last time, in W.

        Of the first one after a start the beginning is not known: it does not count.
        """
        for row, state in budget.rows.items():
            if isinstance(state.guard, WindowGuard):
                window, before = state.guard.window, self._windows.get(row)
                self._windows[row] = window
                if before is None or before.start == window.start:
                    continue
                if row in self._whole and before.start + before.length == window.start:
                    yield row, (before.energy + before.power * before.left) / before.length
                self._whole.add(row)
