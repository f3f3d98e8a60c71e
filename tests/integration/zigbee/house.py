"""What tests of the Zigbee entry share: how a stick is added, and how a device joins."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.zigbee.hub import ZigbeeHub
from tests.adapters.zigbee.house import until
from tests.house.radio import Device, Stick


@dataclass(kw_only=True)
class Plugged:
    """A stick, and the path by which it is opened."""

    stick: Stick
    path: str


async def answer(hass: HomeAssistant, form: ConfigFlowResult, data: Mapping[str, object]) -> ConfigFlowResult:
    """Fill in a form, or choose a line of a menu."""
    return await hass.config_entries.flow.async_configure(form["flow_id"], {**data})


async def choose(hass: HomeAssistant, form: ConfigFlowResult, line: str) -> ConfigFlowResult:
    """Choose a line of a menu."""
    assert form["type"] is FlowResultType.MENU, form
    assert line in form["menu_options"]
    return await answer(hass, form, {"next_step_id": line})


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form of a radio of one's own."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await choose(hass, menu, "zigbee")
    if form["type"] is FlowResultType.MENU:
        form = await choose(hass, form, "own_radio")
    assert form["step_id"] == "own_radio"
    return form


def radio(path: str) -> dict[str, object]:
    """Return the form of the simulated stick, filled in."""
    return {"socket": path, "library": "zigpy_znp", "flow_control": "none"}


async def add(hass: HomeAssistant, plugged: Plugged) -> ConfigEntry:
    """Add a blank stick as a user does, and let it form a network."""
    menu = await answer(hass, await begin(hass), radio(plugged.path))
    form = await choose(hass, menu, "form_network")
    done = await answer(hass, form, {})
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    await hass.async_block_till_done()
    entry = done["result"]
    assert isinstance(entry, ConfigEntry)
    assert entry.state is ConfigEntryState.LOADED, entry.reason
    return entry


async def attach(hass: HomeAssistant) -> ConfigEntry:
    """Add what is shown beside ZHA, as a user does."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    form = await choose(hass, await choose(hass, menu, "zigbee"), "beside_zha")
    done = await answer(hass, form, {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    entry = done["result"]
    assert isinstance(entry, ConfigEntry)
    assert entry.state is ConfigEntryState.LOADED, entry.reason
    return entry


def hub_of(entry: ConfigEntry) -> ZigbeeHub:
    """Return what the entry holds."""
    hub = entry.runtime_data
    assert isinstance(hub, ZigbeeHub)
    return hub


async def join(hass: HomeAssistant, entry: ConfigEntry, plugged: Plugged, device: Device) -> None:
    """Let a device join and wait until its entities are there."""
    hub = hub_of(entry)
    await hub.network.pairing.open(60)
    plugged.stick.network.join(device)
    await until(lambda: str(device.ieee) in hub.network.things)
    await hass.async_block_till_done()


async def shows(hass: HomeAssistant, entity_id: str, expected: str) -> None:
    """Wait until an entity shows something."""
    try:
        await until(lambda: (state := hass.states.get(entity_id)) and state.state == expected)
    except TimeoutError as err:
        raise AssertionError((hass.states.get(entity_id), sorted(hass.states.async_entity_ids()))) from err


def entities(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """Return the ids of the entry's entities that are registered."""
    return [one.entity_id for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)]
