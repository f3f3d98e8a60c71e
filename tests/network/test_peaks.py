"""Peaks: what is told, what may be done about it, and the defects of the detection that this one comes from."""

from collections.abc import Iterable

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.network.peaks import (
    BAD,
    CEILING,
    CONFINE_FROM,
    FACTOR,
    FLOOR,
    RECENT,
    REPORT_FROM,
    History,
    Minute,
    Peak,
    Phase,
    step,
)
from custom_components.local_things.things.documents import Json

QUIET = Minute(messages=6, octets=400)
FLOOD = Minute(messages=60_000, octets=4_000_000)
MANY_SMALL = Minute(messages=2 * FLOOR.messages, octets=4 * 2 * FLOOR.messages)
FEW_LARGE = Minute(messages=250, octets=2 * FLOOR.octets)
NOTHING = Minute()

MINUTES = st.builds(
    Minute, messages=st.integers(0, 20 * CEILING.messages), octets=st.integers(0, 20 * CEILING.octets)
) | st.sampled_from((QUIET, FLOOD, MANY_SMALL, FEW_LARGE, NOTHING))


def seen(minutes: Iterable[Minute], history: History | None = None) -> tuple[History, list[Peak | None]]:
    """Take minutes in; return what is kept, and what was found at each."""
    history = history or History()
    peaks = []
    for minute in minutes:
        history, peak = step(history, minute)
        peaks.append(peak)
    return history, peaks


def known_for(minutes: int) -> History:
    """Return the history of a device that has been quiet for so many minutes."""
    return seen([QUIET] * minutes)[0]


def test_t17_a_new_device_is_only_measured() -> None:
    _, peaks = seen([FLOOD] * REPORT_FROM)
    assert peaks == [None] * REPORT_FROM


def test_three_bad_minutes_are_told_of_a_device_that_is_known_for_ten() -> None:
    _, peaks = seen([FLOOD] * 3, known_for(REPORT_FROM))
    assert peaks[:2] == [None, None]
    assert peaks[2] == Peak(now=FLOOD, usual=QUIET, phase=Phase.REPORT)


@pytest.mark.parametrize(("minutes", "phase"), ((CONFINE_FROM - 3, Phase.REPORT), (CONFINE_FROM, Phase.CONFINE)))
def test_only_after_an_hour_may_something_be_done(minutes: int, phase: Phase) -> None:
    _, peaks = seen([FLOOD] * 3, known_for(minutes))
    assert peaks[2]
    assert peaks[2].phase is phase


@pytest.mark.parametrize("flood", (MANY_SMALL, FEW_LARGE))
def test_messages_and_bytes_have_each_their_own_floor(flood: Minute) -> None:
    """Defects a and b: a number of bytes that was compared with a number of packets, and was eight times too high."""
    assert min(flood.messages / FLOOR.messages, flood.octets / FLOOR.octets) < 1
    _, peaks = seen([flood] * 3, known_for(CONFINE_FROM))
    assert peaks[2]


def test_t09_a_flood_never_becomes_the_new_normal() -> None:
    """Defect c: after five minutes, what goes on was what is usual."""
    history, peaks = seen([FLOOD] * 24 * 60, known_for(CONFINE_FROM))
    assert all(peaks[2:])
    assert history.highest == QUIET


def test_a_minute_without_traffic_is_looked_at_too() -> None:
    """Defect d: bad minutes stayed as they were until there was traffic again."""
    history, peaks = seen([FLOOD, FLOOD, *[NOTHING] * RECENT, FLOOD], known_for(CONFINE_FROM))
    assert peaks == [None] * len(peaks)
    assert sum(history.recent) == 1


def test_three_of_five_need_not_be_in_a_row() -> None:
    _, peaks = seen([FLOOD, QUIET, FLOOD, QUIET, FLOOD], known_for(CONFINE_FROM))
    assert [bool(peak) for peak in peaks] == [False, False, False, False, True]


def test_a_device_that_is_lively_from_the_start_may_stay_so() -> None:
    lively = Minute(messages=3 * FLOOR.messages, octets=FLOOR.octets)
    _, peaks = seen([lively] * 200)
    assert not any(peaks)
    _, peaks = seen([Minute(messages=round(lively.messages * (FACTOR + 0.1)), octets=0)] * 3, seen([lively] * 60)[0])
    assert peaks[2]


def test_t17_what_grows_little_by_little_ends_at_the_ceiling() -> None:
    history, minute = known_for(CONFINE_FROM), Minute(messages=FLOOR.messages, octets=0)
    for _ in range(200):
        history, _ = step(history, minute)
        minute = Minute(messages=round(minute.messages * 1.19), octets=0)
    assert history.highest.messages <= CEILING.messages
    _, peaks = seen([Minute(messages=round(CEILING.messages * FACTOR) + 1, octets=0)] * 3, history)
    assert peaks[2]


def test_how_many_times_as_much_is_told_of_what_has_grown_most() -> None:
    def times(now: Minute, usual: Minute) -> int:
        return Peak(now=now, usual=usual, phase=Phase.REPORT).times

    assert times(Minute(messages=600, octets=50_000), Minute(messages=6, octets=400)) == 125
    assert times(FLOOD, NOTHING) == FLOOD.octets
    assert times(NOTHING, NOTHING) == 1


@given(st.lists(MINUTES, max_size=120), st.lists(MINUTES, max_size=30))
def test_whatever_comes_the_rules_hold(before: list[Minute], later: list[Minute]) -> None:
    history, peaks = seen([*before, *later])
    assert len(history.recent) <= RECENT
    assert history.minutes <= CONFINE_FROM
    assert history.highest.messages <= CEILING.messages
    assert history.highest.octets <= CEILING.octets
    assert not any(peaks[:REPORT_FROM])
    assert all(peak is None or peak.now.messages > FLOOR.messages or peak.now.octets > FLOOR.octets for peak in peaks)
    assert all(peak is None or peak.phase is not Phase.CONFINE for peak in peaks[: CONFINE_FROM - 1])


@given(st.lists(MINUTES, max_size=100))
def test_t09_three_minutes_beyond_the_ceiling_are_a_peak_whatever_came_before(before: list[Minute]) -> None:
    history, _ = seen([*before, *[QUIET] * REPORT_FROM])
    _, peaks = seen([FLOOD] * BAD, history)
    assert peaks[-1]


@given(st.lists(MINUTES, max_size=100))
def test_a_restart_forgets_only_the_last_minutes(before: list[Minute]) -> None:
    history, _ = seen(before)
    again = History.load(history.dump())
    assert (again.minutes, again.highest, again.recent) == (history.minutes, history.highest, ())


@pytest.mark.parametrize(
    "document",
    (
        None,
        [],
        {},
        {"minutes": -1, "messages": 0, "octets": 0},
        {"minutes": "60", "messages": 0, "octets": 0},
        {"minutes": 60, "messages": 1},
    ),
)
def test_what_makes_no_sense_is_no_history(document: Json) -> None:
    assert History.load(document) == History()


def test_nobody_is_given_a_history_by_a_file() -> None:
    said: Json = {"minutes": 10**9, "messages": 10**9, "octets": 10**9}
    assert History.load(said) == History(minutes=CONFINE_FROM, highest=CEILING)
