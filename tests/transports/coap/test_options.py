"""What of an answer reaches the library: the options that are read, and nothing else."""

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.transports.coap.options import FOREIGN_FORMAT, screened
from tests.house.codec import Code, Message, Option, Type, uint

READ = (
    (Option.ETAG, b"\1\2\3\4"),
    (Option.OBSERVE, b"\5"),
    (Option.CONTENT_FORMAT, uint(112)),
    (Option.MAX_AGE, uint(30)),
    (Option.BLOCK2, uint(6)),
    (Option.BLOCK1, uint(14)),
)


def _answer(*options: tuple[int, bytes], payload: bytes = b"21.4", kind: Type = Type.CON) -> Message:
    ordered = tuple(sorted(options, key=lambda option: option[0]))
    return Message(type=kind, code=Code.CONTENT, mid=77, token=b"12345678", options=ordered, payload=payload)


def _rejection(answer: Message) -> Message:
    return Message(type=answer.type, code=answer.code, mid=answer.mid)


@pytest.mark.parametrize("payload", (b"", b"21.4", b"\xff\xff"))
def test_an_answer_that_says_nothing_strange_is_not_touched(payload: bytes) -> None:
    data = _answer(*READ, payload=payload).encode()
    assert screened(data) is data


@pytest.mark.parametrize("number", (0, 8, 20, 28, 60, 258, 2048, 65_000))
def test_an_elective_option_that_is_not_read_is_left_out(number: int) -> None:
    answer = _answer(*READ, (number, b"?" * 300))
    assert Message.decode(screened(answer.encode())) == _answer(*READ)


@pytest.mark.parametrize("number", (1, 3, 7, 11, 35, 65_001))
@pytest.mark.parametrize("kind", (Type.CON, Type.NON, Type.ACK))
def test_a_critical_option_that_is_not_read_rejects_the_answer(number: int, kind: Type) -> None:
    answer = _answer(*READ, (number, b"?"), kind=kind)
    assert Message.decode(screened(answer.encode())) == _rejection(answer)


@pytest.mark.parametrize(
    "option", ((Option.ETAG, b""), (Option.ETAG, b"9" * 9), (Option.OBSERVE, b"0000"), (Option.MAX_AGE, b"1" * 5))
)
def test_an_elective_option_of_a_length_that_it_cannot_have_is_left_out(option: tuple[int, bytes]) -> None:
    assert Message.decode(screened(_answer(option).encode())) == _answer()


@pytest.mark.parametrize("number", (Option.BLOCK1, Option.BLOCK2))
def test_a_critical_option_of_a_length_that_it_cannot_have_rejects_the_answer(number: Option) -> None:
    answer = _answer((number, b"0000"))
    assert Message.decode(screened(answer.encode())) == _rejection(answer)


def test_of_an_option_that_is_repeated_the_first_counts() -> None:
    """A further one is like an option nobody knows (RFC 7252, section 5.4.5)."""
    answer = _answer((Option.MAX_AGE, b"\1"), (Option.MAX_AGE, b"\2"), (Option.MAX_AGE, b"\3"))
    assert Message.decode(screened(answer.encode())) == _answer((Option.MAX_AGE, b"\1"))
    twice = _answer((Option.BLOCK2, b"\6"), (Option.BLOCK2, b"\6"))
    assert Message.decode(screened(twice.encode())) == _rejection(twice)


@pytest.mark.parametrize(
    ("said", "kept"),
    (
        (0, 0),
        (60, 60),
        (432, 432),
        (10_000, 10_000),
        (11_542, 11_542),
        (512, FOREIGN_FORMAT),
        (11_545, FOREIGN_FORMAT),
        (65_000, FOREIGN_FORMAT),
        (65_535, FOREIGN_FORMAT),
    ),
)
def test_a_format_is_one_of_a_bounded_set(said: int, kept: int) -> None:
    answer = Message.decode(screened(_answer((Option.CONTENT_FORMAT, uint(said))).encode()))
    assert answer == _answer((Option.CONTENT_FORMAT, uint(kept)))


@pytest.mark.parametrize("rest", (b"\xbd", b"\xbe\1", b"\xf0", b"\x0f", b"\x45\1", b"\x4d", b"\x4e\xff\xff"))
def test_options_that_are_cut_off_reject_the_answer(rest: bytes) -> None:
    data = _answer(payload=b"").encode() + rest
    assert Message.decode(screened(data)) == _rejection(_answer())


OPTIONS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([number for number, _ in READ]), st.integers(0, 65_535)), st.binary(max_size=12)
    )
)


@given(OPTIONS, st.binary(max_size=30))
def test_only_what_is_read_passes_and_passes_again_as_it_is(options: list[tuple[int, bytes]], payload: bytes) -> None:
    answer = _answer(*options, payload=payload)
    once = screened(answer.encode())
    found = Message.decode(once)
    assert found.payload in {payload, b""}
    assert {number for number, _ in found.options} <= {number for number, _ in READ}
    assert len({number for number, _ in found.options}) == len(found.options)
    assert screened(once) is once


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_screened_without_an_error(data: bytes) -> None:
    assert len(screened(data)) <= len(data)
