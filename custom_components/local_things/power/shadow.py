"""A house in which commands are carried out that nobody sends: for a dry run, and for a replay of what was recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .decisions import Decision
from .limits import Row
from .loads import LoadReading, Site


class Shadow:
    """Turns what meters and loads show into what they would show if every command had been obeyed at once.

    What was not drawn counts as not needed: nothing catches up.
    """

    def __init__(self, site: Site) -> None:
        """Begin with no load told anything."""
        self._site = site
        self._true: dict[str, LoadReading] = {}
        self._told: dict[str, tuple[float, float]] = {}
        """By load: the level that it was told, and the one that it had then."""

    def tell(self, decisions: Iterable[Decision]) -> frozenset[str]:
        """Take commands in; return the loads whose readings are to be passed on anew."""
        told = {one.load: one.level for one in decisions if one.level is not None}
        for load, level in told.items():
            present = self._true[load].level
            if level >= present:
                self._told.pop(load, None)
            else:
                self._told[load] = level, present
        return frozenset(told)

    def loads(self, readings: Mapping[str, LoadReading]) -> dict[str, LoadReading]:
        """Return what these loads would report."""
        self._true.update(readings)
        return {name: self._load(name) for name in readings}

    def meters(self, meters: Mapping[Row, float]) -> dict[Row, float]:
        """Return what these meters would report."""
        saved: dict[Row, float] = {}
        for name in self._told:
            for row, amount in self._site.draws(name, self.unserved(name)).items():
                saved[row] = saved.get(row, 0.0) + amount
        # What is only thought to draw is not in what the meter shows: less than nothing does not flow for that.
        return {row: max(value - saved.get(row, 0.0), min(value, 0.0)) for row, value in meters.items()}

    def unserved(self, load: str) -> float:
        """Return how many W a load draws that it would not."""
        told = self._told.get(load)
        return self._true[load].draw(self._site.loads[load]) - self._power(load, told[0]) if told else 0.0

    def _load(self, name: str) -> LoadReading:
        true, told = self._true[name], self._told.get(name)
        if told is None:
            return true
        level, present = told
        if true.level != present:  # somebody has set it, while it would have been reduced
            del self._told[name]
            return replace(true, by_other=True)
        return replace(true, level=level, power=self._power(name, level))

    def _power(self, name: str, level: float) -> float:
        true, load = self._true[name], self._site.loads[name]
        return load.draw_at(level, true.draw(load), true.level)
