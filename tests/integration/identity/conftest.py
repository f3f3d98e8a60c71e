"""The device whose identity is claimed."""

from collections.abc import AsyncIterator, Callable

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from ..test_repairs import Repair
from ..walking import until
from .claimants import (
    FINGERPRINT,
    KEY,
    MAC,
    SECURE,
    WEB,
)


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one thermometer on the wire, which has no key."""
    made = FakeDevice(description=thermometer(), values={"t": 21.0}, link_address=MAC)
    adapter.devices = [made]
    return made


@pytest.fixture
def keyed(device: FakeDevice) -> FakeDevice:
    """Give the thermometer a key."""
    device.address, device.credentials = SECURE, KEY
    return device


@pytest.fixture
def certified(device: FakeDevice) -> FakeDevice:
    """Give the thermometer a certificate."""
    device.address, device.fingerprint = WEB, FINGERPRINT
    return device


@pytest.fixture
async def settled(hass: HomeAssistant, hub: Hub) -> AsyncIterator[Callable[[], object]]:
    """Return what tells whether nothing is being found out any more; at the end it must be so."""
    assert await async_setup_component(hass, "repairs", {})

    def nothing_asked() -> bool:
        return not any(task.get_name() == f"{DOMAIN} identity" for task in hub.tasks)

    yield nothing_asked
    await until(nothing_asked)


@pytest.fixture
def repair(hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    return Repair(hass_client)
