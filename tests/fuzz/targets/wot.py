"""Documents of the Web of Things, what Things say by them, and how they announce themselves."""

from collections.abc import Mapping
from contextlib import suppress
import copy
from functools import partial
from ipaddress import ip_interface
import json
from typing import Final

from custom_components.local_things.adapters.wot.binding.content import Content, load
from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import Described
from custom_components.local_things.adapters.wot.description.record import WotRecord, new_record
from custom_components.local_things.adapters.wot.finding.documents import (
    home_of,
    is_directory,
    listing_of,
    things_reference,
)
from custom_components.local_things.adapters.wot.finding.fetching import Source
from custom_components.local_things.adapters.wot.finding.identity import thing_id
from custom_components.local_things.adapters.wot.following.values import Values
from custom_components.local_things.adapters.wot.tables import MQTT, TERMS
from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.http.server_sent import EventSource
from tests.adapters.wot.description.samples import EVERY

from ..target import Target

_ID: Final = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
_HOST: Final = "192.0.2.4"
_LINK: Final = NetworkInterface(name="eth0", index=2, addresses=(ip_interface("192.0.2.1/24"),))
_GATE: Final = AddressGate([_LINK])
_SAID: Final[tuple[Json, ...]] = (None, True, 1.5, "on", {"value": 1}, [1, 2])
_SOURCE: Final = Source.literal(f"http://{_HOST}:80", "/.well-known/wot", _GATE)


def _things(data: bytes) -> tuple[JsonObject, ...]:
    """Read a document as when it was fetched."""
    return listing_of(load(Content(payload=data)), _SOURCE.url).things


def _listing(data: bytes) -> None:
    """Look at a document; no place that it names is off its host (T1)."""
    listing = listing_of(load(Content(payload=data)), _SOURCE.url)
    for reference in listing.references:
        _stays(_SOURCE.linked(reference))
    for td in listing.things:
        if is_directory(td):
            _stays(_SOURCE.linked(things_reference(td)))
        home_of(td)
        thing_id(td, "02:56:54:50:00:07", _SOURCE.origin, _SOURCE.target)


def _new(data: bytes) -> None:
    """Get to know what a document describes, and hear it."""
    for td in _things(data)[:1]:
        thing = _described(new_record(_SOURCE.url, td))
        for said in _SAID:
            _hear(thing, said)


def _known(data: bytes) -> None:
    """Describe what is remembered, in whatever shape it comes back."""
    for td in _things(data)[:1]:
        _described(WotRecord(url=_SOURCE.url, td=td))


def _shared(data: bytes) -> None:
    """Write a record for a stranger."""
    for td in _things(data)[:1]:
        new_record(_SOURCE.url, td).share()


def _stays(source: Source | None) -> None:
    assert source is None or str(source.address) == _HOST, source


def _described(record: WotRecord) -> Described:
    """Describe a Thing; none of its forms leads off its host (T1)."""
    thing = describe(_ID, record.dump(), is_local=lambda host: host == _HOST)
    forms = [*thing.forms, *(form for binding in thing.bindings.values() for form in binding.forms)]
    assert all(form.host == _HOST or form.scheme in MQTT for form in forms)
    return thing


def _hear(thing: Described, said: Json) -> None:
    values = Values(thing)
    values.take(tuple(thing.description.properties), said)
    tuple(values.events(tuple(thing.description.events), said))


_THINGS: Final = tuple(describe(_ID, new_record(url, copy.deepcopy(td)).dump()) for url, td in EVERY.values())


def _content(thing: Described, data: bytes) -> None:
    """Read what a Thing says, by the media type that it names in the first line; it may come over MQTT as well."""
    kind, _, payload = data.partition(b"\n")
    said = load(Content(payload=payload, type=kind.decode(errors="replace")))
    _hear(thing, said)
    if isinstance(said, dict):
        for name in said.keys() & thing.bindings.keys():
            _hear(thing, said[name])


def _events(data: bytes) -> None:
    """Read a stream in pieces of what its first byte says."""
    source, size = EventSource(), data[0] + 1 if data else 1
    for at in range(1, len(data), max(size, len(data) // 1000)):
        for event in source.feed(data[at : at + max(size, len(data) // 1000)]):
            with suppress(ThingError):
                load(Content(payload=event.data))


def _quoted(words: Mapping[str, object] | tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(json.dumps(word).encode() for word in words)


_WORDS: Final = (
    *("nosec", "basic", "combo", "oneOf", "readproperty", "writeproperty", "observeproperty", "invokeaction"),
    *("subscribeevent", "sse", "longpoll", "application/json", "text/plain", "number", "integer", "boolean", "string"),
    *("object", "array", "null", "http://192.0.2.4/", "//evil.example.com", "mqtt://b/t", "coap://[::1]/x", "x{?y}"),
    *("%", "Cel", "om:degreeCelsius", "saref:Temperature", "ThingDirectory"),
)


TARGETS: Final = (
    Target(
        name="thing-description", readers=(_listing, _new, _known, _shared), tokens=_quoted((*sorted(TERMS), *_WORDS))
    ),
    Target(
        name="wot-content",
        readers=tuple(partial(_content, thing) for thing in _THINGS),
        tokens=(
            *(b"application/json\n", b"application/cbor\n", b"text/plain\n", b"application/senml+cbor\n", b";charset="),
            *_quoted(tuple(dict.fromkeys(key for thing in _THINGS for key in thing.bindings))[:60]),
        ),
    ),
    Target(
        name="server-sent-events",
        readers=(_events,),
        largest=8_192,  # the loop has its turn after so many bytes of a stream
        tokens=(b"data: ", b"\n\n", b"\r\n", b"\r", b"event: ", b"id: ", b"retry: 999999999", b"\xef\xbb\xbf", b":"),
    ),
)
