"""What the entities of the budget show: of the house, of each limit, of each load."""

from datetime import UTC, datetime
import math
from typing import Final

from ..power.guard import WindowGuard
from ..power.ledger import Owned
from .entity import Attributes, Subject

STATES: Final = ("infeasible", "degraded", "disarmed", "acting", "reduced", "watching")
STATUSES: Final = ("free", "limited", "shed", "returning", "held", "unreachable")

_HORIZON_S: Final = 6 * 3600.0
"""A trip that is farther away than that is none."""


# -------------------------------------------------------------------------------------------------- of the house


def state(subject: Subject) -> str:
    """Return what the budget does, the gravest first."""
    hub = subject.hub
    rows = hub.budget.rows.values()
    states = (
        ("infeasible", bool(hub.budget.infeasible)),
        ("degraded", any(not one.is_trusted(hub.budget.now) for one in rows)),
        ("disarmed", not hub.budget.armed),
        ("acting", any(one.samples_over for one in rows)),
        ("reduced", any(not owned.is_returning for owned in hub.budget.ledger.owned.values())),
    )
    return next((state for state, holds in states if holds), "watching")


def reduced(subject: Subject) -> list[Owned]:
    """Return what is reduced, in the order in which it happened."""
    owned = subject.hub.budget.ledger.owned.values()
    return sorted((one for one in owned if not one.is_returning), key=lambda one: (one.since, one.load))


def reduced_loads(subject: Subject) -> Attributes:
    """List what is reduced: how far, since when, and why, if the reason was told in this run."""
    budget = subject.hub.budget
    return {
        "loads": [
            {
                "load": subject.hub.teller.title(one.load),
                "level": round(one.level * 100),
                "seconds": round((budget.now - one.since) / 10.0) * 10,
                "reason": subject.hub.reasons.get(one.load, ""),
            }
            for one in reduced(subject)
        ]
    }


def saved(subject: Subject) -> float:
    """Return how many W are not drawn because of it: in all, or below one limit."""
    loads, site = subject.hub.house.loads, subject.hub.house.site
    below = {load for row in subject.limit.rows for load in site.below[row]} if subject.id else loads.keys()
    known = ((one, loads[one.load].load) for one in reduced(subject) if one.load in below)
    return round(sum(one.power - load.draw_at(one.level, one.power, one.wanted) for one, load in known))


def next_return(subject: Subject) -> datetime | None:
    """Return when the next load may come back at the earliest."""
    at = subject.hub.budget.next_return
    return datetime.fromtimestamp(round(at), UTC) if at is not None else None


# --------------------------------------------------------------------------------------------------- of a limit


def value(subject: Subject) -> float | None:
    """Return what flows (A or W)."""
    return round(subject.rows[0].value, 1) if subject.rows else None


def headroom(subject: Subject) -> float | None:
    """Return what may flow more, on the phase with least room."""
    return min((round(one.guard.room - one.value, 1) for one in subject.rows), default=None)


def utilisation(subject: Subject) -> float | None:
    """Return the load as a percentage of the rating, of the phase that carries most."""
    return max((round(100.0 * one.value / subject.limit.rating) for one in subject.rows), default=None)


def time_to_trip(subject: Subject) -> float | None:
    """Return in how many seconds something happens if all stays as it is; None if nothing does."""
    left = min((one.guard.time_to_trip for one in subject.rows), default=math.inf)
    return round(left) if left < _HORIZON_S else None


def period(subject: Subject) -> float | None:
    """Return the seconds between two reports of the slowest meter."""
    return max((round(one.period, 1) for one in subject.rows), default=None)


def projection(subject: Subject) -> float | None:
    """Return the mean of the tariff window at its end in W, if all stays as it is."""
    windows = (one.guard.window for one in subject.rows if isinstance(one.guard, WindowGuard))
    return max((round(window.projection) for window in windows), default=None)


def window_peak(subject: Subject) -> float | None:
    """Return the highest mean of a window in this month, in W."""
    peak = subject.hub.kept.tally.peaks.get(subject.id)
    return None if peak is None else round(peak)


def is_over(subject: Subject) -> bool | None:
    """Tell whether more flows than is planned for."""
    return any(one.samples_over for one in subject.rows) if subject.rows else None


def is_infeasible(subject: Subject) -> bool:
    """Tell whether too much flows and nothing more can be done: anywhere, or through one limit."""
    rows = subject.hub.budget.infeasible
    return any(row.limit == subject.id for row in rows) if subject.id else bool(rows)


def has_meter(subject: Subject) -> bool:
    """Tell whether every meter has spoken lately, and what it says can be true."""
    rows = (subject.hub.budget.rows[row] for row in subject.limit.rows)
    return all(one.is_trusted(subject.hub.budget.now) for one in rows)


# ---------------------------------------------------------------------------------------------------- of a load


def status(subject: Subject) -> str:
    """Return what was done with a load."""
    hub, ledger = subject.hub, subject.hub.budget.ledger
    owned = ledger.owned.get(subject.id)
    if not hub.loop.is_reachable(subject.id):
        return "unreachable"
    if owned:
        return "returning" if owned.is_returning else "limited" if owned.level else "shed"
    return "held" if ledger.held.get(subject.id, -math.inf) > hub.budget.now else "free"


def is_reduced(subject: Subject) -> bool:
    """Tell whether a load does without something because of the budget."""
    owned = subject.hub.budget.ledger.owned.get(subject.id)
    return owned is not None and not owned.is_returning


def reason(subject: Subject) -> Attributes:
    """Return what was decided about a load last, and why, as far as that was in this run."""
    return {"reason": subject.hub.reasons.get(subject.id, "")}


def shed_today(subject: Subject) -> int:
    """Return for how many minutes a load was reduced today."""
    return int(subject.hub.kept.tally.shed.get(subject.id, 0.0) / 60.0)


def highest_power(subject: Subject) -> float | None:
    """Return the highest power that was measured, in W."""
    power = subject.hub.kept.power.get(subject.id)
    return None if power is None else round(power)


def phases(subject: Subject) -> str | None:
    """Return the phases on which a load seems to be, as L1 or L1+L2+L3."""
    known = subject.hub.loop.learner.phases[subject.id]
    return "+".join(known.likeliest) if known.steps else None


def phases_known(subject: Subject) -> Attributes:
    """Return how sure that is, and after how many steps."""
    known = subject.hub.loop.learner.phases[subject.id]
    return {"confidence": round(known.confidence, 3), "steps": known.steps, "certain": bool(known.accepted)}
