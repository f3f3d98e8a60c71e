"""T1: no field of a device, whatever it holds, makes us send a packet or look up a name: a row for each field.

`tests/lab` shows the same of a whole Home Assistant on a network; here, every field meets every URL at each run.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched, cycle
import json
from types import MappingProxyType
from typing import Final, cast

from aiohttp import web
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.finding.meeting import Budget
from custom_components.local_things.adapters.coap.finding.registry import Registry
from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.adapters.wot.finding.documents import MOST_THINGS
from custom_components.local_things.things.adapter import Adapter, Announcement, ConsumedThing, Credentials
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.server import Asked
from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.snmp import open_session
from tests.adapters.coap.conftest import HASTY as HASTY_COAP
from tests.adapters.wot.device import ADDRESS, WELL_KNOWN, Device, hang, status, td, temperature
from tests.adapters.wot.rows import HASTY as HASTY_WOT, HURRIED
from tests.house.codec import Code, Message, Option
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.peer import Peer, reply
from tests.transports.coap.test_multicast import GroupPeer

from .contract import MemoryHost, until
from .outgoing import Outgoing, hostile, web_session

PEER, DIRECTORY = "127.0.0.14", "127.0.0.31"
WEB: Final = hostile("http", "https")
SPOKEN: Final = hostile("http", "coap")
COAP: Final = hostile("coap", "coaps")
SERVERS: Final = hostile("coap", "coap+tcp", path="")
KEY: Final = Credentials(identity="anna", secret="s3cr3t")


@dataclass(frozen=True, kw_only=True)
class Rig:
    """Both adapters, a device over HTTP, one over CoAP, and a directory; nobody else is there."""

    wot: WotAdapter
    coap: CoapAdapter
    device: Device
    peer: Peer
    directory: GroupPeer


@pytest.fixture
def outgoing(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    noted = Outgoing(ADDRESS, PEER, DIRECTORY)
    noted.install(monkeypatch)
    return noted


@pytest.fixture
async def rig(outgoing: Outgoing) -> AsyncIterator[Rig]:
    asyncio.get_running_loop().set_debug(False)  # the harness traces every callback, of which there are many
    peer, directory = await Peer.open(PEER), await GroupPeer.listening(DIRECTORY)
    # What nobody there answers, nobody is waited for.
    peer.answer = directory.answer = lambda request: [reply(request, code=Code.NOT_FOUND)]
    async with Device().running() as device, web_session(outgoing) as session:
        host = MemoryHost(interfaces=(LOOPBACK,), web_session=session)
        outgoing.allowed.add("127.0.0.1")  # the sockets of a scan are bound there, and connected nowhere
        wot = await WotAdapter.open(host, pace=HASTY_WOT, http_timing=HURRIED, coap_timing=FAST)
        coap = await CoapAdapter.open(MemoryHost(interfaces=(LOOPBACK,)), timing=FAST, pace=HASTY_COAP)
        outgoing.allowed.discard("127.0.0.1")
        yield Rig(wot=wot, coap=coap, device=device, peer=peer, directory=directory)
        await wot.close()
        await coap.close()
    peer.close()
    directory.close()


# ------------------------------------------------------------------------------------------------------ what is done


async def use(
    adapter: Adapter,
    address: str,
    credentials: Credentials | None = None,
    followed: Callable[[], object] = lambda: True,
) -> None:
    """Meet whatever is at an address, follow it until it is `followed`, and ask for all that it offers."""
    with suppress(ThingError):
        found = await adapter.inspect(address, credentials)
        thing = adapter.consume(found.description.id, found.record, found.pin, credentials=credentials)
        try:
            if await _read(thing):
                await until(lambda: thing.state.values and followed())
            for name in thing.description.properties:
                with suppress(ThingError):
                    await thing.write_property(name, 1.0)
            for name in thing.description.actions:
                with suppress(ThingError):
                    await thing.invoke_action(name)
        finally:
            await thing.close()


async def _read(thing: ConsumedThing) -> bool:
    """Ask for every property; say whether any was told."""
    told = False
    for name in thing.description.properties:
        with suppress(ThingError):
            await thing.read_property(name)
            told = True
    return told


type Form = dict[str, object]


def offering(properties: Mapping[str, object] = MappingProxyType({}), **more: object) -> JsonObject:
    """Describe a device that works, and more."""
    return td(properties={"good": temperature({"href": "/good"}), **properties}, **more)


async def described(
    rig: Rig, *descriptions: JsonObject, used: bool = True, key: Credentials | None = None, follows: bool = False
) -> None:
    """Use the device with each of these descriptions; `used`: each has something good too, which `follows`."""
    rig.device.answers |= {"GET /good": 20.0, "GET /told": hang}
    for description in descriptions:
        rig.device.answers[f"GET {WELL_KNOWN}"] = description
        rig.device.requests.clear()
        await use(
            rig.wot,
            f"{rig.device.origin}{WELL_KNOWN}",
            key,
            lambda: rig.device.requests["GET /told"] or not follows,
        )
        assert rig.device.requests["GET /good"] or not used


async def with_forms(rig: Rig, kind: str, made: Callable[..., JsonObject], **more: object) -> None:
    """Use a device whose forms lead elsewhere, but for one of each affordance."""
    forms: list[Form] = [{"href": url, **more} for url in SPOKEN]
    offered = [made(*some, {"href": "/good", **more}) for some in batched(forms, _SEVERAL, strict=False)]
    bad = {f"bad{number}": one for number, one in enumerate(offered)}
    # The last to be followed leads nowhere else: once it is, all were.
    last = {"told": made({"href": "/told", **more})} if kind == "properties" and "subprotocol" in more else {}
    await described(rig, _with(kind, {**bad, **last}), follows=bool(last))


_SEVERAL: Final = 7
"""So many forms of an affordance are kept, but for one."""


def _with(kind: str, offered: JsonObject) -> JsonObject:
    return offering(offered) if kind == "properties" else offering(**{kind: offered})


def _written(*forms: Form) -> JsonObject:
    return {**temperature(*forms), "readOnly": False, "observable": True}


def _plain(*forms: Form) -> JsonObject:
    return cast("JsonObject", {"forms": [*forms]})


# ------------------------------------------------------------------------------------------------- the Web of Things


async def href_of_a_property(rig: Rig) -> None:
    await with_forms(rig, "properties", _written)


async def href_of_a_property_that_is_to_be_had_nowhere_else(rig: Rig) -> None:
    await described(rig, *(offering({"bad": _written({"href": url})}) for url in hostile("http")), used=False)


async def href_of_a_property_that_is_streamed(rig: Rig) -> None:
    await with_forms(rig, "properties", _written, subprotocol="sse", op=["readproperty", "observeproperty"])


async def href_of_a_property_that_is_waited_for(rig: Rig) -> None:
    await with_forms(rig, "properties", _written, subprotocol="longpoll", op=["readproperty", "observeproperty"])


async def href_of_an_action(rig: Rig) -> None:
    await with_forms(rig, "actions", _plain)


async def href_of_an_event(rig: Rig) -> None:
    await with_forms(rig, "events", _plain, subprotocol="sse")


async def href_of_all_properties(rig: Rig) -> None:
    everything = [{"href": url, "op": ["readallproperties", "observeallproperties"]} for url in SPOKEN]
    await described(rig, offering(forms=everything))


async def base_of_a_description(rig: Rig) -> None:
    bad = {"good": temperature({"href": "good"}), "bad": _written({"href": "/x"})}
    await described(rig, *(offering(bad, base=url) for url in SPOKEN), used=False)


async def context_links_and_addresses_for_people(rig: Rig) -> None:
    links = [{"href": url, "rel": rel} for url in WEB for rel in ("describedby", "icon", "item", "alternate")]
    fields = ("support", "instance", "schemaDefinitions", "version")
    once = (dict(zip(fields, some, strict=False)) for some in batched(WEB, len(fields), strict=False))
    every = {**offering(links=links, profile=[*WEB]), "@context": [*WEB], "@type": [*WEB]}
    await described(rig, cast("JsonObject", every), *(cast("JsonObject", {**offering(), **one}) for one in once))


async def links_of_a_page(rig: Rig) -> None:
    """The root of a server may list where Things are."""
    for some in batched(WEB, MOST_THINGS, strict=False):
        rig.device.answers["GET /"] = list(some)
        await use(rig.wot, rig.device.origin)


async def security_of_a_description(rig: Rig) -> None:
    fields = ("token", "authorization", "refresh", "proxy")
    said = [dict(zip(fields, some, strict=False)) for some in batched(WEB, len(fields), strict=False)]
    schemes = ({"scheme": "bearer"}, {"scheme": "digest"}, {"scheme": "oauth2", "flow": "client"})
    definitions = ({**scheme, **one} for scheme in schemes for one in said)
    descriptions = (offering(securityDefinitions={"s": one}, security="s") for one in definitions)
    await described(rig, *descriptions, used=False, key=KEY)


async def redirect_of_a_description(rig: Rig) -> None:
    for url, code in zip(WEB, cycle((301, 302, 303, 307, 308)), strict=False):
        rig.device.answers[f"GET {WELL_KNOWN}"] = status(code, Location=url)
        await use(rig.wot, f"{rig.device.origin}{WELL_KNOWN}")


async def redirect_of_a_value(rig: Rig) -> None:
    urls = hostile("http")

    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": urls[int(request.path[5:])]})

    bad = {f"bad{number}": _written({"href": f"/bad/{number}"}) for number in range(len(urls))}
    rig.device.answers |= {f"{verb} /bad/{number}": elsewhere for number in range(len(urls)) for verb in ("GET", "PUT")}
    await described(rig, offering(bad))


async def entry_of_a_wot_directory(rig: Rig) -> None:
    rig.device.answers |= {f"GET {WELL_KNOWN}": {**td(), "@type": "ThingDirectory"}, "GET /good": 20.0}
    based: list[JsonObject] = [{**td(), "base": url, "id": f"urn:x:{number}"} for number, url in enumerate(SPOKEN)]
    linked = [td(properties={"good": temperature({"href": url})}, id=f"urn:y:{n}") for n, url in enumerate(SPOKEN)]
    with suppress(ThingError):
        await rig.wot.inspect(rig.device.origin)
    for some in batched((*based, *linked), MOST_THINGS, strict=False):
        rig.device.answers["GET /things"] = list(some)
        # As a scan does, but for the seconds in which all others are asked.
        async for source, _ in rig.wot._directories.listed():
            with suppress(ThingError):
                await rig.wot._meetings.meet(source)


async def announced_address(rig: Rig) -> None:
    for service, url in ((service, url) for service in ("_wot._tcp", "_wot._udp", "_webthing._tcp") for url in SPOKEN):
        host = url.partition("://")[2].removesuffix("/x").strip("[]")
        with suppress(ThingError):
            await rig.wot.meet(Announcement(service=service, name="x", addresses=(host,), port=80))


async def announced_path(rig: Rig) -> None:
    for path in WEB:
        told = {"td": path, "path": path, "scheme": "http"}
        for service in ("_wot._tcp", "_webthing._tcp"):
            with suppress(ThingError):
                await rig.wot.meet(_at(rig.device, service, told))


def _at(device: Device, service: str, told: dict[str, str]) -> Announcement:
    return Announcement(service=service, name="x", addresses=(ADDRESS,), port=device.port, properties=told)


async def address_that_a_person_is_talked_into(rig: Rig) -> None:
    for url in (*WEB, *COAP, *SERVERS):
        for adapter in (rig.wot, rig.coap):
            with suppress(ThingError):
                await adapter.inspect(url)
        with suppress(ThingError):
            session = await open_session(AddressGate((LOOPBACK,)), url.partition("://")[2], KEY)
            await session.close()


# ------------------------------------------------------------------------------------------------------------- CoAP


def links(*rows: str) -> bytes:
    return ",".join(('</3303/0/5700>;rt="oma.lwm2m"', *rows)).encode()


def answering(**paths: bytes) -> Callable[[Message], Sequence[Message]]:
    """Answer as a device with these links, or a directory with these lists, does."""

    def answer(request: Message) -> Sequence[Message]:
        name = request.path.strip("/").replace("/", "_").replace(".well-known_", "")
        if name == "3303_0_5700":
            return [reply(request, b"20.0")]
        if name not in paths:
            return [reply(request, code=Code.NOT_FOUND)]
        return [reply(request, paths[name], options=((Option.CONTENT_FORMAT, b"\x28"),))]

    return answer


async def linked(rig: Rig, rows: Iterable[str]) -> None:
    # In messages of one block.
    for some in batched(rows, 8, strict=False):
        rig.peer.answer = answering(core=links(*some))
        await use(rig.coap, rig.peer.endpoint.uri)


async def target_of_a_link(rig: Rig) -> None:
    await linked(rig, (f'<{url}>;rt="temperature";if="core.s";obs' for url in COAP))


async def anchor_of_a_link(rig: Rig) -> None:
    await linked(rig, (f'</t{number}>;if="core.s";obs;anchor="{url}"' for number, url in enumerate(COAP)))


async def options_of_an_answer(rig: Rig) -> None:
    """Location-Path and Location-Query of all; Uri-Host and Proxy-Uri, which make an answer none, of one."""
    options = [(8, url) for url in COAP] + [(20, url) for url in COAP] + [(3, COAP[0]), (35, COAP[0])]
    for option, url in options:
        rig.peer.answer = lambda request, option=option, url=url: [  # type: ignore[misc]  # those of this turn
            reply(request, b"20.0", options=((option, url.encode()),))
        ]
        with suppress(ThingError):
            await rig.coap._client.get(rig.peer.endpoint, "/3303/0/5700")


async def name_in_a_pack(rig: Rig) -> None:
    packs = (json.dumps([{"bn": url, "n": "t", "u": "Cel", "v": 20}]).encode() for url in hostile("coap"))
    for pack in packs:
        rig.peer.answer = lambda request, pack=pack: [  # type: ignore[misc]  # that of this turn
            reply(request, links("</>;ct=110"))
            if request.path == "/.well-known/core"
            else reply(request, pack, options=((Option.CONTENT_FORMAT, b"\x6e"),))
        ]
        await use(rig.coap, rig.peer.endpoint.uri)


LOOKUPS: Final = '</eps>;rt="core.rd-lookup-ep";ct=40', '</res>;rt="core.rd-lookup-res";ct=40'


async def entry_of_a_resource_directory(rig: Rig) -> None:
    for some in batched(enumerate(SERVERS), 12, strict=False):
        listed = ",".join(f'</r/{number}>;ep="e{number}";base="{url}"' for number, url in some)
        rig.directory.answer = answering(core=",".join(LOOKUPS).encode(), eps=listed.encode())
        await _scanned(rig)


async def resource_in_a_directory(rig: Rig) -> None:
    for some in batched(COAP, 12, strict=False):
        listed = ",".join(f'<{url}>;if="core.s"' for url in some)
        rig.directory.answer = answering(core=LOOKUPS[1].encode(), res=listed.encode())
        await _scanned(rig)


async def _scanned(rig: Rig) -> None:
    """Ask the directory, and whom it lists."""
    endpoint = rig.directory.endpoint
    with suppress(ThingError):
        await rig.coap.inspect(endpoint.uri)
    (known,) = rig.coap._directories._known.values()
    known.ask_from, known.observation = 0.0, None
    budget = Budget(1_000)
    async for candidate in rig.coap._directories.candidates(budget):
        with suppress(ThingError):
            await rig.coap.inspect(candidate.endpoint.uri)


async def base_of_a_registration(rig: Rig) -> None:
    gate = AddressGate((LOOPBACK,))
    registry = Registry(gate, lambda: None, asyncio.get_running_loop().time)
    source = CoapEndpoint.literal(PEER, gate)
    for number, url in enumerate(SERVERS):
        registry.answer(
            Asked(
                source=source,
                method="POST",
                path=("rd",),
                query=(f"ep=e{number}", f"base={url}"),
                payload=f"<{url}>".encode(),
                content_format=40,
            )
        )
    async for candidate in registry.candidates(Budget(1_000)):
        await use(rig.coap, candidate.endpoint.uri)
    await registry.close()


FIELDS: Final[tuple[Callable[[Rig], Awaitable[None]], ...]] = (
    href_of_a_property,
    href_of_a_property_that_is_to_be_had_nowhere_else,
    href_of_a_property_that_is_streamed,
    href_of_a_property_that_is_waited_for,
    href_of_an_action,
    href_of_an_event,
    href_of_all_properties,
    base_of_a_description,
    context_links_and_addresses_for_people,
    links_of_a_page,
    security_of_a_description,
    redirect_of_a_description,
    redirect_of_a_value,
    entry_of_a_wot_directory,
    announced_address,
    announced_path,
    address_that_a_person_is_talked_into,
    target_of_a_link,
    anchor_of_a_link,
    options_of_an_answer,
    name_in_a_pack,
    entry_of_a_resource_directory,
    resource_in_a_directory,
    base_of_a_registration,
)


def test_t01_there_are_enough_places_to_be_led_to() -> None:
    assert len(WEB) >= 40
    assert len(set(WEB)) == len(WEB)


@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.__name__)
async def test_t01_no_field_leads_elsewhere(
    rig: Rig, outgoing: Outgoing, field: Callable[[Rig], Awaitable[None]]
) -> None:
    await field(rig)
    assert set(outgoing.strays) == set()
    # And the test would have heard it, had there been anything to hear.
    assert rig.device.requests or rig.peer.requests or rig.directory.requests or field in UNHEARD


UNHEARD: Final = {announced_address, address_that_a_person_is_talked_into, base_of_a_registration}
"""Fields that nobody is asked because of, not even who holds them."""


async def test_t01_what_leads_elsewhere_is_noted(outgoing: Outgoing) -> None:
    """The instrument itself: a packet, a connection and a name."""
    loop = asyncio.get_running_loop()
    with pytest.raises(OSError, match="does not speak"):
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("203.0.113.9", 9))
    with pytest.raises(OSError, match="does not speak"):
        await asyncio.open_connection("203.0.113.10", 9)
    with pytest.raises(OSError, match="does not speak"):
        await loop.getaddrinfo("evil.example", 9)
    async with web_session(outgoing) as session:
        with pytest.raises(OSError, match=r"evil\.example"):
            await session.get("http://web.evil.example/")
    assert set(outgoing.strays) == {"203.0.113.9", "203.0.113.10", "evil.example", "web.evil.example"}
