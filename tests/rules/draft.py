"""A house in the making: entities of which nothing has been said yet, rules about them, and what is wrong with them."""

from dataclasses import dataclass, field
import random
from typing import Final

from custom_components.local_things.rules.findings import FindingKind
from custom_components.local_things.things.documents import Json, JsonObject

from .spelling import Speller, call, is_state, numeric, state

type Planted = tuple[FindingKind, frozenset[str]]
"""What is the matter, and the ids of the rules."""

ON_OFF: Final = (
    ("light", "light.turn_on", "light.turn_off"),
    ("switch", "switch.turn_on", "switch.turn_off"),
    ("fan", "homeassistant.turn_on", "homeassistant.turn_off"),
    ("cover", "cover.open_cover", "cover.close_cover"),
    ("lock", "lock.unlock", "lock.lock"),
    ("valve", "valve.open_valve", "valve.close_valve"),
    ("media_player", "media_player.turn_on", "media_player.turn_off"),
)


@dataclass(slots=True)
class Draft:
    """A house in the making."""

    rng: random.Random
    speller: Speller
    scripts: dict[str, Json] = field(default_factory=dict)
    scenes: dict[str, Json] = field(default_factory=dict)
    members: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Kind and id of what stands for entities (`area`, `floor`, `label`; `entity` for a group) → those."""
    planted: set[Planted] = field(default_factory=set)
    things: int = 0

    def thing(self, domain: str) -> str:
        """Return an entity of which nothing has been said."""
        self.things += 1
        return f"{domain}.thing_{self.things}"

    def rule(self, triggers: Json, actions: Json, *conditions: Json, **more: Json) -> str:
        """Write a rule; return its id."""
        return self.speller.rule(triggers, actions, conditions, **more)

    def pair(self) -> tuple[JsonObject, JsonObject]:
        """Return opposite calls for a new actuator, in either order."""
        domain, one, other = self.rng.choice(ON_OFF)
        entity = self.thing(domain)
        calls = [call(one, entity), call(other, entity)]
        self.rng.shuffle(calls)
        return calls[0], calls[1]

    def event(self) -> JsonObject:
        """Return a trigger that nothing else has."""
        sensor = self.thing("binary_sensor")
        return self.one_of(
            state(sensor, "on"),
            state(sensor, "off", **{"for": "00:05:00"}),
            state(self.thing("event")),
            numeric("trigger", self.thing("sensor"), above=self.rng.randrange(20, 30)),
            {"trigger": "motion.detected", "target": {"entity_id": sensor}},
            {"trigger": "event", "event_type": "press", "event_data": {"id": self.thing("button")}},
            {"trigger": "zone", "entity_id": self.thing("person"), "zone": "zone.home", "event": "enter"},
            {"trigger": "mqtt", "topic": f"house/{self.thing('topic')}"},
        )

    def one_of(self, *ways: JsonObject) -> JsonObject:
        """Return one of several ways to write the same."""
        return self.rng.choice(ways)

    def plant(self, kind: FindingKind, *ids: str) -> None:
        """Note what is the matter."""
        self.planted.add((kind, frozenset(ids)))


def window(start: int, end: int) -> JsonObject:
    """Return a condition on the time, in hours."""
    return {"condition": "time", "after": f"{start % 24:02}:00:00", "before": f"{end % 24:02}:00"}


def mirrored(one: str, other: str, *, inverted: bool = False) -> Json:
    """Return actions that make one switch as the other is, or as it is not."""
    words = ("off", "on") if inverted else ("on", "off")
    return [
        {
            "choose": [{"conditions": is_state(one, "on"), "sequence": call(f"switch.turn_{words[0]}", other)}],
            "default": call(f"switch.turn_{words[1]}", other),
        }
    ]
