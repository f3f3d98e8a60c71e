"""What a stranger sends to be decoded: at most 64 KiB, made to cost as much as it can. And who has to decode it."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice, product
import json
from random import Random
from typing import Final

import cbor2

from custom_components.local_things.adapters.coap.codec.decode import decode, decode_events
from custom_components.local_things.adapters.coap.description.describe import Described, describe
from custom_components.local_things.adapters.coap.description.record import new_record
from custom_components.local_things.adapters.coap.finding.directory import registered_endpoints, registered_resources
from custom_components.local_things.adapters.coap.finding.probing import Probe, ProbeKind, absorb
from custom_components.local_things.adapters.coap.formats.payload import LINK_FORMAT, ContentFormat, read_payload
from custom_components.local_things.adapters.coap.formats.sdf import SDF_FORMAT
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.transports.coap.notifications import read as read_datagram
from custom_components.local_things.transports.linkformat import own_links, parse_links
from custom_components.local_things.transports.untrusted import MAX_BYTES, load_text

type Decoder = Callable[[bytes], object]

_ADDRESS: Final = "coap://192.0.2.4:5683"
_OBJECT: Final = "/3303/0/5700"


def _with_links(text: str) -> JsonObject:
    """Return the record of a device that says it has these links, as when it is met."""
    return new_record(_ADDRESS, own_links(parse_links(text), lambda host: host == "192.0.2.4"))


_LINKS: Final = "</x>,</a/b>;rt=temperature,</3303/0/5700>;obs,</a/0>;if=core.s," + ",".join(
    f"</a/x{number}>" for number in range(60)
)


def _described(kind: ProbeKind, content_format: int | None, payload: bytes) -> Described:
    """Return the device that answers a probe of its resource /x."""
    record = _with_links(_LINKS)
    return describe("urn:dev:x:y", absorb(record, Probe(path="/x", kind=kind), payload, content_format))


_PACK: Final = _described(
    ProbeKind.PACK, ContentFormat.SENML_CBOR, cbor2.dumps([{"n": f"r{n}", "u": "Cel", "v": n} for n in range(256)])
)
_MAP: Final = _described(ProbeKind.MAP, ContentFormat.JSON, json.dumps({f"r{n}": n for n in range(256)}).encode())


def _read(content_format: ContentFormat) -> Decoder:
    return lambda payload: read_payload(payload, content_format, _OBJECT)


def _meet(kind: ProbeKind, content_format: int | None) -> Decoder:
    return partial(_described, kind, content_format)


def _notify(described: Described, content_format: int) -> Decoder:
    """Decode a notification, as values and as events."""
    return lambda payload: (
        decode_events(payload, content_format, "/x", described),
        decode(payload, content_format, "/x", described),
    )


DECODERS: Final[Mapping[str, Decoder]] = {
    **{f"format-{kind.name.lower().replace('_', '-')}": _read(kind) for kind in ContentFormat},
    "links": lambda payload: describe("urn:dev:x:y", _with_links(load_text(payload))),
    "directory-endpoints": lambda payload: registered_endpoints(load_text(payload)),
    "directory-resources": lambda payload: registered_resources(load_text(payload)),
    "probe-links": _meet(ProbeKind.LINKS, LINK_FORMAT),
    "probe-ocf": _meet(ProbeKind.LINKS, ContentFormat.OCF_CBOR),
    "probe-pack-json": _meet(ProbeKind.PACK, ContentFormat.SENML_JSON),
    "probe-pack-cbor": _meet(ProbeKind.PACK, ContentFormat.SENML_CBOR),
    "probe-map-json": _meet(ProbeKind.MAP, ContentFormat.JSON),
    "probe-map-cbor": _meet(ProbeKind.MAP, ContentFormat.CBOR),
    "probe-sdf": _meet(ProbeKind.SDF, SDF_FORMAT),
    "probe-text": _meet(ProbeKind.UNIT, None),
    "pack": _notify(_PACK, ContentFormat.SENML_CBOR),
    "map": _notify(_MAP, ContentFormat.JSON),
    "datagram": read_datagram,
}
"""Every door by which bytes come in, what is made of them behind it included."""


# ------------------------------------------------------------------------------------------------------ payloads


def filled(unit: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return `unit` as often as 64 KiB hold, between two others."""
    return before + unit * ((MAX_BYTES - len(before) - len(after)) // max(len(unit), 1)) + after


def _json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _colliding(count: int) -> bytes:
    """Return a map of so many keys that are arrays of -1 and -2, which hash alike."""
    keys = islice(product(b"\x20\x21", repeat=12), count)
    return b"\xb9" + count.to_bytes(2) + b"".join(b"\x8c" + bytes(key) + b"\0" for key in keys)


def _tlv_object(unit: bytes) -> bytes:
    """Return the instance 0 full of `unit`."""
    inner = filled(unit)[: MAX_BYTES - 8]
    return b"\x10\x00" + len(inner).to_bytes(2) + inner


_PACK_BYTES = MAX_BYTES // 256 - 24

PAYLOADS: Final[Mapping[str, bytes]] = {
    # Anything
    "zeros": bytes(MAX_BYTES),
    "digits": b"9" * MAX_BYTES,
    "a long fraction": b"0." + b"1" * (MAX_BYTES - 2),
    "spaces": b" " * MAX_BYTES,
    "marks that are wiped out": filled("\u202e".encode()),
    "letters that combine": filled("a\u0301".encode()),
    # JSON
    "json: arrays in arrays": b"[" * (MAX_BYTES // 2) + b"]" * (MAX_BYTES // 2),
    "json: objects in objects": filled(b'{"":', after=b"0"),
    "json: zeros": filled(b"0,", b"[", b"0]"),
    "json: empty arrays": filled(b"[],", b"[", b"0]"),
    "json: empty objects": filled(b"{},", b"[", b"0]"),
    "json: names": _json({f"{number:x}": 0 for number in range(6_500)}),
    "json: one name, 64 KiB of escapes": filled(b"\\u0061", b'{"', b'":0}'),
    "json: numbers beyond the floats": filled(b"1e999,", b"[", b"0]"),
    "json: numbers of 300 digits": filled(b"9" * 300 + b",", b"[", b"0]"),
    "json: numbers of 4,300 digits": filled(b"9" * 4300 + b",", b"[", b"0]"),
    "json: as many values as may be": _json([0.1] * 4_095),
    "json: as deep and wide as may be": _json(
        [
            [[[[[[[[[[[[[[["x" * 20] * 1_000]]]]]]]]]]]]]],
        ]
    ),
    "json: a pack with long names": _json([{"n": "a" * _PACK_BYTES, "v": 1.5}] * 256),
    "json: a pack with base names": _json([{"bn": "a" * (_PACK_BYTES - 30), "n": "b", "bv": 1e308, "v": 1e308}] * 256),
    "json: a pack with units": _json([{"n": "r1", "u": "\u202e" * 35, "v": 1}] * 256),
    "json: a pack of labels": _json([{f"l{number}": 0 for number in range(13)} | {"v": 1}] * 256),
    "json: a pack too large": _json([{}] * 4_000),
    "json: a pack with one long base name": _json(
        [{"bn": "a" * 50_000}, *[{"n": f"r{n}", "v": 1} for n in range(255)]]
    ),
    "json: a pack with one long base unit": _json(
        [{"bu": "a" * 50_000}, *[{"n": f"r{n}", "v": 1} for n in range(255)]]
    ),
    "json: a pack of one long text each": _json([{"n": f"r{n}", "vs": "1" * (_PACK_BYTES - 20)} for n in range(256)]),
    "json: lwm2m": _json({"bn": "/3303/0/", "e": [{"n": "5700", "v": 1, "t": number} for number in range(580)]}),
    "json: lwm2m, a base of slashes": _json({"bn": "/" * 50_000, "e": [{"n": "", "v": 1}] * 800}),
    "json: lwm2m, a base of digits": _json({"bn": "/1" * 20_000, "e": [{"n": "/", "v": 1}] * 800}),
    "json: lwm2m, names of slashes": _json({"e": [{"n": "/" * 55, "v": 1}] * 800}),
    "json: a map of words": _json({f"x{number}": "a" * 15 for number in range(2_000)}),
    "json: a map of maps": _json({f"x{n}": {f"y{m}": {"value": 1} for m in range(20)} for n in range(60)}),
    "json: a map of long names": _json({"x" * 1_000 + str(number): number for number in range(60)}),
    "json: a map of lists": _json({f"x{number}": ["on", "off"] * 10 for number in range(180)}),
    "json: sdf, properties": _json(
        {"sdfObject": {"a": {"sdfProperty": {f"x{n}": {"type": "number"} for n in range(900)}}}}
    ),
    "json: sdf, objects": _json({"sdfObject": {f"x{n}": {"sdfProperty": {"b": {"unit": "C"}}} for n in range(500)}}),
    "json: sdf, things in things": _json(
        {
            "sdfThing": {
                f"x{n}": {"sdfThing": {f"y{m}": {"sdfObject": {"z": {"sdfProperty": {"b": {}}}}} for m in range(20)}}
                for n in range(15)
            }
        }
    ),
    "json: sdf, words": _json(
        {"sdfObject": {"a": {"sdfProperty": {f"x{n}": {"type": "string", "enum": ["w" * 20] * 20} for n in range(90)}}}}
    ),
    "json: sdf, references in a circle": _json(
        {
            "sdfObject": {
                "a": {
                    "sdfProperty": {
                        f"x{n}": {"sdfRef": f"#/sdfObject/a/sdfProperty/x{(n + 1) % 400}"} for n in range(400)
                    }
                }
            }
        }
    ),
    "json: sdf, references to all": _json(
        {"sdfObject": {"a": {"sdfProperty": {f"x{n}": {"sdfRef": "#/sdfObject/a"} for n in range(400)}}}}
    ),
    "json: sdf, a long reference": _json(
        {
            "sdfObject": {
                "a": {"sdfProperty": {f"x{n}": {"sdfRef": "#" + "/sdfObject/a/sdfProperty" * 5} for n in range(300)}}
            }
        }
    ),
    "json: sdf, long names": _json({"sdfObject": {"a": {"sdfProperty": {"x" * 500 + str(n): {} for n in range(100)}}}}),
    # CBOR
    "cbor: arrays in arrays": b"\x81" * (MAX_BYTES - 1) + b"\x00",
    "cbor: tags of tags": filled(b"\xd9\xd9\xf7", after=b"\x01"),
    "cbor: decimal fractions of decimal fractions": filled(b"\xc4\x82\x01", after=b"\x01"),
    "cbor: decimal fractions": filled(b"\xc4\x82\x1b" + b"\x7f" * 8 + b"\x1b" + b"\x7f" * 8, b"\x9f", b"\xff"),
    "cbor: zeros": filled(b"\x00", b"\x9f", b"\xff"),
    "cbor: empty arrays": filled(b"\x80", b"\x9f", b"\xff"),
    "cbor: endless arrays": b"\x9f" * MAX_BYTES,
    "cbor: maps that begin": filled(b"\xbf\x60"),
    "cbor: a map of arrays that begin": filled(b"\xa1\x81"),
    "cbor: empty chunks": filled(b"\x40", b"\x5f"),
    "cbor: empty chunks of text": filled(b"\x60", b"\x7f", b"\xff"),
    "cbor: it says it has 2**63 values": bytes.fromhex("9b7fffffffffffffff"),
    "cbor: it says it is 2**63 long": bytes.fromhex("5b7fffffffffffffff"),
    "cbor: it says so at every level": filled(bytes.fromhex("9a007fffff")),
    "cbor: it says that of maps": filled(bytes.fromhex("ba007fffff60")),
    "cbor: a bignum": b"\xc2\x59\xff\xf0" + b"\xff" * 0xFFF0,
    "cbor: bignums": filled(b"\xc2\x49" + b"\xff" * 9, b"\x9f", b"\xff"),
    "cbor: shared values": filled(b"\xd8\x1c\x82\xd8\x1d\x00"),
    "cbor: string references": filled(b"\xd8\x19\x00", b"\xd9\x01\x00\x9f", b"\xff"),
    "cbor: regular expression": cbor2.dumps(cbor2.CBORTag(35, "(a+)+$" * 10_000)),
    "cbor: texts as keys": b"\xbf" + b"".join(b"\x63%03d\x00" % number for number in range(1_000)) + b"\xff",
    "cbor: numbers as keys, 64 KiB": cbor2.dumps(dict.fromkeys(range(15_000), 0)),
    "cbor: keys that collide": _colliding(575),
    "cbor: keys that collide, 64 KiB": _colliding(4_096),
    "cbor: numbers as keys that collide": cbor2.dumps(
        {number * (2**61 - 1): 0 for number in range(4)} | dict.fromkeys((number << 40 for number in range(880)), 0)
    )[:8_192],
    "cbor: a pack": cbor2.dumps([{0: f"r{number % 256}", 1: "Cel", 2: 1.5} for number in range(256)]),
    "cbor: a pack with long names": cbor2.dumps([{"n": "a" * _PACK_BYTES, "v": 1.5}] * 256),
    "cbor: a pack of one record": cbor2.dumps([{"n": "r1", "v": 1}] * 256),
    "cbor: a pack with units": cbor2.dumps([{"n": f"r{number}", "u": "°" * 100, "v": 1} for number in range(256)]),
    "cbor: a pack with texts": cbor2.dumps([{"n": f"r{number}", "vs": "1" * 200} for number in range(256)]),
    "cbor: a pack with one long text": cbor2.dumps([{"n": "r1", "vs": "1" * 65_000}]),
    "cbor: links of OCF": cbor2.dumps(
        [{"href": f"/a/{n}", "rt": ["oic.r.temperature"], "if": ["oic.if.s"]} for n in range(450)]
    ),
    "cbor: links of OCF, many types": cbor2.dumps([{"href": "/a", "rt": ["x" * 10] * 60, "if": ["y"] * 60}] * 30),
    "cbor: links of OCF in groups": cbor2.dumps(
        [{"links": [{"href": "/a", "eps": [{"ep": "coap://192.0.2.4"}] * 10}] * 12}] * 10
    ),
    "cbor: a map of small maps": cbor2.dumps(
        {f"x{n}": {"value": n, "units": "C", "range": [0, 1]} for n in range(400)}
    ),
    "cbor: lwm2m": cbor2.dumps({(number, 0, 0): 0 for number in range(1_100)}),
    "cbor: lwm2m, nested": cbor2.dumps({3303: {number: {5700: 1} for number in range(1_000)}}),
    "cbor: lwm2m, long keys": cbor2.dumps({(3303,) * 900: {(0,) * 900: 1}}),
    # TLV
    "tlv: empty resources": filled(b"\xc0\x00"),
    "tlv: empty resource instances": filled(b"\x40\x00"),
    "tlv: instances in resources": filled(b"\x82\x01\x40\x00"),
    "tlv: instances in instances": filled(b"\x10\x00\xff\xfc"),
    "tlv: an instance of resources": _tlv_object(b"\xc1\x01\x00"),
    "tlv: a resource of instances": b"\x90\x01\xff\xf0" + (b"\x40\x01" * 32_760),
    "tlv: as many entries as may be": b"\x90\x01\x1f\x40" + b"\x40\x01" * 4_000,
    "tlv: instances of empty resources": filled(b"\x08\x01\x10" + b"\x80\x01" * 8),
    "tlv: one long value": b"\xd0\x44\xff\xf0" + b"x" * 0xFFF0,
    "tlv: the one value that is asked for": b"\xf0\x16\x44\xff\xf0" + b"9" * 0xFFF0,
    "tlv: it says it is 2**24 long": b"\xd8\x00\xff\xff\xff",
    # A notification
    "a long notification": b"\x58\x45\x00\x01" + b"12345678" + b"\x61\x01\xff" + b"9" * 60_000,
    # Links
    "links: as many as may be": filled(b"</a>,"),
    "links: with attributes": filled(b'</a/b>;rt="a b c";if="d";ct="0 50";obs;title="e",'),
    "links: other paths": b",".join(b"</%d/%d>;rt=temperature;ct=0;obs" % (n, n) for n in range(1_500)),
    "links: OMA objects": b",".join(b"</3303/%d/5700>;obs" % number for number in range(2_500)),
    "links: one attribute, over and over": filled(b";a=b", b"</a>"),
    "links: other attributes": b"</a>" + b"".join(b";a%d=b" % number for number in range(7_500)),
    "links: semicolons": filled(b";", b"</a>"),
    "links: open": b"<" * MAX_BYTES,
    "links: closed": b">" * MAX_BYTES,
    "links: open and closed": filled(b"<>"),
    "links: all open, then all closed": b"<" * (MAX_BYTES // 2) + b">" * (MAX_BYTES // 2),
    "links: open, with attributes": filled(b";a=<", b"<a>"),
    "links: quotes": filled(b';a="'),
    "links: quotes in a link": filled(b';a="', b"</a>"),
    "links: one long quoted text": b'</a>;title="' + b"a" * (MAX_BYTES - 13) + b'"',
    "links: one long text of escapes": filled(b"\\a", b'</a>;title="', b'"'),
    "links: not closed": filled(b'</a>;title="' + b"a" * 100),
    "links: long paths": filled(b"</" + b"a" * 240 + b">,"),
    "links: one long path": b"<" + b"/a" * (MAX_BYTES // 2 - 1) + b">",
    "links: escapes in a path": filled(b"%41", b"</", b">"),
    "links: slashes": filled(b"/", b"<", b">"),
    "links: many ids": filled(b'</a>;ct="' + b"0 " * 100 + b'",'),
    "links: one long list of ids": filled(b"0 ", b'</a>;ct="', b'"'),
    "links: one long list of types": filled(b"a ", b'</a>;rt="', b'"'),
    "links: hosts": filled(b"<coap://192.0.2.4/a>,"),
    "links: a long host": b"<coap://" + b"a." * 32_000 + b"/>",
    "links: anchors": filled(b'</a>;anchor="coap://192.0.2.4/",'),
    "links: brackets": filled(b"<//[" + b"::" * 50 + b"]>,"),
    "links: titles of marks": filled('</a>;title="\u202e\u202e\u202e\u202e",'.encode()),
    "links: one title of marks": filled("\u202e".encode(), b'</a>;title="', b'"'),
}

_ALPHABET: Final = (
    *"<>;,=\"\\/ a1%.:[]{}-eE'#?&",
    '"v":',
    '"n":"',
    '"e":[',
    "</",
    ">;",
    '="',
    "obs",
    "\\u0041",
    "\u202e",
    "null",
)


def repeated(seed: int) -> Iterator[bytes]:
    """Yield payloads of a short unit over and over, of texts and of bytes, the same ones for each seed."""
    random = Random(seed)

    def text() -> bytes:
        return "".join(random.choices(_ALPHABET, k=random.randint(1, 4))).encode()

    while True:
        for unit in (text, partial(random.randbytes, random.randint(1, 6))):
            yield filled(unit(), unit()[:40], unit()[:40])[:MAX_BYTES]
