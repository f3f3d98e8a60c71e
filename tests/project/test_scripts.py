"""The scripts are there, parse, and say what is wrong on standard error; the pins are exact."""

from importlib.util import find_spec
import os
from pathlib import Path
import re
import subprocess

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
import pytest

from script.requirements.closure import requirements

from .repository import ROOT

SCRIPTS = ("setup", "run", "test", "lint", "bench", "panel", "prove-local", "fuzz")


def shell_scripts() -> list[Path]:
    files = [path for path in sorted(ROOT.glob("script/*")) if path.is_file() and path.suffix in ("", ".sh")]
    assert len(files) >= len(SCRIPTS)
    return [*files, ROOT / ".ci/run"]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def pinned(name: str) -> dict[str, str]:
    """Return the pinned version of each package of a file."""
    lines = (ROOT / f"script/requirements/{name}.txt").read_text().splitlines()
    pins = re.findall(r"^([\w.-]+)==(\S+)", "\n".join(lines), re.MULTILINE)
    assert pins
    return {canonicalize_name(package): version for package, version in pins}


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_can_be_run(name: str) -> None:
    assert os.access(ROOT / "script" / name, os.X_OK)


@pytest.mark.parametrize("path", shell_scripts(), ids=relative)
def test_shell_script_parses(path: Path) -> None:
    done = subprocess.run(["bash", "-n", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ci_runs_the_two_scripts() -> None:
    run = (ROOT / ".ci/run").read_text()
    assert "\nscript/lint\nscript/test\n" in run
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize(
    "command", ("script/bench", "script/bench no-such", "script/bench ../run", "script/setup --no-such")
)
def test_mistake_is_told_on_standard_error(command: str) -> None:
    done = subprocess.run(command.split(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert done.stderr


@pytest.mark.parametrize("command", ("script/setup --help", "script/test --help", "script/fuzz --help"))
def test_help_is_a_page(command: str) -> None:
    done = subprocess.run(command.split(), cwd=ROOT, capture_output=True, text=True, check=True)
    assert command.partition(" ")[0] in done.stdout
    assert "#" not in done.stdout


@pytest.mark.parametrize("name", ("dev", "next", "uv", "fuzz"))
def test_pins_are_exact_hashed_and_name_no_place(name: str) -> None:
    lines = (ROOT / f"script/requirements/{name}.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("    --hash=sha256:")]
    assert pins
    for pin in pins:
        assert re.fullmatch(r"[\w.-]+==[\w.!+-]+( ; [^/:@]+)? \\", pin), pin


def test_pins_hold_the_versions_that_are_supported() -> None:
    pins = {name: (ROOT / f"script/requirements/{name}.txt").read_text() for name in ("dev", "next")}
    assert "\nhomeassistant==2026.10.4 " in pins["dev"]
    assert "\npytest-homeassistant-custom-component==0.13.375 " in pins["dev"]
    assert "\nhomeassistant==2026.11.0 " in pins["next"]


def test_what_the_demo_would_install_by_itself_is_pinned() -> None:
    spec = find_spec("homeassistant")
    assert spec
    assert spec.origin
    wanted = [Requirement(text) for text in requirements(Path(spec.origin).parent)]
    assert len(wanted) > 10
    pins = pinned("dev")
    assert [str(one) for one in wanted if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))] == []


@pytest.mark.parametrize("name", ("dev", "next"))
def test_what_the_manifest_requires_is_pinned(name: str) -> None:
    texts = re.findall(r"^[a-z0-9-]+[=<>][^#\n]*", (ROOT / f"script/requirements/{name}.in").read_text(), re.MULTILINE)
    assert len(texts) >= 3
    for one in map(Requirement, texts):
        assert one.specifier.contains(pinned(name)[canonicalize_name(one.name)])
