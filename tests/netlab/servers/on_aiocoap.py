"""The device on aiocoap's server: IPv4 and IPv6, in every group of CoAP nodes."""

import asyncio
from typing import override

import aiocoap
from aiocoap import resource

MAX_AGE = 2
"""Seconds after which a value that nobody repeats is old: so a device that is gone is soon missed."""


class Held(resource.ObservableResource):  # type: ignore[misc]  # aiocoap has no types
    """A text that can be read, written and observed."""

    def __init__(self, text: str) -> None:
        """Hold `text` at first."""
        super().__init__()
        self._text = text.encode()

    @override
    def get_link_description(self) -> dict[str, str | None]:
        return {"ct": "0", "obs": None}

    async def render_get(self, request: aiocoap.Message) -> aiocoap.Message:  # noqa: ARG002 - the library's name
        """Answer with the text."""
        answer = aiocoap.Message(payload=self._text)
        answer.opt.content_format = 0
        answer.opt.max_age = MAX_AGE
        return answer

    async def render_put(self, request: aiocoap.Message) -> aiocoap.Message:
        """Replace the text and tell the observers."""
        self._text = request.payload
        self.updated_state()
        return aiocoap.Message(code=aiocoap.CHANGED)


async def serve() -> None:
    """Serve until the process is ended."""
    site = resource.Site()
    site.add_resource([".well-known", "core"], resource.WKCResource(site.get_resources_as_linkheader))
    site.add_resource(["3303", "0", "5700"], Held("21.5"))
    site.add_resource(["3312", "0", "5850"], Held("0"))
    await aiocoap.Context.create_server_context(site, bind=("::", 5683), multicast=["eth0"], transports=["udp6"])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
