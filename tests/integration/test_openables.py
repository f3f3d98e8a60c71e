"""Covers and valves: by position, by yes or no, by actions."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.local_things.things.model import Affordance, ComponentType, Value
from custom_components.local_things.things.quantities import Quantity
from tests.actuators_made import action, control, reading, thing
from tests.fake import FakeDevice
from tests.things_made import BOOLEAN, FRACTION

from .conftest import Run, state_of

POSITION = control("it/position", Quantity.POSITION, FRACTION)
SHOWN = reading("it/position", Quantity.POSITION, FRACTION)
TILT = control("it/tilt", Quantity.TILT, FRACTION)
OPENING = control("it/opening", Quantity.OPENING, BOOLEAN)
ON_OFF = control("it/on", Quantity.ON_OFF, BOOLEAN)
CONTACT = reading("it/contact", Quantity.OPENING, BOOLEAN)
OPEN, CLOSE, STOP = (action(f"it/{one}", one) for one in (Quantity.OPEN, Quantity.CLOSE, Quantity.STOP))

SUPPORT = {"open": 1, "close": 2, "set": 4, "stop": 8, "tilt": 16 | 32 | 128}


async def openable(run: Run, kind: ComponentType, *affordances: Affordance, **values: Value) -> FakeDevice:
    """Accept a cover or a valve; values go by the last part of the name."""
    return await run(thing(*affordances, it=kind), {f"it/{name}": value for name, value in values.items()})


@pytest.mark.parametrize(
    ("affordances", "values", "state", "support"),
    (
        ((POSITION,), {"position": 0.3}, "open", "open close set"),
        ((POSITION,), {"position": 0.0}, "closed", "open close set"),
        ((POSITION, STOP, CONTACT), {"position": 0.0, "contact": True}, "closed", "open close set stop"),
        ((OPENING,), {"opening": True}, "open", "open close"),
        ((ON_OFF, STOP), {"on": False}, "closed", "open close stop"),
        ((OPEN, CLOSE, STOP), {}, "unknown", "open close stop"),
        ((OPEN, CLOSE, SHOWN), {"position": 1.0}, "open", "open close"),
        ((OPEN, CLOSE, CONTACT), {"contact": False}, "closed", "open close"),
        ((CLOSE,), {}, "unknown", "close"),
    ),
)
@pytest.mark.parametrize("kind", (ComponentType.COVER, ComponentType.VALVE))
async def test_what_is_offered_is_what_the_thing_has(
    hass: HomeAssistant,
    run: Run,
    kind: ComponentType,
    affordances: tuple[Affordance, ...],
    values: dict[str, Value],
    state: str,
    support: str,
) -> None:
    await openable(run, kind, *affordances, **values)
    shown = state_of(hass, f"{kind}.device")
    assert shown.state == state
    assert shown.attributes["supported_features"] == sum(SUPPORT[word] for word in support.split())
    assert shown.attributes.get("assumed_state", False) is (not values)


async def test_slats_alone_are_a_cover(hass: HomeAssistant, run: Run) -> None:
    await openable(run, ComponentType.COVER, TILT, tilt=0.5)
    shown = state_of(hass, "cover.device")
    assert shown.attributes["supported_features"] == SUPPORT["tilt"]
    assert shown.attributes["current_tilt_position"] == 50


WAYS: tuple[tuple[tuple[Affordance, ...], str, dict[str, object], dict[str, Value], list[str]], ...] = (
    ((POSITION,), "open", {}, {"it/position": 1.0}, []),
    ((POSITION,), "close", {}, {"it/position": 0.0}, []),
    ((POSITION,), "set_{}_position", {"position": 40}, {"it/position": 0.4}, []),
    ((POSITION, STOP), "stop", {}, {}, ["it/stop"]),
    ((OPENING,), "open", {}, {"it/opening": True}, []),
    ((OPENING,), "close", {}, {"it/opening": False}, []),
    ((ON_OFF,), "open", {}, {"it/on": True}, []),
    ((OPEN, CLOSE), "open", {}, {}, ["it/open"]),
    ((OPEN, CLOSE), "close", {}, {}, ["it/close"]),
)


@pytest.mark.parametrize(("affordances", "service", "data", "written", "invoked"), WAYS)
@pytest.mark.parametrize("kind", (ComponentType.COVER, ComponentType.VALVE))
async def test_it_is_moved_as_the_thing_can(
    hass: HomeAssistant,
    run: Run,
    kind: ComponentType,
    affordances: tuple[Affordance, ...],
    service: str,
    data: dict[str, object],
    written: dict[str, Value],
    invoked: list[str],
) -> None:
    device = await openable(run, kind, *affordances)
    name = service.format(kind) if "{" in service else f"{service}_{kind}"
    await hass.services.async_call(kind, name, {"entity_id": f"{kind}.device", **data}, blocking=True)
    assert device.values == written
    assert device.invoked == invoked


async def test_a_cover_that_has_actions_is_opened_by_them(hass: HomeAssistant, run: Run) -> None:
    device = await openable(run, ComponentType.COVER, POSITION, OPEN, CLOSE, position=0.5)
    await hass.services.async_call("cover", "close_cover", {"entity_id": "cover.device"}, blocking=True)
    assert (device.values, device.invoked) == ({"it/position": 0.5}, ["it/close"])


@pytest.mark.parametrize(
    ("service", "data", "tilt"),
    (
        ("open_cover_tilt", {}, 1.0),
        ("close_cover_tilt", {}, 0.0),
        ("set_cover_tilt_position", {"tilt_position": 70}, 0.7),
    ),
)
async def test_slats_are_tilted(
    hass: HomeAssistant, run: Run, service: str, data: dict[str, object], tilt: float
) -> None:
    device = await openable(run, ComponentType.COVER, POSITION, TILT)
    await hass.services.async_call("cover", service, {"entity_id": "cover.device", **data}, blocking=True)
    assert device.values == {"it/tilt": tilt}


@pytest.mark.parametrize("kind", (ComponentType.COVER, ComponentType.VALVE))
async def test_what_moves_may_still_report_where_it_was(hass: HomeAssistant, run: Run, kind: ComponentType) -> None:
    device = await openable(run, kind, POSITION, position=0.2)
    device.lies = True
    data = {"entity_id": f"{kind}.device", "position": 80}
    await hass.services.async_call(kind, f"set_{kind}_position", data, blocking=True)
    assert state_of(hass, f"{kind}.device").attributes["current_position"] == 20


async def test_an_action_that_the_device_cannot_follow_is_told(hass: HomeAssistant, run: Run) -> None:
    device = await openable(run, ComponentType.COVER, OPEN, CLOSE, STOP)
    device.fail()
    device.answering = True
    device.push()
    device.answering = False  # it falls silent unseen
    for service in ("open_cover", "close_cover", "stop_cover"):
        with pytest.raises(HomeAssistantError, match="does not answer"):
            await hass.services.async_call("cover", service, {"entity_id": "cover.device"}, blocking=True)
    assert device.invoked == []


@pytest.mark.parametrize(("position", "shown"), ((1.7, 100), (-0.2, 0), (0.004, 0), (0.006, 1)))
async def test_position_stays_within_what_home_assistant_knows(
    hass: HomeAssistant, run: Run, position: float, shown: int
) -> None:
    await openable(run, ComponentType.COVER, POSITION, position=position)
    assert state_of(hass, "cover.device").attributes["current_position"] == shown
