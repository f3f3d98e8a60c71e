"""The words of the CoAP door: where a server is, what it answered, and how patient we are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import IPv6Address
import re
from typing import Final, Self
from urllib.parse import unquote

from ...things.adapter import Credentials
from ...things.errors import Reason, Rejected
from ...things.security import EdhocKey, OscoreContext
from ...things.text import clean
from ..gate import AddressGate, LocalAddress


class Scheme(StrEnum):
    """How CoAP is carried: over UDP, over DTLS (RFC 7252, sections 6.1 and 6.2), or over TCP (RFC 8323, 8.1)."""

    COAP = "coap"
    COAPS = "coaps"
    COAP_TCP = "coap+tcp"


DEFAULT_PORTS: Final = {Scheme.COAP: 5683, Scheme.COAPS: 5684, Scheme.COAP_TCP: 5683}
COAP_PORT: Final = DEFAULT_PORTS[Scheme.COAP]

DEFAULT_MAX_AGE: Final = 60.0
LONGEST_MAX_AGE: Final = 86_400.0
"""Seconds a representation stays fresh when the server says nothing (RFC 7252, 5.10.5), and at most for us:
the option may claim 136 years."""

_AUTHORITY: Final = re.compile(
    r"(?:(?P<scheme>coaps?|coap\+tcp)://)?(?:\[(?P<bracketed>[^\[\]/\s]+)\]|(?P<host>[^\[\]/:@?#\s]+))(?::(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_LONGEST_ADDRESS: Final = 300
_LAST_PORT: Final = 65_535

_LONGEST_SEGMENT: Final = 255
"""Most bytes of one path segment (RFC 7252, section 5.10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoapEndpoint:
    """A CoAP server whose address passed the gate, and by what it lets us in, over DTLS or with OSCORE."""

    address: LocalAddress
    port: int = COAP_PORT
    scheme: Scheme = Scheme.COAP
    credentials: Credentials | None = None

    @property
    def uri(self) -> str:
        """The server as a URI with its port; a zone is written as it is (`coap://[fe80::1%eth0]:5683`)."""
        host = f"[{self.address}]" if isinstance(self.address.ip, IPv6Address) else str(self.address)
        return f"{self.scheme}://{host}:{self.port}"

    def trusting(self, credentials: Credentials | None) -> Self:
        """Return the same server, to be asked with `credentials`; where nothing is encrypted they are of no use."""
        is_of_use = self.scheme is Scheme.COAPS or (credentials is not None and credentials.is_end_to_end)
        return replace(self, credentials=credentials) if is_of_use else self

    @property
    def oscore(self) -> OscoreContext | None:
        """The security context that protects every message to and from the server; None where that is DTLS's part."""
        return self.credentials.oscore if self.credentials and self.scheme is not Scheme.COAPS else None

    @property
    def edhoc(self) -> EdhocKey | None:
        """By what such a context is agreed on; None where it is shared before, or nothing is."""
        return self.credentials.edhoc if self.credentials and self.scheme is not Scheme.COAPS else None

    @property
    def is_end_to_end(self) -> bool:
        """Whether every message to and from the server is protected by OSCORE."""
        return bool(self.oscore or self.edhoc)

    @property
    def in_clear(self) -> Self:
        """The same server without any key."""
        return replace(self, credentials=None)

    @property
    def is_proved(self) -> bool:
        """Whether only one with the key can answer."""
        return self.credentials is not None

    @property
    def is_locked(self) -> bool:
        """Whether nothing can be asked without credentials, and there are none."""
        return self.scheme is Scheme.COAPS and self.credentials is None

    @classmethod
    async def parse(cls, text: str, gate: AddressGate) -> Self:
        """Read what a user typed: `scheme://host[:port]`, `host[:port]` or an IPv6 address. Raises ThingError."""
        scheme, host, port = _split(text)
        return cls(address=await gate.resolve(host), port=port, scheme=scheme)

    @classmethod
    def literal(cls, text: str, gate: AddressGate) -> Self:
        """Read an address that holds no name, such as `uri` wrote; nothing is looked up. Raises Rejected."""
        scheme, host, port = _split(text)
        return cls(address=gate.check(host), port=port, scheme=scheme)


def _split(text: str) -> tuple[Scheme, str, int]:
    """Return the scheme, the host without brackets, and the port."""
    text = text.strip()
    if text.count(":") > 1 and "[" not in text and _is_ipv6(text):
        return Scheme.COAP, text, COAP_PORT
    found = _AUTHORITY.fullmatch(text) if len(text) <= _LONGEST_ADDRESS else None
    scheme = Scheme((found["scheme"] or Scheme.COAP).lower()) if found else Scheme.COAP
    port = int(found["port"] or DEFAULT_PORTS[scheme]) if found else 0
    if found is None or not 0 < port <= _LAST_PORT:
        raise Rejected(Reason.BAD_ADDRESS, address=clean(text, 80))
    # A URI proper writes a zone's % as %25 (RFC 6874); people and aiocoap do not.
    return scheme, (found["bracketed"] or found["host"]).replace("%25", "%", 1), port


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def segments(path: str) -> list[str]:
    """Split a path into what goes over the wire. Raises Rejected."""
    try:
        segments = [unquote(segment, errors="strict") for segment in path.removeprefix("/").split("/")]
    except UnicodeDecodeError as err:
        raise Rejected(Reason.NOT_FOUND, path=clean(path, 80)) from err
    if any(len(segment.encode()) > _LONGEST_SEGMENT for segment in segments):
        raise Rejected(Reason.NOT_FOUND, path=clean(path, 80))
    return [] if segments == [""] else segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """What a resource answered, whole. `max_age` is in seconds; `observed`: more will follow by themselves."""

    payload: bytes
    content_format: int | None = None
    max_age: float = DEFAULT_MAX_AGE
    etag: bytes = b""
    observed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MulticastAnswer:
    """One server's answer to a question to all. Where not `complete`, ask the server itself for the whole."""

    address: LocalAddress
    port: int
    representation: Representation
    complete: bool = True

    @property
    def endpoint(self) -> CoapEndpoint:
        """The server that answered."""
        return CoapEndpoint(address=self.address, port=self.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is granted a server that acknowledges a request now and answers it when there is something to tell.

    `begun` is called with the acknowledgement; the answer may take so many `seconds` from then on.
    """

    seconds: float
    begun: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a message that nobody acknowledges is sent again, and when we give up (RFC 7252, section 4.8)."""

    ack_timeout: float
    ack_random_factor: float
    max_retransmit: int

    @property
    def give_up(self) -> float:
        """The longest time until an unacknowledged message is given up: MAX_TRANSMIT_WAIT."""
        return self.ack_timeout * self.ack_random_factor * ((2 << self.max_retransmit) - 1)

    @property
    def patience(self) -> float:
        """How long an answer may take: a server may acknowledge and then never answer (RFC 7252, 5.2.2)."""
        return self.give_up * 1.25


LAN: Final = Timing(ack_timeout=1.0, ack_random_factor=1.5, max_retransmit=3)
"""For a local network: half the RFC's patience, so that a silent device is given up after 15 to 22 s, not 93 s."""
