"""How people move about, what sensors say of it, and what they switch for no reason that a miner could find."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from random import Random

from custom_components.local_things.suggest.record.model import Source

from .places import Places, Room
from .simulation import Simulation

NIGHT_TRIPS = 0.3
"""Visits to the bathroom in a night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One person's day, hours of the clock: up, away from–to (or none), to bed."""

    up: float
    away: tuple[tuple[float, float], ...]
    bed: float


@dataclass(slots=True, kw_only=True)
class Life:
    """People in a house. `pace` says how often they switch something, `dwell` how long they stay in a room, minutes."""

    simulation: Simulation
    places: Places
    rng: Random
    pace: float = 1.0
    dwell: float = 14.0

    def live(self, person: int, day: int, plan: Day) -> None:
        """Put one day of one person into the queue."""
        now, bed = self.simulation.at(day, plan.up), self.simulation.at(day, plan.bed)
        away = [(self.simulation.at(day, leave), self.simulation.at(day, back)) for leave, back in plan.away]
        self.stay(now, self.places.rooms["bedroom"], 4.0)
        now += 240.0
        while now < bed:
            if away and now >= away[0][0]:
                _, back = away.pop(0)
                self.through_the_door(now, person, "not_home")
                now = max(back, now + 60.0)
                if now < bed + 7200.0:
                    self.through_the_door(now, person, "home")
                now += 30.0
                continue
            now = self.visit(now)
        self.stay(bed, self.places.rooms["bedroom"], 5.0)
        if self.rng.random() < NIGHT_TRIPS:
            self.enter(bed + self.rng.uniform(2.0, 5.0) * 3600.0, self.places.rooms["bath"], 3.0)

    def through_the_door(self, now: float, person: int, state: str) -> None:
        """Leave or come home: the door opens, a phone notices some time after."""
        simulation, hall = self.simulation, self.places.rooms["hall"]
        simulation.put(now, "binary_sensor.front_door", "on")
        simulation.put(now + self.rng.uniform(4.0, 25.0), "binary_sensor.front_door", "off")
        simulation.put(now + self.rng.uniform(10.0, 120.0), self.places.people[person], state)
        self.stay(now + (1.0 if state == "home" else -20.0), hall, 0.6)

    def visit(self, now: float) -> float:
        """Go into a room that is drawn by what people do, and stay; return when the person leaves it."""
        weights = {
            "kitchen": 3,
            "living": 4,
            "bath": 2,
            "hall": 2,
            "bedroom": 1,
            "office": 2,
            "utility": 1.5,
            "guest": 1,
        }
        names = list(self.places.rooms)
        room = self.places.rooms[self.rng.choices(names, [weights.get(name, 0.6) for name in names])[0]]
        minutes = min(self.dwell * exp(self.rng.gauss(-0.3, 0.9)), 120.0)
        if room.name == "hall":
            minutes = min(minutes, 2.0)
        self.enter(now, room, minutes)
        return now + minutes * 60.0

    def enter(self, now: float, room: Room, minutes: float) -> None:
        """Come into a room: some use its door, some come through the hall."""
        if self.rng.random() < 0.5:
            self.stay(now - self.rng.uniform(3.0, 9.0), self.places.rooms["hall"], 0.1)
        if self.rng.random() < 0.6:
            self.simulation.put(now, room.door, "on")
            self.simulation.put(now + self.rng.uniform(2.0, 15.0), room.door, "off")
        self.stay(now + self.rng.uniform(0.5, 2.0), room, minutes)
        self.fiddle(now, room, minutes)

    def stay(self, now: float, room: Room, minutes: float) -> None:
        """Be seen by the sensors of a room while there."""
        seen, end = now, now + minutes * 60.0
        while seen <= end:
            for twin, motion in enumerate(room.motions):
                if twin == 0 or self.rng.random() < 0.9:
                    begin = seen + twin * self.rng.uniform(0.0, 2.0)
                    self.simulation.put(begin, motion, "on")
                    self.simulation.put(begin + self.rng.uniform(50.0, 70.0), motion, "off")
            seen += 75.0 + self.rng.expovariate(1 / 180.0)

    def fiddle(self, now: float, room: Room, minutes: float) -> None:
        """Switch something in the room, or not."""
        if room.name == "kitchen" and self.rng.random() < 0.4:
            opened = now + self.rng.uniform(5.0, 60.0 * minutes)
            self.simulation.put(opened, "binary_sensor.fridge", "on")
            self.simulation.put(opened + self.rng.uniform(5.0, 40.0), "binary_sensor.fridge", "off")
        for entity_id in (*room.lights, room.plug):
            if self.rng.random() < 0.1 * self.pace:
                self.simulation.act(now + self.rng.uniform(1.0, 60.0 * minutes), entity_id, "on")
        if self.rng.random() < 0.04 * self.pace:
            self.simulation.act(
                now + self.rng.uniform(5.0, 60.0 * minutes), room.cover, self.rng.choice(("open", "closed"))
            )
        if self.rng.random() < 0.06:
            when = now + self.rng.uniform(5.0, 60.0 * minutes)
            self.simulation.put(when, room.window, "on")
            self.simulation.put(when + 60.0 * self.rng.lognormvariate(2.5, 0.7), room.window, "off")


def surroundings(simulation: Simulation, places: Places, rng: Random) -> None:
    """Add what happens by itself: machines, fillers, effects of what is switched, an automation that exists."""
    end = simulation.at(simulation.days, 0.0)
    for number, filler in enumerate(places.fillers):
        rate = 86_400.0 / (400.0 if number < 2 else rng.choice((0.3, 2.0, 10.0)))
        now = simulation.at(0, 0.0) + rng.uniform(0.0, rate)
        while now < end:
            length = min(rng.uniform(2.0, 0.5 * rate), 3600.0)
            simulation.put(now, filler, "on")
            simulation.put(now + length, filler, "off")
            now += length + rng.expovariate(1 / rate)
    for day in range(simulation.days):
        for hour in (6.0, 19.0):  # a pump on its own timer
            simulation.put(simulation.at(day, hour), "switch.pump", "on")
            simulation.put(simulation.at(day, hour) + 1800.0, "switch.pump", "off")
        for _ in range(rng.randint(1, 6)):
            seen = simulation.at(day, rng.uniform(0.0, 24.0))
            simulation.put(seen, "binary_sensor.porch_motion", "on")
            simulation.put(seen + 60.0, "binary_sensor.porch_motion", "off")
        if rng.random() < 0.7:
            begin = simulation.at(day, rng.uniform(8.0, 18.0))
            simulation.put(begin, "binary_sensor.washer", "on")
            simulation.put(begin + rng.uniform(3000.0, 7000.0), "binary_sensor.washer", "off")
    for room in places.rooms.values():
        for state in ("on", "off"):
            simulation.on(room.plug, state, _effect(simulation, f"binary_sensor.{room.name}_power", state))
    _automation(simulation)
    _forgetting(simulation, rng)


def _effect(simulation: Simulation, entity_id: str, state: str) -> Callable[[float], None]:
    return lambda now: simulation.put(now + 0.5, entity_id, state)


def _forgetting(simulation: Simulation, rng: Random) -> None:
    """Whatever somebody switched goes back some time, without a reason that sensors know."""
    opened = {habit.action.entity_id for habit in simulation.habits if habit.action.state == "open"}
    ended = {habit.action.entity_id for habit in simulation.habits if habit.action.state == "off"}

    def later(entity_id: str, states: tuple[str, str], minutes: float) -> None:
        def back(now: float) -> None:
            simulation.act(now + 60.0 * minutes * rng.lognormvariate(0.0, 0.7), entity_id, states[1])

        simulation.on(entity_id, states[0], back)

    for entity_id in sorted({habit.action.entity_id for habit in simulation.habits} | set(simulation.fiddled)):
        match entity_id.partition(".")[0]:
            case "cover":
                states = ("open", "closed") if entity_id in opened else ("closed", "open")
                later(entity_id, states, 600.0)
            case "media_player":
                later(entity_id, ("playing", "off"), 60.0)
            case "climate":
                simulation.states[entity_id] = "heat:temperature=21"
                for day in range(simulation.days):
                    simulation.act(simulation.at(day, rng.uniform(5.0, 10.0)), entity_id, "heat:temperature=21")
            case _:
                later(entity_id, ("on", "off"), 200.0 if entity_id in ended else 25.0)


def _automation(simulation: Simulation) -> None:
    def porch(now: float) -> None:
        simulation.put(now + 0.3, "light.porch", "on", Source.RULE)
        simulation.put(now + 180.0, "light.porch", "off", Source.RULE)

    simulation.on("binary_sensor.porch_motion", "on", porch)
