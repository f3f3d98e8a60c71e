"""Several devices behind one hardware address: a gateway, or servers of one machine."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.network.hub import Hub
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept, state_of

MAC = "00:24:be:80:4f:f1"


async def test_devices_that_share_their_hardware_stay_apart(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    adapter.devices = [
        FakeDevice(description=thermometer(n), values={"t": 20.0 + n}, address=f"fake://1{n}", link_address=MAC)
        for n in (1, 2, 3)
    ]
    for number, device in enumerate(adapter.devices):
        await accept(hass, hub, device, f"Room {number}")
    assert await hass.config_entries.async_reload(entry.entry_id)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert sorted(device.name or "" for device in devices) == ["Room 0", "Room 1", "Room 2"]
    assert [device.name for device in devices if device.connections] == ["Room 0"]  # it was alone at first
    assert sorted(state_of(hass, f"sensor.room_{n}_temperature").state for n in range(3)) == ["21.0", "22.0", "23.0"]
    assert "different config subentry" not in caplog.text
