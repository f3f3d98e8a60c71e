"""The panel that is served was built from the sources beside it, and asks nobody but this Home Assistant."""

from hashlib import sha256
import json
import re

import pytest

from custom_components.local_things.things.errors import Reason

from .repository import INTEGRATION

SOURCES = INTEGRATION / "panel" / "frontend"
BUILT = INTEGRATION / "panel" / "local-things-panel.js"
LANGUAGES = ("de", "en", "sl")


def words(language: str) -> dict[str, str]:
    """Read the panel's own words."""
    read: dict[str, str] = json.loads((SOURCES / "src" / "words" / f"{language}.json").read_text())
    return read


def stamp() -> str:
    """Return the digest that script/panel writes into the file."""
    files = [SOURCES / name for name in ("package.json", "package-lock.json", "tsconfig.json")]
    files += [path for path in (SOURCES / "src").rglob("*") if path.is_file()]
    lines = sorted((path.relative_to(SOURCES).as_posix(), sha256(path.read_bytes()).hexdigest()) for path in files)
    assert len(lines) > 10
    return sha256("".join(f"{digest}  {name}\n" for name, digest in lines).encode()).hexdigest()


def test_it_is_built_from_its_present_sources() -> None:
    assert BUILT.read_text().partition("\n")[0].endswith(f"sha256 {stamp()}"), "run script/panel"


def test_it_names_no_other_server() -> None:
    text = BUILT.read_text()
    assert "local-things-panel" in text
    assert not re.findall(r"https?://|wss?://|//[a-z0-9.-]+\.[a-z]{2,}/", text)
    assert not re.findall(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b", text)


def test_it_names_no_place_of_the_machine_that_built_it() -> None:
    origins = re.findall(r"^// (\S+\.(?:js|ts|json))$", BUILT.read_text(), re.MULTILINE)
    assert len(origins) > 10
    assert all(origin.startswith(("src/", "node_modules/")) for origin in origins)


def test_the_lock_file_says_hashes_and_no_place() -> None:
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    installed = {name: one for name, one in packages.items() if name}
    assert len(installed) > 3
    assert all("integrity" in one and "resolved" not in one for one in installed.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_with_its_values(language: str) -> None:
    own, english = words(language), words("en")
    assert own.keys() == english.keys()
    for name, word in own.items():
        assert word.strip(), name
        assert set(re.findall(r"\{\w+\}", word)) == set(re.findall(r"\{\w+\}", english[name])), name


def test_every_word_is_said() -> None:
    text = "".join(path.read_text() for path in (SOURCES / "src").rglob("*.ts"))
    said = set(re.findall(r"\w+", text))
    built = re.findall(r"`(\w+_)\$\{", text)
    assert len(built) > 4
    silent = {name for name in words("en") if name not in said and not name.startswith(tuple(built))}
    assert silent <= set(Reason), "these are told by Home Assistant"
