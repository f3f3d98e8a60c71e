"""The one way to what ZHA runs.

ZHA offers it to nobody: the function is where it has been since 2024.8, and where it moves, the user is told.
"""

from collections.abc import Callable
from typing import Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.loader import async_get_loaded_integration

from ..const import DOMAIN, ISSUE_ZHA
from ..things.adapter import Unsubscribe

ZHA: Final = "zha"


@callback
def zha_entry(hass: HomeAssistant) -> ConfigEntry | None:
    """Return ZHA's entry while it is loaded; it can have only one."""
    return next(iter(hass.config_entries.async_loaded_entries(ZHA)), None)


class Zha:
    """What a network beside ZHA is given (a ZhaHost)."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look at nothing yet."""
        self._hass = hass

    @callback
    def application(self) -> object | None:
        """Return ZHA's running zigpy application; None while it is not loaded, or where it cannot be got at."""
        if zha_entry(self._hass) is None:
            return None
        try:
            # Not by import: a dependency on ZHA would bring its libraries to everybody.
            helpers = async_get_loaded_integration(self._hass, ZHA).get_platform("helpers")
            application: object = helpers.get_zha_gateway(self._hass).application_controller
        except Exception:  # noqa: BLE001 - whatever a function raises that is promised to nobody
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                ISSUE_ZHA,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_ZHA,
            )
            return None
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE_ZHA)
        return application

    @callback
    def on_change(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` whenever ZHA's entry is loaded, reloaded or unloaded."""

        @callback
        def changed(_change: ConfigEntryChange, entry: ConfigEntry) -> None:
            if entry.domain == ZHA:
                listener()

        return async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)
