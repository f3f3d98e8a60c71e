"""The suggester can be deleted: its folder, its contracts and one line go, and all else is whole."""

from pathlib import Path
import shutil
import subprocess
import sys
import sysconfig

import pytest

from .repository import ROOT

PACKAGE = Path("custom_components/local_things")
LINE = '    "rule_advisor": ("suggest",),\n'
CONTRACTS = ("suggest", "suggest-pure", "numpy")
KEPT = ("pyproject.toml", "script/__init__.py", "script/contracts.py", "tests/__init__.py", "tests/conftest.py")
ONE = "tests/rule_advisor/test_looking.py::test_opposites_are_one_repair_with_both_rules_and_gone_when_mended"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the package and what checks it, without the suggester."""
    copy = tmp_path_factory.mktemp("without")
    skipped = shutil.ignore_patterns("__pycache__", "suggest")
    shutil.copytree(ROOT / PACKAGE, copy / PACKAGE, ignore=skipped)
    for folder in ("tests/rule_advisor", "tests/rules", "blueprints"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "script").mkdir()
    for name in KEPT:
        shutil.copy(ROOT / name, copy / name)
    root = copy / PACKAGE / "__init__.py"
    text = root.read_text()
    assert text.count(LINE) == 1
    root.write_text(text.replace(LINE, ""))
    settings = copy / "pyproject.toml"
    parts = settings.read_text().split("[[tool.importlinter.contracts]]\n")
    kept = [part for part in parts if not any(f'id = "{one}"\n' in part for one in CONTRACTS)]
    assert len(parts) - len(kept) == len(CONTRACTS)
    settings.write_text("[[tool.importlinter.contracts]]\n".join(kept))
    return copy


def run(checkout: Path, *command: str | Path) -> None:
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_of_it_is_there(checkout: Path) -> None:
    assert (ROOT / PACKAGE / "suggest").is_dir()
    assert not (checkout / PACKAGE / "suggest").exists()


def test_the_rest_keeps_the_contracts_and_the_rules_of_style(checkout: Path) -> None:
    programs = Path(sysconfig.get_path("scripts"))
    run(checkout, sys.executable, programs / "lint-imports", "--no-cache")
    run(checkout, sys.executable, "-m", "ruff", "check", "--no-cache", PACKAGE)


def test_every_module_of_the_rest_can_be_imported(checkout: Path) -> None:
    modules = [
        ".".join(path.relative_to(checkout).with_suffix("").parts)
        for path in sorted((checkout / PACKAGE).rglob("*.py"))
        if "adapters" not in path.parts  # whose libraries come with the entries that need them
    ]
    assert len(modules) > 100
    lines = "; ".join(f"importlib.import_module({name.removesuffix('.__init__')!r})" for name in modules)
    run(checkout, sys.executable, "-c", f"import importlib; {lines}")


def test_the_rule_advisor_works(checkout: Path) -> None:
    run(checkout, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE)
