"""A bounded search for a plan that is better than a given one: branch and bound, for small houses mostly exact."""

from itertools import pairwise

from .draft import Draft
from .problem import TINY, Problem


class _Row:
    """What relieves one row, cheapest per unit first: for a lower bound of what clearing it costs."""

    def __init__(self, problem: Problem, row: int, loads: list[int]) -> None:
        pieces: list[tuple[float, float, int]] = []
        for load in loads:
            pieces.extend((slope, relief, load) for slope, relief in _hull(problem, row, load))
        self.pieces = sorted(pieces)

    def bound(self, over: float, decided: bytearray) -> tuple[float, int]:
        """Return the least cost of taking `over` off the row, were loads divisible, and whom to ask first.

        Infinite where the loads that are not decided cannot.
        """
        cost, first = 0.0, -1
        for slope, relief, load in self.pieces:
            if decided[load]:
                continue
            if first < 0:
                first = load
            cost += slope * min(over, relief)
            over -= relief
            if over <= TINY:
                return cost, first
        return float("inf"), first


def _hull(problem: Problem, row: int, load: int) -> list[tuple[float, float]]:
    """Return cost per relief, and relief, of the pieces from what a load wants to the least it can draw."""
    options = problem.loads[load]
    wanted = options[0].draws.get(row, 0.0)
    points = [(wanted - option.draws.get(row, 0.0), option.cost - options[0].cost) for option in options]
    pieces: list[tuple[float, float]] = []
    for (low, cheap), (high, dear) in pairwise(points):
        relief = high - low
        if relief <= TINY:
            continue
        slope = (dear - cheap) / relief
        # A piece that is cheaper than the one before it joins it: the hull is convex.
        while pieces and pieces[-1][0] > slope:
            before_slope, before = pieces.pop()
            slope = (slope * relief + before_slope * before) / (relief + before)
            relief += before
        pieces.append((slope, relief))
    return pieces


class Search:
    """Looks for a cheaper plan than a draft, as long as it may."""

    def __init__(self, problem: Problem, best: Draft, nodes: int) -> None:
        """Start from every load's wish; `best` is the plan to beat."""
        self._draft = Draft(problem)
        rows = self._draft.overloaded()
        self._rows = {row: _Row(problem, row, self._draft.on_row[row]) for row in rows}
        self._decided = bytearray(len(problem.loads))
        self._options = [len(options) for options in problem.loads]
        self._nodes = nodes
        self.best = best
        self._best_cost = best.cost
        self._spent = self._draft.cost

    def run(self) -> Draft:
        """Return the best plan found."""
        self._branch()
        return self.best

    def _branch(self) -> None:
        self._nodes -= 1
        bound, load = 0.0, -1
        for row, relievers in self._rows.items():
            if (over := self._draft.over[row]) > TINY:
                cost, first = relievers.bound(over, self._decided)
                if cost > bound or load < 0:
                    bound, load = cost, first
                if self._spent + bound >= self._best_cost - TINY:
                    return
        if load < 0:
            self.best, self._best_cost = self._draft.copy(), self._spent
            return
        self._decided[load] = 1
        for choice in (*range(1, self._options[load]), 0):
            if self._nodes <= 0:
                break
            extra = self._draft.surcharge(load, choice)
            if self._spent + extra < self._best_cost - TINY:
                self._draft.choose(load, choice)
                self._spent += extra
                self._branch()
                self._spent -= extra
                self._draft.choose(load, 0)
        self._decided[load] = 0
