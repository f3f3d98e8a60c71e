"""script/prove-local: what the project claims of packets, names, sockets and secrets, shown on a real Home Assistant.

Usage: python -m tests.lab.prove [--only proof offline links hours mutation] [--json FILE] [--keep FOLDER]
"""

import argparse
from pathlib import Path
import sys
import tempfile

from script.demo.instance import DemoError, say

from .evidence import Evidence
from .runs import Bench, run_all
from .sinkhole import why_not

_RUNS = ("proof", "offline", "links", "hours", "mutation")
_CANNOT = 2


def main() -> int:
    """Return 0 where all claims hold, 1 where one does not, 2 where nothing can be proved here."""
    parser = argparse.ArgumentParser(prog="script/prove-local", description=__doc__)
    parser.add_argument("--only", nargs="+", default=_RUNS, choices=_RUNS, help="these runs only, after the canary")
    parser.add_argument("--json", type=Path, help="where to write the evidence as JSON")
    parser.add_argument(
        "--keep", type=Path, help="a new folder for captures and configurations (default: none is kept)"
    )
    chosen = parser.parse_args()
    if reason := why_not():
        say(f"error: {reason}")
        return _CANNOT
    evidence = Evidence()
    with tempfile.TemporaryDirectory(prefix="prove-local.") as fresh:
        bench = Bench(folder=(chosen.keep or Path(fresh)).absolute(), evidence=evidence, told=say)
        try:
            run_all(bench, tuple(chosen.only))
        except DemoError as err:
            say(f"error: {err}")
            return _CANNOT
        finally:
            if chosen.json:
                evidence.write(chosen.json)
    say("every claim holds" if evidence.holds else "error: not every claim holds")
    return 0 if evidence.holds else 1


if __name__ == "__main__":
    sys.exit(main())
