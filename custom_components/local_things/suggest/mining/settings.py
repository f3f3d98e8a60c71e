"""Every threshold of the miner, as one row. Plain data: importing this needs no NumPy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What counts as a habit. Times in s; the defaults are what was measured (docs/developers/suggester.md)."""

    forbidden: frozenset[str] = frozenset()
    """Entity ids that no rule may act on, such as what the user labels safety; `actions.py` forbids more."""
    ignored: frozenset[str] = frozenset()
    """Entity ids that are left out wholly."""

    min_days: int = 14
    """Local days with changes, before anything is suggested."""
    min_hits: int = 7
    min_hit_days: int = 4

    windows: tuple[int, ...] = (5, 30, 120, 300, 600)
    """In which an act after a trigger may belong to it."""
    episode: int = 600
    """A trigger that comes again sooner belongs to the same occasion."""
    slack: int = 2
    """Some sensors report so long after the switch they are the reason for."""

    confidence: float = 0.45
    """Least part of opportunities that are hits."""
    bound_below: float = 0.14
    """The Wilson bound may be so far below `confidence`."""
    lift: float = 4.0
    """Least ratio of the confidence to chance."""
    share: float = 0.08
    """Least part of the acts that a rule explains."""
    false_discovery: float = 0.01
    """Rate (Benjamini-Hochberg) over all pairs and windows that were looked at."""
    condition_level: float = 0.01
    """Of Fisher's exact test, times the number of candidates."""
    far_condition_level: float = 0.001
    """The same for an entity that is neither in the trigger's room nor in the target's."""
    later: float = 0.3
    """The last part of the days, in which a rule must not collapse."""
    collapse_level: float = 0.005
    wrong_cost: float = 0.5
    """What a wrong firing costs, in presses."""
    recent_days: int = 30
