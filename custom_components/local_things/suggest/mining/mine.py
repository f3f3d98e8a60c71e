"""The miner: from a history to suggestions. One call, which takes seconds, may be stopped, and says how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..record.model import History
from ..record.suggestion import Condition, EventTrigger, Mined, StateCondition, Suggestion, Trigger
from .acts import Act, acts, timed
from .cover import cover
from .drift import drift
from .echoes import echoes, groups
from .events import Test, rules, tests
from .evidence import evidence
from .holding import held_triggers
from .ready import ready
from .routines import routines
from .rule import Rule
from .screen import screen
from .settings import Settings
from .stream import Stream

ACTIVE: Final = 0.7
"""Part of the least number of days on which something must have changed: logs have holes."""


NEW: Final = 0.5
"""Part of what a recent rule explains that no rule of the whole log does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A suggestion, and when the acts were done that it explains, tenths of a second since the epoch."""

    suggestion: Suggestion
    done: NDArray[np.int64]


class _Cancelled(Exception):
    """Somebody stopped it."""


def mine(
    history: History,
    *,
    settings: Settings | None = None,
    accepted: tuple[Suggestion, ...] = (),
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Mined:
    """Find the habits in a history.

    Args:
        history: the log.
        settings: what counts as a habit.
        accepted: suggestions that are rules by now: what became of their habits is in `Mined.drift`.
        progress: is told how much is done, 0 … 1, from this thread.
        cancelled: is asked often; once it says so, an empty `Mined` is returned that says it was cancelled.

    Raises:
        ZoneInfoNotFoundError: the time zone of the history is unknown.
    """
    begin = time.monotonic()

    def check() -> None:
        if cancelled():
            raise _Cancelled

    try:
        mined = _mine(history, settings or Settings(), accepted, progress, check)
    except _Cancelled:
        return Mined(cancelled=True, seconds=time.monotonic() - begin)
    progress(1.0)
    return replace(mined, seconds=time.monotonic() - begin)


def _mine(
    history: History,
    settings: Settings,
    accepted: tuple[Suggestion, ...],
    progress: Callable[[float], None],
    check: Callable[[], None],
) -> Mined:
    check()
    stream = ready(history, ignored=settings.ignored)
    if stream is None:
        return Mined()
    days = stream.calendar.days
    if days < settings.min_days or stream.active_days < ACTIVE * settings.min_days:
        return Mined(days=days)
    sets = echoes(stream, check)
    found = suggestions(stream, sets, settings, lambda part: progress(0.8 * part), check)
    result = Mined(
        suggestions=tuple(one.suggestion for one in found),
        groups=groups(stream, sets),
        drift=drift(stream, accepted, settings),
        days=days,
    )
    del stream
    if days <= settings.recent_days * 4 // 3:
        return result
    lately = ready(history, ignored=settings.ignored, last_days=settings.recent_days)
    if lately is None or lately.active_days < ACTIVE * settings.min_days:
        return result
    recent = suggestions(lately, echoes(lately, check), settings, lambda part: progress(0.8 + 0.2 * part), check)
    new = [replace(one.suggestion, recent=True) for one in recent if _is_new(one, found)]
    return replace(result, suggestions=(*result.suggestions, *new))


def _is_new(recent: Found, found: list[Found]) -> bool:
    """Tell whether the last days show something that the whole log does not."""
    action = recent.suggestion.action
    same = [
        one
        for one in found
        if (one.suggestion.action.entity_id, one.suggestion.action.state) == (action.entity_id, action.state)
    ]
    if any(one.suggestion.key == recent.suggestion.key for one in same):
        return False
    known = np.concatenate([np.zeros(0, np.int64), *(one.done for one in same)])
    return bool(np.isin(recent.done, known).mean() < 1.0 - NEW)


def suggestions(
    stream: Stream,
    sets: list[list[int]],
    settings: Settings,
    progress: Callable[[float], None],
    check: Callable[[], None],
) -> list[Found]:
    """Return what is found in a stream, best first."""
    leader = {entity: some[0] for some in sets for entity in some}
    done = [
        act
        for act in acts(stream, settings.forbidden)
        if leader.get(act.entity, act.entity) == act.entity and not timed(stream, act)
    ]
    if not done:
        return []
    progress(0.1)
    screened = screen(stream, done, settings, check)
    progress(0.3)
    plain = [
        (EventTrigger(entity_id=stream.subject(atom).entity_id, to_state=stream.state(atom)), done[act])
        for act, atom in screened.pairs
        if _may_trigger(stream, leader, int(stream.atom_entity[atom]), done[act])
    ]
    held = [
        (trigger, act)
        for act in done
        for trigger in held_triggers(stream, act, settings.min_hits)
        if trigger.entity_id == act.target.entity_id
        or _may_trigger(stream, leader, stream.entity(trigger.entity_id), act)
    ]
    tested: list[Test] = list(tests(stream, [*plain, *held], settings, check))
    progress(0.6)
    found: list[Rule] = list(rules(stream, tested, screened.looked_at + len(held), settings, check))
    progress(0.8)
    for act in done:
        check()
        found += routines(stream, act, settings)
    chosen = cover(found, settings)
    progress(1.0)
    return [
        Found(suggestion=_suggestion(stream, rule, others), done=rule.done + np.int64(stream.calendar.begin))
        for rule, others in chosen
    ]


def _may_trigger(stream: Stream, leader: dict[int, int], entity: int, act: Act) -> bool:
    """Tell whether an entity is another thing than the one acted on, and stands for itself."""
    if entity == act.entity or leader.get(entity, entity) != entity:
        return False
    device = stream.subjects[entity].device_id
    return device is None or device != stream.subjects[act.entity].device_id


def _suggestion(stream: Stream, rule: Rule, alternatives: tuple[Trigger, ...]) -> Suggestion:
    conditions: tuple[Condition, ...] = rule.conditions
    if rule.act.stays:
        conditions = (*conditions, StateCondition(entity_id=rule.act.target.entity_id, state=rule.act.target.state))
    return Suggestion(
        trigger=rule.trigger,
        conditions=conditions,
        action=rule.act.target,
        within=rule.within,
        evidence=evidence(stream, rule.held, rule.act),
        alternatives=alternatives,
    )
