"""Calls of actions, and scenes → which variables they set to which values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..things.documents import Json, JsonObject
from .guard import Guard, Variable
from .reading import House, entities, has_template, is_entity_id, is_template, listed, words
from .tables import DEVICE_ACTIONS, Field, Writes, writes
from .values import ANY, Values, around, number, text, values

_TARGETS: Final = ("entity_id", "area_id", "device_id", "floor_id", "label_id")

_MAKES: Final = {("scene", "create"): "scene_id", ("group", "set"): "object_id"}
"""The field that names what an action makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What becomes of a variable."""

    value: Values
    toggles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a rule does to a variable. A thing done that has no state is a variable without an entity."""

    variable: Variable
    value: Values
    toggles: bool
    guard: Guard
    """What must hold at the trigger."""
    after: float | None
    """Seconds after the trigger; None if something is waited for."""
    later: tuple[str, ...]
    """What was asked or awaited after the trigger, as text: nobody knows whether it comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an action."""

    domain: str
    service: str
    data: JsonObject
    named: tuple[str, ...]
    """Entity ids as they are written."""
    targets: tuple[tuple[Variable, Target], ...]
    whole: bool
    """The targets are all there is to it."""


def called(action: JsonObject, house: House) -> Call | None:
    """Return what an action calls; None if a template says it."""
    name = next((action[key] for key in ("action", "service", "service_template") if key in action), None)
    if not isinstance(name, str) or is_template(name) or "." not in name:
        return None
    domain, _, service = name.lower().partition(".")
    data: JsonObject = {}
    for key in ("data_template", "data"):
        if isinstance(part := action.get(key), dict):
            data |= part
    place: JsonObject = {"target": action.get("target"), **{key: action[key] for key in _TARGETS if key in action}}
    place |= {key: data.pop(key) for key in _TARGETS if key in data}
    meant = entities(place, house)
    if _means_all(place):
        meant += sorted(house.resolve("all", domain))
    found = [one for one in meant if domain == "homeassistant" or one.partition(".")[0] in (domain, "group")]
    rows = [(one, writes(one.partition(".")[0], service)) for one in found]
    targets = tuple(pair for one, row in rows if row is not None for pair in _written(one, row, data))
    known = {name for _, row in rows if row for name, field in row.given.items() if _given(field, data.get(name))}
    return Call(
        domain=domain,
        service=service,
        data=data,
        named=tuple(_named(place)),
        targets=targets,
        whole=bool(rows) and all(row for _, row in rows) and data.keys() <= known and not has_template(place),
    )


def _means_all(place: JsonObject) -> bool:
    target = place.get("target")
    parts = (place, target if isinstance(target, dict) else {})
    return any(part.get("entity_id") == "all" for part in parts)


def _named(place: JsonObject) -> Iterator[str]:
    target = place.get("target")
    for part in (place, target if isinstance(target, dict) else {}):
        yield from filter(is_entity_id, words(part.get("entity_id")))


def _written(entity: str, row: Writes, data: JsonObject) -> Iterator[tuple[Variable, Target]]:
    if row.toggles:
        yield Variable(entity), Target(value=ANY, toggles=True)
    for attribute, value in row.fixed.items():
        yield Variable(entity, attribute), Target(value=value)
    for name, field in row.given.items():
        given = _given(field, data.get(name))
        if given is not None:
            yield Variable(entity, field.attribute), Target(value=given)


def _given(field: Field, value: Json) -> Values | None:
    if value is None or isinstance(value, list | dict) or is_template(value):
        return None
    found = number(value)
    return values(value) if found is None else around(found * field.scale, field.tolerance)


def made(call: Call) -> Iterator[str]:
    """Yield the entity that a call makes: a scene or a group, under a name that is written in it."""
    field = _MAKES.get((call.domain, call.service))
    name = call.data.get(field) if field else None
    if isinstance(name, str) and not is_template(name):
        yield f"{call.domain}.{name}"


def device_call(action: JsonObject) -> JsonObject:
    """Return a device's action as the call that it makes."""
    domain, kind = text(action.get("domain")), text(action.get("type"))
    service = DEVICE_ACTIONS.get(kind, kind).format(domain=domain)
    rest = {key: value for key, value in action.items() if key not in ("domain", "type", "device_id", "entity_id")}
    return {
        "action": f"{domain}.{service}",
        "device": action.get("device_id"),
        "target": {"entity_id": action.get("entity_id")},
        "data": {key: value for key, value in rest.items() if key not in ("alias", "enabled", "metadata", "note")},
    }


def scene_states(scene: Json) -> Iterator[tuple[Variable, Target]]:
    """Yield what a scene sets: entity → state, or entity → {state, attributes}."""
    if not isinstance(scene, Mapping):
        return
    for entity, wanted in scene.items():
        states = {"state": wanted} if not isinstance(wanted, dict) else wanted
        for name, value in states.items():
            if value is not None and not isinstance(value, list | dict) and is_entity_id(entity):
                yield Variable(entity, "" if name == "state" else name), Target(value=values(*listed(value)))
