"""A device that is accepted, and another that says it is that one."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from tests.fake import FakeDevice

from ..conftest import accept, state_of

SENSOR = "sensor.hall_thermometer_temperature"
MAC, OTHER_MAC = "00:24:be:80:4f:f1", "00:24:be:80:4f:f2"
KEY = Credentials(identity="hub", secret="0x73656372")
FINGERPRINT, OTHER_FINGERPRINT = "ab" * 32, "cd" * 32

SECURE, ELSEWHERE = "coaps://192.0.2.10:5684", "coaps://192.0.2.66:5684"
WEB, WEB_ELSEWHERE = "https://192.0.2.10:443", "https://192.0.2.66:443"


async def accepted(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> str:
    """Accept a device with its key, see its value, and return the id of its subentry."""
    if device.credentials:
        await hub.credentials.async_keep(device.description.id, device.credentials)
    subentry_id = await accept(hass, hub, device)
    assert state_of(hass, SENSOR).state == "21.0"
    return subentry_id


def claimant_of(device: FakeDevice, **changes: object) -> FakeDevice:
    """Return another device that says it is this one, by all that a device can say."""
    changed = {"address": "fake://66", "link_address": OTHER_MAC, "credentials": None, "fingerprint": "", **changes}
    return FakeDevice(description=device.description, values={"t": 99.0}, **changed)  # type: ignore[arg-type]  # as named


def issues(registry: ir.IssueRegistry) -> list[str | None]:
    """Return what repairs there are."""
    return [issue.translation_key for issue in registry.issues.values() if issue.active]
