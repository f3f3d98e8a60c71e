"""Things are met wherever their description is, each once, and nothing leads us elsewhere."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
import json
from pathlib import Path
from unittest.mock import patch

from aiohttp import encode_basic_auth, web
from cryptography.hazmat import asn1
import pytest

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.adapters.wot.finding import directories, meeting
from custom_components.local_things.adapters.wot.finding.meeting import Meetings
from custom_components.local_things.things.adapter import Announcement, Credentials, FoundThing
from custom_components.local_things.things.documents import Json
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.things.usage import Usage
from custom_components.local_things.transports.http import HttpEndpoint
from tests.adapters.contract import MemoryHost, until
from tests.house.codec import Message, response_code
from tests.house.model import Reply
from tests.house.server import WELL_KNOWN as WELL_KNOWN_CORE, Server
from tests.house.wot.on_coap import CoapThing
from tests.house.wot.on_http import HttpThing
from tests.house.wot.thing import Thing
from tests.transports.coap.peer import Peer, reply
from tests.transports.http.serving import self_signed, usage_extension

from .device import ADDRESS, WELL_KNOWN, Device, Handler, hang, status, td, temperature, thermometer
from .rows import HASTY, PLUG

CREDENTIALS = Credentials(identity="anna", secret="s3cr3t")


@pytest.fixture
async def device(loopback: None) -> AsyncIterator[Device]:
    async with Device().running() as running:
        yield running


def announcement(device: Device, service: str = "_wot._tcp", *addresses: str, **properties: str) -> Announcement:
    return Announcement(
        service=service, name="it", addresses=addresses or (ADDRESS,), port=device.port, properties=properties
    )


async def scan(adapter: WotAdapter) -> list[FoundThing]:
    return [found async for found in adapter.discover()]


async def reason_of(asking: Awaitable[object]) -> Reason:
    with pytest.raises(ThingError) as refusal:
        await asking
    return refusal.value.reason


# ------------------------------------------------------------------------------------------------------ failures


async def test_a_server_that_hangs_is_unreachable(adapter: WotAdapter, device: Device) -> None:
    device.answers[f"GET {WELL_KNOWN}"] = hang
    assert await reason_of(adapter.inspect(device.origin)) is Reason.NOT_ANSWERING


@pytest.mark.parametrize("document", (5, "x", None, {}, {"title": "no Thing"}, [], [5, "::", "ftp://x/"], [{}]))
async def test_what_is_no_description_is_no_thing(adapter: WotAdapter, device: Device, document: Json) -> None:
    device.answers |= {f"GET {WELL_KNOWN}": document, "GET /": document}
    assert await reason_of(adapter.inspect(device.origin)) is Reason.NOT_A_THING


async def test_a_page_for_people_is_no_thing(adapter: WotAdapter, device: Device) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    device.answers |= {f"GET {WELL_KNOWN}": page, "GET /": page}
    assert await reason_of(adapter.inspect(device.origin)) is Reason.NOT_A_THING


async def test_a_description_that_is_too_large_is_refused(adapter: WotAdapter, device: Device) -> None:
    device.answers["GET /td"] = td(description="x" * 70_000)
    assert await reason_of(adapter.inspect(f"{device.origin}/td")) is Reason.TOO_LARGE


async def test_a_large_description_is_read(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, description="x" * 40_000)
    assert (await adapter.inspect(device.origin)).description.title == "Thermometer"


async def test_a_description_that_leads_elsewhere_is_refused_with_its_sentence(
    adapter: WotAdapter, device: Device
) -> None:
    elsewhere = {"temperature": temperature({"href": "http://198.51.100.7/temperature"})}
    device.answers |= {f"GET {WELL_KNOWN}": td(properties=elsewhere), "GET /": 5}
    assert await reason_of(adapter.inspect(device.origin)) is Reason.OFF_HOST


async def test_a_redirect_elsewhere_is_not_followed(adapter: WotAdapter, device: Device) -> None:
    device.answers[f"GET {WELL_KNOWN}"] = status(302, Location="http://198.51.100.7/")
    assert await reason_of(adapter.inspect(device.origin)) is Reason.OFF_HOST


async def test_a_server_with_nothing_to_say_is_no_thing(adapter: WotAdapter, device: Device) -> None:
    assert await reason_of(adapter.inspect(device.origin)) is Reason.NOT_A_THING
    assert device.requests == {f"GET {WELL_KNOWN}": 1, "GET /": 1}


# -------------------------------------------------------------------------------------------------- where it may be


async def test_a_url_is_asked_as_it_is_and_a_server_where_things_are(adapter: WotAdapter, device: Device) -> None:
    device.answers |= {"GET /things/1": td(), "GET /temperature": 21.5}
    by_url = await adapter.inspect(f"{device.origin}/things/1")
    assert by_url.record["url"] == f"{device.origin}/things/1"
    assert device.requests == {"GET /things/1": 1}
    device.answers["GET /"] = td()
    assert (await adapter.inspect(device.origin)).record["url"] == f"{device.origin}/"


async def test_a_list_of_urls_is_followed_on_the_same_server(adapter: WotAdapter, device: Device) -> None:
    urls = [
        f"http://192.0.2.7:{device.port}/one",
        "http://[[fd00::2]]:99/two",
        "/three",
        "mqtt://broker/x",
        "coap://192.0.2.7:1/x",
    ]
    device.answers |= {"GET /": [*urls], "GET /one": td(id="urn:dev:x:1"), "GET /two": td(id="urn:dev:x:2")}
    found = await adapter.meet(announcement(device, td="/"))
    assert {one.description.id for one in found} == {"urn:dev:x:1", "urn:dev:x:2"}
    assert {str(one.record["url"]) for one in found} == {f"{device.origin}/one", f"{device.origin}/two"}
    assert device.requests == {"GET /": 1, "GET /one": 1, "GET /two": 1, "GET /three": 1}


async def test_a_list_may_hold_the_descriptions_themselves(adapter: WotAdapter, device: Device) -> None:
    device.answers["GET /"] = [td(id="urn:dev:x:1"), td(id="urn:dev:x:2"), {"title": "no Thing"}]
    found = await adapter.meet(announcement(device, "_webthing._tcp", path="/"))
    assert {one.description.id for one in found} == {"urn:dev:x:1", "urn:dev:x:2"}


async def test_a_link_to_what_is_no_description_is_passed_over(adapter: WotAdapter, device: Device) -> None:
    device.answers |= {"GET /": ["/one", "/two"], "GET /one": [], "GET /two": td()}
    assert len(await adapter.meet(announcement(device, td="/"))) == 1


# -------------------------------------------------------------------------------------------------------- DNS-SD


@pytest.mark.parametrize(
    ("service", "properties", "path"),
    (
        ("_wot._tcp", {}, WELL_KNOWN),
        ("_wot._tcp", {"td": "/desk", "type": "Thing", "scheme": "http"}, "/desk"),
        ("_webthing._tcp", {}, "/"),
        ("_webthing._tcp", {"path": "things/1", "tls": "0"}, "/things/1"),
    ),
)
async def test_what_announces_itself_is_asked_where_it_says(
    adapter: WotAdapter, device: Device, service: str, properties: dict[str, str], path: str
) -> None:
    assert service in adapter.services
    device.answers[f"GET {path}"] = td()
    (found,) = await adapter.meet(announcement(device, service, "198.51.100.7", ADDRESS, **properties))
    assert found.record["url"] == f"{device.origin}{path}"
    assert found == await adapter.inspect(f"{device.origin}{path}")


@pytest.mark.parametrize(
    ("service", "properties"),
    (
        ("_wot._tcp", {"scheme": "coap"}),
        ("_wot._tcp", {"scheme": "javascript"}),
        ("_wot._tcp", {"td": "/a b"}),
        ("_http._tcp", {}),
    ),
)
async def test_what_announces_nonsense_is_not_asked(
    adapter: WotAdapter, device: Device, service: str, properties: dict[str, str]
) -> None:
    with pytest.raises(Unreachable):
        await adapter.meet(announcement(device, service, **properties))
    assert not device.requests


async def test_a_thing_over_tls_is_asked_so(adapter: WotAdapter, tmp_path: Path) -> None:
    context, pinned = self_signed(tmp_path)
    async with Device().running(context=context) as device:
        thermometer(device)
        (found,) = await adapter.meet(announcement(device, "_webthing._tcp", path=WELL_KNOWN, tls="1"))
    assert found.record["certificate"] == found.pin.fingerprint == pinned


async def test_a_secure_form_is_pinned_when_its_thing_is_met(
    adapter: WotAdapter, device: Device, tmp_path: Path
) -> None:
    context, pinned = self_signed(tmp_path)
    async with Device().running(context=context) as secure:
        form = {"href": f"{secure.origin}/temperature"}
        thermometer(device, properties={"temperature": temperature(form)})
        found = await adapter.inspect(device.origin)
    assert found.record["certificate"] == found.pin.fingerprint == pinned


@pytest.mark.parametrize("in_clear", (True, False))
async def test_what_stands_in_a_certificate_of_usage_is_told_and_asked_of_nobody(
    adapter: WotAdapter, device: Device, tmp_path: Path, *, in_clear: bool
) -> None:
    url = "https://127.0.0.99/lamp.json"
    context, _ = self_signed(tmp_path, "device", usage_extension(asn1.encode_der(asn1.IA5String(url))))
    async with Device().running(context=context) as secure:
        form = {"href": f"{secure.origin}/temperature"}
        described = thermometer(device if in_clear else secure, properties={"temperature": temperature(form)})
        found = await adapter.inspect(described.origin)
        again = await adapter.inspect(described.origin)
        restarted = adapter.describe(found.description.id, found.record)
        assert {request.partition(" ")[2] for request in secure.requests} <= {WELL_KNOWN}
    assert found.record["usage_url"] == url
    assert found.description.usage == again.description.usage == restarted.usage == Usage(url=url)
    assert url not in str(adapter.share(found.record))


async def test_only_so_much_of_certificates_is_remembered_and_only_of_the_one_that_was_met(
    adapter: WotAdapter, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with patch.object(meeting, "_MOST_KNOWN", 1):
        for folder in (tmp_path, tmp_path / "other"):
            context, pinned = self_signed(folder)
            async with Device().running(context=context) as device:
                found = await adapter.inspect(thermometer(device).origin)
                endpoint = HttpEndpoint.literal(device.origin, adapter._http.gate)
                assert await adapter._meetings._usage_url("another", endpoint) == ""
            assert found.record["certificate"] == pinned
            assert [*adapter._meetings._usage_urls] == [pinned]


@pytest.mark.parametrize("closed_description", (True, False))
async def test_t04_who_asks_for_a_password_tells_its_certificate_first(
    adapter: WotAdapter, tmp_path: Path, *, closed_description: bool
) -> None:
    context, pinned = self_signed(tmp_path)
    async with Device().running(context=context) as device:
        if closed_description:
            device.answers[f"GET {WELL_KNOWN}"] = status(401, **{"WWW-Authenticate": "Basic"})
        else:
            closed(device, "basic")
        with pytest.raises(AccessDenied) as refusal:
            await adapter.inspect(device.origin)
    assert refusal.value.words["fingerprint"] == pinned


# -------------------------------------------------------------------------------------------------------- one Thing


async def test_one_device_over_two_protocols_is_one_thing(adapter: WotAdapter) -> None:
    thing = Thing(PLUG)
    over_http, over_coap = (
        HttpThing(thing, address="127.0.0.26"),
        CoapThing(thing, address="127.0.0.26", port=5683, multicast=True),
    )
    await over_coap.start()
    (first,) = await scan(adapter)
    assert first.pin.address == "coap://127.0.0.26:5683"
    await over_http.start()
    service = Announcement(service="_wot._tcp", name="it", addresses=("127.0.0.26",), port=over_http.port)
    assert await adapter.meet(service) == (first,)
    by_hand = await adapter.inspect(over_http.origin)
    assert by_hand.pin.address == over_http.origin
    assert await scan(adapter) == [by_hand]
    await over_http.stop()
    assert await scan(adapter) == [first]  # it is there no more, so it is taken from where it is
    await over_coap.stop()


async def test_a_thing_that_is_in_use_is_met_where_it_is_spoken_to(adapter: WotAdapter, host: MemoryHost) -> None:
    thing = Thing(PLUG)
    over_http = HttpThing(thing, address="127.0.0.26")
    over_coap = CoapThing(thing, address="127.0.0.26", port=5683, multicast=True)
    await over_http.start()
    await over_coap.start()
    found = await adapter.inspect(over_http.origin)
    restarted = await WotAdapter.open(host)
    consumed = restarted.consume(found.description.id, found.record, found.pin)
    service = Announcement(service="_wot._udp", name="it", addresses=("127.0.0.26",), port=5683)
    assert await restarted.meet(service) == (found,)
    await consumed.close()
    await restarted.close()
    await over_http.stop()
    await over_coap.stop()


async def test_a_device_that_is_back_on_another_port_is_the_same_thing(adapter: WotAdapter) -> None:
    first = Device()
    async with thermometer(first).running():
        (before,) = await adapter.meet(announcement(first))
    async with first.running():
        (after,) = await adapter.meet(announcement(first))
    assert before.pin.address != after.pin.address == first.origin
    assert before.description == after.description


async def test_a_place_where_another_thing_is_now_is_not_believed(adapter: WotAdapter, device: Device) -> None:
    thermometer(device)
    await adapter.inspect(device.origin)
    device.answers |= {f"GET {WELL_KNOWN}": td(id="urn:dev:x:other"), "GET /moved": td()}
    (found,) = await adapter.meet(announcement(device, td="/moved"))
    assert found.record["url"] == f"{device.origin}/moved"


async def test_a_description_that_changed_is_another_description_of_the_same(
    adapter: WotAdapter, device: Device
) -> None:
    before = await adapter.inspect(thermometer(device).origin)
    after = await adapter.inspect(thermometer(device, title="Thermometer 2").origin)
    assert before.description.id == after.description.id
    assert before.record != after.record


# --------------------------------------------------------------------------------------------------- over CoAP


async def test_a_path_over_coap_is_asked_as_it_is(adapter: WotAdapter, peer: Peer) -> None:
    documents = {
        "/things/1": json.dumps(td(properties={"temperature": temperature({"href": "/t"})})),
        "/": '["coap://[[fd00::2]]:5688/things/1"]',
    }
    peer.answer = lambda request: [reply(request, documents.get(request.path, "5").encode())]
    address, port = peer.endpoint.address, peer.endpoint.port
    for typed in (f"coap://{address}:{port}/things/1", f"coap://{address}:{port}", f"{address}:{port}"):
        found = await adapter.inspect(typed)
        assert found.record["url"] == f"coap://{address}:{port}/things/1"


async def test_links_lead_to_descriptions_and_to_directories_but_not_to_others(
    adapter: WotAdapter, device: Device
) -> None:
    listed = td(id="urn:dev:x:listed", base=device.origin)
    device.answers |= {"GET /things": [listed], "GET /temperature": 20.0, "GET /": 5}
    directory = {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "@type": "ThingDirectory",
        "title": "Directory",
        "properties": {"things": {"forms": [{"href": f"{device.origin}/things{{?offset}}"}]}},
    }
    links = (
        '</one>;rt="wot.thing",</dir>;rt="wot.directory",</other>;rt="x",<mqtt://b/x>;rt="wot.thing",'
        '</foreign>;rt="wot.thing";anchor="coap://[2001:db8::1]",</bad>;rt="wot.thing"'
    )
    documents = {WELL_KNOWN_CORE: links, "/one": json.dumps(td(id="urn:dev:x:1")), "/dir": json.dumps(directory)}
    asked: list[str] = []

    def answer(request: Message) -> Reply:
        asked.append(request.path)
        return Reply(payload=documents.get(request.path, "5").encode())

    server = Server(answer, lambda: False)
    server.open((ADDRESS,), 5683, "", multicast=True)
    assert "urn:dev:x:1" in [found.description.id for found in await scan(adapter)]
    assert {*asked} == {WELL_KNOWN_CORE, "/one", "/dir", "/bad"}
    assert [found.description.id for found in await scan(adapter)] == ["urn:dev:x:1", "urn:dev:x:listed"]
    documents[WELL_KNOWN_CORE] = "\x00"
    assert [found.description.id for found in await scan(adapter)] == ["urn:dev:x:listed"]
    server.close()


async def test_a_mistake_of_ours_costs_one_thing_and_not_the_scan(
    adapter: WotAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    server = CoapThing(Thing(PLUG), address="127.0.0.26", port=5683, multicast=True)
    await server.start()
    with patch.object(Meetings, "meet", side_effect=ValueError):
        assert await scan(adapter) == []
    assert "Meeting coap://127.0.0.26:5683 failed" in caplog.text
    caplog.clear()
    await server.stop()


# ---------------------------------------------------------------------------------------------------- directories


def directory(device: Device, *things: object, kind: object = "ThingDirectory") -> Device:
    device.answers |= {
        f"GET {WELL_KNOWN}": {"@context": "x", "@type": kind, "title": "Directory", "properties": {}},
        "GET /things": [*things],
        "GET /events": device.stream(),
    }
    return device


@pytest.mark.parametrize("kind", ("ThingDirectory", ["x", "discovery:ThingDirectory"]))
async def test_a_directory_tells_of_others_at_the_next_scan_and_wakes_the_host(
    adapter: WotAdapter, host: MemoryHost, device: Device, kind: Json
) -> None:
    async with Device().running() as other:
        thermometer(other)
        foreign = td(base="http://198.51.100.7/")
        home = td(base=f"{other.origin}/")
        directory(
            device,
            home,
            home,
            td(base="ftp://x/", properties={}),
            foreign,
            td(base=5),
            td(base="http://u@x/"),
            kind=kind,
        )
        assert await adapter.meet(announcement(device, type="Directory")) == ()
        (found,) = await scan(adapter)
        assert found.pin.address == other.origin
        await until(lambda: host.woken == 1)
        await until(lambda: device.streams)
        await device.streams[0].write(b"event: thing_created\ndata: {}\n\nevent: else\ndata: {}\n\n")
        assert await adapter.meet(announcement(device)) == ()  # known already
    assert await scan(adapter) == []  # who is not there is not found


async def test_a_thing_in_a_directory_may_be_known_by_its_forms(adapter: WotAdapter, device: Device) -> None:
    async with Device().running() as other:
        other.answers["GET /temperature"] = 20.0
        forms = temperature({"href": f"{other.origin}/temperature"})
        directory(device, td(properties={"odd": 5, "temperature": forms}))
        await adapter.meet(announcement(device))
        (found,) = await scan(adapter)
    assert found.pin.address == other.origin


async def test_a_directory_that_is_gone_is_forgotten(adapter: WotAdapter, device: Device) -> None:
    await adapter.meet(announcement(directory(device)))
    device.answers.clear()
    for _ in range(5):
        assert await scan(adapter) == []
    assert device.requests["GET /things"] == 5
    await scan(adapter)
    assert device.requests["GET /things"] == 5


async def test_a_directory_over_coap_is_asked_over_coap(adapter: WotAdapter, device: Device) -> None:
    thermometer(device)
    documents: dict[str, object] = {
        WELL_KNOWN: {"@context": "x", "@type": "ThingDirectory", "title": "Directory"},
        "/things": [td(base=device.origin)],
    }

    def answer(request: Message) -> Reply:
        if request.path not in documents:
            return Reply(code=response_code("4.04"))
        return Reply(payload=json.dumps(documents[request.path]).encode())

    server = Server(answer, lambda: False)
    port = server.open((ADDRESS,), 5690, "", multicast=False)
    service = Announcement(service="_wot._udp", name="it", addresses=(ADDRESS,), port=port)
    assert await adapter.meet(service) == ()
    assert [found.pin.address for found in await scan(adapter)] == [device.origin]
    documents.clear()
    for _ in range(6):
        assert await scan(adapter) == []
    server.close()


async def test_a_directory_that_lists_elsewhere_is_not_asked(adapter: WotAdapter, device: Device) -> None:
    things = {"forms": [{"href": "mqtt://broker/things"}]}
    device.answers[f"GET {WELL_KNOWN}"] = {
        "@context": "x",
        "@type": "ThingDirectory",
        "title": "Directory",
        "properties": {"things": things},
    }
    assert await adapter.meet(announcement(device)) == ()
    assert await scan(adapter) == []
    assert device.requests == {f"GET {WELL_KNOWN}": 1}


async def test_what_announces_itself_and_is_none_is_told(adapter: WotAdapter, device: Device) -> None:
    assert await reason_of(adapter.meet(announcement(device))) is Reason.NOT_FOUND
    assert await reason_of(adapter.meet(announcement(device, "_wot._tcp", "198.51.100.7"))) is Reason.NOT_ANSWERING


def test_an_address_on_our_link_is_local(adapter: WotAdapter) -> None:
    assert adapter._is_local("127.0.0.9")
    assert not adapter._is_local("198.51.100.7")


async def test_a_directory_alone_is_no_thing(adapter: WotAdapter, device: Device) -> None:
    assert await reason_of(adapter.inspect(directory(device).origin)) is Reason.NOT_A_THING


# ---------------------------------------------------------------------------------------------------- credentials


def closed(device: Device, scheme: str, **definition: object) -> Device:
    return thermometer(device, security="sc", securityDefinitions={"sc": {"scheme": scheme, **definition}})


def guarded(header: str, document: object, challenge: str) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != header:
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        return web.json_response(document)

    return handler


async def test_a_thing_that_asks_who_we_are_asks_for_credentials(adapter: WotAdapter, device: Device) -> None:
    closed(device, "basic")
    open_value = device.answers["GET /temperature"]
    assert await reason_of(adapter.inspect(device.origin)) is Reason.ACCESS_DENIED
    device.answers["GET /temperature"] = status(401)
    assert await reason_of(adapter.inspect(device.origin, CREDENTIALS)) is Reason.BAD_CREDENTIALS
    assert device.headers["Authorization"] == encode_basic_auth("anna", "s3cr3t")
    device.answers["GET /temperature"] = open_value
    found = await adapter.inspect(device.origin, CREDENTIALS)
    assert "s3cr3t" not in json.dumps(found.record)


async def test_a_thing_that_cannot_be_read_is_let_be(adapter: WotAdapter, device: Device) -> None:
    closed(device, "basic")
    device.answers["GET /temperature"] = status(500)
    await adapter.inspect(device.origin, CREDENTIALS)
    writable = {"on": {"type": "boolean", "writeOnly": True, "forms": [{"href": "/on", "op": "writeproperty"}]}}
    device.answers[f"GET {WELL_KNOWN}"] = td(
        properties=writable, security="sc", securityDefinitions={"sc": {"scheme": "basic"}}
    )
    await adapter.inspect(device.origin, CREDENTIALS)


@pytest.mark.parametrize(
    ("challenge", "shown"),
    (('Basic realm="x"', encode_basic_auth("anna", "s3cr3t")), ("Bearer", "Bearer s3cr3t")),
)
async def test_a_closed_description_says_how_to_come_in(
    adapter: WotAdapter, device: Device, challenge: str, shown: str
) -> None:
    device.answers["GET /td"] = guarded(shown, td(), challenge)
    assert await reason_of(adapter.inspect(f"{device.origin}/td")) is Reason.ACCESS_DENIED
    await adapter.inspect(f"{device.origin}/td", CREDENTIALS)
    with pytest.raises(AccessDenied):
        await adapter.inspect(f"{device.origin}/td", Credentials(identity="anna", secret="other"))


async def test_a_closed_description_that_asks_for_what_we_do_not_speak(adapter: WotAdapter, device: Device) -> None:
    device.answers[f"GET {WELL_KNOWN}"] = status(401, **{"WWW-Authenticate": "Negotiate"})
    assert await reason_of(adapter.inspect(device.origin, CREDENTIALS)) is Reason.ACCESS_DENIED


async def test_a_long_list_of_links_is_fetched_whole(adapter: WotAdapter) -> None:
    links = (
        ",".join(f"</{number:040}>" for number in range(40)) + ',</one>;rt="wot.thing",</one>;rt="core.rd wot.thing"'
    )

    def answer(request: Message) -> Reply:
        return Reply(payload=(links if request.path == WELL_KNOWN_CORE else json.dumps(td())).encode())

    server = Server(answer, lambda: False)
    server.open((ADDRESS,), 5683, "", multicast=True)
    assert len(await scan(adapter)) == 1
    server.close()


async def test_a_server_that_is_too_slow_is_given_up(loopback: None, host: MemoryHost, device: Device) -> None:
    adapter = await WotAdapter.open(host, pace=replace(HASTY, meet=0.1))
    device.answers[f"GET {WELL_KNOWN}"] = hang
    assert await reason_of(adapter.inspect(device.origin)) is Reason.NOT_ANSWERING
    await adapter.close()


async def test_only_so_many_places_are_remembered(
    adapter: WotAdapter, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "_MOST_KNOWN", 1)
    for number in range(3):
        await adapter.inspect(thermometer(device, id=f"urn:dev:x:{number}").origin)
    assert len(adapter._meetings._places) == 1


async def test_only_so_many_directories_are_remembered(
    adapter: WotAdapter, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directories, "_MOST_DIRECTORIES", 1)
    await adapter.meet(announcement(directory(device)))
    async with Device().running() as other:
        await adapter.meet(announcement(directory(other)))
        await scan(adapter)
        assert not other.requests["GET /things"]


async def test_what_is_typed_may_be_nonsense(adapter: WotAdapter) -> None:
    for text in ("coap://", "coap://127.0.0.9:5683x/a", "http://"):
        with pytest.raises(Rejected) as refusal:
            await adapter.inspect(text)
        assert refusal.value.reason is Reason.BAD_ADDRESS
