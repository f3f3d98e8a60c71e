"""How a figure is written, and what a process uses."""

from collections.abc import Callable
import gc
import json
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
import resource
from typing import Final

KIB: Final = 1024


def report(name: str, value: float, unit: str, reference: str = "", ratio: float | None = None) -> None:
    """Print one line: a figure, and how it compares with its reference."""
    digits = 3 if value < 100 else 0  # noqa: PLR2004 (what is worth reading)
    line = {"name": name, "value": round(value, digits), "unit": unit, "reference": reference}
    print(json.dumps(line | {"ratio": None if ratio is None else round(ratio, 3)}), flush=True)


def resident() -> int:
    """Return the bytes of memory that this process holds, after what is garbage is gone."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def in_a_process[T](function: Callable[..., T], *arguments: object) -> T:
    """Call `function` in a fresh process and return what it returns: neither memory nor modules are left over."""
    near, far = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_call, args=(far, function, arguments))
    process.start()
    far.close()
    try:
        result: T = near.recv()
    except EOFError as err:
        raise RuntimeError(f"{function.__name__} failed: see above") from err
    finally:
        process.join()
    return result


def _call(pipe: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    pipe.send(function(*arguments))
