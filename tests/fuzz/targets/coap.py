"""Representations of CoAP devices: each syntax through all that reads it, and through what is made of it."""

from functools import partial
from typing import Final

import cbor2

from custom_components.local_things.adapters.coap.codec.decode import decode, decode_events
from custom_components.local_things.adapters.coap.description.describe import Described, describe
from custom_components.local_things.adapters.coap.description.record import new_record
from custom_components.local_things.adapters.coap.finding.directory import registered_endpoints, registered_resources
from custom_components.local_things.adapters.coap.finding.probing import Probe, ProbeKind, absorb
from custom_components.local_things.adapters.coap.formats.payload import LINK_FORMAT, ContentFormat
from custom_components.local_things.adapters.coap.formats.sdf import SDF_FORMAT
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.mud import read_mud
from custom_components.local_things.things.usage import LONGEST_NAME, MOST_NAMES, Usage
from custom_components.local_things.transports.linkformat import Link, own_links, parse_links
from custom_components.local_things.transports.untrusted import load_json, load_text

from ..target import Reader, Target

_LINKS: Final = (
    "</p>,</m>,</t>;rt=temperature,</l>;rt=oic.r.light.dimming,</3303/0/5700>;obs,</3303/0/5701>,</3306/0/5850>,"
    "</3306/0/5851>,</3311/0/5706>,</3347/0/5501>,</3/0/9>,</3302/0/5500>,</3306/0/5750>"
)
_SCALARS: Final = ("/t", "/3303/0/5700", "/3306/0/5850", "/3306/0/5851", "/3311/0/5706", "/3347/0/5501", "/3/0/9")


def _record() -> JsonObject:
    return new_record("coap://192.0.2.4:5683", own_links(parse_links(_LINKS), lambda host: host == "192.0.2.4"))


def _device() -> Described:
    """Return a device that has all kinds of resources: a pack at /p, a map at /m, and scalars."""
    pack = [
        {"bn": "urn:dev:mac:0242acfffe110002:", "n": "a", "u": "Cel", "v": 1},
        {"n": "b", "vb": True},
        {"n": "c", "vs": "x"},
    ]
    held = {"a": 1, "b": True, "c": {"value": 21.5, "units": "C", "range": [0, 30]}, "dimmingSetting": 4}
    record = absorb(_record(), Probe(path="/p", kind=ProbeKind.PACK), cbor2.dumps(pack), int(ContentFormat.SENML_CBOR))
    record = absorb(record, Probe(path="/m", kind=ProbeKind.MAP), cbor2.dumps(held), int(ContentFormat.CBOR))
    return describe("urn:dev:x:y", record)


_DEVICE: Final = _device()


def _notified(content_format: ContentFormat, *paths: str) -> tuple[Reader, ...]:
    """Return what reads notifications of resources, as values and as events."""
    return tuple(
        partial(read, content_format=int(content_format), path=path, described=_DEVICE)
        for read in (decode, decode_events)
        for path in paths
    )


_STRANGER: Final = new_record("coap://192.0.2.4:5683", (Link(href="/x"), Link(href="/a/0")))


def _met(kind: ProbeKind, content_format: int | None) -> Reader:
    """Return what gets to know a device by the answer to a probe."""

    def read(data: bytes) -> None:
        record = absorb(_STRANGER, Probe(path="/x", kind=kind), data, content_format)
        if record != _STRANGER:  # or it is described once more
            describe("urn:dev:x:y", record)

    return read


def _listed(data: bytes) -> None:
    """Read what a directory says of resources."""
    registered_resources(load_text(data))


def _registered(data: bytes) -> None:
    """Read what a directory says of endpoints."""
    registered_endpoints(load_text(data))


def _links(data: bytes) -> None:
    """Read links; of those that are taken for the device's own none leads away from it (T1)."""
    links = own_links(parse_links(load_text(data)), lambda host: host == "192.0.2.4")
    assert all(link.href.startswith("/") for link in links)
    describe("urn:dev:x:y", new_record("coap://192.0.2.4:5683", links))


def _usage(data: bytes) -> None:
    """Read what a device says it wants of the network: little of it is kept, comes back, and is told to strangers."""
    usage = read_mud(load_json(data))
    assert Usage.load(usage.dump()) == usage
    shared = usage.share()
    assert (shared.names, shared.url) == ((), "")
    assert max(len(usage.names), len(usage.local), len(usage.serves or ())) <= MOST_NAMES
    assert all(text.isprintable() and len(text) <= LONGEST_NAME for text in (*usage.names, usage.url))


TARGETS: Final = (
    Target(
        name="link-format",
        readers=(_links, _listed, _registered, _met(ProbeKind.LINKS, LINK_FORMAT)),
        tokens=(
            *(b"</", b">;", b">,<", b'="', b"coap://192.0.2.4/", b"coap://", b";anchor=", b";rt=", b";if=", b";ct="),
            *(b";obs", b";title=", b'\\"', b"/3303/0/5700", b"core.s", b"core.rd", b"core.rd-ep", b";base=", b";ep="),
            *(b"%2F", b"[::1]", b"/../", b".well-known", b"temperature", b"oic.r.temperature"),
        ),
    ),
    Target(
        name="senml-json",
        readers=(_met(ProbeKind.PACK, ContentFormat.SENML_JSON), *_notified(ContentFormat.SENML_JSON, "/p", "/t")),
        tokens=(
            *(b'"bn":', b'"bt":', b'"bu":', b'"bv":', b'"bs":', b'"bver":', b'"n":', b'"u":', b'"v":', b'"vs":'),
            *(b'"vb":', b'"s":', b'"t":', b'"ut":', b'"vd":', b'"Cel"', b'"urn:dev:mac:', b"[{", b"},{", b"1e308"),
            *(b"true", b"null", b"-1e-308", b"9223372036854775807", b"268435456", b'"r1"', b"_", b"\\ud800", b"NaN"),
        ),
    ),
    Target(
        name="senml-cbor",
        readers=(_met(ProbeKind.PACK, ContentFormat.SENML_CBOR), *_notified(ContentFormat.SENML_CBOR, "/p", "/t")),
        tokens=(
            *(b"\x21", b"\x22", b"\x23", b"\x24", b"\x25", b"\x20", b"\x63Cel", b"\x62r1", b"\xf9\x7c\x00"),
            *(b"\xfb\x7f\xef\xff\xff\xff\xff\xff\xff", b"\x1b\x7f\xff\xff\xff\xff\xff\xff\xff", b"\xf5", b"\xf6"),
            *(b"\xc4\x82", b"\xc1", b"\xd9\xd9\xf7", b"\x9f", b"\xbf", b"\xff", b"\x61v", b"\x61n"),
        ),
    ),
    Target(
        name="cbor",
        readers=(
            _met(ProbeKind.MAP, ContentFormat.CBOR),
            *_notified(ContentFormat.CBOR, "/m", "/l", "/t"),
            *_notified(ContentFormat.LWM2M_CBOR, "/3303/0/5700", "/3311/0/5706"),
        ),
        tokens=(
            *(b"\x83\x19\x0c\xe7\x00\x19\x16\x44", b"\x65value", b"\x65units", b"\x65range", b"\x62r1", b"\xfa"),
            *(b"\xc2\x49", b"\xc4\x82", b"\xd8\x1c", b"\xd8\x1d", b"\xd8\x23", b"\xf7", b"\xf0", b"\xf8\x20"),
            *(b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff", b"\x5f", b"\x7f", b"\xbf", b"\xff", b"\xfb", b"\xd9\x01\x00"),
        ),
    ),
    Target(
        name="json",
        readers=(
            _met(ProbeKind.MAP, ContentFormat.JSON),
            *_notified(ContentFormat.JSON, "/m", "/l", "/t"),
            *_notified(ContentFormat.LWM2M_JSON, "/3303/0/5700", "/3311/0/5706"),
        ),
        tokens=(
            *(b'"bn":', b'"e":[', b'"n":', b'"v":', b'"sv":', b'"bv":', b'"ov":', b'"bt":', b'"t":', b'"/3303/0/'),
            *(b'"r1":', b'"value":', b'"units":', b'"range":', b'"C"', b'"dimmingSetting":', b"1e999", b"'"),
            *(b"\\u0000", b"\\ud800", b"null", b"true", b"[[", b'{"'),
        ),
    ),
    Target(
        name="text",
        readers=(_met(ProbeKind.UNIT, None), *_notified(ContentFormat.TEXT, *_SCALARS)),
        tokens=(b" Cel", b"1e308", b"%", "°C".encode(), b"true", b"#ff8000", b"255,128,0", "\u202e".encode(), b"\0"),
    ),
    Target(
        name="tlv",
        readers=_notified(ContentFormat.LWM2M_TLV, *_SCALARS),
        tokens=(b"\xe4\x16\x44", b"\xe8\x16\x44\x08", b"\x08\x00", b"\x88\x07", b"\x41\x00", b"\x48\x00", b"\x80"),
    ),
    Target(
        name="sdf",
        readers=(_met(ProbeKind.SDF, SDF_FORMAT),),
        tokens=(
            *(b'"sdfObject":{', b'"sdfThing":{', b'"sdfProperty":{', b'"sdfAction":{', b'"sdfEvent":{', b'"sdfRef":'),
            *(b'"#/sdfObject/', b'"sdfChoice":{', b'"sdfOutputData":{', b'"sdfInputData":{', b'"enum":[', b'"type":'),
            *(b'"unit":"', b'"minimum":', b'"maximum":', b'"label":', b'"writable":', b'"observable":', b'"const":'),
            *(b'"defaultNamespace":', b'"readable":false', b'"x1"', b'"a"', b"~1", b"~0", b"%25", b"null"),
        ),
    ),
    Target(
        name="ocf-links",
        readers=(_met(ProbeKind.LINKS, ContentFormat.OCF_CBOR),),
        tokens=(b"\x64href", b"\x62rt", b"\x62if", b"\x63eps", b"\x62ep", b"\x65links", b"\x66anchor", b"\x61p"),
    ),
    Target(
        name="mud",
        readers=(_usage, _met(ProbeKind.USAGE, None), _met(ProbeKind.USAGE_URL, None)),
        tokens=(
            *(b'"ietf-mud:mud":{', b'"mud-version":1', b'"mud-url":"https://x.example/a"', b'"access-lists":{'),
            *(
                b'"from-device-policy":{',
                b'"to-device-policy":{',
                b'"access-list":[{"name":"a"}',
                b'"acl":[',
                b'"ace":[',
            ),
            *(
                b'"ietf-access-control-list:acls":{',
                b'"ietf-access-control-list:access-lists":{',
                b'"aces":{',
                b"[null]",
            ),
            *(b'"matches":{', b'"actions":{"forwarding":"accept"}', b'"forwarding":"drop"', b'"ipv4":{', b'"ipv6":{'),
            *(b'"ietf-acldns:dst-dnsname":"', b'"ietf-acldns:src-dnsname":"', b'"destination-ipv4-network":"'),
            *(b'"source-ipv6-network":"fe80::/10"', b'"protocol":17', b'"tcp":{', b'"udp":{', b'"icmp":{}', b".local"),
            *(b'"destination-port":{', b'"source-port":{', b'"operator":"gte"', b'"lower-port":', b'"upper-port":'),
            *(b'"port":5683', b'"ietf-mud:direction-initiated":"from-device"', b'"local-networks":', b'"controller":'),
            *(b"coap://192.0.2.4/mud", b"https://", b"192.168.0.0/16", b"::/0", b"{{x}}"),
        ),
    ),
)
