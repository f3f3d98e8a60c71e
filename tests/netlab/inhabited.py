"""A device of the simulated house in a machine of a lab, worked through its control socket."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import sys

from tests.house.control import command

from .lab import Namespace


class Inhabitant:
    """A running device."""

    def __init__(self, name: str, directory: Path) -> None:
        """`directory` holds its control socket."""
        self._name = name
        self._directory = directory

    def tell(self, verb: str, *arguments: str) -> dict[str, object]:
        """Do something to it and return its status. Raises ValueError."""
        answer = command(self._directory, self._name, verb, list(arguments))
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer


@contextmanager
def inhabited(machine: Namespace, name: str, directory: Path) -> Iterator[Inhabitant]:
    """Keep a device running on `eth0` of a machine; its values move only when told."""
    options = ("--devices", name, "--interface", "eth0", "--directory", str(directory), "--tick", "0")
    with machine.running(sys.executable, "-m", "tests.house", *options) as process:
        if process.stdout is None:
            raise TypeError("the process was started without a pipe")
        lines = iter(process.stdout.readline, "")
        if not any(line == json.dumps({"ready": True}) + "\n" for line in lines):
            raise OSError(f"{name} ended while starting")
        yield Inhabitant(name, directory)
