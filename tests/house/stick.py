"""The simulated Zigbee stick as a part of the house: its devices wait to be let in, and are told what to do."""

import asyncio
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from itertools import count
import math
from typing import TYPE_CHECKING, Final

from .control import Verb, truth

if TYPE_CHECKING:
    from .radio import Device, Stick

NAMES: Final = {
    "light": "light",
    "contact": "contact",
    "motion": "motion",
    "leak": "leak",
    "climate": "climate_sensor",
    "plug": "plug",
    "thermostat": "thermostat",
    "cover": "cover",
    "lock": "lock",
    "remote": "buttons",
}
"""The devices behind the stick, by what makes each."""

_APART_S: Final = 0.5
"""Between two devices that join: nobody presses two keys at once."""

_STRANGER: Final = "00:12:4b:00:aa:00:0b:ad"
"""Whom somebody bound the second button of the remote to, before it came here."""

_BUTTONS: Final = range(1, 5)
_MOVED: Final = 0x4000
"""By so much a short address differs after a device came back under another one."""


def why_not() -> str:
    """Return what is missing for a simulated stick; empty where nothing is."""
    return "" if find_spec("zigpy_znp") else "zigpy-znp is not installed"


class StickPart:
    """A stick on TCP with ten devices. Every `tick` seconds their values move (0: they move only when told)."""

    name = "stick"
    stick: Stick
    devices: Mapping[str, Device]

    def __init__(self, *, host: str, port: int = 0, tick: float = 0.0) -> None:
        """Port 0 is any free one."""
        self.address = host
        self.waiting: list[str] = [*NAMES]
        self._watts = 45.0
        self._port = port
        self._tick = tick
        self._steps = count()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return VERBS

    @property
    def subject(self) -> StickPart:
        """This."""
        return self

    async def start(self) -> None:
        """Listen; raises OSError."""
        # The radio library takes a second to import: only the process that has the stick pays for it.
        import zigpy.types as zt  # noqa: PLC0415
        import zigpy.zdo.types as zdo  # noqa: PLC0415

        from .radio import Network, Stick, devices  # noqa: PLC0415

        self.devices = {name: getattr(devices, made)() for name, made in NAMES.items()}
        stranger = zdo.MultiAddress(addrmode=3, ieee=zt.EUI64.convert(_STRANGER), endpoint=1)
        self.devices["remote"].bindings.append((2, _ON_OFF, stranger))
        self.devices["plug"].set(1, _ON_OFF, on_off=True)
        network = Network(zt.EUI64.convert("00:12:4b:00:00:00:00:01"))
        network.on_open = self.let_in
        self.stick = Stick(network, self.address, self._port)
        await self.stick.wire.listen()
        if self._tick:
            self._move()

    async def stop(self) -> None:
        """Vanish."""
        for timer in self._timers.values():
            timer.cancel()
        await self.stick.wire.close()

    def status(self) -> dict[str, object]:
        """Return where it is, who joined and who waits, and what was switched."""
        network, devices = self.stick.network, self.devices
        return {
            "device": self.name,
            "address": self.address,
            "port": self.stick.wire.port,
            "uri": self.stick.wire.path,
            "open": network.is_open,
            "joined": [name for name in devices if self.has_joined(name)],
            "waiting": self.waiting,
            "light": bool(devices["light"].value(1, _ON_OFF, "on_off")),
            "watts": devices["plug"].value(1, _ELECTRICAL, "active_power") / 10,
        }

    def has_joined(self, name: str) -> bool:
        """Tell whether a device is in the network."""
        return self.devices[name] in self.stick.network.devices.values()

    def let_in(self) -> None:
        """Let the first who waits join, and the next a little later, for as long as the network is open."""
        if self.waiting and self.stick.network.is_open:
            self.stick.network.join(self.devices[self.waiting.pop(0)])
            self._later("join", _APART_S, self.let_in)

    def _later(self, what: str, delay: float, act: Callable[[], None]) -> None:
        if what in self._timers:
            self._timers[what].cancel()
        self._timers[what] = asyncio.get_running_loop().call_later(delay, act)

    def _move(self) -> None:
        """Let time pass: it gets warmer and cooler, and the plug counts what flows through it."""
        step = next(self._steps)
        swing = math.sin(step / 20)
        if self.has_joined("climate"):
            self.devices["climate"].set(1, 0x0402, measured_value=round(2150 + 150 * swing))
            self.devices["climate"].set(1, 0x0405, measured_value=round(4875 + 400 * swing))
        if self.has_joined("plug"):
            self._consume(self._watts * (1 + swing / 50))
        self._later("move", self._tick, self._move)

    def consume(self, watts: object) -> None:
        """Let so much power flow through the metering plug while it is on."""
        self._watts = max(float(str(watts)), 0.0)
        self._consume(self._watts)

    def _consume(self, watts: float) -> None:
        plug = self.devices["plug"]
        power = watts if plug.value(1, _ON_OFF, "on_off") else 0.0
        counted = plug.value(1, _METERING, "current_summ_delivered")
        plug.set(1, _ELECTRICAL, active_power=round(power * 10), rms_current=round(power / 0.231))
        # In Wh; as if each step were a minute and a half, so that something is seen of it.
        plug.set(1, _METERING, instantaneous_demand=round(power), current_summ_delivered=counted + round(power / 40))


def _named(part: StickPart, name: str) -> Device:
    if not part.has_joined(name):
        raise ValueError(f"{name} has not joined")
    return part.devices[name]


def _join(part: StickPart, name: str) -> None:
    names = [*NAMES] if name == "all" else [name]
    part.waiting += [one for one in names if one not in part.waiting and not part.has_joined(one)]
    part.let_in()


def _leave(part: StickPart, name: str) -> None:
    part.stick.network.leave(_named(part, name))


def _rejoin(part: StickPart, name: str) -> None:
    device = _named(part, name)
    part.stick.network.rejoin(device, device.nwk ^ _MOVED)


def _press(part: StickPart, button: object) -> None:
    if (number := int(str(button))) not in _BUTTONS:
        raise ValueError(f"a button from 1 to 4, not {number}")
    _named(part, "remote").send(number, _ON_OFF, "toggle")


def _alarm(name: str) -> Callable[[StickPart, object], None]:
    def call(part: StickPart, value: object) -> None:
        _named(part, name).alarm(1, int(truth(value)))

    return call


async def _pull(part: StickPart) -> None:
    await part.stick.wire.close()


async def _plug_in(part: StickPart) -> None:
    await part.stick.wire.listen()


_ON_OFF: Final = 0x0006
_METERING: Final = 0x0702
_ELECTRICAL: Final = 0x0B04

VERBS: Final[dict[str, Verb]] = {
    "status": Verb(call=lambda _: None, help="change nothing; every verb prints the status"),
    "join": Verb(call=_join, arguments="NAME|all", help="join now, or as soon as the network is open"),
    "leave": Verb(call=_leave, arguments="NAME", help="leave the network"),
    "rejoin": Verb(call=_rejoin, arguments="NAME", help="come back under another short address"),
    "press": Verb(call=_press, arguments="BUTTON", help="press a button (1 to 4) of the remote"),
    "leak": Verb(call=_alarm("leak"), arguments="on|off", help="wet or dry the floor"),
    "open": Verb(call=_alarm("contact"), arguments="on|off", help="open or close the contact"),
    "move": Verb(call=_alarm("motion"), arguments="on|off", help="walk past the motion sensor, or stand still"),
    "consume": Verb(call=StickPart.consume, arguments="WATTS", help="have so much power flow through the plug"),
    "stop": Verb(call=_pull, help="pull the stick out of its socket"),
    "start": Verb(call=_plug_in, help="plug it in again"),
}
