"""What others would find: frequent item sets, frequent sequences, and pairs that are counted.

Written here, as small as they are, for the answers of frequent-pattern mining do not depend on who mines: mlxtend's
FP-growth brings pandas, scikit-learn and matplotlib, and the library of the name PrefixSpan is not kept any more. What
is mined are event, act pairs and triples, as a rule needs one trigger and at most one more reason here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

import numpy as np

from custom_components.local_things.suggest.mining.actions import may_act
from custom_components.local_things.suggest.mining.ready import ready
from custom_components.local_things.suggest.mining.stream import Stream
from custom_components.local_things.suggest.record.model import PEOPLE, History
from custom_components.local_things.suggest.record.suggestion import EventTrigger, Evidence, Suggestion, Target

BUCKET: Final = 3_000
"""Five minutes: one transaction."""
PAIR: Final = 600
"""In which a counted pair must come, tenths of a second."""
LEAST: Final = 7
CONFIDENCE: Final = 0.55
SEQUENCE_CONFIDENCE: Final = 0.3
NOTHING: Final = Evidence(opportunities=0, hits=0, wrong=0, lower_bound=0.0, typical_delay=0.0)

type Pair = tuple[int, int]
"""Trigger atom, act atom."""


def peers(history: History) -> dict[str, list[Suggestion]]:
    """Return what each peer would suggest."""
    stream = ready(history)
    if stream is None:
        return {}
    acts = {
        atom
        for atom in range(stream.count)
        if may_act(stream.subject(atom), stream.state(atom)) and np.isin(stream.sources(atom), PEOPLE).any()
    }
    found = {
        "fp-growth": item_sets(_buckets(stream), acts),
        "prefix-span": sequences(_sessions(stream), acts),
        "pair-count": pairs(stream, acts),
    }
    return {name: [_suggestion(stream, pair) for pair in rules] for name, rules in found.items()}


def _suggestion(stream: Stream, pair: Pair) -> Suggestion:
    (trigger, of), (target, to) = [(stream.subject(atom).entity_id, stream.state(atom)) for atom in pair]
    return Suggestion(
        trigger=EventTrigger(entity_id=trigger, to_state=of),
        action=Target(entity_id=target, state=to),
        within=PAIR / 10,
        evidence=NOTHING,
    )


def _apart(stream: Stream, pair: Pair) -> bool:
    return bool(stream.atom_entity[pair[0]] != stream.atom_entity[pair[1]])


def _buckets(stream: Stream) -> Iterator[set[int]]:
    for rows in np.split(stream.atoms, np.flatnonzero(np.diff(stream.times // BUCKET)) + 1):
        yield set(rows.tolist())


def _sessions(stream: Stream) -> Iterator[list[int]]:
    for rows in np.split(stream.atoms, np.flatnonzero(np.diff(stream.times // BUCKET)) + 1):
        yield rows.tolist()


def item_sets(transactions: Iterable[set[int]], acts: set[int]) -> list[Pair]:
    """Return {A} → act and {A, B} → act at a confidence, as FP-growth brings them; of two reasons the first counts."""
    single: Counter[int] = Counter()
    double: Counter[tuple[int, ...]] = Counter()
    triple: Counter[tuple[int, ...]] = Counter()
    kept = [sorted(transaction) for transaction in transactions]
    for transaction in kept:
        single.update(transaction)
    frequent = {item for item, count in single.items() if count >= LEAST}
    for transaction in kept:
        double.update(combinations([item for item in transaction if item in frequent], 2))
    partners = defaultdict(set)
    for (one, other), count in double.items():
        if count >= LEAST:
            partners[one].add(other)
            partners[other].add(one)
    for transaction in kept:
        items = [item for item in transaction if item in frequent]
        for act in acts.intersection(items):
            near = [item for item in items if item in partners[act]]
            triple.update((act, one, other) for one, other in combinations(near, 2) if other in partners[one])
    rules = [
        (trigger, act)
        for pair, count in double.items()
        for trigger, act in (pair, pair[::-1])
        if count >= LEAST and act in acts and count >= CONFIDENCE * single[trigger]
    ]
    rules += [
        (one, act)
        for (act, one, other), count in triple.items()
        if count >= LEAST and count >= CONFIDENCE * double[one, other]
    ]
    return rules


def sequences(sessions: Iterable[Sequence[int]], acts: set[int]) -> list[Pair]:
    """Return A → act and A → B → act at a confidence, in order, once per session (PrefixSpan, patterns up to three)."""
    single: Counter[int] = Counter()
    double: Counter[tuple[int, int]] = Counter()
    triple: Counter[tuple[int, int, int]] = Counter()
    kept = list(sessions)
    for session in kept:
        single.update(set(session))
    frequent = {item for item, count in single.items() if count >= LEAST}
    for session in kept:
        double.update(set(_ordered([item for item in session if item in frequent])))
    for session in kept:
        items = [item for item in session if item in frequent]
        found = set()
        for place, act in enumerate(items):
            if act in acts:
                before = [item for item in items[:place] if double[item, act] >= LEAST]
                found |= {(one, two, act) for one, two in _ordered(before) if double[one, two] >= LEAST}
        triple.update(found)
    rules = [
        (one, act)
        for (one, act), count in double.items()
        if act in acts and count >= max(LEAST, SEQUENCE_CONFIDENCE * single[one])
    ]
    rules += [
        (two, act)
        for (one, two, act), count in triple.items()
        if count >= max(LEAST, SEQUENCE_CONFIDENCE * double[one, two])
    ]
    return rules


def _ordered(items: Sequence[int]) -> Iterator[tuple[int, int]]:
    seen: set[int] = set()
    for item in items:
        yield from ((before, item) for before in seen if before != item)
        seen.add(item)


def pairs(stream: Stream, acts: set[int]) -> list[Pair]:
    """Return A → act where the act follows in a minute after so many of all A, as several local learners count."""
    rules = []
    for act in sorted(acts):
        done = stream.occurrences(act)
        for trigger in range(stream.count):
            times = stream.occurrences(trigger)
            if not _apart(stream, (trigger, act)) or len(times) < LEAST:
                continue
            followed = np.searchsorted(done, times + PAIR, "right") > np.searchsorted(done, times, "right")
            if followed.sum() >= LEAST and followed.mean() >= CONFIDENCE:
                rules.append((trigger, act))
    return rules
