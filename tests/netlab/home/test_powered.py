"""A PoE switch whose ports are real links, and Home Assistant in front of it: nothing has an IPv4 address.

What hangs where is right for a device whose address says its hardware, for one whose address does not, and for one
that was moved; a port that is off takes its device off the network; a device that hangs is helped.
"""

from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.adapters.poe.recovery import Policy, step
from custom_components.local_things.poe_switch import links, remedy
from tests.house.switch import why_not
from tests.integration.poe.house import (
    by_community,
    fill_in,
    hub_of,
    linked as looked_until_linked,
    power_ups,
    until_true,
)
from tests.integration.poe.test_remedy import ask_for_help
from tests.netlab.lab import Flavour, Lab
from tests.netlab.powered import AGENT, WATTS, PoweredLab, powered
from tests.netlab.test_powered import stable_privacy

from .conftest import Street
from .walks import Tenancy, accept, add_network, call, device_of, registered, settle, shown, shows, started, until

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.xdist_group("netlab"),
    pytest.mark.parametrize("expected_lingering_timers", [True]),
    pytest.mark.parametrize("street", [Street(flavour=Flavour.LINK_LOCAL, devices=2, powered=True)], ids=["fe80"]),
]

LAMP, HALL = "1.2", "1.3"
"""The ports of the devices."""

IMPATIENT = Policy(silence=1.0, back_off=(10.0, 10.0, 10.0), steady=0.5)


@pytest.fixture(autouse=True)
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for links soon, and for devices that hang every moment."""
    monkeypatch.setattr(links, "_SOON", timedelta(seconds=1))
    monkeypatch.setattr(remedy, "_EVERY", timedelta(seconds=0.2))
    monkeypatch.setattr(remedy, "step", partial(step, policy=IMPATIENT))


async def test_devices_are_linked_to_their_ports_switched_with_them_and_helped(
    hass: HomeAssistant, lab: Lab, life: ExitStack, tmp_path: Path
) -> None:
    stable_privacy(lab.devices[1])
    (lamp, _), (hall, _) = await settle(life, lab, tmp_path, "lamp", "hall")
    async with powered(lab) as there:
        for port, machine in enumerate(lab.devices, 2):
            await there.plug(machine, port, lldp=False)
        await add_network(hass)
        for card, name in (("Dimmable lamp", "Lamp"), ("Hall", "Hall")):
            await accept(hass, card, name)
        entry = await add_switch(hass, there)
        await linked(hass, entry, {LAMP: "light.lamp", HALL: "sensor.hall_temperature"})
        await shows(hass, "sensor.lamp_poe_power", str(WATTS))
        await shows(hass, "sensor.hall_poe_power", str(WATTS))
        await switch_off_and_on(hass)
        await power_cycle(hass, there)
        await help_the_hanging(hass, entry, there, lamp)
        await move(hass, entry, there, hall)
        assert await hass.config_entries.async_unload(entry.entry_id)


async def add_switch(hass: HomeAssistant, there: PoweredLab) -> ConfigEntry:
    """Add the switch at its link-local address, as a user does."""
    done = await fill_in(hass, there.poe, by_community("private"), address=AGENT)
    entry = done["result"]
    assert isinstance(entry, ConfigEntry)
    return entry


async def linked(hass: HomeAssistant, entry: ConfigEntry, expected: dict[str, str]) -> None:
    """Wait until these devices, each named by an entity of theirs, are at these ports, and no other anywhere."""
    devices = {port: (device_of(hass, entity_id).id,) for port, entity_id in expected.items()}
    hub = hub_of(entry)
    await until(lambda: {port: at for port, at in hub.at.items() if at} == devices, lambda: (devices, hub.at))


async def switch_off_and_on(hass: HomeAssistant) -> None:
    """See a device go with its port, at once and with the reason, and come back with it."""
    await call(hass, "switch.turn_off", "switch.switch_port_2")
    await shows(hass, "sensor.lamp_connection", "power_off", 2.0)
    assert shown(hass)["light.lamp"] == "unavailable"
    await shows(hass, "sensor.lamp_poe_power", "0.0")
    assert shown(hass)["sensor.hall_connection"] == "connected"
    await call(hass, "switch.turn_on", "switch.switch_port_2")
    await shows(hass, "light.lamp", "off")
    await call(hass, "light.turn_on", "light.lamp")
    await shows(hass, "light.lamp", "on")


async def power_cycle(hass: HomeAssistant, there: PoweredLab) -> None:
    """Press the button on the device's own page."""
    before = await power_ups(there.poe, 3)
    assert device_of(hass, "button.hall_power_cycle") == device_of(hass, "sensor.hall_temperature")
    await call(hass, "button.press", "button.hall_power_cycle")

    async def cycled() -> bool:
        return await power_ups(there.poe, 3) == before + 1

    await until_true(cycled)
    await shows(hass, "sensor.hall_temperature", "21.4")


async def help_the_hanging(hass: HomeAssistant, entry: ConfigEntry, there: PoweredLab, lamp: Tenancy) -> None:
    """See a device that hangs switched off and on by itself, and what nobody may switch off left alone."""
    assert await ask_for_help(hass, entry, "1.1") == {"ports": "protected"}, "Home Assistant hangs there"
    assert await ask_for_help(hass, entry, LAMP) is None
    before = await power_ups(there.poe, 2)
    lamp.hang()

    async def cycled() -> bool:
        return await power_ups(there.poe, 2) == before + 1

    await until_true(cycled)
    lamp.die()  # it has lost its power, and boots
    await started(lamp)
    await shows(hass, "light.lamp", "off")


async def move(hass: HomeAssistant, entry: ConfigEntry, there: PoweredLab, hall: Tenancy) -> None:
    """Put the plug of a device into another port: it stays what it is, and takes along what it is shown."""
    before = registered(hass)
    await there.move(hall.machine, 3, 7)
    await looked_until_linked(hass, entry, "1.7", device_of(hass, "sensor.hall_temperature"))
    await linked(hass, entry, {LAMP: "light.lamp", "1.7": "sensor.hall_temperature"})
    await shows(hass, "sensor.hall_poe_power", str(WATTS))
    await shows(hass, "sensor.hall_temperature", "21.4")
    assert registered(hass) == before
    await call(hass, "switch.turn_off", "switch.switch_port_7")
    await shows(hass, "sensor.hall_connection", "power_off", 2.0)
    await call(hass, "switch.turn_on", "switch.switch_port_7")
    await shows(hass, "sensor.hall_temperature", "21.4")
