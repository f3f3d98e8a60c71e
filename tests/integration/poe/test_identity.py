"""Another switch answers in the place of one that was accepted: nothing is written to it, and the user decides (T4)."""

from collections.abc import Mapping
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.adapters.poe.pin import SwitchPin
from custom_components.local_things.const import CONF_PIN, DOMAIN
from custom_components.local_things.poe_switch.identity import (
    async_accept,
    async_claim,
    async_refuse,
    claims,
    pin_of,
)
from custom_components.local_things.repairs import async_create_fix_flow
from custom_components.local_things.things.errors import Reason, Rejected
from tests.house.switch import SimulatedSwitch
from tests.integration.test_repairs import Repair
from tests.integration.walking import until

from .house import (
    SWITCH_ID,
    USER,
    Way,
    add,
    by_community,
    by_user,
    hub_of,
    shows,
    submit,
    value,
)

ENABLED = "switch.switch_outlet_1"
CONNECTION = "sensor.switch_connection"
HARDWARE = "02:56:54:53:00:00"
OTHER_HARDWARE, OTHER_ID = "02:56:54:53:00:99", "urn:dev:mac:025654fffe530099"
OTHER_ENGINE = "80001f8803025654530099"
OTHERS: Mapping[str, Mapping[str, str]] = {
    "hardware": {"hardware": OTHER_HARDWARE},
    "serial number": {"serial_number": "SH-SWITCH-0002"},
    "engine": {"engine": OTHER_ENGINE},
}
"""What another switch may differ in; but for its engine nobody is silent even for a moment."""


@pytest.fixture
async def repair(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    assert await async_setup_component(hass, "repairs", {})
    return Repair(hass_client)


def issues(hass: HomeAssistant) -> list[str | None]:
    """Return the repairs that are open."""
    return [issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.active]


async def writes(switch: SimulatedSwitch) -> int:
    """Return how often anything of a switch was set."""
    return int(str((await switch.status())["writes"]))


async def exchanged(hass: HomeAssistant, switch: SimulatedSwitch, other: Mapping[str, str]) -> None:
    """Put another switch in the place of one that is in use, and wait until the user is asked."""
    await switch.tell(identity=dict(other))
    await until(lambda: issues(hass) == ["switch_changed"])


@pytest.mark.parametrize("way", (by_community("private"), by_user(USER)), ids=("v2c", "v3"))
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_t04_another_switch_in_its_place_gets_no_command_and_the_user_is_asked(
    hass: HomeAssistant, switch: SimulatedSwitch, way: Way, other: Mapping[str, str]
) -> None:
    entry = await add(hass, switch, way)
    before = await writes(switch)
    await exchanged(hass, switch, other)
    await shows(hass, ENABLED, "unavailable")
    assert value(hass, CONNECTION) == "identity_changed"
    running = hub_of(entry).switch
    for order in (
        running.write("1.1", "enabled", value=False),
        running.set_enabled("1.1", enabled=False),
        running.reset("1.2"),
        running.power_cycle("1.2"),
    ):
        with pytest.raises(Rejected) as refusal:
            await order
        assert refusal.value.reason is Reason.IDENTITY_CHANGED
    assert await writes(switch) == before


async def test_t04_the_accepted_switch_is_used_again_when_it_is_back(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    await exchanged(hass, switch, OTHERS["hardware"])
    await switch.tell(identity={"hardware": HARDWARE})
    await shows(hass, ENABLED, "on")
    assert issues(hass) == []


async def test_t04_who_refuses_another_switch_is_not_asked_about_it_again(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, repair: Repair
) -> None:
    await exchanged(hass, switch, OTHERS["serial number"])
    menu = await repair.open(f"switch_changed_{entry.entry_id}")
    assert menu["menu_options"] == ["accept", "refuse"]
    words = menu["description_placeholders"]
    assert isinstance(words, dict)
    assert words == {
        "device": "switch",
        "address": f"snmp://{switch.address}",
        "known_mac": HARDWARE,
        "known_serial_number": "SH-SWITCH-0001",
        "known_chassis": HARDWARE,
        "known_engine": "80001f8803025654530000",
        "known_certificate": "–",
        "seen_mac": HARDWARE,
        "seen_serial_number": "SH-SWITCH-0002",
        "seen_chassis": HARDWARE,
        "seen_engine": "80001f8803025654530000",
        "seen_certificate": "–",
    }
    assert (await repair.answer(next_step_id="refuse"))["type"] == "create_entry"
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "identity_changed"
    assert issues(hass) == []
    await switch.tell(identity={"serial_number": "SH-SWITCH-0003"})
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == ["switch_changed"], "this one was not refused"
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == []


@pytest.mark.parametrize("running", (True, False))
@pytest.mark.parametrize(("other", "id_of"), (("hardware", OTHER_ID), ("engine", SWITCH_ID)))
async def test_t04_another_switch_that_is_accepted_takes_its_place(
    hass: HomeAssistant,
    entry: ConfigEntry,
    switch: SimulatedSwitch,
    repair: Repair,
    other: str,
    id_of: str,
    *,
    running: bool,
) -> None:
    entities, devices = er.async_get(hass), dr.async_get(hass)
    entity_ids = {one.entity_id for one in er.async_entries_for_config_entry(entities, entry.entry_id)}
    device_ids = {one.id for one in dr.async_entries_for_config_entry(devices, entry.entry_id)}
    port_ids = {one.id for one in dr.async_child_entries_for_config_entry(devices, entry.entry_id)}
    assert len(port_ids) == 8
    await exchanged(hass, switch, OTHERS[other])
    if not running:
        await hass.config_entries.async_reload(entry.entry_id)
    await repair.open(f"switch_changed_{entry.entry_id}")
    assert (await repair.answer(next_step_id="accept"))["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert (entry.unique_id, entry.data[CONF_PIN]["mac"]) == (id_of, OTHERS[other].get("hardware", HARDWARE))
    await shows(hass, ENABLED, "on")
    assert {one.entity_id for one in er.async_entries_for_config_entry(entities, entry.entry_id)} == entity_ids
    assert {one.id for one in dr.async_entries_for_config_entry(devices, entry.entry_id)} == device_ids
    assert {one.id for one in dr.async_child_entries_for_config_entry(devices, entry.entry_id)} == port_ids
    await hass.services.async_call("switch", "turn_off", {"entity_id": ENABLED}, blocking=True)
    await shows(hass, ENABLED, "off")


async def test_t04_a_switch_that_has_an_entry_is_not_accepted_for_another(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, repair: Repair
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id=OTHER_ID, title="Cellar", data={"kind": "poe_switch"}).add_to_hass(hass)
    await exchanged(hass, switch, OTHERS["hardware"])
    await repair.open(f"switch_changed_{entry.entry_id}")
    assert (await repair.answer(next_step_id="accept"))["reason"] == "already_configured"
    assert entry.unique_id == SWITCH_ID
    assert value(hass, CONNECTION) == "identity_changed"


async def test_t04_a_switch_that_never_ran_is_replaced_too_and_who_comes_meanwhile_is_not_refused(
    hass: HomeAssistant,
) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN, unique_id=SWITCH_ID, data={"kind": "poe_switch", "address": "snmp://127.0.0.33", "control": True}
    )
    entry.add_to_hass(hass)
    assert pin_of(entry) == SwitchPin(mac=HARDWARE)
    first, second = SwitchPin(mac=OTHER_HARDWARE), SwitchPin(mac=OTHER_HARDWARE, serial_number="2")
    async_claim(hass, entry, first)
    async_claim(hass, entry, second)
    async_refuse(hass, entry.entry_id, first)
    assert claims(hass).of(entry.entry_id) == second
    with patch.object(hass.config_entries, "async_schedule_reload"):
        assert await async_accept(hass, entry, second)
    assert (entry.unique_id, pin_of(entry)) == (OTHER_ID, second)
    assert issues(hass) == []


async def test_a_repair_that_was_settled_meanwhile_ends_quietly(hass: HomeAssistant, entry: ConfigEntry) -> None:
    data = {"entry_id": entry.entry_id, "issue": "switch_changed"}
    flow = await async_create_fix_flow(hass, f"switch_changed_{entry.entry_id}", {**data})
    flow.hass, flow.handler = hass, DOMAIN
    assert (await flow.async_step_init())["type"] == "create_entry"  # type: ignore[attr-defined]  # every flow begins there
    assert await hass.config_entries.async_remove(entry.entry_id)
    with pytest.raises(AbortFlow, match="removed"):
        await flow.async_step_init()  # type: ignore[attr-defined]  # as above


async def test_t04_a_switch_is_not_written_to_before_it_is_known_to_be_the_one(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    await exchanged(hass, switch, OTHERS["serial number"])
    before = await writes(switch)
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    done = await submit(hass, form, switch, by_community("private"))
    assert done["reason"] == "another_switch"
    assert await writes(switch) == before
