"""The many ways in which people, editors and versions write the same automation."""

from dataclasses import dataclass, field
import random

from custom_components.local_things.things.documents import Json, JsonObject


def state(entity: Json, to: Json = None, **more: Json) -> JsonObject:
    """Return a state trigger, in the new spelling."""
    return {"trigger": "state", "entity_id": entity, **({} if to is None else {"to": to}), **more}


def is_state(entity: str, wanted: Json, **more: Json) -> JsonObject:
    """Return a state condition."""
    return {"condition": "state", "entity_id": entity, "state": wanted, **more}


def numeric(kind: str, entity: str, above: float | None = None, below: float | None = None) -> JsonObject:
    """Return a numeric state trigger or condition."""
    bounds: JsonObject = {"above": above, "below": below}
    return {kind: "numeric_state", "entity_id": entity, **{key: one for key, one in bounds.items() if one is not None}}


def call(action: str, entity: str, **data: Json) -> JsonObject:
    """Return a call of an action, in the new spelling."""
    return {"action": action, "target": {"entity_id": entity}, **({"data": {**data}} if data else {})}


def clock(at: Json, **more: Json) -> JsonObject:
    """Return a time trigger."""
    return {"trigger": "time", "at": at, **more}


def kept(entity: str, to: str, minutes: int) -> JsonObject:
    """Return a trigger for a state that has lasted."""
    return {"trigger": "state", "entity_id": entity, "to": to, "for": {"minutes": minutes}}


@dataclass(slots=True)
class Speller:
    """Writes rules, each in one of the ways there are, and gives them ids."""

    rng: random.Random
    written: list[JsonObject] = field(default_factory=list)

    def rule(self, triggers: Json, actions: Json, conditions: tuple[Json, ...] = (), **more: Json) -> str:
        """Write an automation; return its id."""
        rng = self.rng
        ident = f"rule{len(self.written):04}"
        told: list[Json] = list(conditions)
        todo: list[Json] = actions if isinstance(actions, list) else [actions]
        if told and rng.random() < 0.3:
            told, todo = self._inside(told, todo)
        keys = ("triggers", "conditions", "actions") if rng.random() < 0.6 else ("trigger", "condition", "action")
        given = triggers if isinstance(triggers, list) else [triggers]
        rule: JsonObject = {"id": ident, "alias": f"{rng.choice(('Hall', 'Room', 'Evening'))} {ident}", **more}
        rule[keys[0]] = _loose(rng, [self._trigger(one) for one in given])
        rule[keys[2]] = _loose(rng, [self._action(one) for one in todo])
        if told:
            if len(told) > 1 and rng.random() < 0.3:
                told = [{"and": told} if rng.random() < 0.5 else {"condition": "and", "conditions": told}]
            rule[keys[1]] = _loose(rng, told)
        self.written.append(rule)
        return ident

    def _inside(self, conditions: list[Json], actions: list[Json]) -> tuple[list[Json], list[Json]]:
        """Move the conditions among the actions."""
        way = self.rng.randrange(3)
        if way == 0:
            return [], [*conditions, *actions]
        if way == 1:
            return [], [{"if": conditions, "then": actions}]
        return [], [{"choose": [{"conditions": conditions, "sequence": actions}]}]

    def _trigger(self, one: Json) -> Json:
        if isinstance(one, dict) and "trigger" in one and self.rng.random() < 0.4:
            return {"platform" if key == "trigger" else key: value for key, value in one.items()}
        return one

    def _action(self, one: Json) -> Json:
        if not isinstance(one, dict) or "action" not in one:
            return one
        one = dict(one)
        target = one.get("target")
        way = self.rng.randrange(4)
        if way and isinstance(target, dict) and set(target) == {"entity_id"}:
            del one["target"]
            data = one.get("data")
            if way == 1:
                one["entity_id"] = target["entity_id"]
            elif way == 2:
                one["data"] = {**(data if isinstance(data, dict) else {}), "entity_id": [target["entity_id"]]}
            else:
                one["target"] = {"entity_id": [target["entity_id"]]}
        if self.rng.random() < 0.4:
            one["service"] = one.pop("action")
        return one


def _loose(rng: random.Random, items: list[Json]) -> Json:
    """Return one item without its list, sometimes."""
    return items[0] if len(items) == 1 and rng.random() < 0.4 else list(items)
