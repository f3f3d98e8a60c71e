"""A real Home Assistant in this process, and devices accepted in it."""

from pathlib import Path

from homeassistant import bootstrap, runner
from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import CONF_ADDRESS, CONF_NAME
from homeassistant.core import HomeAssistant

from custom_components.local_things.const import DOMAIN, SUBENTRY_THING
from script.demo.instance import free_port
from script.demo.seed import seed


async def start_home_assistant(folder: Path) -> HomeAssistant:
    """Start a real Home Assistant on the loopback interface, with nothing but what every one of them has."""
    folder.joinpath("configuration.yaml").write_text("homeassistant:\n")
    await seed(folder, free_port(8200, 8300))
    hass = await bootstrap.async_setup_hass(runner.RuntimeConfig(config_dir=str(folder), skip_pip=True))
    if hass is None:
        raise RuntimeError("Home Assistant did not start")
    await hass.async_start()
    return hass


async def add_devices(hass: HomeAssistant, uris: list[str]) -> str:
    """Add the integration, and the devices by their addresses, as a user does; return the entry's id."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for answer in ({"next_step_id": "network"}, {}):
        await hass.config_entries.flow.async_configure(menu["flow_id"], answer)
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    flows = hass.config_entries.subentries
    for number, uri in enumerate(uris):
        added = await flows.async_init((entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER})
        await flows.async_configure(added["flow_id"], {CONF_ADDRESS: uri})
        await flows.async_configure(added["flow_id"], {CONF_NAME: f"Bench {number}"})
    await hass.async_block_till_done()
    return entry.entry_id
