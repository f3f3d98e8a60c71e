"""What leaves this process, noted and refused; and where a device may want to send us (T1)."""

from collections.abc import Callable
from ipaddress import ip_address
import socket
from typing import Final, override

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest

GROUPS: Final = frozenset({"224.0.1.187", "ff02::fd", "ff02::1"})
"""Whom a scan asks, on the link only."""

_PLACES: Final = (
    # the internet, a documentation network, another home's
    *("203.0.113.9", "8.8.8.8", "198.51.100.7", "10.0.0.1", "192.168.77.1", "100.64.0.1"),
    # where a cloud or Home Assistant OS trusts who asks
    *("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "172.30.32.2", "[fd00:ec2::254]"),
    # ourselves, everybody, nobody
    *("127.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::]", "255.255.255.255", "224.0.0.1", "[ff02::2]", "[ff0e::1]"),
    # IPv6 that leads out, and IPv4 in disguise
    *("[2600:1f18::bad]", "[2001:db8::1]", "[fe80::1]", "[::ffff:203.0.113.9]", "[::203.0.113.9]"),
    *("[64:ff9b::808:808]", "[64:ff9b:1::1]", "[2002:cb00:7109::1]", "[2001:0:cb00:7109::1]"),
    # what is an address to the resolver of the system only
    *("127.1", "0x7f.1", "2130706433", "0313.0.0161.9", "203.0.113.9."),
    # names, and addresses that belong to somebody else when they are looked at closely
    *("evil.example", "127.0.0.25.evil.example", "lamp.local.evil.example", "xn--lmp-qla.example"),
    *("anna@203.0.113.9", "127.0.0.25@203.0.113.9", "127.0.0.25:80@203.0.113.9", "203.0.113.9#@127.0.0.25"),
)

_ODD: Final = (
    *("file:///etc/passwd", "javascript:alert(1)", "data:text/plain,x", "gopher://203.0.113.9/1"),
    *("//203.0.113.9/x", "///203.0.113.9/x", "http:203.0.113.9", "http+unix://%2Frun%2Fx/"),
)


def hostile(*schemes: str, path: str = "/x") -> tuple[str, ...]:
    """Return URLs that lead somewhere else, in each of these schemes, and some in none of ours."""
    return (*(f"{scheme}://{place}{path}" for scheme in schemes for place in _PLACES), *_ODD)


class Outgoing:
    """Where sockets were to be connected or sent to, and what was looked up: all but `allowed` is noted and refused."""

    def __init__(self, *allowed: str) -> None:
        """Let these hosts be spoken to, and the groups of a scan."""
        self.allowed = {*allowed, *GROUPS}
        self.strays: list[str] = []

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look at every socket of this process, below all libraries but those that bring sockets of their own."""
        for name, place in (("connect", 0), ("sendto", -1), ("sendmsg", 3)):
            monkeypatch.setattr(socket.socket, name, self._watched(getattr(socket.socket, name), place))
        looked_up = socket.getaddrinfo

        def getaddrinfo(host: str, *more: object, **others: object) -> object:
            self._pass(host)
            return looked_up(host, *more, **others)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    def _watched(self, method: Callable[..., object], place: int) -> Callable[..., object]:
        def called(sock: socket.socket, *args: object) -> object:
            address = args[place] if len(args) > place else None
            is_ours = sock.family in (socket.AF_INET, socket.AF_INET6) and sock.getsockname()[0] not in self.allowed
            if isinstance(address, tuple) and is_ours:  # and not the answer of a device to us
                self._pass(str(address[0]))
            return method(sock, *args)

        return called

    def _pass(self, host: str) -> None:
        bare = host.partition("%")[0]
        try:
            ip = ip_address(bare)
        except ValueError:
            pass
        else:
            bare = str(getattr(ip, "ipv4_mapped", None) or ip)
        if bare not in self.allowed:
            self.strays.append(host)
            raise OSError(f"this test does not speak to {host}")


class NoNames(AbstractResolver):
    """A resolver for aiohttp, whose own does not go through `socket`: every name is a stray."""

    def __init__(self, outgoing: Outgoing) -> None:
        """Note there."""
        self._outgoing = outgoing

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self._outgoing.strays.append(host)
        raise OSError(f"this test does not look up {host}")

    @override
    async def close(self) -> None:
        """Hold nothing."""


def web_session(outgoing: Outgoing) -> aiohttp.ClientSession:
    """Return a session that looks nothing up unseen."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=NoNames(outgoing)))
