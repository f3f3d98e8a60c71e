"""Watt hours of each port, summed from its watts, and kept over a restart."""

from collections.abc import Mapping
from typing import Final

from ...things.adapter import AdapterHost
from ...things.documents import Json, JsonObject
from .model import PortSample

_KEEP_EVERY: Final = 300.0
"""Seconds between two times the memory is written."""

_DECIMALS: Final = 3
_HOUR: Final = 3600.0


class EnergyMeter:
    """Counts for the ports of one switch. What flowed while nobody looked is not made up."""

    def __init__(self, host: AdapterHost, thing_id: str, longest: float) -> None:
        """Go on from what is remembered; `longest` is the most seconds between two samples that count as one time."""
        self._host = host
        self._thing_id = thing_id
        self._longest = longest
        remembered = _part(_part(host.recall(), "energy"), thing_id)
        self._energy = {
            key: float(value)
            for key, value in remembered.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        self._before: Mapping[str, PortSample] = {}
        self._at = 0.0
        self._kept_at: float | None = None

    def of(self, key: str) -> float | None:
        """Return the energy of a port in Wh; None where its power was never known."""
        energy = self._energy.get(key)
        return None if energy is None else round(energy, _DECIMALS)

    def take(self, ports: Mapping[str, PortSample], now: float) -> None:
        """Count what was drawn since the sample before: the mean of both, over the time between."""
        elapsed = now - self._at if self._before else 0.0
        for key, port in ports.items():
            if port.energy is not None:  # the switch counts itself
                self._energy[key] = port.energy
            elif port.power is not None:
                before = self._before.get(key, port).power
                mean = (port.power + before) / 2 if before is not None else port.power
                counted = mean * elapsed / _HOUR if elapsed <= self._longest else 0.0
                self._energy[key] = self._energy.get(key, 0.0) + counted
        self._before, self._at = ports, now
        if self._kept_at is None:
            self._kept_at = now
        elif now - self._kept_at >= _KEEP_EVERY:
            self.keep(now)

    def keep(self, now: float) -> None:
        """Remember what was counted, beside what else the adapter remembers."""
        self._kept_at = now
        memory = self._host.recall()
        kept: JsonObject = {key: round(value, _DECIMALS) for key, value in self._energy.items()}
        self._host.remember({**memory, "energy": {**_part(memory, "energy"), self._thing_id: kept}})


def _part(document: JsonObject, key: str) -> dict[str, Json]:
    """Return an object within an object; what is none is empty."""
    part = document.get(key)
    return part if isinstance(part, dict) else {}
