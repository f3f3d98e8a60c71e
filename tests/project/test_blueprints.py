"""Every blueprint has its entry in the docs, with a picture of its form that is no burden."""

from pathlib import Path
import re

import pytest

from .repository import ROOT

BLUEPRINTS = sorted((ROOT / "blueprints").rglob("*.yaml"))
PICTURES = ROOT / "docs" / "assets" / "blueprints"
DOCUMENT = ROOT / "docs" / "users" / "blueprints.md"
LARGEST = 60_000
"""Bytes of a picture."""


def test_there_are_blueprints_and_no_other_pictures() -> None:
    assert len(BLUEPRINTS) >= 17
    assert {path.stem for path in PICTURES.iterdir()} == {path.stem for path in BLUEPRINTS}


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_its_entry_shows_its_form(path: Path) -> None:
    name = re.search(r"^  name: (.+)$", path.read_text(), re.MULTILINE)
    assert name
    (chapter,) = (one for one in DOCUMENT.read_text().split("\n## ") if one.startswith(f"{name[1]}\n"))
    assert f"](../assets/blueprints/{path.stem}.png)" in chapter
    picture = (PICTURES / f"{path.stem}.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < LARGEST


def test_the_pictures_can_be_taken_again() -> None:
    assert "blueprint_forms" in (ROOT / "docs" / "developers" / "testing.md").read_text()
