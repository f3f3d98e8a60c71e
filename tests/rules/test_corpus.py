"""Houses full of rules: what was planted is found, and nothing else; and they are what Home Assistant takes."""

from collections import Counter
import random

from homeassistant.components.automation.config import PLATFORM_SCHEMA
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
import pytest

from custom_components.local_things.rules.analysis import analyse
from custom_components.local_things.rules.findings import FindingKind
from custom_components.local_things.rules.rule import read_rules

from .corpus import FAULTS, RIGHT, Corpus, Snippet, corpus, crowd, written
from .draft import Planted

SEEDS = range(60)
"""A part of what `script/bench rule-conflicts` looks at: every kind of fault is in it."""


def found(house: Corpus) -> set[Planted]:
    reading = read_rules(house.automations, house.house)
    assert reading.unread == ()
    return {(finding.kind, frozenset(rule.id for rule in finding.rules)) for finding in analyse(reading.rules)}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_planted_is_found_and_nothing_else(seed: int) -> None:
    house = corpus(seed)
    assert found(house) == house.planted


@pytest.mark.parametrize("snippet", (*RIGHT, *FAULTS), ids=lambda snippet: snippet.__name__)
def test_each_snippet_in_many_spellings(snippet: Snippet) -> None:
    for seed in range(20):
        house = written([snippet], random.Random(f"spelling/{seed}"))
        assert house.automations or house.house.scripts
        assert bool(house.planted) == (snippet in FAULTS)
        assert found(house) == house.planted, seed


def test_every_kind_of_fault_was_planted() -> None:
    kinds = Counter(kind for seed in SEEDS for kind, _ in corpus(seed).planted)
    assert kinds.keys() == {FindingKind.OPPOSITE, FindingKind.LOOP, FindingKind.DUPLICATE, FindingKind.SHADOWED}
    assert min(kinds.values()) >= 1


def test_houses_are_the_same_for_ever() -> None:
    assert corpus(3).automations == corpus(3).automations
    assert corpus(3).automations != corpus(4).automations


@pytest.mark.parametrize("seed", range(10))
async def test_home_assistant_takes_the_automations(hass: HomeAssistant, seed: int) -> None:
    written = corpus(seed).automations
    assert written
    for config in written:
        await cv.async_validate(hass, PLATFORM_SCHEMA, config)


def test_a_crowd_of_rules_is_read_and_compared() -> None:
    reading = read_rules(crowd(1, 200))
    assert reading.unread == ()
    findings = analyse(reading.rules)
    assert {finding.kind for finding in findings} >= {FindingKind.OPPOSITE}
    assert analyse(tuple(reversed(reading.rules))) == findings
