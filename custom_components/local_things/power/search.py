"""A bounded search for the best plan: branch and bound, for small houses and for few overloaded rows mostly exact.

Only rows that would be overloaded if every load ran as it wants are looked at: nothing that is tried loads another.
"""

from collections import defaultdict
import math

from .draft import Draft
from .problem import TINY, Problem

type Reduction = tuple[int, float, list[tuple[int, float]]]
"""An option of a load: its number, what more it costs than the first, and the relief that it gives, by row."""


def _bound(pieces: list[tuple[float, float, int]], over: float, decided: bytearray) -> tuple[float, int]:
    """Return the least cost of taking `over` off a row, were loads divisible, and whom to ask first.

    `pieces` are slope, relief and load, the cheapest first. Infinite where the loads that are not decided cannot.
    """
    cost, first = 0.0, -1
    for slope, relief, load in pieces:
        if decided[load]:
            continue
        if first < 0:
            first = load
        if over <= relief + TINY:
            return cost + slope * over, first
        cost += slope * relief
        over -= relief
    return math.inf, first


class Search:
    """Looks for the cheapest plan, as long as it may; from the wishes of all loads on."""

    def __init__(self, problem: Problem, wish: Draft) -> None:
        """Look at the rows that are overloaded in `wish`, where every load runs as it wants."""
        self._wish = wish
        self._rows = wish.overloaded()
        self._loads = problem.loads
        self._pieces = [self._pieces_of(row) for row in self._rows]
        self._over = [wish.over[row] for row in self._rows]
        self._equal: defaultdict[int, list[int]] = defaultdict(list)
        for load in dict.fromkeys(load for row in self._rows for load in wish.on_row[row]):
            self._equal[problem.loads[load].kind].append(load)
        self._reductions: dict[int, list[Reduction]] = {}
        self._decided = bytearray(len(problem.loads))
        self._choices = [0] * len(problem.loads)
        self._spent = 0.0
        self._best: list[int] = []
        self._best_cost = math.inf
        self._nodes = 0

    def _pieces_of(self, row: int) -> list[tuple[float, float, int]]:
        loads = self._loads
        return sorted(
            [(slope, relief, load) for load in self._wish.on_row[row] for slope, relief in loads[load].hull(row)]
        )

    def run(self, nodes: int, below: float = math.inf) -> Draft | None:
        """Return the cheapest plan that costs less than `below`; None where none was found at so many nodes."""
        self._nodes, self._best_cost = nodes, below
        self._best.clear()
        self._branch()
        return self._wish.with_choices(self._best) if self._best else None

    @property
    def is_proven(self) -> bool:
        """Whether there is no cheaper one."""
        return self._nodes > 0

    def _branch(self) -> None:
        self._nodes -= 1
        bound, load = self._next()
        if self._spent + bound >= self._best_cost - TINY:
            return
        if load < 0:
            self._best, self._best_cost = self._choices.copy(), self._spent
            return
        self._decided[load] = 1
        over, spent = self._over, self._spent
        for choice, extra, reliefs in self._reductions_of(load):
            if self._nodes > 0 and spent + extra < self._best_cost - TINY:
                self._over, self._spent = over.copy(), spent + extra
                for place, relief in reliefs:
                    self._over[place] -= relief
                self._choices[load] = choice
                self._branch()
        self._over, self._spent, self._choices[load] = over, spent, 0
        if self._nodes > 0:
            self._branch_without(load)
        self._decided[load] = 0

    def _next(self) -> tuple[float, int]:
        """Return what clearing the row will cost at least that costs most, and whom to ask first; -1 for nobody."""
        bound, load = 0.0, -1
        for over, pieces in zip(self._over, self._pieces, strict=True):
            if over > TINY:
                cost, first = _bound(pieces, over, self._decided)
                if cost == math.inf:
                    return math.inf, -1
                if cost > bound or load < 0:
                    bound, load = cost, first
        return bound, load

    def _branch_without(self, load: int) -> None:
        """Look on where a load runs as it wants. An equal one does too: what that could give, this one has given."""
        equal = [one for one in self._equal[self._loads[load].kind] if not self._decided[one]]
        for one in equal:
            self._decided[one] = 1
        self._branch()
        for one in equal:
            self._decided[one] = 0

    def _reductions_of(self, load: int) -> list[Reduction]:
        if (known := self._reductions.get(load)) is None:
            wish, *others = self._loads[load]
            drawn = [(place, row, wish.draws[row]) for place, row in enumerate(self._rows) if row in wish.draws]
            known = self._reductions[load] = [
                (choice, one.cost - wish.cost, [(place, draw - one.draws.get(row, 0.0)) for place, row, draw in drawn])
                for choice, one in enumerate(others, 1)
            ]
        return known
