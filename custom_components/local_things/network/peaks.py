"""Finds devices that send far more than they ever did: pure, with no clock, after SPIN's peak detection.

SPIN (sidnlabs/spin, src/tools/peak-detection) counts bytes and packets for each minute and device. Its defects are
avoided: bytes and messages have each a floor of their own, in their own unit; a minute that was bad is never learned
from, however long the flood lasts; every minute is looked at, also one without traffic; and all that is kept of a
device is five flags and two figures.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Self

from ..things.documents import Json, JsonObject

REPORT_FROM: Final = 10
CONFINE_FROM: Final = 60
"""Minutes of history below which a peak is not told, and below which nothing is done about it."""

FACTOR: Final = 1.2
"""So many times as much as in its highest good minute is bad."""

BAD: Final = 3
RECENT: Final = 5
"""So many bad minutes of the last so many are a peak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What one device sent in one minute."""

    messages: int = 0
    octets: int = 0


FLOOR: Final = Minute(messages=1200, octets=256 * 1024)
"""Below it no minute is bad.

20 messages a second, or 35 kbit/s: a seventh of the raw rate of an IEEE 802.15.4 channel, which all devices there
share. What devices of the simulated house send in their busiest minute is in performance.md.
"""

CEILING: Final = Minute(messages=10 * FLOOR.messages, octets=10 * FLOOR.octets)
"""No more than this is ever learned as usual: neither while a device is new, nor by one that grows little by little."""


class Phase(Enum):
    """What the length of the history allows."""

    MEASURE = "measure"
    REPORT = "report"
    CONFINE = "confine"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is kept of a device: for how many minutes it is known, its highest good minute, which of the last were bad.

    `highest` takes messages and bytes from different minutes.
    """

    minutes: int = 0
    highest: Minute = Minute()
    recent: tuple[bool, ...] = ()

    @property
    def phase(self) -> Phase:
        """What it allows."""
        if self.minutes < REPORT_FROM:
            return Phase.MEASURE
        return Phase.REPORT if self.minutes < CONFINE_FROM else Phase.CONFINE

    def dump(self) -> JsonObject:
        """Return what outlives a restart: not the last minutes, which are none after it."""
        return {"minutes": self.minutes, "messages": self.highest.messages, "octets": self.highest.octets}

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read what `dump` wrote; what makes no sense is no history."""
        match document:
            case {"minutes": int(minutes), "messages": int(messages), "octets": int(octets)} if (
                min(minutes, messages, octets) >= 0
            ):
                highest = Minute(messages=messages, octets=octets)
                return cls(minutes=min(minutes, CONFINE_FROM), highest=_lower(highest, CEILING))
        return cls()


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A device sends more than ever: the last minute, its highest good one, and how many times as much that is."""

    now: Minute
    usual: Minute
    phase: Phase

    @property
    def times(self) -> int:
        """How many times as much, of what has grown most; where it never sent anything, than one message or byte."""
        return max(
            self.now.messages // max(self.usual.messages, 1),
            self.now.octets // max(self.usual.octets, 1),
            1,
        )


def is_bad(minute: Minute, highest: Minute) -> bool:
    """Tell whether a minute is above the floor, and well above what the device sent in its highest good one."""
    usual = _lower(highest, CEILING)
    return (minute.messages > FLOOR.messages and minute.messages > FACTOR * usual.messages) or (
        minute.octets > FLOOR.octets and minute.octets > FACTOR * usual.octets
    )


def step(history: History, minute: Minute) -> tuple[History, Peak | None]:
    """Take in one minute, also one without traffic; return the peak that it is part of, if any."""
    known = replace(history, minutes=min(history.minutes + 1, CONFINE_FROM))
    if history.phase is Phase.MEASURE:
        return replace(known, highest=_learned(history.highest, minute)), None
    bad = is_bad(minute, history.highest)
    recent = (*history.recent, bad)[-RECENT:]
    known = replace(known, recent=recent, highest=history.highest if bad else _learned(history.highest, minute))
    if not bad or sum(recent) < BAD:
        return known, None
    return known, Peak(now=minute, usual=history.highest, phase=history.phase)


def _learned(highest: Minute, minute: Minute) -> Minute:
    return Minute(
        messages=min(max(highest.messages, minute.messages), CEILING.messages),
        octets=min(max(highest.octets, minute.octets), CEILING.octets),
    )


def _lower(one: Minute, other: Minute) -> Minute:
    return Minute(messages=min(one.messages, other.messages), octets=min(one.octets, other.octets))
