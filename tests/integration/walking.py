"""What tests of flows share: ways to walk them, and to see what is offered."""

import asyncio
from collections.abc import Callable, Mapping

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry, SubentryFlowResult
from homeassistant.core import HomeAssistant

from custom_components.local_things.const import DOMAIN, SUBENTRY_THING
from custom_components.local_things.network.hub import Hub
from tests.patience import PATIENCE


async def scan(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the scanner meet who is there, as a restart would."""
    assert await hass.config_entries.async_reload(entry.entry_id)
    hub: Hub = entry.runtime_data
    await hub.search.async_scan().task
    await hass.async_block_till_done(wait_background_tasks=False)


def cards(hass: HomeAssistant) -> list[str]:
    """Return the names on the open discovery cards."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow["context"]["title_placeholders"]["name"] for flow in flows]


async def until(condition: Callable[[], object]) -> None:
    """Wait for what happens soon."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


async def add_by_address(hass: HomeAssistant, entry: ConfigEntry, address: str) -> SubentryFlowResult:
    """Open the form that adds a device, and enter an address."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    return await answer(hass, form, {"address": address})


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry, subentry_id: str, step: str) -> SubentryFlowResult:
    """Open a device's menu and choose a line of it."""
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id}
    )
    return await answer(hass, menu, {"next_step_id": step})


async def answer(hass: HomeAssistant, form: SubentryFlowResult, data: Mapping[str, object]) -> SubentryFlowResult:
    """Fill in a form of a device's flow."""
    return await hass.config_entries.subentries.async_configure(form["flow_id"], {**data})
