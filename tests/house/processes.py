"""The house as processes: one per part, and a parent that ends them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import json
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
import signal
import sys
from typing import Final

from .control import Part, listen, socket_path

_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)
_START_TIMEOUT: Final = 15.0

# Fork: all start in a tenth of a second and share their memory, with no helper process beside them. It is safe here
# because the parent has no thread and no loop yet.
_FORK: Final = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one part lives: `make` makes it, in the loop of its own process. One that is `missing` says why."""

    name: str
    where: str
    make: Callable[[], Part]
    missing: str = ""


def run(places: Sequence[Place], *, directory: Path) -> int:
    """Run the parts until SIGINT or SIGTERM and return the exit code; prints a JSON line per part."""
    # Only the parent holds the writing end: when the parent is gone, however it went, each child reads the end.
    parent_lives, lifeline = _FORK.Pipe(duplex=False)
    children: list[BaseProcess] = []
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    here = [place for place in places if not place.missing]
    for place in places:
        if place.missing:
            _complain(place, f"left out: {place.missing}")
    try:
        reports: list[Connection] = []
        for place in here:
            report, reporter = _FORK.Pipe(duplex=False)
            child = _FORK.Process(
                target=_child,
                args=(place, directory, reporter, parent_lives, lifeline),
                name=place.name,
                daemon=True,
            )
            child.start()
            reporter.close()
            children.append(child)
            reports.append(report)
        # All are asked, so that every part that cannot start says why.
        started = [_started(place, report) for place, report in zip(here, reports, strict=True)]
        if not all(started):
            return 1
        _say({"ready": True})
        return asyncio.run(_watch(children))
    except KeyboardInterrupt:
        return 0
    finally:
        _end(children)


def _say(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - the output of the command


def _started(place: Place, report: Connection) -> bool:
    """Print what a child reports, and return whether it is ready."""
    try:
        answer = report.recv() if report.poll(_START_TIMEOUT) else "did not start in time"
    except EOFError:
        answer = "ended while starting"
    if isinstance(answer, dict):
        _say(answer)
        return True
    _complain(place, answer)
    return False


def _complain(place: Place, text: object) -> None:
    print(f"{place.name}: {text}", file=sys.stderr, flush=True)  # noqa: T201 - the output of the command


async def _watch(children: list[BaseProcess]) -> int:
    """Wait for a signal; a child that ends by itself is told of, and the others go on."""
    loop = asyncio.get_running_loop()
    ended = _ending()
    living = {child.sentinel: child for child in children}

    def gone(sentinel: int) -> None:
        loop.remove_reader(sentinel)
        child = living.pop(sentinel)
        if child.exitcode:  # 0: it heard the signal before its parent did
            print(f"{child.name} ended with {child.exitcode}", file=sys.stderr, flush=True)  # noqa: T201 - see above
        if not living:
            ended.set()

    for sentinel in living:
        loop.add_reader(sentinel, gone, sentinel)
    await ended.wait()
    _ignore_signals()
    for sentinel in living:
        loop.remove_reader(sentinel)
    return 0 if living else int(any(child.exitcode for child in children))


def _ending() -> asyncio.Event:
    """Return the event that a signal to end sets."""
    ended = asyncio.Event()
    for number in _ENDINGS:
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


def _ignore_signals() -> None:
    """Ignore a second signal: a group is told as well as its leader, and the loop that would hear it is closing."""
    for number in _ENDINGS:
        asyncio.get_running_loop().remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)


def _end(children: list[BaseProcess]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        child.join(5)
        if child.is_alive():
            child.kill()
            child.join()


def _child(place: Place, directory: Path, reporter: Connection, parent_lives: Connection, lifeline: Connection) -> None:
    lifeline.close()
    asyncio.run(_serve(place, directory, reporter, parent_lives))


async def _serve(place: Place, directory: Path, reporter: Connection, parent_lives: Connection) -> None:
    ended = _ending()
    asyncio.get_running_loop().add_reader(parent_lives.fileno(), ended.set)
    part = place.make()
    try:
        await part.start()
        path = socket_path(directory, part.name)
        async with await listen(part, directory):
            status = part.status()
            reporter.send({key: status[key] for key in ("device", "address", "port")} | {"control": str(path)})
            await ended.wait()
    except OSError as err:
        reporter.send(f"cannot listen at {place.where}: {err}")
    finally:
        _ignore_signals()
        await part.stop()
