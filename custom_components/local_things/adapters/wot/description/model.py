"""Where a described Thing lives on the wire: its forms, what lets us in, and how its payloads become values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ....things.documents import Json
from ....things.errors import Rejected
from ....things.model import DataSchema, ThingDescription, Value, ValueType
from ....things.quantities import Quantity
from ....things.units import PLAIN, Unit

type Key = tuple[str | int, ...]
"""Where in a payload a value is: a text is a member's name, a number a place in an array; () is the whole payload."""

JSON: Final = "application/json"
"""The content type of a form that names none (W3C TD 1.1, 5.4)."""


class Operation(StrEnum):
    """What is done by means of a form (W3C TD 1.1, 5.3.4.2): those that we do. To stop is to hang up."""

    READ = "readproperty"
    WRITE = "writeproperty"
    OBSERVE = "observeproperty"
    INVOKE = "invokeaction"
    SUBSCRIBE = "subscribeevent"
    READ_ALL = "readallproperties"
    OBSERVE_ALL = "observeallproperties"
    SUBSCRIBE_ALL = "subscribeallevents"


class SecurityKind(StrEnum):
    """How a device lets us in (W3C TD 1.1, 5.3.3), of what we speak. A form that wants nothing has no scheme."""

    BASIC = "basic"
    DIGEST = "digest"
    BEARER = "bearer"
    APIKEY = "apikey"
    PSK = "psk"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """One way in: `place` ("header", "query", "cookie") and `name` say where a key or token goes.

    Their defaults are filled in: "header", and "Authorization" but for a key in a query or cookie, which has its name.
    """

    kind: SecurityKind
    place: str = "header"
    name: str = "Authorization"


type Security = tuple[tuple[SecurityScheme, ...], ...]
"""Ways in, of which any one will do; all schemes of one together. `((),)`: nothing is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How something is done over the wire (W3C TD 1.1, 5.3.4.2).

    `scheme` is one of SCHEMES (tables). `host` is always the host that the TD came from: a bare literal (a link-local
    one with its zone) or a local name; `port` is never 0. `target` is path and query, as they go. Of MQTT the `host` is
    "" and the port 0, since messages go through the broker that Home Assistant uses, and `target` is the topic.

    `method` is "" where it is the operation's usual one. `subprotocol` is "longpoll", "sse", or "". `accept` is a
    CoAP Content-Format that the form asks for (`cov:accept`), None for what `content_type` says.
    """

    scheme: str
    host: str
    port: int
    target: str
    operations: frozenset[Operation]
    content_type: str = JSON
    subprotocol: str = ""
    method: str = ""
    accept: int | None = None
    retain: bool = False
    security: Security = ((),)

    @property
    def origin(self) -> str:
        """Scheme, host and port as in a URL; a zone is written as RFC 4007 does, without escapes."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}" if self.host else f"{self.scheme}:"

    @property
    def href(self) -> str:
        """The whole URL; of MQTT the scheme and the topic."""
        return f"{self.origin}{self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One value in a payload: where it is, its type on the wire, and what of ours it becomes.

    A number becomes one of `quantity`, in its unit, by `unit`. `words` are pairs of a value of ours and what the device
    has for it; where there are any, nothing else is a value. `values.py` reads and writes by this.
    """

    path: Key = ()
    type: ValueType
    quantity: Quantity
    schema: DataSchema
    unit: Unit = PLAIN
    words: tuple[tuple[Value, Json], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How an affordance is spoken to. `forms` are in order of preference, the best first.

    `key` is the affordance's name in the TD: a reading of all properties has the payload under it. `member` is the
    value of a property. `shared`: the payload has other values too, so a write reads it first, puts the value in and
    writes it whole. `wrapped`: values travel as {key: value}, and an action's input as {key: {"input": …}} (WebThings).
    `members` are what an event tells, by name; `kinds` is its member that says which of the event's types it was.
    """

    key: str
    forms: tuple[Form, ...]
    member: Member | None = None
    shared: bool = False
    wrapped: bool = False
    members: Mapping[str, Member] = field(default_factory=dict)
    kinds: Member | None = None

    def forms_for(self, operation: Operation) -> tuple[Form, ...]:
        """Return the forms by which `operation` can be done, the best first."""
        return tuple(form for form in self.forms if operation in form.operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A Thing, and by affordance name how it is spoken to.

    `forms` are those of the Thing as a whole (read, observe or subscribe to all), the best first. `security` is what
    the TD asks for everywhere but where a form says otherwise. `refused` says why an affordance of the TD was left out,
    by its name there (and the path of a member: "power/raw"); `misfits` why an interpretation was not followed.
    """

    description: ThingDescription
    bindings: Mapping[str, Binding]
    forms: tuple[Form, ...]
    security: Security
    refused: Mapping[str, Rejected]
    misfits: Mapping[str, Rejected]
