"""Our half of OSCORE says byte for byte what the test vectors of its standard say (RFC 8613, appendix C)."""

from pathlib import Path

import aiocoap
from aiocoap import oscore
import pytest

from custom_components.local_things.things.errors import AccessDenied, Reason
from custom_components.local_things.things.security import OscoreContext
from custom_components.local_things.transports.coap.protected.context import SecurityContext
from custom_components.local_things.transports.coap.protected.sequence import Sequence

SECRET = bytes(range(1, 17))
SALT = bytes.fromhex("9e7ca92223786340")


def client(number: int, **shared: bytes) -> SecurityContext:
    context = {"sender_id": b"", "recipient_id": b"\1", "master_secret": SECRET, **shared}
    numbers = Sequence(path=Path("nowhere"), in_use=True, _next=number, _end=number + 1)
    return SecurityContext(OscoreContext(**context), numbers)  # type: ignore[arg-type]  # bytes, all of them


def asked() -> aiocoap.Message:
    message = aiocoap.Message.decode(bytes.fromhex("44015d1f00003974396c6f63616c686f737483747631"))
    message.direction = aiocoap.message.Direction.OUTGOING
    return message


@pytest.mark.parametrize(
    ("shared", "sender_key", "recipient_key", "common_iv"),
    (
        (  # C.1.1
            {"master_salt": SALT},
            "f0910ed7295e6ad4b54fc793154302ff",
            "ffb14e093c94c9cac9471648b4f98710",
            "4622d4dd6d944168eefb54987c",
        ),
        (  # C.3.1, of which the hub is the client
            {"master_salt": SALT, "id_context": bytes.fromhex("37cbf3210017a2d3")},
            "af2a1300a5e95788b356336eeecd2b92",
            "e39a0c7c77b43f03b4b39ab9a268699f",
            "2ca58fb85ff1b81c0b7181b85e",
        ),
    ),
)
def test_keys(shared: dict[str, bytes], sender_key: str, recipient_key: str, common_iv: str) -> None:
    context = client(0, **shared)
    assert context.sender_key.hex() == sender_key
    assert context.recipient_key.hex() == recipient_key
    assert context.common_iv.hex() == common_iv


def test_a_request_and_its_answer() -> None:
    """C.4 and C.7."""
    context = client(20, master_salt=SALT)
    outer, request = context.protect(asked())
    assert outer.opt.oscore.hex() == "0914"
    assert outer.payload.hex() == "612f1092f1776f1c1668b3825e"
    answer = aiocoap.Message.decode(bytes.fromhex("64445d1f0000397490ffdbaad1e9a7e7b2a813d3c31524378303cdafae119106"))
    answer.direction = aiocoap.message.Direction.INCOMING
    inner, _ = context.unprotect(answer, request)
    assert (inner.code, inner.payload) == (aiocoap.CONTENT, b"Hello World!")


@pytest.mark.parametrize("plaintext", ("45d100", "4570", "45f0ff"))
def test_an_option_that_cannot_be_understood_makes_it_no_answer(plaintext: str) -> None:
    """One that is critical and unknown, one that is cut off, one that is none: although whoever said so has the key."""
    context = client(20, master_salt=SALT)
    _, request = context.protect(asked())
    device = SecurityContext(
        OscoreContext(sender_id=b"\1", recipient_id=b"", master_secret=SECRET, master_salt=SALT),
        Sequence(path=Path("nowhere"), in_use=True, _next=0, _end=9),
    )
    device._split_message = lambda message, _: (aiocoap.Message(code=aiocoap.CHANGED), bytes.fromhex(plaintext))
    answer = aiocoap.Message(code=aiocoap.CONTENT)
    answer.direction = aiocoap.message.Direction.OUTGOING
    outer, _ = device.protect(answer, request)
    outer.direction = aiocoap.message.Direction.INCOMING
    with pytest.raises(oscore.DecodeError):
        context.unprotect(outer, request)


@pytest.mark.parametrize(
    "shared",
    (
        {"master_secret": b"short"},
        {"master_secret": b"l" * 65},
        {"master_salt": b"l" * 65},
        {"recipient_id": b""},
        {"sender_id": b"12345678"},
        {"recipient_id": b"12345678"},
        {"id_context": b"l" * 65},
    ),
    ids=repr,
)
def test_what_can_be_no_context_is_refused(shared: dict[str, bytes]) -> None:
    with pytest.raises(AccessDenied) as denied:
        client(0, **shared)
    assert denied.value.reason is Reason.BAD_CREDENTIALS


def test_the_name_of_a_key_is_that_of_what_its_sender_has() -> None:
    names = [
        OscoreContext(
            master_secret=SECRET, master_salt=salt, sender_id=sender, recipient_id=b"\7", id_context=id_context
        ).fingerprint
        for salt in (b"", SALT)
        for sender in (b"", b"\0")
        for id_context in (None, b"")
    ]
    assert len(set(names)) == len(names)
    one = OscoreContext(master_secret=SECRET, recipient_id=b"\1")
    assert one.fingerprint == OscoreContext(master_secret=SECRET, recipient_id=b"\2", in_use=True).fingerprint
    assert SECRET.hex() not in repr(one)
    assert repr(SECRET)[2:-1] not in repr(one)
