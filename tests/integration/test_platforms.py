"""Every platform from one Thing that becomes an entity by every rule."""

import logging

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.local_things import PLATFORMS
from custom_components.local_things.discovery import LINK, RECEPTION, TRAFFIC, USAGE, plan
from custom_components.local_things.entity_rules import RULES
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.things.model import Value, ValueType
from tests.actuators_made import actuators
from tests.fake import FakeAdapter, FakeDevice
from tests.project.platforms import platform_rows
from tests.things_made import everything, port, thermometer

from .conftest import Run, accept, state_of


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what Home Assistant or we had to complain of."""
    ours = ("custom_components", "homeassistant")
    return [one.message for one in caplog.records if one.levelno >= logging.WARNING and one.name.startswith(ours)]


@pytest.fixture
async def device(run: Run) -> FakeDevice:
    """Accept the Thing of which much is measured."""
    return await run(*everything())


@pytest.fixture
async def acting(run: Run) -> FakeDevice:
    """Accept the Thing of which much can be acted on."""
    return await run(*actuators())


@pytest.fixture
async def supplying(run: Run) -> FakeDevice:
    """Accept the port of a PoE switch."""
    return await run(*port())


def test_every_rule_is_followed_and_has_its_row() -> None:
    ruled = {(rule.platform.value, rule.key) for rule in RULES}
    things = (everything(), actuators(), port())
    followed = {(one.platform.value, one.key) for description, _ in things for one in plan(description)}
    assert ruled
    assert followed == ruled
    drawn = {(platform, row.key) for platform, rows in platform_rows().items() for row in rows}
    assert ruled | {(one.platform.value, one.key) for one in (*LINK, *RECEPTION, *TRAFFIC, USAGE)} == drawn
    assert {one.value for one in PLATFORMS} == set(platform_rows())


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """Let the entry have one platform, each in its turn."""
    one = Platform(request.param)
    monkeypatch.setattr("custom_components.local_things.PLATFORMS", [one])
    return one


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.freeze_time("2026-11-21 12:00:00+00:00")
async def test_entities(
    hass: HomeAssistant,
    platform: Platform,  # before the devices
    device: FakeDevice,
    acting: FakeDevice,
    supplying: FakeDevice,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    assert {one.domain for one in entity_registry.entities.values()} == {platform.value}
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_what_is_not_known_yet_is_unknown(
    hass: HomeAssistant, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    await run(actuators()[0], {})
    states = hass.states.async_all()
    assert len(states) > 80
    assert {state.state for state in states} == {"connected", "unknown"}
    assert complaints(caplog) == []


@pytest.mark.parametrize("value", (-1e9, 1e9, 0, "", "#12", "no word of any", "long " * 51))
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_values_beyond_what_was_expected_break_nothing(
    hass: HomeAssistant, acting: FakeDevice, caplog: pytest.LogCaptureFixture, value: Value
) -> None:
    for name, affordance in acting.description.properties.items():
        if (affordance.schema.type is ValueType.STRING) is isinstance(value, str):
            acting.values[name] = bool(value) if affordance.schema.type is ValueType.BOOLEAN else value
    acting.push()
    await hass.async_block_till_done()
    assert complaints(caplog) == []


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_of_a_silent_device_only_the_link_is_told(hass: HomeAssistant, acting: FakeDevice) -> None:
    acting.fail()
    await hass.async_block_till_done()
    there = {state.entity_id for state in hass.states.async_all() if state.state != "unavailable"}
    assert there == {f"sensor.actuators_{one.key}" for one in (*LINK, *TRAFFIC)}
    assert len(hass.states.async_all()) > len(there)


@pytest.mark.parametrize(
    ("service", "entity_id", "data"),
    (
        ("climate.set_temperature", "climate.actuators_room", {"temperature": 25}),
        ("climate.set_hvac_mode", "climate.actuators_room", {"hvac_mode": "off"}),
        ("cover.set_cover_position", "cover.actuators_blind", {"position": 80}),
        ("cover.open_cover", "cover.actuators_gate", {}),
        ("fan.set_percentage", "fan.actuators_vent", {"percentage": 100}),
        ("fan.set_preset_mode", "fan.actuators_vent", {"preset_mode": "comfort"}),
        ("light.turn_on", "light.actuators_lamp", {"color_temp_kelvin": 4000}),
        ("light.turn_on", "light.actuators_spot", {"hs_color": [10, 20]}),
        ("lock.unlock", "lock.actuators_entrance", {}),
        ("number.set_value", "number.actuators_power", {"value": 3}),
        ("select.select_option", "select.actuators_mode_program", {"option": "comfort"}),
        ("siren.turn_on", "siren.actuators", {}),
        ("switch.turn_on", "switch.actuators_resource_odd_flag", {}),
        ("text.set_value", "text.actuators_text_display", {"value": "else"}),
        ("valve.open_valve", "valve.actuators_tap", {}),
    ),
)
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_what_is_refused_is_told_and_changes_nothing(
    hass: HomeAssistant, acting: FakeDevice, service: str, entity_id: str, data: dict[str, object]
) -> None:
    acting.error = Rejected(Reason.REFUSED_BY_DEVICE, code="4.03")
    before = state_of(hass, entity_id)
    domain, _, name = service.partition(".")
    with pytest.raises(HomeAssistantError, match=r"refused with 4\.03"):
        await hass.services.async_call(domain, name, {"entity_id": entity_id, **data}, blocking=True)
    assert state_of(hass, entity_id) == before
    assert acting.invoked == []


async def test_unknown_resources_are_there_but_disabled(
    hass: HomeAssistant, device: FakeDevice, entity_registry: er.EntityRegistry
) -> None:
    unknown = entity_registry.async_get("sensor.everything_resource_message_of_the_day")
    assert unknown is not None
    assert unknown.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert hass.states.get(unknown.entity_id) is None


async def test_a_silent_device_is_unavailable_and_comes_back(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 21.0})
    adapter.devices = [device]
    await accept(hass, hub, device)
    for _ in range(3):
        device.fail()
        await hass.async_block_till_done()
        state = hass.states.get("sensor.hall_thermometer_temperature")
        assert state is not None
        assert state.state == "unavailable"
    device.recover()
    device.set("t", 22.0)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.hall_thermometer_temperature")
    assert state is not None
    assert state.state == "22.0"
    lines = [record.message for record in caplog.records if "Hall thermometer" in record.message]
    assert sum("does not answer" in line for line in lines) == 1
    assert sum("answers again" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("domain", "service", "entity_id", "data", "expected"),
    (
        ("switch", "turn_off", "switch.everything", {}, {"plug/on": False}),
        ("switch", "turn_on", "switch.everything_switch", {}, {"relay/on": True}),
        ("light", "turn_off", "light.everything", {}, {"lamp/on": False}),
        ("light", "turn_on", "light.everything", {"brightness": 255}, {"lamp/on": True, "lamp/level": 1.0}),
        ("light", "turn_on", "light.everything", {"brightness_pct": 20}, {"lamp/level": 0.2}),
        ("number", "set_value", "number.everything_level", {"value": 30}, {"valve/level": 0.3}),
        ("number", "set_value", "number.everything_temperature_set_point", {"value": 19.5}, {"target": 19.5}),
    ),
)
async def test_writing(
    hass: HomeAssistant,
    device: FakeDevice,
    domain: str,
    service: str,
    entity_id: str,
    data: dict[str, object],
    expected: dict[str, object],
) -> None:
    await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)
    assert {name: device.values[name] for name in expected} == pytest.approx(expected)


async def test_a_light_that_is_off_is_turned_on(hass: HomeAssistant, device: FakeDevice) -> None:
    device.set("lamp/on", False)
    await hass.services.async_call("light", "turn_on", {"entity_id": "light.everything"}, blocking=True)
    assert device.values["lamp/on"] is True


async def test_a_button_asks_the_device_to_act(hass: HomeAssistant, device: FakeDevice) -> None:
    await hass.services.async_call("button", "press", {"entity_id": "button.everything_restart"}, blocking=True)
    assert device.invoked == ["reboot"]


async def test_an_event_fires_for_its_own_affordance_and_type_only(hass: HomeAssistant, device: FakeDevice) -> None:
    for name, event_type in (("other", "press"), ("button", "hold")):
        device.fire(name, event_type)
    await hass.async_block_till_done()
    state = hass.states.get("event.everything_button")
    assert state is not None
    assert state.state == "unknown"
    device.fire("button", "press")
    await hass.async_block_till_done()
    state = hass.states.get("event.everything_button")
    assert state is not None
    assert state.attributes["event_type"] == "press"


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    (
        (
            Unreachable(Reason.NOT_ANSWERING, address="fake://10"),
            HomeAssistantError,
            "Everything does not answer at fake://10",
        ),
        (AccessDenied(Reason.ACCESS_DENIED), HomeAssistantError, "refuses access"),
        (
            Rejected(Reason.REFUSED_BY_DEVICE, code="4.00", detail="no {x}"),
            HomeAssistantError,
            "refused with 4.00 no {x}",
        ),
        (Rejected(Reason.WRITE_NOT_APPLIED), HomeAssistantError, "still reports the old value"),
        (Rejected(Reason.OUT_OF_RANGE), ServiceValidationError, "within its range"),
    ),
)
async def test_a_failed_write_is_one_translated_sentence(
    hass: HomeAssistant, device: FakeDevice, error: ThingError, kind: type[HomeAssistantError], words: str
) -> None:
    device.error = error
    with pytest.raises(kind) as caught:
        await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.everything"}, blocking=True)
    assert type(caught.value) is kind
    assert words in str(caught.value)


@pytest.mark.usefixtures("supplying")
async def test_an_event_tells_what_its_thing_tells_with_it(hass: HomeAssistant, supplying: FakeDevice) -> None:
    supplying.fire("overheated", "occurred", celsius=81.5)
    await hass.async_block_till_done()
    event = state_of(hass, "event.port_5_event_overheated")
    assert (event.attributes["event_type"], event.attributes["celsius"]) == ("occurred", 81.5)


async def test_the_connection_says_why_a_device_cannot_be_used(hass: HomeAssistant, supplying: FakeDevice) -> None:
    assert state_of(hass, "sensor.port_5_connection").state == "connected"
    supplying.credentials = Credentials(secret="another")
    supplying.push()
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.port_5_connection").state == "access_denied"
    assert state_of(hass, "sensor.port_5_poe_status").state == "unavailable"
