"""What switches say that cannot be so, and what is made of it. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from .model import DELIVERING, PortSample, SwitchSample
from .tables import CLASS_WATTS

_GARBAGE: Final = 1e9
"""Watts of a whole switch that are none: 1447362561 was seen (Netgear)."""

_IN_MILLIWATTS: Final = 1_000.0
"""Consumption above this, and above what the switch can give, is in milliwatts (Netgear, Edgecore)."""

_IMPOSSIBLE: Final = 100_000.0
"""Watts that no switch can give: nominal power above is in milliwatts (Edgecore)."""

_PORT_AT_MOST: Final = 100.0
"""Watts that no port of IEEE 802.3bt exceeds: 6554 was seen, which is 65535 in tenths (Netgear GS316EPP)."""

_OVERSHOOT: Final = 1.2
"""How much a port may draw of its limit, for a moment."""


def main_power(nominal: float | None, consumption: float | None) -> tuple[float | None, float | None]:
    """Return both in watts, None for what is absent or cannot be: 0 W nominal is a switch without its PoE module."""
    if nominal is not None and nominal > _IMPOSSIBLE:
        nominal /= 1000
    if nominal is not None and not 0 < nominal <= _IMPOSSIBLE:
        nominal = None
    if consumption is not None and not 0 <= consumption <= _GARBAGE:
        consumption = None
    if consumption is not None and nominal is not None and consumption > max(nominal, _IN_MILLIWATTS):
        consumption /= 1000
    if consumption is not None and nominal is not None and consumption > _OVERSHOOT * nominal:
        consumption = None
    return nominal, consumption


def port_power(watts: float | None, bounds: Iterable[float]) -> float | None:
    """Return what a port draws, or None where it cannot be; `bounds` are its limit, allocation and class in W."""
    if watts is None or watts < 0 or watts > max(_PORT_AT_MOST, _OVERSHOOT * max(bounds, default=0.0)):
        return None
    return watts


def carried(before: SwitchSample | None, now: SwitchSample) -> SwitchSample:
    """Return `now` with what it left open and the sample before knew."""
    if before is None:
        return now
    return replace(now, ports={key: _carried(before.ports.get(key), port) for key, port in now.ports.items()})


def _carried(before: PortSample | None, now: PortSample) -> PortSample:
    if before is None:
        return now
    if now.power is None and now.delivering and before.delivering:
        now = replace(now, power=before.power)
    if now.status == "fault" and (denials(before, now) or before.status == "denied"):
        now = replace(now, status="denied")  # otherFault(6) while the counter rises: over budget
    return now


def denials(before: PortSample | None, now: PortSample) -> int:
    """Return how often a port was refused power since; a counter that is lower has begun anew."""
    if before is None:
        return 0
    if before.denied is None or now.denied is None:
        return int(now.status == "denied" != before.status)
    return max(0, now.denied - before.denied)


def worst_case(port: PortSample) -> float:
    """Return what a port that delivers may come to draw, in W: the most of its class, allocation and limit."""
    if port.status != DELIVERING:
        return 0.0
    known = (port.power, port.allocated, port.limit, CLASS_WATTS.get(port.power_class or ""))
    return max((watts for watts in known if watts is not None), default=0.0)


def used(sample: SwitchSample) -> float | None:
    """Return what all ports draw, in W: their sum, else what the switch says; None where neither is known."""
    known = [port.power for port in sample.ports.values() if port.power is not None]
    return sum(known) if known else sample.consumption
