"""The words of the HTTP door: where a server is, what it answered, and how patient we are."""

from dataclasses import dataclass, replace
from ipaddress import IPv6Address
import re
from typing import Final, Self

from ...things.errors import Reason, Rejected
from ...things.text import clean
from ..gate import AddressGate, LocalAddress

_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<bracketed>[^\[\]/\s]+)\]|(?P<host>[^\[\]/:@?#\s]+))(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>[/?][!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
"""An http URL (RFC 9110, 4.2) without user information: credentials have a place of their own."""

_LONGEST_URL: Final = 2_000
_LAST_PORT: Final = 65_535
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpEndpoint:
    """An HTTP server whose address passed the gate.

    `name` is the host name under which it was asked for, "" where that was a literal. `certificate` is the SHA-256 of
    the certificate it must show (64 hexadecimal digits); a secure server without one is not spoken to.
    """

    address: LocalAddress
    port: int
    secure: bool = False
    name: str = ""
    certificate: str = ""

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "https" if self.secure else "http"

    @property
    def uri(self) -> str:
        """The server as a URI with its port; a zone is written as it is (`http://[fe80::1%eth0]:80`)."""
        host = f"[{self.address}]" if isinstance(self.address.ip, IPv6Address) else str(self.address)
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def host_header(self) -> str:
        """The Host field (RFC 9110, 7.2): the name it was asked for; of a link-local address without its zone."""
        bare = f"[{self.address.ip}]" if isinstance(self.address.ip, IPv6Address) else str(self.address.ip)
        host = self.name or bare
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def showing(self, certificate: str) -> Self:
        """Return the same server, to be believed only where it shows this certificate."""
        return replace(self, certificate=certificate)

    @classmethod
    async def parse(cls, text: str, gate: AddressGate) -> tuple[Self, str]:
        """Read a URL that a user typed: the server and the target, "" where there is none. Raises ThingError."""
        secure, host, port, target = _split(text)
        address = await gate.resolve(host)
        name = "" if gate.same_host(host, address) else host
        return cls(address=address, port=port, secure=secure, name=name), target

    @classmethod
    def literal(cls, text: str, gate: AddressGate, certificate: str = "") -> Self:
        """Read an address that holds no name, such as `uri` wrote; nothing is looked up. Raises Rejected."""
        secure, host, port, _ = _split(text)
        return cls(address=gate.check(host), port=port, secure=secure, certificate=certificate)


def _split(text: str) -> tuple[bool, str, int, str]:
    """Return whether it is https, the host without brackets, the port and the target."""
    found = _URL.fullmatch(text.strip()) if len(text) <= _LONGEST_URL else None
    scheme = found["scheme"].lower() if found else "http"
    port = int(found["port"] or _DEFAULT_PORTS[scheme]) if found else 0
    if found is None or not 0 < port <= _LAST_PORT:
        raise Rejected(Reason.BAD_ADDRESS, address=clean(text, 80))
    target = (found["target"] or "").partition("#")[0]
    # A URI proper writes a zone's % as %25 (RFC 6874); people and aiohttp do not.
    host = (found["bracketed"] or found["host"]).replace("%25", "%", 1)
    return scheme == "https", host, port, f"/{target}" if target.startswith("?") else target


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a resource answered, whole. `content_type` is its media type, lower case, without parameters.

    `round_trip_time` is in seconds, from the request to the end of the answer.
    """

    payload: bytes
    content_type: str = ""
    round_trip_time: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds: until a connection stands, until an answer is whole, until a held one comes, between two of a stream."""

    connect: float
    answer: float
    held: float
    quiet: float


LAN: Final = Timing(connect=5.0, answer=10.0, held=90.0, quiet=300.0)
"""For a local network. A held answer (long poll) comes when something happens; most servers give up after a minute."""
