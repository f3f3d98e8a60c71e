"""Messages of CoAP before the library sees them, and what the library makes of what is handed on."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import aiocoap
from aiocoap.optiontypes import BlockOption

from custom_components.local_things.transports.coap.blockwise import Assembly, ChangedMeanwhile
from custom_components.local_things.transports.coap.connected.framing import (
    Frames,
    Unreadable,
    is_signal,
    pong,
    screened_frame,
)
from custom_components.local_things.transports.coap.incoming import Incoming
from custom_components.local_things.transports.coap.notifications import read
from custom_components.local_things.transports.coap.options import _LENGTHS, admitted, options_of, screened

from ..target import Target

_LARGEST: Final = 4_096
"""Bytes of a datagram that are read."""

_KNOWN: Final = {11, 15, *_LENGTHS}
"""What is read of requests besides what is read of answers."""


def _datagram(data: bytes) -> None:
    """Read a datagram as a notification, as an answer, and as a request to us."""
    read(data)
    if data:
        _handed_on(screened(data))
    _handed_on(admitted(data, lambda token: len(token) <= 8))
    if (request := Incoming.read(data)) is not None:
        _handed_on(request.data)


def _handed_on(data: bytes) -> None:
    """Give to the library what it is given; it must not learn an option that we do not read (T9)."""
    if len(data) <= 4:
        return
    with suppress(aiocoap.error.Error):
        aiocoap.Message.decode(data)
    with suppress(ValueError):
        assert {number for number, _, _ in options_of(data, 4 + (data[0] & 0x0F))} <= _KNOWN


def _stream(data: bytes) -> None:
    """Cut a stream into messages, in two parts as it may come."""
    frames = Frames(_LARGEST)
    half = len(data) // 2
    try:
        for part in (data[:half], data[half:]):
            for frame in frames.feed(part):
                screened_frame(frame, lambda token: token[:1] != b"\xff")
                pong(frame)
                is_signal(frame)
    except Unreadable:
        return


def _blocks(data: bytes) -> None:
    """Put an answer together whose blocks say of themselves what they like: three bytes each, and their length."""
    blocks = _messages(data)
    first = next(blocks, None)
    if first is None:
        return
    try:
        assembly = Assembly(first)
        for block in blocks:
            if assembly.ask_for is None:
                break
            assembly.add(block)
    except ChangedMeanwhile:
        return


def _messages(data: bytes) -> Iterator[aiocoap.Message]:
    """Yield answers: the first byte of four is the size of a block and flags, two are its number, one its length."""
    for at in range(0, len(data) - 3, 4):
        head, number, length = data[at], int.from_bytes(data[at + 1 : at + 3]), data[at + 3]
        size = 16 << (head & 7)
        payload = bytes(size if head & 0x20 else length)
        message = aiocoap.Message(code=aiocoap.CONTENT, payload=payload)
        if not head & 0x40:
            message.opt.block2 = BlockOption.BlockwiseTuple(number, bool(head & 8), head & 7)
        if head & 0x80:
            message.opt.etag = b"x"
        yield message


TARGETS: Final = (
    Target(
        name="datagram",
        readers=(_datagram,),
        tokens=(
            *(b"\x58\x45\x00\x01", b"\x48\x45", b"\x44\x02", b"\x54\x03", b"\x60\x00", b"\x61\x01", b"\xff", b"\x2d"),
            *(b"\xb2rd", b"\x4dep=a", b"\xd1\x0a", b"\xe0\xff\xff", b"\x0d", b"\x81\x08", b"\x62\x2d\x16"),
        ),
        largest=_LARGEST,
    ),
    Target(
        name="stream",
        readers=(_stream,),
        tokens=(b"\xd0", b"\xe0", b"\xf0\xff\xff\xff\xff", b"\x00\xe1", b"\x00\xe2", b"\x08\x45", b"\x68\x45", b"\xff"),
        largest=16_384,
    ),
    Target(
        name="blocks",
        readers=(_blocks,),
        tokens=(b"\x2e\x00\x00\x00", b"\x2e\x00\x01\x00", b"\x26\x00\x02\x00", b"\x40", b"\x8e"),
        largest=8_192,
    ),
)
