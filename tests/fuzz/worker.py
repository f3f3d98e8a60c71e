"""One target under the fuzzer, in a process of its own: `python -m tests.fuzz.worker TARGET FOLDER [FLAG ...]`.

atheris is libFuzzer for Python: it counts the branches of what is imported under it, and mutates what found new ones.
What looks wrong is written into FOLDER, and fuzzing goes on.
"""

from pathlib import Path
import sys
from typing import Final

import atheris  # type: ignore[import-untyped]  # script/fuzz has it, in a place of its own: 136 MB

from . import alone  # noqa: F401 - it is to be imported first

with atheris.instrument_imports(
    include=["custom_components.local_things", "aiocoap", "pyasn1", "pysnmp.proto", "zigpy", "tests.fuzz.targets"]
):
    from . import targets

    _TARGET: Final = targets.load(sys.argv[1])

from .watch import Suspects, Watch

_LONGEST: Final = 2_048
"""Bytes of an input: short ones are many. What is only slow or large when it is long is for tests/fuzz/stretch.py."""


def main() -> None:
    """Fuzz until libFuzzer ends."""
    watch = Watch(_TARGET, Suspects(Path(sys.argv[2])))
    atheris.Setup([sys.argv[0], f"-max_len={min(_TARGET.largest, _LONGEST)}", *sys.argv[3:]], watch.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
