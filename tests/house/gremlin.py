"""The misbehaving device: one sane temperature, and a table of ways to be hostile."""

import struct
from typing import Final

import cbor2

from .codec import Option
from .model import CBOR, JSON, LINK_FORMAT, SENML_CBOR, SENML_JSON, TEXT, Model, Record, Reply, Resource, Signal
from .server import WELL_KNOWN

_IDENTITY: Final = "urn:dev:mac:0024befffe80dead"
_SANE_LINKS: Final = (
    '</temp>;rt="temperature-c";if="core.s";ct=0;title="Gremlin temperature";obs,'
    '</pack>;rt="senml";if="core.s";ct=112;title="Gremlin pack";obs'
)

_HOSTILE_LINKS: Final = ",".join(
    (
        _SANE_LINKS,
        '<coap://evil.example/temp>;rt="temperature-c";ct=0;obs',
        '<coap://198.51.100.7/temp>;rt="temperature-c";ct=0;obs',
        '<http://169.254.169.254/latest/meta-data/>;rt="temperature-c"',
        '<//evil.example/temp>;rt="temperature-c"',
        "<file:///etc/passwd>;ct=0",
        '</../../secret>;rt="temperature-c";ct=0',
        '</markup>;rt="temperature-c";ct=0;title="<img src=x onerror=alert(1)><script>alert(1)</script>"',
        '</template>;rt="temperature-c";ct=0;title="{{ states | list }}{% for x in range(9) %}{{ x }}{% endfor %}"',
        '</yaml>;rt="temperature-c";ct=0;title="!env_var SUPERVISOR_TOKEN"',
        '</bidi>;rt="temperature-c";ct=0;title="kitchen \u202egnihtemos\u202c\u200b\x07\x00"',
        f'</long>;rt="temperature-c";ct=0;title="{"A" * 5000}"',
        '\n\t</newline>;rt=temperature-c;ct=0 50;title="newline after the comma, unquoted values"',
        "</urn>;rt=urn:x:y;if=core.s",
        '</unclosed>;title="no end',
    )
).encode()

_MANY_LINKS: Final = (_SANE_LINKS + "".join(f',</x/{i}>;rt="{"r" * 30}"' for i in range(2200))).encode()

_NOT_FINITE: Final = cbor2.dumps([{-2: f"{_IDENTITY}/", 0: "temperature", 1: "Cel", 2: float("nan")}])
_NOT_FINITE_JSON: Final = f'[{{"bn":"{_IDENTITY}/","n":"temperature","u":"Cel","v":NaN}},{{"n":"x","v":1e999}}]'
_MANY_RECORDS: Final = cbor2.dumps([{0: f"r{i}", 1: "Cel", 2: i} for i in range(3000)])
_IN_BLOCKS: Final = cbor2.dumps([{-2: f"{_IDENTITY}/", 0: "temperature", 1: "Cel", 2: 99.0}, {0: "x", 3: "x" * 3000}])


def _pack(payload: bytes, content_format: int = SENML_CBOR) -> dict[str, Reply]:
    return {"/pack": Reply(payload=payload, content_format=content_format, observable=True)}


def _links(payload: bytes) -> dict[str, Reply]:
    return {WELL_KNOWN: Reply(payload=payload, content_format=LINK_FORMAT)}


MODES: Final[dict[str, dict[str, Reply]]] = {
    "links": _links(_HOSTILE_LINKS),
    "many-links": _links(_MANY_LINKS),
    "no-links": _links(b""),
    "binary-links": _links(bytes(range(128, 256)) * 4),
    "endless-links": {WELL_KNOWN: Reply(content_format=LINK_FORMAT, endless=True)},
    "not-finite": _pack(_NOT_FINITE),
    "not-finite-json": _pack(_NOT_FINITE_JSON.encode(), SENML_JSON),
    "many-records": _pack(_MANY_RECORDS),
    # 10 to the power of a thousand million: tag 4, decimal fraction (RFC 8949, section 3.4.4).
    "decimal-bomb": _pack(b"\x81\xa2\x00\x61t\x02\xc4\x82" + cbor2.dumps(10**9) + b"\x01"),
    # A list that holds itself: tags 28 and 29, shared values.
    "cyclic": _pack(b"\xd8\x1c\x81\xd8\x1d\x00"),
    "regular-expression": _pack(b"\xd8\x23" + cbor2.dumps("(a+)+$")),
    "deep": _pack(b"\x81" * 5000 + b"\x00"),
    "huge-claim": _pack(b"\x9b" + struct.pack("!Q", 1 << 40)),
    "trailing": _pack(cbor2.dumps([{0: "temperature", 1: "Cel", 2: 20.0}]) + b"rest"),
    "not-senml": _pack(cbor2.dumps({"temperature": 20})),
    "truncated": _pack(cbor2.dumps([{0: "temperature", 1: "Cel", 2: 20.0}])[:-3]),
    "bad-text": _pack(b"\xff\xfe\x80", TEXT),
    "bad-json": _pack(b"{'temperature': 20}", JSON),
    "wrong-format": _pack(b"21.4", CBOR),
    "unknown-format": _pack(b"21.4", 65000),
    "bad-option": {
        "/pack": Reply(payload=b"21.4", content_format=TEXT, options=((Option.LOCATION_PATH, b"\xff\xfe\x80"),)),
    },
    "critical-option": {"/pack": Reply(payload=b"21.4", content_format=TEXT, options=((65001, b"?"),))},
    "endless": {"/pack": Reply(content_format=SENML_CBOR, endless=True)},
    "restless": {
        "/pack": Reply(payload=_IN_BLOCKS, content_format=SENML_CBOR, observable=True, restless=True),
    },
    "stale": {"/pack": Reply(payload=b"21.4", content_format=TEXT, max_age=2**32 - 1, observable=True)},
}
"""Name of the mode → path → what a GET of it gets. All other resources stay sane."""

GREMLIN: Final = Model(
    name="gremlin",
    identity=_IDENTITY,
    signals=(Signal(name="temperature", start=20.0, step=0.1, low=10.0, high=30.0),),
    resources=(
        Resource(
            path="/temp",
            records=(Record(signal="temperature"),),
            rt="temperature-c",
            interface="core.s",
            title="Gremlin temperature",
            observable=True,
        ),
        Resource(
            path="/pack",
            records=(Record(signal="temperature", name="temperature", unit="Cel"),),
            rt="senml",
            interface="core.s",
            title="Gremlin pack",
            formats=(SENML_CBOR,),
            pack=True,
            observable=True,
        ),
    ),
    modes=MODES,
)
