"""What a device says it wants of the network: read strictly, and never more than read."""

from collections.abc import Callable
from contextlib import suppress
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.mud import read_mud, read_mud_url
from custom_components.local_things.things.usage import LONGEST_NAME, MOST_NAMES, Service, Usage
from tests.mud_made import COAP, LOCAL, ace, beyond, mud


def test_one_that_stays_in_the_house_says_so() -> None:
    said = read_mud(mud([ace({**LOCAL, "udp": {"source-port": {"operator": "eq", "port": 5683}}})]))
    assert said == Usage(
        internet=False,
        local=("local-networks",),
        serves=(Service(protocol="udp", lowest=5683, highest=5683),),
        url="https://maker.example/lamp.json",
    )
    assert said.admits("udp", 5683) is True
    assert said.admits("udp", 5684) is said.admits("tcp", 5683) is False


@pytest.mark.parametrize("lists", ("acls", "access-lists"))
def test_the_key_of_the_rfc_and_that_of_the_draft_are_read(lists: str) -> None:
    said = read_mud(mud([ace(beyond("cloud.example"))], lists=lists))
    assert (said.internet, said.names) == (True, ("cloud.example",))


OUTGOING: list[tuple[JsonObject, bool | None]] = [
    (beyond("cloud.example"), True),
    (beyond("Cloud.Example."), True),
    (beyond("hub.local"), False),
    (beyond("hub.home.arpa"), False),
    ({"ipv4": {"destination-ipv4-network": "203.0.113.0/24"}}, True),
    ({"ipv4": {"destination-ipv4-network": "0.0.0.0/0"}}, True),
    ({"ipv6": {"destination-ipv6-network": "::/0"}}, True),
    ({"ipv4": {"destination-ipv4-network": "192.168.7.1/24"}}, False),
    ({"ipv6": {"destination-ipv6-network": "fd00::/8"}}, False),
    ({"ipv6": {"destination-ipv6-network": "ff02::fb/128"}}, False),
    ({}, True),
    ({"udp": {"destination-port": {"operator": "eq", "port": 53}}}, True),
    ({"ietf-mud:mud": {"controller": "urn:ietf:params:mud:dns"}}, False),
    ({"ietf-mud:mud": {"my-controller": [None]}}, False),
    ({"ietf-mud:mud": {"same-manufacturer": [None]}, "tcp": {}}, False),
    ({"ietf-mud:mud": {"local-networks": [None]}, **beyond("cloud.example")}, True),
    ({"eth": {"ethertype": "arp"}}, None),
    ({"ietf-mud:mud": {"something-new": [None]}}, None),
]


@pytest.mark.parametrize(("matches", "internet"), OUTGOING)
def test_who_is_spoken_to_tells_whether_it_is_the_internet(matches: JsonObject, internet: bool | None) -> None:
    assert read_mud(mud([ace(matches)])).internet is internet


def test_what_is_dropped_is_not_asked_for_and_one_certain_answer_outweighs_the_unclear() -> None:
    unclear: JsonObject = {"eth": {}}
    assert read_mud(mud([ace(beyond("cloud.example"), "drop")])).internet is False
    assert read_mud(mud([ace(beyond("cloud.example"), "ietf-access-control-list:accept")])).internet is True
    assert read_mud(mud([ace(unclear), ace(beyond("cloud.example"))])).internet is True
    assert read_mud(mud([], [ace(beyond("cloud.example", "src"))])).internet is True


INCOMING: list[tuple[JsonObject, tuple[str, int] | None, bool | None]] = [
    ({**LOCAL, **COAP}, ("udp", 5683), True),
    ({**LOCAL, **COAP}, ("tcp", 5683), False),
    ({**LOCAL}, ("tcp", 80), True),
    ({}, ("tcp", 80), True),
    ({**LOCAL, "ipv4": {"protocol": 17}}, ("tcp", 80), False),
    ({**LOCAL, "ipv4": {"protocol": 17}}, ("udp", 80), True),
    ({**LOCAL, "ipv4": {"protocol": 1}}, ("udp", 80), False),
    ({**LOCAL, "icmp": {}}, ("udp", 80), False),
    ({**LOCAL, "tcp": {"ietf-mud:direction-initiated": "from-device"}}, ("tcp", 80), False),
    ({**LOCAL, "tcp": {"ietf-mud:direction-initiated": "to-device"}}, ("tcp", 80), True),
    ({**LOCAL, "udp": {"source-port": {"operator": "eq", "port": 53}}}, ("udp", 80), False),
    ({**LOCAL, "udp": {"destination-port": {"lower-port": 80, "upper-port": 90}}}, ("udp", 85), True),
    ({**LOCAL, "udp": {"destination-port": {"lower-port": 80}}}, ("udp", 85), False),
    ({**LOCAL, "udp": {"destination-port": {"operator": "lte", "port": 80}}}, ("udp", 80), True),
    ({**LOCAL, "udp": {"destination-port": {"operator": "gte", "port": 81}}}, ("udp", 80), False),
    ({**LOCAL, "udp": {"destination-port": {"operator": "neq", "port": 81}}}, ("udp", 80), True),
    (beyond("cloud.example", "src"), ("tcp", 80), False),
    (beyond("hub.local", "src"), ("tcp", 80), False),
    ({"ipv4": {"source-ipv4-network": "192.168.0.0/16"}}, ("tcp", 80), True),
]


@pytest.mark.parametrize(("matches", "asked", "admitted"), INCOMING)
def test_what_others_in_the_house_may_open(matches: JsonObject, asked: tuple[str, int], admitted: bool) -> None:
    assert read_mud(mud([], [ace(matches)])).admits(*asked) is admitted


def test_where_it_does_not_say_who_may_come_in_nobody_knows() -> None:
    document = mud()
    header = document["ietf-mud:mud"]
    assert isinstance(header, dict)
    del header["to-device-policy"], header["mud-url"]
    said = read_mud(document)
    assert (said.admits("udp", 5683), said.url) == (None, "")


def without(*path: str) -> Callable[[JsonObject], Json]:
    def changed(document: JsonObject) -> Json:
        at: Json = document
        for key in path[:-1]:
            assert isinstance(at, dict)
            at = at[key]
        assert isinstance(at, dict)
        del at[path[-1]]
        return document

    return changed


def put(value: Json, *path: str) -> Callable[[JsonObject], Json]:
    def changed(document: JsonObject) -> Json:
        at: Json = document
        for key in path[:-1]:
            assert isinstance(at, dict)
            at = at[key]
        assert isinstance(at, dict)
        at[path[-1]] = value
        return document

    return changed


HEADER = "ietf-mud:mud"
ACLS = "ietf-access-control-list:acls"
HOSTILE: list[Callable[[JsonObject], Json]] = [
    lambda _: None,
    lambda _: [],
    lambda _: "{{ states }}",
    without(HEADER),
    without(ACLS),
    without(HEADER, "mud-version"),
    put(2, HEADER, "mud-version"),
    put("javascript:alert(1)", HEADER, "mud-url"),
    put("https://" + "a" * LONGEST_NAME, HEADER, "mud-url"),
    put("https://maker.example/\u202e", HEADER, "mud-url"),
    put(7, HEADER, "mud-url"),
    put([], HEADER, "from-device-policy"),
    put({"access-lists": {"access-list": [{"name": "no such"}]}}, HEADER, "to-device-policy"),
    put({"acl": {}}, ACLS),
    put({"acl": [{"name": 5, "aces": {"ace": []}}]}, ACLS),
    put({"acl": []}, "ietf-access-control-list:access-lists"),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_t01_what_is_no_usage_description_is_refused_whole(hostile: Callable[[JsonObject], Json]) -> None:
    with pytest.raises(Rejected) as refusal:
        read_mud(hostile(mud()))
    assert refusal.value.reason is Reason.UNREADABLE


BAD_MATCHES: list[JsonObject] = [
    {"ipv4": {"ietf-acldns:dst-dnsname": "{{ states }}"}},
    {"ipv4": {"ietf-acldns:dst-dnsname": "a" * 300}},
    {"ipv4": {"ietf-acldns:dst-dnsname": ["cloud.example"]}},
    {"ipv4": {"destination-ipv4-network": "everywhere"}},
    {"ipv4": {"destination-ipv4-network": 5}},
    {"ipv4": "any"},
    {"ietf-mud:mud": [None]},
]


@pytest.mark.parametrize("matches", BAD_MATCHES)
def test_t11_names_and_networks_that_are_none_are_refused(matches: JsonObject) -> None:
    with pytest.raises(Rejected):
        read_mud(mud([ace(matches)]))


@pytest.mark.parametrize("port", ("80", -1, 65_536, True, 1.5, None))
def test_ports_that_are_none_are_refused(port: Json) -> None:
    ranges: list[JsonObject] = [
        {"operator": "eq", "port": port},
        {"lower-port": 1, "upper-port": port},
        {"operator": "near", "port": 1},
    ]
    for said in ranges:
        udp: JsonObject = {"udp": {"destination-port": said}}
        with pytest.raises(Rejected):
            read_mud(mud([], [ace({**LOCAL, **udp})]))


@pytest.mark.parametrize("url", ("coap://[fd00::5]/mud", "coaps+tcp://x/y", "https://maker.example"))
def test_where_a_description_is_kept(url: str) -> None:
    assert read_mud_url(f" {url}\n") == url


def test_of_many_names_a_few_are_kept_and_none_holds_markup() -> None:
    said = read_mud(mud([ace(beyond(f"n{number}.example")) for number in range(200)]))
    assert len(said.names) == MOST_NAMES
    hostile = Usage(names=("`{{ x }}`[a](javascript:1)<img>",), url="{% raw %}" + "x" * 999)
    assert not set("`{}<>[]()") & set(hostile.names[0] + hostile.url)
    assert len(hostile.url) <= LONGEST_NAME
    services = tuple(Service(protocol="udp", lowest=one, highest=one) for one in range(99))
    assert len(Usage(serves=services).serves or ()) == MOST_NAMES


def test_it_is_kept_and_read_back() -> None:
    for said in (Usage(), read_mud(mud([ace(beyond("cloud.example"))]))):
        assert Usage.load(json.loads(json.dumps(said.dump()))) == said
        assert "example" not in json.dumps(said.share().dump())


KEPT: list[JsonObject] = [{}, {**Usage().dump(), "internet": 1}, {**Usage().dump(), "serves": [["udp", 1]]}]


@pytest.mark.parametrize("kept", KEPT)
def test_what_was_kept_otherwise_is_no_thing(kept: JsonObject) -> None:
    with pytest.raises(Rejected) as refusal:
        Usage.load(kept)
    assert refusal.value.reason is Reason.NOT_A_THING


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *(HEADER, ACLS, "mud-version", "mud-url", "from-device-policy", "to-device-policy", "acl", "aces"),
                    *("ace", "matches", "ipv4", "tcp", "actions", "forwarding", "access-lists", "access-list", "name"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_sent_is_read_or_refused(document: Json) -> None:
    try:
        said = read_mud(document)
    except Rejected:
        return
    assert Usage.load(said.dump()) == said


@given(JSON, st.sampled_from(("matches", "actions", "aces", "access-list", "name")))
def test_whatever_stands_in_a_good_one_is_read_or_refused(part: Json, where: str) -> None:
    def with_part(said: Json) -> Json:
        match said:
            case dict():
                return {key: part if key == where else with_part(inner) for key, inner in said.items()}
            case list():
                return [with_part(one) for one in said]
        return said

    with suppress(Rejected):
        read_mud(with_part(mud([ace(beyond("cloud.example"))])))
