"""Breakers warm up and cool down as the published bands say (IEC 60898-1, IEC 60269, the French meter)."""

import math

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.power.thermal import (
    CONSERVATIVE,
    LINKY,
    TYPICAL,
    WORST_LEGAL,
    ThermalImage,
    ThermalProfile,
    breaker,
    fuse,
)

PROFILES = (CONSERVATIVE, TYPICAL, WORST_LEGAL, LINKY, fuse(16.0), fuse(63.0))
loads = st.floats(0.0, 5.0)
spans = st.floats(0.0, 10_000.0)
images = st.builds(
    lambda profile, heat: ThermalImage(profile=profile, heat=heat), st.sampled_from(PROFILES), st.floats(0.0, 4.0)
)


@pytest.mark.parametrize(
    "wrong", ({"k": 0.0, "tau": 1.0}, {"k": 1.0, "tau": 0.0}, {"k": 2.0, "tau": 1.0, "instant": 1.5})
)
def test_what_is_no_curve_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no thermal profile"):
        ThermalProfile(**wrong)


def test_another_letter_is_no_breaker() -> None:
    with pytest.raises(KeyError):
        breaker("K")


@pytest.mark.parametrize(
    ("profile", "heat", "load", "seconds"),
    (
        (CONSERVATIVE, 0.0, 1.2, 50.0),
        (CONSERVATIVE, 0.0, 1.45, 21.0),
        (CONSERVATIVE, 0.0, 2.55, 5.0),
        (CONSERVATIVE, 0.64, 1.45, 13.0),
        (CONSERVATIVE, 0.64, 2.0, 4.8),
        (TYPICAL, 0.0, 1.2, math.inf),
        (TYPICAL, 0.0, 1.45, 88.0),
        (TYPICAL, 0.64, 2.0, 21.0),
        (WORST_LEGAL, 0.0, 2.55, 1.0),
        (LINKY, 0.0, 1.4, 247.0),
        (LINKY, 1.0, 2.0, 32.0),
        (fuse(25.0), 0.0, 2.0, 11.0),
    ),
)
def test_time_to_trip_is_that_of_the_band(profile: ThermalProfile, heat: float, load: float, seconds: float) -> None:
    assert ThermalImage(profile=profile, heat=heat).time_to_trip(load) == pytest.approx(seconds, rel=0.03)


def test_a_short_circuit_trips_at_once() -> None:
    assert ThermalImage(profile=breaker("B")).time_to_trip(3.0) == 0.0
    assert ThermalImage(profile=breaker("C")).time_to_trip(3.0) > 0.0


@given(images, loads, spans, spans)
def test_two_steps_are_one(image: ThermalImage, load: float, first: float, second: float) -> None:
    assert image.after(load, first).after(load, second).heat == pytest.approx(
        image.after(load, first + second).heat, abs=1e-9
    )


@given(images, loads, spans)
def test_it_trips_when_it_was_said_to(image: ThermalImage, load: float, earlier: float) -> None:
    seconds = image.time_to_trip(load)
    if seconds == 0.0:
        assert image.tripped
    elif math.isinf(seconds):
        assert not image.after(load, 1e9).tripped or load == pytest.approx(image.profile.k)
    else:
        assert image.after(load, seconds * 1.001 + 1e-6).tripped
        assert not image.after(load, seconds * min(earlier / 10_001, 0.999)).tripped


@given(images, loads, st.floats(-1e6, 0.0))
def test_a_clock_that_goes_back_changes_nothing(image: ThermalImage, load: float, seconds: float) -> None:
    assert image.after(load, seconds).heat == pytest.approx(image.heat)


@given(images, st.floats(0.1, 3600.0))
def test_what_is_bearable_does_not_trip(image: ThermalImage, seconds: float) -> None:
    load = image.bearable(seconds)
    assert load >= 0.0
    if load > 0.0:
        assert image.after(load * 0.999, seconds).utilisation < 1.0
        assert image.after(load * 1.01, seconds).utilisation > 0.999
    assert image.bearable(0.0) == image.profile.instant
