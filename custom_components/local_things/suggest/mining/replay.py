"""What a suggestion would have done over a log: for the shadow week, and for rules that were accepted."""

from ..record.model import History
from ..record.suggestion import Evidence, Suggestion
from .acts import Act, everybodys, state_act, value_act
from .conditions import met
from .evidence import evidence
from .ready import ready
from .settings import Settings
from .stream import ABSENT, Stream
from .trial import Trial, starts, trial


def replay(
    history: History, suggestion: Suggestion, *, since: float | None = None, until: float | None = None
) -> Evidence:
    """Hold a suggestion against a log, or the part of it between two times (s since the epoch)."""
    stream = ready(history)
    fired = None if stream is None else firings(stream, suggestion)
    if stream is None or fired is None:
        return Evidence(opportunities=0, hits=0, wrong=0, lower_bound=0.0, typical_delay=0.0)
    held, act = fired
    return evidence(stream, held, act, since=since or 0.0, until=float("inf") if until is None else until)


def firings(stream: Stream, suggestion: Suggestion, *, by_anybody: bool = False) -> tuple[Trial, Act] | None:
    """Return the opportunities of a suggestion; None if its target never came about.

    `by_anybody` counts what rules did as right too: the suggestion is one of them by now.
    """
    settings = Settings()
    target = suggestion.action
    atom = stream.atom(target.entity_id, target.state)
    if atom == ABSENT:
        return None
    if target.value is not None and int(stream.atom_entity[atom]) in stream.valued:
        act = value_act(stream, atom, target.value)
    else:
        act = state_act(stream, atom)
    if by_anybody:
        act = everybodys(act)
    begin = starts(
        stream,
        suggestion.trigger,
        slack=settings.slack,
        episode=settings.episode,
        within=suggestion.within,
    )
    held = trial(stream, begin, act, suggestion.within)
    for condition in suggestion.conditions:
        held = held.keep(met(stream, condition, held.times))
    return held, act
