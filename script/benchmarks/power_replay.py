"""Three weeks of a house with 3 × 16 A under four controllers: none, two as others document them, and ours.

The house (script/benchmarks/parts/power_house.py) is drawn from a seed. Its meter speaks every 2, 10, 30 or 60 seconds;
its breaker is a typical one, or the fastest that makers publish (`-worst`). Where nothing else is said, a line is the
sum over the meters of 2, 10 and 30 seconds with the typical breaker, and the reference is the shedder per phase.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
import multiprocessing
from typing import Final

from custom_components.local_things.power.budget import Budget
from custom_components.local_things.power.judge import Verdict, judge
from custom_components.local_things.power.limits import Limit, LimitKind, Phase, Row
from custom_components.local_things.power.loads import Load, LoadReading, Mode, Site
from custom_components.local_things.power.thermal import CONSERVATIVE, TYPICAL

from .parts.figures import report
from .parts.power_house import RATING, VOLTAGE, Controller, Outcome, Replay, Running, house
from .parts.power_peers import PerPhase, TotalOnly

METERS: Final = (2.0, 10.0, 30.0, 60.0)
JUDGED: Final = METERS[:3]
BREAKERS: Final = {"typical": TYPICAL, "worst": CONSERVATIVE}
PHASES: Final = tuple(Phase)
ROWS: Final = tuple(Row(limit="main", phase=phase) for phase in PHASES)
RESERVE: Final = 9.0
"""A that are kept free for what nobody controls, a kettle of 2 kW, where the meter is judged to need a reserve."""
PEER: Final = "a shedder that sees every phase, the charger first"


def site(period: float) -> Site:
    """Return the house as its user would describe it, with the reserve that is advised for a meter of this period."""
    reserve = RESERVE if judge(period).verdict is Verdict.WITH_RESERVE else 0.0
    main = Limit(id="main", title="Main", kind=LimitKind.BREAKER_B, rating=RATING, phases=PHASES, reserve=reserve)
    loads = (
        Load(
            id=one.name,
            title=one.name,
            nominal=one.nominal,
            limits=("main",),
            phases=tuple(PHASES[phase] for phase in one.phases),
            levels=one.levels,
            importance=one.importance,
            last_resort=one.last_resort,
            max_shed=one.max_shed,
            min_on=one.min_on,
            min_off=one.min_off,
        )
        for one in house()
        if one.levels
    )
    return Site((main,), tuple(loads), VOLTAGE)


@dataclass(slots=True)
class Ours:
    """The budget, told what has changed."""

    budget: Budget
    told: dict[str, tuple[float, float]] = field(default_factory=dict)

    def sample(self, now: float, amperes: list[float], loads: dict[str, Running]) -> list[tuple[str, float]]:
        """Return the commands."""
        changed: dict[str, LoadReading] = {}
        for name, one in loads.items():
            if one.is_a.levels and self.told.get(name) != (known := (one.level, one.power)):
                self.told[name] = known
                changed[name] = LoadReading(level=one.level, power=one.power, mode=Mode.MANAGE)
        decisions = self.budget.step(now, dict(zip(ROWS, amperes, strict=True)), changed)
        return [(one.load, one.level) for one in decisions if one.level is not None]


def ours(period: float) -> Controller:
    """Return the budget for a meter of this period."""
    return Ours(Budget(site(period), 0.0))


CONTROLLERS: Final[dict[str, Callable[[float], Controller]]] = {
    "total": lambda _: TotalOnly(),
    "per-phase": lambda _: PerPhase(),
    "ours": ours,
}


def replay(name: str, period: float, breaker: str) -> Outcome:
    """Return what comes of one controller with one meter and one breaker."""
    controller = CONTROLLERS[name](period) if name in CONTROLLERS else None
    return Replay(controller, period, BREAKERS[breaker]).run()


def both(name: str, period: float) -> dict[str, Outcome]:
    """Return it with both breakers. Where the fast one holds, the other does, and everything else is the same."""
    worst = replay(name, period, "worst")
    return {"worst": worst, "typical": replay(name, period, "typical") if worst.trips else worst}


type Outcomes = dict[tuple[str, float, str], Outcome]


def total(outcomes: Outcomes, name: str, breaker: str, what: Callable[[Outcome], float]) -> float:
    """Return the sum over the judged meters."""
    return sum(what(outcomes[name, period, breaker]) for period in JUDGED)


def shares(outcomes: Outcomes, name: str, what: Callable[[Outcome], float], unit: str, label: str) -> None:
    """Print a sum of a controller beside that of the shedder per phase."""
    value, peer = (total(outcomes, one, "typical", what) for one in (name, "per-phase"))
    report(f"power-replay/{label}-{name}", value, unit, PEER, value / peer if peer else None)


def shed(load: str, outcome: Outcome) -> float:
    """Return for how many minutes a load wanted more than it was given."""
    return outcome.shed.get(load, 0.0)


def tell(outcomes: Outcomes) -> None:
    """Print what came of it."""
    for breaker in BREAKERS:
        suffix = "-worst" if breaker == "worst" else ""
        none = outcomes["none", JUDGED[0], breaker].trips
        report(f"power-replay/trips-none{suffix}", none, "trips, of one run")
        for name in CONTROLLERS:
            trips = total(outcomes, name, breaker, lambda one: one.trips)
            report(
                f"power-replay/trips-{name}{suffix}", trips, "trips", "without control", trips / (none * len(JUDGED))
            )
        for period in METERS:
            for name in CONTROLLERS:
                trips = outcomes[name, period, breaker].trips
                report(f"power-replay/trips-{name}-{period:.0f}s{suffix}", trips, "trips")
    for name in CONTROLLERS:
        shares(outcomes, name, lambda one: one.commands, "commands", "commands")
        shares(outcomes, name, lambda one: one.above, "min", "above")
        shares(outcomes, name, lambda one: sum(one.violations.values()), "min", "violations")
    for load in site(JUDGED[0]).loads:
        shares(outcomes, "ours", partial(shed, load), "min", f"shed-{load.replace(' ', '-')}")
    commands = [total(outcomes, name, "typical", lambda one: one.commands) for name in ("ours", "per-phase")]
    report("power-replay/commands-ratio", commands[0] / commands[1], "of theirs", PEER, commands[0] / commands[1])


def run_all(cases: Iterable[tuple[str, float]]) -> Outcomes:
    """Return what comes of all cases, each in a process of its own."""
    cases = sorted(cases, key=lambda case: case[0] != "ours")  # the long ones first
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        results = pool.map(both, *zip(*cases, strict=True))
        return {
            (name, period, breaker): outcome
            for (name, period), result in zip(cases, results, strict=True)
            for breaker, outcome in result.items()
        }


def main() -> None:
    """Replay and print."""
    cases = [(name, period) for name in CONTROLLERS for period in METERS]
    tell(run_all([("none", JUDGED[0]), *cases]))


if __name__ == "__main__":
    main()
