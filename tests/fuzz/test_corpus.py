"""What the fuzzer found, and what it goes on from, in every run. Time is measured by script/fuzz and script/bench."""

from collections.abc import Iterator
import gc
from pathlib import Path
import tracemalloc

from hypothesis import given, settings, strategies as st
import pytest

from . import kept, targets
from .judge import shortened, telling
from .target import Target, memory_of, raised, too_large

LARGEST_CORPUS = 300_000
"""Bytes of the repository that the seeds may take."""

LINKS_AND_BLOCKS = ("link-format", "datagram", "stream", "blocks", "resource-directory")
"""Targets of T8; the others are of T7."""

_REST = tuple(name for name in targets.NAMES if name not in LINKS_AND_BLOCKS)


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Leave no loop of a target to be closed in another test."""
    yield
    gc.collect()


def test_every_target_has_seeds_and_every_file_a_target() -> None:
    assert sorted(one.name for one in targets.load_all()) == sorted(targets.NAMES)
    assert {file.stem for file in kept.CORPUS.iterdir()} == set(targets.NAMES)
    assert {file.stem for file in kept.FINDINGS.iterdir()} <= set(targets.NAMES)
    assert sum(file.stat().st_size for file in kept.CORPUS.iterdir()) < LARGEST_CORPUS


def check(name: str) -> None:
    """Read every kept input of a target, and of the long ones look at the memory, which takes its time."""
    target, seeds, findings = targets.load(name), kept.load(kept.CORPUS, name), kept.load(kept.FINDINGS, name)
    assert seeds
    assert [fault for data in (*seeds, *findings) if (fault := raised(target, data))] == []
    tracemalloc.start()
    try:
        assert [fault for data in (*seeds[-3:], *findings) if (fault := too_large(memory_of(target, data)))] == []
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", LINKS_AND_BLOCKS)
def test_t08_whatever_links_and_blocks_were_ever_found_are_read_or_refused(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", _REST)
def test_t07_whatever_documents_were_ever_found_are_read_or_refused(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", targets.NAMES)
def test_t07_a_known_input_with_anything_put_anywhere_is_read_or_refused(name: str) -> None:
    target, seeds = targets.load(name), kept.load(kept.CORPUS, name)
    places = st.floats(0, 1, exclude_max=True)

    @given(st.sampled_from(seeds), places, st.integers(0, 8), st.binary(max_size=8) | st.sampled_from(target.tokens))
    @settings(max_examples=15, deadline=None)
    def put(seed: bytes, place: float, instead: int, piece: bytes) -> None:
        at = int(place * (len(seed) + 1))
        assert raised(target, seed[:at] + piece + seed[at + instead :]) is None

    put()


# ------------------------------------------------------------------------------------------------------ the watch


def _brittle(data: bytes) -> object:
    if b"bad" in data:
        raise LookupError("a mistake of ours")
    return bytearray(40 * 2**20) if b"big" in data else None


BRITTLE = Target(name="brittle", readers=(_brittle,))


def test_what_is_wrong_is_seen() -> None:
    assert raised(BRITTLE, b"good") is None
    fault = raised(BRITTLE, b"a bad one")
    assert fault is not None
    assert fault.kind == "LookupError in test_corpus._brittle"
    tracemalloc.start()
    try:
        assert too_large(memory_of(BRITTLE, b"small")) is None
        taken = too_large(memory_of(BRITTLE, b"big"))
    finally:
        tracemalloc.stop()
    assert taken is not None
    assert taken.kind == "memory"


def test_a_finding_is_made_as_short_as_can_be() -> None:
    assert shortened(b"x" * 500 + b"bad" + b"y" * 700, lambda data: raised(BRITTLE, data) is not None) == b"bad"


def test_of_the_seeds_those_are_kept_that_lead_somewhere_new() -> None:
    links = targets.load("link-format")
    assert telling(links, [b"</a>", b"</b>", b"</a>;rt=x"]) == [b"</a>", b"</a>;rt=x"]


@given(st.lists(st.binary(max_size=20), max_size=5))
@settings(max_examples=20)
def test_inputs_are_kept_as_they_are(inputs: list[bytes]) -> None:
    folder = Path(__file__).parent / "no-such-folder"
    assert kept.load(folder, "any") == ()
    assert set(kept.parsed(kept.written(inputs))) == set(inputs)
