"""Suspects and seeds, without the fuzzer's counting: `python -m tests.fuzz.judge TARGET SUSPECTS CORPUS`.

Each suspect is judged in a process of its own, so that one which hangs, or takes the process down, is found too.
"""

from collections.abc import Callable, Iterable
from functools import partial
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
from .target import Fault, Target, memory, raised, slow

_PATIENCE: Final = 20
"""Seconds of processor time after which an input hangs, all readers and tries together."""

_TRIES: Final = 400
"""So often an input is tried shorter."""

_LONGEST_SEED: Final = 4_096
_LONGEST_FINDING: Final = 16_384
"""Bytes of an input that is kept: the repository stays small."""

_TOOL: Final = sys.monitoring.PROFILER_ID
_OURS: Final = ("/custom_components/local_things/", "/pyasn1/", "/pysnmp/proto/", "/zigpy/", "/aiocoap/")


# ------------------------------------------------------------------------------------------------------ faults


def fault_of(target: Target, data: bytes) -> Fault | None:
    """Return what is wrong with an input, the first that is."""
    if (fault := raised(target, data) or slow(target, data)) is not None:
        return fault
    tracemalloc.start()
    try:
        return memory(target, data)
    finally:
        tracemalloc.stop()


def judged(target: Target, data: bytes) -> Fault | None:
    """Return what is wrong with an input, looked at in another process."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_judge, args=(there, target, data))
    process.start()
    there.close()
    try:
        fault: Fault | None = here.recv()
    except EOFError:
        process.join()
        hangs = process.exitcode == -signal.SIGXCPU
        return Fault(kind="time", detail=f"not done after {_PATIENCE} s") if hangs else Fault(kind="crash")
    else:
        return fault
    finally:
        process.join()
        here.close()


def _judge(answer: Connection, target: Target, data: bytes) -> None:
    spent = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent + _PATIENCE, spent + 2 * _PATIENCE))
    answer.send(fault_of(target, data))


def shortened(data: bytes, is_same: Callable[[bytes], bool]) -> bytes:
    """Return an input as short as is found within so many tries, of which the same is wrong."""
    size, tries = len(data) // 2, 0
    while size and tries < _TRIES:
        for at in range(0, len(data), size):
            tries += 1
            if is_same(shorter := data[:at] + data[at + size :]):
                data = shorter
                break
        else:
            size //= 2
    return data


# ------------------------------------------------------------------------------------------------------ seeds


def telling(target: Target, inputs: Iterable[bytes]) -> list[bytes]:
    """Return, the shortest first, the inputs that take a way through the code which none before them takes."""
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
    fault = judged(target, data)
    return fault is not None and fault.kind == kind


def main(name: str, suspects: Path, corpus: Path) -> None:
    """Say which suspects are findings, and keep these; keep the seeds that tell something."""
    target = targets.load(name)
    raised(target, b"")  # what is made once is made now
    findings: dict[str, tuple[Fault, bytes]] = {}
    for file in sorted(suspects.iterdir(), key=lambda one: one.stat().st_size):
        data = file.read_bytes()
        fault = judged(target, data)
        if fault is not None and fault.kind not in findings:
            is_amount = fault.kind in {"time", "memory"}  # of these the length is the point
            findings[fault.kind] = fault, data if is_amount else shortened(data, partial(_is, fault.kind, target))
    for kind, (fault, data) in findings.items():
        sys.stdout.write(f"{name}: {kind}: {fault.detail}: {len(data)} bytes: {data[:80]!r}\n")
    short_enough = (data for _, data in findings.values() if len(data) <= _LONGEST_FINDING)
    if known := {*kept.load(kept.FINDINGS, name), *short_enough}:
        kept.save(kept.FINDINGS, name, known)
    seeds = (one for one in (file.read_bytes() for file in corpus.iterdir()) if len(one) <= _LONGEST_SEED)
    kept.save(kept.CORPUS, name, telling(target, (*kept.load(kept.CORPUS, name), *seeds)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
