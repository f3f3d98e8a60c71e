"""What is fuzzed, and what must never come of it."""

from collections.abc import Callable
from dataclasses import dataclass
import time
import traceback
import tracemalloc
from typing import Final

from custom_components.local_things.things.errors import ThingError

MOST_TIME: Final = 0.05
"""Seconds of processor time that reading one input may take."""

MOST_MEMORY: Final = 20 * 2**20
"""Bytes that reading one input may take at once, what is made of it included."""

_TRIES: Final = 3


type Reader = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One door by which bytes come in.

    `readers` do what is done with such bytes, each on its own occasion; of what one raises only ThingError is as it
    should be. `tokens` are words of the format, which the fuzzer puts in. `largest` is the longest input that comes so
    far, in bytes.
    """

    name: str
    readers: tuple[Reader, ...]
    tokens: tuple[bytes, ...] = ()
    largest: int = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with an input: one fault has one `kind`, wherever and however often it is met."""

    kind: str
    detail: str = ""


def raised(target: Target, data: bytes) -> Fault | None:
    """Return the fault of an input of which anything but an error of our tree is raised."""
    return next((fault for reader in target.readers if (fault := _raised(reader, data))), None)


def _raised(reader: Reader, data: bytes) -> Fault | None:
    try:
        reader(data)
    except ThingError:
        return None
    except Exception as err:  # noqa: BLE001 - this is what is looked for
        place = traceback.extract_tb(err.__traceback__)[-1]
        name = place.filename.rpartition("/")[2].removesuffix(".py")
        return Fault(kind=f"{type(err).__name__} in {name}.{place.name}", detail=repr(err)[:200])
    return None


def memory_of(target: Target, data: bytes) -> int:
    """Return the bytes that its worst reader takes at once, as far as Python counts them; `tracemalloc` must run."""
    return max(_taken(reader, data) for reader in target.readers)


def too_large(taken: int) -> Fault | None:
    """Return the fault of an input that takes so many bytes."""
    return Fault(kind="memory", detail=f"{taken / 2**20:.1f} MiB") if taken > MOST_MEMORY else None


def _taken(reader: Reader, data: bytes) -> int:
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    _raised(reader, data)
    return tracemalloc.get_traced_memory()[1] - before


def time_of(target: Target, data: bytes) -> float:
    """Return the seconds that its worst reader takes, by the fastest of a few tries: what else runs only adds."""
    return max(min(_spent(reader, data) for _ in range(_TRIES)) for reader in target.readers)


def too_slow(seconds: float) -> Fault | None:
    """Return the fault of an input that takes so long."""
    return Fault(kind="time", detail=f"{seconds * 1000:.0f} ms") if seconds > MOST_TIME else None


def _spent(reader: Reader, data: bytes) -> float:
    begin = time.thread_time()
    _raised(reader, data)
    return time.thread_time() - begin
