"""What DNS-SD tells of a Thing, for as long as it runs (W3C WoT Discovery, 6.2.4)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
import socket

from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from .on_coap import CoapThing
from .on_http import DESCRIPTION_PATH, HttpThing

type Server = HttpThing | CoapThing


@asynccontextmanager
async def announced(server: Server) -> AsyncIterator[None]:
    """Announce a Thing on the link of its address, and take it back at the end."""
    host, _, interface = server.address.partition("%")
    own = ip_address(host)
    service = f"{server.service}.local."
    model = server.thing.model
    info = ServiceInfo(
        service,
        f"{model.title}.{service}",
        addresses=[own.packed],
        port=server.port,
        properties={"td": DESCRIPTION_PATH, "type": "Thing", "scheme": server.scheme},
        server=f"{model.name}-{model.identity[-4:]}.local.",
    )
    link: str | int = socket.if_nametoindex(interface) if interface else host
    version = IPVersion.V6Only if own.version == 6 else IPVersion.V4Only
    zeroconf = AsyncZeroconf(interfaces=[link], ip_version=version)
    try:
        # Nobody else has its name, so it need not be asked for first, which takes most of a second.
        await (await zeroconf.async_register_service(info, cooperating_responders=True))
        yield
        await zeroconf.async_unregister_all_services()
    finally:
        await zeroconf.async_close()
