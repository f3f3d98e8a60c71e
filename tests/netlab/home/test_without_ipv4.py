"""Where there is no IPv4 address at all: found, accepted, observed, written; and known again at another address."""

from contextlib import ExitStack
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from tests.netlab.lab import Flavour, Lab

from .conftest import Street
from .walks import accept, add_network, call, registered, settle, shows, started

pytestmark = [pytest.mark.xdist_group("netlab"), pytest.mark.parametrize("expected_lingering_timers", [True])]

ELSEWHERE = {
    Flavour.LINK_LOCAL: ("fe80::77:{}/64",),
    Flavour.IPV6_ONLY: ("fe80::77:{}/64", "fd00:77::77:{}/64"),
}
"""Where devices are after they have moved."""


@pytest.mark.parametrize(
    "street", [Street(flavour=flavour, devices=3) for flavour in ELSEWHERE], ids=lambda street: street.flavour.name
)
async def test_things_and_sensors_are_found_accepted_observed_written_and_followed(
    hass: HomeAssistant, lab: Lab, life: ExitStack, tmp_path: Path
) -> None:
    tenancies = await settle(life, lab, tmp_path, "desk", "lamp", "hall")
    desk, lamp, hall = (device for _, device in tenancies)
    await add_network(hass)
    for card, name in (("Desk", "Desk"), ("Dimmable lamp", "Lamp"), ("Hall", "Hall")):
        await accept(hass, card, name)

    await shows(hass, "sensor.desk_temperature", "21.5")
    await shows(hass, "sensor.hall_temperature", "21.4")
    desk.tell("set", "temperature", "25.5")
    hall.tell("set", "temperature", "19.5")
    await shows(hass, "sensor.desk_temperature", "25.5")
    await shows(hass, "sensor.hall_temperature", "19.5")
    await call(hass, "light.turn_on", "light.desk", brightness_pct=70)
    await call(hass, "light.turn_on", "light.lamp", brightness_pct=30)
    assert "'on': True, 'brightness': 70" in str(desk.tell("status")["values"])
    assert "'on': True, 'level': 30" in str(lamp.tell("status")["values"])

    before = registered(hass)
    for place, (tenancy, _) in enumerate(tenancies, 100):
        tenancy.die()
        tenancy.machine.move(*(address.format(place) for address in ELSEWHERE[lab.flavour]))
    for tenancy, _ in tenancies:
        await shows(hass, f"sensor.{tenancy.name}_connection", "not_answering")
    desk, lamp, hall = await started(*(tenancy for tenancy, _ in tenancies))
    await shows(hass, "sensor.desk_temperature", "21.5", 30)
    await shows(hass, "sensor.hall_temperature", "21.4", 30)
    await shows(hass, "light.lamp", "off", 30)
    desk.tell("set", "temperature", "26.5")
    lamp.tell("set", "on", "true")
    await shows(hass, "sensor.desk_temperature", "26.5")
    await shows(hass, "light.lamp", "on")
    assert registered(hass) == before
