"""Devices that point elsewhere, in every field that could: each field at an address, or name, that is its own.

So a packet, or a question for a name, says which field sent it. `guard` says what keeps a field from doing so, and so
which mutation must let it out; "nothing is kept" where no code could send anywhere, as that part is never remembered.

Usage, in a machine of the lab: python -m tests.lab.hostile ADDRESS
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
import json
import sys
from typing import Final, override

import aiocoap
from aiocoap import resource
from aiohttp import web
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from tests.house.wot import DESK, HttpThing, Thing

from .sentinels import KEY

_FIRST_PORT: Final = 8081
LOCKED_PORT: Final = 8090
"""Where a Thing is that means no harm, and wants a key."""

_DIRECTORY: Final = "/.well-known/wot"
_LINK_FORMAT: Final = 40


class Guard(StrEnum):
    """What keeps a field from being followed."""

    GATE = "the address gate"
    HREF = "the host of a form"
    REDIRECT = "the host of a redirect"
    FIRMWARE = "the radio library's search for firmware, off"
    NOT_KEPT = "nothing is kept of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a device, what it points to, and how: `host` is an address or a name that no other field has."""

    name: str
    host: str
    guard: Guard

    @property
    def is_name(self) -> bool:
        """Whether it is a name, and so shows in the names that were asked for."""
        return self.host[-1].isalpha() and ":" not in self.host

    @property
    def authority(self) -> str:
        """The host as a URI has it."""
        return f"[{self.host}]" if ":" in self.host else self.host


FIELDS: Final = (
    Field(name="href of a form", host="203.0.113.11", guard=Guard.HREF),
    Field(name="base of a description", host="203.0.113.12", guard=Guard.HREF),
    Field(name="@context of a description", host="context.hostile.example", guard=Guard.NOT_KEPT),
    Field(name="link, profile and support of a description", host="link.hostile.example", guard=Guard.NOT_KEPT),
    Field(name="redirect to an address", host="203.0.113.13", guard=Guard.REDIRECT),
    Field(name="redirect to a name", host="redirect.hostile.example", guard=Guard.REDIRECT),
    Field(name="address of an announcement", host="203.0.113.14", guard=Guard.GATE),
    Field(name="description in a WoT directory", host="203.0.113.15", guard=Guard.GATE),
    Field(name="description in a WoT directory, metadata", host="169.254.169.254", guard=Guard.GATE),
    Field(name="description in a WoT directory, IPv6", host="2001:db8:ffff::15", guard=Guard.GATE),
    Field(name="base of a registration", host="203.0.113.16", guard=Guard.GATE),
    Field(name="base of a registration, IPv6", host="2001:db8:ffff::16", guard=Guard.GATE),
    Field(name="base of a registration, NAT64", host="64:ff9b::cb00:7116", guard=Guard.GATE),
    Field(name="base of a registration, a name", host="rd.hostile.example", guard=Guard.NOT_KEPT),
    Field(name="target of a CoAP link", host="2001:db8:ffff::17", guard=Guard.NOT_KEPT),
    Field(name="anchor of a CoAP link", host="203.0.113.17", guard=Guard.NOT_KEPT),
    Field(name="firmware that a Zigbee light asks for", host="raw.githubusercontent.com", guard=Guard.FIRMWARE),
    Field(name="address that a person is talked into", host="203.0.113.18", guard=Guard.GATE),
    Field(name="name that a person is talked into", host="typed.hostile.example", guard=Guard.GATE),
)
"""Those of `typed` are entered in the form by the scenario; all others come from the devices below."""

TYPED: Final = tuple(field for field in FIELDS if field.name.endswith("talked into"))
OF: Final = {field.name: field.authority for field in FIELDS}

_CONTEXT, _LINK = f"https://{OF['@context of a description']}/", f"https://{FIELDS[3].authority}/"


def _description(title: str, number: int, href: str, **more: object) -> dict[str, object]:
    """Return a description of a thermometer that works, with one property more at `href`."""
    return {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", _CONTEXT],
        "id": f"urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e09{number:02}",
        "title": title,
        "security": "nosec",
        "securityDefinitions": {"nosec": {"scheme": "nosec"}},
        "support": _LINK,
        "profile": [_LINK],
        "links": [{"href": _LINK, "rel": "alternate"}],
        "properties": {
            "good": {"type": "number", "unit": "Cel", "readOnly": True, "forms": [{"href": "/good"}]},
            "bad": {"type": "number", "unit": "Cel", "readOnly": True, "forms": [{"href": href}]},
        },
        **more,
    }


def _elsewhere(field: str, number: int) -> dict[str, object]:
    """Return a description whose Thing is said to be elsewhere."""
    return _description(field, number, f"http://{OF[field]}/good", base=f"http://{OF[field]}/")


_SERVED: Final[tuple[dict[str, object] | str, ...]] = (
    _description("Hostile href", 1, f"http://{OF['href of a form']}/bad"),
    _description("Hostile base", 2, "/bad", base=f"http://{OF['base of a description']}/"),
    f"http://{OF['redirect to an address']}/td",
    f"http://{OF['redirect to a name']}/td",
    {**_description("Directory", 5, "/things"), "@type": "ThingDirectory"},
)
"""What each server has at its well-known place: a description, or where it redirects to."""

_LISTED: Final = [
    _elsewhere(field.name, number)
    for number, field in enumerate(FIELDS, 20)
    if field.name.startswith("description in a WoT directory")
]

_REGISTERED: Final = ",".join(
    f'</rd/{number}>;ep="node{number}";base="coap://{field.authority}"'
    for number, field in enumerate(FIELDS)
    if field.name.startswith("base of a registration")
)

_LINKS: Final = (
    '</t>;rt="temperature-c";if="core.s",</rd-lookup/ep>;rt="core.rd-lookup-ep";ct=40,'
    f'<coap://{OF["target of a CoAP link"]}/t>;rt="temperature-c";if="core.s",'
    f'</u>;rt="temperature-c";if="core.s";anchor="coap://{OF["anchor of a CoAP link"]}/u"'
)


def _application(served: dict[str, object] | str) -> web.Application:
    async def well_known(_: web.Request) -> web.Response:
        if isinstance(served, str):
            return web.Response(status=302, headers={"Location": served})
        return web.json_response(served, content_type="application/td+json")

    async def things(_: web.Request) -> web.Response:
        return web.json_response(_LISTED)

    async def value(_: web.Request) -> web.Response:
        return web.json_response(19.0)

    application = web.Application()
    application.add_routes([web.get(_DIRECTORY, well_known), web.get("/things", things), web.get("/{path}", value)])
    return application


class _Said(resource.Resource):  # type: ignore[misc]  # aiocoap is untyped
    """A resource that says the same to everyone."""

    def __init__(self, payload: str, content_format: int = 0) -> None:
        super().__init__()
        self._payload = payload.encode()
        self._format = content_format

    @override
    async def render_get(self, request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(payload=self._payload, content_format=self._format)


async def _coap(stack: AsyncExitStack) -> None:
    site = resource.Site()
    site.add_resource([".well-known", "core"], _Said(_LINKS, _LINK_FORMAT))
    site.add_resource(["rd-lookup", "ep"], _Said(_REGISTERED, _LINK_FORMAT))
    site.add_resource(["t"], _Said("19.0"))
    context = await aiocoap.Context.create_server_context(site, multicast=["eth0"], transports=["udp6"])
    stack.push_async_callback(context.shutdown)


async def _announce(zeroconf: AsyncZeroconf, name: str, address: str, port: int) -> None:
    kind = "_wot._tcp.local."
    info = ServiceInfo(
        kind,
        f"{name}.{kind}",
        addresses=[ip_address(address).packed],
        port=port,
        properties={"td": _DIRECTORY, "type": "Thing", "scheme": "http"},
        server=f"{name}.local.",
    )
    # Nobody else has its name, so it need not be asked for first, which takes most of a second.
    await (await zeroconf.async_register_service(info, cooperating_responders=True))


async def live(address: str) -> None:
    """Be all of them until ended."""
    async with AsyncExitStack() as stack:
        await _coap(stack)
        zeroconf = AsyncZeroconf(interfaces=[address])
        stack.push_async_callback(zeroconf.async_close)
        for port, served in enumerate(_SERVED, _FIRST_PORT):
            runner = web.AppRunner(_application(served), access_log=None)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, address, port).start()
            await _announce(zeroconf, f"hostile{port}", address, port)
        model = replace(DESK, name="locked", identity="urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0990", title="Locked")
        locked = HttpThing(Thing(model), address=address, port=LOCKED_PORT, password=KEY)
        await locked.start()
        stack.push_async_callback(locked.stop)
        await _announce(zeroconf, "elsewhere", OF["address of an announcement"], _FIRST_PORT)
        print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - who started it waits for this
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1]))
