"""A CoAP device as a part of the house: what can be done to it from outside, and what it tells of itself."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from .control import Verb
from .device import Device
from .devices import HOUSE
from .model import IDENTITY, Faults


class CoapPart:
    """A device in a process of its own."""

    def __init__(self, device: Device) -> None:
        """`device` is not started."""
        self.device = device

    @property
    def name(self) -> str:
        """The name of the device."""
        return self.device.name

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return VERBS

    @property
    def subject(self) -> Device:
        """The device."""
        return self.device

    async def start(self) -> None:
        """Listen; raises OSError."""
        self.device.start()

    async def stop(self) -> None:
        """Vanish."""
        self.device.stop()

    def status(self) -> dict[str, object]:
        """Return where it is, who asks, its values and its faults."""
        device = self.device
        return {
            "device": device.name,
            "address": device.address,
            "port": device.port,
            "uri": device.uri,
            "observers": device.observers,
            "requests": device.requests.total(),
            "values": device.values,
            "faults": [row.name for row in fields(Faults) if getattr(device.faults, row.name) != row.default],
        }


def _impersonate(device: Device, other: str) -> None:
    identities = {model.name: model.identity for model in HOUSE}
    device.set(IDENTITY, identities[other])


VERBS: Final[dict[str, Verb]] = {
    "status": Verb(call=lambda _: None, help="change nothing; every verb prints the status"),
    "set": Verb(call=Device.set, arguments="NAME VALUE", help="give a signal another value"),
    "press": Verb(call=lambda device, n="1": device.press(int(n)), arguments="[TIMES]", help="press the button"),
    "leak": Verb(call=lambda device, value: device.set("leak", value), arguments="on|off", help="wet or dry the floor"),
    "fail": Verb(call=Device.fail, help="fall silent until recover"),
    "sleep": Verb(
        call=lambda device, seconds: device.sleep(float(seconds)),
        arguments="SECONDS",
        help="fall silent, then return",
    ),
    "recover": Verb(call=Device.recover, help="end every fault: silence, lies, refusals, loss, modes"),
    "reboot": Verb(call=Device.reboot, help="forget observers, Message-IDs and the Observe sequence"),
    "stop": Verb(call=Device.stop, help="close the port, as a killed process does"),
    "start": Verb(call=Device.start, help="open the port again"),
    "address": Verb(call=Device.move, arguments="ADDRESS", help="move to another address"),
    "lie": Verb(call=Device.lie, help="answer writes with 2.04 and do not apply them"),
    "refuse": Verb(call=Device.refuse, arguments="CODE", help="answer with an error such as 4.03"),
    "lose": Verb(
        call=lambda device, part: device.lose(float(part)),
        arguments="PART",
        help="lose this part (0…1) of all datagrams",
    ),
    "impostor": Verb(call=_impersonate, arguments="DEVICE", help="claim the identity of another device"),
    "mode": Verb(call=Device.misbehave, arguments="MODE", help="misbehave in one way (gremlin); recover ends it"),
    "flood": Verb(
        call=lambda device, count: device.flood(int(count)),
        arguments="COUNT",
        help="send each observer so many notifications",
    ),
    "babble": Verb(
        call=lambda device, count: device.babble(int(count)),
        arguments="COUNT",
        help="send each observer so many malformed datagrams",
    ),
}
