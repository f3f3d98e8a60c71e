"""A Thing that is spoken to over MQTT only, by way of the broker that Home Assistant's own integration is connected to.

The description says so, and is read from the device itself; the broker is a real one, and nothing has an IPv4 address.
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
import json
from pathlib import Path
import sys

from homeassistant.core import HomeAssistant
import pytest

from tests.house.broker import Broker, Connection, connected, mosquitto, why_not
from tests.integration.messaging import add_broker
from tests.integration.walking import add_by_address, answer
from tests.netlab.lab import Flavour, Lab

from .conftest import Street
from .walks import add_network, call, shown, shows, until

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.xdist_group("netlab"),
    pytest.mark.parametrize("expected_lingering_timers", [True]),
    pytest.mark.parametrize("street", [Street(flavour=Flavour.IPV6_ONLY, devices=1)], ids=["ipv6"]),
]

BROKER = "mqtt://broker.local"

DESCRIPTION = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "id": "urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0404",
    "title": "Boiler",
    "securityDefinitions": {"open": {"scheme": "nosec"}},
    "security": "open",
    "properties": {
        "temperature": {
            "type": "number",
            "unit": "om2:degreeCelsius",
            "readOnly": True,
            "observable": True,
            "forms": [{"href": f"{BROKER}/boiler/temperature", "op": ["readproperty", "observeproperty"]}],
        },
        "on": {
            "type": "boolean",
            "observable": True,
            "forms": [
                {"href": BROKER, "mqv:filter": "boiler/on", "op": ["readproperty", "observeproperty"]},
                {"href": BROKER, "mqv:topic": "boiler/on/set", "op": "writeproperty"},
            ],
        },
    },
    "events": {
        "tripped": {"data": {"type": "number"}, "forms": [{"href": BROKER, "mqv:filter": "boiler/tripped"}]},
    },
}


async def test_values_arrive_a_write_is_published_and_an_event_happens(
    hass: HomeAssistant, lab: Lab, life: ExitStack, tmp_path: Path
) -> None:
    (tmp_path / "td.json").write_text(json.dumps(DESCRIPTION))
    serving = ("-m", "http.server", "8080", "--bind", "fd00:77::2", "--directory", str(tmp_path))
    life.enter_context(lab.lan.running(sys.executable, *serving))
    async with mosquitto("::1") as broker, boiler(broker) as device:
        await add_broker(hass, broker)
        network = await add_network(hass)
        form = await add_by_address(hass, network, "http://[fd00:77::2]:8080/td.json")
        assert form["step_id"] == "confirm", form
        await answer(hass, form, {"name": "Boiler"})
        await shows(hass, "sensor.boiler_temperature", "60.5")
        await device.publish("boiler/temperature", b"61.5")
        await shows(hass, "sensor.boiler_temperature", "61.5")
        await shows(hass, "switch.boiler_switch", "off")
        await call(hass, "switch.turn_on", "switch.boiler_switch")
        await shows(hass, "switch.boiler_switch", "on")
        await device.publish("boiler/on", b"false", retain=True)
        await shows(hass, "switch.boiler_switch", "off")
        await device.publish("boiler/tripped", b"3")
        await until(lambda: shown(hass)["event.boiler_event_tripped"] != "unknown", lambda: shown(hass))


@asynccontextmanager
async def boiler(broker: Broker) -> AsyncIterator[Connection]:
    """Be the device at its broker: it keeps its values there, and does what it is told."""
    async with connected(broker) as device:

        def told(payload: bytes) -> None:
            device.client.publish("boiler/on", payload, retain=True)

        await device.publish("boiler/temperature", b"60.5", retain=True)
        await device.publish("boiler/on", b"false", retain=True)
        await device.subscribe("boiler/on/set", told)
        yield device
