"""What the panel is told of a budget."""

from collections.abc import Mapping
import json
from typing import cast

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, ToolInput, ToolResult
from homeassistant.setup import async_setup_component

from custom_components.local_things.llm import async_get_tools

from .dwelling import BOILER, Dwelling


def told(dwelling: Dwelling) -> Mapping[str, object]:
    """Return it as it arrives in a browser."""
    return cast("Mapping[str, object]", json.loads(json.dumps(dwelling.hub.overview())))


async def test_a_quiet_house_is_told_with_every_phase(dwelling: Dwelling) -> None:
    overview = told(dwelling)
    (limit,) = cast("list[Mapping[str, object]]", overview["limits"])
    rows = cast("list[Mapping[str, object]]", limit["rows"])
    assert [row["phase"] for row in rows] == ["L1", "L2", "L3"]
    assert all(row["value"] is not None and not row["is_over"] for row in rows)
    assert (limit["unit"], limit["rating"], limit["projection"]) == ("A", 16.0, None)
    assert overview["state"] == "disarmed"
    assert overview["decisions"] == []
    loads = cast("list[Mapping[str, object]]", overview["loads"])
    assert {(load["status"], load["mode"]) for load in loads} == {("free", "observe")}
    assert BOILER in {load["entity_id"] for load in loads}


async def test_what_is_reduced_is_told_with_its_reason(dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler", "pump"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    overview = told(dwelling)
    (boiler,) = (one for one in cast("list[Mapping[str, object]]", overview["loads"]) if one["title"] == "Boiler")
    assert (boiler["status"], boiler["level"]) == ("shed", 0)
    assert "Boiler" in str(boiler["reason"])
    decisions = cast("list[Mapping[str, object]]", overview["decisions"])
    assert boiler["reason"] in {one["message"] for one in decisions}


async def test_decisions_of_yesterday_are_not_told(dwelling: Dwelling) -> None:
    now = dwelling.freezer.time_to_freeze.timestamp()
    kept = {"type": "shed", "message": "", "entity_id": BOILER}
    dwelling.hub.recent.extend([(now - 25 * 3600, dict(kept)), (now - 23 * 3600, {**kept, "message": "today"})])
    decisions = cast("list[Mapping[str, object]]", told(dwelling)["decisions"])
    assert [one["message"] for one in decisions] == ["today"]


async def test_an_assistant_is_told_of_a_budget_that_is_exposed_to_it(hass: HomeAssistant, dwelling: Dwelling) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    about = LLMContext(platform="test", context=None, language="en", assistant="conversation", device_id=None)
    for entity in er.async_entries_for_config_entry(er.async_get(hass), dwelling.entry.entry_id):
        async_expose_entity(hass, "conversation", entity.entity_id, False)
    assert async_get_tools(hass, about, LLM_API_ASSIST) is None
    async_expose_entity(hass, "conversation", dwelling.own("sensor", "", "budget_state"), True)
    await dwelling.manage()
    dwelling.draws = {"boiler", "pump"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    offered = async_get_tools(hass, about, LLM_API_ASSIST)
    assert offered is not None
    (tool,) = offered.tools
    answer = await tool.async_call(hass, ToolInput(tool_name=tool.name, tool_args={}), about)
    assert isinstance(answer, ToolResult)
    (budget,) = cast("list[Mapping[str, object]]", cast("Mapping[str, Mapping[str, object]]", answer.data)["budgets"])
    (reduced,) = cast("list[Mapping[str, object]]", budget["reduced"])
    assert (reduced["title"], reduced["status"]) == ("Boiler", "shed")
    assert "Boiler" in str(reduced["reason"])
