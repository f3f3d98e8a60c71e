"""What the budget decides, in words and numbers that can be shown."""

from dataclasses import dataclass
from enum import StrEnum

from .limits import Row


class DecisionKind(StrEnum):
    """What was decided."""

    SHED = "shed"
    LIMIT = "limit"
    RESTORE = "restore"
    OVERRIDE = "override"
    """Somebody else has set a load that the budget had reduced: it is theirs."""
    CONTESTED = "contested"
    """Somebody else has written a set-point that the budget limits: the lower of both counts."""
    RELEASED = "released"
    """A load was reduced and is not managed any more: it stays as it is, and its user is told."""
    REFUSED = "refused"
    """A load has not obeyed for a while."""
    STALE = "stale"
    INFEASIBLE = "infeasible"
    FUTILE = "futile"


class Skip(StrEnum):
    """Why a load was left alone."""

    NOT_MANAGED = "not_managed"
    UNAVAILABLE = "unavailable"
    HELD = "held"
    """Somebody else has set it, or it does not obey: it is left alone for a while."""
    NOT_OBEYING = "not_obeying"
    IDLE = "idle"
    MIN_ON = "min_on"
    LAST_RESORT = "last_resort"
    DEARER = "dearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFigures:
    """One row at the time of a decision: what was measured, what there was room for (A or W), and the time left."""

    row: Row
    value: float
    room: float
    time_to_trip: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. Where it has a `level` it is a command: that is to be sent to `load`, and frees so many W.

    `favours` is the load that room was made for, where a load is reduced so that a more important one can start.
    """

    kind: DecisionKind
    at: float
    load: str = ""
    level: float | None = None
    frees: float = 0.0
    favours: str = ""
    rows: tuple[RowFigures, ...] = ()
    skipped: tuple[tuple[str, Skip], ...] = ()
