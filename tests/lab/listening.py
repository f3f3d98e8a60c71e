"""What the integration has open in the hub for others to send to, as SECURITY.md lists it."""

from collections import Counter
from typing import Final

from tests.netlab.lab import Namespace

EPHEMERAL: Final = "udp *:ephemeral"

DOCUMENTED: Final = {EPHEMERAL: 2}
"""A socket each, at a port that the kernel chose, for the answers to what the adapters ask over CoAP."""

_FIRST_EPHEMERAL: Final = 32_768


def listening(machine: Namespace) -> frozenset[str]:
    """Return the sockets that anybody could send to, of UDP those without a peer."""
    lines = machine.run("ss", "-Htuln").splitlines()
    return frozenset(f"{fields[0]} {fields[4]}" for fields in map(str.split, lines))


def kinds(sockets: frozenset[str]) -> Counter[str]:
    """Count sockets by their kind: of a port that the kernel chose, its number says nothing."""
    return Counter(map(_kind, sockets))


def _kind(socket: str) -> str:
    place, _, port = socket.rpartition(":")
    return f"{place}:ephemeral" if socket.startswith("udp") and int(port) >= _FIRST_EPHEMERAL else socket
