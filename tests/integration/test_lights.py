"""Lights with colour and colour temperature."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.things.model import Affordance, ComponentType, Value
from custom_components.local_things.things.quantities import Quantity
from tests.actuators_made import KELVIN, control, reading, thing
from tests.fake import FakeDevice
from tests.things_made import BOOLEAN, FRACTION, TEXT

from .conftest import Run, state_of

ON = control("lamp/on", Quantity.ON_OFF, BOOLEAN)
LEVEL = control("lamp/level", Quantity.LEVEL, FRACTION)
COLOR = control("lamp/color", Quantity.COLOR, TEXT)
HUE = control("lamp/hue", Quantity.HUE)
SATURATION = control("lamp/saturation", Quantity.SATURATION, FRACTION)
KELVINS = control("lamp/ct", Quantity.COLOR_TEMPERATURE, KELVIN)
LAMP = "light.device"


async def lamp(run: Run, *affordances: Affordance, **values: Value) -> FakeDevice:
    """Accept a lamp; values go by the last part of the name."""
    named = {f"lamp/{name}": value for name, value in {"on": True, **values}.items()}
    return await run(thing(ON, *affordances, lamp=ComponentType.LIGHT), named)


async def turn_on(hass: HomeAssistant, **data: object) -> None:
    await hass.services.async_call("light", "turn_on", {"entity_id": LAMP, **data}, blocking=True)


@pytest.mark.parametrize(
    ("affordances", "modes"),
    (
        ((), {"onoff"}),
        ((LEVEL,), {"brightness"}),
        ((COLOR,), {"rgb"}),
        ((LEVEL, COLOR), {"rgb"}),
        ((LEVEL, HUE, SATURATION), {"hs"}),
        ((LEVEL, KELVINS), {"color_temp"}),
        ((LEVEL, COLOR, KELVINS), {"rgb", "color_temp"}),
        ((LEVEL, HUE, SATURATION, KELVINS), {"hs", "color_temp"}),
        # Of two ways to say a colour, one is used.
        ((COLOR, HUE, SATURATION), {"rgb"}),
        # Half a colour is none.
        ((LEVEL, HUE), {"brightness"}),
        ((LEVEL, SATURATION), {"brightness"}),
        # What can only be read cannot be offered.
        ((LEVEL, reading("lamp/color", Quantity.COLOR, TEXT)), {"brightness"}),
    ),
)
async def test_modes_are_what_the_thing_has(
    hass: HomeAssistant, run: Run, affordances: tuple[Affordance, ...], modes: set[str]
) -> None:
    await lamp(run, *affordances)
    assert set(state_of(hass, LAMP).attributes["supported_color_modes"]) == modes


@pytest.mark.parametrize(
    ("affordances", "asked", "written"),
    (
        ((LEVEL, COLOR), {"rgb_color": [255, 128, 0]}, {"lamp/color": "#ff8000"}),
        ((LEVEL, COLOR), {"rgb_color": [0, 0, 1], "brightness": 255}, {"lamp/color": "#000001", "lamp/level": 1.0}),
        ((LEVEL, COLOR), {"hs_color": [240, 100]}, {"lamp/color": "#0000ff"}),
        ((HUE, SATURATION), {"hs_color": [120, 40]}, {"lamp/hue": 120, "lamp/saturation": 0.4}),
        ((HUE, SATURATION), {"rgb_color": [255, 0, 0]}, {"lamp/hue": 0, "lamp/saturation": 1.0}),
        ((KELVINS, COLOR), {"color_temp_kelvin": 4000}, {"lamp/ct": 4000}),
        ((KELVINS, COLOR), {"color_temp_kelvin": 9000}, {"lamp/ct": 6500}),
    ),
)
async def test_a_color_is_written_as_the_thing_says_it(
    hass: HomeAssistant,
    run: Run,
    affordances: tuple[Affordance, ...],
    asked: dict[str, object],
    written: dict[str, object],
) -> None:
    device = await lamp(run, *affordances)
    await turn_on(hass, **asked)
    assert device.values == {"lamp/on": True, **written}


async def test_a_color_turns_on_what_is_off(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, COLOR, on=False)
    await turn_on(hass, rgb_color=[0, 255, 0])
    assert device.values == {"lamp/on": True, "lamp/color": "#00ff00"}


async def test_a_color_without_a_level_is_dimmed_by_itself(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, COLOR, color="#804000")
    attributes = state_of(hass, LAMP).attributes
    assert (attributes["brightness"], attributes["rgb_color"]) == (128, (255, 128, 0))
    await turn_on(hass, brightness=255)
    assert device.values["lamp/color"] == "#ff8000"
    await turn_on(hass, rgb_color=[0, 0, 255])
    assert device.values["lamp/color"] == "#0000ff"
    await turn_on(hass, rgb_color=[0, 0, 255], brightness=51)
    assert device.values["lamp/color"] == "#000033"
    await turn_on(hass, rgb_color=[255, 0, 0])
    assert device.values["lamp/color"] == "#330000"


async def test_a_color_that_is_black_or_not_known_is_dimmed_as_white(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, COLOR, color="#000000")
    await turn_on(hass, brightness=16)
    assert device.values["lamp/color"] == "#101010"
    device.set("lamp/color", "red")
    await hass.async_block_till_done()
    assert state_of(hass, LAMP).attributes["rgb_color"] is None
    await turn_on(hass, brightness=32)
    assert device.values["lamp/color"] == "#202020"


async def test_a_color_temperature_without_a_level_has_no_brightness(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, KELVINS, COLOR, ct=3000, color="#ff0000")
    assert state_of(hass, LAMP).attributes["brightness"] is None
    await turn_on(hass, brightness=100)
    assert device.values == {"lamp/on": True, "lamp/ct": 3000, "lamp/color": "#ff0000"}


def mode(hass: HomeAssistant) -> str:
    return str(state_of(hass, LAMP).attributes["color_mode"])


async def test_mode_is_the_one_used_last(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, LEVEL, COLOR, KELVINS, ct=3000, color="#ff0000")
    assert mode(hass) == "color_temp"
    device.set("lamp/color", "#00ff00")
    await hass.async_block_till_done()
    assert mode(hass) == "rgb", "set at the device"
    device.values |= {"lamp/ct": 2500, "lamp/color": "#0000ff"}
    device.push()
    await hass.async_block_till_done()
    assert mode(hass) == "rgb", "both changed, so nobody can tell"
    await turn_on(hass, color_temp_kelvin=4000)
    assert mode(hass) == "color_temp", "set by us"
    await turn_on(hass, rgb_color=[0, 0, 255])
    assert mode(hass) == "rgb", "asked for what was already there"
    device.set("lamp/level", 0.1)
    await hass.async_block_till_done()
    assert mode(hass) == "rgb"


async def test_values_that_come_for_the_first_time_are_no_use_of_a_mode(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, LEVEL, COLOR, KELVINS)
    assert mode(hass) == "color_temp"
    device.set("lamp/color", "#ff0000")
    await hass.async_block_till_done()
    assert mode(hass) == "rgb", "the only one that is known"
    device.set("lamp/ct", 3000)
    await hass.async_block_till_done()
    assert mode(hass) == "color_temp"


async def test_a_color_that_comes_later_is_no_use_of_it(hass: HomeAssistant, run: Run) -> None:
    device = await lamp(run, LEVEL, COLOR, KELVINS, ct=3000)
    device.set("lamp/color", "#ff0000")
    await hass.async_block_till_done()
    assert mode(hass) == "color_temp"


async def test_range_is_the_usual_one_where_the_thing_states_none(hass: HomeAssistant, run: Run) -> None:
    await lamp(run, control("lamp/ct", Quantity.COLOR_TEMPERATURE), ct=0)
    attributes = state_of(hass, LAMP).attributes
    assert (attributes["min_color_temp_kelvin"], attributes["max_color_temp_kelvin"]) == (2000, 6535)
    assert attributes["color_temp_kelvin"] is None
