"""Power-cycle a hung device."""

import pytest

from .conftest import House

OFF, ON = ("switch.turn_off", "switch.port"), ("switch.turn_on", "switch.port")


@pytest.fixture
async def camera(house: House) -> House:
    """Return a camera that lives."""
    house.set("switch.port", "on")
    house.set("binary_sensor.camera", "on")
    house.set("input_boolean.hold", "off")
    await house.use(
        "power_cycle",
        witness="binary_sensor.camera",
        power="switch.port",
        hold=["input_boolean.hold"],
        recipients=["notify.phone"],
        more=[{"action": "note.down"}],
    )
    return house


@pytest.mark.parametrize("sign", ("off", "not_home", "unavailable", "unknown"))
async def test_the_power_goes_and_comes(camera: House, sign: str) -> None:
    await camera.change("binary_sensor.camera", sign)
    await camera.wait(minutes=9)
    assert camera.taken() == []
    await camera.wait(minutes=1)
    assert camera.taken() == [OFF]
    await camera.wait(seconds=15)
    assert camera.taken() == [ON]
    await camera.change("binary_sensor.camera", "on")
    await camera.wait(minutes=5)
    assert camera.taken() == [], "it answers"
    assert camera.notices() == {}


async def test_it_is_tried_three_times_and_then_told(camera: House) -> None:
    await camera.change("binary_sensor.camera", "unavailable")
    await camera.wait(minutes=10)
    for _ in range(3):
        assert camera.taken() == [OFF]
        await camera.wait(seconds=15)
        assert camera.taken() == [ON]
        await camera.wait(minutes=5)
    assert camera.taken() == [("notify.send_message", "notify.phone"), ("note.down",)]
    assert set(camera.notices()) == {"automation.rule"}
    await camera.wait(hours=2)
    assert camera.taken() == [], "not for ever"


async def test_a_silence_during_the_cycle_begins_no_second_one(camera: House) -> None:
    await camera.change("binary_sensor.camera", "unavailable")
    await camera.wait(minutes=10)
    await camera.change("binary_sensor.camera", "unknown")
    await camera.wait(seconds=15)
    assert camera.taken() == [OFF, ON]


async def test_a_device_without_power_does_not_hang(camera: House) -> None:
    await camera.change("switch.port", "off")
    await camera.change("binary_sensor.camera", "unavailable")
    await camera.wait(minutes=10)
    assert camera.taken() == []


async def test_not_while_it_is_held(camera: House) -> None:
    await camera.change("input_boolean.hold", "on")
    await camera.change("binary_sensor.camera", "unavailable")
    await camera.wait(minutes=10)
    assert camera.taken() == []


async def test_a_short_silence_is_none(camera: House) -> None:
    await camera.change("binary_sensor.camera", "unavailable")
    await camera.wait(minutes=5)
    await camera.change("binary_sensor.camera", "on")
    await camera.wait(minutes=10)
    assert camera.taken() == []


async def test_a_run_that_was_cut_short_leaves_no_device_without_power(camera: House) -> None:
    await camera.change("binary_sensor.camera", "unavailable")
    await camera.wait(minutes=10)
    assert camera.taken() == [OFF]
    await camera.reload()
    assert camera.taken() == [ON]
    assert camera.state("switch.port") == "on"


async def test_a_port_that_comes_back_without_power_gets_it(camera: House) -> None:
    await camera.change("switch.port", "unavailable")
    await camera.change("switch.port", "off")
    assert camera.taken() == [ON]


async def test_a_start_gives_the_power_back_that_a_crash_took(house: House) -> None:
    house.set("switch.port", "off")
    house.set("binary_sensor.camera", "unavailable")
    await house.start("power_cycle", witness="binary_sensor.camera", power="switch.port")
    assert house.taken() == [ON]


async def test_a_reload_while_it_has_power_does_nothing(camera: House) -> None:
    await camera.reload()
    assert camera.taken() == []
