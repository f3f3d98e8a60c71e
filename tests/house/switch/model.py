"""What a PoE switch knows and how it decides: who is powered, who is denied, who is shed. No wire, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

CLASS_WATTS: Final = (15.4, 4.0, 7.0, 15.4, 30.0, 45.0, 60.0, 75.0, 90.0)
"""What a port of the switch sets aside for a device of each class (IEEE 802.3bt)."""


class Detection(IntEnum):
    """`pethPsePortDetectionStatus` (RFC 3621)."""

    DISABLED = 1
    SEARCHING = 2
    DELIVERING_POWER = 3
    FAULT = 4
    OTHER_FAULT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What hangs on a port. One without a `pd_class` has its own power; `watts` is what one with a class draws.

    It speaks LLDP where it has a `name`, and says its `management` address and its `usage_url`, if any, and its
    `capabilities` there (a byte of IEEE 802.1AB: 0x20 bridge, 0x08 router, 0x01 station only).
    """

    hardware: str
    pd_class: int | None = None
    watts: float = 0.0
    name: str = ""
    management: str = ""
    capabilities: int = 0x01
    usage_url: str = ""


@dataclass(slots=True, kw_only=True)
class Port:
    """One port: its settings, what hangs on it, and what became of that. A `sample` is told in place of the watts."""

    number: int
    alias: str = ""
    enabled: bool = True
    up: bool = True
    priority: int = 3
    pairs: int = 1
    kind: str = ""
    attached: Attached | None = None
    fault: bool = False
    resetting: bool = False
    delivering: bool = False
    denied: bool = False
    sample: int | None = None
    power_ups: int = 0
    absences: int = 0
    denials: int = 0

    @property
    def wants_power(self) -> bool:
        """Whether power would flow if there were enough."""
        wanted = self.attached is not None and self.attached.pd_class is not None
        return wanted and self.enabled and not self.fault and not self.resetting

    @property
    def linked(self) -> bool:
        """Whether frames pass: with a device that has power, from here or of its own."""
        return self.up and self.attached is not None and (self.attached.pd_class is None or self.delivering)

    @property
    def watts(self) -> float:
        """What flows now."""
        return self.attached.watts if self.attached and self.delivering else 0.0

    @property
    def reserve(self) -> float:
        """What the class of the device asks to be set aside."""
        return CLASS_WATTS[self.pd_class]

    @property
    def pd_class(self) -> int:
        """The class of the device; 0 where there is none."""
        return (self.attached.pd_class if self.attached else None) or 0

    @property
    def detection(self) -> Detection:
        """What the port says of itself."""
        if not self.enabled:
            return Detection.DISABLED
        if self.fault:
            return Detection.FAULT
        if self.delivering:
            return Detection.DELIVERING_POWER
        return Detection.OTHER_FAULT if self.denied else Detection.SEARCHING


@dataclass(slots=True, kw_only=True)
class Switch:
    """The ports and the power that they share (W). `guard` stays free; a `consumption` is told in place of the sum."""

    ports: dict[int, Port]
    budget: float
    guard: float = 7.0
    threshold: int = 80
    notifications: bool = True
    consumption: int | None = None
    writable: bool = True
    hardware: str = "02:56:54:53:00:00"
    serial_number: str = "SH-SWITCH-0001"

    def __post_init__(self) -> None:
        """Power what fits."""
        self.settle()

    @property
    def used(self) -> float:
        """What flows now, in all."""
        return sum(port.watts for port in self.ports.values())

    def settle(self) -> None:
        """Decide anew who is powered, after anything has changed."""
        for port in self.ports.values():
            if port.delivering and not port.wants_power:
                port.delivering = False
                port.absences += port.attached is None
            if not port.wants_power:
                port.denied = False
        for port in self._powered(below=0):
            if self.used <= self.budget:
                break
            self._deny(port)
        for port in sorted(self.ports.values(), key=lambda port: (port.priority, port.number)):
            if port.wants_power and not port.delivering:
                self._admit(port)

    def _admit(self, port: Port) -> None:
        """Power a port whose class fits, if need be in place of ports of lower priority; else deny it."""
        lower = list(self._powered(below=port.priority))
        if port.reserve > self._room + sum(one.watts for one in lower):
            if not port.denied:
                self._deny(port)
            return
        for one in lower:
            if port.reserve <= self._room:
                break
            self._deny(one)
        port.delivering, port.denied = True, False
        port.power_ups += 1

    @property
    def _room(self) -> float:
        return self.budget - self.guard - self.used

    def _powered(self, *, below: int) -> Iterable[Port]:
        """Return the powered ports of a priority lower than `below`, in the order in which they are shed."""
        powered = [port for port in self.ports.values() if port.delivering and port.priority > below]
        return sorted(powered, key=lambda port: (-port.priority, -port.number))

    @staticmethod
    def _deny(port: Port) -> None:
        port.delivering, port.denied = False, True
        port.denials += 1


def populated(count: int, budget: float) -> Switch:
    """Return a switch with something on three of four ports, of every class up to 4."""
    ports = {number: Port(number=number, alias=f"outlet {number}") for number in range(1, count + 1)}
    for number, port in ports.items():
        if number % 4:
            pd_class = (1, 2, 3, 4, 0)[number % 5]
            port.attached = Attached(
                hardware=f"02:56:54:50:00:{number:02x}",
                pd_class=pd_class,
                watts=round(CLASS_WATTS[pd_class] * (0.25 + 0.05 * (number % 7)), 2),
                name=f"sensor-{number:02}" if number % 3 else "",
                management=f"fe80::56:54ff:fe50:{number:x}" if number % 3 else "",
            )
    return Switch(ports=ports, budget=budget)


def empty(count: int, budget: float) -> Switch:
    """Return a switch on which nothing hangs."""
    return Switch(ports={number: Port(number=number) for number in range(1, count + 1)}, budget=budget)
