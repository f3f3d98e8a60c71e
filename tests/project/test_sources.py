"""What holds for every source file, every script and every pin."""

import ast
from collections.abc import Iterable
import io
import os
from pathlib import Path
import re
import tokenize

import pytest

from .repository import INTEGRATION, ROOT, python_files

TABLES = {"custom_components/local_things/things/units.py"}
"""Rows of data beyond the files and folders that say so."""

MAX_LINES = 300

# Text that would send traffic, or tie the code to one machine. The documentation link lives in manifest.json.
FORBIDDEN = {
    "a URL": re.compile(r"\b(?:https?|wss?|ftp)://", re.IGNORECASE),
    # One letter of each in brackets: the pattern is not to name what it forbids.
    "a package registry": re.compile(r"p[y]pi|python[h]osted|npm[j]s|c[r]ates\.io", re.IGNORECASE),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:home|root|Users|tmp|opt|work|mnt)/"),
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def strings_of(source: str) -> list[str]:
    """Return what a program could use: its string literals, f-string parts included, without its docstrings."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_integration_names_no_host_and_no_machine() -> None:
    assert [
        f"{relative(path)}: {what} in {text!r}"
        for path in python_files()
        for text in strings_of(path.read_text())
        for what, pattern in FORBIDDEN.items()
        if pattern.search(text)
    ] == []


def is_table(path: Path) -> bool:
    """Tell whether a file is rows of data, as long as there is something to say."""
    return path.name == "tables.py" or path.parent.name == "tables" or relative(path) in TABLES


def test_forbidden_text_is_recognised() -> None:
    source = 'def f():\n    """See https://example.org."""\n    return f"{1}http://example.org", "/root/x", "PyPI"\n'
    found = [what for text in strings_of(source) for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert sorted(found) == sorted(FORBIDDEN)


def longer_than(lines: int, files: Iterable[Path]) -> list[str]:
    return [relative(path) for path in files if len(path.read_text().splitlines()) > lines]


def test_files_are_small() -> None:
    assert longer_than(MAX_LINES, (path for path in python_files() if not is_table(path))) == []


def test_files_beside_it_are_small() -> None:
    files = [*ROOT.glob("script/**/*.py"), *ROOT.glob("tests/**/*.py")]
    assert len(files) > len(python_files())
    assert longer_than(MAX_LINES * 2, files) == []


def test_only_the_tables_of_adapters_and_of_kinds_import_by_name() -> None:
    # The import contracts do not see such imports.
    by_name = {relative(path) for path in python_files() if re.search(r"import_module|__import__", path.read_text())}
    assert by_name == {
        "custom_components/local_things/__init__.py",
        "custom_components/local_things/adapters/__init__.py",
        "custom_components/local_things/adapters/zigbee/radio.py",  # the radio libraries, of which a house has one
    }


def test_every_ignore_gives_its_reason() -> None:
    files = [*python_files(), *ROOT.glob("script/**/*.py")]
    comments = [
        f"{relative(path)}: {token.string}"
        for path in files
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT and re.search(r"noqa|type: ignore|pragma", token.string)
    ]
    reasoned = re.compile(r"(?:noqa: [A-Z0-9, ]+|\[[\w, -]+\]|no (?:cover|branch))\W+\w+")
    assert [one for one in comments if not reasoned.search(one)] == []


@pytest.mark.parametrize("name", ("LICENSE", "SECURITY.md", "CHANGELOG.md", "README.md"))
def test_file_is_there(name: str) -> None:
    assert (ROOT / name).read_text().strip()


def test_license_is_the_one_stated() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()


def test_readme_commands_exist() -> None:
    commands = set(re.findall(r"^script/[\w-]+", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert len(commands) >= 2
    for command in commands:
        assert os.access(ROOT / command, os.X_OK), command


def test_the_integration_has_no_file_that_is_not_its_own() -> None:
    suffixes = {path.suffix for path in INTEGRATION.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert suffixes <= {".py", ".json", ".yaml", ".png", ".typed", ".js", ".ts", ""}
