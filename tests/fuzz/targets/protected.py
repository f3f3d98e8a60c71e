"""Answers of a device that shares an OSCORE key with us: on their way to us, and what is inside of them (RFC 8613).

Nobody finds a ciphertext that verifies. So one door takes datagrams as anybody may send them, beginning with real ones
that are changed; in the other the device itself is the stranger, and what it says is encrypted for it.
"""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast, override

import aiocoap
from aiocoap import oscore
from aiocoap.protocol import ClientObservation

from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.things.security import OscoreContext
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.blockwise import Assembly, ChangedMeanwhile
from custom_components.local_things.transports.coap.exchange import Exchanges, _opened
from custom_components.local_things.transports.coap.messages import Representation
from custom_components.local_things.transports.coap.notifications import Notifications
from custom_components.local_things.transports.coap.observation import Observation, Registration
from custom_components.local_things.transports.coap.options import _LENGTHS, screened
from custom_components.local_things.transports.coap.protected.binding import Binding
from custom_components.local_things.transports.coap.protected.context import SecurityContext
from custom_components.local_things.transports.coap.protected.protection import Clear
from custom_components.local_things.transports.coap.protected.sequence import Sequence
from custom_components.local_things.transports.coap.responses import representation

from ..target import Target
from .registry import GATE

_ENDPOINT: Final = CoapEndpoint.literal("coap://192.0.2.4:5683", GATE)
_PATH: Final = "/t"
_SECRET: Final = bytes(range(16))
_HUB: Final = b"\1"
_DEVICE: Final = b"\2"

_NUMBER: Final = 20
"""Of every request, so that a datagram which verifies does so in every run."""

_LARGEST: Final = 4_096
"""Bytes of a datagram that are read."""

_TOKEN: Final = b"abcdefgh"
_END: Final = b"\0END\0"
"""Between the answers of one input: the first is to the registration, the others are notifications."""

_MOST: Final = 32
"""Notifications of one input, as a bound of time is of one datagram: between two the loop has its turn."""

_OWN_NUMBER: Final = 1
_OBSERVE: Final = 2
"""Bits of the first byte of an answer: it has a number of its own, which is the second; it is observed, to all."""

_TOLD: Final = b"21.5"
"""All that the device ever said in a datagram that is known here: what verifies says just that."""

_EXCHANGES: Final = Exchanges.__new__(Exchanges)  # only asked what is wrong with an answer, which takes no socket


class _Device(SecurityContext):
    """The other side of the key, which encrypts whatever it is told to."""

    plaintext = b""

    @override
    def _split_message(self, message: aiocoap.Message, request_id: object) -> tuple[aiocoap.Message, bytes]:
        return message.copy(payload=b""), self.plaintext


def _side(sender: bytes, recipient: bytes) -> OscoreContext:
    return OscoreContext(master_secret=_SECRET, sender_id=sender, recipient_id=recipient)


_OURS: Final = SecurityContext(_side(_HUB, _DEVICE), Sequence(path=Path("nowhere"), in_use=True))
_THEIRS: Final = _Device(_side(_DEVICE, _HUB), Sequence(path=Path("nowhere"), in_use=True))


def _asked(**options: object) -> Binding:
    """Return a request that is on its way, always the same one."""
    message = aiocoap.Message(code=aiocoap.GET, uri_path=[_PATH.strip("/")], observe=0, **options)
    _OURS.sequence.give(range(_NUMBER, _NUMBER + 1))
    return Binding(_OURS, _ENDPOINT, message)


def sealed(plaintext: bytes, binding: Binding, number: int | None, *, observed: bool) -> bytes:
    """Return the datagram by which the device says so: a code, options and a payload (RFC 8613, section 5.3)."""
    asked = oscore.RequestIdentifiers(_HUB, bytes((_NUMBER,)), number is None, binding.message.code)
    message = aiocoap.Message(code=aiocoap.CONTENT if observed else aiocoap.CHANGED, observe=0 if observed else None)
    message.direction = aiocoap.message.Direction.OUTGOING
    _THEIRS.plaintext = plaintext
    _THEIRS.sequence.give(range(number or 0, (number or 0) + 1))
    outer, _ = _THEIRS.protect(message, asked)
    outer.mtype, outer.mid, outer.token = aiocoap.NON, 1, _TOKEN
    return bytes(outer.encode())


def _arrived(datagram: bytes) -> aiocoap.Message | None:
    """Return a message as the library hands it on; None for one that answers nothing."""
    try:
        message = aiocoap.Message.decode(screened(datagram)) if datagram else None
    except aiocoap.error.Error:
        return None
    return message if message is not None and message.code.is_response() else None


def _request() -> aiocoap.protocol.Request:
    """Return a request as far as an observation knows one."""
    made = SimpleNamespace(
        response=asyncio.get_running_loop().create_future(),
        observation=ClientObservation(),
        _stop_interest=lambda: None,
    )
    return cast("aiocoap.protocol.Request", made)


# ------------------------------------------------------------------------------------------------------ datagrams


def _datagram(data: bytes) -> None:
    """Receive a datagram as an answer, as a notification, and from a device with whom no key is shared."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(_received(data))


async def _received(data: bytes) -> None:
    message = _arrived(data)
    if message is None:
        return
    clear = _opened(_ENDPOINT, _request(), message, Clear(aiocoap.Message(code=aiocoap.GET))).response
    assert message.opt.oscore is None or Exchanges.problem(_EXCHANGES, _ENDPOINT, _PATH, clear)
    if (notified := _asked().notified(message)) is not None:
        _is_true(notified)
    _is_true(_opened(_ENDPOINT, _request(), message, _asked()).response)


def _is_true(message: aiocoap.Message) -> None:
    """Look at what was believed: only what the device once said, whatever was changed on the way (T3)."""
    assert (message.code, message.payload) == (aiocoap.CONTENT, _TOLD)


# ------------------------------------------------------------------------------------------------------ plaintexts


def _plaintexts(data: bytes) -> None:
    """Let the device answer and notify; what it says is encrypted as it should be."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(_followed(data.split(_END, _MOST)))


def _said(part: bytes, binding: Binding) -> aiocoap.Message | None:
    head, number, rest = part[:1] or b"\0", part[1:2] or b"\0", part[1:]
    if has_number := bool(head[0] & _OWN_NUMBER):
        rest = part[2:]
    return _arrived(sealed(rest, binding, number[0] if has_number else None, observed=bool(head[0] & _OBSERVE)))


async def _followed(parts: list[bytes]) -> None:
    """Ask, take the answer, and whatever is notified then."""
    binding, request = _asked(), _request()
    outer = _said(parts[0], binding)
    if outer is None:
        return
    first = _opened(_ENDPOINT, request, outer, binding).response
    _holds_what_is_read(first)
    if first.code == aiocoap.UNAUTHORIZED and first.opt.echo is not None:
        again = _asked(echo=first.opt.echo)
        again.message.mtype, again.message.mid = aiocoap.CON, 2
        again.message.encode()
    if problem := Exchanges.problem(_EXCHANGES, _ENDPOINT, _PATH, first):
        raise problem
    try:
        _read(first)
    except ChangedMeanwhile:
        return
    if first.opt.observe is not None:
        request.response.set_result(outer)
        await _observed(parts[1:], binding, request)


def _read(message: aiocoap.Message) -> Representation:
    return representation(message, Assembly(message).payload)


def _holds_what_is_read(message: aiocoap.Message) -> None:
    """Look at the options: the library must not learn one that we do not read (T9)."""
    assert {int(option.number) for option in message.opt.option_list()} <= {*_LENGTHS}


def _farewell(observation: Observation, *, deregister: bool) -> None:
    """Tell nobody."""


async def _observed(parts: list[bytes], binding: Binding, request: aiocoap.protocol.Request) -> None:
    """Follow a resource; what comes a second time is not taken (T13)."""
    ends: list[ThingError | None] = []

    async def fetch() -> Representation:
        return Representation(payload=_TOLD)

    observation = Observation(
        Registration(
            endpoint=_ENDPOINT,
            request=request,
            wrapped=binding,
            notifications=Notifications(),
            fetch=fetch,
            is_ordered=True,
            problem=lambda seen: Exchanges.problem(_EXCHANGES, _ENDPOINT, _PATH, cast("aiocoap.Message", seen)),
            farewell=_farewell,
        )
    )
    observation.start(lambda _: None, ends.append)
    await asyncio.sleep(0)
    for part in parts:
        if (outer := _said(part, binding)) is not None:
            request.observation.callback(outer)
            assert ends or binding.notified(outer) is None
    await asyncio.sleep(0)
    await observation.cancel()
    assert len(ends) <= 1


TARGETS: Final = (
    Target(
        name="oscore-datagram",
        readers=(_datagram,),
        tokens=(
            *(b"\x58\x45\x00\x01abcdefgh", b"\x58\x44\x00\x01abcdefgh", b"\x90\xff", b"\x60\x30\xff", b"\x92\x01\x05"),
            *(b"\x92\x09\x05", b"\x91\x08", b"\x91\x19", b"\x93\x18\x01", b"\x91\xe0", b"\x91\x20", b"\xff", b"\x07"),
            sealed(b"\x45\xff" + _TOLD, _asked(), None, observed=False)[12:],
            sealed(b"\x45\xff" + _TOLD, _asked(), 5, observed=True)[12:],
        ),
        largest=_LARGEST,
    ),
    Target(
        name="oscore-plaintext",
        readers=(_plaintexts,),
        tokens=(
            *(_END + b"\x03\x06\x45", _END + b"\x03\x07\x44", b"\x02\x45", b"\x03\x05\x45\xff21.5", b"\x45\x61\x05"),
            *(b"\x81\xe8\x81echo", b"\x81", b"\xa3", b"\x84", b"\xc1\x32", b"\xd1\x0a\x0e", b"\x21\x00", b"\x41e"),
            *(
                b"\xd1\x0a\x08\xff",
                b"\x52\x2d\x16",
                b"\xff",
                b"\x45\x90",
                b"\x45\x62\x39\x05",
                b"\xe0\xff\xff",
                b"\x0d",
            ),
        ),
        largest=_LARGEST,
    ),
)
