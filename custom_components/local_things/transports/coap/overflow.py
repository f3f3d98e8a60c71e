"""Who fills the buffer of a socket that all devices share is not heard for a moment, by the kernel's own hand (T9).

What does not fit into the buffer is lost, whoever sent it. A filter of the socket (socket(7), SO_ATTACH_FILTER) drops
what the loudest source sends before it is there, so that its neighbours' messages fit. Only where something was lost:
a filter that is put on at a rate could be put on a neighbour by who forges its address at leisure. Who fills the buffer
under the address of another makes that one unheard, where all would have lost what they sent.
Written by hand, as Python's library knows no filters and a compiler of them would be a dependency for nine lines.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
import ctypes
from ipaddress import IPv6Address, ip_address
import logging
import socket
import struct
from typing import Final

from ...things.traffic import Source, Traffic

_LOGGER = logging.getLogger(__name__)

PAUSE: Final = 2.0
"""Seconds that a source is not heard: what it asked to be confirmed it sends again after that (RFC 7252, 4.8)."""

_FULL: Final = 0.5
"""Part of the buffer that is filled, behind a whole batch, where something was lost and more will be."""

_LOUD: Final = 0.25
"""Part of a batch below which silence of one source would not help."""

_MOST: Final = 16
"""Sources that are not heard at the same time; jumps of a filter reach 255 instructions (bpf(4))."""

_SO_ATTACH_FILTER, _SO_MEMINFO = 26, 55
_MEMINFO: Final = struct.Struct("=9I")
"""What linux/sock_diag.h tells of a socket: bytes allocated, bytes there is room for, ..., datagrams dropped."""

_INSTRUCTION: Final = struct.Struct("=HBBI")
_LOAD_BYTE, _LOAD_WORD, _SHIFT_RIGHT, _IF_EQUAL, _RETURN = 0x30, 0x20, 0x74, 0x15, 0x06
_ALL: Final = 0xFFFFFFFF
_HEADER: Final = 2**32 - 0x100000
"""Where the header of IP begins (SKF_NET_OFF of linux/filter.h)."""
_SOURCE: Final = {4: 12, 6: 8}
"""Where the source is in that header, by version (RFC 791, 3.1; RFC 8200, 3)."""
_INTERFACE: Final = 2**32 - 0x1000 + 8
"""Where the number of the interface is (SKF_AD_OFF and SKF_AD_IFINDEX)."""


class Overflow:
    """Looks after the buffer of one UDP socket of IPv6, which has IPv4 too."""

    def __init__(self, sock: socket.socket, counted: Traffic) -> None:
        """Hear everybody."""
        self._sock = sock
        self._counted = counted
        self._unheard: dict[str, tuple[Source, int]] = {}
        self._dropped = 0

    def look(self, batch: Sequence[Source]) -> None:
        """Look at the sources of a batch that is full: there may be more where it came from."""
        (source, times), *_ = Counter(batch).most_common(1)
        if times < _LOUD * len(batch) or source[0] in self._unheard or len(self._unheard) >= _MOST:
            return
        filled, room, dropped = self._memory()
        before, self._dropped = self._dropped, dropped
        if dropped == before or filled < _FULL * room:
            return
        if self._put_on(*(one for one, _ in self._unheard.values()), source):
            self._unheard[source[0]] = source, dropped
            asyncio.get_running_loop().call_later(PAUSE, self._hear, source[0])
            _LOGGER.debug("A buffer is full of what %s sends, which is not heard for %s s", source[0], PAUSE)

    def _hear(self, host: str) -> None:
        """Hear a source again, and count what was dropped meanwhile for it where nobody else was unheard."""
        source, before = self._unheard.pop(host)
        if not self._unheard:
            self._counted.dropped(source, self._memory()[2] - before)
        self._put_on(*(one for one, _ in self._unheard.values()))

    def _memory(self) -> tuple[int, int, int]:
        """Return the bytes that wait, those there is room for, and the datagrams that were dropped by now."""
        try:
            told = _MEMINFO.unpack(self._sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))
        except OSError, struct.error:  # another kernel, or closed
            return 0, 0, 0
        return told[0], told[1], told[8]

    def _put_on(self, *sources: Source) -> bool:
        """Put a filter on that drops what comes from `sources`; False where there can be none."""
        program = filter_of(sources)
        code = ctypes.create_string_buffer(program, len(program))
        told = struct.pack("@HP", len(program) // _INSTRUCTION.size, ctypes.addressof(code))
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, told)
        except OSError:  # another kernel, or closed
            return False
        return True


def filter_of(sources: Iterable[Source]) -> bytes:
    """Return the program that drops what comes from these hosts, and lets all else pass."""
    return b"".join(_rule(source) for source in sources) + _INSTRUCTION.pack(_RETURN, 0, 0, _ALL)


def _rule(source: Source) -> bytes:
    """Return the instructions that drop what comes from a host; who is another one goes on behind them."""
    ip = ip_address(source[0].partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    begin = _SOURCE[ip.version]
    loads = [(_LOAD_BYTE, _HEADER), (_SHIFT_RIGHT, 4), (_IF_EQUAL, ip.version)]
    for at, (word,) in enumerate(struct.iter_unpack("!I", ip.packed)):
        loads += [(_LOAD_WORD, _HEADER + begin + 4 * at), (_IF_EQUAL, word)]
    if len(source) > 2 and source[3]:  # noqa: PLR2004 (the longer kind of source)
        loads += [(_LOAD_WORD, _INTERFACE), (_IF_EQUAL, source[3])]
    behind = len(loads)
    return b"".join(
        _INSTRUCTION.pack(code, 0, behind - at if code == _IF_EQUAL else 0, value)
        for at, (code, value) in enumerate(loads)
    ) + _INSTRUCTION.pack(_RETURN, 0, 0, 0)
