"""When a resource must be asked again, how often, and how much is listened to: pure, by a clock of the test's own."""

from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.coap.description.describe import describe
from custom_components.local_things.adapters.coap.description.record import new_record
from custom_components.local_things.adapters.coap.following.watch import Watch, watches
from custom_components.local_things.adapters.coap.pace import LAN, Pace
from custom_components.local_things.things.pacing.bucket import Bucket
from custom_components.local_things.transports.coap import Observation, Representation
from custom_components.local_things.transports.linkformat import parse_links

EXACT = replace(LAN, slack=0.0)
OBSERVATION = Observation.__new__(Observation)


def watch(*, observed: bool = True, pace: Pace = EXACT) -> Watch:
    return Watch(
        path="/a",
        accept=None,
        interval=30.0,
        observe_from=0.0 if observed else math.inf,
        due=0.0,
        pace=pace,
        observation=OBSERVATION if observed else None,
    )


def said(max_age: float = 60.0) -> Representation:
    return Representation(payload=b"1", max_age=max_age)


def planned(links: str, pace: Pace = EXACT) -> list[Watch]:
    return watches(describe("urn:dev:x:y", new_record("coap://192.0.2.4:5683", parse_links(links))), pace, 1000.0)


@pytest.mark.parametrize(("max_age", "silence"), ((60, 90), (10, 15), (1, 7.5), (0, 7.5), (86400, 5400)))
def test_silence_is_borne_for_one_and_a_half_times_the_max_age(max_age: float, silence: float) -> None:
    one = watch()
    one.asked(said(max_age), 1000.0)
    assert one.due == pytest.approx(1000.0 + silence)


def test_a_period_that_is_kept_is_expected() -> None:
    one = watch()
    one.asked(said(), 1000.0)
    for now in (1010.0, 1020.0, 1030.5):
        one.notified(said(), now)
        assert one.period is None
    one.notified(said(), 1040.0)
    assert one.period == pytest.approx(10, abs=0.5)
    assert one.due == pytest.approx(1040 + 3 * 10 * 1.5, abs=1)
    one.asked(said(), 1100.0)
    assert one.period is None


def test_uneven_notifications_are_no_period() -> None:
    one = watch()
    one.asked(said(), 1000.0)
    for now in (1001.0, 1002.0, 1032.0, 1033.0, 1090.0):
        one.notified(said(), now)
    assert one.period is None


def test_what_is_not_observed_is_asked_at_its_interval() -> None:
    one = watch(observed=False)
    one.asked(said(1), 1000.0)
    assert one.due == 1030


def test_a_refused_observation_is_asked_for_again_later() -> None:
    one = watch()
    one.observation = None
    one.asked(said(), 1000.0)
    assert (one.due, one.observe_from) == (1030, 1600)


def test_one_that_does_not_answer_lets_others_go_first_and_waits_longer_each_time() -> None:
    one = watch(observed=False)
    waits = []
    for _ in range(30):
        one.missed(1000.0)
        waits.append(one.due - 1000.0)
    assert waits[0] == LAN.retry
    assert 3.75 <= waits[1] <= 6.25
    assert all(225 <= wait <= 375 for wait in waits[10:])
    one.back(1000.0)
    assert one.due == 1000


def test_an_observation_that_ended_is_looked_after_soon() -> None:
    one = watch()
    one.asked(said(), 1000.0)
    one.ended(1000.0)
    assert one.observation is None
    assert one.due == 1000.0 + EXACT.retry


def test_only_a_promise_of_long_silence_is_sleep() -> None:
    one = watch()
    one.asked(said(60), 1000.0)
    assert one.asleep_until == 0
    one.asked(said(3600), 1000.0)
    assert one.asleep_until == 4600


def test_who_notifies_too_fast_is_read_from_time_to_time() -> None:
    one = watch()
    one.asked(said(), 1000.0)
    for number in range(EXACT.notification_burst):
        one.notified(said(), 1000.0 + number / 1e6)
    assert one.observe_from == 0
    one.notified(said(), 1000.001)
    assert one.due == 1000.001
    assert one.observe_from == pytest.approx(1000.001 + EXACT.observe_again)


def test_who_notifies_in_measure_stays_observed() -> None:
    one = watch()
    for number in range(100 * int(EXACT.notifications_per_second)):
        one.notified(said(), 1000.0 + number / EXACT.notifications_per_second)
    assert one.observe_from == 0


def test_the_understood_is_watched_closely_and_the_rest_slowly() -> None:
    planned_all = planned("</y>,</x>;obs,</h>;rt=humidity,</t>;rt=temperature;obs")
    assert [one.path for one in planned_all] == ["/t", "/h", "/x", "/y"]
    assert [one.interval for one in planned_all] == [30, 30, 300, 300]
    assert [one.observe_from for one in planned_all] == [1000, math.inf, 1000, math.inf]
    assert {one.due for one in planned_all} == {1000}


def test_a_large_device_is_observed_in_part_and_the_rest_spread() -> None:
    links = ",".join(f"</{i}/temperature>;rt=temperature;obs" for i in range(200)) + ",</x>;obs,</y>"
    planned_all = planned(links)
    assert len(planned_all) == 202
    observed = [one for one in planned_all if one.observe_from < math.inf]
    assert len(observed) == EXACT.observed_at_most
    rest = [one for one in planned_all if one.observe_from == math.inf]
    assert {one.interval for one in rest} == {EXACT.slow_poll}
    assert len({one.due for one in rest}) == len(rest)
    assert max(one.due for one in rest) < 1000 + EXACT.poll


def test_a_device_with_nothing_to_read_is_still_looked_after() -> None:
    assert [one.path for one in planned("</3/0/4>")] == ["/.well-known/core"]


def test_slack_is_bounded_and_differs() -> None:
    waits = [LAN.wait(30) for _ in range(100)]
    assert min(waits) >= 30
    assert max(waits) <= 35
    assert len(set(waits)) > 90
    assert LAN.wait(0.1) <= 0.125


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200), st.floats(0.1, 10), st.integers(1, 20))
def test_a_bucket_gives_no_more_than_its_burst_and_its_rate(gaps: list[float], rate: float, burst: int) -> None:
    bucket = Bucket(rate, burst)
    now = taken = 0.0
    for gap in gaps:
        now += gap
        taken += bucket.take(now)
    assert taken <= burst + (now - gaps[0]) * rate + 1e-6
    assert bucket.take(now + burst / rate + 1)
