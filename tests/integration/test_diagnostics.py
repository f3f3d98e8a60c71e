"""Diagnostics help to mend and identify nobody."""

from datetime import UTC, datetime
import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import CONF_SETTINGS, DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.model import LinkStatistics
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import everything, thermometer

from .conftest import accept


async def test_diagnostics_tell_the_thing_but_not_the_home(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    description, values = everything()
    device = FakeDevice(description=description, values=values, link_address="00:24:be:80:4f:f1")
    adapter.devices = [device]
    await accept(hass, hub, device, "Larder of the family")

    whole = json.loads(json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry)))
    (thing,) = whole["things"]
    assert thing["values"]["temperature"] == 21.5
    assert {one["platform"] for one in thing["entities"]} >= {"light", "sensor"}
    text = json.dumps(whole)
    for secret in ("fake://10", "00:24:be", "0024be", "0001", "Larder"):
        assert secret not in text

    registered = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, description.id), entry.entry_id)
    assert registered is not None
    assert await get_diagnostics_for_device(hass, hass_client, entry, registered) == thing
    device.fail()
    await hub.coordinators.popitem()[1].async_shutdown_thing()
    assert await get_diagnostics_for_device(hass, hass_client, entry, registered) == {"not_running": True}


async def test_diagnostics_tell_how_the_link_goes_and_what_was_chosen_but_no_address(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    seen = datetime(2026, 11, 21, 12, tzinfo=UTC)
    device = FakeDevice(
        description=thermometer(),
        link=LinkStatistics(last_seen=seen, round_trip_time=0.25, retransmissions=3, quality=180, strength=-61),
        credentials=Credentials(secret="opensesame"),
    )
    adapter.devices = [device]
    subentry_id = await accept(hass, hub, device)
    said = {"t": Interpretation(quantity=Quantity.TEMPERATURE, title="Larder of the family")}
    await hub.async_explain(entry.subentries[subentry_id], said)
    settings = {"coap": {"serve_directory": True, "min_period": 30, "directories": ["coap://192.0.2.7"], "note": "x"}}
    hass.config_entries.async_update_entry(entry, data={CONF_SETTINGS: settings})
    await hass.async_block_till_done()

    whole = json.loads(json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry)))
    assert whole["settings"] == {"coap": {"serve_directory": True, "min_period": 30, "directories": 1}}
    (thing,) = whole["things"]
    assert thing["reason"] == "access_denied"
    assert thing["explained"] == 1
    exchange = {"last_seen": seen.isoformat(), "round_trip_time": 0.25, "retransmissions": 3}
    assert thing["link"] == {**exchange, "quality": 180, "strength": -61, "dropped": None}
    assert thing["traffic"] is None, "at no address that is known"
    for private in ("192.0.2.7", "opensesame", "Larder"):
        assert private not in json.dumps(whole)
