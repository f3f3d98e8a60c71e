"""The control loop among other people, switches and meters that fail, restarts and limits that change."""

from dataclasses import replace
import json

import pytest

from custom_components.local_things.power.budget import Budget
from custom_components.local_things.power.decisions import Skip
from custom_components.local_things.power.limits import Limit, LimitKind, Row
from custom_components.local_things.power.loads import LoadReading, Mode, Site
from custom_components.local_things.power.policy import PROTECT

from .plant import (
    ALL,
    L1,
    L2,
    L3,
    LIMITS,
    MAIN,
    START,
    STEPS,
    commands,
    flipped,
    frozen,
    kinds,
    load,
    no_number,
    quiet_plant,
    shed_boiler,
    silent,
    thousandfold,
    throttled_charger,
)

# -------------------------------------------------------------------------------------------------- other people


def test_what_somebody_turns_on_again_is_theirs() -> None:
    plant = shed_boiler()
    plant.switches["boiler"].level = 1.0
    told = plant.run(20)
    assert kinds(told) == ["override", "infeasible"]
    assert dict(told[-1].skipped)["boiler"] is Skip.HELD
    assert plant.run(PROTECT.override - 60) == []
    assert commands(plant.run(120)) == [("shed", "boiler", 0.0)]


def test_what_is_known_to_be_somebody_elses_is_theirs_at_once() -> None:
    plant = shed_boiler()
    reading = plant.readings()["boiler"]
    theirs = LoadReading(level=reading.level, power=reading.power, mode=reading.mode, by_other=True)
    (decision,) = plant.budget.step(plant.clock + 1.0, {}, {"boiler": theirs})
    assert decision.kind == "override"


def test_of_a_set_point_that_two_write_the_lower_counts() -> None:
    plant = throttled_charger()
    plant.switches["charger"].level = 0.25
    told = plant.run(10)
    assert [(one.kind, one.level) for one in told] == [("contested", None)]
    assert plant.budget.ledger.owned == {}
    assert plant.run(600) == []


def test_a_set_point_that_is_raised_is_written_again_a_few_times_and_then_it_is_theirs() -> None:
    plant = throttled_charger()
    told: list[str] = []
    for _ in range(6):
        plant.switches["charger"].level = 0.75
        told += kinds(plant.run(30))
        if "override" in told:
            break
    assert told.count("contested") == PROTECT.contests
    assert told.count("override") == 1


def test_a_load_that_is_managed_no_more_is_released_and_told() -> None:
    plant = shed_boiler()
    plant.modes["boiler"] = Mode.OBSERVE
    assert kinds(plant.run(10)) == ["released"]
    plant.base[L1] = 0.0
    assert plant.run(600) == []


def test_a_load_that_is_paused_waits() -> None:
    plant = shed_boiler()
    plant.modes["boiler"] = Mode.PAUSED
    plant.base[L1] = 0.0
    assert plant.run(600) == []
    plant.modes.clear()
    assert commands(plant.run(60)) == [("restore", "boiler", 1.0)]


def test_a_load_that_was_removed_is_told() -> None:
    plant = shed_boiler()
    plant.loads = (load("pump", 1000.0, (L2,)),)
    plant.switches["pump"] = plant.switches["boiler"]
    plant.budget = plant.new_budget()
    assert [(one.kind, one.load) for one in plant.run(10)] == [("released", "boiler")]
    assert plant.run(600) == []


def test_its_owner_can_take_it_as_it_is() -> None:
    plant = shed_boiler()
    plant.budget.release("boiler")
    plant.base[L1] = 0.0
    assert plant.run(600) == []


# ---------------------------------------------------------------------------------------------------------- switches


def test_where_a_switch_does_not_obey_it_is_told_again_and_another_takes_its_place() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,), importance=1), load("dryer", 2300.0, (L1,), importance=3))
    plant.switches["boiler"].delay = None
    plant.want("boiler", "dryer")
    decided = plant.run(3600)
    sent = commands(decided)
    assert sent[0] == ("shed", "boiler", 0.0)
    assert ("shed", "dryer", 0.0) in sent
    assert sent.count(("shed", "boiler", 0.0)) == 1 + PROTECT.refused_after
    assert kinds(decided).count("refused") == 1
    assert "futile" not in kinds(decided)


def test_a_switch_that_obeys_a_minute_late_comes_back_all_the_same() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,)))
    plant.switches["boiler"].delay = 60.0
    plant.want("boiler")
    plant.base[L1] = 8.0
    plant.run(40)
    plant.base[L1] = 1.0
    plant.run(900)
    assert plant.switches["boiler"].level == 1.0
    assert plant.budget.ledger.owned == {}


def test_what_does_not_come_back_is_told_again_but_not_without_room() -> None:
    plant = shed_boiler()
    plant.switches["boiler"].delay = None
    plant.base[L1] = 0.0
    assert commands(plant.run(200)).count(("restore", "boiler", 1.0)) >= 2
    plant.base[L1] = 20.0
    assert commands(plant.run(900)) == []


def test_a_load_that_is_away_is_left_alone() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,)))
    plant.want("boiler")
    plant.switches["boiler"].available = False
    plant.base[L1] = 8.0
    told = plant.run(60)
    assert kinds(told) == ["infeasible"]
    assert dict(told[0].skipped)["boiler"] is Skip.UNAVAILABLE
    plant.switches["boiler"].available = True
    assert commands(plant.run(20)) == [("shed", "boiler", 0.0)]
    plant.switches["boiler"].available = False
    plant.base[L1] = 0.0
    assert plant.run(600) == []


def test_what_does_not_help_is_not_done_again_and_again() -> None:
    lamps = tuple(load(f"lamp {place}", 1150.0, (L1,)) for place in range(6))
    plant = quiet_plant(*lamps)
    plant.want(*(lamp.id for lamp in lamps))
    plant.lie = lambda _row, _value: 18.0 + plant.now % 30 / 100  # it reads another house
    decided = plant.run(3600)
    assert kinds(decided).count("futile") == 1
    assert len(commands(decided)) <= 4


# ------------------------------------------------------------------------------------------------------------- meters


@pytest.mark.parametrize("lie", (silent, thousandfold, flipped, no_number))
def test_without_a_meter_nothing_comes_back_and_what_can_be_is_throttled_after_a_while(lie: object) -> None:
    plant = quiet_plant(
        load("charger", 2300.0, (L2,), levels=STEPS), load("boiler", 2300.0, (L1,)), load("dryer", 2000.0, (L3,))
    )
    plant.want("charger", "boiler", "dryer")
    plant.base[L1] = 8.0
    assert commands(plant.run(30)) == [("shed", "boiler", 0.0)]
    plant.lie = lie  # type: ignore[assignment]  # one of the lies
    plant.base[L1] = 1.0
    decided = plant.run(1800)
    assert kinds(decided).count("stale") == 1
    assert commands(decided) == [("limit", "charger", 0.25)]
    plant.lie = lambda _row, value: value
    assert {name for kind, name, _ in commands(plant.run(300)) if kind == "restore"} == {"boiler", "charger"}


def test_t13_a_frozen_meter_is_no_meter() -> None:
    plant = shed_boiler(min_off=300.0)
    plant.loads = (*plant.loads, load("oven", 2300.0, (L1,)))
    plant.switches["oven"] = type(plant.switches["boiler"])()
    plant.base[L1] = 1.0
    plant.budget = plant.new_budget()
    plant.run(20)
    plant.lie = frozen()
    plant.run(30)
    plant.want("oven")
    decided = plant.run(600)
    assert "stale" in kinds(decided)
    assert commands(decided) == []


def test_readings_of_what_is_not_enrolled_are_left_alone() -> None:
    plant = quiet_plant()
    stranger = {Row(limit="attic"): 100.0}
    assert plant.budget.step(plant.clock, stranger, {"stranger": LoadReading(level=1.0, power=1e6)}) == ()


@pytest.mark.parametrize("jump", (-86_400.0, -5.0, 3600.0, 1e7))
def test_a_clock_that_is_set_shortens_no_rest_and_the_meter_must_speak_again(jump: float) -> None:
    plant = shed_boiler(min_off=600.0)
    plant.base[L1] = 1.0
    plant.run(200)
    plant.skew += jump
    assert plant.run(360) == []
    assert commands(plant.run(300)) == [("restore", "boiler", 1.0)]


# -------------------------------------------------------------------------------------------------- start and end


def test_after_a_restart_it_gives_back_what_it_had_taken_once_the_meter_was_heard() -> None:
    plant = shed_boiler()
    plant.budget = plant.new_budget()
    plant.base[L1] = 1.0
    assert plant.run(50) == []
    assert commands(plant.run(60)) == [("restore", "boiler", 1.0)]


def test_killed_before_the_command_was_sent_it_is_found_as_it_was() -> None:
    plant = shed_boiler()
    plant.switches["boiler"].level = 1.0  # it never heard of it
    document = json.loads(plant.disk)
    document["owned"][0]["obeyed"] = False
    plant.disk = json.dumps(document)
    plant.budget = plant.new_budget()
    plant.base[L1] = 1.0
    assert "override" not in kinds(plant.run(300))
    assert plant.switches["boiler"].level == 1.0
    plant.run(300)
    assert plant.budget.ledger.owned == {}


def test_disarmed_it_reduces_nothing_and_gives_back_one_by_one() -> None:
    plant = shed_boiler()
    plant.budget.armed = False
    assert not plant.budget.armed
    plant.base[L1] = 1.0
    assert commands(plant.run(120)) == [("restore", "boiler", 1.0)]
    plant.base[L1] = 20.0
    assert plant.run(600) == []
    plant.lie = silent
    assert commands(plant.run(600)) == []


def test_on_leaving_what_fits_is_given_back_and_the_rest_is_told() -> None:
    boilers = tuple(load(name, 1380.0, (L1,), auto_restore=name != "iron") for name in ("a", "b", "iron"))
    plant = quiet_plant(*boilers)
    plant.want("a", "b", "iron")
    plant.base[L1] = 18.0
    plant.run(30)
    assert len(plant.budget.ledger.owned) == 3
    plant.lie = lambda row, value: value
    plant.base[L1] = 6.0
    plant.budget._state.last_more = plant.now  # so that nothing comes back in the meantime
    plant.budget._state.policy = PROTECT
    while plant.budget.rows[MAIN[L1]].peak(plant.budget._state.now) > 7.0:
        plant.advance()
        plant.budget._state.last_more = plant.now
        plant.budget.step(plant.clock, plant.meters(), plant.readings())
    back = plant.budget.hand_back()
    assert commands(list(back.commands)) == [("restore", "a", 1.0)]  # with two it would be full
    assert {one.load for one in back.left} == {"b", "iron"}


def test_a_limit_may_be_lowered_and_set_back_but_not_raised() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,)))
    plant.want("boiler")
    plant.budget.cap("main", 8.0)
    assert commands(plant.run(30)) == [("shed", "boiler", 0.0)]
    assert plant.run(600) == []
    plant.budget.cap("main", None)
    assert commands(plant.run(60)) == [("restore", "boiler", 1.0)]
    for wrong in (16.1, -1.0, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 16"):
            plant.budget.cap("main", wrong)


def test_below_the_base_load_there_is_nothing_to_win() -> None:
    plant = quiet_plant(load("boiler", 2300.0, (L1,)))
    plant.want("boiler")
    plant.base = dict.fromkeys(ALL, 5.0)
    plant.budget.cap("main", 2.0)
    assert kinds(plant.run(900)) == ["infeasible", "shed"]


@pytest.mark.parametrize(
    ("limit", "low"),
    (
        (Limit(id="contract", title="Contract", kind=LimitKind.CONTRACT_IT, rating=6000.0), 2000.0),
        (Limit(id="window", title="Quarter", kind=LimitKind.WINDOW_15, rating=6000.0), 2000.0),
        (Limit(id="inverter", title="Inverter", kind=LimitKind.INVERTER, rating=6000.0), 2000.0),
    ),
)
def test_limits_in_watts_can_be_lowered_too(limit: Limit, low: float) -> None:
    boiler = load("boiler", 2300.0, (), limits=(limit.id,))
    budget = Budget(Site((limit,), (boiler,)), START)
    reading = {"boiler": LoadReading(level=1.0, power=2300.0, mode=Mode.MANAGE)}

    def run(begin: float, seconds: int) -> list[str]:
        return [
            one.kind.value
            for second in range(0, seconds, 5)
            for one in budget.step(begin + second, {Row(limit=limit.id): 3500.0}, reading)
        ]

    assert run(START, 120) == []
    budget.cap(limit.id, low)
    assert "shed" in run(START + 120, 240)


def test_a_reserve_is_kept_free_as_far_as_the_breaker_needs_it_and_starves_nobody() -> None:
    # A meter of 10 s: beside a step of 12 A no more than 10 A may stand.
    reserved = (replace(LIMITS[0], reserve=12.0), LIMITS[1])
    plant = quiet_plant(load("boiler", 1150.0, (L1,), max_shed=3600.0), limits=reserved)
    plant.want("boiler")
    plant.base[L1] = 14.0
    assert commands(plant.run(30)) == [("shed", "boiler", 0.0)]
    plant.base[L1] = 6.0  # 11 A with the boiler
    assert plant.run(2900) == []
    assert commands(plant.run(300)) == [("restore", "boiler", 1.0)]


def test_where_something_is_done_the_reserve_is_freed_too() -> None:
    lamps = tuple(load(f"lamp {place}", 460.0, (L1,)) for place in range(4))
    reserved = (replace(LIMITS[0], reserve=8.0), LIMITS[1])
    without, with_it = quiet_plant(*lamps), quiet_plant(*lamps, limits=reserved)
    for plant in (without, with_it):
        plant.want(*(lamp.id for lamp in lamps))
        plant.base[L1] = 9.0
        plant.run(30)
    assert len(without.budget.ledger.owned) < len(with_it.budget.ledger.owned)


def test_a_reserve_of_watts_is_taken_off() -> None:
    poe = Limit(id="poe", title="Switch", kind=LimitKind.POE, rating=100.0, reserve=30.0)
    budget = Budget(Site((poe,), (load("camera", 10.0, (), limits=("poe",)),)), START)
    assert budget._state.bearable(Row(limit="poe")) == 70.0


def test_repetitions_and_contests_count_as_commands() -> None:
    lamps = tuple(load(f"lamp {place}", 115.0, (L1,)) for place in range(12))
    plant = quiet_plant(*lamps)
    for lamp in lamps:
        plant.switches[lamp.id].delay = None
    plant.want(*(lamp.id for lamp in lamps))
    plant.base[L1] = 12.0
    for _ in range(6):
        assert len(commands(plant.run(590))) <= PROTECT.most
        plant.now += 10.0


def test_a_set_point_is_not_written_again_beyond_the_bound_of_commands() -> None:
    plant = throttled_charger()
    for _ in range(PROTECT.most):
        plant.budget._state.pace.may(plant.budget._state.now, "another", rushed=True)
    plant.switches["charger"].level = 0.75
    assert plant.run(20) == []


def test_what_fits_waits_for_its_turn_within_the_bound_of_commands() -> None:
    plant = shed_boiler()
    plant.base[L1] = 1.0
    plant.run(60)
    for _ in range(PROTECT.most):
        plant.budget._state.pace.may(plant.budget._state.now, "another", rushed=True)
    assert plant.run(500) == []
    assert commands(plant.run(120)) == [("restore", "boiler", 1.0)]
