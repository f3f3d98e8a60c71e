"""A Home Assistant beside a simulated stick."""

import asyncio
from collections.abc import AsyncIterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.adapters.zigbee.bindings import DirectBindings
from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from tests.adapters.zigbee.house import QUICK, end_answers
from tests.house.radio import plugged_in

from .house import Plugged, add


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the wait for the pins of a serial port, which a socket has not, and be impatient."""
    monkeypatch.setattr("zigpy_znp.api.BOOTLOADER_PIN_TOGGLE_DELAY", 0)
    monkeypatch.setattr("custom_components.local_things.zigbee.joining._SETTLE_S", 0.05)
    monkeypatch.setattr("custom_components.local_things.zigbee.joining._GATHER_S", 0.0)
    for one in (ZigbeeNetwork, DirectBindings):
        monkeypatch.setattr(one.__init__, "__defaults__", (QUICK,))


@pytest.fixture
async def plugged(hass: HomeAssistant, loopback: None) -> AsyncIterator[Plugged]:
    """Plug a blank stick in."""
    # The harness lets the loop trace every callback, and a stick that starts has thousands.
    asyncio.get_running_loop().set_debug(False)
    async with plugged_in() as (stick, path):
        yield Plugged(stick=stick, path=path)
        for entry in hass.config_entries.async_loaded_entries("local_things"):
            await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        await end_answers()


@pytest.fixture
async def entry(hass: HomeAssistant, plugged: Plugged) -> ConfigEntry:
    """Add the stick as a user does."""
    return await add(hass, plugged)
