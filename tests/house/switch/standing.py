"""What makes tests with a switch quick: one switch for many tests, and an SNMP library that is compiled once."""

from collections.abc import Iterator
from contextlib import contextmanager
import functools
import json
from pathlib import Path
import runpy
import subprocess
import sys
import tempfile

from pysnmp.smi import builder  # type: ignore[import-untyped]  # no py.typed
import pytest

from . import ADDRESS, ROOT, SimulatedSwitch, User


@contextmanager
def standing_switch(*, user: User | None = None) -> Iterator[SimulatedSwitch]:
    """Run a switch of eight ports beyond the loop of any test; `SimulatedSwitch.reset` makes it new again."""
    with tempfile.TemporaryDirectory(prefix="simulated-switch-") as directory:
        command = [sys.executable, "-m", "tests.house.switch", directory, "--address", ADDRESS]
        if user:
            command += ["--user", user.name, user.authentication, user.privacy, user.digest]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
            if process.stdin is None or process.stdout is None:
                raise TypeError("the process was started without pipes")
            try:
                said = json.loads(process.stdout.readline() or b"{}")
                yield SimulatedSwitch(host=ADDRESS, port=said["port"], directory=Path(directory))
            finally:
                process.stdin.close()  # at which it ends


@contextmanager
def compiled_once() -> Iterator[None]:
    """Keep the compiled MIBs of pysnmp, which it compiles anew, each twice, for every engine: a quarter of a second."""
    kept = functools.cache(compile)
    with pytest.MonkeyPatch.context() as patch:
        for module in (runpy, builder):
            patch.setattr(module, "compile", kept, raising=False)
        yield
