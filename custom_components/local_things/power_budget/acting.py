"""What each action of the power budget does, once it is called; services.py registers them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.json import JsonObjectType

from ..const import CONF_KIND, DOMAIN, KIND_POWER_BUDGET
from ..power.asked import RefusedError
from ..power.decisions import Decision
from .hub import BudgetHub
from .identifying import identify_phases
from .loop import now
from .services import (
    ACTION_HOLD,
    ACTION_IDENTIFY_PHASES,
    ACTION_PLAN,
    ACTION_REPLAY,
    ACTION_RESTORE,
    ACTION_SET_LIMIT,
    ACTION_SHED,
    ATTR_APPLY,
    ATTR_DAYS,
    ATTR_LEVEL,
    ATTR_LIMIT,
    ATTR_MINUTES,
    ATTR_PHASES,
    ATTR_POWER,
    ATTR_VALUE,
)

_MINUTE: Final = 60.0


async def _replay(call: ServiceCall) -> ServiceResponse:
    """Say what would have been done with the last days, were every load managed."""
    hub, _ = _hub_with_limit(call.hass, None)
    from .whatif import async_replay  # noqa: PLC0415 (it brings the recorder's, which a house may be without)

    if (told := await async_replay(call.hass, hub, call.data[ATTR_DAYS])) is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="nothing_recorded")
    return told


def _plan(call: ServiceCall) -> ServiceResponse:
    """Say what would be done now, and if something else drew so much."""
    hub, limit = _hub_with_limit(call.hass, call.data.get(ATTR_LIMIT))
    more = hub.house.site.drawn_below(limit, call.data[ATTR_POWER], tuple(call.data[ATTR_PHASES]))
    preview = hub.budget.preview(more)
    return {
        "rows": [
            {
                "limit": hub.teller.row_title(one.row),
                "value": round(one.value + more.get(one.row, 0.0), 1),
                "room": round(one.room, 1),
                "lacks": round(preview.lacking.get(one.row, 0.0), 1),
            }
            for one in preview.rows
        ],
        "reduce": [
            {"load": hub.teller.title(load), "level": round(level * 100)} for load, level in preview.levels.items()
        ],
        "skipped": [{"load": hub.teller.title(load), "why": why.value} for load, why in preview.skipped.items()],
        "feasible": not preview.overload,
    }


def _shed(call: ServiceCall) -> ServiceResponse:
    """Reduce a load, and leave it so for a while."""
    hub, load = _hub_with_load(call.hass, call.data[ATTR_ENTITY_ID])
    seconds = call.data[ATTR_MINUTES] * _MINUTE
    return _done(hub, load, partial(hub.async_shed, load, call.data[ATTR_LEVEL] / 100.0, seconds))


def _restore(call: ServiceCall) -> ServiceResponse:
    """Give a load back, as far as there is room."""
    hub, load = _hub_with_load(call.hass, call.data[ATTR_ENTITY_ID])
    return _done(hub, load, partial(hub.async_restore, load))


def _hold(call: ServiceCall) -> ServiceResponse:
    """Leave a load alone for a while."""
    hub, load = _hub_with_load(call.hass, call.data[ATTR_ENTITY_ID])
    hub.async_hold(load, call.data[ATTR_MINUTES] * _MINUTE)
    return {"load": hub.teller.title(load), "minutes": call.data[ATTR_MINUTES]}


def _set_limit(call: ServiceCall) -> ServiceResponse:
    """Set a limit lower, for a while or for ever, or back to its rating."""
    hub, limit = _hub_with_limit(call.hass, call.data[ATTR_LIMIT])
    minutes = call.data.get(ATTR_MINUTES)
    until = now() + minutes * _MINUTE if minutes else None
    rating = hub.house.site.limits[limit].rating
    value = call.data.get(ATTR_VALUE)
    if value is not None and value > rating:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="above_rating",
            translation_placeholders={"limit": hub.house.site.limits[limit].title, "rating": f"{rating:g}"},
        )
    hub.async_cap(limit, value, until)
    return {"limit": hub.house.site.limits[limit].title, "value": rating if value is None else value}


def _identify_phases(call: ServiceCall) -> ServiceResponse:
    """Say on which phases loads seem to be; where it is certain and asked for, write it into their settings."""
    return {"loads": [one for hub in _hubs(call.hass) for one in identify_phases(hub, apply=call.data[ATTR_APPLY])]}


def _done(hub: BudgetHub, load: str, act: Callable[[], Decision]) -> JsonObjectType:
    """Do what was asked, and return what that was. Raises ServiceValidationError, with the reason, where it is not."""
    try:
        decision = act()
    except RefusedError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="budget_refused",
            translation_placeholders={"load": hub.teller.title(load), "reason": hub.teller.reason(err.why)},
        ) from err
    return {
        "load": hub.teller.title(load),
        "level": round((decision.level or 0.0) * 100),
        "frees": round(decision.frees),
        "message": hub.teller.sentence(decision, dry_run=hub.is_dry_run),
    }


# ---------------------------------------------------------------------------------------------- whom it is about


def _hubs(hass: HomeAssistant) -> Iterator[BudgetHub]:
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.data.get(CONF_KIND) == KIND_POWER_BUDGET and entry.state is ConfigEntryState.LOADED:
            yield entry.runtime_data


def _hub_with_load(hass: HomeAssistant, entity_id: str) -> tuple[BudgetHub, str]:
    """Return the budget that has an entity as a load, and the load. Raises ServiceValidationError."""
    for hub in _hubs(hass):
        for name, enrolled in hub.house.loads.items():
            if entity_id == enrolled.actuator.entity_id:
                return hub, name
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="no_such_load", translation_placeholders={"load": entity_id}
    )


def _hub_with_limit(hass: HomeAssistant, title: str | None) -> tuple[BudgetHub, str]:
    """Return the budget with a limit of this name, and the limit; without a name, the first. Raises the same."""
    for hub in _hubs(hass):
        for name, limit in hub.house.site.limits.items():
            if title in (None, limit.title):
                return hub, name
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="no_such_limit", translation_placeholders={"limit": title or "–"}
    )


HANDLERS: Final[Mapping[str, Callable[[ServiceCall], ServiceResponse | Awaitable[ServiceResponse]]]] = {
    ACTION_PLAN: _plan,
    ACTION_SHED: _shed,
    ACTION_RESTORE: _restore,
    ACTION_HOLD: _hold,
    ACTION_SET_LIMIT: _set_limit,
    ACTION_IDENTIFY_PHASES: _identify_phases,
    ACTION_REPLAY: _replay,
}
"""By the name of the action."""
