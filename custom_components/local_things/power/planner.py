"""Which loads to reduce, and how far, so that no row is overloaded at the least cost.

This is a multiple-choice knapsack in several dimensions. It is solved exactly for most small houses and nearly for
large ones, with no solver to install: loads are reduced in the order of relief per cost, what was not needed is taken
back, pairs are exchanged, and a bounded search looks for better. Effort is counted in steps, not in seconds, so that
the same problem gives the same plan on every machine.
"""

from dataclasses import dataclass
from typing import Final

from .draft import Draft
from .problem import Plan, Problem
from .search import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The most steps spent on making a plan better: exchanges looked at, and nodes of the search."""

    exchanges: int = 5_000
    nodes: int = 500
    searched: int = 60
    """Most loads reduced for the search to be of use: with more it does not come far."""


NORMAL: Final = Effort()


def plan(problem: Problem, effort: Effort = NORMAL) -> Plan:
    """Return the cheapest plan found. Where none clears every overload, what relieves one is reduced and no more."""
    draft = Draft(problem)
    if draft.overloaded():
        draft.reduce()
        draft.take_back()
        draft.exchange(effort.exchanges)
        if len(draft.reduced()) <= effort.searched and not draft.overloaded():
            draft = Search(problem, draft, effort.nodes).run()
            draft.take_back()
    return draft.plan()
