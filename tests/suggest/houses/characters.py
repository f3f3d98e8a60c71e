"""Houses by the character of those who live in them, whole: from a seed to a log and the habits in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf
from random import Random

from custom_components.local_things.suggest.record.model import History
from custom_components.local_things.suggest.record.suggestion import ClockTrigger, EventTrigger, SunEvent, SunTrigger

from .habits import WEEKEND, events, routines
from .life import Day, Life, surroundings
from .places import Places, places
from .simulation import Planted, Simulation, horizon
from .writing import history

ASKED = (
    ("switch.coffee", "on", 0.9, (7.0, 11.0)),
    ("media_player.tv", "playing", 0.9, (16.0, 22.5)),
    ("fan.bath", "on", 0.7, (7.0, 22.5)),
    ("light.dining_0", "on", 0.9, (16.0, 22.5)),
    ("switch.kids_plug", "on", 0.9, (7.0, 16.0)),
    ("light.kitchen_0", "on", 0.95, (5.0, 10.0)),
    ("light.bath_0", "on", 0.95, (6.0, 9.0)),
    ("light.bath_0", "on", 0.95, (18.0, 22.0)),
    ("light.utility_0", "on", 0.9, (16.0, 21.0)),
)
"""What people do for reasons that are not in the log, and other habits wait for: entity, state, chance, hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A log, and what was planted in it. `same` says of each entity which one it echoes."""

    history: History
    planted: tuple[Planted, ...]
    same: dict[str, str]
    performed: tuple[tuple[float, ...], ...]
    """When each habit was done, s since the epoch."""

    def learnable(self, least: int, until: float = inf) -> set[int]:
        """Return the numbers of the habits that were done at least so often before a time."""
        return {number for number, times in enumerate(self.performed) if sum(time < until for time in times) >= least}


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """Who lives there: so many people, their days, how much they switch, how many habits they have."""

    people: int
    plan: Callable[[Random, int, int, int], Day]
    """From chance, the person, the day's number, the weekday."""
    pace: float = 1.0
    dwell: float = 14.0
    habits: int = 12
    bare: bool = False
    regular: bool = True
    """Has habits by the clock."""
    by_weekday: bool = True
    holes: int = 0
    """So many days nothing was recorded."""


def _working(rng: Random, person: int, _day: int, weekday: int) -> Day:
    if weekday in WEEKEND:
        up = rng.gauss(8.6, 0.6)
        out = ((rng.uniform(10.0, 15.0), rng.uniform(15.5, 18.0)),) if rng.random() < 0.5 else ()
        return Day(up=up, away=out, bed=rng.gauss(23.6, 0.5))
    up = rng.gauss(6.4 + 0.4 * person, 0.25)
    back = rng.gauss(16.5 + 0.7 * person, 0.7)
    away: tuple[tuple[float, float], ...] = ((up + rng.uniform(0.9, 1.4), back),)
    if rng.random() < 0.3:
        away = (*away, (back + rng.uniform(1.0, 2.0), back + rng.uniform(2.5, 3.5)))
    return Day(up=up, away=away, bed=rng.gauss(22.8, 0.4))


def _shifts(rng: Random, _person: int, day: int, _weekday: int) -> Day:
    match (day // 4) % 4:
        case 0:
            return Day(up=rng.gauss(4.8, 0.2), away=((5.7, rng.gauss(14.6, 0.3)),), bed=rng.gauss(21.5, 0.5))
        case 1:
            return Day(up=rng.gauss(8.5, 0.7), away=((13.2, rng.gauss(22.6, 0.3)),), bed=rng.gauss(24.8, 0.5))
        case 2:
            return Day(up=rng.gauss(14.0, 0.7), away=((21.0, 30.8),), bed=31.5)
        case _:
            return Day(
                up=rng.gauss(8.8, 1.0), away=((rng.uniform(10, 14), rng.uniform(15, 19)),), bed=rng.gauss(23.5, 0.8)
            )


def _retired(rng: Random, _person: int, _day: int, weekday: int) -> Day:
    away = ((rng.uniform(9.5, 10.5), rng.uniform(11.0, 12.5)),) if weekday in {1, 3, 5} or rng.random() < 0.2 else ()
    return Day(up=rng.gauss(6.2, 0.3), away=away, bed=rng.gauss(21.8, 0.3))


def _weekender(rng: Random, person: int, day: int, weekday: int) -> Day:
    if weekday in WEEKEND:
        return Day(
            up=rng.gauss(9.5, 1.0),
            away=((rng.uniform(19.0, 20.5), rng.uniform(22.5, 25.0)),) if rng.random() < 0.5 else (),
            bed=rng.gauss(25.5, 0.6),
        )
    return _working(rng, person, day, weekday)


CHARACTERS = {
    "family": Character(people=2, plan=_working),
    "shifts": Character(people=1, plan=_shifts, regular=False, dwell=11.0, pace=1.3),
    "elderly": Character(people=1, plan=_retired, pace=0.5, dwell=18.0, by_weekday=False),
    "weekend": Character(people=2, plan=_weekender, dwell=12.0),
    "sensors": Character(people=2, plan=_working, bare=True, pace=0.8, holes=2),
}


def house(character: str, seed: int, days: int, *, planted: bool = True) -> House:
    """Draw a house and let it live. Without `planted` habits it has everything else."""
    who, rng = CHARACTERS[character], Random(f"{character}/{seed}")
    where = places(rng, people=who.people, bare=who.bare)
    seen = replace(where, people=()) if who.bare else where
    rows = events(rng, seen)
    clock = routines(rng, weekdays=who.by_weekday) if who.regular else []
    rng.shuffle(clock)
    chosen = _choose(rng, rows, who.habits - len(clock[:3])) + clock[:3] if planted else []
    fiddled = tuple(one for room in where.rooms.values() for one in (*room.lights, room.plug, room.cover))
    simulation = Simulation(
        rng=Random(rng.random()),
        first=date(2025, 1, 6) + timedelta(days=rng.randrange(300)),
        days=days,
        habits=tuple(chosen),
        echoes=where.echoes,
        fiddled=fiddled,
    )
    _inhabit(simulation, where, who, rng)
    simulation.run()
    return House(
        history=history(simulation, where, rng, holes=who.holes),
        planted=tuple(chosen),
        same=_same(where),
        performed=tuple(tuple(simulation.performed.get(number, ())) for number in range(len(chosen))),
    )


def _choose(rng: Random, rows: list[Planted], number: int) -> list[Planted]:
    """Choose habits that happen: what ends or follows another one needs it, and each state has one reason."""
    rng.shuffle(rows)
    chosen: list[Planted] = []
    for row in rows:
        target = (row.action.entity_id, row.action.state)
        if len(chosen) < number and target not in {(one.action.entity_id, one.action.state) for one in chosen}:
            chosen.append(row)
    return chosen


def _inhabit(simulation: Simulation, where: Places, who: Character, rng: Random) -> None:
    life = Life(simulation=simulation, places=where, rng=rng, pace=who.pace, dwell=who.dwell)
    for day in range(simulation.days):
        weekday = (simulation.first + timedelta(days=day)).weekday()
        for person in range(who.people):
            life.live(person, day, who.plan(rng, person, day, weekday))
        _on_the_day(simulation, life, day, weekday)
    surroundings(simulation, where, rng)


def _on_the_day(simulation: Simulation, life: Life, day: int, weekday: int) -> None:
    """Let what other habits wait for happen: the remote, the coffee, an evening film."""
    rng = life.rng
    for _ in range(rng.randint(0, 3)):
        simulation.put(simulation.at(day, rng.uniform(19.0, 23.0)), "event.remote", "press")
    for _ in range(3):
        aired = simulation.at(day, rng.uniform(7.0, 20.0))
        simulation.put(aired, "binary_sensor.kids_window", "on")
        simulation.put(aired + rng.uniform(300.0, 1200.0), "binary_sensor.kids_window", "off")
    routine = {habit.action.entity_id for habit in simulation.habits if not isinstance(habit.trigger, EventTrigger)}
    for entity_id, state, chance, between in ASKED:
        if entity_id not in routine and rng.random() < chance:
            simulation.act(simulation.at(day, rng.uniform(*between)), entity_id, state)
    for number, habit in enumerate(simulation.habits):
        match habit.trigger:
            case ClockTrigger(minute=minute, weekdays=days) if weekday in days:
                simulation.routine(simulation.at(day, minute / 60), number)
            case SunTrigger(event=event, offset=offset):
                rise, fall = horizon(simulation.first + timedelta(days=day))
                simulation.routine((rise if event is SunEvent.SUNRISE else fall) + offset, number)


def _same(where: Places) -> dict[str, str]:
    """Return what echoes what: siblings of a lamp, twins of a sensor."""
    same = {echo: lamp for lamp, echoes in where.echoes.items() for echo in echoes}
    return same | {twin: room.motions[0] for room in where.rooms.values() for twin in room.motions[1:]}
