"""What tests of the switch entry share: who is there, and how the switch is added and looked at."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntry
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_CONTROL, DOMAIN
from custom_components.local_things.flows.keys import CONF_IDENTITY, CONF_KEY
from custom_components.local_things.flows.poe_switch import CONF_AUTHENTICATION, CONF_PRIVACY
from custom_components.local_things.poe_switch.hub import SwitchHub
from custom_components.local_things.poe_switch.links import async_look_again
from tests.fake import FakeDevice
from tests.house.switch import SimulatedSwitch, User
from tests.integration.walking import until
from tests.patience import PATIENCE

SWITCH_ID = "urn:dev:mac:025654fffe530000"
"""The simulated switch, by its own hardware address."""

HUB = "0a:00:00:00:00:01"
"""The hardware address of Home Assistant, at port 8."""

USER = User(name="poe", authentication="authpass123", privacy="privpass123")

type Way = tuple[str, Mapping[str, str]]

type Linked = tuple[FakeDevice, DeviceEntry, ConfigEntry]
"""An accepted Thing at a port: its wire, its device, and the entry of its network."""


def mac(number: int) -> str:
    """Return the hardware address of what is at a port of the simulated switch."""
    return f"02:56:54:50:00:{number:02x}"


def by_community(community: str) -> Way:
    """Return the form of SNMPv2c, filled in."""
    return "snmp_v2c", {CONF_KEY: community}


def by_user(user: User, algorithm: str = "sha256") -> Way:
    """Return the form of SNMPv3, filled in."""
    return "snmp_v3", {
        CONF_IDENTITY: user.name,
        CONF_KEY: user.authentication,
        CONF_PRIVACY: user.privacy,
        CONF_AUTHENTICATION: algorithm,
    }


async def fill_in(
    hass: HomeAssistant, switch: SimulatedSwitch, way: Way, *, control: bool = True, address: str = ""
) -> ConfigFlowResult:
    """Walk to the form of a switch, and submit it."""
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for line in ("poe_switch", way[0]):
        assert form["type"] is FlowResultType.MENU
        form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": line})
    return await submit(hass, form, switch, way, control=control, address=address)


async def submit(
    hass: HomeAssistant,
    form: ConfigFlowResult,
    switch: SimulatedSwitch,
    way: Way,
    *,
    control: bool = True,
    address: str = "",
) -> ConfigFlowResult:
    """Submit the form that is open."""
    assert form["step_id"] == way[0]
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {CONF_ADDRESS: address or switch.address, CONF_CONTROL: control, **way[1]}
    )
    await hass.async_block_till_done()
    return done


async def add(hass: HomeAssistant, switch: SimulatedSwitch, way: Way, *, control: bool = True) -> ConfigEntry:
    """Add the switch as a user does."""
    done = await fill_in(hass, switch, way, control=control)
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    entry = done["result"]
    assert isinstance(entry, ConfigEntry)
    assert entry.state is ConfigEntryState.LOADED
    return entry


def hub_of(entry: ConfigEntry) -> SwitchHub:
    """Return what the entry holds."""
    hub = entry.runtime_data
    assert isinstance(hub, SwitchHub)
    return hub


def value(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that is there."""
    state = hass.states.get(entity_id)
    assert state is not None, sorted(hass.states.async_entity_ids())
    return state.state


async def shows(hass: HomeAssistant, entity_id: str, expected: str) -> None:
    """Wait until an entity shows something."""
    try:
        await until(lambda: (state := hass.states.get(entity_id)) and state.state == expected)
    except TimeoutError:
        assert value(hass, entity_id) == expected


async def until_true(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something that must be asked for is so."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.05)


async def delivering(switch: SimulatedSwitch) -> list[int]:
    """Return the ports that give power."""
    ports = (await switch.status())["delivering"]
    assert isinstance(ports, list)
    return ports


async def power_ups(switch: SimulatedSwitch, port: int = 1) -> int:
    """Return how often a port was powered up."""
    ports = (await switch.status())["power_ups"]
    assert isinstance(ports, dict)
    return int(ports[str(port)])


def suggested(form: ConfigFlowResult) -> dict[str, object]:
    """Return what a form is filled with."""
    assert form["data_schema"] is not None
    return {str(key): (key.description or {}).get("suggested_value") for key in form["data_schema"].schema}


def foreign_device(hass: HomeAssistant, hardware: str, name: str = "Camera") -> DeviceEntry:
    """Let another integration have a device, with an entity."""
    entry = MockConfigEntry(domain="camera_maker", state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, connections={(dr.CONNECTION_NETWORK_MAC, hardware)}, name=name
    )
    er.async_get(hass).async_get_or_create(
        "sensor", "camera_maker", hardware, config_entry=entry, device_id=device.id, suggested_object_id="camera"
    )
    hass.states.async_set("sensor.camera", "fine")
    return device


async def linked(hass: HomeAssistant, entry: ConfigEntry, key: str, *devices: DeviceEntry) -> None:
    """Let the watch look until these devices are at a port, and no others."""

    async def looked() -> bool:
        await async_look_again(hass)
        return hub_of(entry).at.get(key) == tuple(device.id for device in devices)

    try:
        await until_true(looked)
    except TimeoutError as err:
        raise AssertionError((hub_of(entry).at, hub_of(entry).switch.topology())) from err
    await hass.async_block_till_done()
