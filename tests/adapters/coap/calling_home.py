"""A device that calls home (RFC 9176), by aiocoap alone: looks for a directory with everybody, registers, and serves.

`python -m tests.adapters.coap.calling_home GROUP [ADDRESS]`, in a namespace whose link is eth0. It serves one
temperature, hears questions to GROUP only, looks for a directory at ADDRESS (a group too) and prints each step.
"""

import asyncio
import sys

import aiocoap
from aiocoap.resource import Resource, Site, WKCResource


class Temperature(Resource):  # type: ignore[misc]  # aiocoap has no types
    """21.5 °C, by OMA object 3303."""

    async def render_get(self, _request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(payload=b"21.5", content_format=0)


async def main(group: str, directory: str = "") -> None:
    site = Site()
    site.add_resource(["3303", "0", "5700"], Temperature())
    if not directory:
        site.add_resource([".well-known", "core"], WKCResource(site.get_resources_as_linkheader, impl_info=None))
    context = await aiocoap.Context.create_server_context(
        site, bind=("::", 5683), multicast=[(group, "eth0")], transports=["udp6"]
    )
    _say("serving")
    if directory:
        question = f"coap://[{directory}%eth0]/.well-known/core?rt=core.rd"
        found = await _ask(context, aiocoap.Message(code=aiocoap.GET, uri=question))
        _say(found.payload.decode())
        path = found.payload.decode().partition("</")[2].partition(">")[0].split("/")
        message = aiocoap.Message(code=aiocoap.POST, uri_path=path, payload=b"</3303/0/5700>", content_format=40)
        message.opt.uri_query = ("ep=attic", "lt=60")
        message.remote = found.remote
        answer = await _ask(context, message)
        _say(f"{answer.code} {'/'.join(answer.opt.location_path)}")
    await asyncio.sleep(120)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def _ask(context: aiocoap.Context, message: aiocoap.Message) -> aiocoap.Message:
    return await asyncio.wait_for(context.request(message, handle_blockwise=False).response, 20)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
