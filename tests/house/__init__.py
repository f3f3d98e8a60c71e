"""The simulated house: CoAP devices on loopback, honest and otherwise.

In a test, inside the running loop:

    async with running(LAMP) as lamp:
        lamp.uri, lamp.values, lamp.observers, lamp.requests
        lamp.set("level", 40); lamp.fail(); lamp.recover(); lamp.reboot(); lamp.lie(); lamp.move("127.0.0.39")

    async with house(LAMP, PLUG) as devices:
        devices["plug"].set("on", False)

As processes: `python -m tests.house --help`.
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Final

from .device import Device
from .devices import (
    BLIND,
    BUTTON,
    HOUSE,
    IPSO_TREE,
    LAMP,
    LEAK_DETECTOR,
    MULTI_SENSOR,
    OCF_LAMP,
    PLUG,
    SLEEPY_SENSOR,
    TANK,
    TEXT_SENSOR,
    TLV_DEVICE,
    many_sensors,
)
from .gremlin import GREMLIN
from .model import Model

__all__ = [
    "BLIND",
    "BUTTON",
    "GREMLIN",
    "HOUSE",
    "IPSO_TREE",
    "LAMP",
    "LEAK_DETECTOR",
    "MULTI_SENSOR",
    "OCF_LAMP",
    "PLUG",
    "SLEEPY_SENSOR",
    "TANK",
    "TEXT_SENSOR",
    "TLV_DEVICE",
    "Device",
    "Model",
    "house",
    "house_address",
    "many_sensors",
    "running",
]

_FIRST_HOST: Final = 11


def house_address(model: Model) -> str:
    """Return where a device of the house lives: 127.0.0.11 and up, in the order of `HOUSE`."""
    names = [one.name for one in HOUSE]
    return f"127.0.0.{_FIRST_HOST + names.index(model.name)}"


@asynccontextmanager
async def running(
    model: Model,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    multicast: bool = False,
    tick: float = 0.0,
) -> AsyncIterator[Device]:
    """Run one device in this loop; its values stay until told, unless `tick` gives the seconds between moves."""
    device = Device(model, addresses=(address,), port=port, multicast=multicast, tick=tick)
    device.start()
    try:
        yield device
    finally:
        device.stop()


@asynccontextmanager
async def house(
    *models: Model,
    port: int = 0,
    multicast: bool = True,
    tick: float = 0.0,
) -> AsyncIterator[dict[str, Device]]:
    """Run devices (all of the house by default), each at its own address, by name."""
    with ExitStack() as stack:
        devices: dict[str, Device] = {}
        for model in models or HOUSE:
            address = house_address(model)
            device = Device(model, addresses=(address,), port=port, multicast=multicast, tick=tick)
            device.start()
            stack.callback(device.stop)
            devices[model.name] = device
        yield devices
