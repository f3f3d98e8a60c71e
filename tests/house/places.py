"""The whole house: its parts in their order, and where each of them lives."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from . import HOUSE, house_address
from .device import Device
from .edhoc import EdhocDevice, EdhocPart
from .model import Model
from .oscore import OscoreDevice, OscorePart
from .panel import PANEL
from .processes import Place
from .stick import StickPart, why_not as why_no_stick
from .switch import ADDRESS, Attached, why_not
from .switch.model import CLASS_WATTS, Switch, empty
from .switch.part import SwitchPart
from .verbs import CoapPart
from .wot import DESK, RADIATOR, CoapThing, HttpThing, Thing, ThingModel, ThingPart

HTTP_PORT: Final = 8080
SNMP_PORT: Final = 1161
STICK_PORT: Final = 6638
"""Ports that need no privilege; the addresses are nobody else's."""

DESK_ADDRESS: Final = "127.0.0.31"
RADIATOR_ADDRESS: Final = "127.0.0.32"
KEYED_ADDRESSES: Final = {"door": "127.0.0.29", "meter": "127.0.0.30"}
AGREEING_ADDRESS: Final = "127.0.0.43"
PANEL_ADDRESS: Final = "127.0.0.35"
STICK_ADDRESS: Final = "127.0.0.36"

_BUDGET: Final = 65.0
_POWERED: Final = {1: ("hall", 1, 1.9), 2: ("utility", 2, 3.4), 3: ("plug", 3, 6.2), 5: ("lamp", 4, 17.5)}
"""What the switch powers: its port, its name in the house, its class, its watts."""


def places(*, port: int, tick: float) -> dict[str, Place]:
    """Return every part of the house by name; `port` is that of CoAP, 0 is any free one, everywhere."""
    every = [coap_place(model, (house_address(model),), port=port, tick=tick) for model in HOUSE]
    every += others(free=port == 0, coap_port=port, tick=tick)
    return {place.name: place for place in every}


def coap_place(model: Model, addresses: tuple[str, ...], *, port: int, tick: float, interface: str = "") -> Place:
    """Return a device at addresses of this host, by default found from all links."""

    def make() -> CoapPart:
        return CoapPart(Device(model, addresses=addresses, port=port, interface=interface, multicast=True, tick=tick))

    return Place(name=model.name, where=f"{' '.join(addresses)} port {port}", make=make)


def thing_place(model: ThingModel, address: str, *, port: int, tick: float) -> Place:
    """Return a Thing at an address of this host, with its zone where it is link-local."""

    def make() -> ThingPart:
        if model is DESK:
            return ThingPart(HttpThing(Thing(model), address=address, port=port), tick=tick)
        return ThingPart(CoapThing(Thing(model), address=address, port=port, multicast=True), tick=tick)

    return Place(name=model.name, where=f"{address} port {port}", make=make)


def oscore_place(name: str, address: str, *, port: int) -> Place:
    """Return a device that is spoken to with OSCORE alone."""

    def make() -> OscorePart:
        return OscorePart(OscoreDevice(name, address, port=port))

    return Place(name=name, where=f"{address} port {port}", make=make)


def edhoc_place(name: str, address: str, *, port: int) -> Place:
    """Return a device that agrees on its keys with whom it was told."""

    def make() -> EdhocPart:
        return EdhocPart(EdhocDevice(name, address, port=port))

    return Place(name=name, where=f"{address} port {port}", make=make)


def others(*, free: bool, coap_port: int, tick: float) -> Iterator[Place]:
    """Yield what does not come from a row of `HOUSE`."""
    snmp_port = 0 if free else SNMP_PORT
    yield thing_place(DESK, DESK_ADDRESS, port=0 if free else HTTP_PORT, tick=tick)
    yield thing_place(RADIATOR, RADIATOR_ADDRESS, port=coap_port, tick=tick)
    yield coap_place(PANEL, (PANEL_ADDRESS,), port=coap_port, tick=tick)
    for name, address in KEYED_ADDRESSES.items():
        yield oscore_place(name, address, port=coap_port)
    yield edhoc_place("gate", AGREEING_ADDRESS, port=coap_port)
    yield Place(
        name=SwitchPart.name,
        where=f"{ADDRESS} port {snmp_port}",
        make=partial(SwitchPart, _powering_the_house(), host=ADDRESS, port=snmp_port),
        missing=why_not(),
    )
    stick_port = 0 if free else STICK_PORT
    yield Place(
        name=StickPart.name,
        where=f"{STICK_ADDRESS} port {stick_port}",
        make=partial(StickPart, host=STICK_ADDRESS, port=stick_port, tick=tick),
        missing=why_no_stick(),
    )


def _powering_the_house() -> Switch:
    """Return the switch that some of the devices hang on, which tell it their addresses by LLDP."""
    addresses = {model.name: house_address(model) for model in HOUSE}
    switch = empty(8, _BUDGET)
    for number, (name, pd_class, watts) in _POWERED.items():
        switch.ports[number].attached = Attached(
            hardware=f"02:56:54:50:00:{number:02x}",
            pd_class=pd_class,
            watts=min(watts, CLASS_WATTS[pd_class]),
            name=name,
            management=addresses[name],
        )
    return switch
