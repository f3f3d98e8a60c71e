"""Rules after an event: pairs that the screen left, tested against chance, with their conditions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..record.suggestion import EventTrigger, StateCondition
from .acts import Act
from .conditions import conditioned
from .odds import discoveries
from .rule import Rule, frequent, lasting, not_an_effect, p_value, reliable, sure
from .settings import Settings
from .stream import Stream
from .trial import Trial, chance, starts, trial

EXCESS: Final = 0.9
"""The shortest window that holds so much of what is beyond chance is enough."""

SPREAD: Final = 0.25
"""About as long each time: the part of a `for:` in which the act must come; or LOOSELY s."""
LOOSELY: Final = 120
SUDDEN: Final = 2.5
"""How much more often people act after the time of a `for:` than shortly before it."""
MUCH: Final = 1e-6
"""Who does much at the same times each day has a high chance: a lift of 2 is enough if it is so unlikely."""

FOR_STATE: Final = 0.01
"""A state is chosen among hundreds."""
DOUBTFUL: Final = 1.5
"""A lift of more than this, and less than is asked for: it may be the event, it may be the time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One trigger, one act, one window."""

    trigger: EventTrigger
    act: Act
    within: int
    held: Trial
    p_value: float
    excess: float


def tests(
    stream: Stream, pairs: Iterable[tuple[EventTrigger, Act]], settings: Settings, check: Callable[[], None]
) -> Iterator[Test]:
    """Yield what each pair came to in each window in which anything was right."""
    for trigger, act in pairs:
        check()
        for within in settings.windows:
            if trigger.for_seconds and within > max(SPREAD * trigger.for_seconds, LOOSELY):
                continue
            begin = starts(stream, trigger, slack=settings.slack, episode=settings.episode, within=within)
            held = trial(stream, begin, act, within)
            if not frequent(held, settings):
                continue
            by_chance = chance(stream, held.times, act, slack=begin.slack, within=within)
            yield Test(
                trigger=trigger,
                act=act,
                within=within,
                held=held,
                p_value=p_value(held, by_chance),
                excess=held.hits - by_chance.events * len(held.hit),
            )


def rules(
    stream: Stream, tested: Sequence[Test], looked_at: int, settings: Settings, check: Callable[[], None]
) -> Iterator[Rule]:
    """Yield the rules among what was tested."""
    found = discoveries([test.p_value for test in tested], looked_at * len(settings.windows), settings.false_discovery)
    by_pair: dict[tuple[EventTrigger, int], list[Test]] = {}
    for test, is_found in zip(tested, found, strict=True):
        if is_found:
            by_pair.setdefault((test.trigger, id(test.act)), []).append(test)
    for some in by_pair.values():
        check()
        most = max(test.excess for test in some)
        best = next(test for test in some if test.excess >= EXCESS * most)
        rule = _rule(stream, best, settings)
        if rule is not None:
            yield rule


def _rule(stream: Stream, test: Test, settings: Settings) -> Rule | None:
    trigger = stream.entity(test.trigger.entity_id)
    conditions, held = conditioned(stream, test.held, test.act, trigger, settings)
    if not (frequent(held, settings) and reliable(held, test.act, settings) and not_an_effect(held)):
        return None
    if test.trigger.for_seconds and not _sudden(stream, test, settings):
        return None
    by_chance = chance(stream, held.times, test.act, slack=settings.slack * 10, within=test.within)
    if not lasting(stream, held, settings) or held.confidence < DOUBTFUL * by_chance.events:
        return None
    unlikely = p_value(held, by_chance)
    states = sum(isinstance(condition, StateCondition) for condition in conditions)
    lift = settings.lift if unlikely > MUCH else settings.lift / 2
    doubtful = held.confidence < lift * by_chance.events or unlikely > sure(test.within) * FOR_STATE**states
    return Rule(
        trigger=test.trigger,
        conditions=conditions,
        act=test.act,
        within=test.within,
        held=held,
        doubtful=bool(doubtful),
    )


def _sudden(stream: Stream, test: Test, settings: Settings) -> bool:
    """Tell whether people wait for that time: who acts at any time after something has no time in mind."""
    before = min(test.within, test.trigger.for_seconds)
    sooner = replace(test.trigger, for_seconds=test.trigger.for_seconds - before)
    begin = starts(stream, sooner, slack=0, episode=settings.episode, within=before)
    return test.held.confidence >= SUDDEN * trial(stream, begin, test.act, before - 1).confidence
