"""A device that hangs is switched off and on, where the user asked for it; seldom, and not for ever."""

import asyncio
from datetime import timedelta
from functools import partial

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.device_registry import DeviceEntry
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.adapters.poe.recovery import Policy, Recovery, step
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.poe_switch import remedy
from custom_components.local_things.poe_switch.hub import OPTION_LINKS, OPTION_REMEDY
from custom_components.local_things.poe_switch.remedy import _recalled, told_of
from custom_components.local_things.things.documents import JsonObject
from tests.fake import FakeAdapter, FakeDevice
from tests.house.switch import SimulatedSwitch
from tests.integration.conftest import accept
from tests.integration.walking import until
from tests.things_made import thermometer

from .house import SWITCH_ID, foreign_device, hub_of, linked, mac, power_ups, shows, until_true

ISSUE = f"power_cycle_{SWITCH_ID}_port-1-5"
LONGER_THAN_A_CYCLE = Policy(silence=1.3, back_off=(1.3, 1.3, 1.3), steady=0.01)
"""The simulated switch takes a second for a reset."""
IMPATIENT = Policy(silence=0.01, back_off=(0.01, 0.01, 0.01), steady=0.01)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for moments where a household would for minutes."""
    monkeypatch.setattr(remedy, "step", partial(step, policy=IMPATIENT))
    monkeypatch.setattr(remedy, "_EVERY", timedelta(seconds=0.05))


@pytest.fixture
async def camera(hass: HomeAssistant, entry: ConfigEntry) -> DeviceEntry:
    """A device of another integration at port 5, where the user asked for help."""
    device = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", device)
    assert await ask_for_help(hass, entry, "1.5") is None
    return device


async def ask_for_help(hass: HomeAssistant, entry: ConfigEntry, *ports: str) -> dict[str, str] | None:
    """Choose ports in the options; return the errors."""
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    form = await options.async_configure(form["flow_id"], {"next_step_id": "remedy"})
    done = await options.async_configure(form["flow_id"], {"ports": list(ports)})
    await hass.async_block_till_done()
    if done["type"] is FlowResultType.CREATE_ENTRY:
        return None
    options.async_abort(form["flow_id"])
    return done["errors"]


async def look() -> None:
    """Let the remedy look a few times."""
    await asyncio.sleep(0.3)


async def fall_silent(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.camera", STATE_UNAVAILABLE)


async def looked_until_issue(hass: HomeAssistant, *, there: bool) -> None:
    await until(lambda: (ir.async_get(hass).async_get_issue(DOMAIN, ISSUE) is not None) is there)


async def test_a_device_that_hangs_is_cycled_three_times_and_then_the_user_is_told(
    hass: HomeAssistant,
    entry: ConfigEntry,
    switch: SimulatedSwitch,
    camera: DeviceEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remedy, "step", partial(step, policy=LONGER_THAN_A_CYCLE))
    await look()
    assert await power_ups(switch, 5) == 1, "it speaks"
    await fall_silent(hass)

    async def cycled_three_times() -> bool:
        return await power_ups(switch, 5) == 4

    await until_true(cycled_three_times)
    await looked_until_issue(hass, there=True)
    assert await cycled_three_times()
    assert await power_ups(switch, 6) == 1
    issue = ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)
    assert issue
    assert issue.translation_placeholders == {"device": "Camera", "port": "outlet 5 (Camera)", "count": "3"}
    hub = hub_of(entry)
    assert hub.facts_of(hub.ports["1.5"])["remedy"] == "gave_up"
    assert hub.facts_of(hub.ports["1.6"])["remedy"] is None

    close = hub.switch.close

    async def slowly() -> None:
        await look()  # while nothing is linked any more
        await close()

    monkeypatch.setattr(hub.switch, "close", slowly)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await linked(hass, entry, "1.5", camera)
    await shows(hass, "sensor.switch_outlet_5_poe_status", "delivering_power")
    await look()
    assert await power_ups(switch, 5) == 4, "a restart is no reason to begin again"
    assert ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)

    hass.states.async_set("sensor.camera", "fine")
    await looked_until_issue(hass, there=False)


async def test_what_is_asked_no_more_is_not_done_and_the_issue_goes(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, camera: DeviceEntry
) -> None:
    await fall_silent(hass)
    await looked_until_issue(hass, there=True)
    assert await ask_for_help(hass, entry) is None
    await looked_until_issue(hass, there=False)
    assert hub_of(entry).memory.adapter("remedy") == {}
    assert hub_of(entry).phases == {}


async def test_the_issue_goes_with_the_switch(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, camera: DeviceEntry
) -> None:
    await fall_silent(hass)
    await looked_until_issue(hass, there=True)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)
    assert issue
    ir.async_create_issue(
        hass,
        DOMAIN,
        "power_cycle_of_another_switch",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue.translation_key or "",
        translation_placeholders=issue.translation_placeholders,
    )
    await hass.config_entries.async_remove(entry.entry_id)
    assert [one for domain, one in ir.async_get(hass).issues if domain == DOMAIN] == ["power_cycle_of_another_switch"]


def test_what_is_remembered_and_makes_no_sense_is_left_out() -> None:
    told: JsonObject = {"device": "a", "cycles": 2, "gave_up": False}
    assert dict(_recalled({"1.1": told, "1.2": {**told, "cycles": "two"}, "1.3": 5})) == {
        "1.1": ("a", Recovery(cycles=2))
    }


async def test_a_hint_is_no_reason_to_switch_anybody_off(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, adapter: FakeAdapter
) -> None:
    network = MockConfigEntry(domain=DOMAIN, unique_id="network", title="Local network")
    network.add_to_hass(hass)
    assert await hass.config_entries.async_setup(network.entry_id)
    # Its hardware is known by nothing but its address; no LLDP speaks at port 6.
    device = FakeDevice(description=thermometer(), values={"t": 1.0}, address="fake://[fd00::56:54ff:fe50:6]")
    adapter.devices.append(device)
    await accept(hass, network.runtime_data, device)
    found = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, device.description.id), network.entry_id)
    assert found
    await linked(hass, entry, "1.6", found)
    assert await ask_for_help(hass, entry, "1.6") is None
    device.fail()
    await look()
    assert await power_ups(switch, 6) == 1
    assert hub_of(entry).phases["1.6"] == "watching"

    hass.config_entries.async_update_entry(entry, options={**entry.options, OPTION_LINKS: {"1.6": found.id}})

    async def cycled() -> bool:
        return await power_ups(switch, 6) > 1

    await until_true(cycled)


async def test_nobody_is_helped_who_did_not_ask(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    await fall_silent(hass)
    await look()
    assert await power_ups(switch, 5) == 1


async def test_a_port_that_is_off_is_left_off(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, camera: DeviceEntry
) -> None:
    await switch.tell(port=5, enabled=False)
    await shows(hass, "switch.switch_outlet_5", "off")
    await fall_silent(hass)
    await look()
    await shows(hass, "switch.switch_outlet_5", "off")


async def test_a_cycle_that_fails_is_no_traceback(
    hass: HomeAssistant,
    entry: ConfigEntry,
    switch: SimulatedSwitch,
    camera: DeviceEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await switch.stop()
    await fall_silent(hass)
    await until(lambda: "The power cycle of outlet 5 (Camera) failed" in caplog.text)


async def test_the_way_to_home_assistant_is_not_chosen(hass: HomeAssistant, entry: ConfigEntry) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    assert await ask_for_help(hass, entry, "1.5", "1.8") == {"ports": "protected"}
    assert OPTION_REMEDY not in entry.options


async def test_another_device_at_the_port_begins_anew(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, camera: DeviceEntry
) -> None:
    await fall_silent(hass)
    await looked_until_issue(hass, there=True)
    other = foreign_device(hass, mac(77), "Doorbell")
    hass.states.async_set("sensor.camera_2", "fine")
    hass.config_entries.async_update_entry(entry, options={**entry.options, OPTION_LINKS: {"1.5": other.id}})
    await hass.async_block_till_done()
    await linked(hass, entry, "1.5", other)
    await looked_until_issue(hass, there=False)


# ------------------------------------------------------------------------------------------------- who is silent


async def test_a_thing_is_silent_when_it_does_not_answer(hass: HomeAssistant, adapter: FakeAdapter) -> None:
    network = MockConfigEntry(domain=DOMAIN, unique_id="network", title="Local network")
    network.add_to_hass(hass)
    assert await hass.config_entries.async_setup(network.entry_id)
    device = FakeDevice(description=thermometer(), values={"t": 1.0})
    adapter.devices.append(device)
    await accept(hass, network.runtime_data, device)
    found = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, device.description.id), network.entry_id)
    assert found
    assert set(told_of(hass, [found.id])) == {None}
    device.fail()
    (since,) = set(told_of(hass, [found.id]))
    assert since is not None
    assert since <= hass.loop.time()
    camera = foreign_device(hass, mac(5))
    assert set(told_of(hass, [found.id, camera.id])) == {since, None}, "one of them speaks"
    assert await hass.config_entries.async_unload(network.entry_id)
    assert told_of(hass, [found.id]) == ()


@pytest.mark.parametrize(
    ("state", "silent"),
    (
        (ConfigEntryState.LOADED, True),
        (ConfigEntryState.SETUP_RETRY, True),
        (ConfigEntryState.NOT_LOADED, False),
        (ConfigEntryState.SETUP_ERROR, False),
    ),
)
async def test_only_who_is_followed_is_silent(hass: HomeAssistant, state: ConfigEntryState, silent: bool) -> None:
    camera = foreign_device(hass, mac(5))
    owner = hass.config_entries.async_get_entry(camera.config_entry_id)
    assert isinstance(owner, MockConfigEntry)
    owner.mock_state(hass, state)
    hass.states.async_set("sensor.camera", STATE_UNAVAILABLE)
    assert bool(told_of(hass, [camera.id])) is silent


async def test_a_tracker_and_what_has_no_state_tell_nothing(hass: HomeAssistant) -> None:
    camera = foreign_device(hass, mac(5))
    registry = er.async_get(hass)
    owner = hass.config_entries.async_get_entry(camera.config_entry_id)
    for domain in ("device_tracker", "binary_sensor"):
        registry.async_get_or_create(
            domain, "camera_maker", domain, config_entry=owner, device_id=camera.id, suggested_object_id="camera"
        )
    hass.states.async_set("device_tracker.camera", "home")
    hass.states.async_set("sensor.camera", STATE_UNAVAILABLE)
    (since,) = told_of(hass, [camera.id])
    assert since is not None
