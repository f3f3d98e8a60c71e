"""The few tests the miner needs. SciPy has them, and is not among what every Home Assistant has."""

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt
from typing import Final

Z: Final = 1.645
"""Quantile of the normal distribution: 95 % on one side."""


def wilson(hits: int, of: int) -> float:
    """Return the lower end of Wilson's interval for a part: at least so much, with 95 % confidence."""
    if of == 0:
        return 0.0
    part, square = hits / of, Z * Z / of
    return (part + square / 2 - Z * sqrt(part * (1 - part) / of + square / of / 4)) / (1 + square)


def at_least(hits: int, of: int, chance: float) -> float:
    """Return how likely `hits` or more of so many are by chance (binomial tail)."""
    if hits <= 0 or chance >= 1.0:
        return 1.0
    return _tail(hits, of, chance) if chance > 0.0 else 0.0


def at_most(hits: int, of: int, chance: float) -> float:
    """Return how likely `hits` or fewer of so many are by chance."""
    return at_least(of - hits, of, 1.0 - chance)


def _tail(hits: int, of: int, chance: float) -> float:
    """Sum the binomial terms from `hits` on, until what follows changes nothing."""
    odds = chance / (1.0 - chance)
    term = exp(_choose(of, hits) + hits * log(chance) + (of - hits) * log(1.0 - chance))
    if hits <= of * chance:  # the other side is the shorter one, and none of its terms is lost in rounding
        return 1.0 - _below(hits, of, chance)
    total = term
    for count in range(hits, of):
        term *= (of - count) / (count + 1) * odds
        total += term
        if term < total * 1e-12:
            break
    return min(total, 1.0)


def _below(hits: int, of: int, chance: float) -> float:
    total = 0.0
    term = exp(_choose(of, hits - 1) + (hits - 1) * log(chance) + (of - hits + 1) * log(1.0 - chance))
    for count in range(hits - 1, -1, -1):
        total += term
        term *= count / (of - count + 1) * (1.0 - chance) / chance
        if term < total * 1e-12:
            break
    return min(total, 1.0)


def fisher(inside: int, of_inside: int, hits: int, of: int) -> float:
    """Return how likely `inside` or more of the `hits` among `of` fall into `of_inside` (Fisher's exact test)."""
    total = 0.0
    base = _choose(of, of_inside)
    for count in range(inside, min(hits, of_inside) + 1):
        if of_inside - count <= of - hits:
            total += exp(_choose(hits, count) + _choose(of - hits, of_inside - count) - base)
    return min(total, 1.0)


def discoveries(p_values: Sequence[float], tests: int, rate: float) -> list[bool]:
    """Return which of the p-values are discoveries at a false discovery rate (Benjamini and Hochberg, 1995).

    `tests` counts all that were made: those not given here had no chance.
    """
    limit = 0.0
    for rank, p_value in enumerate(sorted(p_values), 1):
        if p_value <= rate * rank / tests:
            limit = p_value
    return [p_value <= limit for p_value in p_values]


def _choose(of: int, taken: int) -> float:
    return lgamma(of + 1) - lgamma(taken + 1) - lgamma(of - taken + 1)
