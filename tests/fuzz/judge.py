"""Suspects and seeds, without the fuzzer's counting: `python -m tests.fuzz.judge TARGET SUSPECTS CORPUS SECONDS`.

Each suspect is judged in a process of its own, so that one which hangs, or takes the process down, is found too. What
the worst of them take is the verdict, written as JSON; the seconds are for making findings short and finding seeds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
import json
import logging
import math
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
import resource
import signal
import sys
import time
import tracemalloc
from types import CodeType
from typing import Final

from . import alone, kept, targets  # noqa: F401 - the first is to be imported before the last
from .target import Fault, Target, memory_of, raised, time_of, too_large, too_slow

_PATIENCE: Final = 20
"""Seconds of processor time after which an input hangs, all readers and tries together."""

_WAIT: Final = 6 * _PATIENCE
"""Seconds after which an input hangs that takes no processor time, or on a machine that gives it little."""

_TRIES: Final = 400
"""So often an input is tried shorter."""

_LONGEST_SEED: Final = 4_096
_LONGEST_FINDING: Final = 16_384
"""Bytes of an input that is kept: the repository stays small."""

_TOOL: Final = sys.monitoring.PROFILER_ID
_OURS: Final = ("/custom_components/local_things/", "/pyasn1/", "/pysnmp/proto/", "/zigpy/", "/aiocoap/")


# ------------------------------------------------------------------------------------------------------ faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What reading an input takes, in seconds of processor time and in bytes, and what is wrong with it."""

    fault: Fault | None
    seconds: float = 0.0
    memory: int = 0


def judgement(target: Target, data: bytes) -> Judgement:
    """Judge an input in this process."""
    fault, seconds = raised(target, data), time_of(target, data)
    tracemalloc.start()
    try:
        taken = memory_of(target, data)
    finally:
        tracemalloc.stop()
    return Judgement(fault=fault or too_slow(seconds) or too_large(taken), seconds=seconds, memory=taken)


def judged(target: Target, data: bytes) -> Judgement:
    """Judge an input in another process."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_judge, args=(there, target, data))
    process.start()
    there.close()
    try:
        if not here.poll(_WAIT):
            process.kill()
            return _hangs(_WAIT)
        answer: Judgement = here.recv()
    except EOFError:
        process.join()
        return _hangs(_PATIENCE) if process.exitcode == -signal.SIGXCPU else Judgement(fault=Fault(kind="crash"))
    else:
        return answer
    finally:
        process.join()
        here.close()


def _hangs(seconds: float) -> Judgement:
    return Judgement(fault=Fault(kind="time", detail=f"not done after {seconds} s"), seconds=seconds)


def _judge(answer: Connection, target: Target, data: bytes) -> None:
    spent = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent + _PATIENCE, spent + 2 * _PATIENCE))
    answer.send(judgement(target, data))


def shortened(data: bytes, is_same: Callable[[bytes], bool], until: float = math.inf) -> bytes:
    """Return an input as short as is found within so many tries, and until then, of which the same is wrong."""
    size, tries = len(data) // 2, 0
    while size and tries < _TRIES:
        for at in range(0, len(data), size):
            tries += 1
            if time.monotonic() > until:
                return data
            if is_same(shorter := data[:at] + data[at + size :]):
                data = shorter
                break
        else:
            size //= 2
    return data


# ------------------------------------------------------------------------------------------------------ seeds


def telling(target: Target, inputs: Iterable[bytes], until: float = math.inf) -> list[bytes]:
    """Return, the shortest first, the inputs that take a way through the code which none before them takes.

    Those that are not looked at until then are not among them.
    """
    found = False

    def branched(code: CodeType, *_: int) -> object:
        nonlocal found
        found = found or any(part in code.co_filename for part in _OURS)
        return sys.monitoring.DISABLE

    events = sys.monitoring.events
    sys.monitoring.use_tool_id(_TOOL, "fuzz")
    try:
        for event in (events.BRANCH_LEFT, events.BRANCH_RIGHT, events.PY_START):
            sys.monitoring.register_callback(_TOOL, event, branched)
        sys.monitoring.set_events(_TOOL, events.BRANCH_LEFT | events.BRANCH_RIGHT | events.PY_START)
        telling_ones: list[bytes] = []
        for data in sorted(set(inputs), key=lambda one: (len(one), one)):
            if time.monotonic() > until:
                break
            found = False
            raised(target, data)
            if found:
                telling_ones.append(data)
    finally:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)
    return telling_ones


# ------------------------------------------------------------------------------------------------------ all of it


def _is(kind: str, target: Target, data: bytes) -> bool:
    fault = judged(target, data).fault
    return fault is not None and fault.kind == kind


def _verdict(target: Target, suspects: Path, until: float) -> dict[str, object]:
    """Judge all suspects, and keep those that are findings; when the time is over, one finding says enough."""
    findings: dict[str, tuple[Fault, bytes]] = {}
    seconds, memory = 0.0, 0
    for file in sorted(suspects.iterdir(), key=lambda one: one.stat().st_size):
        if findings and time.monotonic() > until:
            break
        data = file.read_bytes()
        one = judged(target, data)
        seconds, memory = max(seconds, one.seconds), max(memory, one.memory)
        if one.fault is not None and one.fault.kind not in findings:
            kind = one.fault.kind
            is_amount = kind in {"time", "memory"}  # of these the length is the point
            findings[kind] = one.fault, data if is_amount else shortened(data, partial(_is, kind, target), until)
    short_enough = (data for _, data in findings.values() if len(data) <= _LONGEST_FINDING)
    if known := {*kept.load(kept.FINDINGS, target.name), *short_enough}:
        kept.save(kept.FINDINGS, target.name, known)
    said = [f"{kind}: {fault.detail}: {len(data)} bytes: {data[:80]!r}" for kind, (fault, data) in findings.items()]
    return {"seconds": seconds, "memory": memory, "findings": said}


def main(name: str, suspects: Path, corpus: Path, seconds: float) -> None:
    """Say what the suspects are, keep the findings, and then the seeds that tell something."""
    logging.disable(logging.WARNING)  # as in watch.py
    target = targets.load(name)
    raised(target, b"")  # what is made once is made now
    until = time.monotonic() + seconds
    sys.stdout.write(json.dumps(_verdict(target, suspects, until)))
    sys.stdout.flush()
    known = kept.load(kept.CORPUS, name)
    seeds = (one for one in (file.read_bytes() for file in corpus.iterdir()) if len(one) <= _LONGEST_SEED)
    until = max(until, time.monotonic() + seconds / 2)
    found = telling(target, (*known, *seeds), until)
    kept.save(kept.CORPUS, name, found if time.monotonic() < until else (*known, *found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
