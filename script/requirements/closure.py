"""Print what a Home Assistant would install by itself at run time for the demo's configuration.

The demo and the boot checks start Home Assistant with `--skip-pip`, so that they work offline and install
nothing unpinned. Whatever its integrations require is therefore pinned beside Home Assistant itself.

Usage: closure.py PATH_TO_THE_HOMEASSISTANT_PACKAGE. Standard library only: it runs before anything is installed.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import sys

CONFIGURED = ("config", "energy", "history", "logbook", "recorder", "system_log", "isal", "zeroconf")
"""What the demo's configuration.yaml names, and what Home Assistant takes in whenever it is installed."""

ALWAYS_SET_UP = ("CORE_INTEGRATIONS", "FRONTEND_INTEGRATIONS", "DEFAULT_INTEGRATIONS")
"""The sets in `bootstrap.py` of integrations that are set up without being configured."""


def strings_in(node: ast.AST) -> Iterator[str]:
    """Yield every string literal below a node."""
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def always_set_up(package: Path) -> set[str]:
    """Read from the source of `bootstrap.py` what is set up in every Home Assistant."""
    domains = set(strings_in(ast.parse((package / "generated/entity_platforms.py").read_text())))
    for statement in ast.parse((package / "bootstrap.py").read_text()).body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id in ALWAYS_SET_UP and isinstance(statement, ast.Assign):
            domains.update(strings_in(statement.value))
    return domains


def requirements(package: Path) -> set[str]:
    """Return the requirements of everything the demo sets up, dependencies included."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [*always_set_up(package), *CONFIGURED]
    while waiting:
        domain = waiting.pop()
        manifest = package / "components" / domain / "manifest.json"
        if domain in seen or not manifest.is_file():
            continue
        seen.add(domain)
        content = json.loads(manifest.read_text())
        found.update(content.get("requirements", []))
        waiting.extend(content.get("dependencies", []))
    return found


if __name__ == "__main__":
    print(*sorted(requirements(Path(sys.argv[1]))), sep="\n")
