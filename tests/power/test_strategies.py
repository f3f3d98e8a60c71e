"""What a user chooses the budget to be like, and batteries that are to last."""

from custom_components.local_things.power.budget import Budget
from custom_components.local_things.power.limits import Limit, LimitKind, Row
from custom_components.local_things.power.loads import LoadReading, Mode, Site
from custom_components.local_things.power.policy import OFF_GRID, PROTECT, TARIFF_FIRST

from .plant import L1, START, commands, load, quiet_plant

ROW = Row(limit="window")


def test_off_the_grid_the_first_sample_counts_and_no_last_resort_is_spared() -> None:
    plant = quiet_plant(load("oven", 2300.0, (L1,), last_resort=True), policy=OFF_GRID)
    plant.want("oven")
    plant.base[L1] = 6.3
    assert commands(plant.run(10)) == [("shed", "oven", 0.0)]
    plant.base[L1] = 1.0
    assert plant.run(170) == []
    assert commands(plant.run(60)) == [("restore", "oven", 1.0)]


def test_another_strategy_counts_from_the_next_step_on() -> None:
    window = Limit(id="window", title="Quarter", kind=LimitKind.WINDOW_15, rating=4000.0)
    boiler = load("boiler", 2300.0, (), limits=("window",))
    begin = START - START % 900
    decided: list[str] = []
    for policy in (PROTECT, TARIFF_FIRST):
        budget = Budget(Site((window,), (boiler,)), begin)
        budget.policy = policy
        reading = {"boiler": LoadReading(level=1.0, power=2300.0, mode=Mode.MANAGE)}
        for second in range(0, 100, 10):
            decided += [f"{policy.eager} {one.kind}" for one in budget.step(begin + second, {ROW: 4200.0}, reading)]
    assert decided[0] == "True shed"


def test_a_battery_that_would_not_last_is_drawn_from_less() -> None:
    battery = Limit(id="window", title="Battery", kind=LimitKind.BATTERY, rating=5000.0)
    budget = Budget(Site((battery,), (load("boiler", 2300.0, (), limits=("window",)),)), START)
    reading = {"boiler": LoadReading(level=1.0, power=2300.0, mode=Mode.MANAGE)}
    decided: list[str] = []
    for second in range(0, 600, 10):
        if second == 300:
            budget.supply("window", 2.0 * 3.6e6, START + 4000.0)  # 2 kWh for about an hour
        decided += [f"{second} {one.kind}" for one in budget.step(START + second, {ROW: 3000.0}, reading)]
    assert decided[0] == "310 shed"
