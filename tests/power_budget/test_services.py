"""The actions of the budget, and their answers."""

from collections.abc import Mapping
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.local_things.const import DOMAIN

from .dwelling import BOILER, CHARGER, PUMP, Dwelling


async def ask(hass: HomeAssistant, action: str, **data: object) -> Mapping[str, object]:
    """Call an action and return its answer."""
    answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    assert isinstance(answer, Mapping)
    return answer


async def test_plan_says_what_would_be_done_and_changes_nothing(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler", "pump"}
    await dwelling.advance(30)
    answer = await ask(hass, "plan")
    assert answer["feasible"]
    assert answer["reduce"] == []
    answer = await ask(hass, "plan", power=2000, phases=["L1"], limit="Main")
    assert answer["reduce"] == [{"load": "Boiler", "level": 0}]
    assert {"load": "Charger", "why": "idle"} in answer["skipped"]  # type: ignore[operator]  # a list
    assert dwelling.is_on(BOILER)
    answer = await ask(hass, "plan", power=20_000)
    assert not answer["feasible"]
    with pytest.raises(ServiceValidationError) as caught:
        await ask(hass, "plan", limit="Nowhere")
    assert caught.value.translation_key == "no_such_limit"


async def test_load_is_shed_for_a_while_and_given_back(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    await dwelling.advance(30)
    answer = await ask(hass, "shed", entity_id=BOILER, minutes=30)
    assert (answer["load"], answer["level"], answer["frees"]) == ("Boiler", 0, 2300)
    await dwelling.advance(20 * 60)
    assert not dwelling.is_on(BOILER)
    until = dwelling.shown("sensor", "", "next_return")
    assert until not in ("unknown", "unavailable")
    answer = await ask(hass, "restore", entity_id=BOILER)
    assert answer["level"] == 100
    await hass.async_block_till_done()
    assert dwelling.is_on(BOILER)
    with pytest.raises(ServiceValidationError, match="is not reduced"):
        await ask(hass, "restore", entity_id=BOILER)


async def test_shed_ends_by_itself(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"charger"}
    await dwelling.advance(60)
    await ask(hass, "shed", entity_id=CHARGER, level=50, minutes=5)
    await dwelling.advance(20)
    assert float(dwelling.state(CHARGER).state) == 8.0
    await dwelling.advance(600)
    assert dwelling.shown("sensor", "Charger", "load_status") != "shed"


async def test_what_is_not_managed_stays_as_it_is(hass: HomeAssistant, dwelling: Dwelling) -> None:
    with pytest.raises(ServiceValidationError, match="not managed"):
        await ask(hass, "shed", entity_id=PUMP)
    with pytest.raises(ServiceValidationError, match="not managed"):
        await ask(hass, "shed", entity_id=BOILER)
    with pytest.raises(ServiceValidationError) as caught:
        await ask(hass, "shed", entity_id="switch.nothing")
    assert caught.value.translation_key == "no_such_load"


async def test_no_room_is_said(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    with pytest.raises(ServiceValidationError, match="no room"):
        await ask(hass, "restore", entity_id=BOILER)


async def test_load_that_is_held_is_not_touched(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage("Boiler")
    dwelling.draws = {"boiler"}
    await ask(hass, "hold", entity_id=BOILER, minutes=60)
    assert dwelling.shown("sensor", "Boiler", "load_status") == "held"
    dwelling.base["L1"] = 8.0
    await dwelling.advance(60)
    assert dwelling.is_on(BOILER)
    await ask(hass, "hold", entity_id=BOILER, minutes=0)
    await dwelling.advance(30)
    assert not dwelling.is_on(BOILER)


async def test_limit_is_set_for_a_while(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"pump"}
    assert await ask(hass, "set_limit", limit="Main", value=5, minutes=10) == {"limit": "Main", "value": 5.0}
    assert dwelling.shown("number", "Main", "cap_current") == "5.0"
    await dwelling.advance(30)
    assert not dwelling.is_on(PUMP)
    assert await hass.config_entries.async_reload(dwelling.entry.entry_id)
    assert dwelling.shown("number", "Main", "cap_current") == "5.0"
    await dwelling.advance(timedelta(minutes=30).total_seconds())
    assert dwelling.shown("number", "Main", "cap_current") == "16.0"
    assert dwelling.is_on(PUMP)
    with pytest.raises(ServiceValidationError) as caught:
        await ask(hass, "set_limit", limit="Main", value=17)
    assert caught.value.translation_key == "above_rating"
    assert await ask(hass, "set_limit", limit="Main") == {"limit": "Main", "value": 16.0}


async def test_phases_are_learnt_and_applied(hass: HomeAssistant, dwelling: Dwelling) -> None:
    dwelling.change("Charger", phases=[])
    await hass.async_block_till_done()
    for _ in range(5):
        dwelling.draws = {"charger"}
        await dwelling.advance(120)
        dwelling.draws = set()
        await dwelling.advance(120)
    answer = await ask(hass, "identify_phases")
    charger = next(one for one in answer["loads"] if one["load"] == "Charger")  # type: ignore[attr-defined]  # a list
    assert charger["phases"] == ["L1", "L2", "L3"]
    assert charger["certain"]
    assert not charger["applied"]
    assert dwelling.shown("sensor", "Charger", "load_phases") == "L1+L2+L3"
    await dwelling.call("button", "press", dwelling.own("button", "", "identify_phases"))
    await hass.async_block_till_done()
    assert dwelling.subentry("Charger").data["phases"] == ["L1", "L2", "L3"]
    assert dwelling.shown("sensor", "Charger", "load_phases") == "L1+L2+L3", "what was learnt outlives the reload"


async def test_nothing_is_replayed_where_nothing_is_recorded(hass: HomeAssistant, dwelling: Dwelling) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await ask(hass, "replay")
    assert caught.value.translation_key == "nothing_recorded"
