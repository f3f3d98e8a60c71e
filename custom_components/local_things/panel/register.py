"""Puts the panel into the sidebar, where there is a frontend, and answers it."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components import websocket_api
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .overview import async_subscribe

URL_PATH: Final = "local-things"
ELEMENT: Final = "local-things-panel"

_FRONTEND: Final = "frontend"
_FILE: Final = Path(__file__).parent / f"{ELEMENT}.js"
_URL: Final = f"/{DOMAIN}/{_FILE.name}"

_MODULE_URL: HassKey[str] = HassKey(f"{DOMAIN}.panel")
"""Where the browser gets the panel, once it is served; the panel is shown while there is an entry."""


async def async_setup_panel(hass: HomeAssistant) -> None:
    """Serve the panel; without a frontend there is nobody to serve it to."""
    websocket_api.async_register_command(hass, async_subscribe)
    if _FRONTEND in hass.config.components:
        mark = await hass.async_add_executor_job(_mark)
        await hass.http.async_register_static_paths([StaticPathConfig(_URL, str(_FILE), cache_headers=True)])
        hass.data[_MODULE_URL] = f"{_URL}?{mark}"


@callback
def async_show_panel(hass: HomeAssistant) -> None:
    """Let it be in the sidebar, for administrators only: it tells of every device."""
    if module_url := hass.data.get(_MODULE_URL):
        # Not at the top: the frontend takes a while to import, and is there only where it is in use.
        from homeassistant.components.frontend import async_register_built_in_panel  # noqa: PLC0415 (as said)

        async_register_built_in_panel(
            hass,
            component_name="custom",
            sidebar_title="Local Things",
            sidebar_icon="mdi:home-lock",
            frontend_url_path=URL_PATH,
            config={
                "_panel_custom": {
                    "name": ELEMENT,
                    "module_url": module_url,
                    "embed_iframe": False,
                    "trust_external": False,
                }
            },
            require_admin=True,
            update=True,
        )


@callback
def async_hide_panel(hass: HomeAssistant) -> None:
    """Take it out of the sidebar."""
    if _MODULE_URL in hass.data:
        from homeassistant.components.frontend import async_remove_panel  # noqa: PLC0415 (as above)

        async_remove_panel(hass, URL_PATH, warn_if_unknown=False)


def _mark() -> str:
    """Return what changes with the file, so that no browser shows an old one."""
    return sha256(_FILE.read_bytes()).hexdigest()[:16]
