"""Houses of three levels, drawn from a seed: main, sub-distributions, circuits; three phases each."""

from dataclasses import dataclass
import random

from custom_components.local_things.power.problem import Option, Options, Problem

PHASES = 3
AMPERES = (0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 13.0, 16.0)
WEIGHTS = (1.0, 3.0, 9.0, 27.0, 81.0)
"""Of the five classes of loads."""


@dataclass(frozen=True, slots=True)
class _Load:
    rows: tuple[int, ...]
    amperes: float
    levels: tuple[float, ...]
    weight: float
    locked: bool


def house(seed: int, size: int) -> Problem:
    """Return a house with so many loads: a fifth on three phases, a quarter with levels between on and off, a tenth
    locked, and rows whose room is between 54 % and 127 % of what the loads want."""
    rng = random.Random(f"{seed}/{size}")  # the same house for ever
    subs, circuits = max(2, size // 12), max(4, size // 4)
    parents = [-1, *[0] * subs, *(1 + rng.randrange(subs) for _ in range(circuits))]
    loads = [_load(rng, parents, 1 + subs + rng.randrange(circuits)) for _ in range(size)]
    wanted, locked = [0.0] * len(parents) * PHASES, [0.0] * len(parents) * PHASES
    for load in loads:
        for row in load.rows:
            wanted[row] += load.amperes
            locked[row] += load.amperes * load.locked
    tight = [rng.uniform(0.6, 1.15) for _ in parents]
    room = tuple(
        max(1.01 * kept, want * tight[row // PHASES] * rng.uniform(0.9, 1.1))
        for row, (want, kept) in enumerate(zip(wanted, locked, strict=True))
    )
    return Problem(room=room, loads=tuple(_options(load) for load in loads))


def _load(rng: random.Random, parents: list[int], node: int) -> _Load:
    phases = range(PHASES) if rng.random() < 0.2 else (rng.randrange(PHASES),)
    path = [node]
    while parents[path[-1]] >= 0:
        path.append(parents[path[-1]])
    levels: tuple[float, ...] = (1.0, 0.0)
    if rng.random() < 0.25:
        levels = rng.choice(((1.0, 0.75, 0.5, 0.375, 0.0), (1.0, 0.66, 0.33, 0.0)))
    return _Load(
        rows=tuple(node * PHASES + phase for node in path for phase in phases),
        amperes=round(rng.choice(AMPERES) * rng.uniform(0.7, 1.1), 2),
        levels=levels,
        weight=rng.choice(WEIGHTS) * rng.uniform(0.9, 1.1),
        locked=rng.random() < 0.1,
    )


def _options(load: _Load) -> Options:
    options = Options(
        Option(
            # Off costs a little more than the share that is not served: something has to start again.
            cost=load.weight * (1.0 - level if level else 1.2),
            draws=dict.fromkeys(load.rows, load.amperes * level) if level else {},
        )
        for level in load.levels
    )
    return Options(options[:1]) if load.locked else options
