"""A role among real devices: its sources die one by one and come back, and at every step it is something definite."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.role import hub
from tests.house import IPSO_TREE, MULTI_SENSOR, TEXT_SENSOR, house

from .conftest import state_of
from .test_house import add, entry, until
from .test_role import made

__all__ = ["entry"]

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]

ROLE = "sensor.room_temperature"
SOURCE = "sensor.room_temperature_source"
DEGRADED = "binary_sensor.room_temperature_degraded"
RANKED = ("hall", "utility", "legacy")
VALUES = {"hall": 21.0, "utility": 19.0, "legacy": 17.0}
MODELS = tuple(replace(model, max_age=2) for model in (MULTI_SENSOR, IPSO_TREE, TEXT_SENSOR))


@pytest.fixture
def said(hass: HomeAssistant) -> list[str]:
    """Collect all that the role ever says."""
    states: list[str] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == ROLE and (new := event.data["new_state"]) is not None:
            states.append(new.state)

    hass.bus.async_listen("state_changed", changed)
    return states


async def test_its_sources_are_killed_one_by_one(
    hass: HomeAssistant, entry: MockConfigEntry, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_PATIENCE_S", 0.2)

    def plays(name: str | None) -> bool:
        value = str(VALUES[name]) if name else "unavailable"
        degraded = "off" if name == RANKED[0] else "on"
        sources = state_of(hass, SOURCE).attributes.get("entity_id")
        return (state_of(hass, ROLE).state, state_of(hass, DEGRADED).state, sources) == (
            value,
            degraded,
            f"sensor.{name}_temperature" if name else None,
        )

    def is_at(name: str, state: str) -> Callable[[], bool]:
        return lambda: state_of(hass, f"sensor.{name}_temperature").state == state

    async with house(*MODELS) as devices:
        for name in RANKED:
            devices[name].set("temperature", VALUES[name])
            await add(hass, entry, devices[name].uri, name.title())
            await until(is_at(name, str(VALUES[name])))
        await made(hass, *(f"sensor.{name}_temperature" for name in RANKED), name="Room temperature", settle=0)
        assert plays("hall")
        said.clear()
        for dying, heir in zip(RANKED, (*RANKED[1:], None), strict=True):
            devices[dying].stop()
            await until(is_at(dying, "unavailable"), 20)
            await hass.async_block_till_done()
            assert plays(heir), (dying, heir)
        assert said == ["19.0", "17.0", "unavailable"], "each in its turn, and nothing between"
        issues = ir.async_get(hass).issues
        await until(lambda: any(one.translation_key == "role_silent" for one in issues.values()))
        for name in reversed(RANKED):
            devices[name].start()
            await until(partial(plays, name), 20)
        assert said[3:] == ["17.0", "19.0", "21.0"]
        assert not [one for one in issues.values() if one.domain == DOMAIN and one.translation_key == "role_silent"]
