"""T13 and T17: what devices that lie can bring the budget to, and what they cannot."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
import math
import random
from typing import override

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.power.budget import Budget
from custom_components.local_things.power.limits import Row
from custom_components.local_things.power.loads import LoadReading, Mode, Site
from custom_components.local_things.power.policy import PROTECT

from .plant import ALL, L1, LEVELS, LIMITS, LOADS, MAIN, START, Plant, load

type Lie = Callable[[LoadReading], LoadReading]


def honest(told: LoadReading) -> LoadReading:
    """Say what is so."""
    return told


RATING = LIMITS[0].rating


@dataclass
class Liars(Plant):
    """A house in which some loads say something else than they do."""

    lies: Mapping[str, Lie] = field(default_factory=dict)

    @override
    def readings(self) -> dict[str, LoadReading]:
        return {name: self.lies.get(name, honest)(told) for name, told in super().readings().items()}


LIES: Mapping[str, Lie] = {
    "draws nothing": lambda told: replace(told, power=0.0),
    "gives power back": lambda told: replace(told, power=-5_000.0),
    "draws a hundredfold": lambda told: replace(told, power=230_000.0),
    "is away": lambda told: replace(told, available=False),
    "is off": lambda told: replace(told, level=0.0, power=0.0),
    "never says": lambda told: replace(told, power=None),
}


@pytest.mark.parametrize("obeys", (True, False))
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_t13_the_budget_holds_though_a_load_lies(lie: Lie, obeys: bool) -> None:
    """A boiler says what is not so, and may confirm what it does not do: no breaker has the time to trip.

    One that draws less than it says may be given back too early; then it is taken again with the next reading.
    """
    loads = (load("liar", 2300.0, (L1,), importance=1), load("honest", 2300.0, (L1,), importance=5))
    plant = Liars(loads=loads, lies={"liar": lie})
    plant.run(120)
    plant.base[L1] = 4.0
    plant.switches["liar"].delay = 1.0 if obeys else None
    plant.want("liar", "honest")
    assert plant.amperes()[MAIN[L1]] > RATING
    plant.run(60)
    over = [0]
    for _ in range(360):  # an hour
        plant.step()
        over.append(over[-1] + 1 if plant.amperes()[MAIN[L1]] > RATING else 0)
    assert max(over) * plant.period <= 20.0, "so long half as much again is borne by any breaker"
    assert sum(map(bool, over)) <= 18, "and 5 % of the time"


class Adversary:
    """All meters and all loads are in one hand, which obeys every command so as to be sent more."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.level = {one.id: 1.0 for one in LOADS}

    def meters(self) -> dict[Row, float]:
        """Return calm, so that something comes back; or anything else: much, little, nothing, what is no number."""
        rows = (*(MAIN[phase] for phase in ALL), Row(limit="sub", phase=L1))
        if self._random.random() < _CALM:
            return dict.fromkeys(rows, 1.0)
        values = (0.0, 8.0, 15.9, 17.0, 19.0, 30.0, 60.0, 160.0, 1e5, -40.0, math.nan, math.inf)
        return {row: self._random.choice(values) for row in rows if self._random.random() < _SPOKEN}

    def patience(self) -> int:
        """Return for how many steps it goes on saying the same: less than a minute would only be noise."""
        return self._random.randrange(4, 20)

    def powers(self) -> dict[str, float]:
        """Return what the loads are said to draw."""
        return {one.id: self._random.choice((0.0, 100.0, 2_000.0, 7_000.0, 1e6, -1e6)) for one in LOADS}


_SPOKEN, _CALM = 0.9, 0.5
UNTOUCHED = {"observed": Mode.OBSERVE, "never": Mode.NEVER, "pump": Mode.PAUSED}
CAREFUL = tuple(replace(one, min_off=600.0, max_starts=2) for one in LOADS)
"""Loads that bear it less than others: compressors, lamps."""

STEP = 10.0
HOUR = 3600.0


class Book:
    """What was commanded, and what must hold of it."""

    def __init__(self) -> None:
        self.off_at: dict[str, float] = {}
        self.starts: defaultdict[str, list[float]] = defaultdict(list)
        self.changes: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, now: float, name: str, before: float, after: float) -> None:
        """Take a command in."""
        target = next(one for one in CAREFUL if one.id == name)
        assert name not in UNTOUCHED, "what must not be touched was"
        if after and not before:
            assert now - self.off_at.get(name, -math.inf) >= target.min_off, "it came back too early"
            assert _within_an_hour(self.starts[name], now) <= target.max_starts, "it was started too often"
        if before and not after:
            self.off_at[name] = now
        if before != after:
            assert _within_an_hour(self.changes[name], now) <= PROTECT.most_of_load, "it was changed too often"


def _within_an_hour(times: list[float], now: float) -> int:
    """Note one more; return how many there were within the last hour."""
    times.append(now)
    return sum(now - at < HOUR for at in times)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32))
def test_t17_whoever_owns_all_meters_makes_no_weapon_of_the_budget(seed: int) -> None:
    """Two hours of the worst: the never-shed stay on, what rests rests, starts and changes are bounded."""
    adversary, book = Adversary(seed), Book()
    budget = Budget(Site(LIMITS, CAREFUL), START, policy=PROTECT)
    meters, powers, until = adversary.meters(), adversary.powers(), 0
    for turn in range(720):
        now = START + turn * STEP
        if turn >= until:
            meters, powers, until = adversary.meters(), adversary.powers(), turn + adversary.patience()
        told = {
            one.id: LoadReading(
                level=adversary.level[one.id], power=powers[one.id], mode=UNTOUCHED.get(one.id, Mode.MANAGE)
            )
            for one in LOADS
        }
        for one in budget.step(now, meters, told):
            if one.level is not None:
                book.note(now, one.load, adversary.level[one.load], one.level)
                adversary.level[one.load] = one.level
    assert book.off_at, "it was made to take away"
    assert book.starts, "and to give back"


def test_t17_what_a_person_turns_on_again_stays_on_whatever_the_meter_says() -> None:
    plant = Plant(loads=(load("fridge", 2300.0, (L1,)),))
    plant.run(120)
    plant.want("fridge")
    plant.base[L1] = 8.0
    plant.run(60)
    assert plant.switches["fridge"].level == 0.0
    plant.switches["fridge"].level = 1.0
    plant.run(60)
    plant.base[L1] = 14.0
    plant.lie = lambda _row, _value: 60.0
    told = plant.run(PROTECT.override - 180)
    assert [one.load for one in told if one.level is not None] == []
    assert plant.switches["fridge"].level == 1.0


@pytest.mark.parametrize("mode", (Mode.NEVER, Mode.OBSERVE, Mode.PAUSED))
def test_t17_who_is_never_to_be_shed_is_not_while_all_burns(mode: Mode) -> None:
    loads = (load("medical", 2300.0, (L1,), levels=LEVELS, importance=1), load("boiler", 2300.0, (L1,), importance=5))
    plant = Plant(loads=loads, modes={"medical": mode})
    plant.run(120)
    plant.want("medical", "boiler")
    for amperes in (8.0, 20.0, 60.0, 200.0):
        plant.base[L1] = amperes
        told = plant.run(600)
        assert "medical" not in {one.load for one in told if one.level is not None}
    assert "boiler" in {one.load for one in plant.decisions if one.level is not None}
    assert plant.switches["medical"].level == 1.0
