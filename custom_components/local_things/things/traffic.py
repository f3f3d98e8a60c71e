"""What every device sends and is sent, as this host sees it, and to whom nobody listens (threats T9, T17).

The wires count here and ask here; whoever knows the devices says which addresses are whose. An address is looked at
once and then found by one look-up, as a flood is when this is used most.
"""

import asyncio
from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
import socket
from typing import Final
from weakref import WeakKeyDictionary

type Source = tuple[str, int] | tuple[str, int, int, int]
"""A socket address as the kernel writes it: host and port, of IPv6 flow and zone too."""

type Place = tuple[str, int]
"""A host as `host_of` writes it, and a port; 0 for all of them."""

_MOST_SOURCES: Final = 4096
"""So many socket addresses are known by one look-up; strangers can make up more."""


@dataclass(slots=True, kw_only=True)
class Counters:
    """Messages and their bytes (octets of payload of UDP or TCP), counted since the device has been known.

    A message is a datagram, or a piece of a stream as it arrives. Of those `received` some were `proven` to come from
    there: whoever sent them has read something that we sent to it. Anybody may write a device's address on the others.
    Some were `refused`: nobody asked for them, they could not be read, or their sender is not listened to.
    """

    received: int = 0
    received_octets: int = 0
    proven: int = 0
    proven_octets: int = 0
    refused: int = 0
    sent: int = 0
    sent_octets: int = 0

    def prove(self, size: int) -> None:
        """Take note that a message received came from the device."""
        self.proven += 1
        self.proven_octets += size


@dataclass(slots=True)
class _Row:
    """What a source counts for, and whether it is listened to."""

    counters: Counters
    is_denied: bool


def host_of(literal: str, scope: int = 0) -> str:
    """Write an address in the one way by which hosts are compared: an IPv4 one never mapped, a zone as its number.

    Raises ValueError where it is no address, OSError where its interface is gone.
    """
    ip = ip_address(literal)
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    zone = ip.scope_id or ""
    bare = IPv6Address(int(ip))
    if not bare.is_link_local:
        return str(bare)
    return f"{bare}%{(int(zone) if zone.isdigit() else socket.if_nametoindex(zone)) if zone else scope}"


class Traffic:
    """Counts for each device, and knows who is not listened to."""

    def __init__(self) -> None:
        """Know nobody: what strangers send is in nobody's counters."""
        self._counters: dict[str, Counters] = {}
        self._owners: Mapping[Place, str] = {}
        self._denied: AbstractSet[Place] = frozenset()
        self._rows: dict[Source, _Row] = {}

    def assign(self, owners: Mapping[Place, str], denied: AbstractSet[Place]) -> None:
        """Count what goes to and comes from a place for its owner, and listen to nobody at those that are denied.

        An owner that is not named any more is forgotten.
        """
        self._counters = {owner: self._counters.get(owner, Counters()) for owner in owners.values()}
        self._owners, self._denied = owners, denied
        self._rows.clear()

    def of(self, owner: str) -> Counters | None:
        """Return the counters of a device; None where none of its addresses is known."""
        return self._counters.get(owner)

    def received(self, source: Source, size: int) -> Counters | None:
        """Count a message and return its sender's counters; None where it must not be looked at."""
        row = self._rows.get(source) or self._row(source)
        counters = row.counters
        counters.received += 1
        counters.received_octets += size
        if row.is_denied:
            counters.refused += 1
            return None
        return counters

    def dropped(self, source: Source, messages: int) -> None:
        """Count messages that the kernel dropped, of which nothing else is known."""
        counters = (self._rows.get(source) or self._row(source)).counters
        counters.received += messages
        counters.refused += messages

    def told(self, source: Source, size: int) -> bool:
        """Count a message of a connection, which its sender has made with us; False where it must not be looked at."""
        counters = self.received(source, size)
        if counters is not None:
            counters.prove(size)
        return counters is not None

    def sent(self, target: Source, size: int) -> bool:
        """Count a message to be sent; False where it must not be."""
        row = self._rows.get(target) or self._row(target)
        if row.is_denied:
            return False
        row.counters.sent += 1
        row.counters.sent_octets += size
        return True

    def is_denied(self, source: Source) -> bool:
        """Tell whether nobody listens to a source, nor speaks to it."""
        return (self._rows.get(source) or self._row(source)).is_denied

    def _row(self, source: Source) -> _Row:
        """Look at a source for the first time."""
        if len(self._rows) >= _MOST_SOURCES:
            self._rows.clear()
        places = _places(source)
        owner = next((self._owners[place] for place in places if place in self._owners), None)
        row = _Row(
            counters=Counters() if owner is None else self._counters[owner],
            is_denied=any(place in self._denied for place in places),
        )
        self._rows[source] = row
        return row


def _places(source: Source) -> Iterable[Place]:
    """Return the places that a source is at, the most precise first."""
    try:
        host = host_of(source[0], source[3] if len(source) > 2 else 0)  # noqa: PLR2004 (the longer kind of source)
    except ValueError, OSError:
        return ()
    return (host, source[1]), (host, 0)


_traffic: WeakKeyDictionary[asyncio.AbstractEventLoop, Traffic] = WeakKeyDictionary()


def traffic() -> Traffic:
    """Return the one of the running loop: all wires of a host share it."""
    return _traffic.setdefault(asyncio.get_running_loop(), Traffic())
