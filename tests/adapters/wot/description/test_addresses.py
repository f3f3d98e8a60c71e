"""Whatever a description says of addresses: nobody but its own host is ever spoken to."""

from collections.abc import Callable

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.wot.description.addresses import Reference, origin_of, place_of
from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import Described, Form
from custom_components.local_things.adapters.wot.description.record import new_record
from custom_components.local_things.adapters.wot.tables import MQTT
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected, ThingError

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
HOST = "192.168.7.31"
URL = f"http://{HOST}:8080/things/td"

HOSTILE = (
    "http://evil.example.com/",
    "https://evil.example.com:443/x",
    "//evil.example.com/x",
    "///evil.example.com/x",
    "http:///evil.example.com",
    "http:evil.example.com",
    "http:/evil.example.com",
    "http://192.168.7.31@evil.example.com/",
    "http://evil.example.com@192.168.7.31/",
    "http://192.168.7.31:80@evil.example.com/",
    "http://192.168.7.31.evil.example.com/",
    "http://evil.example.com#@192.168.7.31/",
    "http://evil.example.com?@192.168.7.31/",
    "http://evil.example.com\\@192.168.7.31/",
    "http:\\\\evil.example.com/",
    "\\\\evil.example.com\\share",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://8.8.8.8/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[2600:1f18::bad]/",
    "http://[[2600:1f18::bad]]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[64:ff9b::808:808]/",
    "http://[2002:808:808::1]/",
    "http://[fe80::1%25eth0]:1/",
    "http://[::1]:22/",
    "http://[192.168.7.31/",
    "http://192.168.7.31]/",
    "http://192.168.7.31:99999/",
    "http://192.168.7.31:-1/",
    "http://192.168.7.31:\u0661/",
    "http://\uff11\uff19\uff12.168.7.31/",
    "http://evil\u3002example\u3002com/",
    "http://%65vil.example.com/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "ftp://evil.example.com/",
    "ws://evil.example.com/",
    "gopher://evil.example.com/",
    "coap://evil.example.com/",
    "coaps+ws://evil.example.com/",
    "coap+tcp://[2600:1f18::bad]:5683/x",
    "mqtt://evil.example.com:1883/a/b",
    "mqtts://user:secret@evil.example.com/a",
    "http://evil.example.com/{?x}",
    "{+base}//evil.example.com",
    "http://evil.local.example.com/",
    "http://evil.example.com./.local",
    "http://localhost.example.com/",
    "http://evil.example.com\r\nHost: 192.168.7.31/",
    "http://evil.example.com\t/",
    " http://evil.example.com/ ",
    "http://\x00evil.example.com/",
    "x" * 5000,
    "\ud800",
)

type Planting = Callable[[Json], JsonObject]


def _thing(form: JsonObject, **more: Json) -> JsonObject:
    return {
        "properties": {
            "it": {"type": "number", "forms": [form]},
            "good": {"type": "number", "forms": [{"href": "/ok"}]},
        },
        **more,
    }


FIELDS: dict[str, Planting] = {
    "href of a property": lambda url: _thing({"href": url}),
    "href of an action": lambda url: _thing({"href": "x"}, actions={"go": {"forms": [{"href": url}]}}),
    "href of an event": lambda url: _thing({"href": "x"}, events={"e": {"forms": [{"href": url}]}}),
    "href of the whole": lambda url: _thing({"href": "x"}, forms=[{"href": url, "op": "readallproperties"}]),
    "base": lambda url: _thing({"href": "x"}, base=url),
    "base, and a reference without a path": lambda url: _thing({"href": ""}, base=url),
    "base, and a query": lambda url: _thing({"href": "?x"}, base=url),
    "base, and a reference that goes up": lambda url: _thing({"href": "../../../x"}, base=url),
    "id": lambda url: _thing({"href": "x"}, id=url),
    "context": lambda url: _thing({"href": "x"}, **{"@context": [url, {"x": url}]}),
    "links": lambda url: _thing({"href": "x"}, links=[{"href": url, "rel": "alternate"}]),
    "profile and support": lambda url: _thing({"href": "x"}, profile=url, support=url),
    "WebThings link": lambda url: {"properties": {"it": {"type": "number", "links": [{"href": url}]}}},
    "WebThings href": lambda url: {"properties": {"it": {"type": "number", "href": url}}},
    "WebThings actions": lambda url: {
        "properties": {"it": {"type": "number", "href": "/x"}},
        "actions": {"go": {}},
        "links": [{"rel": "actions", "href": url}, {"rel": "properties", "href": url}],
    },
    "proxy of a security scheme": lambda url: _thing(
        {"href": "x"}, securityDefinitions={"b": {"scheme": "basic", "proxy": url}}, security="b"
    ),
    "topic": lambda url: _thing({"href": "mqtt://broker/x", "mqv:topic": url, "mqv:filter": url}),
    "subprotocol and method": lambda url: _thing({"href": "x", "subprotocol": url, "htv:methodName": url}),
}


def every_form(thing: Described) -> list[Form]:
    return [*thing.forms, *(form for binding in thing.bindings.values() for form in binding.forms)]


def test_there_is_enough_of_both() -> None:
    assert len(set(HOSTILE)) > 40
    assert len(FIELDS) > 15


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("url", HOSTILE)
def test_no_form_leaves_the_host_that_the_description_came_from(url: str, field: str) -> None:
    try:
        thing = describe(ID, new_record(URL, FIELDS[field](url)).dump())
    except ThingError:
        return
    forms = every_form(thing)
    assert forms
    for form in forms:
        assert form.scheme in MQTT or form.host == HOST
        assert form.scheme in MQTT or form.origin == f"{form.scheme}://{HOST}:{form.port}"
        assert form.scheme in MQTT or (form.target[0] == "/" and form.target.isascii() and form.target.isprintable())


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_leaves_it(base: str, href: str) -> None:
    try:
        thing = describe(ID, new_record(URL, _thing({"href": href}, base=base)).dump())
    except ThingError:
        return
    assert all(form.host == HOST or form.scheme in MQTT for form in every_form(thing))


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("x", f"http://{HOST}:8080/things/x"),
        ("/x", f"http://{HOST}:8080/x"),
        ("../x?a=b#c", f"http://{HOST}:8080/x?a=b"),
        ("?q", f"http://{HOST}:8080/things/td?q"),
        ("", f"http://{HOST}:8080/things/td"),
        ("./a/./b/..", f"http://{HOST}:8080/things/a/"),
        ("/a//b", f"http://{HOST}:8080/a//b"),
        ("//192.168.7.31/x", f"http://{HOST}:80/x"),
        ("HTTPS://192.168.7.31", f"https://{HOST}:443/"),
        ("http://192.168.7.31:9000/x", f"http://{HOST}:9000/x"),
        ("coap://[[fd00::2]]:5688/x", f"coap://{HOST}:5688/x"),
        ("coap://[fe80::1%25eth0]/x", f"coap://{HOST}:5683/x"),
        ("http://10.0.0.7/x", f"http://{HOST}:80/x"),
        ("http://[::ffff:10.0.0.7]/x", f"http://{HOST}:80/x"),
        ("http://0.0.0.0:8080/x", f"http://{HOST}:8080/x"),
        ("http://localhost:8080/x", f"http://{HOST}:8080/x"),
        ("http://Lamp.LOCAL./x", f"http://{HOST}:80/x"),
        ("http://lamp.home.arpa/x", f"http://{HOST}:80/x"),
        ("http://192.168.7.31/gr\u00fcn", f"http://{HOST}:80/gr%C3%BCn"),
        ("x{?a,b}{&c}", f"http://{HOST}:8080/things/x"),
    ],
)
def test_where_a_reference_leads(href: str, expected: str) -> None:
    thing = describe(ID, new_record(URL, _thing({"href": href})).dump())

    assert [form.href for form in thing.bindings["it"].forms] == [expected]


def test_what_the_gate_calls_local_means_the_device_too() -> None:
    document = _thing({"href": "http://[2001:db8::7]/x"})

    thing = describe(ID, new_record(URL, document).dump(), is_local=lambda host: host == "2001:db8::7")
    assert thing.bindings["it"].forms[0].host == HOST
    with pytest.raises(Rejected, match="off_host"):
        describe(ID, new_record(URL, document).dump())


@pytest.mark.parametrize("base", ["http://evil.example.com/", "javascript:x", "http://u@192.168.7.31/"])
def test_a_base_elsewhere_refuses_the_whole(base: str) -> None:
    with pytest.raises(Rejected) as caught:
        describe(ID, new_record(URL, _thing({"href": "x"}, base=base)).dump())
    assert caught.value.reason is Reason.OFF_HOST


@pytest.mark.parametrize("href", ["http://user@lamp.local/x", "http://user:word@lamp.local/x", "http://u@localhost/"])
def test_a_name_and_a_password_in_an_address_are_never_ours(href: str) -> None:
    with pytest.raises(Rejected) as caught:
        describe(ID, new_record(URL, _thing({"href": href})).dump())
    assert caught.value.reason is Reason.OFF_HOST


def test_a_base_of_another_port_and_path_is_counted_from() -> None:
    thing = describe(ID, new_record(URL, _thing({"href": "x"}, base="coap://[fe80::1]:61616/a/b")).dump())

    assert thing.bindings["it"].forms[0].href == f"coap://{HOST}:61616/a/x"


def test_a_zone_stays_with_the_host() -> None:
    for url in ("http://[fe80::1%eth0]:80/td", "http://[fe80::1%25eth0]/td"):
        thing = describe(ID, new_record(url, _thing({"href": "http://[FE80::1]/x"})).dump())
        assert thing.bindings["it"].forms[0].href == "http://[fe80::1%eth0]:80/x"


@pytest.mark.parametrize(
    "url", ["", "td", "ftp://192.168.7.31/", "http://", "http:///x", "http://h:99999/", "\x00", "mqtt://b/x"]
)
def test_a_record_from_nowhere_is_malformed(url: str) -> None:
    with pytest.raises(Rejected) as caught:
        origin_of(url)
    assert caught.value.reason is Reason.NOT_A_THING


@pytest.mark.parametrize("href", [None, 7, [], {}, "1:x", "a b"])
def test_what_is_no_reference(href: Json) -> None:
    with pytest.raises(Rejected) as caught:
        place_of(origin(href), origin_of(URL), lambda _: False)
    assert caught.value.reason in {Reason.NO_FORM, Reason.OFF_HOST}


def origin(href: object) -> Reference:
    return Reference.parse(URL).join(Reference.parse(href))
