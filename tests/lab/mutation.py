"""The package with its guards taken out, in a copy: what the lab must see then. Never a switch in the product."""

from pathlib import Path
import shutil
from typing import Final

from script.demo.seed import INTEGRATION

from .hostile import Guard

type Cuts = tuple[tuple[str, str, str], ...]
"""A file, what is in it exactly once, and what is there instead."""

CUTS: Final[dict[Guard, Cuts]] = {
    Guard.GATE: (
        (
            "transports/gate.py",
            'if why := "own" if ip in own else self._refusal(ip, links):',
            "if why := ():",
        ),
        (
            "transports/gate.py",
            'if not host.lower().removesuffix(".").endswith(_LOCAL_DOMAINS):',
            "if ():",
        ),
    ),
    Guard.HREF: (
        (
            "adapters/wot/description/addresses.py",
            "if not _means(host, origin.host, is_local):",
            "if ():",
        ),
        (
            "adapters/wot/description/addresses.py",
            "host=origin.host, port=port",
            "host=host, port=port",
        ),
    ),
    Guard.FIRMWARE: (("adapters/zigbee/radio.py", '"ota": {"enabled": False},', '"ota": {},'),),
    Guard.REDIRECT: (("transports/http/client.py", "allow_redirects=False", "allow_redirects=True"),),
}


def mutated(folder: Path, *guards: Guard) -> None:
    """Put a copy of the package without these guards into a configuration folder. Raises ValueError."""
    package = folder / "custom_components" / INTEGRATION.name
    shutil.copytree(INTEGRATION, package, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for guard in guards:
        for name, before, after in CUTS[guard]:
            file = package / name
            text = file.read_text()
            if text.count(before) != 1:
                raise ValueError(f"{name} has not exactly one place where {guard} is: adapt tests/lab/mutation.py")
            file.write_text(text.replace(before, after))
