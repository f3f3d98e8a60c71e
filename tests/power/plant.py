"""A small house that a budget is tried on: loads with true draws, switches that may not obey, a meter that may lie."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
import json
import math

from custom_components.local_things.power.budget import Budget
from custom_components.local_things.power.decisions import Decision
from custom_components.local_things.power.ledger import Ledger
from custom_components.local_things.power.limits import Limit, LimitKind, Phase, Row
from custom_components.local_things.power.loads import Load, LoadReading, Mode, Site
from custom_components.local_things.power.policy import PROTECT, Policy

START = 1_000_000.0
VOLTAGE = 230.0
L1, L2, L3 = Phase
ALL = (L1, L2, L3)
MAIN = {phase: Row(limit="main", phase=phase) for phase in ALL}
SUB = Row(limit="sub", phase=L1)

LIMITS = (
    Limit(id="main", title="Main", kind=LimitKind.BREAKER_B, rating=16.0, phases=ALL),
    Limit(id="sub", title="Kitchen", kind=LimitKind.BREAKER_B, rating=13.0, phases=(L1,), parents=("main",)),
)
LEVELS = (1.0, 0.75, 0.5, 0.375, 0.0)
STEPS = (1.0, 0.75, 0.5, 0.25, 0.0)


def load(name: str, watts: float, phases: tuple[Phase, ...], **more: object) -> Load:
    """Return a load under the main limit."""
    return Load(**{"id": name, "title": name, "nominal": watts, "limits": ("main",), "phases": phases, **more})  # type: ignore[arg-type]  # any of the fields


LOADS = (
    load("charger", 7360.0, ALL, levels=LEVELS, importance=1),
    load("boiler", 2000.0, (L1,), limits=("sub",), importance=2, min_off=120.0, max_shed=7200.0),
    load("pump", 2200.0, (L2,), importance=4, min_on=300.0, min_off=300.0, max_shed=1800.0, max_starts=3),
    load("oven", 2500.0, (L1,), limits=("sub",), importance=5, last_resort=True),
    load("somewhere", 1500.0, (), importance=3),
    load("iron", 1800.0, (L3,), importance=2, auto_restore=False),
    load("observed", 2000.0, (L3,), importance=1),
    load("never", 1500.0, (L2,), importance=1),
)
MODES = {"observed": Mode.OBSERVE, "never": Mode.NEVER}
TRUE_PHASES = {"somewhere": (L3,)}


@dataclass
class Switch:
    """What a load really does: its level, whether it wants power, and after how long it obeys; None is never."""

    level: float = 1.0
    wants: bool = False
    delay: float | None = 1.0
    available: bool = True


@dataclass
class Plant:
    """The house and its budget. `now` is true time; the budget sees it with `skew`."""

    policy: Policy = PROTECT
    loads: tuple[Load, ...] = LOADS
    limits: tuple[Limit, ...] = LIMITS
    period: float = 10.0
    now: float = START
    skew: float = 0.0
    base: dict[Phase, float] = field(default_factory=lambda: dict.fromkeys(ALL, 1.0))
    lie: Callable[[Row, float], float | None] = lambda _row, value: value
    modes: dict[str, Mode] = field(default_factory=dict)
    disk: str = ""
    on_change: bool = False

    def __post_init__(self) -> None:
        """Start."""
        self.switches = {one.id: Switch() for one in self.loads}
        self.coming: list[tuple[float, str, float]] = []
        self.decisions: list[Decision] = []
        self.reported: dict[Row, tuple[float, float]] = {}
        self.budget = self.new_budget()

    @property
    def clock(self) -> float:
        """What the budget takes the time to be."""
        return self.now + self.skew

    def new_budget(self) -> Budget:
        """Start a budget with what is on disk."""
        self.disk = self.disk or json.dumps(Ledger().dump(), allow_nan=False)
        return Budget(Site(self.limits, self.loads), self.clock, Ledger.load(json.loads(self.disk)), self.policy)

    def power(self, name: str) -> float:
        """Return what a load draws."""
        switch = self.switches[name]
        nominal = next(one.nominal for one in self.loads if one.id == name)
        return nominal * switch.level if switch.wants else 0.0

    def amperes(self) -> dict[Row, float]:
        """Return what flows."""
        flow = {MAIN[phase]: self.base[phase] for phase in ALL}
        flow[SUB] = 0.0
        for one in self.loads:
            phases = TRUE_PHASES.get(one.id, one.phases)
            for phase in phases:
                amount = self.power(one.id) / len(phases) / VOLTAGE
                flow[MAIN[phase]] += amount
                if "sub" in one.limits:
                    flow[SUB] += amount
        return flow

    def readings(self) -> dict[str, LoadReading]:
        """Return what the loads report."""
        return {
            one.id: LoadReading(
                level=self.switches[one.id].level,
                power=self.power(one.id),
                available=self.switches[one.id].available,
                mode=self.modes.get(one.id, MODES.get(one.id, Mode.MANAGE)),
            )
            for one in self.loads
        }

    def meters(self) -> dict[Row, float]:
        """Return what the meter says, if anything: all of it, or what is new, and the rest twice an hour."""
        flow = self.amperes()
        if self.on_change:
            flow = {row: value for row, value in flow.items() if self._is_news(row, value)}
        said = {row: self.lie(row, value) for row, value in flow.items()}
        self.reported |= {row: (self.now, value) for row, value in flow.items()}
        return {row: value for row, value in said.items() if value is not None}

    def _is_news(self, row: Row, value: float) -> bool:
        at, last = self.reported.get(row, (-math.inf, value))
        return abs(value - last) > 0.05 or self.now - at >= 1800.0

    def want(self, *names: str) -> None:
        """Let loads have work to do."""
        for name in names:
            self.switches[name].wants = True

    def advance(self) -> None:
        """Let one period pass for the loads."""
        self.now += self.period
        for due, name, level in sorted(self.coming):
            if due <= self.now:
                self.switches[name].level = level
        self.coming = [one for one in self.coming if one[0] > self.now]

    def step(self) -> tuple[Decision, ...]:
        """Let one period pass; the budget decides, its ledger is written, its commands are sent."""
        self.advance()
        decided = self.budget.step(self.clock, self.meters(), self.readings())
        self.disk = json.dumps(self.budget.ledger.dump(), allow_nan=False)
        self.send(decided)
        return decided

    def send(self, decided: tuple[Decision, ...]) -> None:
        """Give commands to the switches."""
        self.decisions.extend(decided)
        for one in decided:
            if one.level is not None and (delay := self.switches[one.load].delay) is not None:
                self.coming.append((self.now + delay, one.load, one.level))

    def run(self, seconds: float) -> list[Decision]:
        """Let time pass; return what was decided."""
        decided: list[Decision] = []
        end = self.now + seconds
        while self.now < end:
            decided.extend(self.step())
        return decided


def commands(decided: list[Decision]) -> list[tuple[str, str, float]]:
    """Return kind, load and level of what was sent."""
    return [(one.kind.value, one.load, one.level) for one in decided if one.level is not None]


def kinds(decided: list[Decision]) -> list[str]:
    """Return what was decided."""
    return [one.kind.value for one in decided]


def silent(_row: Row, _value: float) -> None:
    """A meter that says nothing."""


def thousandfold(_row: Row, value: float) -> float:
    """A meter that has changed its unit."""
    return value * 1000.0


def flipped(_row: Row, value: float) -> float:
    """A meter that is wired the wrong way round."""
    return -value


def no_number(_row: Row, _value: float) -> float:
    """A meter that reports NaN."""
    return math.nan


def frozen() -> Callable[[Row, float], float | None]:
    """Return a meter that says for ever what it says first."""
    first: dict[Row, float] = {}
    return first.setdefault


def quiet_plant(*loads: Load, **more: object) -> Plant:
    """Return a plant whose meter has been heard for a while."""
    plant = Plant(loads=loads or LOADS, **more)  # type: ignore[arg-type]  # any of the fields
    assert plant.run(120) == []
    return plant


CHANGES = tuple(replace(limit, on_change=True) for limit in LIMITS)


def shed_boiler(**more: object) -> Plant:
    """Return a plant whose boiler was shed on L1, with nothing else that could be."""
    plant = quiet_plant(load("boiler", 2300.0, (L1,), **more))
    plant.want("boiler")
    plant.base[L1] = 8.0
    assert commands(plant.run(30)) == [("shed", "boiler", 0.0)]
    return plant


def throttled_charger() -> Plant:
    plant = quiet_plant(load("charger", 3450.0, (L1,), levels=STEPS))
    plant.want("charger")
    plant.base[L1] = 7.0
    assert commands(plant.run(30)) == [("limit", "charger", 0.5)]
    return plant
