"""Forms and ways in: what is spoken, in which order, and why the rest is left out."""

import pytest

from custom_components.local_things.adapters.wot.description.forms import Found, Wires, forms_of
from custom_components.local_things.adapters.wot.description.model import Form, Operation, SecurityKind
from custom_components.local_things.adapters.wot.description.security import security_of
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason

from .samples import obj

URL = "http://192.168.7.31/td"
DEFINITIONS: JsonObject = {
    "none": {"scheme": "nosec"},
    "basic": {"scheme": "basic"},
    "digest": {"scheme": "digest", "in": "header"},
    "bearer": {"scheme": "bearer", "in": "query", "name": "access_token"},
    "nameless": {"scheme": "bearer", "in": "query"},
    "key": {"scheme": "apikey", "in": "header", "name": "X-Key"},
    "query key": {"scheme": "apikey", "name": "key"},
    "cookie": {"scheme": "apikey", "in": "cookie", "name": "sid"},
    "body": {"scheme": "apikey", "in": "body", "name": "k"},
    "injected": {"scheme": "apikey", "in": "header", "name": "X\r\nHost: evil"},
    "psk": {"scheme": "psk", "identity": "it"},
    "oauth": {"scheme": "oauth2"},
    "auto": {"scheme": "auto"},
    "odd": {"scheme": 7},
    "text": "basic",
    "either": {"scheme": "combo", "oneOf": ["oauth", "digest", "basic", "digest"]},
    "both": {"scheme": "combo", "allOf": ["basic", "key"]},
    "nested": {"scheme": "combo", "allOf": ["either", "key"]},
    "empty": {"scheme": "combo"},
    "loop": {"scheme": "combo", "allOf": ["loop", "loop"]},
    "wide": {"scheme": "combo", "oneOf": ["basic", "digest", "bearer", "key"] * 100},
    "wider": {"scheme": "combo", "allOf": ["wide"] * 100},
}


def ways(named: Json) -> list[list[str]]:
    return [[f"{one.kind}:{one.place}:{one.name}" for one in way] for way in security_of(named, DEFINITIONS)]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, [[]]),
        ([], [[]]),
        ("none", [[]]),
        (["none", "basic"], [["basic:header:Authorization"]]),
        ("digest", [["digest:header:Authorization"]]),
        ("bearer", [["bearer:query:access_token"]]),
        ("key", [["apikey:header:X-Key"]]),
        ("query key", [["apikey:query:key"]]),
        ("cookie", [["apikey:cookie:sid"]]),
        ("psk", [["psk:header:Authorization"]]),
        ("either", [["digest:header:Authorization"], ["basic:header:Authorization"]]),
        ("both", [["basic:header:Authorization", "apikey:header:X-Key"]]),
        (["both", "none"], [["basic:header:Authorization", "apikey:header:X-Key"]]),
        (
            "nested",
            [
                ["digest:header:Authorization", "apikey:header:X-Key"],
                ["basic:header:Authorization", "apikey:header:X-Key"],
            ],
        ),
        *((name, []) for name in ("oauth", "auto", "odd", "text", "undefined", "body", "injected", "nameless")),
        *((name, []) for name in ("empty", "loop", "wider")),
        (["basic", "oauth"], []),
        ([7], []),
    ],
)
def test_ways_in(named: Json, expected: list[list[str]]) -> None:
    if named == "wider":
        assert 0 < len(ways(named)) <= 16
    else:
        assert ways(named) == expected


def test_every_kind_is_known() -> None:
    kinds = {one.kind for name in DEFINITIONS for way in security_of(name, DEFINITIONS) for one in way}

    assert kinds == set(SecurityKind)


def found(*forms: Json, **td: Json) -> Found:
    wires = Wires.of(URL, {"securityDefinitions": DEFINITIONS, **td}, lambda _: False)
    return forms_of(list(forms), (Operation.READ, Operation.WRITE), wires)


def form(**said: object) -> Form:
    (one,) = found(obj({"href": "x", **said})).forms
    return one


def test_what_a_form_says_if_it_says_nothing() -> None:
    one = form()

    assert one == Form(
        scheme="http",
        host="192.168.7.31",
        port=80,
        target="/x",
        operations=frozenset({Operation.READ, Operation.WRITE}),
        content_type="application/json",
    )


def test_what_a_form_says() -> None:
    one = form(
        op="readproperty",
        contentType="Application/CBOR; x=y",
        subprotocol="longpoll",
        security="both",
        **{"htv:methodName": "POST", "cov:accept": 60},
    )

    assert one.operations == {Operation.READ}
    assert (one.content_type, one.subprotocol, one.method, one.accept) == ("application/cbor", "longpoll", "POST", 60)
    assert [way.kind for way in one.security[0]] == [SecurityKind.BASIC, SecurityKind.APIKEY]


@pytest.mark.parametrize("accept", [True, -1, 65536, "60", None])
def test_what_is_no_content_format(accept: Json) -> None:
    assert form(**{"cov:accept": accept}).accept is None


def test_a_subprotocol_without_operations_is_for_observing() -> None:
    assert form(subprotocol="sse").operations == {Operation.OBSERVE}
    assert form(subprotocol="cov:observe").subprotocol == ""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (7, Reason.NO_FORM),
        ({}, Reason.NO_FORM),
        ({"href": "x", "op": "dance"}, Reason.NO_FORM),
        ({"href": "x", "op": 7}, Reason.NO_FORM),
        ({"href": "x", "op": ["unobserveproperty"]}, Reason.NO_FORM),
        ({"href": "x", "contentType": "image/png"}, Reason.NO_FORM),
        ({"href": "x", "contentType": "application/senml+json"}, Reason.NO_FORM),
        ({"href": "x", "subprotocol": "websub"}, Reason.NO_FORM),
        ({"href": "x", "subprotocol": 7}, Reason.NO_FORM),
        ({"href": "x", "htv:methodName": "DANCE"}, Reason.NO_FORM),
        ({"href": "x", "htv:methodName": ["GET"]}, Reason.NO_FORM),
        ({"href": "modbus+tcp://192.168.7.31/1"}, Reason.NO_FORM),
        ({"href": "ws://192.168.7.31/x"}, Reason.NO_FORM),
        ({"href": "http://192.168.7.31:70000/x"}, Reason.NO_FORM),
        ({"href": "x", "security": "oauth"}, Reason.NOT_SUPPORTED),
        ({"href": "modbus+tcp://plc.example.com/1"}, Reason.OFF_HOST),
    ],
)
def test_what_is_left_out_and_why(said: Json, reason: Reason) -> None:
    left = found(said)

    assert left.forms == ()
    assert left.refusal().reason is reason


def test_that_one_leads_elsewhere_weighs_most() -> None:
    assert found({"href": "ws://192.168.7.31/x"}, {"href": "http://example.com/"}).refusal().reason is Reason.OFF_HOST
    assert found().refusal().reason is Reason.NO_FORM
    assert (
        found({"href": "ws://192.168.7.31/x"}, {"href": "x", "security": "auto"}).refusal().reason
        is Reason.NOT_SUPPORTED
    )


def test_the_origins_scheme_and_port_and_json_come_first() -> None:
    forms = found(
        {"href": "coap://192.168.7.31/x"},
        {"href": "https://192.168.7.31/x"},
        {"href": "http://192.168.7.31:8080/x"},
        {"href": "x", "contentType": "text/plain"},
        {"href": "x", "contentType": "application/cbor"},
        {"href": "x", "contentType": "application/vnd.x+json"},
        {"href": "x"},
    ).forms

    assert [(one.origin, one.content_type) for one in forms] == [
        ("http://192.168.7.31:80", "application/json"),
        ("http://192.168.7.31:80", "application/cbor"),
        ("http://192.168.7.31:80", "text/plain"),
        ("http://192.168.7.31:80", "application/vnd.x+json"),
        ("http://192.168.7.31:8080", "application/json"),
        ("coap://192.168.7.31:5683", "application/json"),
        ("https://192.168.7.31:443", "application/json"),
    ]


def test_of_many_alike_a_few_are_kept() -> None:
    assert len(found(*(obj({"href": f"x{number}"}) for number in range(100))).forms) == 8


# ------------------------------------------------------------------------------------------------------ MQTT


def test_messages_are_used_where_there_is_nothing_else() -> None:
    mqtt: JsonObject = {"href": "mqtt://broker.example.com:1883/house/x"}

    assert [one.scheme for one in found(mqtt, {"href": "x"}).forms] == ["http"]
    (read, write) = sorted(found(mqtt).forms, key=lambda one: sorted(one.operations))
    assert (read.href, read.host, read.port) == ("mqtt:house/x", "", 0)
    assert [set(one.operations) for one in (read, write)] == [{Operation.READ}, {Operation.WRITE}]


def test_what_is_published_and_what_is_subscribed_to_may_differ() -> None:
    said: JsonObject = {
        "href": "mqtts://broker/",
        "op": ["readproperty", "observeproperty", "writeproperty"],
        "mqv:filter": "it/state",
        "mqv:topic": "it/set",
        "mqv:retain": True,
    }
    topics = {one.target: one for one in found(said).forms}

    assert topics["it/state"].operations == {Operation.READ, Operation.OBSERVE}
    assert topics["it/set"].operations == {Operation.WRITE}
    assert all(one.retain for one in topics.values())


@pytest.mark.parametrize("topic", ["", "a/+/b", "#", "a\x00", "a\nb", "\ud800", "x" * 257, 7, ["a", "b"]])
def test_what_is_no_topic(topic: Json) -> None:
    assert (
        found({"href": "mqtt://broker/x", "mqv:filter": topic, "mqv:topic": topic}).refusal().reason is Reason.NO_FORM
    )


def test_a_topic_in_the_address_is_unescaped_and_checked() -> None:
    assert found({"href": "mqtt://broker/a%2Fb%20c"}).forms[0].target == "a/b c"
    assert not found({"href": "mqtt://broker/a/%23"}).forms
