"""A load that was told to take more and did not obey is told again under the conditions of the first time."""

import pytest

from custom_components.local_things.power.policy import PROTECT

from .plant import L1, STEPS, Plant, commands, load, quiet_plant, shed_boiler


def refusing_to_return(**more: object) -> Plant:
    """Return a plant whose boiler was told to come back twice, and does not."""
    plant = shed_boiler(**more)
    plant.switches["boiler"].delay = None
    plant.base[L1] = 1.0
    assert commands(plant.run(160)) == [("restore", "boiler", 1.0)] * 2
    return plant


@pytest.mark.parametrize("jump", (-5886.79, 114058.94))
def test_after_the_clock_was_set_what_did_not_come_back_waits_for_the_meter_as_at_the_first_time(jump: float) -> None:
    plant = refusing_to_return()
    plant.run(100)  # the next repetition is due in 20 s
    plant.skew += jump
    assert plant.run(60) == []
    assert commands(plant.run(40)) == [("restore", "boiler", 1.0)]


def test_what_did_not_come_back_is_told_again_only_where_all_of_it_fits() -> None:
    plant = refusing_to_return()
    plant.base[L1] = 7.0  # 17 A with the boiler, of 16
    assert commands(plant.run(900)) == []
    plant.base[L1] = 1.0
    assert commands(plant.run(120))[-1:] == [("restore", "boiler", 1.0)]


def test_room_is_kept_for_what_was_told_again_to_come_back() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,), importance=4), load("dryer", 2300.0, (L1,), max_starts=1))
    plant.want("boiler", "dryer")
    plant.base[L1] = 20.0
    assert len(commands(plant.run(60))) == 2
    plant.switches["boiler"].delay = None
    plant.base[L1] = 4.0  # with room for one
    told = [one for one in plant.run(3600) if one.level is not None]
    (dryer,) = (place for place, one in enumerate(told) if one.load == "dryer")
    assert dryer > 1, "nothing was told again before"
    assert told[dryer].at - told[dryer - 1].at >= PROTECT.reserve


def test_what_was_allowed_a_part_and_did_not_obey_is_told_again_only_where_that_fits() -> None:
    plant = quiet_plant(load("charger", 3450.0, (L1,), levels=STEPS))
    plant.want("charger")
    plant.base[L1] = 15.0
    assert commands(plant.run(30)) == [("shed", "charger", 0.0)]
    plant.switches["charger"].delay = None
    plant.base[L1] = 6.0
    assert commands(plant.run(100)) == [("restore", "charger", 0.5)]
    plant.base[L1] = 15.0
    assert commands(plant.run(900)) == []
    plant.base[L1] = 6.0
    assert commands(plant.run(100))[-1:] == [("restore", "charger", 0.5)]
