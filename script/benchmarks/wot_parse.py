"""How fast Thing Descriptions become Things, and how much of what they offer becomes entities.

A thousand descriptions are made, the same ones in each run, in the styles of the tests' samples: node-wot's with a form
for each address and format, one form per affordance, objects with members, and WebThings'. `rate` counts descriptions
per second of processor time, from bytes to a ThingDescription with its bindings; the reference reads the same bytes by
json.loads and visits every value once, which is the least that any reader does. `entities` is the share of what is
described (a value, an action or an event) that is used by an entity, and the reasons for the rest; an entity that is
disabled until a user wants it counts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
import json
import random
import time
from typing import Final

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import Described
from custom_components.local_things.adapters.wot.description.record import new_record
from custom_components.local_things.discovery import plan
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.transports.untrusted import load_json

DOCUMENTS: Final = 1_000
TRIES: Final = 3
"""The fastest of so many counts: what else runs on the machine only adds."""

ID: Final = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
URL: Final = "http://192.168.7.31:8080/td"

NUMBERS: Final = (
    *(("temperature", "om2:degreeCelsius"), ("temperature", "Celsius"), ("temp", "C"), ("humidity", "percent")),
    *(("humidity", "%"), ("pressure", "hPa"), ("co2", "ppm"), ("illuminance", "lux"), ("power", "W")),
    *(("power", "watt"), ("energy", "kWh"), ("voltage", "V"), ("current", "mA"), ("battery", "om2:percent")),
    *(("level", "%"), ("uptime", "s"), ("score", ""), ("setting", "furlong"), ("rssi", "dBm"), ("noise", "dB")),
    *(("distance", "cm"), ("weight", "kg")),
)
STATES: Final = ("on", "motion", "contact", "open", "relay", "enabled", "occupancy", "leak", "smoke", "flag")
WORDS: Final[Mapping[str, list[Json]]] = {
    "mode": ["auto", "manual"],
    "state": ["ON", "OFF"],
    "valve": ["open", "closed"],
    "speed": ["1", "2"],
}
TEXTS: Final = ("label", "firmware", "color", "status")
ACTIONS: Final = ("reboot", "identify", "toggle", "blink", "fade", "reset", "stop")
EVENTS: Final = ("overheated", "pressed", "alarm", "lowBattery")
UNREADABLE: Final[tuple[JsonObject, ...]] = (
    {"type": "array", "items": {"type": "number"}},
    {"type": "null"},
    {"type": "object"},
    {"oneOf": [{"type": "string"}, {"type": "number"}]},
)


KINDS: Final = {"number": 10, "state": 6, "words": 2, "text": 2, "object": 2, "odd": 1}
"""The kinds of properties, and how often each comes."""

READ_ONLY: Final = 0.6
NEEDS_INPUT: Final = 0.3


class Draft:
    """Makes one description; `chance` decides what is in it."""

    def __init__(self, chance: random.Random) -> None:
        """Choose a style."""
        self._chance = chance
        self._style = chance.choice(("plain", "node-wot", "webthings"))

    def document(self) -> JsonObject:
        """Return the description."""
        number = self._chance.randrange
        kinds = self._chance.choices(list(KINDS), list(KINDS.values()), k=2 + number(10))
        drafts = (self._property(kind) for kind in kinds)
        properties: JsonObject = {f"p{place}_{name}": said for place, (name, said) in enumerate(drafts)}
        actions: JsonObject = {name: self._action(name) for name in self._chance.sample(ACTIONS, number(4))}
        events: JsonObject = {name: self._event(name) for name in self._chance.sample(EVENTS, number(3))}
        return {
            "@context": "https://www.w3.org/2022/wot/td/v1.1",
            "title": "A Thing",
            "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
            "security": "nosec_sc",
            "properties": properties,
            "actions": actions,
            "events": events,
        }

    def _property(self, kind: str) -> tuple[str, JsonObject]:
        """Return a name and a property: mostly numbers and states, some objects, and some that nobody can read."""
        name, schema = self._schema(kind)
        read_only: JsonObject = {"readOnly": True} if self._chance.random() < READ_ONLY else {}
        return name, {**schema, **read_only, **self._way("properties", name)}

    def _schema(self, kind: str) -> tuple[str, JsonObject]:
        """Return a name and what a value of it is."""
        chance = self._chance
        match kind:
            case "number":
                name, unit = chance.choice(NUMBERS)
                ranged: JsonObject = {"type": chance.choice(("number", "integer")), "minimum": 0, "maximum": 100}
                return name, {**ranged, "unit": unit} if unit else ranged
            case "state":
                return chance.choice(STATES), {"type": "boolean"}
            case "words":
                name = chance.choice(list(WORDS))
                return name, {"type": "string", "enum": WORDS[name]}
            case "text":
                return chance.choice(TEXTS), {"type": "string"}
            case "object":
                members: JsonObject = dict(self._schema(chance.choice(("number", "state"))) for _ in range(3))
                return "group", {"type": "object", "properties": members}
        return "odd", dict(chance.choice(UNREADABLE))

    def _action(self, name: str) -> JsonObject:
        takes: JsonObject = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
        return {**({"input": takes} if self._chance.random() < NEEDS_INPUT else {}), **self._way("actions", name)}

    def _event(self, name: str) -> JsonObject:
        return {"data": {"type": "number", "unit": "Cel"}, **self._way("events", name)}

    def _way(self, kind: str, name: str) -> JsonObject:
        """Return the forms or links in this style."""
        path = f"/{kind}/{name}"
        if self._style == "webthings":
            return {"links": [{"href": path}]}
        if self._style == "plain":
            return {"forms": [{"href": path}]}
        forms: list[Json] = [
            {"href": f"{scheme}://{host}:8080{path}", "contentType": content}
            for scheme in ("http", "coap")
            for host in ("192.168.7.31", "[fd00::2]", "[fe80::1]")
            for content in ("application/json", "application/cbor")
        ]
        return {"forms": forms}


def visit(value: object) -> int:
    """Visit every value once."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(visit, parts))


def described(text: bytes) -> Described:
    """Make a Thing of a description. Raises ThingError: one that is refused is no measure."""
    return describe(ID, new_record(URL, load_json(text)).dump())


def spent(work: Callable[[bytes], object], texts: Sequence[bytes]) -> float:
    """Return the processor time of some work on every text, in seconds."""
    tries = []
    for _ in range(TRIES):
        begin = time.process_time()
        for text in texts:
            work(text)
        tries.append(time.process_time() - begin)
    return min(tries)


def outcome(thing: Described) -> Iterator[str]:
    """Yield what became of each thing that was described: "entity", else the reason."""
    used = {name for one in plan(thing.description) for name in one.roles.values()}
    for name, affordance in thing.description.affordances.items():
        needs_input = getattr(affordance, "needs_input", False)
        yield "entity" if name in used else "an action that needs input" if needs_input else "no entity for it"
    for why in thing.refused.values():
        yield why.words.get("detail", "no form in a protocol that is spoken")


def line(name: str, value: float, unit: str, reference: str, ratio: float) -> None:
    """Print one result."""
    result = {"name": f"wot-parse/{name}", "value": value, "unit": unit, "reference": reference, "ratio": ratio}
    print(json.dumps(result), flush=True)


def main() -> None:
    """Make the descriptions, measure, print."""
    chance = random.Random(4)  # noqa: S311 (the same in every run)
    texts = [json.dumps(Draft(chance).document()).encode() for _ in range(DOCUMENTS)]
    ours, least = spent(described, texts), spent(lambda text: visit(json.loads(text)), texts)
    size = sum(map(len, texts)) / DOCUMENTS
    reference = f"json.loads and a visit of every value, {size:.0f} bytes each: {DOCUMENTS / least:.0f}"
    line("rate", round(DOCUMENTS / ours), "descriptions/s of processor time", reference, round(least / ours, 3))
    counts = Counter(one for text in texts for one in outcome(described(text)))
    share = round(counts["entity"] / counts.total(), 4)
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts.most_common() if reason != "entity")
    line("entities", share, "part of what is described", f"{counts.total()} in all; not: {reasons}", share)


if __name__ == "__main__":
    main()
