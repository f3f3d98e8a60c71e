"""How many planted conflicts and loops the analysis of rules finds, how much of what it tells is right, and how fast.

The houses are those of tests/rules/corpus.py: rules with planted faults among look-alikes that are none; and our
blueprints, each with each other (tests/rules/test_blueprint_pairs.py). Recall counts opposites and loops; precision
counts whatever is told. `seconds-1000` is processor time for 1,000 automations, from configuration to findings, beside
one pass of json.dumps over the same configurations in the same run; `crowd` is the same for automations thrown together
by chance over 60 entities.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
import json
import time

from custom_components.local_things.rules.analysis import analyse
from custom_components.local_things.rules.findings import FindingKind
from custom_components.local_things.rules.reading import House
from custom_components.local_things.rules.rule import read_rules
from custom_components.local_things.things.documents import JsonObject
from tests.rules.corpus import corpus, crowd
from tests.rules.draft import Planted
from tests.rules.instances import INPUTS
from tests.rules.test_blueprint_pairs import FIGHTS, PLANTED, found as found_pair

type Filled = tuple[str, Mapping[str, object]]
"""A blueprint's name, and what it is filled in with besides INPUTS."""

HOUSES = 400
AUTOMATIONS = 1_000
LOOK_ALIKES = 520
"""So many make a little more than that many automations."""
TRIES = 3
"""The fastest of so many counts: what else runs on the machine only adds."""
TOLD = frozenset({FindingKind.OPPOSITE, FindingKind.LOOP})


def line(name: str, value: float, unit: str, reference: str, ratio: float) -> None:
    """Print one result."""
    result = {"name": f"rule-conflicts/{name}", "value": value, "unit": unit, "reference": reference, "ratio": ratio}
    print(json.dumps(result), flush=True)


def found(automations: Sequence[JsonObject], house: House) -> set[Planted]:
    """Return what the analysis tells. A corpus that cannot be read is no measure."""
    reading = read_rules(automations, house)
    if reading.unread:
        raise ValueError(f"not read: {reading.unread[0]}")
    return {(finding.kind, frozenset(rule.id for rule in finding.rules)) for finding in analyse(reading.rules)}


def accuracy() -> None:
    """Compare what was planted with what is told."""
    wanted, hits, told, right = 0, 0, 0, 0
    for seed in range(HOUSES):
        house = corpus(seed)
        findings = found(house.automations, house.house)
        planted = {fault for fault in house.planted if fault[0] in TOLD}
        wanted += len(planted)
        hits += len(planted & findings)
        told += len(findings)
        right += len(house.planted & findings)
    for (first, inputs), (second, others), fight in blueprints():
        pair = {finding.kind for finding in found_pair((first, inputs), (second, others))}
        wanted += fight
        hits += fight and FindingKind.OPPOSITE in pair
        told += len(pair)
        right += fight and FindingKind.OPPOSITE in pair
    planted_text = f"{wanted} opposites and loops planted in {HOUSES} houses and among pairs of our blueprints"
    line("recall", round(hits / wanted, 4), "part of what was planted", planted_text, round(hits / wanted, 4))
    line("precision", round(right / told, 4), "part of what is told", f"{told} findings", round(right / told, 4))


def blueprints() -> Iterator[tuple[Filled, Filled, bool]]:
    """Yield every pair of our blueprints, and those that were filled in to fight, and whether they do."""
    for one, other in combinations(sorted(INPUTS), 2):
        yield (one, {}), (other, {}), frozenset((one, other)) in FIGHTS
    for one, inputs, other, others, _ in PLANTED:
        yield (one, inputs), (other, others), True


def speed(name: str, automations: Sequence[JsonObject], house: House) -> None:
    """Measure the analysis of 1,000 automations."""
    tries, passes = [], []
    for _ in range(TRIES):
        begin = time.process_time()
        json.dumps(automations)
        between = time.process_time()
        found(automations, house)
        tries.append(time.process_time() - between)
        passes.append(between - begin)
    seconds = min(tries)
    reference = f"one pass of json.dumps over the same {len(automations)} automations: {min(passes):.4f} s"
    line(name, round(seconds, 3), "s of processor time", reference, round(seconds / min(passes), 1))


def main() -> None:
    """Measure, print."""
    accuracy()
    house = corpus(1, size=LOOK_ALIKES, faults=20)
    speed("seconds-1000", house.automations[:AUTOMATIONS], house.house)
    speed("seconds-1000-crowd", crowd(1, AUTOMATIONS), House())


if __name__ == "__main__":
    main()
