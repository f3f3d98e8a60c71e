"""Each threat has tests named after it, and a row that says which of them show it, and how that was seen red."""

from functools import cache
import re

import pytest

from .repository import ROOT

THREATS = {
    1: "A field of a device that leads us elsewhere",
    2: "An address that only looks local",
    3: "An answer that somebody else made up",
    4: "A device that takes another's place",
    5: "A flood of announcements and registrations",
    6: "A small question that we answer at length",
    7: "A small payload that becomes a large one",
    8: "A long list, or an answer without an end",
    9: "A flood of notifications and of lines in the log",
    10: "A secret that is somewhere else too",
    11: "A name that is a template, YAML or markup",
    12: "A key that is used again after a backup",
    13: "A value that is old, or a lie",
    14: "A device that teaches",
    15: "A language model that is talked into something",
    16: "A Zigbee network that stays open, and its key",
    17: "A power budget as a weapon",
    18: "A start and an end at the wrong moment",
}
PAGE = ROOT / "docs" / "developers" / "threats.md"
_NAMED = re.compile(r"test_t(\d\d)_\w+")
_DEFINED = re.compile(r"^ *(?:async )?def (test_t\d\d_\w+)\(", re.MULTILINE)


@cache
def named() -> frozenset[str]:
    """Return the names of all test functions and methods that are named after a threat."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert len(files) > 100
    return frozenset(name for path in files for name in _DEFINED.findall(path.read_text()))


def rows() -> dict[int, str]:
    """Return the row of each threat in the page."""
    return {int(found[1]): found[0] for found in re.finditer(r"^\| T(\d+) \|.*$", PAGE.read_text(), re.MULTILINE)}


def test_all_eighteen_are_here_and_no_other() -> None:
    assert list(THREATS) == list(range(1, 19))
    assert set(rows()) == set(THREATS)
    assert {int(name[6:8]) for name in named()} <= set(THREATS)


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: f"T{threat}")
def test_threat_has_tests_that_are_named_after_it(threat: int) -> None:
    ours = {name for name in named() if name.startswith(f"test_t{threat:02}_")}
    assert ours, THREATS[threat]
    row = rows()[threat]
    assert THREATS[threat] in row
    told = {found[0] for found in _NAMED.finditer(row)}
    assert told & ours, "the row names a test of its own"
    assert told <= named(), "and none that is not there"
