"""Of the rules that explain the same acts, the ones worth saying; the others are alternative triggers, or nothing."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from ..record.suggestion import EventTrigger, SunTrigger, Trigger
from .rule import Rule
from .settings import Settings

NEW: Final = 0.5
"""Part of what a further rule explains that no better rule does."""
OVERLAP: Final = 0.5
"""Who explains so much of the same is an alternative."""
VALUE_WORTH: Final = 1.1
"""Who sets the value too says more."""
ROUTINE_WORTH: Final = 0.95
"""What people do after an event at a usual time is done after the event."""
LOOSE: Final = 1_500.0
"""s: what is told more exactly, by the clock or by the sun, is the better reason."""
OUTSIDE: Final = ("cover.", "light.")
HORIZON_WORTH: Final = 1.06
"""Where clock and sun explain the same, as within three weeks, what lets light in or makes it follows the sun."""
SUN_WORTH: Final = 0.85
"""Whatever else people do follows the clock, unless the sun explains it much better."""
CONDITION_COST: Final = 0.12
"""Of the benefit: a condition must be worth being read."""


def cover(rules: Iterable[Rule], settings: Settings) -> list[tuple[Rule, tuple[Trigger, ...]]]:
    """Choose rules act by act, best first, and name the alternatives of each."""
    by_act: dict[tuple[int, str], list[Rule]] = {}
    for rule in rules:
        by_act.setdefault(
            (rule.act.atom, rule.act.target.attribute or "") if rule.act.stays else (rule.act.atom, ""), []
        ).append(rule)
    chosen: list[tuple[Rule, tuple[Trigger, ...]]] = []
    for some in by_act.values():
        chosen += _of_act(sorted(some, key=lambda rule: (-worth(rule, settings), repr(rule.trigger))), settings)
    return _one_way(chosen, settings)


def worth(rule: Rule, settings: Settings) -> float:
    """Return the benefit of a rule, less what its conditions cost."""
    worth = rule.net(settings) * (1.0 - CONDITION_COST * len(rule.conditions))
    worth *= VALUE_WORTH if rule.act.target.value is not None else 1.0
    if isinstance(rule.trigger, EventTrigger):
        return worth
    exactness = max(ROUTINE_WORTH - rule.spread / LOOSE, 0.0)
    if isinstance(rule.trigger, SunTrigger):
        exactness *= HORIZON_WORTH if rule.act.target.entity_id.startswith(OUTSIDE) else SUN_WORTH
    return worth * exactness


def _of_act(rules: list[Rule], settings: Settings) -> list[tuple[Rule, tuple[Trigger, ...]]]:
    explained = np.zeros(0, np.int32)
    kept: list[tuple[Rule, list[Trigger]]] = []
    for rule in rules:
        held = rule.held
        acts = rule.done
        new = int((~np.isin(acts, explained)).sum())
        left = len(held.hit) - (held.hits - new)
        if not kept or (new >= max(NEW * held.hits, settings.min_hits) and new >= settings.confidence * left):
            kept.append((rule, []))
            explained = np.union1d(explained, acts)
            continue
        for other, alternatives in kept:
            if np.isin(acts, other.done).mean() >= OVERLAP and isinstance(rule.trigger, EventTrigger):
                alternatives.append(rule.trigger)
                break
    return [(rule, tuple(alternatives[:3])) for rule, alternatives in kept if not rule.doubtful]


def _one_way(
    chosen: list[tuple[Rule, tuple[Trigger, ...]]], settings: Settings
) -> list[tuple[Rule, tuple[Trigger, ...]]]:
    """Of A → B and B → A keep the better: they are one habit, seen from both ends."""
    chosen = sorted(
        chosen, key=lambda pair: (-worth(pair[0], settings), repr(pair[0].trigger), repr(pair[0].act.target))
    )
    kept: list[tuple[Rule, tuple[Trigger, ...]]] = []
    ways: set[tuple[str, str]] = set()
    for rule, alternatives in chosen:
        trigger, target = rule.trigger, rule.act.target.entity_id
        if isinstance(trigger, EventTrigger):
            if (target, trigger.entity_id) in ways:
                continue
            ways.add((trigger.entity_id, target))
        kept.append((rule, alternatives))
    return kept
