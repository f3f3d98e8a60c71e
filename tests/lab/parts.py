"""Who lives in the lab beside the hub: the devices of the home, each in a machine of its own, and the hostile ones."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import json
import sys
from typing import Final

from tests.netlab.inhabited import Inhabitant, inhabited
from tests.netlab.lab import Namespace

from .sinkhole import Sinkhole

DEVICES: Final = ("hall", "lamp", "desk")
HOSTILE, PANEL, STICK, SWITCH = "hostile", "panel", "stick", "switch"
PLACES: Final = (*DEVICES, PANEL, HOSTILE, STICK, SWITCH)
"""Everybody, in the order of the machines."""

_FIRST: Final = 2
"""The place of the first of them on the link; the hub has the one before."""


def address(name: str) -> str:
    """Return the IPv4 address of one of them."""
    return f"10.77.0.{PLACES.index(name) + _FIRST}"


@contextmanager
def inhabitants(hole: Sinkhole, *others: str) -> Iterator[dict[str, Inhabitant]]:
    """Run the devices, and of the others those that are named."""
    control = hole.records / "house"
    control.mkdir()
    with ExitStack() as stack:
        machines = dict(zip(PLACES, hole.lab.devices, strict=True))
        devices = {name: stack.enter_context(inhabited(machines[name], name, control)) for name in DEVICES}
        for name in others:
            started = (
                ("tests.lab.hostile", address(name)) if name == HOSTILE else ("tests.lab.placed", name, str(control))
            )
            stack.enter_context(_ready(machines[name], "-m", *started))
        yield devices


@contextmanager
def _ready(machine: Namespace, *argv: str) -> Iterator[None]:
    """Keep a Python program running, from when it says that it is ready."""
    with machine.running(sys.executable, *argv) as process:
        if process.stdout is None:
            raise TypeError("the process was started without a pipe")
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line == json.dumps({"ready": True}) + "\n":
                break
        else:
            raise OSError("".join(said))
        yield
