"""How much of what people do the miner finds, and how much of what it says is right, beside three other ways to learn.

The houses are those of tests/suggest/houses: five characters, four seeds each, none of which the miner was tuned on;
of two no house was looked at. Each has at least 150 entities, 12 planted habits of a reliability of 0.5 to
0.95, an actuator with echoes, twin motion sensors, an existing automation, a device with a timer, restarts and lost
devices. Recall counts habits that were done at least seven times in the log, as fewer are never suggested. A
suggestion is right if trigger, target and value are a planted habit's. `rotated` counts suggestions after an event on
streams whose actuators were moved by whole days each; what follows an entity that was moved alike is not counted.
Peers get each duplicate counted as right.

Usage: suggest_quality.py [number of seeds]
"""

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from random import Random
from statistics import mean
import sys
from typing import Final

from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.mining.replay import replay
from custom_components.local_things.suggest.record.model import TENTHS
from custom_components.local_things.suggest.record.suggestion import Suggestion
from tests.suggest.houses.characters import CHARACTERS, House, house
from tests.suggest.houses.cutting import begin, cut, moves, rotated, taught
from tests.suggest.houses.match import score

from .parts.figures import report
from .parts.suggest_peers import peers

SEEDS: Final = 4
FIRST_SEED: Final = 100
DAYS: Final = (7, 14, 30, 60)
LEAST: Final = 7
BETWEEN: Final = 30
"""Mined up to here, replayed from here on; and the day at which peers are compared."""
DAY: Final = 86_400.0


class Tally:
    """What one way to learn found, over houses."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.found = self.planted = self.said = self.wrong = self.houses = 0
        self.seconds = 0.0

    def add(self, one: House, until: float, said: Iterable[Suggestion], seconds: float) -> None:
        """Count one house."""
        suggestions = list(said)
        found, others = score(one, suggestions)
        learnable = one.learnable(LEAST, until)
        self.found += len(found & learnable)
        self.planted += len(learnable)
        self.said += len(suggestions)
        self.wrong += len(others)
        self.seconds += seconds
        self.houses += 1

    def tell(self, name: str) -> None:
        """Print what was counted."""
        recall = self.found / self.planted if self.planted else 0.0
        report(f"suggest-quality/recall-{name}", recall, "of habits", f"{self.planted} done {LEAST} times", recall)
        if self.said:
            precision = 1.0 - self.wrong / self.said
            report(f"suggest-quality/precision-{name}", precision, "of suggestions", f"{self.said} said", precision)
        report(f"suggest-quality/others-{name}", self.wrong / self.houses, "a house", f"{self.houses} houses")
        if self.seconds:
            report(f"suggest-quality/seconds-{name}", self.seconds / self.houses, "s a house, two at once")


@dataclass(slots=True)
class Looked:
    """What came of one house: what was said under each name, suggestions on moved streams by days, the calibration."""

    said: list[tuple[str, House, float, list[Suggestion], float]] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    stated: list[tuple[float, float, float, int]] = field(default_factory=list)


def main() -> None:
    """Measure, print."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    jobs = [(character, FIRST_SEED + seed) for seed in range(seeds) for character in CHARACTERS]
    tallies: dict[str, Tally] = defaultdict(Tally)
    rotations: dict[int, list[int]] = defaultdict(list)
    stated: list[tuple[float, float, float, int]] = []
    with ProcessPoolExecutor() as pool:
        for job, looked in zip(jobs, pool.map(_look, jobs), strict=True):
            for name, one, until, said, seconds in looked.said:
                tallies[name].add(one, until, said, seconds)
            for days, count in looked.moved:
                rotations[days].append(count)
            stated += looked.stated
            print(*job, file=sys.stderr, flush=True)
    for name in sorted(tallies, key=lambda name: (name.count("-"), int(name.partition("-")[0]))):
        tallies[name].tell(name)
    for days, counts in rotations.items():
        report(f"suggest-quality/rotated-{days}", sum(counts), "suggestions after an event", f"{len(counts)} houses")
    report("suggest-quality/rotated", sum(map(sum, rotations.values())), "suggestions after an event")
    _tell_calibration(stated)


def _look(job: tuple[str, int]) -> Looked:
    character, seed = job
    looked, one = Looked(), house(character, seed, max(DAYS))
    start = begin(one.history) / TENTHS
    known = replace(one, history=cut(one.history, start))  # all that is judged by; the log would only be carried about
    for days in DAYS:
        until = start + days * DAY
        part = cut(one.history, until)
        mined = mine(part)
        for name in (str(days), f"{days}-{character}"):
            looked.said.append((name, known, until, list(mined.suggestions), mined.seconds))
        if days >= min(DAYS[1:]):
            moved = moves(part, days, Random(seed))  # noqa: S311 (the same houses for ever)
            other = mine(rotated(part, days, moved))
            looked.moved.append((days, sum(taught(found, moved) for found in other.suggestions)))
        if days == BETWEEN:
            looked.said += [(f"{days}-{name}", known, until, said, 0.0) for name, said in peers(part).items()]
            looked.stated = _calibration(one, mined.suggestions)
    return looked


def _calibration(one: House, suggestions: Iterable[Suggestion]) -> list[tuple[float, float, float, int]]:
    """Return of each suggestion its confidence, its lower bound, what came of it later, and how often it fired."""
    middle = begin(one.history) / TENTHS + BETWEEN * DAY
    rows = []
    for said in suggestions:
        later = replay(one.history, said, since=middle)
        if later.opportunities:
            was = said.evidence
            rows.append(
                (was.hits / was.opportunities, was.lower_bound, later.hits / later.opportunities, later.opportunities)
            )
    return rows


def _tell_calibration(rows: list[tuple[float, float, float, int]]) -> None:
    if not rows:
        return
    for index, name in enumerate(("stated", "lower-bound", "later")):
        report(
            f"suggest-quality/calibration-{name}", mean(row[index] for row in rows), "of firings", f"{len(rows)} rules"
        )
    for low, high in ((0.0, 0.65), (0.65, 0.8), (0.8, 1.01)):
        some = [row for row in rows if low <= row[0] < high]
        if some:
            text = f"{len(some)} rules that said {mean(row[0] for row in some):.2f}"
            report(f"suggest-quality/calibration-{low:g}", mean(row[2] for row in some), "of firings later", text)
    held = mean(row[2] >= row[1] for row in rows)
    report("suggest-quality/calibration-held", held, "of rules that kept above their lower bound", f"{len(rows)} rules")


if __name__ == "__main__":
    main()
