"""manifest.json and hacs.json say what Home Assistant, hassfest and HACS ask of them."""

import ast
from importlib.metadata import requires, version
from pathlib import Path
import re
import sys
import tomllib

from homeassistant.const import REQUIRED_PYTHON_VER, Platform
from homeassistant.core import HomeAssistant
import homeassistant.loader as loader_module
from homeassistant.loader import Manifest, async_get_integration
from packaging.requirements import Requirement
import pytest

from .repository import INTEGRATION, ROOT, python_files, read_json

MANIFEST = read_json(INTEGRATION / "manifest.json")
CORE = Path(loader_module.__file__).parent

HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}

CORE_BRINGS = {
    "OpenSSL": "pyopenssl",
    "aiohttp": "aiohttp",
    "astral": "astral",
    "cryptography": "cryptography",
    "sqlalchemy": "SQLAlchemy",
    "yarl": "yarl",
}
"""Imports that Home Assistant's own requirements serve."""

OTHERS_BRING = {"pyasn1": "pysnmp", "zeroconf": "zeroconf"}
"""Imports that come with a requirement of ours, or with a component after which we are set up."""

FOR_OTHERS = {"filelock"}
"""What aiocoap imports for OSCORE, and requires only together with what no Home Assistant OS can install."""

ON_DEMAND = {"lakers", "numpy", "zigpy"}
"""Imports of what is installed once the user adds, or switches on, what needs it."""

INTERNAL = {
    *(platform.value for platform in Platform),
    *("diagnostics", "logbook", "repairs", "system_health"),
    *(
        "llm",
        "frontend",
        "homeassistant",
        "persistent_notification",
        "websocket_api",
    ),  # there in every Home Assistant (hassfest: ALLOWED_USED_COMPONENTS)
}
"""Components that need no dependency: entity platforms, and those whose platform file we have (hassfest)."""


ASKED = {"homeassistant_hardware"}
"""Components that are asked only where somebody else set them up: named in the manifest, one would bring a flasher."""


def strings(key: str) -> list[str]:
    value = MANIFEST[key]
    assert isinstance(value, list)
    return [str(item) for item in value]


def requirements() -> list[Requirement]:
    return [Requirement(text) for text in strings("requirements")]


def test_keys_are_known_required_and_in_order() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])
    assert set(keys) <= set(Manifest.__annotations__)
    assert set(keys) >= {"codeowners", "documentation", "integration_type", "iot_class", "issue_tracker", "version"}


def test_values() -> None:
    assert MANIFEST["domain"] == INTEGRATION.name
    assert MANIFEST["iot_class"] == "local_push"
    assert MANIFEST["integration_type"] == "hub"
    assert MANIFEST["config_flow"] is True
    assert all(owner.startswith("@") for owner in strings("codeowners"))
    for key in ("documentation", "issue_tracker"):
        assert re.fullmatch(r"https://github\.com/[\w/-]+", str(MANIFEST[key]))
    assert strings("loggers") == sorted(strings("loggers"))


def test_discovery_flows_are_not_aborted_by_a_single_entry() -> None:
    assert "single_config_entry" not in MANIFEST


def test_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == project["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(MANIFEST["version"]))
    minimum = ".".join(map(str, REQUIRED_PYTHON_VER))
    assert project["requires-python"] == f">={minimum}"


async def test_home_assistant_loads_it(hass: HomeAssistant) -> None:
    integration = await async_get_integration(hass, "local_things")
    assert integration.version == MANIFEST["version"]
    assert integration.requirements == strings("requirements")


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_requirement_is_a_bounded_range(requirement: Requirement) -> None:
    # An exact pin would fight with that of another integration in the one environment of Home Assistant; and
    # extras and markers are not looked at when it decides whether something is installed.
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}
    assert not requirement.extras
    assert requirement.marker is None
    assert requirement.url is None
    assert " " not in str(requirement)
    assert requirement.specifier.contains(version(requirement.name))


def test_requirements_never_downgrade_what_core_brings() -> None:
    ours = {requirement.name.lower(): requirement for requirement in requirements()}
    constraints = (CORE / "package_constraints.txt").read_text().splitlines()
    texts = [line for line in constraints if "==" in line and not line.startswith("#")]
    for manifest in CORE.glob("components/*/manifest.json"):
        content = read_json(manifest)
        listed = content.get("requirements", [])
        assert isinstance(listed, list)
        texts += listed
    pins = [Requirement(text) for text in texts]
    assert len(pins) > 500
    met = {pin.name.lower(): pin for pin in pins if pin.name.lower() in ours}
    for name, pin in met.items():
        (exact,) = [specifier.version for specifier in pin.specifier]
        assert ours[name].specifier.contains(exact), f"core brings {pin}"


def test_every_library_that_is_imported_is_required() -> None:
    imported = {name.partition(".")[0] for name in absolute_imports()}
    core = {Requirement(text).name for text in requires("homeassistant") or ()}
    assert set(CORE_BRINGS.values()) <= core
    required = {requirement.name for requirement in requirements()}
    assert set(OTHERS_BRING.values()) <= required | set(strings("after_dependencies"))
    libraries = (
        imported - sys.stdlib_module_names - {"homeassistant", "probatio", *CORE_BRINGS, *OTHERS_BRING, *ON_DEMAND}
    )
    assert not libraries & FOR_OTHERS
    assert libraries | FOR_OTHERS == required


def test_every_component_that_is_imported_is_a_dependency() -> None:
    components = {
        name.split(".")[2]
        for name in absolute_imports()
        if name.startswith("homeassistant.components.") and len(name.split(".")) > 2
    }
    assert "sensor" in components
    after = set(strings("after_dependencies"))
    assert set(strings("dependencies")) <= components - INTERNAL - ASKED <= {*strings("dependencies"), *after}
    for name in ("diagnostics", "repairs", "system_health"):
        assert (INTEGRATION / f"{name}.py").is_file()


def absolute_imports() -> set[str]:
    """Return every absolute module name that the integration imports, wherever in a file."""
    found: set[str] = set()
    for path in python_files():
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_hacs() -> None:
    content = read_json(ROOT / "hacs.json")
    assert set(content) <= HACS_KEYS
    assert content["name"] == MANIFEST["name"]
    assert content["homeassistant"] == "2026.10.0"
    assert content["zip_release"] is True
    assert content["filename"] == "local_things.zip"
