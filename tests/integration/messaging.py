"""What tests with an MQTT broker share: Home Assistant's own integration, set up in front of a real one."""

from pathlib import Path

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from tests.house.broker import Broker


async def add_broker(hass: HomeAssistant, broker: Broker, configuration: str = "") -> ConfigEntry:
    """Add Home Assistant's MQTT integration as a user does; it reads the `configuration` in YAML too."""
    await hass.async_add_executor_job(Path(hass.config.path("configuration.yaml")).write_text, configuration)
    form = await hass.config_entries.flow.async_init("mqtt", context={"source": SOURCE_USER})
    nothing_else = {"set_client_cert": False, "set_ca_cert": "off"}
    filled_in = {"broker": broker.host, "port": broker.port, "other_settings": nothing_else}
    done = await hass.config_entries.flow.async_configure(form["flow_id"], filled_in)
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    entry = done["result"]
    assert isinstance(entry, ConfigEntry)
    await hass.async_block_till_done()
    return entry
