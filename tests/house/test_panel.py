"""The electrical panel: its meters show what its circuits draw, and some of it is too much for a breaker."""

import pytest

from . import Device, running
from .panel import CIRCUITS, KETTLE_S, PANEL, PHASES

BREAKER = 16.0

pytestmark = pytest.mark.usefixtures("loopback")


def amperes(panel: Device) -> dict[str, float]:
    return {phase: float(panel.values[phase]) for phase in PHASES}


async def test_too_much_is_drawn_for_a_while_within_two_minutes() -> None:
    async with running(PANEL) as panel:
        over = []
        for number in range(120):
            panel.tick(2.0)
            assert amperes(panel)["l2"] < BREAKER
            assert amperes(panel)["l3"] < BREAKER
            if amperes(panel)["l1"] > BREAKER:
                over.append(2.0 * (number + 1))
        assert (over[0], over[-1]) == (30.0, 88.0)
        assert len(over) == 30, "the oven heats once in four minutes"
        panel.set("heater", False)
        panel.set("clock", "35")
        assert amperes(panel)["l1"] < BREAKER


async def test_meters_show_what_the_circuits_draw() -> None:
    async with running(PANEL) as panel:
        for name in ("car", "kettle_boils"):
            panel.set(name, True)
        panel.tick(35.0)
        assert all(panel.values[f"{one.name}_power"] == one.watts for one in CIRCUITS if one.name != "fridge")
        assert sum(amperes(panel).values()) * 230.0 == pytest.approx(float(panel.values["main_power"]), abs=5.0)
        assert all(current > BREAKER for current in amperes(panel).values())
        panel.set("charger_level", "50")
        assert panel.values["charger_power"] == 5520.0
        for circuit in CIRCUITS:
            panel.set(circuit.name, False)
        assert all(panel.values[f"{one.name}_power"] == 0.0 for one in CIRCUITS)
        assert all(current < 2.0 for current in amperes(panel).values())


async def test_kettle_boils_once() -> None:
    async with running(PANEL) as panel:
        panel.set("kettle_boils", True)
        panel.tick(KETTLE_S - 1.0)
        assert panel.values["kettle_power"] == 2000.0
        panel.tick(1.0)
        assert (panel.values["kettle_power"], panel.values["kettle_boils"]) == (0.0, False)
        panel.set("kettle_boils", True)
        assert panel.values["kettle_power"] == 2000.0
