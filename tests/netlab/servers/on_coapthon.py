"""The device on CoAPthon3's server: IPv4, each link three times, and texts without a Content-Format."""

import socket
import struct
from typing import Self

from coapthon.messages.request import Request
from coapthon.resources.resource import Resource
from coapthon.server.coap import CoAP

from .on_aiocoap import MAX_AGE

_LISTEN = 1.0


class Held(Resource):  # type: ignore[misc]  # CoAPthon3 has no types
    """A text that can be read, written and observed."""

    def __init__(self, text: str) -> None:
        """Hold `text` at first."""
        super().__init__("held", allow_children=False)
        self.payload = text
        self.content_type = "text/plain"
        self.max_age = MAX_AGE

    def render_GET(self, request: Request) -> Self:  # noqa: ARG002, N802 - the library's names
        """Answer with the text."""
        return self

    def render_PUT(self, request: Request) -> Self:  # noqa: N802 - the library's name
        """Replace the text; the library tells the observers."""
        self.edit_resource(request)
        return self


def group_socket() -> socket.socket:
    """Return a socket that hears the group of all CoAP nodes; that of the library wants a default route."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", 5683))
    membership = struct.pack("@4s4xi", socket.inet_aton("224.0.1.187"), socket.if_nametoindex("eth0"))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return sock


if __name__ == "__main__":
    server = CoAP(("0.0.0.0", 5683), sock=group_socket())
    server.add_resource("3303/0/5700", Held("21.5"))
    server.add_resource("3312/0/5850", Held("0"))
    server.listen(_LISTEN)
