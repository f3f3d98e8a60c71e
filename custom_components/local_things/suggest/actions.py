"""Actions of the suggester, for administrators: look for habits now, forget everything."""

from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.service import async_register_admin_service
import probatio as vol

from ..const import DOMAIN

ACTION_FIND_HABITS: Final = "find_habits"
ACTION_FORGET_HABITS: Final = "forget_habits"


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions; they stay while the advisor is not loaded, as what was learnt can always be forgotten."""
    if not hass.services.has_service(DOMAIN, ACTION_FORGET_HABITS):
        async_register_admin_service(hass, DOMAIN, ACTION_FIND_HABITS, _find, vol.Schema({}))
        async_register_admin_service(hass, DOMAIN, ACTION_FORGET_HABITS, _forget, vol.Schema({}))


def bring() -> None:
    """Import what learns, with the databases it needs; in an executor. Whoever imports it later finds it there."""
    from . import api, entities, forgetting  # noqa: F401, PLC0415 (as said)


async def _find(call: ServiceCall) -> None:
    """Look for habits now, and wait for the end."""
    await call.hass.async_add_import_executor_job(bring)
    from .hub import SUGGESTER  # noqa: PLC0415 (just imported, off the event loop)

    suggester = call.hass.data.get(SUGGESTER)
    if suggester is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_learning")
    await suggester.async_mine()


async def _forget(call: ServiceCall) -> None:
    """Forget everything that was learnt."""
    await call.hass.async_add_import_executor_job(bring)
    from .forgetting import async_forget  # noqa: PLC0415 (just imported, off the event loop)

    await async_forget(call.hass)
