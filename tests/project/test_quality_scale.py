"""quality_scale.yaml knows every rule, and what it calls done is there."""

from homeassistant.util.yaml import load_yaml_dict
import pytest

from .repository import INTEGRATION, ROOT

# Home Assistant's 54 rules by tier.
RULES = {
    "bronze": """
        action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
        dependency-transparency docs-actions docs-conditions docs-high-level-description
        docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
        has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry
    """,
    "silver": """
        action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
        entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage
    """,
    "gold": """
        devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations
        docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices
        entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations
        icon-translations reconfiguration-flow repair-issues stale-devices
    """,
    "platinum": "async-dependency inject-websession strict-typing",
}
ALL_RULES = [rule for tier in RULES.values() for rule in tier.split()]

# What must exist, from the integration's folder, for a rule to be done.
EVIDENCE = {
    "action-setup": "services.yaml",
    "brands": "brand/icon.png",
    "common-modules": "coordinator.py",
    "config-flow": "config_flow.py",
    "diagnostics": "diagnostics.py",
    "docs-actions": "../../docs/users/actions.md",
    "docs-configuration-parameters": "../../docs/users/getting-started.md",
    "docs-data-update": "../../docs/users/getting-started.md",
    "docs-known-limitations": "../../docs/users/troubleshooting.md",
    "docs-removal-instructions": "../../docs/users/getting-started.md",
    "docs-supported-functions": "../../docs/users/getting-started.md",
    "docs-high-level-description": "../../README.md",
    "docs-installation-instructions": "../../README.md",
    "docs-troubleshooting": "../../docs/users/troubleshooting.md",
    "exception-translations": "translations/en.json",
    "icon-translations": "icons.json",
    "repair-issues": "repairs.py",
    "strict-typing": "py.typed",
}


def statuses() -> dict[str, tuple[str, str]]:
    rules = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"]
    assert isinstance(rules, dict)
    return {
        rule: (entry["status"], entry.get("comment", "")) if isinstance(entry, dict) else (entry, "")
        for rule, entry in rules.items()
    }


def test_every_rule_has_a_status() -> None:
    assert len(ALL_RULES) == 54
    assert sorted(statuses()) == sorted(ALL_RULES)
    assert {status for status, _ in statuses().values()} <= {"done", "todo", "exempt"}


def test_an_exemption_gives_its_reason() -> None:
    exempt = {rule: comment for rule, (status, comment) in statuses().items() if status == "exempt"}
    assert exempt
    assert all(exempt.values())


@pytest.mark.parametrize("rule", EVIDENCE)
def test_what_is_done_is_there(rule: str) -> None:
    if statuses()[rule][0] == "done":
        assert (INTEGRATION / EVIDENCE[rule]).resolve().is_file()


def test_every_platform_limits_its_parallel_updates() -> None:
    platforms = [path for path in INTEGRATION.glob("*.py") if "async def async_setup_entry" in path.read_text()]
    platforms = [path for path in platforms if path.name != "__init__.py"]
    assert len(platforms) >= 7
    assert [path.name for path in platforms if "\nPARALLEL_UPDATES = " not in path.read_text()] == []


def test_test_coverage_is_held_by_the_configuration() -> None:
    assert "fail_under = 95" in (ROOT / "pyproject.toml").read_text()
