"""The Thing on node-wot, which nobody here wrote: started in a machine of a lab, told what to do, killed."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import subprocess
import sys
from typing import IO, Final

from .lab import Namespace
from .peers import ON_NODE

_SCRIPT: Final = Path(__file__).parent / "servers" / "node" / "wot.js"
_MODULES: Final = Path(sys.prefix, "node", "node_modules")

PORTS: Final = {"http": 8080, "coap": 5683}

MISSING: Final = ON_NODE or ("" if (_MODULES / "@node-wot").is_dir() else "no node-wot (script/setup installs it)")
"""Why it cannot be here; empty where it can."""


class Servient:
    """A running servient, as its own machine speaks to it."""

    def __init__(self, told: IO[str]) -> None:
        """`told` is its standard input."""
        self._told = told

    def tell(self, name: str, value: object) -> None:
        """Give a property another value, or let an event happen."""
        self._told.write(json.dumps([name, value]) + "\n")
        self._told.flush()


@contextmanager
def servient(machine: Namespace, protocols: str) -> Iterator[Servient]:
    """Keep a servient running that speaks these protocols, such as "http,coap"; the end comes without a goodbye."""
    with subprocess.Popen(
        machine.command("env", f"NODE_PATH={_MODULES}", "node", str(_SCRIPT), protocols),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it complains of the schema of the W3C at every start
        text=True,
    ) as process:
        try:
            if process.stdin is None or process.stdout is None:
                raise TypeError("the process was started without pipes")
            if process.stdout.readline() != "ready\n":
                raise OSError("node-wot ended while starting")
            yield Servient(process.stdin)
        finally:
            process.kill()
