"""The entities of a house: rooms with sensors and actuators, twins, echoes, and much that says nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from custom_components.local_things.suggest.record.model import Subject

ROOMS = ("hall", "kitchen", "living", "bath", "bedroom", "office", "kids", "utility", "dining", "guest")
FILLERS = 60
"""Contacts, leak detectors, updates and the like, so that a house has at least 150 entities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room. The first light is the one habits are about; `echoes` follow it at once."""

    name: str
    motions: tuple[str, ...]
    door: str
    lights: tuple[str, ...]
    window: str
    cover: str
    plug: str
    echoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Everything of a house, by name."""

    rooms: dict[str, Room]
    subjects: tuple[Subject, ...]
    fillers: tuple[str, ...]
    people: tuple[str, ...]
    echoes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def places(rng: Random, *, people: int, bare: bool = False) -> Places:
    """Draw a house. A `bare` one has no areas and no devices, as a stream of sensors that somebody recorded."""
    rooms = {name: _room(rng, name) for name in ROOMS}
    subjects = [one for room in rooms.values() for one in _subjects(room)]
    persons = tuple(f"person.p{index}" for index in range(people))
    fillers = tuple(f"binary_sensor.other_{index}" for index in range(FILLERS))
    extra = (
        ("switch.coffee", None, "kitchen"),
        ("switch.radio", None, "kitchen"),
        ("switch.heater", None, "bath"),
        ("fan.bath", None, "bath"),
        ("media_player.tv", "tv", "living"),
        ("climate.living", None, "living"),
        ("binary_sensor.front_door", "door", "hall"),
        ("binary_sensor.fridge", "door", "kitchen"),
        ("binary_sensor.washer", "running", "utility"),
        ("event.remote", "button", "bedroom"),
        ("lock.front", None, "hall"),
        ("light.porch", None, "hall"),
        ("switch.pump", None, "utility"),
        ("binary_sensor.porch_motion", "motion", "hall"),
    )
    subjects += [Subject(entity_id=i, device_class=c, device_id=f"d.{i}", area_id=a) for i, c, a in extra]
    subjects += [Subject(entity_id=one) for one in (*persons, *fillers)]
    if bare:
        subjects = [Subject(entity_id=one.entity_id, device_class=one.device_class) for one in subjects]
    rng.shuffle(subjects)
    echoes = {room.lights[0]: room.echoes for room in rooms.values() if room.echoes}
    return Places(rooms=rooms, subjects=tuple(subjects), fillers=fillers, people=persons, echoes=echoes)


def _room(rng: Random, name: str) -> Room:
    twins = 2 if name in {"hall", "living"} else 1
    lights = tuple(f"light.{name}_{index}" for index in range(rng.randint(2, 3)))
    return Room(
        name=name,
        motions=tuple(f"binary_sensor.{name}_motion_{index}" for index in range(twins)),
        door=f"binary_sensor.{name}_door",
        lights=lights,
        window=f"binary_sensor.{name}_window",
        cover=f"cover.{name}",
        plug=f"switch.{name}_plug",
        echoes=(f"light.{name}_all", f"switch.{name}_relay") if name == "living" else (),
    )


def _subjects(room: Room) -> Iterator[Subject]:
    kinds = (
        *((one, "motion") for one in room.motions),
        (room.door, "door"),
        (room.window, "window"),
        (room.cover, "shutter"),
        (room.plug, "outlet"),
        *((one, None) for one in (*room.lights, *room.echoes)),
    )
    for entity_id, device_class in kinds:
        yield Subject(entity_id=entity_id, device_class=device_class, device_id=f"d.{entity_id}", area_id=room.name)
    # Reports what the plug does, half a second later, as a device of its own: an effect and no trigger.
    yield Subject(
        entity_id=f"binary_sensor.{room.name}_power",
        device_class="power",
        device_id=f"m.{room.name}",
        area_id=room.name,
    )
