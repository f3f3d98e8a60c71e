"""The control loop, one rule at a time, on a small house."""

import pytest

from custom_components.local_things.power.decisions import Skip
from custom_components.local_things.power.policy import PROTECT, TOLERANT

from .plant import (
    L1,
    L2,
    L3,
    MAIN,
    commands,
    kinds,
    load,
    quiet_plant,
    shed_boiler,
    throttled_charger,
)

# --------------------------------------------------------------------------------------------------------- reducing


def test_nothing_is_done_while_there_is_room() -> None:
    plant = quiet_plant()
    plant.want("boiler", "somewhere")
    assert plant.run(600) == []


def test_a_motor_that_starts_is_no_overload_and_what_stays_is() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,)), period=2.0)
    plant.want("boiler")
    plant.base[L1] = 6.0
    assert plant.run(2) == []
    assert commands(plant.run(4)) == [("shed", "boiler", 0.0)]


def test_where_a_trip_is_near_the_first_sample_counts() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,)))
    plant.want("boiler")
    plant.base[L1] = 14.0
    (decision,) = plant.step()
    assert (decision.kind, decision.load, decision.level) == ("shed", "boiler", 0.0)
    assert decision.frees == 2300.0
    figures = decision.rows[0]
    assert figures.row == MAIN[L1]
    assert figures.value == pytest.approx(24.0)
    assert figures.room == pytest.approx(15.68)
    assert 0.0 < figures.time_to_trip < 20.0


def test_the_tolerant_policy_uses_the_thermal_reserve_first() -> None:
    plant = quiet_plant(load("boiler", 1150.0, (L1,)), policy=TOLERANT)
    plant.want("boiler")
    plant.base[L1] = 12.0  # 17 A in all: a breaker carries that for ever
    assert plant.run(80) == []
    assert commands(plant.run(40)) == [("shed", "boiler", 0.0)]


def test_only_what_helps_is_reduced_and_why_not_the_others_is_told() -> None:
    plant = quiet_plant()
    plant.want("boiler", "pump", "iron", "observed", "charger")
    plant.base |= {L1: 0.5, L2: 0.5, L3: 0.5}
    first = plant.run(20)
    assert commands(first)[0][:2] == ("limit", "charger")
    assert dict(first[0].skipped)["observed"] is Skip.NOT_MANAGED
    assert dict(first[0].skipped)["oven"] is Skip.IDLE
    assert dict(first[0].skipped)["pump"] is Skip.DEARER


def test_what_surely_helps_goes_before_what_may_be_on_another_phase() -> None:
    known, unknown = load("known", 2300.0, (L1,), importance=3), load("unknown", 2300.0, (), importance=2)
    plant = quiet_plant(known, unknown)
    plant.want("known", "unknown")
    plant.base[L1] = 14.0
    assert commands(plant.run(4)) == [("shed", "known", 0.0)]


def test_a_last_resort_is_touched_only_when_nothing_else_helps_and_a_trip_is_near() -> None:
    plant = quiet_plant()
    plant.want("oven")
    plant.base[L1] = 6.0  # 17 A: no trip is near
    slow = plant.run(60)
    assert kinds(slow) == ["infeasible"]
    assert dict(slow[0].skipped)["oven"] is Skip.LAST_RESORT
    plant.base[L1] = 14.0
    assert ("shed", "oven", 0.0) in commands(plant.run(20))


def test_what_cannot_be_cleared_is_relieved_as_far_as_it_helps_and_told_once() -> None:
    plant = quiet_plant(load("boiler", 1150.0, (L1,)), load("other", 1150.0, (L2,)))
    plant.want("boiler", "other")
    plant.base[L1] = 20.0
    assert kinds(plant.run(300)) == ["infeasible", "shed"]
    plant.base[L1] = 1.0
    assert commands(plant.run(200)) == [("restore", "boiler", 1.0)]
    plant.base[L1] = 20.0
    assert "infeasible" in kinds(plant.run(30))


def test_what_has_just_begun_is_let_be_unless_a_trip_is_near() -> None:
    plant = quiet_plant(load("pump", 1150.0, (L1,), min_on=300.0))
    plant.switches["pump"].level = 0.0
    plant.run(20)
    plant.switches["pump"].level = 1.0
    plant.want("pump")
    plant.base[L1] = 12.0
    told = plant.run(60)
    assert kinds(told) == ["infeasible"]
    assert dict(told[0].skipped)["pump"] is Skip.MIN_ON
    plant.base[L1] = 30.0
    assert commands(plant.run(10)) == [("shed", "pump", 0.0)]


def test_no_more_than_a_few_commands_at_once() -> None:
    lamps = tuple(load(f"lamp {place}", 115.0, (L1,)) for place in range(20))
    plant = quiet_plant(*lamps)
    plant.want(*(lamp.id for lamp in lamps))
    plant.base[L1] = 8.0  # 18 A: no emergency
    assert len(commands(plant.run(20))) == PROTECT.burst
    assert len(commands(plant.run(580))) <= PROTECT.most - PROTECT.burst


# -------------------------------------------------------------------------------------------------------- restoring


def test_it_comes_back_after_a_minute_with_room_and_not_before() -> None:
    plant = shed_boiler()
    assert plant.run(600) == []
    plant.base[L1] = 4.0
    assert plant.run(60) == []
    assert commands(plant.run(10)) == [("restore", "boiler", 1.0)]
    assert "boiler" in plant.budget.ledger.owned  # until it is seen to run
    plant.run(20)
    assert plant.budget.ledger.owned == {}


def test_what_must_not_come_back_by_itself_does_not() -> None:
    plant = shed_boiler(auto_restore=False)
    plant.base[L1] = 0.0
    assert plant.run(3600) == []


def test_it_rests_twice_as_long_when_it_was_shed_again_soon() -> None:
    plant = shed_boiler(min_off=120.0)
    rests: list[float] = []
    for _ in range(4):
        begin = plant.now
        plant.base[L1] = 2.0
        while not commands(plant.run(10)):
            assert plant.now - begin < 3600.0
        rests.append(plant.now - begin)
        plant.base[L1] = 8.0
        plant.run(60)
    assert rests[1] > 1.5 * rests[0]
    assert rests[2] > 1.5 * rests[1]


def test_starts_in_an_hour_are_bounded() -> None:
    plant = shed_boiler(min_off=0.0, max_starts=2)
    starts = 0
    for _ in range(20):
        plant.base[L1] = 1.0
        starts += kinds(plant.run(80)).count("restore")
        plant.base[L1] = 8.0
        plant.run(80)
    assert starts == 2


def test_the_most_important_comes_first_and_one_at_a_time() -> None:
    plant = quiet_plant(load("boiler", 1150.0, (L1,), importance=2), load("pump", 1150.0, (L1,), importance=4))
    plant.want("boiler", "pump")
    plant.base[L1] = 20.0
    plant.run(20)
    assert len(plant.budget.ledger.owned) == 2
    plant.base[L1] = 1.0
    restored = [one for one in plant.run(300) if one.kind == "restore"]
    assert [one.load for one in restored] == ["pump", "boiler"]
    assert restored[1].at - restored[0].at >= PROTECT.restore_every


def test_what_is_throttled_gets_more_only_where_it_gains() -> None:
    plant = quiet_plant(load("charger", 2990.0, (L1,), levels=(1.0, 0.75, 0.7, 0.5, 0.0)))
    plant.want("charger")
    plant.base[L1] = 6.2
    assert commands(plant.run(20)) == [("limit", "charger", 0.7)]
    plant.base[L1] = 3.0  # room for 0.75, a gain of 0.05
    assert plant.run(600) == []
    plant.base[L1] = 0.0
    assert commands(plant.run(120)) == [("restore", "charger", 1.0)]


def test_what_a_load_will_draw_is_kept_free_until_it_does() -> None:
    boilers = (load("a", 2300.0, (L1,)), load("b", 2300.0, (L1,)))
    plant = quiet_plant(*boilers)
    plant.want("a", "b")
    plant.base[L1] = 20.0
    plant.run(20)
    plant.switches["a"].wants = False  # it is warm, for now
    plant.base[L1] = 1.0
    back = [one for one in plant.run(400) if one.kind == "restore"]
    assert [one.load for one in back] == ["a", "b"]
    assert back[1].at - back[0].at >= PROTECT.reserve


def test_what_is_overdue_makes_others_give_way() -> None:
    plant = quiet_plant(
        load("pump", 2300.0, (L1,), importance=2, max_shed=1200.0), load("dryer", 2300.0, (L1,), importance=3)
    )
    plant.want("pump", "dryer")
    assert commands(plant.run(30)) == [("shed", "pump", 0.0)]
    decided = plant.run(1300)
    swap = next(one for one in decided if one.favours)
    assert (swap.kind, swap.load, swap.favours) == ("shed", "dryer", "pump")
    back = next(one for one in decided if one.kind == "restore")
    assert back.load == "pump"
    assert plant.budget.ledger.owned.keys() == {"dryer"}


def test_who_is_worth_less_gives_way_to_what_is_worth_more() -> None:
    plant = shed_boiler(importance=4)
    plant.loads = (*plant.loads, load("charger", 2300.0, (L1,), importance=1))
    plant.switches["charger"] = type(plant.switches["boiler"])(wants=True)
    plant.base[L1] = 1.0
    plant.budget = plant.new_budget()
    decided = plant.run(300)
    assert commands(decided)[:2] == [("shed", "charger", 0.0), ("restore", "boiler", 1.0)]


def test_what_is_throttled_is_throttled_further_and_remembers_what_it_was() -> None:
    plant = throttled_charger()
    plant.run(20)
    plant.base[L1] = 10.0
    assert commands(plant.run(30)) == [("limit", "charger", 0.25)]
    assert plant.budget.ledger.owned["charger"].wanted == 1.0
    plant.base[L1] = 0.0
    assert commands(plant.run(600))[-1] == ("restore", "charger", 0.75)  # with all of it 1 A would not stay free
