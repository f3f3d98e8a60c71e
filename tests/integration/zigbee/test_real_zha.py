"""Beside Home Assistant's own ZHA, in one Home Assistant, on one stick: it is as if we were not there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
import time

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from tests.adapters.zigbee.house import QUICK, until
from tests.house.radio import Device, devices

from .house import Plugged, attach, entities, hub_of, shows
from .real_zha import RealZha

MOST_LATE_S = 2.0
"""So soon after ZHA runs again, everything of ours is there."""


@pytest.fixture
def inhabitants() -> dict[str, Device]:
    """The devices that join ZHA."""
    return {
        "lamp": devices.light(),
        "remote": devices.remote(),
        "leak": devices.leak(),
        "sensor": devices.climate_sensor(),
        "plug": devices.plug(),
    }


@pytest.fixture
async def zha(hass: HomeAssistant, plugged: Plugged, inhabitants: dict[str, Device]) -> AsyncIterator[RealZha]:
    """ZHA, with devices."""
    running = RealZha(hass=hass, plugged=plugged)
    await running.set_up()
    await running.join(*inhabitants.values())
    yield running
    for entry in hass.config_entries.async_loaded_entries("local_things"):
        await hass.config_entries.async_unload(entry.entry_id)
    await running.tear_down()


async def test_zha_stays_as_it_is_and_nothing_is_there_twice(
    hass: HomeAssistant, plugged: Plugged, zha: RealZha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ZigbeeNetwork.__init__, "__defaults__", (replace(QUICK, watch=0.01),))
    before, states = zha.registered(), zha.entities()
    assert len(states) >= 15
    sent = plugged.stick.network.frames_from_host
    entry = await attach(hass)
    await shows(hass, "sensor.house_of_zigbee_remote_connection", "connected")
    await asyncio.sleep(2)  # as many looks at who is silent as in an hour and a half
    assert plugged.stick.network.frames_from_host == sent, "nothing was sent"
    assert zha.registered() == before
    assert zha.entities() == states
    assert dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) == [], "the devices are those of ZHA"
    ours = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert {one.domain for one in ours} == {"event", "sensor"}
    assert {one.device_id for one in ours} == set(zha.shown().values())
    theirs = er.async_entries_for_config_entry(er.async_get(hass), zha.entry.entry_id)
    kinds = {(one.device_id, one.domain, one.original_device_class, one.original_name) for one in theirs}
    twice = [one for one in ours if (one.device_id, one.domain, one.original_device_class, one.original_name) in kinds]
    assert twice == []
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert zha.registered() == before, "also when we are gone"
    assert zha.entities() == states


async def test_a_reload_of_zha_is_survived(hass: HomeAssistant, zha: RealZha) -> None:
    entry = await attach(hass)
    connection, states, ours = "sensor.house_of_zigbee_remote_connection", zha.entities(), entities(hass, entry)
    await shows(hass, connection, "connected")
    hub_of(entry).network._pace = replace(QUICK, reopen=3600.0, longest_reopen=3600.0)  # it follows, or it is lost
    application = zha.application
    for absence in (0.0, 1.0):
        assert await hass.config_entries.async_unload(zha.entry.entry_id)
        await shows(hass, connection, "not_answering")
        await asyncio.sleep(absence)
        assert await hass.config_entries.async_setup(zha.entry.entry_id)
        began = time.monotonic()
        await shows(hass, connection, "connected")
        assert time.monotonic() - began < MOST_LATE_S
        assert hub_of(entry).network.application is zha.application
        assert zha.application is not application
    await until(lambda: zha.entities().keys() == states.keys())
    assert entities(hass, entry) == ours
    assert entry.state is ConfigEntryState.LOADED


async def test_what_starts_before_zha_attaches_when_zha_runs(hass: HomeAssistant, zha: RealZha) -> None:
    entry = await attach(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_unload(zha.entry.entry_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert hub_of(entry).problem is not None
    assert await hass.config_entries.async_setup(zha.entry.entry_id)
    await shows(hass, "sensor.house_of_zigbee_remote_connection", "connected")


async def test_our_mistakes_are_not_those_of_zha(
    hass: HomeAssistant,
    zha: RealZha,
    inhabitants: dict[str, Device],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    raised: list[str] = []

    def fail(self: object, *_: object, **__: object) -> None:
        raised.append(type(self).__name__)
        raise ZeroDivisionError("on purpose")

    for owner, name in (
        (ZigbeeThing, "_reported"),
        (ZigbeeThing, "_heard"),
        (ZigbeeNetwork, "_initialized"),
        (ZigbeeNetwork, "_left"),
    ):
        monkeypatch.setattr(owner, name, fail)
    await attach(hass)
    sensor, leak, lamp = inhabitants["sensor"], inhabitants["leak"], inhabitants["lamp"]
    later: list[object] = []  # who listens after us, as ZHA does to a device that it makes anew
    cluster = zha.application.get_device(ieee=sensor.ieee).endpoints[1].in_clusters[0x0402]  # type: ignore[attr-defined] # a real one
    cluster.on_event("attribute_report", later.append)
    sensor.set(1, 0x0402, measured_value=1234)
    await shows(hass, "sensor.house_of_zigbee_climate_sensor_temperature", "12.34")
    assert later
    leak.alarm()
    await shows(hass, "binary_sensor.house_of_zigbee_leak_sensor", "on")
    light = "light.house_of_zigbee_colour_light"
    await hass.services.async_call("light", "turn_on", {"entity_id": light}, blocking=True)
    await shows(hass, light, "on")
    assert lamp.value(1, 6, "on_off")
    cover = devices.cover()
    await zha.join(cover)
    assert str(cover.ieee) in zha.shown()
    assert set(raised) == {"ZigbeeThing", "ZigbeeNetwork"}
    caplog.clear()


async def test_who_joins_and_leaves_zha_is_followed(hass: HomeAssistant, zha: RealZha) -> None:
    entry = await attach(hass)
    siren = devices.siren()
    await zha.join(siren)
    await shows(hass, "sensor.house_of_zigbee_siren_connection", "connected")
    before = zha.registered()
    assert str(siren.ieee) in hub_of(entry).network.things
    await zha.application.remove(siren.ieee)
    await until(lambda: hass.states.get("sensor.house_of_zigbee_siren_connection") is None)
    await until(lambda: len(zha.registered()) < len(before))
