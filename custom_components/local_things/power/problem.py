"""What a plan is made of: how much room there is, how the loads can run, and which way each is to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

TINY: Final = 1e-9
"""What is too little to be an overload, in the row's unit: sums of floats are not exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to run a load: what it costs to choose it, and what the load then draws on each row, by its index."""

    cost: float
    draws: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A row is one limit on one phase; `room` is what the loads together may draw on each, in A or W.

    `loads` are the options of each load. The first is what it wants; each further one draws no more on any row and
    costs more. A load that must not be touched has one option.
    """

    room: tuple[float, ...]
    loads: tuple[tuple[Option, ...], ...]

    def __post_init__(self) -> None:
        """Refuse options that are not in their order."""
        for options in self.loads:
            for better, worse in pairwise(options):
                if worse.cost < better.cost or any(
                    draw > better.draws.get(row, 0.0) for row, draw in worse.draws.items()
                ):
                    raise ValueError("each option of a load draws no more, and costs no less, than the one before it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The option chosen for each load, what that costs together, and which rows stay overloaded by how much."""

    choices: tuple[int, ...]
    cost: float
    overload: Mapping[int, float]
