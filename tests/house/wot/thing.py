"""A W3C Web Thing without a wire: its description, its values, who listens, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final, Literal

from tests.house.model import Signal

type Json = None | bool | int | float | str | list[Json] | dict[str, Json]
type Schema = Mapping[str, Json]
type Kind = Literal["properties", "actions", "events"]
type Listener = Callable[[Json], None]

_TYPES: Final[Mapping[Json, tuple[type, ...]]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "object": (dict,),
    "array": (list,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingModel:
    """One kind of Thing: what its TD says apart from the forms (W3C TD 1.1), and how its values move.

    A signal that is called `power.watts` is the member `watts` of the property `power`.
    """

    name: str
    identity: str
    title: str
    properties: Mapping[str, Schema]
    actions: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    about: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingFaults:
    """What is wrong with a Thing; nothing by default."""

    silent: bool = False
    lying: bool = False
    refusal: int = 0


class Thing:
    """The values of one Thing and what is done with it."""

    def __init__(self, model: ThingModel) -> None:
        """The values are those that the signals start with."""
        self.model = model
        self.faults = ThingFaults()
        self.values: dict[str, Json] = {}
        self.invoked: list[tuple[str, Json]] = []
        self._signals = {signal.name: signal for signal in model.signals}
        self._listeners: dict[tuple[Kind, str], list[Listener]] = {}
        self._random = Random(model.name)
        self._ticks = 0
        for signal in model.signals:
            self._put(signal.name, signal.start)

    def listen(self, kind: Kind, name: str, listener: Listener) -> Callable[[], None]:
        """Tell `listener` every later value of a property, or the data of every event; return what ends that."""
        listeners = self._listeners.setdefault((kind, name), [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(map(len, self._listeners.values()))

    def set(self, name: str, value: Json) -> None:
        """Give a signal, or a property as a whole, another value; raises ValueError, KeyError."""
        if signal := self._signals.get(name):
            value = signal.read(str(int(value) if isinstance(value, bool) else value))
        else:
            check(self.model.properties[name], value)
        self._put(name, value)
        prop = name.partition(".")[0]
        self._tell("properties", prop, self.values[prop])

    def write(self, name: str, value: Json) -> None:
        """Write a property as a consumer does; raises ValueError, KeyError."""
        schema = self.model.properties[name]
        if schema.get("readOnly"):
            raise KeyError(name)
        check(schema, value)
        if not self.faults.lying:
            self.set(name, value)

    def invoke(self, name: str, data: Json) -> Json:
        """Act, and return the output: what was asked for, where there is one; raises ValueError, KeyError."""
        action = self.model.actions[name]
        if isinstance(schema := action.get("input"), dict):
            check(schema, data)
        self.invoked.append((name, data))
        return f"{name}: {data}" if "output" in action else None

    def emit(self, name: str, data: Json = None) -> None:
        """Let an event happen; raises ValueError, KeyError."""
        if isinstance(schema := self.model.events[name].get("data"), dict):
            check(schema, data)
        self._tell("events", name, data)

    def tick(self) -> None:
        """Let every value move once."""
        self._ticks += 1
        for signal in self.model.signals:
            if signal.step and self._ticks % signal.every == signal.phase:
                self.set(signal.name, signal.moved(self._held(signal.name), self._random))

    def fail(self) -> None:
        """Fall silent until told to recover."""
        self.faults = replace(self.faults, silent=True)

    def lie(self) -> None:
        """Confirm every write and do not apply it."""
        self.faults = replace(self.faults, lying=True)

    def refuse(self, status: int) -> None:
        """Answer every request but the one for the description with an error: a status of HTTP."""
        self.faults = replace(self.faults, refusal=status)

    def recover(self) -> None:
        """Be honest and answering again."""
        self.faults = ThingFaults()

    def _held(self, name: str) -> bool | float | str:
        prop, _, member = name.partition(".")
        held = self.values[prop]
        value = held[member] if isinstance(held, dict) else held
        return value if isinstance(value, bool | int | float | str) else ""

    def _put(self, name: str, value: Json) -> None:
        prop, _, member = name.partition(".")
        if not member:
            self.values[prop] = value
            return
        held = self.values.get(prop)
        self.values[prop] = {**(held if isinstance(held, dict) else {}), member: value}

    def _tell(self, kind: Kind, name: str, data: Json) -> None:
        for listener in [*self._listeners.get((kind, name), ())]:
            listener(data)


def check(schema: Schema, value: Json) -> None:
    """Raise ValueError for what the schema does not allow."""
    wanted = _TYPES.get(schema.get("type"), (object,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and schema.get("type") in {"integer", "number"}):
        raise ValueError(f"{schema.get('type')} is needed")
    if isinstance(allowed := schema.get("enum"), list) and value not in allowed:
        raise ValueError(f"one of {allowed} is needed")
    match value, schema:
        case int() | float(), {"minimum": int() | float() as least} if value < least:
            raise ValueError(f"at least {least} is needed")
        case int() | float(), {"maximum": int() | float() as most} if value > most:
            raise ValueError(f"at most {most} is needed")
        case dict(), {"properties": dict(members)}:
            for name, member in members.items():
                if isinstance(member, dict) and name in value:
                    check(member, value[name])
            required = schema.get("required")
            if isinstance(required, list) and any(name not in value for name in required):
                raise ValueError(f"{required} are needed")


def description(
    thing: ThingModel, forms: Callable[[Kind, str, Schema], list[Json]], /, **more: Json
) -> dict[str, Json]:
    """Return the Thing Description; `forms` gives those of an affordance, `more` what else stands at the root."""
    affordances: dict[str, Json] = {}
    kinds: tuple[tuple[Kind, Mapping[str, Mapping[str, Json]]], ...] = (
        ("properties", thing.properties),
        ("actions", thing.actions),
        ("events", thing.events),
    )
    for kind, offered in kinds:
        affordances[kind] = {name: {**one, "forms": forms(kind, name, one)} for name, one in offered.items()}
    return {
        "@context": [
            "https://www.w3.org/2022/wot/td/v1.1",
            {"om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/"},
        ],
        "id": thing.identity,
        "title": thing.title,
        **thing.about,
        **more,
        **affordances,
    }
