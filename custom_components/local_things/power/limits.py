"""Limits as a user knows them: a breaker, a contract, a window, a switch. Each is one row per phase."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .contract import TwoTimers
from .guard import Guard, PlainGuard, StoreGuard, ThermalGuard, TimersGuard, WindowGuard
from .thermal import ICP, LINKY, ThermalImage, ThermalProfile, breaker, fuse, surge
from .window import Window


class Phase(StrEnum):
    """A line conductor."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


class Unit(StrEnum):
    """What a limit is counted in."""

    AMPERE = "A"
    WATT = "W"


class LimitKind(StrEnum):
    """What sets the limit."""

    BREAKER_B = "breaker_b"
    BREAKER_C = "breaker_c"
    BREAKER_D = "breaker_d"
    FUSE = "fuse"
    UL489 = "ul489"
    CONTRACT_ES = "contract_es"
    CONTRACT_FR = "contract_fr"
    CONTRACT_IT = "contract_it"
    WINDOW_15 = "window_15"
    WINDOW_60 = "window_60"
    POE = "poe"
    INVERTER = "inverter"
    BATTERY = "battery"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit. `rating` is in A per phase, or in W in all where it has no phases; `parents` carry what it carries.

    `share` is the part of the rating to plan for; None is the kind's own. `exports` says that power can flow back
    through it, and that its meter then shows less than nothing. `reserve` is what may start at any time without the
    budget (A or W): as much is kept free as it needs until the budget has answered. An inverter may give `surge` times
    its rating for `surge_seconds`; 1 is none. `on_change` says that its meter reports only what is new.
    """

    id: str
    title: str
    kind: LimitKind
    rating: float
    phases: tuple[Phase, ...] = ()
    parents: tuple[str, ...] = ()
    share: float | None = None
    exports: bool = False
    reserve: float = 0.0
    surge: float = 1.0
    surge_seconds: float = 5.0
    on_change: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be kept: no rating, phases of what has none, amperes of no phase."""
        if self.rating <= 0.0 or not 0.0 <= self.reserve < self.rating:
            raise ValueError(f"{self.id}: a limit needs a rating above 0, and a reserve below that")
        if bool(self.phases) != (KINDS[self.kind].unit is Unit.AMPERE):
            raise ValueError(f"{self.id}: amperes are counted per phase, watts in all")
        self.guard(0.0)  # that of a surge which is none is refused

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return KINDS[self.kind].unit

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows: one for each phase, or one."""
        return tuple(Row(limit=self.id, phase=phase) for phase in self.phases or (None,))

    def guard(self, now: float) -> Guard:
        """Return what watches one of its rows from `now` on."""
        return KINDS[self.kind].guard(self, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One limit on one phase; None where it is counted in all."""

    limit: str
    phase: Phase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """What belongs to a kind: its unit, the part of its rating that is planned for, and what watches it."""

    unit: Unit
    share: float
    guard: Callable[[Limit, float], Guard]


def _share(limit: Limit) -> float:
    return KINDS[limit.kind].share if limit.share is None else limit.share


def _thermal(profile: Callable[[Limit], ThermalProfile]) -> Callable[[Limit, float], Guard]:
    def guard(limit: Limit, now: float) -> Guard:
        image = ThermalImage(profile=profile(limit))
        return ThermalGuard(rating=limit.rating, share=_share(limit), image=image, now=now)

    return guard


def _breaker(letter: str) -> KindRow:
    return KindRow(unit=Unit.AMPERE, share=0.98, guard=_thermal(lambda _: breaker(letter)))


def _timers(limit: Limit, now: float) -> Guard:
    return TimersGuard(timers=TwoTimers(power=limit.rating * _share(limit), now=now))


def _window(seconds: float) -> Callable[[Limit, float], Guard]:
    def guard(limit: Limit, now: float) -> Guard:
        target = limit.rating * _share(limit)
        return WindowGuard(rating=target, window=Window.at(now, length=seconds, target=target))

    return guard


def _plain(grace: float) -> Callable[[Limit, float], Guard]:
    def guard(limit: Limit, now: float) -> Guard:
        return PlainGuard(rating=limit.rating, share=_share(limit), grace=grace, now=now)

    return guard


_BRIEF: Final = 5.0
"""Seconds for which an inverter or a battery of which no more is known bears too much."""


def _inverter(limit: Limit, now: float) -> Guard:
    if limit.surge == 1.0:
        return _plain(_BRIEF)(limit, now)
    return _thermal(lambda limit: surge(limit.surge, limit.surge_seconds, _share(limit)))(limit, now)


def _battery(limit: Limit, now: float) -> Guard:
    return StoreGuard(rating=limit.rating, share=_share(limit), grace=_BRIEF, now=now)


KINDS: Final[Mapping[LimitKind, KindRow]] = {
    LimitKind.BREAKER_B: _breaker("B"),
    LimitKind.BREAKER_C: _breaker("C"),
    LimitKind.BREAKER_D: _breaker("D"),
    # A melted fuse needs a human.
    LimitKind.FUSE: KindRow(unit=Unit.AMPERE, share=0.95, guard=_thermal(lambda limit: fuse(limit.rating))),
    # What lasts for three hours may be 80 % of the rating of a panel that is not built for all of it.
    LimitKind.UL489: KindRow(unit=Unit.AMPERE, share=0.8, guard=_thermal(lambda _: breaker("C"))),
    LimitKind.CONTRACT_ES: KindRow(unit=Unit.WATT, share=0.98, guard=_thermal(lambda _: ICP)),
    LimitKind.CONTRACT_FR: KindRow(unit=Unit.WATT, share=0.98, guard=_thermal(lambda _: LINKY)),
    LimitKind.CONTRACT_IT: KindRow(unit=Unit.WATT, share=1.0, guard=_timers),
    LimitKind.WINDOW_15: KindRow(unit=Unit.WATT, share=1.0, guard=_window(900.0)),
    LimitKind.WINDOW_60: KindRow(unit=Unit.WATT, share=1.0, guard=_window(3600.0)),
    # Switches drop ports by themselves at the whole budget, in an order that is not the user's.
    LimitKind.POE: KindRow(unit=Unit.WATT, share=0.9, guard=_plain(0.0)),
    LimitKind.INVERTER: KindRow(unit=Unit.WATT, share=0.85, guard=_inverter),
    LimitKind.BATTERY: KindRow(unit=Unit.WATT, share=0.9, guard=_battery),
    LimitKind.EXTERNAL: KindRow(unit=Unit.WATT, share=1.0, guard=_plain(60.0)),
}
"""Every kind of limit."""
