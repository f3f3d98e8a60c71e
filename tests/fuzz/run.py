"""Fuzzes the targets, one process each: `script/fuzz`. Prints a row for each target, and what is wrong."""

import argparse
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
import json
import os
from pathlib import Path
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from types import FrameType
from typing import Final, override

from . import alone, kept, targets  # noqa: F401 - the first is to be imported before the last
from .target import MOST_MEMORY, MOST_TIME

_HANG: Final = 30
"""Seconds after which libFuzzer ends a process: the input hangs, perhaps in C, where Python cannot end it."""

_MEMORY: Final = 1024
"""MiB of a process, after which libFuzzer ends it."""

_RUNS: Final = re.compile(rb"^#(\d+)\t.*\bcov: (\d+)", re.MULTILINE)
_SHORTEST_RUN: Final = 5.0
_STRETCHED: Final = 0.2
"""The part of the time that is for long inputs."""

_STEP_BACK: Final = 10
"""How nice all of it is to others of this machine."""

_GRACE: Final = 180.0
"""Seconds beyond its time after which a process is ended: on a slow machine it takes long to begin and to end."""

_JUDGING: Final = 60.0
"""Seconds for making findings short, and as many at most for finding seeds. The suspects are all judged."""

_LONGEST_JUDGING: Final = 1_800.0
"""Seconds after which a judge is ended, whatever it has to judge."""

_ROW: Final = "{:<20}{:>11}{:>11}{:>10}{:>12}{:>12}{:>9}  {}"
HEADER: Final = _ROW.format("door", "inputs", "stretched", "branches", "slowest", "memory", "seconds", "verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What fuzzing one target came to: how many inputs, how many branches of the code they took, what is wrong.

    `slowest` and `memory` are what the worst inputs take, in seconds of processor time and bytes.
    """

    name: str
    runs: int
    branches: int
    long_ones: int
    seconds: float
    slowest: float = 0.0
    memory: int = 0
    findings: tuple[str, ...] = ()

    @override
    def __str__(self) -> str:
        """One row, and a line for each finding."""
        slowest, memory = f"{self.slowest * 1000:.1f} ms", f"{self.memory / 2**20:.1f} MiB"
        row = _ROW.format(
            self.name,
            f"{self.runs:,}",
            f"{self.long_ones:,}",
            f"{self.branches:,}",
            slowest,
            memory,
            f"{self.seconds:.0f}",
            "FAILS" if self.findings else "holds",
        )
        return "\n".join((row, *(f"  {self.name}: {finding}" for finding in self.findings), ""))


@dataclass(slots=True)
class Processes:
    """What runs, so that it ends in time, and early where it must: whatever was found until then is still judged."""

    over: threading.Event = field(default_factory=threading.Event)
    _searching: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self) -> None:
        """Look for nothing more."""
        with self._lock:
            self.over.set()
            for process in self._searching:
                process.terminate()

    def run(self, folder: Path, seconds: float, *command: str, is_search: bool = True) -> int:
        """Run a process for so long at most, and return how it ended; only a search is ended early.

        What it says is in the file `said`, errors are in `log`. It has a session of its own, or Ctrl-C would end the
        judges too.
        """
        with (folder / "said").open("wb") as said, (folder / "log").open("wb") as log, self._lock:
            process = subprocess.Popen(command, stdout=said, stderr=log, start_new_session=True)
            if is_search:
                self._searching.add(process)
        if is_search and self.over.is_set():
            process.terminate()
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            with self._lock:
                self._searching.discard(process)


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module of this folder."""
    return (sys.executable, "-m", f"tests.fuzz.{name}", *arguments)


def fuzz(name: str, seconds: float, seed: int, processes: Processes) -> Outcome | None:
    """Fuzz a target for a time, the last part of it with long inputs; None where there is no time at all."""
    if processes.over.is_set():
        return None
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as place:
        folder, begin = Path(place), time.monotonic()
        findings = kept.load(kept.FINDINGS, name)
        for part, inputs in (("corpus", (*kept.load(kept.CORPUS, name), *findings)), ("suspects", findings)):
            (folder / part).mkdir()
            for data in inputs:  # what was once wrong is judged as it is, each time: libFuzzer cuts what is long
                (folder / part / sha256(data).hexdigest()).write_bytes(data)
        (folder / "tokens").write_text(_dictionary(name), encoding="ascii")
        runs, branches, wrong = _searched(name, folder, begin + seconds * (1 - _STRETCHED), seed, processes)
        long_ones, ended = _stretched(name, folder, seconds * _STRETCHED, seed, processes)
        spent = time.monotonic() - begin
        slowest, memory, found = _judged(name, folder, min(_JUDGING, seconds), processes)
    return Outcome(
        name=name,
        runs=runs + long_ones,
        branches=branches,
        long_ones=long_ones,
        seconds=spent,
        slowest=slowest,
        memory=memory,
        findings=(*wrong, *ended, *found),
    )


def _searched(
    name: str, folder: Path, until: float, seed: int, processes: Processes
) -> tuple[int, int, tuple[str, ...]]:
    """Fuzz, and begin again where an input ends the process.

    Return the inputs and the branches, and why it could not even begin.
    """
    runs, branches = 0, 0
    while not processes.over.is_set() and (left := until - time.monotonic()) > _SHORTEST_RUN:
        flags = (
            f"-max_total_time={int(left)}",
            f"-seed={(seed + runs) % 2**32 or 1}",
            f"-timeout={_HANG}",
            f"-rss_limit_mb={_MEMORY}",
            f"-dict={folder / 'tokens'}",
            f"-artifact_prefix={folder / 'suspects'}/",
        )
        worker = _module("worker", name, str(folder / "suspects"), *flags, str(folder / "corpus"))
        processes.run(folder, left + _GRACE, *worker)
        told = _RUNS.findall((folder / "log").read_bytes())
        if not told:
            return runs, branches, () if processes.over.is_set() else (f"not fuzzed: {_last_words(folder)}",)
        runs, branches = runs + int(told[-1][0]), max(branches, int(told[-1][1]))
    return runs, branches, ()


def _stretched(name: str, folder: Path, seconds: float, seed: int, processes: Processes) -> tuple[int, tuple[str, ...]]:
    """Read long inputs; return how many, and why it came to no end."""
    if processes.over.is_set():
        return 0, ()
    arguments = (name, str(folder / "suspects"), str(folder / "corpus"), str(seconds), str(seed))
    ended = processes.run(folder, seconds + _GRACE, *_module("stretch", *arguments))
    if ended and not processes.over.is_set():
        return 0, (f"stretching ended with {ended}: {_last_words(folder)}",)
    return int((folder / "said").read_bytes() or 0), ()


def _judged(name: str, folder: Path, seconds: float, processes: Processes) -> tuple[float, int, tuple[str, ...]]:
    """Have the suspects judged; return what the worst took, in seconds and bytes, and the findings."""
    arguments = (name, str(folder / "suspects"), str(folder / "corpus"), str(seconds))
    ended = processes.run(folder, _LONGEST_JUDGING, *_module("judge", *arguments), is_search=False)
    return verdict(folder, ended)


def verdict(folder: Path, ended: int) -> tuple[float, int, tuple[str, ...]]:
    """Read what a judge said; that it said nothing is a finding."""
    try:
        said = json.loads((folder / "said").read_bytes())
    except ValueError:
        return 0.0, 0, (f"no verdict: judging ended with {ended}: {_last_words(folder)}",)
    return said["seconds"], said["memory"], tuple(said["findings"])


def _last_words(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2_000:]


def _dictionary(name: str) -> str:
    """Write the tokens of a target as libFuzzer reads them."""
    tokens = targets.load(name).tokens
    return "".join(f'"{"".join(f"\\x{byte:02x}" for byte in token)}"\n' for token in tokens if token)


def main() -> int:
    """Fuzz; 1 where anything is wrong, or a target has no verdict."""
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each target")
    parser.add_argument("--only", action="append", choices=targets.NAMES, metavar="TARGET", help="may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzer's chance")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at once")
    given = parser.parse_args()
    os.nice(_STEP_BACK)
    names, processes = given.only or targets.NAMES, Processes()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(_end, processes))
    outcomes: list[Outcome] = []
    sys.stdout.write(f"{HEADER}\n")
    with ThreadPoolExecutor(given.jobs) as pool:
        fuzzing = [pool.submit(fuzz, name, 60 * given.minutes, given.seed, processes) for name in names]
        for done in as_completed(fuzzing):
            if (outcome := done.result()) is not None:
                outcomes.append(outcome)
                sys.stdout.write(str(outcome))
                sys.stdout.flush()
    sys.stdout.write(_summary(outcomes, len(names)))
    return int(len(outcomes) < len(names) or any(one.findings for one in outcomes))


def _end(processes: Processes, number: int, _frame: FrameType | None) -> None:
    """Come to an end with the verdicts that there are; at once when asked twice."""
    signal.signal(number, signal.SIG_DFL)
    processes.end()


def _summary(outcomes: list[Outcome], wanted: int) -> str:
    """Say what all of it came to."""
    slowest, memory = (max((getattr(one, of) for one in outcomes), default=0) for of in ("slowest", "memory"))
    counted = f"{len(outcomes)} of {wanted} doors, {sum(one.runs for one in outcomes):,} inputs"
    worst = (
        f"slowest {slowest * 1000:.1f} of {MOST_TIME * 1000:.0f} ms",
        f"memory {memory / 2**20:.1f} of {MOST_MEMORY / 2**20:.0f} MiB",
    )
    return "; ".join((counted, *worst, f"{sum(len(one.findings) for one in outcomes)} findings\n"))


if __name__ == "__main__":
    sys.exit(main())
