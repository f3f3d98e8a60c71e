"""Which resource an affordance of an SDF model is: by the names in the model and the segments of the paths. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

type _Names = tuple[str, ...]

_LONGEST: Final = 8
"""Most segments of a path, from its end, that are compared."""

_SEPARATORS: Final = str.maketrans("", "", "-_. ")


def matches(places: Sequence[_Names], paths: Iterable[str]) -> dict[str, int]:
    """Return for each path the index of the place it is, where they agree on each other, in linear time.

    A place is the name of an affordance with those of its groups before it. A path is the place that shares most of
    its last segments, and a place the path that does; where several do, none is.
    """
    endings = _endings(places)
    claims: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for path in paths:
        segments = tuple(_plain(unquote(segment)) for segment in path.strip("/").split("/")[-_LONGEST:])
        ending = next((one for one in _endings_of(segments) if one in endings), ())
        index = endings.get(ending)
        if index is not None:
            claims[index].append((len(ending), path))
    return {path: index for index, claimed in claims.items() for path in _longest(claimed)}


def _longest(claimed: list[tuple[int, str]]) -> Iterator[str]:
    """Yield the path with the longest ending, if there is one and not several."""
    length = max(length for length, _ in claimed)
    best = [path for one, path in claimed if one == length]
    if len(best) == 1:
        yield best[0]


def _endings(places: Sequence[_Names]) -> dict[_Names, int | None]:
    """Return the place that each ending of its names means, None where it means several.

    Where a group holds one affordance, the names of the group mean it too, unless something else has them.
    """
    affordances = dict(enumerate(places))
    groups = Counter(names[:-1] for names in places)
    alone = {index: names[:-1] for index, names in affordances.items() if groups[names[:-1]] == 1}
    return {**_claimed(alone), **_claimed(affordances)}


def _claimed(places: Mapping[int, _Names]) -> dict[_Names, int | None]:
    """Return which place claims each ending, None where several do."""
    claimed: dict[_Names, int | None] = {}
    for index, names in places.items():
        for ending in _endings_of(tuple(map(_plain, names))):
            claimed[ending] = None if ending in claimed else index
    return claimed


def _endings_of(names: _Names) -> Iterator[_Names]:
    """Yield each ending of `names`, the longest first."""
    return (names[start:] for start in range(len(names)))


def _plain(name: str) -> str:
    """Return a name as names are compared: `Tank-Level` is `tank_level`."""
    return name.casefold().translate(_SEPARATORS)
