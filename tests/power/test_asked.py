"""What users ask for is done within the same rules, or refused with a reason."""

import pytest

from custom_components.local_things.power.asked import RefusedError
from custom_components.local_things.power.loads import Mode

from .plant import L1, LIMITS, MAIN, Plant, commands, load, quiet_plant, shed_boiler

HEATER = load("heater", 2300.0, (L1,), importance=2)
LAMP = load("lamp", 460.0, (L1,), importance=4, last_resort=True)


def running(*names: str) -> Plant:
    plant = quiet_plant(HEATER, LAMP, limits=LIMITS)
    plant.want(*(names or ("heater", "lamp")))
    plant.run(30)
    return plant


def test_load_stays_reduced_for_as_long_as_was_asked() -> None:
    plant = running()
    plant.send((plant.budget.shed("heater", 0.0, 1800.0),))
    assert commands(plant.run(1700)) == []
    assert plant.budget.next_return == pytest.approx(plant.clock + 100, abs=15)
    assert commands(plant.run(300)) == [("restore", "heater", 1.0)]
    assert plant.budget.next_return is None


def test_what_was_asked_outlives_a_restart() -> None:
    plant = running()
    plant.send((plant.budget.shed("heater", 0.0, 1800.0),))
    plant.run(60)
    plant.budget = plant.new_budget()
    assert commands(plant.run(1600)) == []
    assert commands(plant.run(400)) == [("restore", "heater", 1.0)]


def test_load_is_given_back_at_once_where_there_is_room() -> None:
    plant = running()
    plant.send((plant.budget.shed("heater", 0.0, 1800.0),))
    plant.run(100)
    plant.send((plant.budget.restore("heater"),))
    plant.run(10)
    assert plant.switches["heater"].level == 1.0
    with pytest.raises(RefusedError, match="not_reduced"):
        plant.budget.restore("heater")


def test_what_may_not_be_is_refused() -> None:
    plant = shed_boiler()
    with pytest.raises(RefusedError, match="no_room"):
        plant.budget.restore("boiler")
    plant.modes["boiler"] = Mode.PAUSED
    plant.run(10)
    with pytest.raises(RefusedError, match="not_managed"):
        plant.budget.restore("boiler")
    plant.switches["boiler"].available = False
    plant.run(10)
    with pytest.raises(RefusedError, match="unavailable"):
        plant.budget.restore("boiler")
    with pytest.raises(RefusedError, match="unavailable"):
        plant.budget.shed("boiler", 0.0, 60.0)


def test_load_that_is_held_is_left_alone_until_then() -> None:
    plant = running()
    plant.budget.hold("heater", 600.0)
    plant.base[L1] = 8.0
    assert ("shed", "heater", 0.0) not in commands(plant.run(500))
    plant.budget.hold("heater", 0.0)
    assert ("shed", "heater", 0.0) in commands(plant.run(60))


def test_hand_back_does_not_wait_for_what_was_asked() -> None:
    plant = running()
    plant.send((plant.budget.shed("heater", 0.0, 1800.0),))
    plant.run(200)
    handed = plant.budget.hand_back()
    assert [one.load for one in handed.commands] == ["heater"]
    assert handed.left == ()


def test_preview_says_what_would_be_done_and_changes_nothing() -> None:
    plant = running()
    before = plant.budget.ledger.dump()
    assert plant.budget.preview({}).levels == {}
    seen = plant.budget.preview({MAIN[L1]: 10.0})
    assert seen.levels == {"heater": 0.0}
    assert not seen.overload
    assert seen.skipped == {"lamp": "last_resort"}
    assert seen.lacking == {MAIN[L1]: pytest.approx(13.0 + 10.0 - 15.68)}
    everything = plant.budget.preview({MAIN[L1]: 14.0})
    assert everything.levels == {"heater": 0.0, "lamp": 0.0}
    assert plant.budget.preview({MAIN[L1]: 30.0}).overload
    assert plant.budget.ledger.dump() == before
    plant.modes["heater"] = Mode.OBSERVE
    plant.run(10)
    assert plant.budget.preview({MAIN[L1]: 10.0}).skipped["heater"] == "not_managed"
