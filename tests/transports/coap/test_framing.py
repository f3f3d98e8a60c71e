"""Messages cut out of a stream, whatever pieces it comes in, and nothing kept beyond a bound."""

import itertools

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.transports.coap.connected.framing import Frames, Unreadable, pong, screened_frame

LARGEST = 70_000

CODES = st.sampled_from((0x45, 0x84, 0xE2))
TOKENS = st.binary(max_size=8)
BODIES = st.one_of(st.binary(max_size=300), st.integers(0, LARGEST).map(bytes))


def frame(code: int, token: bytes, body: bytes) -> bytes:
    """Write a message as RFC 8323, section 3.2, says."""
    size = len(body)
    if size < 13:
        head = bytes((size << 4 | len(token),))
    elif size < 269:
        head = bytes((13 << 4 | len(token), size - 13))
    elif size < 65_805:
        head = bytes((14 << 4 | len(token),)) + (size - 269).to_bytes(2)
    else:
        head = bytes((15 << 4 | len(token),)) + (size - 65_805).to_bytes(4)
    return head + bytes((code,)) + token + body


@given(st.lists(st.tuples(CODES, TOKENS, BODIES), max_size=5), st.lists(st.integers(0, 200_000), max_size=20))
def test_messages_come_out_as_they_went_in(messages: list[tuple[int, bytes, bytes]], cuts: list[int]) -> None:
    wanted = [frame(*message) for message in messages]
    stream = b"".join(wanted)
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    frames = Frames(LARGEST)
    found = [one for begin, end in itertools.pairwise(places) for one in frames.feed(stream[begin:end])]
    assert found == wanted


@given(st.binary(max_size=500))
def test_no_stream_raises_anything_else(stream: bytes) -> None:
    frames = Frames(64)
    found: list[bytes] = []
    try:
        for number in range(len(stream)):
            found += frames.feed(stream[number : number + 1])
            assert len(frames._held) <= 64 + 16
    except Unreadable:
        pass
    assert b"".join(found) == stream[: sum(map(len, found))]
    for one in found:
        screened_frame(one, lambda token: True)


@pytest.mark.parametrize("stream", (b"\xf0\xff\xff\xff\xff", b"\xe0\xff\xff", b"\x09\x45", b"\x0f"))
def test_what_announces_too_much_is_not_waited_for(stream: bytes) -> None:
    with pytest.raises(Unreadable):
        list(Frames(1000).feed(stream))


AWAITED = b"token"


def seen(data: bytes) -> bytes:
    return screened_frame(data, lambda token: token == AWAITED)


def test_an_awaited_answer_passes_with_the_options_that_are_read() -> None:
    etag, unknown = b"\x41e", b"\xd1\xf0x"  # numbers 4 and 4 + 13 + 240
    for body in (etag + b"\xff21", b"\xff" + bytes(300), b"\xff" + bytes(66_000)):
        assert seen(frame(0x45, AWAITED, body)) == frame(0x45, AWAITED, body)
    assert seen(frame(0x45, AWAITED, etag + unknown[:1] + b"\xf1" + b"x\xff21")) == frame(
        0x45, AWAITED, etag + b"\xff21"
    )


def test_what_nobody_awaits_is_dropped() -> None:
    assert seen(frame(0x45, b"other", b"\xff21")) == b""
    assert seen(frame(0x01, AWAITED, b"\xb1a")) == b""  # a request: we are no server
    assert seen(frame(0x00, b"", b"")) == b""
    assert seen(frame(0x45, AWAITED, b"\xe0")) == b""  # an option that is cut off


def test_of_a_signal_its_code_passes_and_a_ping_is_answered() -> None:
    assert seen(frame(0xE1, b"t", b"\x24\x00\x10\x00\x00\xd0\xff")) == b"\x00\xe1"
    assert pong(frame(0xE2, b"ping", b"\xd0\xff")) == frame(0xE3, b"ping", b"")
    assert pong(frame(0xE1, b"", b"")) == b""
