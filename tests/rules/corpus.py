"""Houses full of automations, drawn from a seed: planted conflicts and loops among look-alikes that are none.

Every snippet writes rules about entities of its own, so that nothing is wrong with a house but what was planted.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
import random
from typing import Final

from custom_components.local_things.rules.reading import House
from custom_components.local_things.things.documents import JsonObject

from .draft import Draft, Planted
from .faults import LOOPS, OPPOSITES, SUPERFLUOUS
from .look_alikes import LOOK_ALIKES
from .real_life import REAL_LOOK_ALIKES, REAL_LOOPS, REAL_OPPOSITES
from .spelling import Speller, call, is_state, state

type Snippet = Callable[[Draft], None]

FAULTS: Final[tuple[Snippet, ...]] = (*OPPOSITES, *LOOPS, *SUPERFLUOUS, *REAL_OPPOSITES, *REAL_LOOPS)
RIGHT: Final[tuple[Snippet, ...]] = (*LOOK_ALIKES, *REAL_LOOK_ALIKES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One house: its configurations, and what is wrong with it."""

    automations: tuple[JsonObject, ...]
    house: House
    planted: frozenset[Planted]


def corpus(seed: int, size: int = 12, faults: int | None = None) -> Corpus:
    """Return a house with so many look-alikes and, unless it is said how many, up to three faults."""
    rng = random.Random(f"rules/{seed}")  # the same house for ever
    chosen = [
        FAULTS[(seed + index * 7) % len(FAULTS)] for index in range(rng.randrange(4) if faults is None else faults)
    ]
    chosen += [rng.choice(RIGHT) for _ in range(size)]
    rng.shuffle(chosen)
    return written(chosen, rng)


def written(snippets: Iterable[Snippet], rng: random.Random) -> Corpus:
    """Return a house of these snippets."""
    draft = Draft(rng, Speller(rng))
    for snippet in snippets:
        snippet(draft)
    rng.shuffle(draft.speller.written)

    def resolve(kind: str, name: str) -> Collection[str]:
        return draft.members.get((kind, name), ())

    return Corpus(
        automations=tuple(draft.speller.written),
        house=House(scripts=draft.scripts, scenes=draft.scenes, resolve=resolve),
        planted=frozenset(draft.planted),
    )


def crowd(seed: int, size: int, switches: int = 60) -> tuple[JsonObject, ...]:
    """Return automations thrown together by chance over a few entities: nobody's house, but much to compare."""
    rng = random.Random(f"crowd/{seed}")
    speller = Speller(rng)
    names = [f"switch.crowd_{index}" for index in range(switches)]
    for _ in range(size):
        wanted = rng.choice(("on", "off"))
        triggers = [state(rng.choice(names), rng.choice((None, "on", "off"))) for _ in range(rng.randrange(1, 3))]
        conditions = [is_state(rng.choice(names), rng.choice(("on", "off"))) for _ in range(rng.randrange(3))]
        calls = [call(f"switch.turn_{wanted}", rng.choice(names)) for _ in range(rng.randrange(1, 4))]
        speller.rule([*triggers], [*calls], tuple(conditions))
    return tuple(speller.written)
