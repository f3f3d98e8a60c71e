"""A switch with OpenWrt, by the ubus object `poe` as realtek-poe offers it; read in its source.

`info` is {"budget": W, "consumption": W, "ports": {"lan5": {"status": "Delivering power", "consumption": W}}}, where a
port without consumption draws nothing. `manage` takes a port and "enable", which is not kept over a restart.
"""

from itertools import islice
import re
from typing import Final

from ...things.documents import Json, JsonObject
from ...things.errors import Reason, Rejected
from ...things.model import LinkStatistics
from .columns import Role
from .model import MOST_PORTS, Inventory, Port, PortSample, SwitchSample
from .pin import SwitchPin
from .plausible import main_power, port_power
from .topology import Topology
from .ubus import Ubus

_STATUSES: Final = {
    "Disabled": "disabled",
    "Searching": "searching",
    "Requesting power": "requesting_power",
    "Delivering power": "delivering_power",
    "Fault": "fault",
    "Other fault": "fault",
}

_GUARD: Final = 0.1
"""The part of its budget that realtek-poe never gives."""

_PREFERRED: Final = ("switch", "br-lan", "eth0")
"""Devices by whose address a switch is known, the best first."""

_BEYOND: Final = 1e9
"""Watts of no switch; also what an integer must be below to be a float."""

_NUMBER: Final = re.compile(r"[a-z]{1,8}([0-9]{1,4})", re.ASCII)
_HARDWARE: Final = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", re.ASCII)


class UbusSource:
    """One switch. Who is behind its ports it does not tell: ubus has no forwarding database."""

    def __init__(self, ubus: Ubus) -> None:
        """Ask through `ubus`."""
        self._ubus = ubus
        self._names: dict[str, str] = {}

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the switch goes."""
        return self._ubus.link

    async def close(self) -> None:
        """Do nothing: the web session is shared."""

    async def inventory(self) -> Inventory:
        """Ask who it is, and for its ports. Raises ThingError: NOT_A_THING where it feeds none."""
        ports = _part(await self._info(), "ports")
        if not ports:
            raise Rejected(Reason.NOT_A_THING)
        self._names = _keys(dict(islice(ports.items(), MOST_PORTS)))
        board = await self._ubus.call("system", "board")
        return Inventory(
            pin=await self.pin(),
            name=_text(board, "hostname"),
            model=_text(board, "model"),
            sw_version=_text(_part(board, "release"), "version"),
            ports=tuple(Port(key=key, name=name, label=name) for key, name in self._names.items()),
            roles=frozenset({Role.ADMIN, Role.STATUS, Role.POWER}),
            switchable=True,
            budgeted=True,
            tables=("ubus",),
        )

    async def pin(self) -> SwitchPin:
        """Say by what it is known. Raises ThingError: NOT_A_THING without a hardware address.

        What shows another certificate is asked nothing more.
        """
        try:
            mac = await self._own_mac()
        except Rejected as err:
            if err.reason is not Reason.IDENTITY_CHANGED:
                raise
            return SwitchPin(certificate=await self._ubus.shown_certificate())
        return SwitchPin(mac=mac, certificate=self._ubus.certificate)

    async def _own_mac(self) -> str:
        """Return the address of its bridge, else of any device. Raises ThingError: NOT_A_THING without."""
        devices = await self._ubus.call("network.device", "status")
        for name in (*_PREFERRED, *devices):
            address = _text(_part(devices, name), "macaddr").lower()
            if _HARDWARE.fullmatch(address) and address.strip("0:"):
                return address
        raise Rejected(Reason.NOT_A_THING)

    async def sample(self) -> SwitchSample:
        """Ask for everything, which is one call."""
        info = await self._info()
        ports = _part(info, "ports")
        nominal, consumption = main_power(_watts(info, "budget"), _watts(info, "consumption"))
        return SwitchSample(
            ports={key: _port(_part(ports, name)) for key, name in self._names.items() if name in ports},
            nominal=nominal,
            consumption=consumption,
            guard=(nominal or 0.0) * _GUARD,
        )

    async def sample_port(self, key: str) -> PortSample:
        """Ask for everything: there is no less."""
        return (await self.sample()).ports.get(key, PortSample())

    async def topology(self) -> Topology:
        """Return nothing but its own address."""
        return Topology(own_mac=await self._own_mac())

    async def set_enabled(self, key: str, *, enabled: bool) -> None:
        """Let a port feed, or not."""
        await self._ubus.call("poe", "manage", {"port": self._names[key], "enable": enabled})

    async def set_priority(self, key: str, priority: str) -> None:
        """Refuse: a priority is of its configuration."""
        raise Rejected(Reason.READ_ONLY, name=f"{priority} of {key}")

    async def reset(self, key: str) -> None:
        """Refuse: there is no such method."""
        raise Rejected(Reason.READ_ONLY, name=f"reset of {key}")

    async def prove_access(self, sample: SwitchSample) -> None:
        """Set a port to what it is set to already."""
        for key, port in sample.ports.items():
            if port.enabled is not None:
                await self.set_enabled(key, enabled=port.enabled)
                return
        raise Rejected(Reason.NOT_A_THING)

    async def _info(self) -> JsonObject:
        try:
            return await self._ubus.call("poe", "info")
        except Rejected as err:
            if err.reason is not Reason.NOT_FOUND:
                raise
            raise Rejected(Reason.NOT_A_THING) from err


def _keys(ports: JsonObject) -> dict[str, str]:
    """Return the names of ports by key: by the numbers in them where these tell them apart, else counted."""
    found = {f"1.{match[1]}": name for name in ports if (match := _NUMBER.fullmatch(name))}
    if len(found) == len(ports):
        return dict(sorted(found.items(), key=lambda one: int(one[0].partition(".")[2])))
    return {f"1.{number}": name for number, name in enumerate(sorted(ports), 1)}


def _port(said: JsonObject) -> PortSample:
    """Return what one port says."""
    status = _STATUSES.get(_text(said, "status"))
    return PortSample(
        enabled=None if status is None else status != "disabled",
        status=status,
        power=port_power(_watts(said, "consumption") if "consumption" in said else 0.0, ()),
    )


def _part(document: JsonObject, key: str) -> dict[str, Json]:
    """Return an object within an object; what is none is empty."""
    part = document.get(key)
    return part if isinstance(part, dict) else {}


def _text(document: JsonObject, key: str) -> str:
    """Return a text; what is none is empty."""
    text = document.get(key)
    return text if isinstance(text, str) else ""


def _watts(document: JsonObject, key: str) -> float | None:
    """Return a number that can be so many watts; None where it is none."""
    value = document.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _BEYOND:
        return None
    return float(value)
