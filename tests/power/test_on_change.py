"""The control loop beside a meter that reports only what is new."""

from custom_components.local_things.power.loads import Load

from .plant import CHANGES, L1, STEPS, Plant, commands, kinds, load, silent


def changing_plant(*loads: Load) -> Plant:
    plant = Plant(loads=loads, limits=CHANGES, on_change=True)
    assert plant.run(120) == []
    return plant


def test_a_meter_that_reports_changes_is_acted_upon_though_it_says_it_once_and_gives_back_when_it_speaks() -> None:
    plant = changing_plant(load("boiler", 2300.0, (L1,)))
    plant.want("boiler")
    plant.base[L1] = 6.3  # 16.3 A: no trip is near
    assert commands(plant.run(30)) == [("shed", "boiler", 0.0)]
    plant.base[L1] = 3.0
    plant.run(20)
    assert plant.run(500) == []  # there would be room, but what was said last is old
    plant.base[L1] = 2.5
    assert commands(plant.run(10)) == [("restore", "boiler", 1.0)]


def test_a_meter_that_reports_changes_is_told_of_as_silent_when_it_misses_one() -> None:
    plant = changing_plant(load("boiler", 2300.0, (L1,)), load("charger", 2300.0, (L1,), levels=STEPS))
    plant.want("charger")
    assert plant.run(300) == []
    plant.lie = silent
    plant.want("boiler")
    told = plant.run(100)
    assert kinds(told)[0] == "stale"
    assert commands(told) == [("limit", "charger", 0.25)]
