"""Sets of the values a state can have: words and numbers, as conditions and triggers speak of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
import math
from typing import Final, Self, override

from ..things.documents import Json
from ..things.text import clean

type Cut = tuple[float, int]
"""A place on the number line: (x, 0) is just before x, (x, 1) just after it. So open and closed ends need no flags."""

type Span = tuple[Cut, Cut]

_LINE: Final[tuple[Span, ...]] = (((-math.inf, 0), (math.inf, 1)),)
_SHOWN: Final = 4
"""So many words or spans of a set are told; the rest is an ellipsis."""


def number(value: Json) -> float | None:
    """Return a finite number, or the one that a text writes; None for anything else."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    try:
        found = float(value)
    except ValueError, OverflowError:
        return None
    return found if math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class Values:
    """The numbers in `spans` (in order, apart), and the `words`; or with `others` every word but them."""

    spans: tuple[Span, ...] = ()
    words: frozenset[str] = frozenset()
    others: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self.spans or self.words or self.others)

    def __and__(self, other: Self) -> Self:
        """Return what is in both."""
        if self.others and other.others:
            words = self.words | other.words
        elif self.others:
            words = other.words - self.words
        else:
            words = self.words - other.words if other.others else self.words & other.words
        return replace(self, spans=_meet(self.spans, other.spans), words=words, others=self.others and other.others)

    def __invert__(self) -> Self:
        """Return all that is not in it."""
        ends = [_LINE[0][0], *(cut for span in self.spans for cut in span), _LINE[0][1]]
        gaps = zip(ends[::2], ends[1::2], strict=True)
        return replace(self, spans=tuple(gap for gap in gaps if gap[0] < gap[1]), others=not self.others)

    def __or__(self, other: Self) -> Self:
        """Return what is in either."""
        return ~(~self & ~other)

    def within(self, other: Self) -> bool:
        """Tell whether all of it is in the other."""
        return not self & ~other

    @property
    def whole(self) -> Self:
        """What of it can be counted: each span goes from a whole number to one."""
        ends = [(_up(low), -_up((-high[0], 1 - high[1]))) for low, high in self.spans]
        return replace(self, spans=tuple(((low, 0), (high, 1)) for low, high in ends if low <= high))

    @property
    def single(self) -> bool:
        """Tell whether it is one value."""
        if self.others:
            return False
        points = sum(low[0] == high[0] for low, high in self.spans)
        return len(self.spans) == points and points + len(self.words) == 1

    @override
    def __str__(self) -> str:
        """Return it for people: `on`, `not off`, `20…25`."""
        shown = [clean(word, 40) for word in sorted(self.words)[:_SHOWN]]
        shown += [_span(low, high) for (low, _), (high, _) in self.spans[:_SHOWN]]
        shown += ["…"] * (len(self.words) > _SHOWN or len(self.spans) > _SHOWN)
        if not self.others:
            return ", ".join(shown)
        return "not " + ", ".join(shown[: len(self.words)]) if self.words else "any"


def _up(cut: Cut) -> float:
    """Return the first whole number behind a place."""
    at, behind = cut
    return at if math.isinf(at) else math.floor(at) + 1 if behind else math.ceil(at)


def _span(low: float, high: float) -> str:
    if low == high:
        return f"{low:g}"
    if math.isinf(high):
        return f"> {low:g}"
    return f"< {high:g}" if math.isinf(low) else f"{low:g}…{high:g}"


def _meet(one: Iterable[Span], other: tuple[Span, ...]) -> tuple[Span, ...]:
    met = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return tuple(sorted(span for span in met if span[0] < span[1]))


def text(value: Json) -> str:
    """Return the word that a state would be; YAML makes booleans of `on` and `off`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def values(*given: Json) -> Values:
    """Return the set of the given ones; a number written as text is a number."""
    numbers = {found for one in given if (found := number(one)) is not None}
    words = frozenset(text(one) for one in given if number(one) is None)
    return Values(spans=tuple(((found, 0), (found, 1)) for found in sorted(numbers)), words=words)


def between(low: float = -math.inf, high: float = math.inf, *, closed: bool = False) -> Values:
    """Return the numbers above `low` and below `high`; with `closed`, `low` itself too."""
    span = ((low, 0 if closed else 1), (high, 0))
    return Values(spans=(span,) if span[0] < span[1] else ())


def around(middle: float, tolerance: float) -> Values:
    """Return the numbers not further than that from the middle."""
    return Values(spans=(((middle - tolerance, 0), (middle + tolerance, 1)),))


ANY: Final = ~Values()
EVERY_NUMBER: Final = Values(spans=_LINE)
