"""Known inputs, of which a part is repeated until they are as long as may be: what is quadratic shows then.

`python -m tests.fuzz.stretch TARGET SUSPECTS CORPUS SECONDS SEED`: without the fuzzer's counting, so that times are
what they are. It says how many inputs there were.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
import signal
import sys
import time
from typing import Final

from . import alone, targets  # noqa: F401 - the first is to be imported before the second
from .target import Target
from .watch import Suspects, Watch

_LONGEST_PART: Final = 64
_PATIENCE: Final = 20.0
"""Seconds of processor time after which an input hangs."""


def stretched(target: Target, known: list[bytes], dice: Random) -> Iterator[bytes]:
    """Yield inputs without end, the same ones for the same dice."""
    while True:
        seed = dice.choice(known)
        at = dice.randrange(len(seed) + 1)
        part = seed[at : at + dice.randint(1, _LONGEST_PART)] or dice.choice(target.tokens or (b"\0",))
        if dice.random() < 1 / 2:
            part += dice.choice(target.tokens or (b"\0",))
        room = max(0, target.largest - len(seed))
        yield seed[:at] + part * (room // len(part)) + seed[at:]


def main(name: str, suspects: Path, corpus: Path, seconds: float, seed: int) -> None:
    """Read stretched inputs for a time."""
    target = targets.load(name)
    watch = Watch(target, Suspects(suspects))
    known = sorted(file.read_bytes() for file in corpus.iterdir())
    end, count = time.monotonic() + seconds, 0
    present = suspects / "present"  # is judged where the process does not come to its end
    for data in stretched(target, known, Random(seed)):
        if time.monotonic() > end:
            break
        present.write_bytes(data)
        signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)  # whose signal ends the process, in C too
        watch.one(data)
        count += 1
    present.unlink(missing_ok=True)
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
