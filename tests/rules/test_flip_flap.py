"""Rules that fight are told within one round; people who change their mind never."""

from hypothesis import given, strategies as st

from custom_components.local_things.rules.flip_flap import FlipFlap, FlipFlapDetector, Observed, Source, SourceKind

ONE = Source(SourceKind.AUTOMATION, "automation.one")
TWO = Source(SourceKind.SCRIPT, "script.two")
PERSON = Source(SourceKind.PERSON, "user")
DEVICE = Source(SourceKind.OTHER)

type Play = tuple[float, str, Source]
"""When, to which state, and by whom."""


def play(
    *plays: Play,
    start: str = "off",
    cause: str | None = None,
    causes: bool = False,
    context: str = "",
    detector: FlipFlapDetector | None = None,
    entity: str = "light.a",
) -> list[FlipFlap]:
    """Let a light change; every change has a context of its own unless it is said."""
    detector = detector or FlipFlapDetector()
    told, old = [], start
    for index, (time, new, source) in enumerate(plays):
        change = Observed(
            time=time,
            entity=entity,
            old=old,
            new=new,
            source=source,
            context=context or f"context {time}",
            cause=f"cause {index}" if causes else cause,
        )
        if (found := detector.observe(change)) is not None:
            told.append(found)
        old = new
    return told


def test_a_person_who_toggles_a_lamp_is_not_a_fight() -> None:
    assert play(*((float(index), ("on", "off")[index % 2], PERSON) for index in range(20))) == []


def test_a_person_against_a_rule_is_not_a_fight() -> None:
    sources = (ONE, PERSON)
    assert play(*((float(index), ("on", "off")[index % 2], sources[index % 2]) for index in range(20))) == []
    assert play((0.0, "on", ONE), (1.0, "off", PERSON), (2.0, "on", TWO)) == []


def test_a_device_that_reports_is_not_a_fight() -> None:
    assert play((0.0, "on", ONE), (1.0, "off", DEVICE), (2.0, "on", ONE)) == []


def test_what_one_rule_takes_back_from_another_is_told_with_both() -> None:
    (told,) = play((1.0, "on", ONE), (3.0, "off", TWO))
    assert told == FlipFlap(entity="light.a", states=("off", "on"), sources=(ONE, TWO), times=(1.0, 3.0))
    assert play((1.0, "on", ONE), (3.0, "off", TWO), cause="motion") == [told]


def test_rules_for_causes_of_their_own_are_told_when_the_round_is_complete() -> None:
    door: list[Play] = [(0.0, "on", ONE), (5.0, "off", TWO)]
    assert play(*door, causes=True) == []
    (told,) = play(*door, (9.0, "on", ONE), causes=True)
    assert told.sources == (TWO, ONE)
    assert told.times == (0.0, 5.0, 9.0)


def test_one_rule_against_itself_takes_three_reversals() -> None:
    plays: list[Play] = [(float(index), ("on", "off")[index % 2], ONE) for index in range(4)]
    assert play(*plays[:3]) == []
    assert len(play(*plays)) == 1
    assert play(*plays, context="one run") == []


def test_what_takes_long_is_no_fight() -> None:
    assert play((0.0, "on", ONE), (31.0, "off", TWO)) == []


def test_the_way_to_a_state_is_not_a_state() -> None:
    cover: list[Play] = [
        (0.0, "opening", ONE),
        (5.0, "open", DEVICE),
        (6.0, "closing", TWO),
        (9.0, "closed", DEVICE),
    ]
    (told,) = play(*cover, start="closed")
    assert told.states == ("closed", "open")


def test_another_state_is_not_back() -> None:
    assert play((0.0, "heat", ONE), (1.0, "cool", TWO)) == []
    assert len(play((0.0, "heat", ONE), (1.0, "cool", TWO), (2.0, "heat", ONE))) == 1


def test_unavailable_is_nobodys_doing() -> None:
    assert play((0.0, "on", ONE), (1.0, "unavailable", ONE), (2.0, "on", TWO), (3.0, "unknown", TWO)) == []


def test_what_was_missed_begins_anew() -> None:
    detector = FlipFlapDetector()
    play((0.0, "on", ONE), detector=detector)
    assert play((1.0, "idle", TWO), start="heat", detector=detector) == []
    assert play((0.5, "heat", ONE), start="idle", detector=detector) == []


def test_it_is_told_again_only_when_it_happens_anew() -> None:
    plays: list[Play] = [(float(index), ("on", "off")[index % 2], (ONE, TWO)[index % 2]) for index in range(6)]
    assert [one.times for one in play(*plays)] == [(0.0, 1.0), (2.0, 3.0), (4.0, 5.0)]


def test_memory_is_bounded_and_the_latest_are_kept() -> None:
    detector = FlipFlapDetector(most_entities=3)
    for name in "abcd":
        play((0.0, "on", ONE), detector=detector, entity=name)
    assert play((1.0, "off", TWO), start="on", detector=detector, entity="a") == []
    assert len(play((1.0, "off", TWO), start="on", detector=detector, entity="d")) == 1
    for index in range(100):
        play((index * 2.0, ("on", "off")[index % 2], ONE), start=("off", "on")[index % 2], detector=detector)
    assert len(detector._changes) == 3
    assert max(map(len, detector._changes.values())) <= 8


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1e6), st.sampled_from(("on", "off", "opening", "unknown")), st.sampled_from((PERSON, DEVICE))
        )
    )
)
def test_nothing_is_told_of_people_and_devices(plays: list[Play]) -> None:
    assert play(*plays) == []
