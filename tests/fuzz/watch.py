"""Looks at what inputs take while they are read, and keeps what is to be judged, for tests/fuzz/judge.py.

That is a file for each way in which something is wrong, of which the shortest input is kept, and the slowest and the
largest of all inputs, wrong or not.
"""

from hashlib import sha256
import logging
import os
from pathlib import Path
import resource
import sys
import time
from typing import Final

from .target import Target, raised

_WORST: Final = 6
"""So many of the slowest inputs are judged, and as many of those that took the most memory."""

_ADDRESS_SPACE: Final = 4 * 2**30
"""Bytes of memory of a process, so that no input takes the machine down."""


class Suspects:
    """Inputs to be judged."""

    def __init__(self, folder: Path) -> None:
        """Keep them in a folder."""
        self._folder = folder
        self._shortest: dict[str, int] = {}
        self._worst: dict[str, list[tuple[float, str]]] = {"time": [], "memory": []}

    def wrong(self, kind: str, data: bytes) -> None:
        """Keep the shortest input of a kind."""
        if len(data) < self._shortest.get(kind, sys.maxsize):
            self._shortest[kind] = len(data)
            self._write(f"wrong-{sha256(kind.encode()).hexdigest()[:16]}", data)

    def much(self, kind: str, amount: float, data: bytes) -> None:
        """Keep an input that is among the worst of a kind."""
        worst = self._worst[kind]
        if len(worst) == _WORST and amount <= worst[0][0]:
            return
        name = f"{kind}-{sha256(data).hexdigest()[:16]}"
        if name in {known for _, known in worst}:
            return
        worst.append((amount, name))
        worst.sort()
        self._write(name, data)
        if len(worst) > _WORST:
            (self._folder / worst.pop(0)[1]).unlink(missing_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        (self._folder / name).write_bytes(data)


class Watch:
    """Hands inputs to a target, one after the other."""

    def __init__(self, target: Target, suspects: Suspects) -> None:
        """Watch this process from now on."""
        logging.disable(logging.WARNING)  # nobody reads what is said of each input; our mistakes are above it
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        self._target = target
        self._suspects = suspects
        raised(target, b"")  # what is made once is made now
        self._peak = os.open("/proc/self/clear_refs", os.O_WRONLY)

    def one(self, data: bytes) -> None:
        """Take one input."""
        os.write(self._peak, b"5")  # the peak of the resident memory is counted from here (proc(5))
        before, begin = _resident(), time.thread_time()
        fault = raised(self._target, data)
        spent, grown = time.thread_time() - begin, _resident() - before
        if fault is not None:
            self._suspects.wrong(fault.kind, data)
        self._suspects.much("time", spent, data)
        self._suspects.much("memory", grown, data)


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
