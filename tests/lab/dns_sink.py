"""A name server that knows every name: it writes each down and answers with an address of the sink.

Usage: python -m tests.lab.dns_sink FILE. The messages are read and written by Home Assistant's own mDNS library.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
import socket
import sys
from typing import Final, TextIO

from zeroconf import DNSAddress, DNSIncoming, DNSOutgoing  # type: ignore[attr-defined]  # offered without `as`

PORT: Final = 53
_CLASS: Final = 1
_ANSWERS: Final = {1: ip_address("203.0.113.7"), 28: ip_address("2001:db8:ffff::7")}
"""What an A and an AAAA record say."""
_FLAGS: Final = 0x8580
"""A response, with authority, from a server that would recurse (RFC 1035, 4.1.1)."""


def names_of(query: bytes) -> Iterator[str]:
    """Yield the names that a query asks for; one that cannot be read is a finding too."""
    message = DNSIncoming(query)
    if not message.valid:
        yield "(unreadable)"
    for question in message.questions:
        yield question.name


def answer_to(query: bytes) -> bytes:
    """Return the answer."""
    message = DNSIncoming(query)
    answer = DNSOutgoing(_FLAGS, multicast=False, id_=message.id)
    for question in message.questions:
        answer.add_question(question)
        if address := _ANSWERS.get(question.type):
            answer.add_answer_at_time(DNSAddress(question.name, question.type, _CLASS, 60, address.packed), 0)
    return answer.packets()[0]


def serve(log: TextIO) -> None:
    """Answer for ever."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(("::", PORT))
        log.flush()
        while True:
            query, peer = sock.recvfrom(4096)
            print(*names_of(query), sep="\n", file=log, flush=True)
            sock.sendto(answer_to(query), peer)


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w") as file:
        serve(file)
