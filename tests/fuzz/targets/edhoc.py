"""What a device answers while it agrees on a key with us (EDHOC, RFC 9528): message_2, message_4, and errors.

What message_2 encrypts hangs on a key that we make anew each time. So the device is one that has the other half, by
lakers where it is to prove who it is, and by what the standard says (`_sealed`) where it may encrypt anything.
"""

import asyncio
import hashlib
from typing import Final

import aiocoap
import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
import lakers

from custom_components.local_things.things.security import EdhocKey
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.protected.edhoc import agree

from ..target import Reader, Target
from .registry import GATE

_ENDPOINT: Final = CoapEndpoint.literal("coap://192.0.2.4:5683", GATE)
_CURVE: Final = ec.SECP256R1()
_COORDINATE: Final = 32
_END: Final = b"\0END\0"
"""Between the answers of one input: the first is to message_1, the second to message_3."""

_CODES: Final = (aiocoap.CHANGED, aiocoap.BAD_REQUEST, aiocoap.UNAUTHORIZED, aiocoap.SERVICE_UNAVAILABLE)
"""Of which the first byte of an answer means one."""

_HONEST: Final = 1
_SEALED: Final = 2
"""Bits of the second byte: the device proves who it is, and what follows is an EAD item; what follows is encrypted."""

_BY_VALUE: Final = 4
_CRITICAL: Final = 8
_LONG_IDENTIFIER: Final = b"\x41"
"""How an identifier of one byte begins that is not written as it is (RFC 9528, 3.3.2)."""

_KID: Final = b"\x2a"
_LONGEST_ITEM: Final = 33

_LARGEST: Final = 4_096
"""Bytes of all answers: more than are read of any one."""


def _key(number: int) -> tuple[ec.EllipticCurvePrivateKey, bytes, bytes, bytes]:
    """Return a key, always the same one of a number: the key, its bytes, its public half, and a credential for it."""
    key = ec.derive_private_key(number, _CURVE)
    public = key.public_key().public_numbers()
    x, y = public.x.to_bytes(_COORDINATE), public.y.to_bytes(_COORDINATE)
    cose = {1: 2, 2: _KID, -1: 1, -2: x, -3: y}
    return key, number.to_bytes(_COORDINATE), x, cbor2.dumps({2: str(number), 8: {1: cose}}, canonical=True)


_OUR_KEY, _OUR_CREDENTIAL = _key(3)[1::2]
_THEIR_KEY, _THEIR_CREDENTIAL = _key(5)[1::2]
_EPHEMERAL, _G_Y = _key(7)[::2]


class _Device:
    """The other side of one agreement, which says what an input tells it to."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = iter(parts)
        self._is_asked = False
        self._responder = lakers.EdhocResponder(_THEIR_KEY, _THEIR_CREDENTIAL)
        self.has_proved = False

    async def answer(self, _endpoint: CoapEndpoint, _path: str, payload: bytes) -> aiocoap.Message:
        """Answer a message of ours: first message_1, behind `true`, then message_3, behind an identifier."""
        part = next(self._parts, b"")
        head, flags, rest = part[:1] or b"\0", part[1:2] or b"\0", part[2:]
        says, self._is_asked = self._message_4 if self._is_asked else self._message_2, True
        code = _CODES[head[0] % len(_CODES)]
        begin = 2 if payload[:1] == _LONG_IDENTIFIER else 1
        return aiocoap.Message(code=code, payload=says(payload[begin:], flags[0], rest))

    def _message_2(self, message_1: bytes, flags: int, rest: bytes) -> bytes:
        if flags & _SEALED:
            return _sealed(message_1, rest)
        if not flags & _HONEST:
            return rest
        style = lakers.CredentialTransfer.ByValue if flags & _BY_VALUE else lakers.CredentialTransfer.ByReference
        self._responder.process_message_1(message_1)
        self.has_proved = True
        return bytes(self._responder.prepare_message_2(style, rest[:1] or _KID, _items(flags, rest[1:])))

    def _message_4(self, message_3: bytes, flags: int, rest: bytes) -> bytes:
        if not (flags & _HONEST and self.has_proved):
            return rest
        self._responder.parse_message_3(message_3)
        self._responder.verify_message_3(_OUR_CREDENTIAL)
        return bytes(self._responder.prepare_message_4(_items(flags, rest)))


def _items(flags: int, rest: bytes) -> list[lakers.EADItem]:
    if not rest:
        return []
    return [lakers.EADItem(rest[0] + 1, bool(flags & _CRITICAL), cbor2.dumps(rest[1:_LONGEST_ITEM]))]


def _sealed(message_1: bytes, plaintext_2: bytes) -> bytes:
    """Return message_2 with anything encrypted in it (RFC 9528, sections 4.1.2, 5.3.2 and 5.3.3)."""
    g_x = cbor2.loads(message_1[2:][: 2 + _COORDINATE])  # behind method and suite, which are of one byte each
    shared = _EPHEMERAL.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, b"\2" + g_x))
    th_2 = _hash(cbor2.dumps(_G_Y) + cbor2.dumps(_hash(message_1)))
    prk_2e = HKDF.extract(SHA256(), th_2, shared)
    info = cbor2.dumps(0) + cbor2.dumps(th_2) + cbor2.dumps(len(plaintext_2))
    stream = HKDFExpand(SHA256(), len(plaintext_2), info).derive(prk_2e) if plaintext_2 else b""
    return cbor2.dumps(_G_Y + bytes(one ^ other for one, other in zip(plaintext_2, stream, strict=True)))


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _agreement(peer: bytes) -> Reader:
    """Return what agrees on a key with a device that is known by a credential, or was never met."""
    key = EdhocKey(private_key=_OUR_KEY, credential=_OUR_CREDENTIAL, peer=peer)

    def read(data: bytes) -> None:
        """Agree; nobody is believed to be the device but who proves it (T4)."""
        device = _Device(data[:_LARGEST].split(_END, 1))
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            agreed = runner.run(agree(_ENDPOINT, key, device.answer))
        assert device.has_proved
        assert agreed.peer == _THEIR_CREDENTIAL

    return read


TARGETS: Final = (
    Target(
        name="edhoc",
        readers=(_agreement(_THEIR_CREDENTIAL), _agreement(b"")),
        tokens=(
            *(
                _END,
                b"\0\1\x2a",
                b"\0\5\x2a",
                b"\0\2\x2a",
                b"\0\0\x58\x2a" + _G_Y,
                b"\1\0\2\x82\2\3",
                b"\1\0\1\x65wrong",
            ),
            *(
                b"\xa1\x0e" + _THEIR_CREDENTIAL,
                b"\xa1\x0e",
                b"\xa1\4\x41\x2a",
                b"\x48" + bytes(8),
                b"\xa1\x18\x22\x82\x2e\x48",
            ),
            *(
                b"\x21\x58\x20",
                b"\xa1\1\xa5\1\2\2\x41\x2a\x20\1",
                b"\x20",
                b"\x37",
                b"\x0e",
                b"\xf6",
                b"\x58\xff",
                b"\x18\x18",
            ),
        ),
        largest=_LARGEST,
    ),
)
