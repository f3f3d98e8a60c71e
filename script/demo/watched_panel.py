"""script/run --power-budget: the panel of the house is accepted, and an armed power budget watches over it.

Everything is set up as a user does it, over the interfaces that the frontend uses. The budget acts within two minutes.
"""

import asyncio
from typing import Final

from .boot import CARD_SECONDS, FLOWS, set_up
from .instance import DemoError, Instance

PANEL: Final = "Electrical panel"
OPTIONS: Final = "/api/config/config_entries/options/flow"
METERS: Final = {f"meter_l{n}": f"sensor.electrical_panel_current_main_l{n}" for n in (1, 2, 3)}
LOADS: Final = {
    "number.electrical_panel_level_charger": "charger",
    "switch.electrical_panel_water_heater": "water_heater",
    "switch.electrical_panel_lights": "lights",
}
"""What the budget manages, the least missed first: the entity, and how it is called in those of the budget."""


async def watch_panel(instance: Instance) -> None:
    """Set all of it up. Raises DemoError."""
    await set_up(instance)
    await _accept_panel(instance)
    entry = await _add_budget(instance)
    for name in LOADS.values():
        mode = {"entity_id": f"select.{name}_mode", "option": "manage"}
        await instance.request("POST", "/api/services/select/select_option", mode)
    await instance.request("POST", "/api/services/switch/turn_on", {"entity_id": "switch.power_budget_armed"})
    menu = await instance.request("POST", OPTIONS, {"handler": entry})
    await _answer(instance, await _answer(instance, menu, "dashboard", OPTIONS), {}, OPTIONS)


async def _accept_panel(instance: Instance) -> None:
    for _ in range(CARD_SECONDS):
        flows = await instance.command("config_entries/flow/progress")
        for flow in flows if isinstance(flows, list) else ():
            if flow["context"].get("title_placeholders", {}).get("name") == PANEL:
                await _answer(instance, flow, {"name": PANEL})
                return await _until_shown(instance, [*METERS.values(), *LOADS])
        await asyncio.sleep(1)
    raise DemoError(f"the panel was not discovered within {CARD_SECONDS} s")


async def _until_shown(instance: Instance, entities: list[str]) -> None:
    """Wait until entities have a value."""
    for _ in range(CARD_SECONDS):
        states = await instance.request("GET", "/api/states")
        shown = {one["entity_id"]: one["state"] for one in states} if isinstance(states, list) else {}
        if all(shown.get(one, "unavailable") not in ("unavailable", "unknown") for one in entities):
            return
        await asyncio.sleep(1)
    raise DemoError("the panel shows no values")


async def _add_budget(instance: Instance) -> str:
    """Walk the flow of a budget and return the id of its entry."""
    form = await _answer(instance, await instance.request("POST", FLOWS, {"handler": "local_things"}), "power_budget")
    limit = {"name": "Main fuse", "limit_kind": "breaker_b", "rating": 16, "phases": ["L1", "L2", "L3"]}
    form = await _answer(instance, await _answer(instance, form, limit), METERS)
    for _ in range(CARD_SECONDS * 2):
        match form:
            case {"type": "progress", "flow_id": str(flow)}:
                await asyncio.sleep(1)
                form = await instance.request("GET", f"{FLOWS}/{flow}")
            case {"step_id": "budget_loads"}:
                form = await _answer(instance, form, {"entities": [*LOADS]})
            case {"type": "form"}:
                form = await _answer(instance, form, {"reserve": 0})
            case {"type": "create_entry", "result": {"entry_id": str(entry)}}:
                return entry
            case _:
                break
    raise DemoError(f"the flow of the power budget ended otherwise: {form}")


async def _answer(instance: Instance, form: object, answer: object, flows: str = FLOWS) -> object:
    """Answer a form, or choose a line of a menu."""
    match form:
        case {"flow_id": str(flow)}:
            chosen = {"next_step_id": answer} if isinstance(answer, str) else answer
            return await instance.request("POST", f"{flows}/{flow}", chosen)
    raise DemoError(f"this is no form: {form}")
