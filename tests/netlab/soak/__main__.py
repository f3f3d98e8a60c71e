"""script/soak: hundreds of devices on a bad link, followed by a real Home Assistant, and what is left of it.

Usage: python -m tests.netlab.soak [--devices N] [--minutes M] [--reloads R] [--seed S]
"""

import argparse
import json
from pathlib import Path
import subprocess
import sys
import tempfile

from tests.netlab.lab import Flavour, Lab, network_lab, why_not

from .places import taking

_CANNOT = 2


def main() -> int:
    """Return 0 where every claim holds, 1 where one does not, 2 where there can be no soak here."""
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--devices", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--reloads", type=int, default=100)
    parser.add_argument("--streets", type=int, default=1, help="processes that the devices are in")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if reason := why_not():
        print(f"error: {reason}", file=sys.stderr)  # noqa: T201 - for the person at the terminal
        return _CANNOT
    with tempfile.TemporaryDirectory(prefix="soak.") as fresh, network_lab(Flavour.DUAL_STACK) as lab:
        return soak(lab, Path(fresh), chosen)


def soak(lab: Lab, folder: Path, chosen: argparse.Namespace) -> int:
    """Let the devices and the Home Assistant be there; return how the latter ends."""
    addresses = folder / "addresses"
    addresses.write_text(taking(range(chosen.devices), lab.lan.addresses()))
    lab.lan.run("ip", "-batch", str(addresses))
    config = folder / "config"
    config.mkdir()
    shared = [
        *("--devices", str(chosen.devices), "--streets", str(chosen.streets), "--seed", str(chosen.seed)),
        *("--directory", str(folder / "streets")),
    ]
    own = ["--minutes", str(chosen.minutes), "--reloads", str(chosen.reloads), "--folder", str(config)]
    with lab.lan.running(sys.executable, "-m", "tests.netlab.soak.street", *shared) as streets:
        for line in streets.stdout or ():
            if line == json.dumps({"ready": True}) + "\n":
                break
            print(line, end="", file=sys.stderr)  # noqa: T201 - for the person at the terminal
        else:
            return _CANNOT
        home = lab.hub.command(sys.executable, "-m", "tests.netlab.soak.home", *shared, *own)
        return subprocess.run(home, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
