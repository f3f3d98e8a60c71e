"""Commands of the panel, over Home Assistant's websocket, for administrators.

Nothing here changes an automation: the panel posts what `suggestions/automation` returns through Home Assistant's own
interface, in the administrator's browser, and says so with `suggestions/accept`.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
import re
from typing import Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config import AUTOMATION_CONFIG_PATH
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
import probatio as vol

from ..const import DOMAIN
from ..things.documents import JsonObject
from .emit import UnusableError, automation
from .forgetting import async_forget
from .hub import SUGGESTER, Suggester
from .offers import SHADOW_S, Offer, Reason, Status
from .record.suggestion import ClockTrigger, EventTrigger, Evidence, Trigger

type Message = dict[str, object]
type Handler = Callable[[HomeAssistant, ActiveConnection, Message], None]
type Answer = Callable[[ActiveConnection, Message, Suggester, Offer], None]

_PREFIX: Final = f"{DOMAIN}/suggestions"
_INCLUDED: Final = re.compile(r"^automation[^:\n]*:\s*!include\s+automations\.yaml\s*$", re.MULTILINE)
"""What lets the editor write automations, in the file that says so where nobody has split it."""

_CONFIGURATION: Final = "configuration.yaml"


@callback
def async_setup_api(hass: HomeAssistant) -> None:
    """Register the commands; they stay, and say so while nothing is learnt."""
    for command in (_list, _automation, _accept, _shadow, _reject, _mine, _erase, _subscribe):
        websocket_api.async_register_command(hass, command)


def _of_offer(answer: Answer) -> Handler:
    """Make a command of what is to be done with an offer, which its message names."""

    @wraps(answer)
    def handle(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
        suggester = hass.data.get(SUGGESTER)
        offer = suggester.offer(str(message["suggestion"])) if suggester is not None else None
        if suggester is None or offer is None:
            connection.send_error(_id(message), websocket_api.ERR_NOT_FOUND, "there is no such suggestion")
            return
        answer(connection, message, suggester, offer)

    return handle


def _id(message: Message) -> int:
    return int(str(message["id"]))


# ----------------------------------------------------------------------------------------------- what there is


@websocket_api.require_admin
@websocket_api.websocket_command({vol.Required("type"): f"{_PREFIX}/list"})
@websocket_api.async_response
async def _list(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Answer with everything that is offered, and how the learning goes."""
    suggester = hass.data.get(SUGGESTER)
    if suggester is None:
        connection.send_result(_id(message), _NOTHING)
        return
    extent, book, run = suggester.keeper.extent, suggester.book, suggester.miner.run
    mining = {"running": run is not None, "progress": run.progress if run else 0.0, "last": _iso(book.mined)}
    connection.send_result(
        _id(message),
        {
            "learning": True,
            "since": _iso(extent.first),
            "events": extent.events + suggester.keeper.waiting,
            "days": suggester.days,
            "mining": mining,
            "automations_writable": await hass.async_add_executor_job(_is_writable, Path(hass.config.config_dir)),
            "suggestions": [_shown(suggester, offer) for offer in book.offers.values()],
        },
    )


_NOTHING: Final[JsonObject] = {
    "learning": False,
    "since": None,
    "events": 0,
    "days": 0,
    "mining": {"running": False, "progress": 0.0, "last": None},
    "automations_writable": False,
    "suggestions": [],
}


def _is_writable(folder: Path) -> bool:
    """Tell whether an automation that the editor writes is one that runs."""
    try:
        text = (folder / _CONFIGURATION).read_text(encoding="utf-8")
    except OSError, UnicodeError:
        return False
    return bool(_INCLUDED.search(text)) and (folder / AUTOMATION_CONFIG_PATH).is_file()


def _shown(suggester: Suggester, offer: Offer) -> JsonObject:
    suggestion = offer.suggestion
    shadow: JsonObject | None = None
    if offer.shadow_since is not None:
        would_have, right = offer.shadow_counts
        shadow = {
            "since": _iso(offer.shadow_since),
            "until": _iso(offer.shadow_since + SHADOW_S),
            "would_have": would_have,
            "right": right,
        }
    trigger = suggestion.trigger
    return {
        "id": offer.id,
        "kind": _kind(trigger),
        "status": offer.status.value,
        "sentence": suggester.speaker.sentence(suggestion),
        "trigger_entity": trigger.entity_id if isinstance(trigger, EventTrigger) else None,
        "target_entity": suggestion.action.entity_id,
        "evidence": _evidence(suggestion.evidence),
        "shadow": shadow,
        "automation_id": offer.automation_id or None,
        "notes": [*suggester.speaker.notes(offer)],
    }


def _kind(trigger: Trigger) -> str:
    if isinstance(trigger, EventTrigger):
        return "event"
    return "clock" if isinstance(trigger, ClockTrigger) else "sun"


def _evidence(evidence: Evidence) -> JsonObject:
    return {
        "opportunities": evidence.opportunities,
        "hits": evidence.hits,
        "wrong": evidence.wrong,
        "lower_bound": round(evidence.lower_bound, 3),
        "typical_delay": round(evidence.typical_delay, 1),
        "saved_per_week": round(evidence.saved_per_week, 1),
        "days": [
            {"date": day.date.isoformat(), "hits": day.hits, "wrong": day.wrong, "missed": day.missed}
            for day in evidence.days
        ],
        "wrong_times": [_iso(time) for time in evidence.wrong_times],
    }


def _iso(time: float | None) -> str | None:
    return None if time is None else dt_util.utc_from_timestamp(time).isoformat()


@websocket_api.require_admin
@websocket_api.websocket_command({vol.Required("type"): f"{_PREFIX}/subscribe"})
@callback
def _subscribe(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Tell whenever the list is another one."""
    suggester = hass.data.get(SUGGESTER)
    if suggester is None:
        connection.send_error(_id(message), websocket_api.ERR_NOT_FOUND, "nothing is learnt")
        return

    @callback
    def changed() -> None:
        connection.send_message(websocket_api.event_message(_id(message), {"changed": True}))

    connection.subscriptions[_id(message)] = suggester.async_listen(changed)
    connection.send_result(_id(message))


# ------------------------------------------------------------------------------------- what is said of an offer


@websocket_api.require_admin
@websocket_api.websocket_command({vol.Required("type"): f"{_PREFIX}/automation", vol.Required("suggestion"): str})
@callback
@_of_offer
def _automation(connection: ActiveConnection, message: Message, suggester: Suggester, offer: Offer) -> None:
    """Answer with the automation that an offer becomes."""
    try:
        config = automation(offer.suggestion, suggester.speaker.words)
    except UnusableError as err:
        connection.send_error(_id(message), websocket_api.ERR_NOT_SUPPORTED, str(err))
        return
    connection.send_result(_id(message), {"automation_id": f"{DOMAIN}_{offer.id}", "config": config})


@websocket_api.require_admin
@websocket_api.websocket_command(
    {vol.Required("type"): f"{_PREFIX}/accept", vol.Required("suggestion"): str, vol.Required("automation_id"): str}
)
@callback
@_of_offer
def _accept(connection: ActiveConnection, message: Message, suggester: Suggester, offer: Offer) -> None:
    """Note that an automation was made."""
    suggester.accept(offer, str(message["automation_id"]))
    connection.send_result(_id(message))


@websocket_api.require_admin
@websocket_api.websocket_command({vol.Required("type"): f"{_PREFIX}/shadow", vol.Required("suggestion"): str})
@callback
@_of_offer
def _shadow(connection: ActiveConnection, message: Message, suggester: Suggester, offer: Offer) -> None:
    """Count for a week."""
    if offer.status is Status.ACCEPTED:
        connection.send_error(_id(message), websocket_api.ERR_NOT_ALLOWED, "it is an automation already")
        return
    suggester.shadow(offer)
    connection.send_result(_id(message))


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{_PREFIX}/reject",
        vol.Required("suggestion"): str,
        vol.Required("reason"): vol.Coerce(Reason),
    }
)
@callback
@_of_offer
def _reject(connection: ActiveConnection, message: Message, suggester: Suggester, offer: Offer) -> None:
    """Take an offer back."""
    suggester.reject(offer, Reason(str(message["reason"])))
    connection.send_result(_id(message))


# ------------------------------------------------------------------------------------------------- what is done


@websocket_api.require_admin
@websocket_api.websocket_command({vol.Required("type"): f"{_PREFIX}/mine"})
@callback
def _mine(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Begin to look for habits."""
    if (suggester := hass.data.get(SUGGESTER)) is None:
        connection.send_error(_id(message), websocket_api.ERR_NOT_FOUND, "nothing is learnt")
        return
    suggester.async_look()
    connection.send_result(_id(message))


@websocket_api.require_admin
@websocket_api.websocket_command({vol.Required("type"): f"{_PREFIX}/erase"})
@websocket_api.async_response
async def _erase(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Forget everything."""
    await async_forget(hass)
    connection.send_result(_id(message))
