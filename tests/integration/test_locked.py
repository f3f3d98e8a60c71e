"""The card of a device that asks for a key (OSCORE): it is found, offered, given its key, and not offered again."""

from collections.abc import AsyncIterator, Mapping

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN, MAX_PENDING_CARDS
from custom_components.local_things.network.accepted import subentry_for
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import FoundThing, Pin
from custom_components.local_things.things.model import ThingDescription
from tests.adapters.coap.test_directory import lists
from tests.house.oscore import DEVICE_ID, HUB_ID, OscoreDevice, oscore_device
from tests.transports.coap.oscore_link import credentials_of
from tests.transports.coap.test_multicast import GroupPeer

from .test_house import _value as value, entry, until
from .walking import cards

__all__ = ["entry"]

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]


@pytest.fixture
async def door(loopback: None) -> AsyncIterator[OscoreDevice]:
    """A door that wants a key, in a directory that answers the question to all."""
    async with oscore_device() as made:
        directory = await GroupPeer.listening()
        directory.answer = lists(f'</r/1>;ep="door";base="{made.uri}"'.encode())
        yield made
        directory.close()


@pytest.fixture
async def card(hass: HomeAssistant, door: OscoreDevice, entry: MockConfigEntry) -> str:
    """The card of the door."""
    await until(lambda: cards(hass) == [door.uri])
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return flow["flow_id"]


def key_of(device: OscoreDevice, **changes: str) -> dict[str, str]:
    """Return the form of a key, filled in."""
    return {
        "master_secret": device.master_secret.hex(),
        "master_salt": device.master_salt.hex(),
        "sender_id": HUB_ID.hex(),
        "recipient_id": DEVICE_ID.hex(),
        **changes,
    }


def inner(hass: HomeAssistant) -> int:
    """Return how many flows of devices are open."""
    return len(hass.config_entries.subentries.async_progress(include_uninitialized=True))


async def fill_in(hass: HomeAssistant, card: str, said: Mapping[str, str] | None = None) -> ConfigFlowResult:
    """Fill in what a card shows, or choose from its menu."""
    shown = await hass.config_entries.flow.async_configure(card, None if said is None else {**said})
    await hass.async_block_till_done()
    return shown


async def test_a_device_that_asks_for_a_key_gets_a_card_that_leads_to_the_form_of_its_key(
    hass: HomeAssistant, entry: MockConfigEntry, door: OscoreDevice, card: str
) -> None:
    shown = await fill_in(hass, card)
    assert (shown["step_id"], shown["description_placeholders"]) == ("locked", {"address": door.uri})
    assert inner(hass) == 0
    assert door.requests == []
    menu = await fill_in(hass, card, {})
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "protection")
    assert all(option in menu["menu_options"] for option in ("oscore", "new_oscore"))
    assert (await fill_in(hass, card))["step_id"] == "protection", "it was opened again"
    assert (await fill_in(hass, card, {"next_step_id": "oscore"}))["step_id"] == "oscore"
    assert (await fill_in(hass, card))["step_id"] == "oscore"
    refused = await fill_in(hass, card, key_of(door, master_secret="00" * 16))
    assert refused["errors"] == {"master_secret": "bad_credentials"}
    shown = await fill_in(hass, card, key_of(door))
    assert shown["step_id"] == "confirm_protected"
    done = await fill_in(hass, card, {"name": "Door"})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "thing_added")
    assert done["description_placeholders"] == {"name": "Door"}
    await until(lambda: value(hass, "sensor.door_temperature") == "21.5")
    assert inner(hass) == 0

    hub: Hub = entry.runtime_data
    scan = hub.search.async_scan()
    await scan.task
    await hass.async_block_till_done()
    assert cards(hass) == [], "it has its key"
    assert scan.found == []
    assert value(hass, "sensor.door_temperature") == "21.5"


async def test_a_key_that_is_made_for_a_device_is_shown_until_it_takes_it(
    hass: HomeAssistant, entry: MockConfigEntry, card: str
) -> None:
    await fill_in(hass, card, {})
    shown = await fill_in(hass, card, {"next_step_id": "new_oscore"})
    assert shown["step_id"] == "new_oscore"
    again = await fill_in(hass, card, {})
    assert again["errors"] == {"base": "bad_credentials"}
    key, still = shown["description_placeholders"], again["description_placeholders"]
    assert key
    assert still
    assert [name for name in key if name != "address" and still[name] != key[name]] == []
    hass.config_entries.flow.async_abort(card)


async def test_a_device_that_was_added_meanwhile_is_not_added_twice(
    hass: HomeAssistant, entry: MockConfigEntry, door: OscoreDevice, card: str
) -> None:
    await fill_in(hass, card, {})
    hub: Hub = entry.runtime_data
    found = await hub.async_inspect(door.uri, credentials_of(door))
    hass.config_entries.async_add_subentry(entry, subentry_for(found, "Door", {}))
    await fill_in(hass, card, {"next_step_id": "oscore"})
    done = await fill_in(hass, card, key_of(door))
    assert done["reason"] == "already_configured"


@pytest.mark.parametrize("reloaded", (False, True))
async def test_a_card_that_is_closed_leaves_no_form_open(
    hass: HomeAssistant, entry: MockConfigEntry, card: str, *, reloaded: bool
) -> None:
    await fill_in(hass, card, {})
    assert inner(hass) == 1
    (flow,) = hass.config_entries.subentries.async_progress(include_uninitialized=True)
    if reloaded:
        hass.config_entries.subentries.async_abort(flow["flow_id"])  # as where the entry is removed
        assert (await fill_in(hass, card, {"next_step_id": "oscore"}))["reason"] == "not_running"
    else:
        hass.config_entries.flow.async_abort(card)
    assert inner(hass) == 0


async def test_t05_two_thousand_devices_that_ask_for_a_key_make_at_most_twenty_cards(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hub: Hub = entry.runtime_data
    for number in range(2000):
        await hub.search.async_met(
            FoundThing(
                adapter="coap",
                description=ThingDescription(id=f"urn:dev:mac:{number:016x}_locked", title=""),
                pin=Pin(address=f"coap://10.0.{number // 256}.{number % 256}:5683"),
            )
        )
    await hass.async_block_till_done()
    assert 0 < len(cards(hass)) <= MAX_PENDING_CARDS + 1 <= 20
