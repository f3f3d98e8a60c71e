"""The switch as a part of the house: its agent, its tables, and what can be done to it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from copy import deepcopy
import json
from pathlib import Path
import tempfile
from typing import Final

from tests.house.control import Verb, truth

from .agent import Agent, User, free_port
from .kernel import Bridge
from .mib import View, delivering, seen, view
from .model import Attached, Port, Switch
from .passing import Passing

RESET_SECONDS: Final = 1.0
"""For so long power is off when a port is reset."""

SIGHT_SECONDS: Final = 0.5
"""So old may be what the bridge has seen."""


class SwitchPart:
    """A running PoE switch. Port 0 is any free one."""

    name = "switch"

    def __init__(
        self,
        switch: Switch,
        *,
        host: str,
        port: int = 0,
        user: User | None = None,
        bridge: Bridge | None = None,
        first_interface: int = 1,
        directory: Path | None = None,
    ) -> None:
        """`bridge` makes the ports real; port n is interface `first_interface` + n - 1.

        The agent has its files in a folder of its own in `directory`, by default where temporary files are.
        """
        self.switch = switch
        self._at_first = deepcopy(switch)
        self.address = host
        self.port = port
        self._user = user
        self._bridge = bridge
        self._first_interface = first_interface
        self._directory = directory
        self._passing = Passing(self._shown, self._changed)
        self._view: View | None = None
        self._seen_at = 0.0
        self._agent: Agent | None = None
        self._life = AsyncExitStack()

    async def start(self) -> None:
        """Serve. Raises OSError."""
        folder = Path(self._life.enter_context(tempfile.TemporaryDirectory(dir=self._directory)))
        self.port = self.port or free_port(self.address)
        self._agent = Agent(folder, self.address, self.port, self._user)
        self._agent.engine = self._engine
        try:
            await self._life.enter_async_context(
                await asyncio.start_unix_server(self._passing.serve, self._agent.passing)
            )
            self._life.push_async_callback(self.halt)
            self._changed()
            await self._agent.start()
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the agent and leave nothing."""
        await self._life.aclose()

    @property
    def _engine(self) -> str:
        """The SNMP engine id of a switch: made of its hardware address (RFC 3411, section 5)."""
        return f"80001f8803{self._at_first.hardware.replace(':', '')}"

    def status(self) -> dict[str, object]:
        """Return what a person or a test asks after."""
        switch = self.switch
        return {
            "device": self.name,
            "address": self.address,
            "port": self.port,
            "used": round(switch.used, 2),
            "delivering": delivering(switch),
            "denied": [port.number for port in switch.ports.values() if port.denied],
            "power_ups": {str(port.number): port.power_ups for port in switch.ports.values()},
            "answers": self._passing.answers,
            "writes": self._passing.writes,
        }

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return VERBS

    @property
    def subject(self) -> SwitchPart:
        """The switch."""
        return self

    async def halt(self) -> None:
        """End the agent alone; the ports keep their power, as those of a switch whose management has crashed."""
        if self._agent:
            await self._agent.stop()

    async def resume(self) -> None:
        """Start the agent again."""
        if self._agent:
            await self._agent.start()

    async def reset(self) -> None:
        """Make everything as it was at first, the agent alive."""
        self.switch = deepcopy(self._at_first)
        self._passing.fall_silent(None)
        self._changed()
        if self._agent and self._agent.engine != self._engine:
            self._agent.engine = self._engine
            await self._agent.stop()
        if self._agent and not self._agent.running:
            await self._agent.start()

    async def identify(self, words: object) -> None:
        """Be another switch: what a JSON object says of hardware and serial_number. Another engine starts anew."""
        match json.loads(words) if isinstance(words, str) else words:
            case {**fields} if fields.keys() <= {"hardware", "serial_number", "engine"}:
                engine = fields.pop("engine", "")
                if engine:
                    await self.halt()
                for name, value in fields.items():
                    self.change(str(name), value)
                if engine and self._agent:
                    self._agent.engine = str(engine)
                    await self._agent.start()
            case other:
                raise ValueError(f"an object, not {other!r}")

    def fall_silent(self, answers: int | None) -> None:
        """Let the agent answer for so many values more and then hang; None ends that."""
        self._passing.fall_silent(answers)

    def change(self, name: str, value: object) -> None:
        """Set something of the switch as a whole."""
        setattr(self.switch, name, value)
        self._changed()

    def change_port(self, number: object, name: str, value: object) -> None:
        """Set something of one port; raises KeyError."""
        setattr(self.switch.ports[int(str(number))], name, value)
        self._changed()

    def attach(self, number: object, attached: Attached | None) -> None:
        """Plug something into a port, or nothing; raises KeyError."""
        self.change_port(number, "attached", attached)

    def _shown(self) -> View:
        now = asyncio.get_running_loop().time()
        if self._view is None or (self._bridge and now - self._seen_at > SIGHT_SECONDS):
            self._seen_at = now
            forwarding = self._bridge.seen() if self._bridge else seen(self.switch)
            self._view = view(self.switch, forwarding, first_interface=self._first_interface)
        return self._view

    def _changed(self) -> None:
        self.switch.settle()
        if self._bridge:
            self._bridge.apply(self.switch)
        for port in self.switch.ports.values():
            if port.resetting:
                asyncio.get_running_loop().call_later(RESET_SECONDS, self._reset, port)
        self._view = None

    def _reset(self, port: Port) -> None:
        if port.resetting:
            port.resetting = False
            self._changed()


def _number(text: object) -> float:
    return float(str(text))


def _whole(text: object) -> int | None:
    return None if text in (None, "none") else int(str(text))


def _of_switch(name: str, read: Callable[[object], object], **words: str) -> Verb:
    return Verb(call=lambda part, value: part.change(name, read(value)), **words)


def _of_port(name: str, read: Callable[[object], object], arguments: str, text: str) -> Verb:
    def call(part: SwitchPart, number: object, value: object) -> None:
        part.change_port(number, name, read(value))

    return Verb(call=call, arguments=f"PORT {arguments}", help=text)


def _plug(part: SwitchPart, number: object, words: object) -> None:
    """Attach what a JSON object describes."""
    match json.loads(words) if isinstance(words, str) else words:
        case None:
            part.attach(number, None)
        case dict(fields):
            part.attach(number, Attached(**fields))
        case other:
            raise ValueError(f"an object or null, not {other!r}")


VERBS: Final[dict[str, Verb]] = {
    "status": Verb(call=lambda _: None, help="change nothing; every verb prints the status"),
    "budget": _of_switch("budget", _number, arguments="WATTS", help="have so much power to give"),
    "guard": _of_switch("guard", _number, arguments="WATTS", help="keep so much power free"),
    "consumption": _of_switch("consumption", _whole, arguments="NUMBER|none", help="tell an absurd consumption"),
    "plug": Verb(call=_plug, arguments="PORT JSON|null", help="attach a device (fields of Attached), or unplug it"),
    "enabled": _of_port("enabled", truth, "on|off", "give power, or none"),
    "priority": _of_port("priority", _whole, "1|2|3", "critical, high or low"),
    "fault": _of_port("fault", truth, "on|off", "have a fault, or none"),
    "sample": _of_port("sample", _whole, "MILLIWATTS|none", "tell an absurd power"),
    "alias": _of_port("alias", str, "TEXT", "name the port"),
    "silent": Verb(
        call=lambda part, answers: part.fall_silent(_whole(answers)),
        arguments="ANSWERS|none",
        help="hang after so many answers",
    ),
    "identity": Verb(call=SwitchPart.identify, arguments="JSON", help="be another: hardware, serial_number, engine"),
    "stop": Verb(call=SwitchPart.halt, help="kill the agent"),
    "start": Verb(call=SwitchPart.resume, help="start the agent again"),
    "reset": Verb(call=SwitchPart.reset, help="make everything as it was at first"),
}
