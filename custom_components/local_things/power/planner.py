"""Which loads to reduce, and how far, so that no row is overloaded at the least cost.

This is a multiple-choice knapsack in several dimensions. It is solved exactly for most small houses and nearly for
large ones, with no solver to install: a bounded search finds the best plan of most. Of the others, loads are reduced in
the order of relief per cost, what was not needed is taken back, pairs are exchanged, and the search looks for better.
Effort is counted in steps, not in seconds, so that the same problem gives the same plan on every machine.
"""

from dataclasses import dataclass
from typing import Final

from .draft import Draft
from .problem import Plan, Problem
from .search import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The most steps spent, and on what.

    An easy problem takes the nodes of a first search; another plan is made better by exchanges that are looked at, and
    by the nodes of a second search.
    """

    first: int = 200
    easy: int = 120
    """Most loads on the overloaded rows together for the first search to be worth its while."""
    exchanges: int = 5_000
    nodes: int = 500
    searched: int = 60
    """Most loads reduced for the second search to be of use: with more it does not come far."""


NORMAL: Final = Effort()


def plan(problem: Problem, effort: Effort = NORMAL) -> Plan:
    """Return the cheapest plan found. Where none clears every overload, what relieves one is reduced and no more."""
    wish = Draft(problem)
    rows = wish.overloaded()
    if not rows:
        return wish.plan()
    found = None
    if sum(len(wish.on_row[row]) for row in rows) <= effort.easy:
        search = Search(problem, wish)
        found = search.run(effort.first)
        if found is not None and search.is_proven:
            found.take_back()
            return found.plan()
    return _step_by_step(problem, wish, found, effort).plan()


def _step_by_step(problem: Problem, wish: Draft, found: Draft | None, effort: Effort) -> Draft:
    """Return a plan made step by step, or what a search has found or finds, where that costs less."""
    draft = wish.copy()
    draft.reduce()
    draft.take_back()
    draft.exchange(effort.exchanges)
    if draft.overloaded() or len(draft.reduced()) > effort.searched:
        return draft
    if found is not None and found.cost < draft.cost:
        draft = found
    best = Search(problem, wish).run(effort.nodes, below=draft.cost - wish.cost) or draft
    best.take_back()
    return best
