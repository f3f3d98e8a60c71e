"""What a device says it wants of the network, as the user sees it."""

from dataclasses import replace

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.local_things.const import DOMAIN, SUBENTRY_THING
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.network.usage import is_contrary
from custom_components.local_things.things.adapter import Pin
from custom_components.local_things.things.usage import Service, Usage
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept, state_of

COAP = (Service(protocol="udp", lowest=5683, highest=5683),)
SENSOR = "sensor.thermometer_asks_for_the_internet"


def device_with(usage: Usage | None, address: str = "fake://10") -> FakeDevice:
    titled = replace(thermometer(title="Thermometer"), usage=usage)
    return FakeDevice(description=titled, values={"t": 21.5}, address=address)


@pytest.mark.parametrize(
    ("usage", "word"),
    ((Usage(internet=True), "yes"), (Usage(internet=False), "no"), (Usage(), "unclear"), (None, None)),
)
async def test_a_sensor_tells_whether_a_device_asks_for_the_internet(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, usage: Usage | None, word: str | None
) -> None:
    device = device_with(usage)
    adapter.devices.append(device)
    await accept(hass, hub, device)
    assert hass.states.get("sensor.thermometer_connection") is not None
    if word is None:
        assert hass.states.get(SENSOR) is None
        return
    assert state_of(hass, SENSOR).state == word
    device.fail()
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == word


NAMES = ("a.example", "b.example", "c.example", "d.example")


@pytest.mark.parametrize(
    ("usage", "said"),
    (
        (None, "the device does not say."),
        (Usage(), "the device offers a description of it that does not tell."),
        (Usage(url="https://maker.example/lamp.json"), "its maker describes it at `https://maker.example/lamp.json`."),
        (Usage(internet=False), "by its own description, none. Nobody checks that."),
        (Usage(internet=True), "by its own description, the device asks for it."),
        (Usage(internet=True, names=NAMES[:1]), "by its own description, the device asks for `a.example`."),
        (Usage(internet=True, names=NAMES), "asks for `a.example`, `b.example`, `c.example` (+1)."),
    ),
)
async def test_the_dialog_says_what_a_device_asks_for_before_it_is_trusted(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, usage: Usage | None, said: str
) -> None:
    adapter.devices.append(device_with(usage))
    flows = hass.config_entries.subentries
    form = await flows.async_init((hub.entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER})
    form = await flows.async_configure(form["flow_id"], {"address": "fake://10"})
    assert form["type"] is FlowResultType.FORM
    assert form["description_placeholders"] is not None
    assert said in form["description_placeholders"]["usage"]


@pytest.mark.parametrize(
    ("serves", "address", "contrary"),
    (
        (COAP, "coap://192.0.2.4:5683", False),
        (COAP, "coap://[fe80::1%eth0]:5683", False),
        (COAP, "coap://192.0.2.4:5690", True),
        (COAP, "coap+tcp://192.0.2.4:5683", True),
        (COAP, "http://192.0.2.4", True),
        (COAP, "fake://10", False),
        (None, "http://192.0.2.4", False),
    ),
)
def test_what_we_do_is_compared_with_what_the_device_lets_in(
    serves: tuple[Service, ...] | None, address: str, contrary: bool
) -> None:
    assert is_contrary(Usage(serves=serves), Pin(address=address)) is contrary
    assert not is_contrary(None, Pin(address=address))


async def test_t01_a_device_that_is_used_otherwise_than_it_says_is_told_of(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, issue_registry: ir.IssueRegistry
) -> None:
    device = device_with(Usage(internet=False, serves=COAP), "coap://192.0.2.4:5690")
    adapter.devices.append(device)
    subentry_id = await accept(hass, hub, device)
    issue = issue_registry.async_get_issue(DOMAIN, f"usage_{subentry_id}")
    assert issue is not None
    assert issue.translation_placeholders == {"device": "Thermometer", "address": "coap://192.0.2.4:5690"}
    hass.config_entries.async_remove_subentry(hub.entry, subentry_id)
    await hass.async_block_till_done()
    assert issue_registry.async_get_issue(DOMAIN, f"usage_{subentry_id}") is None
