"""What an OCF device says of itself, read as devices write it, and met over real UDP."""

from collections.abc import Iterable, Mapping

import cbor2
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.description.identity import thing_id
from custom_components.local_things.adapters.coap.description.ocf import ocf_identity, ocf_links, ocf_texts
from custom_components.local_things.adapters.coap.description.record import CoapRecord
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import ComponentType
from custom_components.local_things.transports.linkformat import MAX_LINKS
from tests.adapters.coap.replay import meet
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, uint
from tests.transports.coap.peer import Peer, reply

from .following import holds

DI = "1f0e4c0a-7f0d-4c55-9d3b-2f1f6a4f2a10"
PIID = "d3a6b2c4-1e7a-4b5f-8d8e-6a2c9b1f0e77"


def links(document: object) -> dict[str, dict[str, str]]:
    return {link.href: dict(link.attributes) for link in ocf_links(document, "coap")}


def test_links_in_one_list() -> None:
    assert links([{"href": "/a", "rt": ["oic.r.temperature", "x"], "if": ["oic.if.s"], "p": {"bm": 3}}]) == {
        "/a": {"rt": "oic.r.temperature x", "if": "oic.if.s", "obs": ""}
    }


def test_links_of_a_device_before_ocf() -> None:
    assert links([{"di": DI, "links": [{"href": "/a", "rt": "x", "p": {"bm": 1}}, 7]}]) == {"/a": {"rt": "x"}}


@pytest.mark.parametrize(
    "entry",
    [
        7,
        {},
        {"href": 7},
        {"href": "/a" * 200},
        {"href": "coap://192.0.2.1/a"},
        {"href": "ocf://another/a"},
        {"href": "/a", "anchor": "ocf://another"},
        {"href": "/a", "anchor": 7},
        {"href": "/a", "anchor": f"ocf://{DI}", "eps": [{"ep": "coaps://[fe80::1]:5684"}]},
        {"href": "/a", "anchor": f"ocf://{DI}", "eps": [7]},
        {"href": "/.well-known/x", "anchor": f"ocf://{DI}"},
        {"href": "/../x", "anchor": f"ocf://{DI}"},
    ],
)
def test_links_that_lead_elsewhere_are_left_out(entry: object) -> None:
    own = {"href": "/kept", "anchor": f"ocf://{DI}", "eps": [{"ep": "coap://[fe80::1]:56830"}]}

    assert list(links([own, entry])) == ["/kept"]


def test_links_are_bounded_and_other_documents_have_none() -> None:
    assert len(ocf_links([{"href": f"/{i}"} for i in range(MAX_LINKS * 2)], "coap")) == MAX_LINKS
    documents: list[object] = [{}, 7, None, "x", [[]], [{"links": 7}]]
    for document in documents:
        assert links(document) == {}


def test_what_is_there_for_dtls_only_is_offered_where_that_is_spoken() -> None:
    document = [{"href": "/a", "eps": [{"ep": "coaps://[fe80::1]:5684"}]}, {"href": "/b"}]

    assert [link.href for link in ocf_links(document, "coaps")] == ["/a", "/b"]
    assert [link.href for link in ocf_links(document, "coap")] == ["/b"]


@pytest.mark.parametrize(
    ("held", "urn"),
    [
        ({"di": DI, "piid": PIID}, f"urn:uuid:{PIID}"),
        ({"di": DI}, f"urn:uuid:{DI}"),
        ({"di": DI.upper()}, f"urn:uuid:{DI}"),
        ({"di": DI, "piid": "00000000-0000-0000-0000-000000000000"}, f"urn:uuid:{DI}"),
        ({"di": DI, "piid": 7}, f"urn:uuid:{DI}"),
        ({"di": "lamp"}, ""),
        ({}, ""),
    ],
)
def test_identity(held: Mapping[str, object], urn: str) -> None:
    assert ocf_identity(held) == urn
    if urn:
        assert thing_id({**meet("</a>"), "base_name": urn}, "02:00:00:00:00:01", "coap://127.0.0.1") == urn


def test_texts() -> None:
    assert ocf_texts("/oic/p", {"mnmn": "Maker\u202e", "mnmo": 7, "mnfv": ""}) == {"manufacturer": "Maker"}
    assert ocf_texts("/oic/d", {"n": "Lamp"}) == {"name": "Lamp"}
    assert ocf_texts("/other", {"n": "Lamp"}) == {}


class OcfLamp:
    """A lamp that lists itself in /oic/res only, and takes only POST."""

    def __init__(self, content_format: int = 10000) -> None:
        self.values: dict[str, dict[str, object]] = {
            "/on": {"value": False},
            "/dim": {"dimmingSetting": 40, "range": [0, 100]},
        }
        self.content_format = content_format
        self.takes = {content_format}
        self.posted: list[tuple[str, object, int | None]] = []

    def held(self, path: str) -> object:
        own: dict[str, object] = {
            "/oic/res": [
                {"href": "/oic/d", "rt": ["oic.wk.d", "oic.d.light"], "p": {"bm": 1}},
                {"href": "/oic/p", "rt": ["oic.wk.p"], "p": {"bm": 1}},
                {"href": "/on", "rt": ["oic.r.switch.binary"], "if": ["oic.if.a"], "p": {"bm": 1}},
                {"href": "/dim", "rt": ["oic.r.light.dimming"], "if": ["oic.if.a"], "p": {"bm": 1}},
            ],
            "/oic/d": {"n": "Lamp", "di": DI},
            "/oic/p": {"mnmn": "Maker", "mnmo": "Model", "mnfv": "2"},
        }
        return {**own, **self.values}[path]

    def __call__(self, request: Message) -> Iterable[Message]:
        if request.path == "/.well-known/core":
            options = ((Option.CONTENT_FORMAT, uint(40)),)
            return [reply(request, b'</oic/res>;rt="oic.wk.res";if="oic.if.ll"', options=options)]
        if request.code == Code.POST:
            said = cbor2.loads(request.payload)
            self.posted.append((request.path, said, request.uint(Option.CONTENT_FORMAT)))
            if request.uint(Option.CONTENT_FORMAT) not in self.takes:
                return [reply(request, code=Code.UNSUPPORTED_CONTENT_FORMAT)]
            self.values[request.path].update(said)
            return [reply(request, code=Code.CHANGED)]
        if request.uint(Option.ACCEPT) not in {None, self.content_format}:
            return [reply(request, code=Code.NOT_ACCEPTABLE)]
        options = ((Option.CONTENT_FORMAT, uint(self.content_format)),)
        return [reply(request, cbor2.dumps(self.held(request.path)), options=options)]


@pytest.mark.parametrize("content_format", [10000, 60])
async def test_an_ocf_lamp_is_met_and_set(adapter: CoapAdapter, peer: Peer, content_format: int) -> None:
    lamp = peer.answer = OcfLamp(content_format)
    found = await adapter.inspect(peer.endpoint.uri)

    assert found.description.id == f"urn:uuid:{DI}"
    assert (found.description.title, found.description.manufacturer) == ("Lamp", "Maker")
    assert (found.description.model, found.description.sw_version) == ("Model", "2")
    assert [one.type for one in found.description.components.values()] == [ComponentType.LIGHT]
    assert set(found.description.properties) == {"on", "dim"}
    assert CoapRecord.load(found.record).maps["/dim"] == {"dimmingSetting": 0, "range": [0, 100]}

    thing = adapter.consume(found.description.id, found.record, found.pin)
    await until(lambda: holds(thing, "on", False) and holds(thing, "dim", 0.4))
    await thing.write_property("dim", 0.75)
    await thing.write_property("on", True)
    await until(lambda: holds(thing, "on", True) and holds(thing, "dim", 0.75))
    taken = [one for one in lamp.posted if one[2] == content_format]
    assert taken == [("/dim", {"dimmingSetting": 75}, content_format), ("/on", {"value": True}, content_format)]
    await thing.close()


async def test_a_write_that_no_format_suits_is_refused(adapter: CoapAdapter, peer: Peer) -> None:
    lamp = peer.answer = OcfLamp()
    found = await adapter.inspect(peer.endpoint.uri)
    thing = adapter.consume(found.description.id, found.record, found.pin)
    lamp.takes = set()
    with pytest.raises(Rejected) as refusal:
        await thing.write_property("on", True)

    assert refusal.value.reason is Reason.UNSUPPORTED_FORMAT
    assert [one[2] for one in lamp.posted] == [10000]
    await thing.close()
