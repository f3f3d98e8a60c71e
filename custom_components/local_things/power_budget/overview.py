"""A budget as the panel shows it: how each limit stands, and what is done with each load."""

from typing import Final

from ..power.limits import LimitKind
from ..things.documents import JsonObject
from . import figures
from .entity import Subject
from .hub import BudgetHub
from .loop import now

_DAY_S: Final = 86_400.0
_WINDOWS: Final = frozenset({LimitKind.WINDOW_15, LimitKind.WINDOW_60})


def overview(hub: BudgetHub) -> JsonObject:
    """Return all of it; what is not known is None, as where a meter is silent."""
    site = Subject(hub=hub)
    returns = figures.next_return(site)
    return {
        "state": figures.state(site),
        "armed": hub.budget.armed,
        "dry_run": hub.is_dry_run,
        "saved": figures.saved(site),
        "next_return": returns.isoformat() if returns else None,
        "limits": [_limit(Subject(hub=hub, id=name)) for name in hub.house.site.limits],
        "decisions": [_decision(when, data) for when, data in hub.recent if now() - when < _DAY_S],
        "loads": [_load(Subject(hub=hub, id=name)) for name in hub.house.loads],
    }


def _decision(when: float, data: JsonObject) -> JsonObject:
    return {"when": round(when), "type": data["type"], "message": data["message"], "entity_id": data["entity_id"]}


def _limit(subject: Subject) -> JsonObject:
    limit, is_window = subject.limit, subject.limit.kind in _WINDOWS
    rows = (Subject(hub=subject.hub, id=limit.id, row=row) for row in limit.rows)
    return {
        "id": limit.id,
        "title": subject.title,
        "unit": limit.unit.value,
        "rating": limit.rating,
        "rows": [
            {
                "phase": one.row.phase.value if one.row and one.row.phase else None,
                "value": figures.value(one),
                "headroom": figures.headroom(one),
                "time_to_trip": figures.time_to_trip(one),
                "is_over": bool(figures.is_over(one)),
            }
            for one in rows
        ],
        "has_meter": figures.has_meter(subject),
        "projection": figures.projection(subject) if is_window else None,
        "peak": figures.window_peak(subject) if is_window else None,
    }


def _load(subject: Subject) -> JsonObject:
    hub, enrolled = subject.hub, subject.hub.house.loads[subject.id]
    owned = hub.budget.ledger.owned.get(subject.id)
    return {
        "id": subject.id,
        "title": enrolled.load.title,
        "entity_id": enrolled.actuator.entity_id,
        "status": figures.status(subject),
        "mode": hub.loop.mode(subject.id).value,
        "level": round(owned.level * 100) if owned else None,
        "reduced_for": round((hub.budget.now - owned.since) / 10.0) * 10 if owned else None,
        "reason": hub.reasons.get(subject.id, "") if owned else "",
        "shed_today": figures.shed_today(subject),
    }
