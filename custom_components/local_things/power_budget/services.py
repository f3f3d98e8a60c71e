"""Actions of the power budget, each with a response: what if, reduce, give back, leave alone, cap, phases, replay."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from inspect import isawaitable
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
import probatio as vol

from ..const import DOMAIN
from ..power.limits import Phase

ACTION_PLAN: Final = "plan"
ACTION_SHED: Final = "shed"
ACTION_RESTORE: Final = "restore"
ACTION_HOLD: Final = "hold"
ACTION_SET_LIMIT: Final = "set_limit"
ACTION_IDENTIFY_PHASES: Final = "identify_phases"
ACTION_REPLAY: Final = "replay"

ATTR_APPLY: Final = "apply"
ATTR_DAYS: Final = "days"
ATTR_LEVEL: Final = "level"
ATTR_LIMIT: Final = "limit"
ATTR_MINUTES: Final = "minutes"
ATTR_PHASES: Final = "phases"
ATTR_POWER: Final = "power"
ATTR_VALUE: Final = "value"

MOST_DAYS: Final = 10
"""So many the recorder keeps where nobody has set it otherwise."""

_MINUTES = vol.All(vol.Coerce(float), vol.Range(min=0, max=10_080))
_LOAD: Final[dict[vol.Marker, object]] = {vol.Required(ATTR_ENTITY_ID): cv.entity_id}

_SCHEMAS: Final[dict[str, dict[vol.Marker, object]]] = {
    ACTION_PLAN: {
        vol.Optional(ATTR_POWER, default=0.0): vol.All(vol.Coerce(float), vol.Range(min=0, max=1_000_000)),
        vol.Optional(ATTR_PHASES, default=[]): vol.All(cv.ensure_list, [vol.Coerce(Phase)]),
        vol.Optional(ATTR_LIMIT): cv.string,
    },
    ACTION_SHED: {
        **_LOAD,
        vol.Optional(ATTR_LEVEL, default=0.0): vol.All(vol.Coerce(float), vol.Range(min=0, max=99)),
        vol.Optional(ATTR_MINUTES, default=0.0): _MINUTES,
    },
    ACTION_RESTORE: _LOAD,
    ACTION_HOLD: {**_LOAD, vol.Optional(ATTR_MINUTES, default=240.0): _MINUTES},
    ACTION_SET_LIMIT: {
        vol.Required(ATTR_LIMIT): cv.string,
        vol.Optional(ATTR_VALUE): vol.All(vol.Coerce(float), vol.Range(min=0)),
        vol.Optional(ATTR_MINUTES): _MINUTES,
    },
    ACTION_IDENTIFY_PHASES: {vol.Optional(ATTR_APPLY, default=False): cv.boolean},
    ACTION_REPLAY: {
        vol.Optional(ATTR_DAYS, default=1.0): vol.All(vol.Coerce(float), vol.Range(min=0.01, max=MOST_DAYS))
    },
}

_ONLY_TELL: Final = frozenset({ACTION_PLAN, ACTION_IDENTIFY_PHASES, ACTION_REPLAY})


@callback
def async_setup_budget_services(hass: HomeAssistant) -> None:
    """Register the actions; they say so where no budget is loaded."""
    for action, schema in _SCHEMAS.items():
        response = SupportsResponse.ONLY if action in _ONLY_TELL else SupportsResponse.OPTIONAL
        async_register_admin_service(
            hass, DOMAIN, action, partial(_call, action), vol.Schema(schema), supports_response=response
        )


async def _call(action: str, call: ServiceCall) -> ServiceResponse:
    """Do it; who never calls an action does not pay for what they need."""
    handlers = await call.hass.async_add_import_executor_job(_handlers)
    answer = handlers[action](call)
    return await answer if isawaitable(answer) else answer


def _handlers() -> Mapping[str, Callable[[ServiceCall], ServiceResponse | Awaitable[ServiceResponse]]]:
    from .acting import HANDLERS  # noqa: PLC0415 (as said)

    return HANDLERS
