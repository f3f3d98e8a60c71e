"""Who announces himself two thousand times gets few cards, and costs no more memory each time."""

import gc
import sys

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN, MAX_PENDING_CARDS
from custom_components.local_things.network import scanner
from custom_components.local_things.network.hub import Hub
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept, state_of
from .walking import cards, scan, until

ANNOUNCED = 2_000
REAL = 60_001


def announced(first: int) -> list[FakeDevice]:
    """Make so many devices that nobody met before."""
    return [
        FakeDevice(description=thermometer(number), values={"t": 20.0}, address=f"fake://{number}")
        for number in range(first, first + ANNOUNCED)
    ]


async def test_t05_two_thousand_announcements_make_at_most_twenty_cards(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = announced(1)
    await scan(hass, entry)
    assert 0 < len(cards(hass)) <= MAX_PENDING_CARDS + 1 <= 20
    real = FakeDevice(description=thermometer(REAL), values={"t": 21.5}, address=f"fake://{REAL}")
    adapter.devices.append(real)
    await scan(hass, entry)
    await accept(hass, entry.runtime_data, real, "Real")
    assert state_of(hass, "sensor.real_temperature").state == "21.5"


async def test_t05_announcements_that_never_end_hold_no_more_memory_each_time(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "_MISSES", 2)
    held = []
    for number in range(6):
        adapter.devices = announced(1 + number * ANNOUNCED)
        await hub.search.async_scan().task
        await hass.async_block_till_done()
        adapter.devices = []
        gc.collect()
        held.append(sys.getallocatedblocks())
    assert held[-1] - held[3] < ANNOUNCED, held


async def test_t05_one_card_stands_for_all_that_have_none_and_goes_when_there_is_room(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter
) -> None:
    flows = hass.config_entries.flow
    adapter.devices = announced(1)[: MAX_PENDING_CARDS + 5]
    await hub.search.async_scan().task
    await hub.search.async_scan().task
    assert [name for name in cards(hass) if name != "Hall thermometer"] == ["More devices than cards"]
    assert len(cards(hass)) == len(scanner.open_cards(hass)) + 1 == MAX_PENDING_CARDS + 1
    (more,) = (flow for flow in flows.async_progress() if flow["context"]["unique_id"] == scanner.MORE)
    form = await flows.async_configure(more["flow_id"])
    assert form["step_id"] == "more"
    assert form["description_placeholders"] == {"cards": str(MAX_PENDING_CARDS)}
    scans = adapter.scans
    done = await flows.async_configure(more["flow_id"], {})
    assert done["reason"] == "more_are_looked_for"
    await until(lambda: adapter.scans > scans)
    await until(lambda: "More devices than cards" in cards(hass))
    for flow in flows.async_progress_by_handler(DOMAIN)[:10]:
        if flow["context"]["unique_id"] != scanner.MORE:
            flows.async_abort(flow["flow_id"])
            adapter.devices = [one for one in adapter.devices if one.description.id != flow["context"]["unique_id"]]
    await hub.search.async_scan().task
    await hass.async_block_till_done(wait_background_tasks=False)
    assert "More devices than cards" not in cards(hass)
    assert len(cards(hass)) == len(adapter.devices)


async def test_t05_what_is_found_before_home_assistant_has_started_gets_no_more_cards(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter
) -> None:
    hass.set_state(CoreState.starting)
    adapter.devices = announced(1)
    await hub.search.async_scan().task
    assert not cards(hass)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert 0 < len(cards(hass)) <= 20
    await hub.search.async_scan().task
    await hass.async_block_till_done(wait_background_tasks=False)
    assert 0 < len(cards(hass)) <= 20
