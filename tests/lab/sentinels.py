"""Values that are nowhere else in the world, and where they are found afterwards."""

import base64
from pathlib import Path
import struct
from typing import Final

TEMPERATURE: Final = "27.31"
KEY: Final = "sentinel-key-5e1f7c"
AUTHENTICATION: Final = "sentinel-authentication-a90b3d"
PRIVACY: Final = "sentinel-privacy-77c2e4"
"""The secrets of a Thing that asks for one, and of a switch with SNMPv3 (RFC 3414)."""

SENTINELS: Final = {
    "temperature": (TEMPERATURE.encode(), struct.pack(">d", float(TEMPERATURE)), struct.pack(">f", float(TEMPERATURE))),
    "switch's first key": (AUTHENTICATION.encode(), base64.b64encode(AUTHENTICATION.encode()).rstrip(b"=")),
    "switch's second key": (PRIVACY.encode(), base64.b64encode(PRIVACY.encode()).rstrip(b"=")),
    "key": (KEY.encode(), base64.b64encode(KEY.encode()).rstrip(b"="), base64.b64encode(f"thing:{KEY}".encode())),
}
"""What is planted, in every way in which it may be written."""


SECRETS: Final = tuple(name for name in SENTINELS if name.endswith("key"))


def held_by(content: bytes, sentinel: str) -> bool:
    """Tell whether a sentinel is in what was read."""
    return any(written in content for written in SENTINELS[sentinel])


def found_in(files: list[Path], sentinel: str) -> list[Path]:
    """Return the files that hold a sentinel."""
    return [file for file in files if held_by(file.read_bytes(), sentinel)]


def every_file(folder: Path) -> list[Path]:
    """Return all files of a folder that are its own: what is linked in belongs elsewhere."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and "custom_components" not in path.parts
    ]
