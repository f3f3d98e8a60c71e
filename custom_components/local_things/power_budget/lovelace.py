"""Makes the dashboard of a budget, in the way in which the frontend makes one, and never over what a user has edited.

Home Assistant keeps the collection of dashboards to itself. What it offers is the WebSocket commands of its frontend:
they check, store and show a dashboard. We send them without a wire.
"""

from collections.abc import Mapping
from enum import StrEnum
import hashlib
import json
import logging
from typing import Final, cast

from homeassistant.auth.models import User
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import slugify

from ..const import DOMAIN
from ..power.limits import Unit
from ..things.documents import JsonObject
from .dashboard import BudgetPart, LimitPart, LoadPart, dashboard
from .hub import BudgetHub

_LOGGER: Final = logging.LoggerAdapter(logging.getLogger(__name__))

_MARK: Final = DOMAIN
"""Where in a dashboard is kept what it was when we made it, as a hash: what differs from that was edited."""

_SITE_KEYS: Final = {
    "sensor": ("budget_state", "reduced_loads", "shed_power", "next_return", "decisions_today"),
    "binary_sensor": ("infeasible",),
    "switch": ("armed", "dry_run"),
    "select": ("strategy",),
    "button": ("restore_all",),
}
_LIMIT_KEYS: Final = {
    "sensor": ("utilisation", "time_to_trip", "window_projection", "window_peak"),
    "binary_sensor": ("meter_ok",),
}
_LOAD_KEYS: Final = {"sensor": ("load_status",), "select": ("load_mode",)}


class Made(StrEnum):
    """What became of the wish for a dashboard."""

    MADE = "made"
    KEPT = "kept"


def path_of(hub: BudgetHub) -> str:
    """Return where the dashboard of a budget is; a path of Home Assistant has a hyphen."""
    return slugify(f"power-budget-{hub.entry.entry_id[-6:]}", separator="-")


async def async_make(hass: HomeAssistant, hub: BudgetHub) -> Made:
    """Make the dashboard, or make it anew where nobody has edited it. Raises HomeAssistantError where that fails."""
    if "lovelace" not in hass.config.components or (user := await hass.auth.async_get_owner()) is None:
        raise _failed("lovelace")
    path = path_of(hub)
    listed = cast("list[Mapping[str, object]]", await _ask(hass, user, {"type": "lovelace/dashboards/list"}))
    if path in (one["url_path"] for one in listed):
        kept = await _ask(hass, user, {"type": "lovelace/config", "url_path": path}, otherwise={})
        if _is_edited(cast("JsonObject", kept)):
            return Made.KEPT
    else:
        title: JsonObject = {"url_path": path, "title": hub.entry.title, "icon": "mdi:transmission-tower"}
        await _ask(hass, user, {"type": "lovelace/dashboards/create", **title})
    config = dashboard(await async_parts(hass, hub))
    config[_MARK] = _hash(config)
    await _ask(hass, user, {"type": "lovelace/config/save", "url_path": path, "config": config})
    return Made.MADE


async def async_parts(hass: HomeAssistant, hub: BudgetHub) -> BudgetPart:
    """Return what there is to show of a budget: the entities that are there and enabled."""
    prefix = f"component.{DOMAIN}.selector.budget_dashboard.options."
    texts = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return BudgetPart(
        title=hub.entry.title,
        entities=_entities(hass, hub.entry.entry_id, _SITE_KEYS),
        limits=tuple(_limit(hass, hub, name) for name in hub.house.site.limits),
        loads=tuple(
            LoadPart(title=one.load.title, control=one.actuator.entity_id, entities=_entities(hass, name, _LOAD_KEYS))
            for name, one in hub.house.loads.items()
        ),
        words={key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)},
    )


def _limit(hass: HomeAssistant, hub: BudgetHub, name: str) -> LimitPart:
    limit = hub.house.site.limits[name]
    what = "current" if limit.unit is Unit.AMPERE else "power"
    flows = {
        phase: entity
        for phase in (row.phase.value if row.phase else "" for row in limit.rows)
        if (entity := _entity(hass, "sensor", f"{name}#limit_{what}{phase and f'#{phase}'}"))
    }
    entities = _entities(hass, name, _LIMIT_KEYS)
    if headroom := _entity(hass, "sensor", f"{name}#headroom_{what}"):
        entities["headroom"] = headroom
    return LimitPart(title=limit.title, rating=limit.rating, unit=limit.unit.value, flows=flows, entities=entities)


def _entities(hass: HomeAssistant, owner: str, keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    found = {key: _entity(hass, platform, f"{owner}#{key}") for platform, those in keys.items() for key in those}
    return {key: entity for key, entity in found.items() if entity}


def _entity(hass: HomeAssistant, platform: str, unique_id: str) -> str:
    entities = er.async_get(hass)
    entry = entities.async_get(entities.async_get_entity_id(platform, DOMAIN, unique_id) or "")
    return entry.entity_id if entry and not entry.disabled_by else ""


def _is_edited(config: JsonObject) -> bool:
    """Tell whether a dashboard is other than we made it; one that is still empty is not."""
    return bool(config) and config.get(_MARK) != _hash(config)


def _hash(config: JsonObject) -> str:
    shown = {name: value for name, value in config.items() if name != _MARK}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


async def _ask(hass: HomeAssistant, user: User, command: JsonObject, otherwise: object = None) -> object:
    """Send a command as the frontend of this user does; return its result, or `otherwise` for what is not there."""
    answered = hass.loop.create_future()

    def answer(message: bytes | str | dict[str, object]) -> None:
        answered.set_result(message if isinstance(message, dict) else json.loads(message))

    async def send() -> None:
        connection = ActiveConnection(_LOGGER, hass, answer, user, None, None)  # type: ignore[arg-type]  # a logger
        connection.async_handle({"id": 1, **command})

    # In a task of its own, as a connection makes itself the current one of the task that opens it.
    await hass.async_create_task(send(), "power budget dashboard")
    told = await answered
    if told["success"]:
        return told["result"]
    if otherwise is not None and told["error"]["code"] == "config_not_found":
        return otherwise
    raise _failed(str(told["error"]["message"]))


def _failed(detail: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="no_dashboard", translation_placeholders={"detail": detail}
    )
