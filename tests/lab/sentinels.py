"""Values that are nowhere else in the world, and where they are found afterwards."""

import base64
from pathlib import Path
import struct
from typing import Final

TEMPERATURE: Final = "27.31"
KEY: Final = "sentinel-key-5e1f7c"

SENTINELS: Final = {
    "temperature": (TEMPERATURE.encode(), struct.pack(">d", float(TEMPERATURE)), struct.pack(">f", float(TEMPERATURE))),
    "key": (KEY.encode(), base64.b64encode(KEY.encode()).rstrip(b"="), base64.b64encode(f"thing:{KEY}".encode())),
}
"""What is planted, in every way in which it may be written."""


def found_in(files: list[Path], sentinel: str) -> list[Path]:
    """Return the files that hold a sentinel."""
    return [file for file in files if any(written in file.read_bytes() for written in SENTINELS[sentinel])]


def every_file(folder: Path) -> list[Path]:
    """Return all files of a folder that are its own: what is linked in belongs elsewhere."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and "custom_components" not in path.parts
    ]
