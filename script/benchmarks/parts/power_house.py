"""A house of three phases, drawn from a seed, whose breaker trips: what controllers of power are tried on.

Time goes in steps of two seconds. Loads have work to do and wait with it while they are off; what changes nothing is
not computed, so that three weeks take seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import heapq
import math
import random
from typing import Final, Protocol

from custom_components.local_things.power.thermal import ThermalImage, ThermalProfile

DAYS: Final = 21
STEP: Final = 2.0
RATING: Final = 16.0
VOLTAGE: Final = 230.0
ACTUATION: Final = 2.0
"""Seconds from a command until a load obeys."""
OUTAGE: Final = 600.0
NOISE: Final = 0.01
HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
ALL: Final = (0, 1, 2)
COMMUTES: Final = 0.8
"""On how many days the car comes home empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """What stands in the house. `jobs` are (when, seconds of work, W); one that can be throttled takes longer then."""

    name: str
    phases: tuple[int, ...]
    nominal: float
    jobs: tuple[tuple[float, float, float], ...]
    levels: tuple[float, ...] = ()
    importance: int = 5
    last_resort: bool = False
    max_shed: float = math.inf
    min_on: float = 0.0
    min_off: float = 60.0


def house(seed: int = 1) -> tuple[Appliance, ...]:
    """Return the appliances: what has no levels is not enrolled."""
    rng = random.Random(seed)  # noqa: S311 (the same house for ever)
    off_on = (1.0, 0.0)
    amperes = tuple(ampere / 16.0 for ampere in range(16, 5, -1))
    day = range(DAYS)
    return (
        *(Appliance(name=f"base{phase}", phases=(phase,), nominal=600.0, jobs=tuple(_base(rng))) for phase in ALL),
        Appliance(
            name="kettle", phases=(1,), nominal=2000.0, jobs=tuple(_meals(rng, (6.8, 10, 16, 19.5), 0.7, 200, 2000))
        ),
        Appliance(
            name="microwave", phases=(2,), nominal=1300.0, jobs=tuple(_meals(rng, (7, 12.5, 18.5), 0.6, 240, 1300))
        ),
        Appliance(name="hob", phases=(2,), nominal=1800.0, jobs=tuple(_meals(rng, (12, 18), 0.8, 1500, 1800))),
        Appliance(
            name="oven",
            phases=(0,),
            nominal=2500.0,
            jobs=tuple(_cycling(rng, 17.8, 0.4, (600, 2500), (60, 90), 20)),
            levels=off_on,
            importance=5,
            last_resort=True,
            max_shed=600.0,
        ),
        Appliance(
            name="dishwasher",
            phases=(1,),
            nominal=2000.0,
            jobs=tuple(_cycling(rng, 20.2, 0.9, (900, 2000), (900, 1800), 2)),
            levels=off_on,
            importance=3,
            max_shed=HOUR,
        ),
        Appliance(
            name="washer",
            phases=(0,),
            nominal=2100.0,
            jobs=tuple(_meals(rng, (9.5, 18.3), 0.5, 1100, 2100)),
            levels=off_on,
            importance=3,
            max_shed=HOUR,
        ),
        Appliance(
            name="dryer",
            phases=(2,),
            nominal=2400.0,
            jobs=tuple(_meals(rng, (11.5, 20.2), 0.5, 4200, 2400)),
            levels=off_on,
            importance=2,
            max_shed=3 * HOUR,
        ),
        Appliance(
            name="water heater",
            phases=(0,),
            nominal=2000.0,
            jobs=tuple(_meals(rng, (5.5, 19.0), 1.0, 4500, 2000)),
            levels=off_on,
            importance=2,
            max_shed=3 * HOUR,
        ),
        Appliance(
            name="heat pump",
            phases=(1,),
            nominal=2200.0,
            jobs=tuple(
                (d * DAY + begin * 2400.0 + rng.uniform(0, 300), rng.uniform(900, 1500), 2200.0)
                for d in day
                for begin in range(36)
            ),
            levels=off_on,
            importance=4,
            max_shed=HOUR / 2,
            min_on=300.0,
            min_off=300.0,
        ),
        Appliance(
            name="charger",
            phases=ALL,
            nominal=11_040.0,
            jobs=tuple(
                (d * DAY + rng.gauss(17.5, 0.7) * HOUR, rng.uniform(0.8, 2.2) * HOUR, 11_040.0)
                for d in day
                if rng.random() < COMMUTES
            ),
            levels=(*amperes, 0.0),
            importance=1,
        ),
    )


def _base(rng: random.Random) -> Iterator[tuple[float, float, float]]:
    """Yield what is always on, changing every few minutes; more in the evening."""
    at = 0.0
    while at < DAYS * DAY:
        evening = 17 * HOUR < at % DAY < 23 * HOUR
        length = rng.uniform(120, 1200)
        yield at, length, rng.uniform(60, 700 if evening else 350)
        at += length


def _meals(
    rng: random.Random, hours: tuple[float, ...], often: float, seconds: float, power: float
) -> Iterator[tuple[float, float, float]]:
    for day in range(DAYS):
        for hour in hours:
            if rng.random() < often:
                yield day * DAY + rng.gauss(hour, 0.5) * HOUR, seconds * rng.uniform(0.7, 1.3), power


def _cycling(
    rng: random.Random, hour: float, often: float, first: tuple[float, float], then: tuple[float, float], times: int
) -> Iterator[tuple[float, float, float]]:
    """Yield a long heating, then a thermostat's."""
    seconds, power = first
    for day in range(DAYS):
        if rng.random() < often:
            at = day * DAY + rng.gauss(hour, 0.4) * HOUR
            yield at, seconds, power
            for _ in range(times):
                at += seconds + then[1]
                seconds = then[0] * rng.uniform(0.8, 1.2)
                yield at, seconds, power


@dataclass(slots=True)
class Running:
    """An appliance at work: its level, its job and what is left of it."""

    is_a: Appliance
    level: float = 1.0
    job: int = 0
    left: float = 0.0
    power: float = 0.0
    off_since: float = math.inf

    def __post_init__(self) -> None:
        """Begin with the first job."""
        self.jobs = sorted(self.is_a.jobs)
        self.left = self.jobs[0][1] if self.jobs else 0.0

    jobs: list[tuple[float, float, float]] = field(init=False)

    def wants(self, now: float) -> bool:
        """Whether there is work to do."""
        return self.job < len(self.jobs) and self.jobs[self.job][0] <= now

    def advance(self, passed: float) -> None:
        """Do the work of the time that has passed."""
        if self.power:
            self.left -= passed * self.level
            if self.left <= STEP / 2:
                self.job += 1
                if self.job < len(self.jobs):
                    self.left = self.jobs[self.job][1]

    def next_change(self, now: float) -> float:
        """Return when it begins or ends by itself."""
        if self.job >= len(self.jobs):
            return math.inf
        if self.power:
            return now + self.left / self.level
        begins = self.jobs[self.job][0]
        return begins if begins > now else math.inf


class Controller(Protocol):
    """What is tried."""

    def sample(self, now: float, amperes: list[float], loads: dict[str, Running]) -> list[tuple[str, float]]:
        """Return the commands (load, level) that follow from what the meter says."""


@dataclass(slots=True)
class Outcome:
    """What came of it. Minutes by load where it was without power or throttled, and beyond its longest time."""

    trips: int = 0
    above: float = 0.0
    commands: int = 0
    shed: dict[str, float] = field(default_factory=dict)
    violations: dict[str, float] = field(default_factory=dict)


class Replay:
    """Three weeks of a house under a controller."""

    def __init__(self, controller: Controller | None, period: float, profile: ThermalProfile, seed: int = 1) -> None:
        """Choose who controls, how often the meter speaks, and how the breaker is."""
        self._controller = controller
        self._period = period
        self._noise = random.Random(f"{seed}/{period}")  # noqa: S311 (the same noise for ever)
        self._loads = {one.name: Running(one) for one in house(seed)}
        self._images = [ThermalImage(profile=profile, heat=0.3) for _ in ALL]
        self._amperes = [0.0, 0.0, 0.0]
        self._now = 0.0
        self._dark_until = -math.inf
        self._commands: list[tuple[float, int, str, float]] = []
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Return what came of it."""
        meter = 0.0 if self._controller else math.inf
        change = self._settle(0.0)
        while True:
            now = min(meter, change, self._commands[0][0] if self._commands else math.inf)
            if now >= DAYS * DAY:
                return self.outcome
            if now >= change or (self._commands and now >= self._commands[0][0]):
                change = self._settle(now)
            if self._controller and now >= meter:
                meter += self._period
                self._ask(now, self._controller)

    def _ask(self, now: float, controller: Controller) -> None:
        noisy = [max(ampere * (1.0 + self._noise.uniform(-NOISE, NOISE)), 0.0) for ampere in self._amperes]
        for load, level in controller.sample(now, noisy, self._loads):
            self.outcome.commands += 1
            heapq.heappush(self._commands, (now + ACTUATION, self.outcome.commands, load, level))

    def _settle(self, now: float) -> float:
        """Bring the house to `now`, obey commands, trip where it has to; return when something changes next."""
        passed, self._now = now - self._now, now
        self._count(now, passed)
        for phase in ALL:
            self._images[phase] = self._images[phase].after(self._amperes[phase] / RATING, passed)
        for one in self._loads.values():
            one.advance(passed)
        while self._commands and self._commands[0][0] <= now:
            _, _, name, level = heapq.heappop(self._commands)
            one = self._loads[name]
            one.off_since = min(one.off_since, now) if level == 0.0 else math.inf
            one.level = level
        if any(
            image.tripped or image.time_to_trip(a / RATING) <= 0.0
            for image, a in zip(self._images, self._amperes, strict=True)
        ):
            self.outcome.trips += 1
            self._dark_until = now + OUTAGE
            self._images = [ThermalImage(profile=image.profile, heat=image.heat * 0.999) for image in self._images]
        return self._flow(now)

    def _flow(self, now: float) -> float:
        self._amperes = [0.0, 0.0, 0.0]
        dark = now < self._dark_until
        change = self._dark_until if dark else math.inf
        for one in self._loads.values():
            one.power = one.jobs[one.job][2] * one.level if not dark and one.level and one.wants(now) else 0.0
            for phase in one.is_a.phases:
                self._amperes[phase] += one.power / len(one.is_a.phases) / VOLTAGE
            change = min(change, one.next_change(now))
        for image, ampere in zip(self._images, self._amperes, strict=True):
            change = min(change, now + image.time_to_trip(ampere / RATING))
        return max(math.ceil(change / STEP) * STEP, now + STEP) if change < math.inf else math.inf

    def _count(self, now: float, passed: float) -> None:
        minutes = passed / 60.0
        self.outcome.above += minutes * (max(self._amperes) > RATING)
        for name, one in self._loads.items():
            if one.level < 1.0 and one.wants(now):
                self.outcome.shed[name] = self.outcome.shed.get(name, 0.0) + minutes
                beyond = min(now - one.off_since - one.is_a.max_shed, passed)
                if beyond > 0.0:
                    self.outcome.violations[name] = self.outcome.violations.get(name, 0.0) + beyond / 60.0
