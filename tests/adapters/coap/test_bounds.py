"""Whatever comes to be decoded: a value or an error of our tree, in little memory. Time: `script/bench decoders`."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
import tracemalloc

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.transports.untrusted import MAX_BYTES

from .hostile import DECODERS, PAYLOADS, Decoder, filled, repeated

MOST_MEMORY = 20 * 2**20
"""Most bytes that reading one payload of at most 64 KiB may take, what is made of it included."""

_DECODERS = pytest.mark.parametrize("decoder", DECODERS.values(), ids=DECODERS)


@contextmanager
def memory_bounded() -> Iterator[None]:
    """Measure each payload of the block with `bounded`."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def bounded(decoder: Decoder, payload: bytes) -> bool:
    """Decode, and fail where anything but an error of our tree is raised, or too much memory is taken at once.

    Return whether there is a value.
    """
    assert len(payload) <= MAX_BYTES
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    value = None
    with suppress(ThingError):
        value = decoder(payload)
    assert tracemalloc.get_traced_memory()[1] - before < MOST_MEMORY
    return value is not None


def test_most_payloads_are_large() -> None:
    assert sum(len(payload) > MAX_BYTES // 2 for payload in PAYLOADS.values()) > 80


@_DECODERS
def test_t07_the_worst_that_we_know_is_read_or_refused(decoder: Decoder) -> None:
    with memory_bounded():
        read = [bounded(decoder, payload) for payload in (*PAYLOADS.values(), *islice(repeated(1), 20))]
    assert any(read)


UNITS = st.binary(min_size=1, max_size=8) | st.text(
    st.sampled_from("<>;,=\"\\/ a1%.:[]{}-eE'#"), min_size=1, max_size=8
).map(str.encode)


@_DECODERS
@given(UNITS, UNITS, UNITS)
@settings(deadline=None, max_examples=15)
def test_anything_over_and_over_is_read_or_refused(decoder: Decoder, unit: bytes, before: bytes, after: bytes) -> None:
    with memory_bounded():
        bounded(decoder, filled(unit, before, after))
