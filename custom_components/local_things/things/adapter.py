"""The port: what an adapter must offer, and what it is given. A new protocol implements this and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from .documents import Json, JsonObject
from .interpretation import Interpretations
from .model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from .quantities import Quantity
from .security import EdhocKey, OscoreContext

NO_INTERPRETATIONS: Final[Interpretations] = MappingProxyType({})

_CLEAR: Final = "http"
"""The scheme by which a description is read in clear, though what it describes may be protected by a certificate."""

type Unsubscribe = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface:
    """A network interface that the user enabled: its kernel name and index, and our own addresses on it."""

    name: str
    index: int
    addresses: tuple[IPv4Interface | IPv6Interface, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The evidence by which a device is known again, fixed when it is accepted.

    `address` (with its port) and `interface` say where it was, `link_address` which hardware answered there (EUI-48 or
    EUI-64, lower case with colons; empty where the kernel has no neighbour entry, as beyond a router). `fingerprint` is
    the SHA-256 (hexadecimal) of the certificate or public key by which it proves who it is, empty where it has none;
    never one of a secret.
    """

    address: str
    interface: str = ""
    link_address: str = ""
    fingerprint: str = ""

    @property
    def scheme(self) -> str:
        """The scheme of the address."""
        return self.address.partition("://")[0]

    @property
    def host(self) -> str:
        """The host of the address."""
        authority = self.address.partition("://")[2]
        return authority.rpartition(":")[0] or authority

    def vouches_for(self, seen: Pin) -> bool:
        """Tell whether what was just seen is still the pinned device: same key, else same hardware, else same place.

        A description that came in clear may be anybody's, whoever shows a certificate beside it.
        """
        if self.fingerprint and self.fingerprint != seen.fingerprint:
            return False
        if self.fingerprint and _CLEAR not in {self.scheme, seen.scheme}:
            return True
        if self.link_address and seen.link_address:
            return self.link_address == seen.link_address
        return self.address == seen.address and self.interface == seen.interface

    def is_beside(self, seen: Pin) -> bool:
        """Tell whether what was just seen is on the pinned hardware, else at its host: another way in to it, maybe."""
        if self.link_address and seen.link_address:
            return self.link_address == seen.link_address
        return self.host == seen.host and self.interface == seen.interface

    def at(self, seen: Pin) -> str:
        """Return the pinned address as it would be where `seen` is: the same scheme and port, another host."""
        return f"{self.scheme}://{seen.host}:{self.address.rpartition(':')[2]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """By what a device lets us in: an identity (PSK identity, user name; may be empty) and a secret.

    A secret that begins with `0x` is bytes in hexadecimal; any other is text. It is never shown, nor is `privacy`:
    the second secret of a protocol that hides its messages by another one (SNMPv3, RFC 3414). `authentication` is by
    which algorithm the secret is proved, where a protocol has several; empty for the best of them. Where OSCORE
    protects, there is `oscore`, or `edhoc` where contexts are agreed on, and nothing of the above.
    """

    identity: str = ""
    secret: str = field(default="", repr=False)
    privacy: str = field(default="", repr=False)
    authentication: str = ""
    oscore: OscoreContext | None = None
    edhoc: EdhocKey | None = None

    @property
    def key(self) -> bytes:
        """The secret as bytes; none where it is no hexadecimal although it begins so."""
        if self.secret[:2].lower() != "0x":
            return self.secret.encode()
        try:
            return bytes.fromhex(self.secret[2:])
        except ValueError:
            return b""

    @property
    def is_end_to_end(self) -> bool:
        """Whether messages are protected by OSCORE, whatever carries them."""
        return self.oscore is not None or self.edhoc is not None

    @property
    def is_of_anybody(self) -> bool:
        """Whether whoever has any key of its own is let in by them."""
        return self.edhoc is not None and not self.edhoc.peer

    def of(self, peer: bytes) -> Credentials:
        """Return them as they are for a device that has this public credential, or for anybody where it is empty."""
        return replace(self, edhoc=replace(self.edhoc, peer=peer)) if self.edhoc else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An instance of a service that announced itself by DNS-SD (RFC 6763): only where to ask, nothing to believe.

    `service` is its type without the domain ("_wot._tcp"), `addresses` are literals, a link-local one with its zone;
    `properties` are the TXT record's, where they are text.
    """

    service: str
    name: str
    addresses: tuple[str, ...]
    port: int
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundThing:
    """A device an adapter has met: enough to show a card, to pin it, and to make it a Thing again later.

    `record` is the adapter's own memory of the device: JSON, without secrets, at most about 64 KiB. `credential` is the
    public one by which it proved itself (EDHOC), empty where it has none.
    """

    adapter: str
    description: ThingDescription
    pin: Pin
    record: JsonObject = field(default_factory=dict)
    credential: bytes = b""

    @property
    def asks_for_key(self) -> bool:
        """Whether it lets nobody look without a key: who it is, and so its id, is known once it has taken one."""
        return not self.record


class ConsumedThing(Protocol):
    """A Thing in use (after the W3C Scripting API): its description, its state and how to speak to it."""

    @property
    def description(self) -> ThingDescription:
        """What the Thing offers; fixed for the life of this object."""

    @property
    def state(self) -> ThingState:
        """The present snapshot."""

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the device goes, now; nobody is told when it changes."""

    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""

    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event from now on."""

    async def read_property(self, name: str) -> Value:
        """Ask the device for one value now. Raises ThingError."""

    async def write_property(self, name: str, value: Value) -> None:
        """Write and verify: return once the device confirmed the new value. Raises ThingError."""

    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Ask the device to act on `data`, None where the action takes none; return its output. Raises ThingError."""

    async def close(self) -> None:
        """Stop every exchange and leave nothing running."""


class Adapter(Protocol):
    """One protocol, opened on the local network."""

    @property
    def services(self) -> tuple[str, ...]:
        """The DNS-SD service types under which its devices announce themselves."""

    def discover(self) -> AsyncIterator[FoundThing]:
        """Ask the enabled links who is there, once, and yield devices as they answer."""

    async def meet(self, announcement: Announcement) -> tuple[FoundThing, ...]:
        """Meet whoever announced one of our services; a directory tells of others, or of nobody. Raises ThingError."""

    async def inspect(self, address: str, credentials: Credentials | None = None) -> FoundThing:
        """Meet the device at `address` as a user typed it. Raises ThingError: AccessDenied where it asks who we are."""

    def describe(
        self, thing_id: str, record: Mapping[str, Json], interpretations: Interpretations = NO_INTERPRETATIONS
    ) -> ThingDescription:
        """Describe a Thing from its record and the user's words, without asking the device. Raises ThingError.

        BAD_MAPPING where an interpretation is none that this adapter can follow.
        """

    def consume(
        self,
        thing_id: str,
        record: Mapping[str, Json],
        pin: Pin,
        interpretations: Interpretations = NO_INTERPRETATIONS,
        credentials: Credentials | None = None,
    ) -> ConsumedThing:
        """Start to use a Thing known from its record; it need not be reachable now. Raises ThingError."""

    def units(self, quantity: Quantity) -> tuple[str, ...]:
        """Return the units on the wire in which this adapter reads `quantity`, the usual one first."""

    def share(self, record: Mapping[str, Json]) -> JsonObject:
        """Return the part of a record that a stranger may read: no address, serial number or hardware address.

        It describes the same affordances as the whole record.
        """

    async def close(self) -> None:
        """Close every socket. The Things are closed before."""


class MessageBroker(Protocol):
    """The MQTT broker that the user's Home Assistant is connected to."""

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish a message. Raises ThingError."""

    async def subscribe(self, topic: str, listener: Callable[[bytes], None]) -> Unsubscribe:
        """Call `listener` with the payload of every message of `topic`, the retained one first. Raises ThingError."""


class AdapterHost(Protocol):
    """What an adapter is given: the links it may use and a memory that outlives a restart."""

    @property
    def web_session(self) -> object:
        """The shared `aiohttp.ClientSession`; the waist knows no library, so it cannot say so in a type."""

    @property
    def broker(self) -> MessageBroker | None:
        """The MQTT broker; None where the user has set up none."""

    @property
    def interfaces(self) -> tuple[NetworkInterface, ...]:
        """The enabled network interfaces."""

    @property
    def allowed_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks beyond our own links that the user declared to be local too."""

    @property
    def volatile(self) -> Path | None:
        """A folder for what must not come back with a backup, there or not; None where no key is kept."""

    @property
    def language(self) -> str:
        """The language of the house (BCP 47): what devices say in several is shown in it."""

    @property
    def settings(self) -> Mapping[str, Json]:
        """What the user chose for this adapter; empty where nothing was chosen."""

    async def bring(self, requirement: str) -> bool:
        """Install a library that few need, where it is not there; return whether it can be had on this system."""

    def wake(self) -> None:
        """Ask for a scan soon: somebody may have appeared."""

    def recall(self) -> JsonObject:
        """Return what this adapter asked to remember last; empty at first."""

    def remember(self, memory: JsonObject) -> None:
        """Keep `memory` (JSON, no secrets) for this adapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSpec:
    """One line of the adapter table: a name and how to open it; `open` imports what is heavy, in a thread."""

    name: str
    open: Callable[[AdapterHost], Awaitable[Adapter]]
