"""Every form reaches the browser: Home Assistant can write it as JSON, and takes the answer back."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import CONF_SETTINGS, DOMAIN, SUBENTRY_THING
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.model import ThingDescription
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import prop

from .conftest import accept


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put a device on the wire that nobody understands."""
    properties = {"x": prop("x", Quantity.UNKNOWN)}
    made = FakeDevice(
        description=ThingDescription(id="urn:dev:mac:0024befffe809999", title="Tank", properties=properties),
        values={"x": 1.0},
    )
    adapter.devices = [made]
    return made


class Browser:
    """Home Assistant's flows over HTTP."""

    def __init__(self, hass_client: ClientSessionGenerator, url: str) -> None:
        self._hass_client = hass_client
        self._url = url

    async def post(self, url: str, **data: object) -> dict[str, object]:
        """Begin a flow with "", or go on with a flow's id."""
        client = await self._hass_client()
        response = await client.post(f"{self._url}{url}", json=data)
        answer = await response.json()
        assert response.status == 200, answer
        assert isinstance(answer, dict)
        return answer

    async def walk(self, *answers: dict[str, object], **begin: object) -> list[str]:
        """Fill in one form after the other; return the fields of each and how it ends."""
        shown = await self.post("", **begin)
        seen = []
        for answer in answers:
            seen.append(_fields(shown))
            shown = await self.post(f"/{shown['flow_id']}", **answer)
        return [*seen, str(shown.get("reason") or shown["type"])]


def _fields(shown: dict[str, object]) -> str:
    schema = shown.get("data_schema")
    assert isinstance(schema, list | None)
    return " ".join([str(shown["step_id"]), *(str(field["name"]) for field in schema or ())])


async def test_the_forms_of_a_device(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    device: FakeDevice,
    adapter: FakeAdapter,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "config", {})
    subentry_id = await accept(hass, hub, device)
    browser = Browser(hass_client, "/api/config/config_entries/subentries/flow")
    handler = [entry.entry_id, SUBENTRY_THING]
    assert await browser.walk(
        {"next_step_id": "explain"},
        {"property": "x", "quantity": "temperature"},
        {"unit": "°C", "writable": False},
        handler=handler,
        subentry_id=subentry_id,
    ) == ["reconfigure next_step_id", "explain property quantity", "meaning unit title writable", "explained"]
    assert await browser.walk(
        {"next_step_id": "share_mapping"}, {"mapping": "x"}, handler=handler, subentry_id=subentry_id
    ) == ["reconfigure next_step_id", "share_mapping mapping", "mapping_shown"]
    locked = FakeDevice(
        description=ThingDescription(id="urn:dev:mac:0024befffe800002", title="Safe"),
        address="coaps://192.0.2.2:5684",
        credentials=Credentials(secret="opensesame"),
    )
    adapter.devices.append(locked)
    assert await browser.walk(
        {"address": locked.address},
        {"next_step_id": "credentials"},
        {"key": "opensesame"},
        {"name": "Safe"},
        handler=handler,
    ) == [
        "user address",
        "protection next_step_id",
        "credentials identity key",
        "confirm_protected name area",
        "create_entry",
    ]


async def test_the_forms_of_the_network(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "config", {})
    browser = Browser(hass_client, "/api/config/config_entries/flow")
    coap = {"site_local": False, "directories": ["fake://9"], "serve_directory": True, "min_period": 5}
    assert await browser.walk(
        {"allowed_networks": ["10.0.0.0/8"], "coap": coap, "wot": {"poll": 9}}, handler=DOMAIN, entry_id=entry.entry_id
    ) == ["reconfigure_network allowed_networks assistant_writes auto_quarantine coap wot", "reconfigure_successful"]
    assert entry.data[CONF_SETTINGS] == {"coap": coap, "wot": {"poll": 9}}
    await hass.async_block_till_done()
