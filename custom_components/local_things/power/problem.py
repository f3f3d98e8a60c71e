"""What a plan is made of: how much room there is, how the loads can run, and which way each is to run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

TINY: Final = 1e-9
"""What is too little to be an overload, in the row's unit: sums of floats are not exact."""

type Piece = tuple[float, float]
"""A part of what a load draws on a row: the cost per unit of being without it, and how much it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to run a load: what it costs to choose it, and what the load then draws on each row, by its index."""

    cost: float
    draws: Mapping[int, float]


class Options(tuple[Option, ...]):  # noqa: SLOT001 (it keeps what is worked out)
    """The options of one load. The first is what it wants; each further one draws no more on any row and costs more.

    A load that must not be touched has one. What a search needs to know of a load is worked out once.
    """

    def __new__(cls, options: Iterable[Option]) -> Self:
        """Take options in their order. Raises ValueError where one is better or cheaper than the one before it."""
        checked = super().__new__(cls, options)
        for better, worse in pairwise(checked):
            if worse.cost < better.cost or any(draw > better.draws.get(row, 0.0) for row, draw in worse.draws.items()):
                raise ValueError("each option of a load draws no more, and costs no less, than the one before it")
        return checked

    def __init__(self, _options: Iterable[Option]) -> None:
        """Work out what is read often, and the number that equal options share; hulls are when they are asked for."""
        self.costs = tuple(one.cost for one in self)
        self.draws = tuple(one.draws for one in self)
        self.kind = hash(tuple((one.cost, frozenset(one.draws.items())) for one in self))
        self._hulls: dict[int, tuple[Piece, ...]] = {}

    def hull(self, row: int) -> tuple[Piece, ...]:
        """Return what takes the load off a row bit by bit, were it divisible: the cheapest bits first."""
        if (known := self._hulls.get(row)) is None:
            known = self._hulls[row] = tuple(self._pieces(row))
        return known

    def _pieces(self, row: int) -> list[Piece]:
        wish = self[0]
        wanted, low, cheap = wish.draws.get(row, 0.0), 0.0, 0.0
        pieces: list[Piece] = []
        for option in self[1:]:
            high, dear = wanted - option.draws.get(row, 0.0), option.cost - wish.cost
            relief = high - low
            if relief > TINY:
                slope = (dear - cheap) / relief
                # A piece that is cheaper than the one before it joins it: the hull is convex.
                while pieces and pieces[-1][0] > slope:
                    before_slope, before = pieces.pop()
                    slope = (slope * relief + before_slope * before) / (relief + before)
                    relief += before
                pieces.append((slope, relief))
            low, cheap = high, dear
        return pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A row is one limit on one phase; `room` is what the loads together may draw on each, in A or W.

    `loads` are the options of each load. A row that bounds nothing has infinite room.
    """

    room: tuple[float, ...]
    loads: tuple[Options, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The option chosen for each load, what that costs together, and which rows stay overloaded by how much."""

    choices: tuple[int, ...]
    cost: float
    overload: Mapping[int, float]
