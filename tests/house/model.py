"""What a simulated device is, as rows: the signals it knows and the resources that show them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import math
from random import Random
from typing import Final

from .codec import Code
from .control import truth

type Value = bool | int | float | str
type Values = dict[str, Value]

TEXT: Final = 0
LINK_FORMAT: Final = 40
JSON: Final = 50
CBOR: Final = 60
SENML_JSON: Final = 110
SENML_CBOR: Final = 112
OCF_CBOR: Final = 10000
OMA_TLV: Final = 11542

IDENTITY: Final = "identity"
"""The signal that holds what a device says it is: a serial number or a `urn:dev:…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A value that a device knows, and how it moves by itself.

    Every `every` ticks (at tick `phase`) a number goes up or down by `step` or stays, within `low`…`high`; of a
    boolean, `step` is the chance to change over. A step of 0 stays until someone sets it.
    """

    name: str
    start: Value
    step: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    decimals: int = 1
    every: int = 1
    phase: int = 0

    def moved(self, value: Value, random: Random) -> Value:
        """Return the value after one move."""
        match value:
            case bool():
                return value != (random.random() < self.step)
            case int() | float():
                moved = round(value + random.choice((-self.step, 0, self.step)), self.decimals)
                return type(value)(min(max(moved, self.low), self.high))
            case _:
                return value

    def read(self, text: str) -> Value:
        """Return the value that a text such as "21.5", "1" or "off" gives this signal; raises ValueError."""
        match self.start:
            case bool():
                return truth(text)
            case int() | float():
                number = type(self.start)(float(text))
                if not self.low <= number <= self.high:
                    raise ValueError(f"{self.name} is {self.low}…{self.high}, not {text!r}")
                return number
            case _:
                return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One signal inside a resource; name and unit are those of its SenML record (RFC 8428), or its key in a map."""

    signal: str
    name: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One CoAP resource: its link attributes (RFC 6690) and the signals it shows.

    The first of `formats` is sent to whoever accepts anything. A `pack` puts the identity of the device before its
    names, another SenML representation its own path. What never changes unless it is written is a `text`, or a
    `document` in CBOR; in a map the `members` of one stand beside its signals. It is written by `method`, and `runs`
    names what a POST does. One that is not `listed` is not in `.well-known/core`.
    """

    path: str
    records: tuple[Record, ...] = ()
    text: str = ""
    document: object = None
    members: Mapping[str, object] = field(default_factory=dict)
    rt: str = ""
    interface: str = ""
    title: str = ""
    formats: tuple[int, ...] = (TEXT,)
    pack: bool = False
    observable: bool = False
    confirmable: bool = False
    writable: bool = False
    method: Code = Code.PUT
    runs: str = ""
    listed: bool = True

    def link(self) -> str:
        """Return the resource as one link of `.well-known/core`."""
        formats = " ".join(map(str, self.formats))
        attributes = (
            f'rt="{self.rt}"' if self.rt else "",
            f'if="{self.interface}"' if self.interface else "",
            f'ct="{formats}"' if len(self.formats) > 1 else f"ct={formats}" if formats else "",
            f'title="{self.title}"' if self.title else "",
            "obs" if self.observable else "",
        )
        return ";".join((f"<{self.path}>", *filter(None, attributes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a device says to one request.

    `options` are sent as they are, so that a misbehaving device can send what no codec would; `endless` announces one
    more block for ever, and `restless` gives each block another ETag.
    """

    code: int = Code.CONTENT
    payload: bytes = b""
    content_format: int | None = None
    max_age: int | None = None
    options: tuple[tuple[int, bytes], ...] = ()
    observable: bool = False
    confirmable: bool = False
    endless: bool = False
    restless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is wrong with a device; nothing by default."""

    silent_until: float = -math.inf
    lying: bool = False
    refusal: int | None = None
    loss: float = 0.0
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One kind of device. `replace` it to get a variant, for example a faster sleeper.

    `awake` of every `period` seconds the device listens (0: always). `derive` is the physics: it sets the signals that
    follow from others, given the seconds since it last ran. `modes` are the ways to misbehave: path → what a GET gets.
    """

    name: str
    identity: str = ""
    signals: tuple[Signal, ...] = ()
    resources: tuple[Resource, ...] = ()
    max_age: int = 60
    awake: float = 0.0
    period: float = 0.0
    derive: Callable[[Values, float], None] | None = None
    modes: Mapping[str, Mapping[str, Reply]] = field(default_factory=dict)

    def links(self) -> bytes:
        """Return `.well-known/core` of an honest device."""
        return ",".join(resource.link() for resource in self.resources if resource.listed).encode()
