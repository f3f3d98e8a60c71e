"""Actions of Home Assistant → effects: what they write, under which conditions, and how long after the trigger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from ..things.documents import Json, JsonObject
from .calls import Effect, Target, called, device_call, made, scene_states
from .conditions import read_conditions
from .guard import ALWAYS, NEVER, Guard, Variable, both, negated
from .reading import House, UnreadableError, canonical, is_enabled, is_template, listed, mapping, seconds, words
from .values import values

MOST_ACTIONS: Final = 1_000
"""Of one rule, those of the scripts it calls included."""
MOST_SCRIPTS: Final = 5
"""So deep scripts that call scripts are followed."""
_DONE: Final = values("done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a sequence we are: what must hold to get here, when that is, and what was asked or awaited since."""

    guard: Guard = ALWAYS
    after: float | None = 0.0
    later: tuple[str, ...] = ()


class Walk:
    """Goes through the actions of one rule, scripts that it calls included, and notes what they do."""

    def __init__(self, house: House) -> None:
        """Note what rules refer to."""
        self.effects: list[Effect] = []
        self.named: dict[str, None] = {}
        """Entities that actions name, in their order."""
        self.made: dict[str, None] = {}
        """Entities that actions make: scenes and groups."""
        self._house = house
        self._left = MOST_ACTIONS
        self._goes_on: Guard = ALWAYS
        """What must hold for the rule not to have been stopped so far."""
        self._scripts: tuple[str, ...] = ()

    def sequence(self, part: Json, place: Place) -> Place:
        """Walk through a sequence; return the place behind it. Raises UnreadableError."""
        for one in listed(part):
            action = mapping({"condition": one} if isinstance(one, str) else one, "an action")
            if not is_enabled(action):
                continue
            self._left -= 1
            if self._left < 0:
                raise UnreadableError("more actions than a rule can have")
            key = next((key for key in self._HANDLERS if key in action), None)
            if key is None:
                raise UnreadableError("nobody knows such an action")
            place = self._HANDLERS[key](self, action, place)
            if place.guard == NEVER:
                break
        return place

    def _note(self, place: Place, variable: Variable, effect: Target) -> None:
        guard = both(place.guard, self._goes_on)
        if guard != NEVER:
            self.effects.append(
                Effect(
                    variable=variable,
                    value=effect.value,
                    toggles=effect.toggles,
                    guard=guard,
                    after=place.after,
                    later=place.later,
                )
            )

    def _does(self, place: Place, what: str) -> Place:
        """Note something that is done, whatever it is: it is the same as another of that text."""
        self._note(place, Variable("", f"={what}"), Target(value=_DONE))
        return place

    # ---------------------------------------------------------------------------------------------- conditions

    def _narrowed(self, place: Place, conditions: Json, *, fails: bool = False) -> Place:
        if place.after == 0.0:
            guard = read_conditions(conditions, self._house)
            return replace(place, guard=both(place.guard, negated(guard) if fails else guard))
        # Whatever was known at the trigger may have changed since.
        return replace(place, later=(*place.later, f"{'not ' * fails}{canonical(conditions)}"))

    def _condition(self, action: JsonObject, place: Place) -> Place:
        return self._narrowed(place, action)

    def _choose(self, action: JsonObject, place: Place) -> Place:
        left, ends = place, []
        for one in listed(action["choose"]):
            option = mapping(one, "an option")
            conditions = option.get("conditions")
            ends.append(self.sequence(option.get("sequence"), self._narrowed(left, conditions)))
            left = self._narrowed(left, conditions, fails=True)
        ends.append(self.sequence(action.get("default"), left))
        return _joined(place, ends)

    def _if(self, action: JsonObject, place: Place) -> Place:
        ends = [
            self.sequence(action.get(branch), self._narrowed(place, action["if"], fails=branch == "else"))
            for branch in ("then", "else")
        ]
        return _joined(place, ends)

    # --------------------------------------------------------------------------------------------------- order

    def _repeat(self, action: JsonObject, place: Place) -> Place:
        repeat = mapping(action["repeat"], "repeat")
        first = self._narrowed(place, repeat["while"]) if "while" in repeat else place
        self._does(first, f"repeat {canonical({key: value for key, value in repeat.items() if key != 'sequence'})}")
        return _joined(place, [self.sequence(repeat.get("sequence"), first)])

    def _parallel(self, action: JsonObject, place: Place) -> Place:
        return _joined(place, [self.sequence(branch, place) for branch in listed(action["parallel"])])

    def _nested(self, action: JsonObject, place: Place) -> Place:
        end = self.sequence(action["sequence"], place)
        return replace(place, after=end.after, later=end.later)

    def _delay(self, action: JsonObject, place: Place) -> Place:
        wait = seconds(action["delay"])
        if wait is None or wait < 0.0 or place.after is None:
            return self._wait(action, place)
        return replace(place, after=place.after + wait)

    def _wait(self, action: JsonObject, place: Place) -> Place:
        return replace(place, after=None, later=(*place.later, canonical(action)))

    def _stop(self, _action: JsonObject, place: Place) -> Place:
        if not place.later:
            self._goes_on = both(self._goes_on, negated(place.guard))
        return replace(place, guard=NEVER)

    # --------------------------------------------------------------------------------------------------- calls

    def _call(self, action: JsonObject, place: Place) -> Place:
        call = called(action, self._house)
        if call is None:
            return self._does(place, canonical(action))
        if call.domain != "script":
            self.named |= dict.fromkeys(call.named)
            self.made |= dict.fromkeys(made(call))
        if call.domain == "script" and call.service not in ("turn_off", "toggle", "reload"):
            return self._script_call(action, call.service, call.named, place)
        if call.domain == "scene":
            states = call.data.get("entities") if call.service == "apply" else None
            return self._scenes(action, call.named, states, place)
        for entity, target in call.targets:
            self._note(place, entity, target)
        return place if call.whole else self._does(place, canonical(action))

    def _device(self, action: JsonObject, place: Place) -> Place:
        return self._call(device_call(action), place)

    def _scene(self, action: JsonObject, place: Place) -> Place:
        named = tuple(words(action["scene"]))
        self.named |= dict.fromkeys(one for one in named if not is_template(one))
        return self._scenes(action, named, None, place)

    def _scenes(self, action: JsonObject, named: tuple[str, ...], states: Json, place: Place) -> Place:
        for found in (states, *(self._house.scenes.get(one) for one in named)):
            for variable, target in scene_states(found):
                self._note(place, variable, target)
        return self._does(place, canonical(action))

    def _script_call(self, action: JsonObject, service: str, named: tuple[str, ...], place: Place) -> Place:
        if service != "turn_on":
            self.named[f"script.{service}"] = None
            end = self._script(service, action, place)
            return replace(place, after=end.after, later=end.later)
        for one in named:
            self.named[one] = None
            self._script(one.partition(".")[2], action, place)
        return place

    def _script(self, name: str, action: JsonObject, place: Place) -> Place:
        config = self._house.scripts.get(name)
        deep = name in self._scripts or len(self._scripts) >= MOST_SCRIPTS
        if deep or not isinstance(config, dict) or "sequence" not in config:
            return self._does(place, canonical(action))
        if "data" in action:
            self._does(place, canonical(action))  # what its templates make of it
        before = len(self.effects), self._scripts, self._goes_on
        self._scripts = (*self._scripts, name)
        try:
            return self.sequence(config["sequence"], place)
        except UnreadableError:
            del self.effects[before[0] :]
            return self._does(place, canonical(action))
        finally:
            _, self._scripts, self._goes_on = before  # its own stop ends only the script

    # -------------------------------------------------------------------------------------------------- others

    def _fire(self, action: JsonObject, place: Place) -> Place:
        return self._does(place, canonical(action))

    def _variables(self, action: JsonObject, place: Place) -> Place:
        # One level down, so that no variable is taken for the name of a part.
        return self._does(place, canonical([action]))

    _HANDLERS: ClassVar[Mapping[str, Callable[[Walk, JsonObject, Place], Place]]] = {
        "delay": _delay,
        "wait_template": _wait,
        "condition": _condition,
        "and": _condition,
        "or": _condition,
        "not": _condition,
        "event": _fire,
        "device_id": _device,
        "scene": _scene,
        "repeat": _repeat,
        "choose": _choose,
        "wait_for_trigger": _wait,
        "variables": _variables,
        "if": _if,
        "action": _call,
        "service": _call,
        "service_template": _call,
        "stop": _stop,
        "parallel": _parallel,
        "sequence": _nested,
        "set_conversation_response": _fire,
    }
    """In Home Assistant's order: of two keys the first one says what an action is."""


def _joined(place: Place, ends: list[Place]) -> Place:
    """Return the place behind branches: as before, but nobody knows when unless all took the same time."""
    if all(end.after == place.after for end in ends):
        return place
    return replace(place, after=None, later=(*place.later, *(text for end in ends for text in end.later)))
