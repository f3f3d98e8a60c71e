"""The whole way, with nothing in between: a CoAP device on a real socket becomes entities in Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
import json

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, SubentryFlowContext
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.description.describe import describe
from custom_components.local_things.adapters.coap.pace import Pace
from custom_components.local_things.const import DOMAIN, NETWORK_UNIQUE_ID
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Adapter, AdapterHost, AdapterSpec, Credentials
from custom_components.local_things.transports.coap import Timing
from tests.house import (
    BUTTON,
    GREMLIN,
    IPSO_TREE,
    LAMP,
    LEAK_DETECTOR,
    MULTI_SENSOR,
    PLUG,
    TANK,
    TEXT_SENSOR,
    house,
    many_sensors,
    running,
)
from tests.house.codec import Message, Option
from tests.transports.coap.dtls_server import DtlsServer
from tests.transports.coap.libcoap import CREDENTIALS
from tests.transports.coap.peer import reply

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]

QUICK = replace(
    Pace(),
    poll=0.5,
    slow_poll=0.5,
    shortest_silence=0.5,
    retry=0.05,
    back_off=0.1,
    longest_back_off=0.3,
    slack=0.05,
    listen=1.5,
)
TIMING = Timing(ack_timeout=0.1, ack_random_factor=1.0, max_retransmit=2)


@pytest.fixture
async def entry(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MockConfigEntry]:
    """Set the network entry up on the loopback interface, with CoAP in a hurry."""

    async def opened(host: AdapterHost) -> Adapter:
        return await CoapAdapter.open(host, timing=TIMING, pace=QUICK)

    async def loopback_only(_: HomeAssistant) -> list[dict[str, object]]:
        addresses = [{"address": "127.0.0.1", "network_prefix": 8}]
        return [{"name": "lo", "index": 1, "enabled": True, "ipv4": addresses, "ipv6": []}]

    monkeypatch.setattr(
        "custom_components.local_things.network.entry.ADAPTERS", (AdapterSpec(name="coap", open=opened),)
    )
    monkeypatch.setattr("homeassistant.components.network.async_get_adapters", loopback_only)
    made = MockConfigEntry(domain=DOMAIN, unique_id=NETWORK_UNIQUE_ID, title="Local network")
    made.add_to_hass(hass)
    assert await hass.config_entries.async_setup(made.entry_id)
    yield made
    assert await hass.config_entries.async_unload(made.entry_id)


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for a condition; fail where it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def _value(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    return state.state if state else "none"


async def add(hass: HomeAssistant, entry: ConfigEntry, address: str, name: str) -> None:
    """Add a device by its address, as a user does."""
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "thing"), context={"source": "user"})
    met = await flows.async_configure(form["flow_id"], {"address": address})
    assert met["step_id"] == "confirm", met
    await flows.async_configure(form["flow_id"], {"name": name})
    await hass.async_block_till_done()


async def test_devices_are_found_by_multicast_and_accepted(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with house(MULTI_SENSOR, LAMP, TEXT_SENSOR, GREMLIN, port=5683) as devices:
        assert await hass.config_entries.async_reload(entry.entry_id)
        flows = hass.config_entries.flow
        await until(lambda: len(flows.async_progress_by_handler(DOMAIN)) >= 4)
        cards = {
            flow["context"]["title_placeholders"]["name"]: flow["flow_id"]
            for flow in flows.async_progress_by_handler(DOMAIN)
        }
        assert "Dimmable lamp" in cards
        await flows.async_configure(cards["Dimmable lamp"], {"name": "Floor lamp"})
        await hass.async_block_till_done()
        await until(lambda: _value(hass, "light.floor_lamp") == "off")
        await hass.services.async_call(
            "light", "turn_on", {"entity_id": "light.floor_lamp", "brightness_pct": 40}, blocking=True
        )
        assert devices["lamp"].values["on"] is True
        assert devices["lamp"].values["level"] == 40


async def test_a_multi_sensor_pushes_its_pack(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with running(MULTI_SENSOR, address="127.0.0.11") as sensor:
        await add(hass, entry, sensor.uri, "Hall")
        await until(lambda: _value(hass, "sensor.hall_temperature") == "21.4")
        assert _value(hass, "sensor.hall_humidity") == "47.0"
        assert _value(hass, "sensor.hall_illuminance") == "320.0"
        assert _value(hass, "sensor.hall_battery") in ("87", "87.0")
        assert _value(hass, "binary_sensor.hall_presence") == "off"
        sensor.set("presence", True)
        sensor.set("temperature", 22.5)
        await until(lambda: _value(hass, "sensor.hall_temperature") == "22.5")
        await until(lambda: _value(hass, "binary_sensor.hall_presence") == "on")
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, "urn:dev:mac:0024befffe804ff1"), entry.entry_id
        )
        assert device is not None


async def test_an_ipso_tree_has_its_units_names_and_writable_set_point(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    async with running(replace(IPSO_TREE, max_age=2), address="127.0.0.12") as tree:
        await add(hass, entry, tree.uri, "Utility")
        await until(lambda: _value(hass, "sensor.utility_temperature") == "18.6")
        assert {one.entity_id for one in er.async_entries_for_config_entry(entity_registry, entry.entry_id)} == {
            "binary_sensor.utility_presence",
            "button.utility_restart",
            "number.utility_temperature_set_point",
            "sensor.utility_connection",
            "sensor.utility_data_received",
            "sensor.utility_data_sent",
            "sensor.utility_humidity",
            "sensor.utility_illuminance",
            "sensor.utility_last_seen",
            "sensor.utility_messages_dropped",
            "sensor.utility_messages_received",
            "sensor.utility_messages_refused",
            "sensor.utility_messages_sent",
            "sensor.utility_power",
            "sensor.utility_retransmissions",
            "sensor.utility_round_trip_time",
            "sensor.utility_temperature",
        }
        await hass.services.async_call(
            "number", "set_value", {"entity_id": "number.utility_temperature_set_point", "value": 21.5}, blocking=True
        )
        assert tree.values["set_point"] == 21.5
        await hass.services.async_call("button", "press", {"entity_id": "button.utility_restart"}, blocking=True)
        await until(lambda: tree.requests["POST /3/0/4"] == 1)
        tree.set("temperature", 19.9)  # after the reboot nobody is observed; the deadline brings us back
        await until(lambda: _value(hass, "sensor.utility_temperature") == "19.9", 20)


async def test_diagnostics_load_back_as_a_fixture(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    async with running(IPSO_TREE, address="127.0.0.12") as tree:
        await add(hass, entry, tree.uri, "Utility room of somebody")
        text = json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    for secret in ("127.0.0.12", str(tree.port), IPSO_TREE.identity, "somebody"):
        assert secret not in text
    (thing,) = json.loads(text)["things"]
    again = describe("urn:dev:mac:0024befffe800001", thing["record"]).description
    assert set(again.affordances) == set(thing["affordances"]) != set()


async def test_a_value_that_nobody_understands_is_a_sensor_once_it_is_explained(
    hass: HomeAssistant, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    async with running(TANK, address="127.0.0.24") as tank:
        await add(hass, entry, tank.uri, "Tank")
        await until(lambda: [issue.translation_key for issue in issue_registry.issues.values()] == ["not_understood"])
        assert hass.states.async_entity_ids("sensor") == ["sensor.tank_connection"]
        (subentry_id,) = entry.subentries
        flows = hass.config_entries.subentries
        context = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=subentry_id)
        menu = await flows.async_init((entry.entry_id, "thing"), context=context)
        await flows.async_configure(menu["flow_id"], {"next_step_id": "explain"})
        await flows.async_configure(menu["flow_id"], {"property": "x/tank", "quantity": "distance"})
        answer = {"unit": "cm", "title": "Rain water", "writable": False}
        told = await flows.async_configure(menu["flow_id"], answer)
        assert told["reason"] == "explained"
        await until(lambda: {state.state for state in hass.states.async_all("sensor")} == {"0.573", "connected"})
        tank.set("level", 60.0)
        await until(lambda: {state.state for state in hass.states.async_all("sensor")} == {"0.6", "connected"})
        assert not issue_registry.issues


async def test_a_plug_switches_and_measures(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with running(PLUG, address="127.0.0.15") as plug:
        await add(hass, entry, plug.uri, "Coffee machine")
        await until(lambda: _value(hass, "switch.coffee_machine") == "on")
        await hass.services.async_call("switch", "turn_off", {"entity_id": "switch.coffee_machine"}, blocking=True)
        assert plug.values["on"] is False
        await until(lambda: _value(hass, "sensor.coffee_machine_power") in ("0", "0.0"))
        plug.lie()
        with pytest.raises(Exception, match="still reports the old value"):
            await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.coffee_machine"}, blocking=True)
        assert _value(hass, "switch.coffee_machine") == "off"


async def test_a_leak_and_a_press_are_heard(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with running(LEAK_DETECTOR, address="127.0.0.16") as leak, running(BUTTON, address="127.0.0.17") as button:
        await add(hass, entry, leak.uri, "Bathroom")
        await add(hass, entry, button.uri, "Door")
        await until(lambda: _value(hass, "binary_sensor.bathroom_leak") == "off")
        await until(lambda: _value(hass, "sensor.bathroom_battery") in ("94", "94.0"))
        await until(lambda: button.observers == 1)
        leak.set("leak", True)
        button.press()
        await until(lambda: _value(hass, "binary_sensor.bathroom_leak") == "on")
        await until(lambda: _value(hass, "event.door_button") not in ("unknown", "none"))


async def test_a_device_that_dies_and_returns_is_right_again(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(TEXT_SENSOR, address="127.0.0.13") as sensor:
        await add(hass, entry, sensor.uri, "Legacy")
        await until(lambda: _value(hass, "sensor.legacy_temperature") == "21.4")
        sensor.stop()
        await until(lambda: _value(hass, "sensor.legacy_temperature") == "unavailable")
        sensor.start()
        sensor.set("temperature", 17.0)
        await until(lambda: _value(hass, "sensor.legacy_temperature") == "17.0")
    ours = [one.message for one in caplog.records if one.name.startswith("custom_components.local_things")]
    assert sum("does not answer any more" in line for line in ours) == 1
    assert sum("answers again" in line for line in ours) == 1


async def test_a_device_that_moves_without_evidence_is_asked_about(
    hass: HomeAssistant, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    async with house(LAMP, port=5683) as devices:
        lamp = devices["lamp"]
        await add(hass, entry, lamp.uri, "Lamp")
        lamp.move("127.0.0.39")
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until(lambda: issue_registry.issues)
        (issue,) = issue_registry.issues.values()
        assert issue.translation_key == "identity_changed"
        assert issue.translation_placeholders is not None
        assert "127.0.0.39" in issue.translation_placeholders["seen_address"]


async def test_three_hundred_resources_are_three_hundred_entities_of_different_names(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with running(many_sensors(300), address="127.0.0.19") as many:
        await add(hass, entry, many.uri, "Many")
        await until(lambda: len([one for one in hass.states.async_all("sensor") if one.state == "20.0"]) == 300, 30)
        assert len({state.name for state in hass.states.async_all("sensor")}) == 300 + 1  # and the connection
        many.set("temperature299", 25.5)
        await until(lambda: any(one.state == "25.5" for one in hass.states.async_all("sensor")), 30)


async def test_a_fifth_of_all_datagrams_lost_is_made_good(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with running(replace(MULTI_SENSOR, max_age=2), address="127.0.0.11") as sensor:
        await add(hass, entry, sensor.uri, "Hall")
        sensor.lose(0.2)
        for tenth in range(20):
            sensor.set("temperature", 20 + tenth / 10)
            await asyncio.sleep(0.02)
        await until(lambda: _value(hass, "sensor.hall_temperature") == "21.9", 30)


@pytest.mark.parametrize("mode", tuple(GREMLIN.modes))
async def test_a_hostile_device_gets_at_most_a_debug_line_and_its_neighbour_goes_on(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    async with running(GREMLIN, address="127.0.0.20") as gremlin, running(TEXT_SENSOR, address="127.0.0.13") as sane:
        await add(hass, entry, gremlin.uri, "Gremlin")
        await add(hass, entry, sane.uri, "Sane")
        await until(lambda: _value(hass, "sensor.sane_temperature") == "21.4")
        caplog.clear()
        gremlin.misbehave(mode)
        await _meet_again(hass, entry, gremlin.uri)
        gremlin.babble(50)
        gremlin.flood(2000)
        sane.set("temperature", 19.0)
        await until(lambda: _value(hass, "sensor.sane_temperature") == "19.0")
        await until(lambda: _value(hass, "sensor.gremlin_temperature_gremlin_temperature") not in ("unknown", "none"))
    assert "Traceback" not in caplog.text
    assert not [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")]
    # asyncio tells how long a turn of the loop took, which is about the machine; with the sender in the same loop, too.
    assert not [one for one in caplog.records if one.levelname == "WARNING" and one.name != "asyncio"]
    for state in hass.states.async_all():
        assert not set("{}<>\u202e\u200b\x07") & set(f"{state.entity_id}{state.name}{state.state}"), state


async def _meet_again(hass: HomeAssistant, entry: MockConfigEntry, uri: str) -> None:
    """Look at a device by its address; what becomes of it is not the point."""
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "thing"), context={"source": "user"})
    await flows.async_configure(form["flow_id"], {"address": uri})


async def test_actions_search_read_and_write_on_the_wire(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with house(LAMP, TEXT_SENSOR, port=5683) as devices:
        await add(hass, entry, devices["lamp"].uri, "Floor lamp")
        registered = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        (device_id,) = [one.id for one in registered]

        async def call(action: str, **data: object) -> dict[str, object]:
            answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
            return {**(answer or {})}

        search = await call("discover")
        assert search["complete"] is True
        assert isinstance(search["things"], list)
        met = {thing["address"]: (thing["name"], thing["status"]) for thing in search["things"]}
        assert met[devices["lamp"].uri] == ("Floor lamp", "accepted")
        assert {status for _, status in met.values()} - {"accepted"} <= {"new", "offered"}
        assert len(met) == 2

        written = await call("write", device_id=device_id, property="3311/0/5851", value=0.4)
        assert written == {"value": 0.4, "unit": "1"}
        assert devices["lamp"].values["level"] == 40
        devices["lamp"].set("on", True)
        assert await call("read", device_id=device_id, property="3311/0/5850") == {"value": True, "unit": None}


async def test_a_device_behind_a_key_is_added_and_asks_for_a_new_one_when_it_is_changed(
    hass: HomeAssistant, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    server = await DtlsServer.open()

    def answer(request: Message) -> Iterable[Message]:
        if request.path == "/.well-known/core":
            return [reply(request, b"</temp>;rt=temperature", options=((Option.CONTENT_FORMAT, b"\x28"),))]
        return [reply(request, b"21.5", options=((Option.MAX_AGE, b""),))]

    server.answer = answer
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "thing"), context={"source": "user"})
    form = await flows.async_configure(form["flow_id"], {"address": server.endpoint.uri})
    assert form["menu_options"] == ["credentials", "new_key"]
    form = await flows.async_configure(form["flow_id"], {"next_step_id": "credentials"})
    assert form["step_id"] == "credentials"
    form = await flows.async_configure(form["flow_id"], {"identity": "hub", "key": "wrong"})
    assert form["errors"] == {"key": "bad_credentials"}
    key = {"identity": CREDENTIALS.identity, "key": f"0x{CREDENTIALS.secret.encode().hex()}"}
    form = await flows.async_configure(form["flow_id"], key)
    assert form["step_id"] == "confirm_protected"
    await flows.async_configure(form["flow_id"], {"name": "Safe"})
    await until(lambda: _value(hass, "sensor.safe_temperature") == "21.5")
    assert not issue_registry.issues

    server.key = b"another"
    server.forget()
    await until(lambda: [issue.translation_key for issue in issue_registry.issues.values()] == ["credentials"])
    assert _value(hass, "sensor.safe_temperature") == "unavailable"
    (subentry,) = entry.subentries.values()
    hub: Hub = entry.runtime_data
    await hub.async_admit(subentry, Credentials(identity=CREDENTIALS.identity, secret="another"))
    await until(lambda: _value(hass, "sensor.safe_temperature") == "21.5")
    assert not issue_registry.issues
    server.close()
