"""Inputs that are kept: a file for each target, a line for each input, which is bytes as the first 256 characters."""

from collections.abc import Iterable
import json
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
CORPUS: Final = _HERE / "corpus"
"""What the fuzzer begins with: together it takes every way through a target that was ever found."""

FINDINGS: Final = _HERE / "findings"
"""What was once answered wrongly."""


def load(folder: Path, name: str) -> tuple[bytes, ...]:
    """Return the inputs of a target, the shortest first."""
    file = folder / f"{name}.jsonl"
    return parsed(file.read_text(encoding="utf-8")) if file.exists() else ()


def save(folder: Path, name: str, inputs: Iterable[bytes]) -> None:
    """Keep these inputs of a target, and no others."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl").write_text(written(inputs), encoding="utf-8")


def parsed(lines: str) -> tuple[bytes, ...]:
    """Read the lines of a file."""
    return tuple(json.loads(line).encode("latin-1") for line in lines.split("\n") if line)


def written(inputs: Iterable[bytes]) -> str:
    """Write inputs as lines, the shortest first."""
    ordered = sorted(set(inputs), key=lambda one: (len(one), one))
    return "".join(f"{json.dumps(one.decode('latin-1'))}\n" for one in ordered)
