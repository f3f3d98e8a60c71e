"""Fuzzes the targets, one process each: `script/fuzz`. Prints a line for each target, and what is wrong."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
import os
from pathlib import Path
import re
import subprocess
import sys
import tempfile
import time
from typing import Final, override

from . import alone, kept, targets  # noqa: F401 - the first is to be imported before the last

_HANG: Final = 30
"""Seconds after which libFuzzer ends a process: the input hangs, perhaps in C, where Python cannot end it."""

_MEMORY: Final = 1024
"""MiB of a process, after which libFuzzer ends it."""

_RUNS: Final = re.compile(rb"^#(\d+)\t.*\bcov: (\d+)", re.MULTILINE)
_SHORTEST_RUN: Final = 5.0
_STRETCHED: Final = 0.2
"""The part of the time that is for long inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What fuzzing one target came to: how many inputs, how many branches of the code they took, what is wrong."""

    name: str
    runs: int
    branches: int
    long_ones: int
    seconds: float
    findings: str

    @override
    def __str__(self) -> str:
        """One line, and one for each finding."""
        counted = f"{self.runs} inputs, {self.long_ones} of them stretched, {self.branches} branches"
        return f"{self.name}: {counted}, {self.seconds:.0f} s\n{self.findings}"


def fuzz(name: str, seconds: float, seed: int) -> Outcome:
    """Fuzz a target for a time, the last part of it with long inputs; begin again where an input ends the process."""
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as place:
        folder = Path(place)
        corpus, suspects = folder / "corpus", folder / "suspects"
        corpus.mkdir()
        suspects.mkdir()
        for data in (*kept.load(kept.CORPUS, name), *kept.load(kept.FINDINGS, name)):
            (corpus / sha256(data).hexdigest()).write_bytes(data)
        (folder / "tokens").write_text(_dictionary(name), encoding="ascii")
        begin, runs, branches = time.monotonic(), 0, 0
        findings = ""
        while not findings and (left := begin + seconds * (1 - _STRETCHED) - time.monotonic()) > _SHORTEST_RUN:
            done, found, findings = _worked(name, folder, int(left), seed + runs)
            runs, branches = runs + done, max(branches, found)
        stretched = _said("stretch", name, str(suspects), str(corpus), str(seconds * _STRETCHED), str(seed))
        spent = time.monotonic() - begin
        findings += _said("judge", name, str(suspects), str(corpus))
    long_ones = int(stretched or 0)
    return Outcome(
        name=name, runs=runs + long_ones, branches=branches, long_ones=long_ones, seconds=spent, findings=findings
    )


def _said(module: str, *arguments: str) -> str:
    """Run a module of this folder, and return what it writes."""
    command = (sys.executable, "-m", f"tests.fuzz.{module}", *arguments)
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, preexec_fn=_step_back)
    if done.returncode:
        sys.stderr.write(f"{arguments[0]}: tests.fuzz.{module} ended with {done.returncode}\n")
    return done.stdout


def _step_back() -> None:
    """Let others of this machine go first."""
    os.nice(10)


def _worked(name: str, folder: Path, seconds: int, seed: int) -> tuple[int, int, str]:
    """Run one process until its time is over, or until an input ends it.

    Return its inputs and branches, and where it could not even begin, its last words.
    """
    flags = (
        f"-max_total_time={seconds}",
        f"-seed={seed % 2**32 or 1}",
        f"-timeout={_HANG}",
        f"-rss_limit_mb={_MEMORY}",
        f"-dict={folder / 'tokens'}",
        f"-artifact_prefix={folder / 'suspects'}/",
    )
    worker = (sys.executable, "-m", "tests.fuzz.worker", name, str(folder / "suspects"), *flags, str(folder / "corpus"))
    log = folder / "log"
    with log.open("wb") as output:
        subprocess.run(worker, check=False, stdout=output, stderr=output, preexec_fn=_step_back)
    told = _RUNS.findall(log.read_bytes())
    if not told:
        return 0, 0, f"{name} could not be fuzzed: {log.read_text(errors='replace')[-2_000:]}\n"
    return int(told[-1][0]), int(told[-1][1]), ""


def _dictionary(name: str) -> str:
    """Write the tokens of a target as libFuzzer reads them."""
    tokens = targets.load(name).tokens
    return "".join(f'"{"".join(f"\\x{byte:02x}" for byte in token)}"\n' for token in tokens if token)


def main() -> int:
    """Fuzz; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each target")
    parser.add_argument("--only", action="append", choices=targets.NAMES, metavar="TARGET", help="may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzer's chance")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at once")
    given = parser.parse_args()
    wrong = False
    with ThreadPoolExecutor(given.jobs) as pool:
        fuzzing = partial(fuzz, seconds=60 * given.minutes, seed=given.seed)
        for one in pool.map(fuzzing, given.only or targets.NAMES):
            wrong = wrong or bool(one.findings)
            sys.stdout.write(str(one))
            sys.stdout.flush()
    return int(wrong)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
