"""Ports that are real: the links of a Linux bridge in the network namespace that this process lives in."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
import struct
import subprocess
from typing import Final

from .model import Switch

_NETWORK: Final = Path("/sys/class/net")
_ENTRY: Final = struct.Struct("=6sBBIBxH")
"""`struct __fdb_entry` of linux/if_bridge.h: address, port, whether it is the bridge's own, age, high byte of port."""


@dataclass(slots=True)
class Bridge:
    """A bridge of the kernel, whose link `port<n>` is port n of the switch."""

    name: str
    _powered: dict[int, bool] = field(default_factory=dict)

    def apply(self, switch: Switch) -> None:
        """Take down the links that pass no frames, and up those that do."""
        for port in switch.ports.values():
            # A link may be plugged in before the switch is told by whom.
            up = port.up and (port.attached is None or port.linked)
            if self._powered.get(port.number) is not up:
                self._powered[port.number] = up
                link = f"port{port.number}"
                if (_NETWORK / link).exists():
                    subprocess.run(["ip", "link", "set", link, "up" if up else "down"], check=True)

    def seen(self) -> dict[bytes, int]:
        """Return behind which port the kernel has seen which address."""
        ports = dict(self._ports())
        table = (_NETWORK / self.name / "brforward").read_bytes()
        found: dict[bytes, int] = {}
        for address, low, own, _, high, _ in _ENTRY.iter_unpack(table):
            if not own and (number := ports.get(low | high << 8)):
                found[address] = number
        return found

    def _ports(self) -> Iterator[tuple[int, int]]:
        """Yield the number that each port has in the kernel, and the one it has on the switch."""
        for link in (_NETWORK / self.name / "brif").iterdir():
            with suppress(FileNotFoundError, ValueError):  # just unplugged, or none of the switch's
                number = int(link.name.removeprefix("port"))
                yield int((link / "port_no").read_text(), 16), number
