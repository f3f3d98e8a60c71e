"""The id of hardware: what every adapter falls back on for a device that declares nothing better."""

import re
from typing import Final

_LINK_ADDRESS: Final = re.compile(r"[0-9a-f]{12}|[0-9a-f]{16}")
_EUI_48: Final = 12


def hardware_urn(link_address: str) -> str:
    """Return `urn:dev:mac:…` (RFC 9039, 4.1) of a link-layer address as the kernel writes it; "" where it is none."""
    hexadecimal = re.sub(r"[:-]", "", link_address.lower())
    if not _LINK_ADDRESS.fullmatch(hexadecimal) or not hexadecimal.strip("0"):
        return ""
    return f"urn:dev:mac:{eui_64(hexadecimal)}"


def eui_64(hexadecimal: str) -> str:
    """Return an EUI-48 as the EUI-64 that stands for it (RFC 9039, 4.1); any other identifier as it is."""
    return f"{hexadecimal[:6]}fffe{hexadecimal[6:]}" if len(hexadecimal) == _EUI_48 else hexadecimal
