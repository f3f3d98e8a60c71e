"""Putting blocks together: what fits becomes whole, what does not is refused, and it always ends."""

import aiocoap
from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.coap.blockwise import MAX_BLOCKS, MAX_BYTES, Assembly, ChangedMeanwhile


def _message(payload: bytes, block: tuple[int, bool, int] | None, etag: bytes | None = None) -> aiocoap.Message:
    message = aiocoap.Message(code=aiocoap.CONTENT, payload=payload)
    message.opt.block2 = block
    message.opt.etag = etag
    return message


def _serve(whole: bytes, ask: tuple[int, bool, int]) -> aiocoap.Message:
    number, _, exponent = ask
    size = 1 << exponent + 4
    return _message(whole[number * size : (number + 1) * size], (number, (number + 1) * size < len(whole), exponent))


@given(st.binary(max_size=3000), st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_a_server_that_keeps_its_word_is_understood(whole: bytes, exponents: list[int]) -> None:
    """It may also choose smaller blocks as it goes (RFC 7959, section 2.4)."""
    exponents = sorted(exponents, reverse=True)
    assembly = Assembly(_serve(whole, (0, False, exponents[0])))
    while assembly.ask_for:
        number, _, exponent = assembly.ask_for
        smaller = min(exponent, exponents.pop(0) if len(exponents) > 1 else exponents[0])
        assembly.add(_serve(whole, (number << (exponent - smaller), False, smaller)))
    assert assembly.payload == whole


BLOCKS = st.tuples(st.integers(0, 2**21), st.booleans(), st.integers(0, 7))


@given(st.lists(st.tuples(st.binary(max_size=2000), st.none() | BLOCKS)))
def test_any_answers_end_within_the_bounds(
    answers: list[tuple[bytes, tuple[int, bool, int] | None]],
) -> None:
    messages = [_message(payload, block) for payload, block in answers]
    try:
        assembly = Assembly(messages[0] if messages else _message(b"", None))
        for message in messages[1:]:
            assembly.add(message)
    except Rejected, ChangedMeanwhile:
        return
    assert len(assembly.payload) <= MAX_BYTES + 2000


@pytest.mark.parametrize(
    ("payload", "block"),
    (
        (b"x" * 18, (0, True, 2)),  # RIOT's gcoap_block_server
        (b"", (0, True, 0)),
        (b"x" * 16, (1, False, 0)),
        (b"x" * 17, (0, False, 0)),
        (b"x" * 1024, (2**20, True, 6)),
    ),
)
def test_a_beginning_that_is_none_is_refused(payload: bytes, block: tuple[int, bool, int]) -> None:
    with pytest.raises(Rejected) as refusal:
        Assembly(_message(payload, block))
    assert refusal.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("following", ((0, True, 0), (2, False, 0), (0, True, 1)))
def test_a_block_that_was_not_asked_for_is_refused(following: tuple[int, bool, int]) -> None:
    assembly = Assembly(_message(b"x" * 16, (0, True, 0)))
    with pytest.raises(Rejected):
        assembly.add(_message(b"x" * 16, following))


@pytest.mark.parametrize(
    "following",
    (_message(b"all at once", None), _message(b"y" * 16, (1, False, 0), b"new"), _message(b"", None, b"old")),
)
def test_another_representation_is_told_apart(following: aiocoap.Message) -> None:
    assembly = Assembly(_message(b"x" * 16, (0, True, 0), b"old"))
    with pytest.raises(ChangedMeanwhile):
        assembly.add(following)


def test_the_bounds_hold() -> None:
    assert MAX_BLOCKS * 64 > MAX_BYTES
    with pytest.raises(Rejected) as refusal:
        Assembly(_message(b"x" * (MAX_BYTES + 1), None))
    assert refusal.value.reason is Reason.TOO_LARGE
