"""Water leak: water off, light on, people told."""

import pytest

from .conftest import House


@pytest.fixture
async def cellar(house: House) -> House:
    """Return a dry cellar with the water running."""
    house.set("binary_sensor.floor", "off")
    house.set("binary_sensor.boiler", "off")
    house.set("valve.main", "open")
    house.set("switch.pump", "on")
    house.set("light.cellar", "off")
    await house.use(
        "leak",
        sensors=["binary_sensor.floor", "binary_sensor.boiler"],
        valves=["valve.main"],
        switched_off=["switch.pump"],
        lights=["light.cellar"],
        recipients=["notify.phone"],
        more=[{"action": "note.down"}],
    )
    return house


ALL = [
    ("valve.close_valve", "valve.main"),
    ("switch.turn_off", "switch.pump"),
    ("light.turn_on", "light.cellar"),
    ("notify.send_message", "notify.phone"),
    ("note.down",),
]


@pytest.mark.parametrize("before", ("off", "unavailable", "unknown"))
async def test_all_that_must_happen_happens(cellar: House, before: str) -> None:
    await cellar.change("binary_sensor.floor", before)
    await cellar.change("binary_sensor.floor", "on")
    assert cellar.data[3] == {"message": "Water where it should not be, says binary_sensor.floor"}
    assert cellar.taken() == ALL
    assert cellar.notices() == {"automation.rule": "Water where it should not be, says `binary_sensor.floor`"}
    await cellar.wait(minutes=1)
    assert cellar.taken() == [], "the valve is closed"
    assert set(cellar.notices()) == {"automation.rule"}


@pytest.mark.parametrize("stuck", ("open", "unavailable"))
async def test_a_valve_that_does_not_close_is_told(cellar: House, stuck: str) -> None:
    cellar.stuck.add("valve.main")
    await cellar.change("valve.main", stuck)
    await cellar.change("binary_sensor.floor", "on")
    assert cellar.taken() == ALL
    await cellar.wait(minutes=1)
    assert cellar.taken() == [("notify.send_message", "notify.phone")]
    assert set(cellar.notices()) == {"automation.rule", "automation.rule.still_open"}


async def test_what_is_done_already_is_not_done_again(cellar: House) -> None:
    cellar.set("valve.main", "closed")
    cellar.set("switch.pump", "off")
    cellar.set("light.cellar", "on")
    await cellar.change("binary_sensor.floor", "on")
    assert cellar.taken() == ALL[3:]


async def test_a_second_leak_during_the_first_is_told_too(cellar: House) -> None:
    await cellar.change("binary_sensor.floor", "on")
    cellar.taken()
    await cellar.change("binary_sensor.boiler", "on")
    assert cellar.taken() == []
    await cellar.wait(minutes=1)
    assert cellar.data[0] == {"message": "Water where it should not be, says binary_sensor.boiler"}
    assert cellar.taken() == ALL[3:]


async def test_a_sensor_that_fails_is_no_leak(cellar: House) -> None:
    await cellar.change("binary_sensor.floor", "unavailable")
    await cellar.change("binary_sensor.floor", "off")
    assert cellar.taken() == []


@pytest.mark.parametrize("recipients", ([], ["notify.gone"]))
async def test_nobody_to_notify_and_no_notifier_stop_nothing(house: House, recipients: list[str]) -> None:
    house.hass.services.async_remove("notify", "send_message")
    house.set("binary_sensor.floor", "off")
    house.set("valve.main", "open")
    house.stuck.add("valve.main")
    more = [{"action": "note.down"}]
    await house.use("leak", sensors=["binary_sensor.floor"], valves=["valve.main"], recipients=recipients, more=more)
    await house.change("binary_sensor.floor", "on")
    assert house.taken() == [ALL[0], ("note.down",)]
    await house.wait(minutes=1)
    assert set(house.notices()) == {"automation.rule", "automation.rule.still_open"}


async def test_a_reload_undoes_nothing(cellar: House) -> None:
    await cellar.change("binary_sensor.floor", "on")
    await cellar.reload()
    cellar.taken()
    await cellar.wait(minutes=1)
    assert cellar.taken() == []
    assert cellar.state("valve.main") == "closed"
