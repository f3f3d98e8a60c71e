"""The port of a device in quarantine is off where the user asked for that, and on again afterwards, and no other."""

from datetime import timedelta
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.accepted import quarantine_of
from custom_components.local_things.poe_switch import confinement
from custom_components.local_things.poe_switch.confinement import port_feeding
from custom_components.local_things.things.errors import Reason, Unreachable
from tests.house.switch import SimulatedSwitch
from tests.integration.test_repairs import Repair
from tests.integration.walking import until

from .house import Linked, delivering, foreign_device, hub_of, linked, mac, shows, until_true

STATUS = "sensor.greenhouse_connection"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again after moments."""
    monkeypatch.setattr(confinement, "_EVERY", timedelta(seconds=0.1))


async def ask(hass: HomeAssistant, action: str, device: DeviceEntry, **data: object) -> None:
    """Call an action of ours on a device."""
    await hass.services.async_call(DOMAIN, action, {"device_id": device.id, **data}, blocking=True)
    await hass.async_block_till_done()


async def feeds(switch: SimulatedSwitch, port: int, *, on: bool) -> None:
    """Wait until a port gives power, or does not."""

    async def as_expected() -> bool:
        return (port in await delivering(switch)) is on

    await until_true(as_expected)


def noted(entry: ConfigEntry) -> list[str]:
    """Return the ports that we have turned off."""
    return [*hub_of(entry).memory.adapter("quarantine")]


async def test_the_port_is_off_in_quarantine_and_on_again_afterwards(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    device, found, _ = thing
    await ask(hass, "quarantine", found, power_off=True)
    await feeds(switch, 5, on=False)
    assert 6 in await delivering(switch)
    await shows(hass, "switch.switch_outlet_5", "off")
    assert noted(entry) == ["1.5"]
    await shows(hass, STATUS, "quarantined")
    await ask(hass, "release", found)
    await feeds(switch, 5, on=True)
    await shows(hass, STATUS, "connected")
    assert device.things
    await until(lambda: noted(entry) == [])


async def test_the_port_stays_on_where_nobody_asked_for_that(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, found, _ = thing
    await ask(hass, "quarantine", found)
    looks: list[object] = []

    def nobody(hass: HomeAssistant) -> tuple[str, ...]:
        looks.append(hass)
        return ()

    monkeypatch.setattr(confinement, "_to_be_off", nobody)
    await until(lambda: len(looks) > 1)
    assert 5 in await delivering(switch)
    assert noted(entry) == []


async def test_a_restart_neither_forgets_nor_ends_it(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    _, found, local = thing
    await ask(hass, "quarantine", found, power_off=True)
    await feeds(switch, 5, on=False)
    assert await hass.config_entries.async_unload(local.entry_id)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert noted(entry) == ["1.5"]
    assert 5 not in await delivering(switch), "the network need not run for that"
    assert await hass.config_entries.async_setup(local.entry_id)
    await ask(hass, "release", found)
    await feeds(switch, 5, on=True)


async def test_a_device_that_is_removed_leaves_no_port_off(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    _, found, local = thing
    await ask(hass, "quarantine", found, power_off=True)
    await feeds(switch, 5, on=False)
    (subentry_id,) = local.subentries
    hass.config_entries.async_remove_subentry(local, subentry_id)
    await feeds(switch, 5, on=True)


async def test_a_switch_that_is_removed_leaves_no_port_off(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    _, found, _ = thing
    await ask(hass, "quarantine", found, power_off=True)
    await feeds(switch, 5, on=False)
    await hass.config_entries.async_remove(entry.entry_id)
    assert 5 in await delivering(switch)


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("adapters.poe.switch.PoeSwitch.set_enabled", Unreachable(Reason.NOT_ANSWERING)),
        ("poe_switch.entry._open", ConfigEntryNotReady("away")),
    ],
)
async def test_a_switch_that_does_not_listen_is_removed_all_the_same(
    hass: HomeAssistant,
    entry: ConfigEntry,
    switch: SimulatedSwitch,
    thing: Linked,
    caplog: pytest.LogCaptureFixture,
    where: str,
    error: Exception,
) -> None:
    _, found, _ = thing
    await ask(hass, "quarantine", found, power_off=True)
    await feeds(switch, 5, on=False)
    with patch(f"custom_components.local_things.{where}", side_effect=error):
        await hass.config_entries.async_remove(entry.entry_id)
    assert entry not in hass.config_entries.async_entries(DOMAIN)
    assert "1.5 stay off" in caplog.text
    caplog.clear()


async def test_what_a_person_turned_off_stays_off_and_on_stays_on(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    _, found, _ = thing

    async def turn(way: str) -> None:
        await hass.services.async_call("switch", f"turn_{way}", {"entity_id": "switch.switch_outlet_5"}, blocking=True)

    await turn("off")
    await shows(hass, "switch.switch_outlet_5", "off")
    await ask(hass, "quarantine", found, power_off=True)
    await ask(hass, "release", found)
    assert 5 not in await delivering(switch)
    await turn("on")
    await feeds(switch, 5, on=True)
    await ask(hass, "quarantine", found, power_off=True)
    await feeds(switch, 5, on=False)
    await turn("on")
    await shows(hass, "switch.switch_outlet_5", "on")
    assert noted(entry) == ["1.5"], "and it is not turned off a second time"


async def test_t17_a_port_that_feeds_others_too_is_left_alone(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    _, found, _ = thing
    assert port_feeding(hass, "urn:dev:mac:ffffffffffff") == ""
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", found, camera)
    with pytest.raises(ServiceValidationError, match="Greenhouse"):
        await ask(hass, "quarantine", found, power_off=True)
    assert 5 in await delivering(switch)


async def test_t17_a_protected_port_is_left_alone(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    _, found, _ = thing
    for name, instead in (("protection", frozenset({"uplink"})), ("known_at", ())):
        with (
            patch.object(confinement, name, lambda *_, instead=instead: instead),
            pytest.raises(ServiceValidationError, match="Greenhouse"),
        ):
            await ask(hass, "quarantine", found, power_off=True)
    assert 5 in await delivering(switch)


async def test_a_switch_that_fails_is_asked_again_and_complained_of_once(
    hass: HomeAssistant,
    entry: ConfigEntry,
    switch: SimulatedSwitch,
    thing: Linked,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, found, _ = thing
    port = hub_of(entry).ports["1.5"].thing
    tries: list[object] = []

    async def fail(*said: object) -> None:
        tries.append(said)
        raise Unreachable(Reason.NOT_ANSWERING, address="the switch")

    with patch.object(port, "write_property", fail):
        await ask(hass, "quarantine", found, power_off=True)
        await until(lambda: len(tries) > 2)
        assert noted(entry) == []
    await feeds(switch, 5, on=False)
    tries.clear()
    with patch.object(port, "write_property", fail):
        await ask(hass, "release", found)
        await until(lambda: len(tries) > 2)
    await feeds(switch, 5, on=True)
    told = [one.message for one in caplog.records if one.levelname == "WARNING" and "could not be" in one.message]
    assert len(told) == 2


async def test_the_form_asks_about_the_port_where_there_is_one(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked, hass_client: ClientSessionGenerator
) -> None:
    _, found, local = thing
    assert await async_setup_component(hass, "repairs", {})
    await ask(hass, "quarantine", found)
    (issue,) = [one for one in ir.async_get(hass).issues.values() if one.translation_key == "quarantine"]
    repair = Repair(hass_client)
    await repair.open(issue.issue_id)
    form = await repair.answer(next_step_id="prolong")
    fields = form["data_schema"]
    assert isinstance(fields, list)
    assert [(field["name"], field["default"]) for field in fields] == [("length", "day"), ("power_off", False)]
    await repair.answer(length="hour", power_off=True)
    await feeds(switch, 5, on=False)
    (subentry,) = local.subentries.values()
    assert quarantine_of(subentry)["power_off"] is True
    await ask(hass, "release", found)
    await feeds(switch, 5, on=True)
