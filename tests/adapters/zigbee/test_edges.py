"""What is rare: quirks' events, buttons that write, contacts that command, devices that say odd things."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from zigpy.exceptions import DeliveryError
from zigpy.types import NWK, Relays
from zigpy.zcl.foundation import Status

from custom_components.local_things.adapters.zigbee import tables as t
from custom_components.local_things.adapters.zigbee.describe import describe
from custom_components.local_things.adapters.zigbee.exchange import check, exchange
from custom_components.local_things.adapters.zigbee.node import Declaration, Trigger
from custom_components.local_things.adapters.zigbee.pairing import Stage, Step, Steps
from custom_components.local_things.adapters.zigbee.radio import Library, OwnRadio, RadioSettings, _config
from custom_components.local_things.adapters.zigbee.reader import definition_of, node_of, plain, raw_of
from custom_components.local_things.adapters.zigbee.setup import read_all, set_up
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.things.model import EventOccurrence, ValueType
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import devices
from tests.house.radio.clusters import cluster
from tests.house.radio.devices import make

from .house import QUICK, Home, name_of, until, value_of


def remade(home: Home, thing: ZigbeeThing, **changes: Any) -> ZigbeeThing:
    """Return a Thing of the same device with something else known of it."""
    device = home.network.device(thing.ieee)
    other = ZigbeeThing(describe(replace(node_of(device), **changes)), thing.ieee, QUICK)
    other.attach(device)
    return other


async def test_a_press_that_a_quirk_makes_of_a_command_is_an_event(home: Home) -> None:
    trigger = Trigger(button="button_1", press="remote_button_short_press", command="press", parameters={"button": 1})
    spoken = Trigger(button="button_2", press="remote_button_short_press", command="toggle", endpoint=1, cluster=6)
    made = remade(home, await home.join(devices.remote()), triggers=(trigger, spoken))
    heard: list[EventOccurrence] = []
    made.subscribe_events(heard.append)
    known = home.network.device(made.ieee).endpoints[1].out_clusters[6]
    known.listener_event("zha_send_event", "press", {"button": 1, "extra": None})
    known.listener_event("zha_send_event", "press", [1])
    known.listener_event("zha_send_event", "press")
    known.listener_event("cluster_command", 1, 0x99, [])
    known.listener_event("cluster_command", 1, 2, [])
    assert [(one.name, one.type) for one in heard] == [
        ("press/button_1", "short_press"),
        ("press/button_2", "short_press"),
    ]
    await set_up(home.network.application, home.network.device(made.ieee), made.described, QUICK)
    await made.close()


async def test_a_button_that_a_quirk_declares_writes_its_value(home: Home) -> None:
    device = devices.thermostat()
    declaration = Declaration(
        endpoint=1,
        cluster=0x0201,
        attribute=0x001C,
        name="boost",
        title="Boost",
        quantity=Quantity.UNKNOWN,
        type=ValueType.BOOLEAN,
        pressed=4,
    )
    made = remade(home, await home.join(device), declarations=(declaration,))
    device.set(1, 0x0201, system_mode=0)
    await made.invoke_action("1/0201/boost/press")
    assert device.value(1, 0x0201, "system_mode") == 4
    await made.close()


async def test_a_contact_that_commands_is_open_or_closed(home: Home) -> None:
    device = make(30, "Commanding contact", 0x0850, clients=(cluster(6),))
    thing = await home.join(device)
    device.send(1, 6, "on")
    await until(lambda: value_of(thing, Quantity.OPENING) is True)
    device.send(1, 6, "off")
    await until(lambda: value_of(thing, Quantity.OPENING) is False)


async def test_a_light_without_hue_is_set_by_its_chromaticity(home: Home) -> None:
    device = devices.light()
    colors = device.endpoints[1].servers[0x0300]
    colors.attributes[colors.attribute("color_capabilities")] = 0b01000
    thing = await home.join(device)
    await thing.write_property(name_of(thing, Quantity.COLOR), "#00ff00")
    assert (device.value(1, 0x0300, "current_x"), device.value(1, 0x0300, "current_y")) == (19661, 39322)


async def test_the_link_tells_when_a_device_was_heard_and_how_long_it_took(home: Home) -> None:
    thing = await home.join(devices.plug())
    await thing.read_property(name_of(thing, Quantity.VOLTAGE))
    assert thing.link.last_seen is not None
    assert thing.link.round_trip_time is not None
    assert 0 < thing.link.round_trip_time < 5
    thing.detach()
    assert not await thing.ping()
    seen = [thing.link.last_seen]
    assert seen == [None]


async def test_a_siren_falls_silent_by_itself(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(t, "WARNING_SECONDS", 0.02)
    thing = await home.join(devices.siren())
    name = next(one for one in thing.description.properties if "0502" in one)
    await thing.write_property(name, True)
    await until(lambda: thing.state.values.get(name) is False)


async def test_a_cluster_that_is_gone_is_not_asked(home: Home) -> None:
    thing = await home.join(devices.plug())
    home.network.device(thing.ieee).endpoints[1].in_clusters.pop(0x0B04)
    with pytest.raises(Rejected) as refusal:
        await thing.read_property(name_of(thing, Quantity.VOLTAGE))
    assert refusal.value.reason is Reason.NOT_FOUND


async def test_an_interview_anew_keeps_the_thing(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    before = thing.device
    await home.network.application.reinterview_device(device.ieee)
    await until(lambda: thing.device is not before and thing.state.available)
    await thing.write_property(name_of(thing, Quantity.ON_OFF), True)


async def test_a_device_that_changed_is_another_thing_by_the_same_id(home: Home) -> None:
    device = devices.leak()
    thing = await home.join(device)
    known = home.network.device(thing.ieee).endpoints[1].ias_zone
    known.update_attribute(t.ZONE_TYPE, 0x0028)
    device.endpoints[1].servers[0x0500].attributes[1] = 0x0028
    await known.read_attributes(["zone_type"])
    await home.network._look_at(thing.ieee, thing)
    other = home.told.things[thing.ieee]
    assert other is not thing
    assert other.description.id == thing.description.id
    assert name_of(other, Quantity.SMOKE)


async def test_a_quirk_that_bears_no_setting_up_is_left_alone(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    known = home.network.device(thing.ieee)
    known.skip_configuration = True
    asked = device.requests
    await set_up(home.network.application, known, thing.described, QUICK)
    known.endpoints[1].in_clusters[0x0B04]._attr_cache.clear()
    await read_all(known, QUICK)
    assert device.requests == asked


async def test_what_is_written_is_written_by_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    thing = await home.join(devices.thermostat())
    known = home.network.device(thing.ieee).endpoints[1].in_clusters[0x0201]
    writing, written = known.write_attributes, list[object]()

    async def write(values: dict[str, object], **more: Any) -> object:
        written.extend(values)
        return await writing(values, **more)

    monkeypatch.setattr(known, "write_attributes", write)
    await thing.write_property(name_of(thing, Quantity.TEMPERATURE_SET_POINT), 23.0)
    assert written == ["occupied_heating_setpoint"]


async def test_what_fails_while_setting_up_ends_nothing(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    known = home.network.device(thing.ieee)

    async def broken(**_: object) -> None:
        raise ZeroDivisionError

    known.endpoints[1].in_clusters[0x0402].bind = broken
    device.endpoints[1].servers[0x0405].reporting.clear()
    await set_up(home.network.application, known, thing.described, QUICK)
    assert "failed to bind" in caplog.text
    assert device.endpoints[1].servers[0x0405].reporting
    caplog.clear()


async def test_a_version_is_shown(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    known = home.network.device(thing.ieee)
    known.endpoints[1].basic.update_attribute(0x4000, "1.2.3")
    assert node_of(known).sw_version == "1.2.3"


async def test_who_joins_through_a_router_says_so(home: Home) -> None:
    plug, sensor = devices.plug(), devices.contact()
    await home.join(plug)
    thing = await home.join(sensor)
    known = home.network.device(thing.ieee)
    known.relays = Relays([NWK(plug.nwk)])
    told: list[Step] = []
    Steps(told.append).failed(known)
    assert told == [
        Step(
            ieee=thing.ieee,
            stage=Stage.FAILED,
            through=str(plug.ieee),
            manufacturer=devices.MAKER,
            model="Contact",
        )
    ]


async def test_a_radio_that_cannot_be_backed_up_is_used(
    plugged: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise DeliveryError("no")

    await plugged.start()
    await plugged.stop()
    monkeypatch.setattr("zigpy.backups.BackupManager.create_backup", refused)
    await plugged.start()
    assert "could not be backed up" in caplog.text


async def test_a_programming_error_is_not_taken_for_a_radios(plugged: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OwnRadio, "_back_up", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await plugged.start()


def test_a_radio_is_configured_as_it_was_chosen(tmp_path: Any) -> None:
    chosen = RadioSettings(
        library=Library.EZSP, path="/dev/x", database=tmp_path / "z", baudrate=1, flow_control="hardware", channel=20
    )
    config = _config(chosen)
    assert config["device"] == {"path": "/dev/x", "baudrate": 1, "flow_control": "hardware"}
    assert config["network"] == {"channel": 20}
    assert config["ota"] == {"enabled": False}


async def test_a_status_is_looked_at() -> None:
    check(SimpleNamespace(status=Status.SUCCESS), "x")
    check(None, "x")
    check([[SimpleNamespace(status=Status.SUCCESS)]], "x")
    with pytest.raises(AccessDenied):
        check(SimpleNamespace(status=Status.NOT_AUTHORIZED), "x")
    with pytest.raises(Rejected) as refusal:
        check([SimpleNamespace(status=0x77)], "x")
    assert refusal.value.words["code"] == "undefined_0x77"


async def test_a_closed_library_is_no_traceback() -> None:
    async def closed() -> None:
        raise RuntimeError("closed")

    with pytest.raises(Unreachable):
        await exchange(closed(), "x", 1)


def test_values_of_the_library_become_plain() -> None:
    assert plain(Status.SUCCESS) == 0
    assert plain(b"raw") is None
    assert plain(None) is None

    assert plain(True) is True


def test_of_two_attributes_by_one_number_the_one_of_the_zcl_is_meant() -> None:
    def cluster(*makers_own: bool) -> Any:
        """Return a stand-in for a cluster that has some attributes by every number."""
        known = [SimpleNamespace(name=str(place), is_manufacturer_specific=one) for place, one in enumerate(makers_own)]

        def find(_: int) -> list[SimpleNamespace]:
            if not known:
                raise KeyError
            return known

        return SimpleNamespace(find_attributes=find, get=int)

    assert definition_of(cluster(), 1) is None
    assert raw_of(cluster(), 1) is None
    assert raw_of(cluster(True), 1) == 0
    assert raw_of(cluster(True, False), 1) == 1
    assert raw_of(cluster(True, True), 1) is None


async def test_attributes_that_the_library_does_not_define_are_not_asked_for(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    known = home.network.device(thing.ieee)
    wrong = replace(next(iter(thing.described.properties.values())).row, cluster=0x0402, attribute=0x7777)
    strange = {
        name: replace(binding, row=replace(wrong, cluster=number))
        for number, (name, binding) in zip((0x0402, 0x0999), thing.described.properties.items(), strict=False)
    }
    asked = device.requests
    await set_up(home.network.application, known, replace(thing.described, properties=strange), QUICK)
    assert device.requests == asked + 1  # it was bound, and nothing else


async def test_an_interview_that_fails_is_told(home: Home) -> None:
    thing = await home.join(devices.contact())
    home.network.device_init_failure(home.network.device(thing.ieee))
    assert home.told.steps[-1].stage is Stage.FAILED


async def test_what_comes_while_stopping_starts_nothing(home: Home) -> None:
    thing = await home.join(devices.leak())
    device = home.network.device(thing.ieee)
    await home.network.stop()
    before = asyncio.all_tasks()
    home.network.device_initialized(device)
    home.network.device_left(device)
    home.network.device_removed(device)
    assert asyncio.all_tasks() <= before
