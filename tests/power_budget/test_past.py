"""What the options say that a budget would have done with the past."""

from collections.abc import Mapping

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from .dwelling import BOILER, Dwelling, budget_entry


async def ask(hass: HomeAssistant, dwelling: Dwelling) -> Mapping[str, object]:
    """Ask in the options about one day."""
    options = hass.config_entries.options
    menu = await options.async_init(dwelling.entry.entry_id)
    form = await options.async_configure(menu["flow_id"], {"next_step_id": "replay"})
    return await options.async_configure(form["flow_id"], {"days": 1})


def told(form: Mapping[str, object]) -> list[str]:
    placeholders = form["description_placeholders"]
    assert isinstance(placeholders, dict)
    return str(placeholders["told"]).splitlines()


async def test_past_is_told_in_words(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(), period=30.0)
    await dwelling.start()
    await dwelling.advance(600)
    await async_wait_recording_done(hass)
    quiet = await ask(hass, dwelling)
    assert told(quiet) == [
        *(f"- Main {phase}: never above the limit; highest 1 A." for phase in ("L1", "L2", "L3")),
        "- Nothing would have been reduced.",
    ]

    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 14.0
    await dwelling.advance(1200)
    dwelling.base["L1"] = 1.0
    await dwelling.advance(600)
    await async_wait_recording_done(hass)
    form = await ask(hass, dwelling)
    l1, trips, *others, boiler = told(form)
    assert l1.startswith("- Main L1: 2")
    assert "highest 24 A" in l1
    assert trips.startswith("  - A fast breaker would have tripped ")
    assert len(others) == 2
    assert boiler.startswith("- Boiler: reduced ")
    assert dwelling.is_on(BOILER), "nothing was sent"
    done = await hass.config_entries.options.async_configure(str(form["flow_id"]), {})
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_without_a_recorder_nothing_is_told(hass: HomeAssistant, dwelling: Dwelling) -> None:
    done = await ask(hass, dwelling)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "nothing_recorded")
