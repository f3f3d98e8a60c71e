"""A budget as a dashboard of Home Assistant's own cards: what there is to show, and the dashboard as data.

A card or a heading shows a title as it is; none of them takes markup or a template.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..things.documents import Json, JsonObject

SOON_S: Final = 60.0
"""A trip that is nearer than this is red, one that is farther away amber."""

_ROUNDING: Final = 0.05
"""What is shown is rounded to one digit: a bound between two digits is never met."""

_GREEN: Final = "var(--success-color)"
_AMBER: Final = "var(--warning-color)"
_RED: Final = "var(--error-color)"

_BEYOND: Final = 1.5
"""A gauge goes on so far beyond the rating."""

_WIDTH: Final = 12
"""Columns of a section."""

_AWAY: Final = ("free", "held", "unreachable")
"""What a load is that is not reduced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPart:
    """A limit: the entity of each phase ("" where it is counted in all) of what flows, and the others by their keys."""

    title: str
    rating: float
    unit: str
    flows: Mapping[str, str]
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPart:
    """A load: what controls it, and its entities by their keys."""

    title: str
    control: str
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPart:
    """All of a budget, with the words of its headings."""

    title: str
    entities: Mapping[str, str]
    limits: tuple[LimitPart, ...]
    loads: tuple[LoadPart, ...]
    words: Mapping[str, str]


def dashboard(budget: BudgetPart) -> JsonObject:
    """Return a dashboard with one view. What has no entity, as where its user disabled it, is left out."""
    sections = (
        _section(budget.title, "mdi:transmission-tower", _of_budget(budget)),
        *(_section(limit.title, "mdi:gauge", _of_limit(limit)) for limit in budget.limits),
        _section(budget.words["loads"], "mdi:power-plug", _choices(budget)),
        _section(budget.words["day"], "mdi:timeline-clock", _day(budget), columns=2),
    )
    view: JsonObject = {
        "type": "sections",
        "title": budget.title,
        "path": "budget",
        "max_columns": 3,
        "dense_section_placement": True,
        "sections": [section for section in sections if section],
    }
    return {"views": [view]}


def _section(title: str, icon: str, cards: Iterable[JsonObject], columns: int = 1) -> JsonObject:
    """Return a section; nothing where there is no card for it."""
    shown: list[Json] = list(cards)
    if not shown:
        return {}
    heading: JsonObject = {"type": "heading", "heading": title, "icon": icon}
    return {"type": "grid", "column_span": columns, "cards": [heading, *shown]}


def _tile(entities: Mapping[str, str], key: str, *, width: int = _WIDTH, **more: Json) -> Iterator[JsonObject]:
    if entity := entities.get(key):
        own: JsonObject = {"type": "entity"}  # its own name, without that of its device: the heading has that
        yield {"type": "tile", "entity": entity, "name": own, **more, "grid_options": {"columns": width}}


def _of_budget(budget: BudgetPart) -> Iterator[JsonObject]:
    entities = budget.entities
    yield from _tile(entities, "budget_state")
    if trouble := entities.get("infeasible"):
        yield from _tile(entities, "infeasible", color="red", visibility=[_is(trouble, "on")])
    yield from _tile(entities, "armed", width=_WIDTH // 2)
    yield from _tile(entities, "dry_run", width=_WIDTH // 2)
    yield from _tile(entities, "decisions_today", width=_WIDTH // 2)
    yield from _tile(entities, "shed_power", width=_WIDTH // 2)
    if reduced := list(_reduced(budget)):
        yield {"type": "heading", "heading": budget.words["reduced"], "heading_style": "subtitle"}
        yield from reduced


# ------------------------------------------------------------------------------------------------------ a limit


def _of_limit(limit: LimitPart) -> Iterator[JsonObject]:
    for phase, entity in limit.flows.items():
        yield from _gauges(limit, phase, entity)
    half = _WIDTH // 2
    for key in ("headroom", "utilisation", "window_peak"):
        yield from _tile(limit.entities, key, width=half)
    if trip := limit.entities.get("time_to_trip"):
        yield from _tile(limit.entities, "time_to_trip", color="red", visibility=[_above(trip, -1.0)])
    yield from _window(limit)
    if meter := limit.entities.get("meter_ok"):
        yield from _tile(limit.entities, "meter_ok", color="red", visibility=[_is(meter, "off")])


def _gauges(limit: LimitPart, phase: str, entity: str) -> Iterator[JsonObject]:
    """Yield a gauge in each of three colours, of which one is to be seen: by the time that is left to the trip.

    That time is known of a limit, not of each of its phases: on those that carry no more than the rating nothing trips.
    """
    trip = limit.entities.get("time_to_trip")
    if not trip:
        yield _gauge(limit, phase, entity, _GREEN, [])
        return
    is_near = [_above(trip, -1.0), *([_above(entity, limit.rating)] if phase else [])]
    yield _gauge(limit, phase, entity, _GREEN, [{"condition": "not", "conditions": [*is_near]}])
    yield _gauge(limit, phase, entity, _AMBER, [*is_near, _above(trip, SOON_S)])
    yield _gauge(limit, phase, entity, _RED, [*is_near, _below(trip, SOON_S)])


def _gauge(limit: LimitPart, phase: str, entity: str, color: str, visibility: list[Json]) -> JsonObject:
    card: JsonObject = {
        "type": "gauge",
        "entity": entity,
        "name": phase or limit.title,
        "min": 0,
        "max": round(limit.rating * _BEYOND, 1),
        "segments": [{"from": 0, "color": color}],
        "grid_options": {"columns": _WIDTH // max(len(limit.flows), 2), "rows": 3 if len(limit.flows) == 1 else "auto"},
    }
    return {**card, "visibility": visibility} if visibility else card


def _window(limit: LimitPart) -> Iterator[JsonObject]:
    """Yield a bar of what a tariff window will have at its end, red where that is more than is to be."""
    if projection := limit.entities.get("window_projection"):
        bar: JsonObject = {"type": "bar-gauge", "min": 0, "max": round(limit.rating, 1)}
        over = _above(projection, limit.rating)
        within: JsonObject = {"condition": "not", "conditions": [over]}
        yield from _tile(limit.entities, "window_projection", color="green", features=[bar], visibility=[within])
        yield from _tile(limit.entities, "window_projection", color="red", features=[bar], visibility=[over])


def _is(entity: str, state: str) -> JsonObject:
    return {"condition": "state", "entity": entity, "state": state}


def _above(entity: str, value: float) -> JsonObject:
    return {"condition": "numeric_state", "entity": entity, "above": round(value + _ROUNDING, 2)}


def _below(entity: str, value: float) -> JsonObject:
    return {"condition": "numeric_state", "entity": entity, "below": round(value + _ROUNDING, 2)}


# -------------------------------------------------------------------------------------------------------- loads


def _reduced(budget: BudgetPart) -> Iterator[JsonObject]:
    """Yield a tile of every load that is reduced, with since when, and what counts down to the next return."""
    half = _WIDTH // 2
    entities, count = budget.entities, budget.entities.get("reduced_loads")
    yield from _tile(entities, "reduced_loads", width=half)
    if count:
        yield from _tile(entities, "next_return", width=half, visibility=[_above(count, 0.0)])
    for load in budget.loads:
        if status := load.entities.get("load_status"):
            there: list[Json] = [{"condition": "not", "conditions": [_is(status, state)]} for state in _AWAY]
            state: list[Json] = ["state", "last_changed"]
            yield from _tile(
                load.entities, "load_status", name=load.title, color="orange", state_content=state, visibility=there
            )
    if count:
        yield from _tile(entities, "restore_all", hide_state=True, visibility=[_above(count, 0.0)])


def _choices(budget: BudgetPart) -> Iterator[JsonObject]:
    """Yield what the user chooses: how early the budget acts, and what it may manage."""
    choice: JsonObject = {"type": "select-options"}
    yield from _tile(budget.entities, "strategy", features=[choice])
    modes = ((load.entities.get("load_mode"), load.title) for load in budget.loads)
    rows: list[Json] = [{"entity": mode, "name": title} for mode, title in modes if mode]
    if rows:
        yield {"type": "entities", "show_header_toggle": False, "entities": rows}


def _day(budget: BudgetPart) -> Iterator[JsonObject]:
    """Yield what was done with each load in the last day, and the sentences that say why."""
    statuses = ((load.entities.get("load_status"), load.title) for load in budget.loads)
    shown: list[Json] = [{"entity": status, "name": title} for status, title in statuses if status]
    if state := budget.entities.get("budget_state"):
        shown.insert(0, {"entity": state, "name": budget.title})
    if shown:
        yield {"type": "history-graph", "hours_to_show": 24, "entities": shown, "grid_options": {"columns": "full"}}
    if controls := list(dict.fromkeys(load.control for load in budget.loads)):
        target: JsonObject = {"entity_id": [*controls]}
        yield {"type": "logbook", "hours_to_show": 24, "target": target, "grid_options": {"columns": "full", "rows": 6}}
