"""The loop: what the meters of a running Home Assistant show becomes commands, and comes back."""

from homeassistant.core import Context, Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from .conftest import Kinds
from .dwelling import BOILER, CHARGER, CHARGER_ON, PUMP, Dwelling


async def test_nothing_happens_before_a_user_says_so(dwelling: Dwelling, told: Kinds) -> None:
    dwelling.draws = {"boiler", "charger"}
    await dwelling.advance(60)
    assert told() == []
    await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "armed"))
    await dwelling.advance(60)
    assert {kind for kind, _ in told()} <= {"infeasible"}
    assert dwelling.is_on(BOILER)
    assert dwelling.amps() == 16.0


async def test_charger_is_throttled_and_given_back(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.draws = {"charger"}
    dwelling.base["L1"] = 6.0
    await dwelling.advance(30)
    assert told() == [("limit", "Charger")]
    assert dwelling.amps() == 9.0
    assert max(dwelling.flows().values()) <= 16.0
    assert dwelling.shown("sensor", "Charger", "load_status") == "limited"
    dwelling.base["L1"] = 0.0
    await dwelling.advance(300)
    assert told()[-1] == ("restore", "Charger")
    assert float(dwelling.state(CHARGER).state) > 9.0


async def test_boiler_is_shed_rather_than_the_pump_and_comes_back(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler", "pump"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    assert told() == [("shed", "Boiler")]
    assert not dwelling.is_on(BOILER)
    assert dwelling.is_on(PUMP)
    assert dwelling.shown("sensor", "", "reduced_loads") == "1"
    dwelling.base["L1"] = 2.0
    await dwelling.advance(300)
    assert told()[1:] == [("restore", "Boiler")]
    assert dwelling.is_on(BOILER)
    assert dwelling.shown("sensor", "Boiler", "load_status") == "free"


async def test_what_a_number_cannot_do_its_switch_does(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage("Charger")
    dwelling.draws = {"charger"}
    dwelling.base["L1"] = 13.0
    await dwelling.advance(30)
    assert told() == [("shed", "Charger")]
    assert not dwelling.is_on(CHARGER_ON)
    dwelling.base["L1"] = 1.0
    await dwelling.advance(600)
    assert dwelling.is_on(CHARGER_ON)
    assert ("restore", "Charger") in told()


async def test_decision_is_an_event_with_numbers_and_a_sentence(dwelling: Dwelling, decisions: list[Event]) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler", "pump"}
    dwelling.base["L1"] = 10.0
    await dwelling.advance(30)
    (event,) = decisions
    assert event.data["entity_id"] == BOILER
    assert event.data["rows"] == [
        {
            "limit": "Main",
            "phase": "L1",
            "value": 20.0,
            "room": 15.68,
            "unit": "A",
            "time_to_trip": pytest.approx(15, abs=15),
        }
    ]
    assert event.data["frees"] == 2300
    message = event.data["message"]
    assert message.startswith("Boiler off: Main L1 at 20.0 of 15.7 A, trip in about ")
    assert "frees 2300 W" in message
    state = dwelling.state(dwelling.own("event", "", "decision"))
    assert state.attributes["event_type"] == "shed"
    assert state.attributes["message"] == message


async def test_who_turns_a_shed_load_on_again_has_it(hass: HomeAssistant, dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    assert not dwelling.is_on(BOILER)
    await dwelling.call("input_boolean", "turn_on", BOILER)
    await dwelling.advance(120)
    assert ("override", "Boiler") in told()
    assert dwelling.is_on(BOILER)
    assert dwelling.shown("sensor", "Boiler", "load_status") == "held"


@pytest.mark.parametrize("by_rule", (False, True))
@pytest.mark.parametrize("dry_run", (False, True))
async def test_whose_hand_is_known_has_it_at_once(
    hass: HomeAssistant, dwelling: Dwelling, told: Kinds, hass_owner_user: MockUser, by_rule: bool, dry_run: bool
) -> None:
    context = Context(parent_id="rule") if by_rule else Context(user_id=hass_owner_user.id)
    await dwelling.manage()
    if dry_run:
        await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "dry_run"))
        await dwelling.advance(120)
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(20)
    assert told() == [("shed", "Boiler")], "just now: it may still be obeying"
    for action in ("turn_off", "turn_on"):
        await hass.services.async_call("input_boolean", action, {"entity_id": BOILER}, blocking=True, context=context)
    await hass.async_block_till_done()
    assert told()[1:] == [("override", "Boiler")]
    assert dwelling.is_on(BOILER)


async def test_what_follows_from_our_own_command_is_no_stranger(
    hass: HomeAssistant, dwelling: Dwelling, told: Kinds
) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(20)
    follows = Context(parent_id=dwelling.state(BOILER).context.id)
    for action in ("turn_on", "turn_off"):
        await hass.services.async_call("input_boolean", action, {"entity_id": BOILER}, blocking=True, context=follows)
    await dwelling.advance(20)
    assert told() == [("shed", "Boiler")]


async def test_silent_meter_brings_nothing_back_and_is_told_of(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    dwelling.silent = True
    dwelling.base["L1"] = 0.0
    await dwelling.advance(600)
    assert not dwelling.is_on(BOILER)
    assert ("restore", "Boiler") not in told()
    assert ("stale", "") in told()
    assert dwelling.shown("binary_sensor", "Main", "meter_ok") == "off"
    assert dwelling.shown("sensor", "", "budget_state") == "degraded"


async def test_dry_run_tells_and_sends_nothing(dwelling: Dwelling, decisions: list[Event]) -> None:
    await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "armed"))
    await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "dry_run"))
    await dwelling.advance(120)
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(120)
    assert [(one.data["type"], one.data["load"], one.data["dry_run"]) for one in decisions] == [
        ("shed", "Boiler", True)
    ]
    assert decisions[0].data["message"].startswith("Dry run: ")
    assert dwelling.is_on(BOILER)
    dwelling.base["L1"] = 0.0
    await dwelling.advance(300)
    assert [one.data["type"] for one in decisions] == ["shed", "restore"]
    assert dwelling.is_on(BOILER)
