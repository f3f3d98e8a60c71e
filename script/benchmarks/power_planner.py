"""How near the power planner comes to the best plan, and how fast, beside an exact solver (HiGHS) in the same run.

The houses are those of tests/power/houses.py: three levels, three phases. `power-planner/gap` is the mean part by
which a plan costs more than the best one, over houses of 12 to 50 loads; a plan that leaves an overload which the
solver clears is counted in `power-planner/missed`. The speed-ups are processor time of the solver by ours.
"""

from collections.abc import Iterable
import json
from statistics import mean, median
import time

import highspy
import numpy as np

from custom_components.local_things.power.planner import plan
from custom_components.local_things.power.problem import Problem
from tests.power.houses import house

HOUSES = 500
SIZES = (12, 20, 30, 40, 50)
SPEED = {50: 40, 500: 7, 5000: 3}
"""Houses by the number of their loads."""

SOLVER = "HiGHS, to proven optimality, one thread"


def solve(problem: Problem) -> float | None:
    """Return the least cost of a plan without overload; None where there is none."""
    columns = [range(0)] * len(problem.loads)
    costs: list[float] = []
    for load, options in enumerate(problem.loads):
        columns[load] = range(len(costs), len(costs) + len(options))
        costs += [option.cost for option in options]
    starts, index, values, lower, upper = [0], list[int](), list[float](), list[float](), list[float]()

    def add(entries: Iterable[tuple[int, float]], least: float, most: float) -> None:
        for column, value in entries:
            index.append(column)
            values.append(value)
        starts.append(len(index))
        lower.append(least)
        upper.append(most)

    draws: dict[int, list[tuple[int, float]]] = {row: [] for row in range(len(problem.room))}
    for load, options in enumerate(problem.loads):
        add(((column, 1.0) for column in columns[load]), 1.0, 1.0)
        for column, option in zip(columns[load], options, strict=True):
            for row, draw in option.draws.items():
                draws[row].append((column, draw))
    for row, entries in draws.items():
        add(entries, -highspy.kHighsInf, problem.room[row])

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(costs), len(lower)
    model.col_cost_ = np.array(costs)
    model.col_lower_, model.col_upper_ = np.zeros(len(costs)), np.ones(len(costs))
    model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = np.array(starts), np.array(index)
    model.a_matrix_.value_ = np.array(values)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("mip_rel_gap", 0.0), ("threads", 1)):
        solver.setOptionValue(name, value)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    cost: float = solver.getInfo().objective_function_value
    return cost


def compare(seed: int, size: int) -> tuple[float | None, float]:
    """Return the gap of one house (None where an overload is left that need not be), and the speed-up."""
    problem = house(seed, size)
    begin = time.process_time()
    made = plan(problem)
    between = time.process_time()
    least = solve(problem)
    speed_up = (time.process_time() - between) / max(between - begin, 1e-6)
    if least is None:
        return 0.0, speed_up
    if made.overload:
        return None, speed_up
    return (made.cost - least) / least if least > 0.0 else 0.0, speed_up


def line(name: str, value: float, unit: str, ratio: float) -> None:
    """Print one result."""
    print(json.dumps({"name": name, "value": value, "unit": unit, "reference": SOLVER, "ratio": ratio}), flush=True)


def main() -> None:
    """Compare and print."""
    gaps = [compare(seed, SIZES[seed % len(SIZES)])[0] for seed in range(HOUSES)]
    gap = mean(gap for gap in gaps if gap is not None)
    line("power-planner/gap", round(gap, 5), "part of the least cost", round(1.0 + gap, 5))
    line("power-planner/missed", gaps.count(None), f"of {HOUSES} houses", gaps.count(None) / HOUSES)
    for size, houses in SPEED.items():
        results = [compare(seed, size) for seed in range(houses)]
        speed_up = median(speed_up for _, speed_up in results)
        line(f"power-planner/speedup-{size}", round(speed_up, 1), "times as fast", round(speed_up, 1))
        if size > max(SIZES):
            gap = mean(gap for gap, _ in results if gap is not None)
            line(f"power-planner/gap-{size}", round(gap, 5), "part of the least cost", round(1.0 + gap, 5))


if __name__ == "__main__":
    main()
