"""What belongs to one limit and no other, and the strategies by which limits are kept."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.power.policy import STRATEGIES

from .conftest import Kinds
from .dwelling import BOILER, LOADS, MAIN, Dwelling, budget_entry


async def test_each_limit_has_its_own_decisions_and_its_own_trouble(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, told: Kinds
) -> None:
    kitchen = {"limit_kind": "breaker_b", "rating": 13.0, "phases": ["L1"], "meters": {"L1": ["input_number.l2"]}}
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(LOADS, {"Main": MAIN, "Kitchen": kitchen}))
    await dwelling.start()
    await dwelling.advance(120)
    dwelling.change("Boiler", limits=[dwelling.subentry("Main").subentry_id])
    await hass.async_block_till_done()
    await dwelling.advance(120)
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    assert told() == [("shed", "Boiler")]
    assert dwelling.state(dwelling.own("event", "Main", "decision")).attributes["event_type"] == "shed"
    assert dwelling.shown("event", "Kitchen", "decision") == "unknown"
    await dwelling.call("input_boolean", "turn_on", BOILER)
    await dwelling.advance(20)
    assert ("override", "Boiler") in told(), "which has no rows, and concerns what the load is below"
    assert dwelling.shown("event", "Kitchen", "decision") == "unknown"
    assert dwelling.shown("binary_sensor", "Main", "infeasible") == "on"
    assert dwelling.shown("binary_sensor", "Kitchen", "infeasible") == "off"


@pytest.mark.parametrize("strategy", ("tariff_first", "off_grid"))
async def test_strategies_are_chosen(dwelling: Dwelling, strategy: str) -> None:
    select = dwelling.own("select", "", "strategy")
    await dwelling.call("select", "select_option", select, option=strategy)
    assert dwelling.state(select).state == strategy
    assert dwelling.hub.budget.policy == STRATEGIES[strategy]
