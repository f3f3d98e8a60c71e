"""Beside ZHA: our few entities on ZHA's devices, its reloads followed, and nothing sent.

Who plays ZHA here has its real parts, zigpy and the simulated stick, but not its component.
"""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockModule, mock_integration, mock_platform

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.radio import OwnRadio
from custom_components.local_things.const import DOMAIN, ISSUE_ZHA
from custom_components.local_things.zigbee.entry import folder_of
from tests.adapters.zigbee.house import Told, settings, until
from tests.house.radio import Device, devices

from .house import Plugged, attach, entities, hub_of, shows


class PlayedZha:
    """Plays ZHA: an application, its devices in the registry, and states of its entry."""

    def __init__(self, hass: HomeAssistant, network: ZigbeeNetwork) -> None:
        self.hass = hass
        self.network = network
        self.entry = MockConfigEntry(domain="zha", title="ZHA", state=ConfigEntryState.LOADED)
        self.entry.add_to_hass(hass)
        self.is_moved = False

    def get_zha_gateway(self, _hass: HomeAssistant) -> SimpleNamespace:
        if self.is_moved:
            raise ValueError("No gateway object exists")
        return SimpleNamespace(application_controller=self.network.application)

    def become(self, state: ConfigEntryState) -> None:
        self.entry.mock_state(self.hass, state)
        async_dispatcher_send(self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange.UPDATED, self.entry)

    def register(self, device: Device, name: str) -> str:
        ieee = str(device.ieee)
        registry = dr.async_get(self.hass)
        connections = {(dr.CONNECTION_ZIGBEE, ieee)}
        return registry.async_get_or_create(
            config_entry_id=self.entry.entry_id, identifiers={("zha", ieee)}, connections=connections, name=name
        ).id


@pytest.fixture
async def zha(hass: HomeAssistant, plugged: Plugged) -> AsyncIterator[PlayedZha]:
    """Run a network as ZHA does, with a lamp and a remote."""
    told = Told()
    folder = folder_of(hass, MockConfigEntry(entry_id="zha"))
    network = ZigbeeNetwork(OwnRadio(settings(plugged.path, folder)), told)
    await network.start()
    played = PlayedZha(hass, network)
    mock_integration(hass, MockModule("zha"))
    mock_platform(hass, "zha.helpers", played)  # type: ignore[arg-type]  # it has the one function of the module
    hass.config.components.add("zha")
    await network.pairing.open(60)
    for device, name in ((devices.light(), "Lamp"), (devices.remote(), "Remote")):
        plugged.stick.network.join(device)
        await until(lambda: str(device.ieee) in told.things)  # noqa: B023 - it is awaited here
        played.register(device, name)
    await network.pairing.close()
    yield played
    played.become(ConfigEntryState.NOT_LOADED)
    await hass.async_block_till_done()
    await network.stop()


async def test_our_few_entities_are_on_the_devices_of_zha(
    hass: HomeAssistant, plugged: Plugged, zha: PlayedZha
) -> None:
    sent = plugged.stick.network.frames_from_host
    entry = await attach(hass)
    assert not hass.states.async_entity_ids("light")
    assert {one.partition(".")[0] for one in entities(hass, entry)} == {"event", "sensor"}
    registry = er.async_get(hass)
    of_zha = {one.id for one in dr.async_entries_for_config_entry(dr.async_get(hass), zha.entry.entry_id)}
    ours = er.async_entries_for_config_entry(registry, entry.entry_id)
    assert {one.device_id for one in ours} == of_zha
    assert dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) == []
    await shows(hass, "sensor.remote_connection", "connected")
    remote = next(one for one in plugged.stick.network.devices.values() if one.model == devices.remote().model)
    before = {one.entity_id: one.state for one in hass.states.async_all("event")}
    assert before
    remote.send(1, 6, "on")
    await until(lambda: {one.entity_id: one.state for one in hass.states.async_all("event")} != before)
    await asyncio.sleep(0.2)
    assert plugged.stick.network.frames_from_host <= sent + 1, "but for the default response of zigpy itself"
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["menu_options"] == ["bind", "bound", "make_group"]


async def test_a_device_that_zha_registers_later_is_waited_for(
    hass: HomeAssistant, plugged: Plugged, zha: PlayedZha
) -> None:
    entry = await attach(hass)
    plug = devices.plug()
    await zha.network.pairing.open(60)
    plugged.stick.network.join(plug)
    await until(lambda: str(plug.ieee) in hub_of(entry).network.things)
    zha.register(plug, "Plug")
    await shows(hass, "sensor.plug_connection", "connected")
    await zha.network.remove(str(plug.ieee))
    await until(lambda: str(plug.ieee) not in hub_of(entry).network.things)
    await until(lambda: hass.states.get("sensor.plug_connection") is None)


async def test_a_reload_of_zha_is_followed(hass: HomeAssistant, zha: PlayedZha) -> None:
    entry = await attach(hass)
    await shows(hass, "sensor.remote_connection", "connected")
    zha.become(ConfigEntryState.NOT_LOADED)
    await shows(hass, "sensor.remote_connection", "not_answering")
    zha.become(ConfigEntryState.LOADED)
    await shows(hass, "sensor.remote_connection", "connected")
    assert entry.state is ConfigEntryState.LOADED


async def test_where_the_function_of_zha_moved_the_user_is_told(hass: HomeAssistant, zha: PlayedZha) -> None:
    entry = await attach(hass)
    zha.is_moved = True
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert hub_of(entry).problem is not None
    assert ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_ZHA)
    zha.is_moved = False
    zha.become(ConfigEntryState.LOADED)
    await until(lambda: hub_of(entry).problem is None)
    assert ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_ZHA) is None
