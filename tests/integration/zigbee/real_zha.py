"""Home Assistant's own ZHA, for real, on the simulated stick."""

import asyncio
from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from zha.application.gateway import Gateway
from zigpy.application import ControllerApplication

from tests.adapters.zigbee.house import until
from tests.house.radio import Device

from .house import Plugged


@dataclass(kw_only=True)
class RealZha:
    """ZHA's entry, and the stick it is on."""

    hass: HomeAssistant
    plugged: Plugged
    entry: ConfigEntry = field(init=False)

    async def set_up(self) -> None:
        """Set ZHA up on the stick; it forms a network."""
        entry = MockConfigEntry(
            domain="zha",
            title="ZHA",
            version=5,
            minor_version=2,
            data={
                "radio_type": "znp",
                "device": {"path": self.plugged.path, "baudrate": 115200, "flow_control": None},
            },
        )
        entry.add_to_hass(self.hass)
        self.entry = entry
        assert await async_setup_component(self.hass, "zha", {"zha": {"zigpy_config": {"ota": {"enabled": False}}}})
        await self.hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED, entry.reason

    async def tear_down(self) -> None:
        """Unload ZHA, and end what it leaves running: it does not wait for what it asks devices at its start."""
        if self.entry.state is ConfigEntryState.LOADED:
            await self.hass.config_entries.async_unload(self.entry.entry_id)
        left = [task for task in asyncio.all_tasks() if "/zha/async_.py" in repr(task)]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    @property
    def gateway(self) -> Gateway:
        """What ZHA runs now."""
        from homeassistant.components.zha.helpers import get_zha_gateway  # noqa: PLC0415 - brings all of ZHA

        return get_zha_gateway(self.hass)

    @property
    def application(self) -> ControllerApplication:
        """Zigpy's application of ZHA."""
        application: ControllerApplication = self.gateway.application_controller
        return application

    async def join(self, *joining: Device) -> None:
        """Let devices join ZHA, and wait until it shows all that it has of each."""
        await self.application.permit(60)
        for device in joining:
            self.plugged.stick.network.join(device)
        await until(lambda: {str(one.ieee) for one in joining} <= self.shown().keys())
        before: dict[str, str] = {}
        while before != (before := self.entities()):
            await asyncio.sleep(0.2)  # ZHA asks a device for many things one after the other

    def shown(self) -> dict[str, str]:
        """Return the id of each device of ZHA that has an entity with a state, by its EUI-64."""
        devices, entities = dr.async_get(self.hass), er.async_get(self.hass)
        return {
            ieee: device.id
            for device in dr.async_entries_for_config_entry(devices, self.entry.entry_id)
            for domain, ieee in device.identifiers
            if domain == "zha"
            and any(self.hass.states.get(one.entity_id) for one in er.async_entries_for_device(entities, device.id))
        }

    def entities(self) -> dict[str, str]:
        """Return the state of each entity of ZHA that is not disabled, by its id."""
        registry = er.async_get(self.hass)
        of_zha = er.async_entries_for_config_entry(registry, self.entry.entry_id)
        states = ((one.entity_id, self.hass.states.get(one.entity_id)) for one in of_zha)
        return {entity_id: state.state for entity_id, state in states if state is not None}

    def registered(self) -> dict[str, object]:
        """Return ZHA's devices and entities as they are registered, all that is known of each, by their ids."""
        devices, entities = dr.async_get(self.hass), er.async_get(self.hass)
        entry_id = self.entry.entry_id
        return {
            **{one.id: one.dict_repr for one in dr.async_entries_for_config_entry(devices, entry_id)},
            **{one.entity_id: one for one in er.async_entries_for_config_entry(entities, entry_id)},
        }
