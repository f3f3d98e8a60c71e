"""How a description says that something is done: its forms, each brought home to the host it came from. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
import re
from typing import Final

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ..tables import MQTT
from .addresses import LocalTest, Place, Reference, base_of, origin_of, place_of
from .model import JSON, Form, Operation, Security
from .security import security_of, unsupported

_MOST_FORMS: Final = 64
"""Most forms read of one affordance; a server with many addresses has them all, for each of its formats."""

_MOST_ALIKE: Final = 8
"""Most forms kept of one affordance."""

_SUBPROTOCOLS: Final = {"": "", "longpoll": "longpoll", "sse": "sse", "cov:observe": "", "coap:observe": ""}
"""Subprotocols that are spoken; CoAP's became the usual way to observe."""

_METHODS: Final = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE", "FETCH", "iPATCH"})
_METHOD_TERMS: Final = ("htv:methodName", "http:methodName", "cov:method", "cov:methodName")
_READABLE: Final = re.compile(r"application/(?:json|cbor)|text/(?:plain|json)|application/(?!senml|td)[\w.-]+\+json")
_EVENT_STREAM: Final = "text/event-stream"
_CONTENT_ORDER: Final = ("application/json", "application/cbor", "text/plain")
_TOPIC_UNWANTED: Final = re.compile(r"[+#\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONGEST_TOPIC: Final = 256
_PUBLISHING: Final = frozenset({Operation.WRITE, Operation.INVOKE})
_LARGEST_FORMAT: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Wires:
    """What holds for every form of a description: where it came from, against what it counts, what it asks for."""

    origin: Place
    base: Reference
    is_local: LocalTest
    definitions: Mapping[str, Json]
    security: Security

    @classmethod
    def of(cls, url: str, td: Mapping[str, Json], is_local: LocalTest) -> Wires:
        """Read it from a description. Raises Rejected, NOT_A_THING or NO_FORM."""
        definitions = td.get("securityDefinitions")
        named = definitions if isinstance(definitions, dict) else {}
        return cls(
            origin=origin_of(url),
            base=base_of(url, td),
            is_local=is_local,
            definitions=named,
            security=security_of(td.get("security"), named),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The forms of one thing, best first, and why others were left out."""

    forms: tuple[Form, ...] = ()
    refusals: tuple[Rejected, ...] = field(default=())

    def refusal(self) -> Rejected:
        """Return why there is no form: that one leads elsewhere weighs most."""
        weight = (Reason.OFF_HOST, Reason.NOT_SUPPORTED, Reason.NO_FORM)
        return min(self.refusals, key=lambda one: weight.index(one.reason), default=Rejected(Reason.NO_FORM))


def forms_of(said: Json, usual: Iterable[Operation], wires: Wires) -> Found:
    """Return the forms in a `forms` array, each for what its `op` says, else for the `usual` operations."""
    forms: dict[Form, None] = {}
    refusals: list[Rejected] = []
    for one in islice(said if isinstance(said, list) else (), _MOST_FORMS):
        try:
            forms.update(dict.fromkeys(_read(one, frozenset(usual), wires)))
        except Rejected as err:
            refusals.append(err)
    if any(form.scheme not in MQTT for form in forms):
        forms = {form: None for form in forms if form.scheme not in MQTT}
    ordered = sorted(forms, key=lambda form: _order(form, wires.origin))
    return Found(forms=tuple(_kept(ordered)), refusals=tuple(refusals))


def _kept(forms: Iterable[Form]) -> Iterable[Form]:
    """Keep the best few of each way to do something."""
    counts: dict[tuple[frozenset[Operation], str], int] = {}
    for form in forms:
        key = form.operations, form.subprotocol
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= _MOST_ALIKE:
            yield form


def _order(form: Form, origin: Place) -> tuple[bool, bool, int]:
    """Order forms: where the description came from is known to answer, and JSON says most about a value."""
    content = form.content_type
    rank = _CONTENT_ORDER.index(content) if content in _CONTENT_ORDER else len(_CONTENT_ORDER)
    return form.scheme != origin.scheme, form.port != origin.port, rank


def _read(said: Json, usual: frozenset[Operation], wires: Wires) -> Iterable[Form]:
    """Read one form. Raises Rejected."""
    if not isinstance(said, dict):
        raise Rejected(Reason.NO_FORM, detail="no form")
    # Where a form leads is judged before all else: what cannot be done elsewhere leads elsewhere nevertheless.
    href = said.get("href")
    place = place_of(wires.base.join(Reference.parse(href)), wires.origin, wires.is_local)
    content_type = _content_type(said.get("contentType"))
    named = said.get("subprotocol", "")
    subprotocol = _SUBPROTOCOLS.get(named) if isinstance(named, str) else None
    # Some leave `op` away where only the subprotocol tells that the form is for observing.
    observes = bool(named) and Operation.READ in usual
    operations = _operations(said.get("op"), frozenset({Operation.OBSERVE}) if observes else usual)
    if not operations or content_type is None or subprotocol is None:
        raise Rejected(Reason.NO_FORM, detail="an operation, format or subprotocol that is not spoken here")
    security = security_of(said["security"], wires.definitions) if "security" in said else wires.security
    if not security:
        raise unsupported(f"{wires.origin.scheme}://{wires.origin.host}")
    form = Form(
        scheme=place.scheme,
        host=place.host,
        port=place.port,
        target=place.target,
        operations=operations,
        content_type=content_type,
        subprotocol=subprotocol,
        method=_method(said),
        accept=_content_format(said.get("cov:accept")),
        security=security,
    )
    return _messages(form, said) if form.scheme in MQTT else (form,)


def _operations(op: Json, usual: frozenset[Operation]) -> frozenset[Operation]:
    """Return the operations that a form is for; `op` may be a single one."""
    if op is None:
        return usual
    named = [op] if isinstance(op, str) else op if isinstance(op, list) else []
    return frozenset(one for one in Operation if one in named)


def _content_type(said: Json) -> str | None:
    """Return a content type that is read here, without its parameters; None for any other."""
    kind = (said if isinstance(said, str) else JSON).partition(";")[0].strip().lower()
    if kind == _EVENT_STREAM:  # the envelope, of server-sent events; what is inside is not told
        return JSON
    return kind if _READABLE.fullmatch(kind) else None


def _method(said: Mapping[str, Json]) -> str:
    """Return the method that a form names, "" where it names none. Raises Rejected, NO_FORM, for one of its own."""
    named = next((said[term] for term in _METHOD_TERMS if term in said), "")
    if named == "" or (isinstance(named, str) and named in _METHODS):
        return named
    raise Rejected(Reason.NO_FORM, detail="a method that is not spoken here")


def _content_format(said: Json) -> int | None:
    """Return a CoAP Content-Format number, or None."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= _LARGEST_FORMAT else None


def _messages(form: Form, said: Mapping[str, Json]) -> Iterable[Form]:
    """Yield what a form does over MQTT: what it publishes and what it subscribes to may be under different topics.

    Raises Rejected, NO_FORM, for a topic that is none.
    """
    sent = form.operations & _PUBLISHING
    for operations, term, other in (
        (sent, "mqv:topic", "mqv:filter"),
        (form.operations - sent, "mqv:filter", "mqv:topic"),
    ):
        if operations:
            topic = said.get(term, said.get(other, form.target))
            if not isinstance(topic, str) or not 0 < len(topic) <= _LONGEST_TOPIC or _TOPIC_UNWANTED.search(topic):
                raise Rejected(Reason.NO_FORM, detail="no topic")
            yield replace(form, target=topic, operations=operations, method="", retain=said.get("mqv:retain") is True)
