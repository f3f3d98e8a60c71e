"""A lab whose switch is a PoE switch with a real agent: a port without power takes its device off the network."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from tests.house.switch import Attached, SimulatedSwitch, simulated_switch

from .lab import Flavour, Lab, Namespace, network_lab

PORTS = 8
BUDGET = 65.0
WATTS = 3.0
FIRST_INTERFACE = 101
"""So that the number of a port is the number of nothing else."""

AGENT = "[fe80::5:1%eth0]:161"
"""Where the agent is, as the hub says it, in every flavour of the link."""

_PSE_CLASS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PoweredLab:
    """A lab; the hub, which has power of its own, is on port 1 and the devices are on the ports from 2 on."""

    lab: Lab
    poe: SimulatedSwitch

    async def plug(self, device: Namespace, port: int, *, lldp: bool = True) -> None:
        """Tell the switch what hangs on a port, which powers it up."""
        link_local = next(address for address in device.addresses() if address.startswith("fe80"))
        role = device.name.rpartition("-")[2] if lldp else ""
        attached = Attached(
            hardware=device.hardware(), pd_class=_PSE_CLASS, watts=WATTS, name=role, management=link_local
        )
        await self.poe.plug(port, attached)

    async def move(self, device: Namespace, before: int, after: int) -> None:
        """Pull the plug of a device and put it into another port."""
        await self.poe.plug(before, None)
        switch = self.lab.switch
        switch.run("ip", "link", "set", f"port{before}", "down")
        switch.run("ip", "link", "set", f"port{before}", "name", f"port{after}")
        switch.run("ip", "link", "set", f"port{after}", "up")
        await self.plug(device, after)


@contextmanager
def switched_lab(flavour: Flavour, devices: int) -> Iterator[Lab]:
    """Make a lab whose switch has an address of its own, for its agent."""
    with network_lab(flavour, devices) as lab:
        lab.switch.run("ip", "address", "add", "fe80::5:1/64", "dev", "br0")
        yield lab


@asynccontextmanager
async def powered(lab: Lab) -> AsyncIterator[PoweredLab]:
    """Run the agent in the switch of a lab, and power its devices."""
    async with simulated_switch(
        ports=PORTS,
        budget=BUDGET,
        address="::",
        port=161,
        first_interface=FIRST_INTERFACE,
        namespace=lab.switch.name,
        bridge="br0",
    ) as poe:
        made = PoweredLab(lab=lab, poe=poe)
        await poe.plug(1, Attached(hardware=lab.hub.hardware()))
        for port, device in enumerate(lab.devices, 2):
            await made.plug(device, port)
        yield made
