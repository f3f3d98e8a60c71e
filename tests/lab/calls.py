"""What strace says: to which addresses a process asked its kernel to send, whatever became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
import re
from typing import Final

from .packets import LOCAL

_LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

_CALL: Final = re.compile(r"(?P<call>connect|sendto|sendmsg|sendmmsg)\(\d+<(?P<socket>[A-Za-z0-9]+)")
_ADDRESS: Final = re.compile(
    r'sa_family=AF_INET6?, sin6?_port=htons\((?P<port>\d+)\)[^}]*?(?:inet_addr\(|inet_pton\(AF_INET6, )"(?P<ip>[^"]+)"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One target of one system call."""

    call: str
    socket: str
    target: IPv4Address | IPv6Address
    port: int

    @property
    def sends_nothing(self) -> bool:
        """Whether it only asks which way a packet would go: to connect a datagram socket is to tell it its peer."""
        return self.call == "connect" and self.socket.startswith("UDP")

    @property
    def is_allowed(self) -> bool:
        """Whether the home may be spoken to there; multicast and loopback are the home."""
        return any(self.target in network for network in (*LOCAL, *_LOOPBACK))

    @property
    def where(self) -> str:
        """In words, for people."""
        return f"{self.call} on {self.socket} to {self.target} {self.port}"


def calls(file: Path) -> Iterator[Call]:
    """Yield every target of a trace."""
    with file.open(errors="replace") as lines:
        for line in lines:
            if call := _CALL.search(line):
                for found in _ADDRESS.finditer(line):
                    ip = ip_address(found["ip"])
                    target = (ip.ipv4_mapped if isinstance(ip, IPv6Address) else None) or ip
                    yield Call(call=call["call"], socket=call["socket"], target=target, port=int(found["port"]))
