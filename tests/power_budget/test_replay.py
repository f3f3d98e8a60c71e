"""The past, as the recorder has it, played again with a budget."""

from collections.abc import Mapping
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.local_things.const import DOMAIN

from .dwelling import BOILER, Dwelling, budget_entry

type Row = Mapping[str, float]


async def replayed(hass: HomeAssistant, days: float) -> Mapping[str, list[Row]]:
    answer = await hass.services.async_call(DOMAIN, "replay", {"days": days}, blocking=True, return_response=True)
    assert isinstance(answer, dict)
    return answer  # type: ignore[return-value]  # as it is made


def row(rows: list[Row], key: str, name: object) -> Row:
    return next(one for one in rows if one[key] == name)


async def test_past_is_played_again(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(), period=30.0)
    await dwelling.start()
    await dwelling.advance(600)
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 14.0
    await dwelling.advance(1200)
    dwelling.base["L1"] = 1.0
    dwelling.draws = set()
    await dwelling.advance(600)
    await async_wait_recording_done(hass)
    answer = await replayed(hass, 39.5 / 1440)
    l1 = row(answer["limits"], "limit", "Main L1")
    assert l1["peak"] == 24.0
    assert l1["minutes_above"] == pytest.approx(20, abs=2)
    assert l1["minutes_above_with"] <= 3
    assert l1["trips"] >= 3
    assert l1["trips_with"] < l1["trips"]
    boiler = row(answer["loads"], "load", "Boiler")
    assert boiler["times"] >= 1
    assert boiler["minutes"] == pytest.approx(18, abs=6)
    assert boiler["unserved_kwh"] == pytest.approx(0.7, abs=0.25)
    assert answer["commands"]
    assert dwelling.is_on(BOILER), "nothing was sent"


async def test_nothing_is_replayed_of_a_time_without_records(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry())
    await dwelling.start()
    freezer.tick(timedelta(days=20))
    for phase in ("l1", "l2", "l3"):
        hass.states.async_remove(f"input_number.{phase}")
    with pytest.raises(ServiceValidationError) as caught:
        await replayed(hass, 0.02)
    assert caught.value.translation_key == "nothing_recorded"
