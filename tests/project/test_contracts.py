"""The import contracts hold, and each of them catches the violation it is there for."""

from pathlib import Path
import shutil
import subprocess
import sys
import sysconfig
import tomllib

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = Path("custom_components/local_things")
TOY = "from ..things.adapter import AdapterSpec\n"

# Contract → a module and a line in it that the contract refuses. `toy`, `power`, … are rooms made for the occasion.
VIOLATIONS = {
    "layers": ("const.py", "from .coordinator import ThingCoordinator"),
    "layers, unlisted room": ("attic.py", ""),
    "layers, platforms apart": ("sensor.py", "from .switch import ROWS as OTHER"),
    "layers, for the type checker": (
        "things/model.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..const import DOMAIN",
    ),
    "root": ("sensor.py", "from . import async_setup_entry as other"),
    "pure": ("adapters/toy/__init__.py", "from homeassistant.core import HomeAssistant"),
    "pure, in a room to come": ("power/__init__.py", "import probatio"),
    "pure, voluptuous": ("transports/gate.py", "import voluptuous"),
    "adapters-apart": ("adapters/toy/__init__.py", "from ..coap import SPEC"),
    "adapters": ("scanner.py", "from .adapters import ADAPTERS"),
    "adapters, one of them": ("hub.py", "from .adapters.coap import SPEC"),
    "transports": ("hub.py", "from .transports.gate import AddressGate"),
    "lakers": ("transports/coap/client.py", "import lakers"),
    "aiocoap": ("adapters/coap/__init__.py", "import aiocoap"),
    "pysnmp": ("transports/gate.py", "import pysnmp.hlapi"),
    "suggest": ("config_flow.py", "from .suggest import hub"),
    "suggest-pure": ("suggest/record/store.py", "from homeassistant.core import HomeAssistant"),
    "numpy": ("suggest/record/store.py", "import numpy"),
    "waist": ("things/text.py", "import cbor2"),
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the contracts look at."""
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "script").mkdir()
    for name in ("pyproject.toml", "script/__init__.py", "script/contracts.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    # A second adapter: one folder.
    add(tmp_path, "adapters/toy/__init__.py", TOY)
    return tmp_path


def add(checkout: Path, module: str, line: str) -> None:
    path = checkout / PACKAGE / module
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        file.write(f"\n{line}\n")


def broken_contracts(checkout: Path, *chosen: str) -> tuple[list[str], str]:
    """Return the names of the contracts that lint-imports says are broken, and all it said."""
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run(
        [sys.executable, program, "--no-cache", *(f"--contract={one}" for one in chosen)],
        cwd=checkout,
        env={"COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    names = [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert bool(names) == bool(done.returncode), done.stdout + done.stderr
    return names, done.stdout


def contract_names() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_every_contract_has_a_planted_violation() -> None:
    names = contract_names()
    assert len(names) == 13
    assert {violation.partition(",")[0] for violation in VIOLATIONS} == set(names)


def test_contracts_hold_and_a_second_adapter_needs_no_change_to_them(checkout: Path) -> None:
    add(checkout, "adapters/__init__.py", "from .toy import AdapterSpec as TOY")
    assert broken_contracts(checkout)[0] == []


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_planted_violation_is_caught(checkout: Path, violation: str) -> None:
    module, line = VIOLATIONS[violation]
    contract = violation.partition(",")[0]
    add(checkout, module, line)
    broken, said = broken_contracts(checkout, contract)
    assert broken == [contract_names()[contract]], said
    assert module.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".") in said
