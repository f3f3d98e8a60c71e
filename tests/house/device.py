"""A running device: its values, how they move, and everything that can be done to it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import IPv6Address, ip_address
import math
from random import Random
from typing import Final, Literal

from . import payload
from .codec import Code, Message, Option, response_code
from .model import IDENTITY, LINK_FORMAT, Faults, Model, Reply, Resource, Value, Values
from .server import WELL_KNOWN, Server

type Timer = Literal["tick", "refresh", "wake", "sleep"]

REFRESH: Final = 0.75
"""After this part of Max-Age observers hear again what has not changed (RFC 7641, section 4.3.1)."""

FLOOD_TURN: Final = 100
"""So many notifications are sent at once: who is flooded may share the loop, and is not to be held up by the sender."""


class Device:
    """One device on the network. Make it inside a running loop; `start` and `stop` it."""

    def __init__(
        self,
        model: Model,
        *,
        addresses: tuple[str, ...],
        port: int = 0,
        interface: str = "",
        multicast: bool = False,
        tick: float = 0.0,
    ) -> None:
        """Every `tick` seconds the values move (0: they move only when told). Port 0 is any free one."""
        self.model = model
        self.values: Values = {signal.name: signal.start for signal in model.signals} | {IDENTITY: model.identity}
        self.faults = Faults()
        self.addresses = addresses
        self.port = port
        self._interface = interface
        self._multicast = multicast
        self._tick = tick
        self._ticks = 0
        self._random = Random(model.name)
        self._luck = Random(model.name)
        self.texts: dict[str, str] = {}
        """What was written over the texts of resources."""
        self._resources = {resource.path: resource for resource in model.resources}
        self._signals = {signal.name: signal for signal in model.signals}
        self._loop = asyncio.get_running_loop()
        self._timers: dict[Timer, asyncio.TimerHandle] = {}
        self._born = self._loop.time()
        self._server = Server(self._answer, self._dropped)

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.name

    @property
    def address(self) -> str:
        """The first address."""
        return self.addresses[0]

    @property
    def uri(self) -> str:
        """`coap://host:port` of the first address, with its zone when that is link-local."""
        ip = ip_address(self.address)
        zone = f"%{self._interface}" if ip.is_link_local and isinstance(ip, IPv6Address) else ""
        host = f"[{ip}{zone}]" if isinstance(ip, IPv6Address) else str(ip)
        return f"coap://{host}:{self.port}"

    @property
    def requests(self) -> Counter[str]:
        """How often each request was heard, such as "GET /temp", since the device was made."""
        return self._server.requests

    @property
    def observers(self) -> int:
        """How many observations the device holds."""
        return len(self._server.observers)

    def observed(self, path: str) -> int:
        """Return how many observations of one resource the device holds."""
        return sum(observer.request.path == path for observer in self._server.observers.values())

    # Life

    def start(self) -> None:
        """Listen; raises OSError when an address is taken or not ours."""
        self.port = self._server.open(self.addresses, self.port, self._interface, multicast=self._multicast)
        self._born = self._loop.time()
        self._later("refresh", self.model.max_age * REFRESH, self._refresh)
        if self._tick:
            self._later("tick", self._tick, self._tick_again)
        if self.model.period:
            self._sleep_again()

    def stop(self) -> None:
        """Vanish as a process does that is killed: the port is closed, all is forgotten but the values."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._server.forget()
        self._server.close()

    def reboot(self) -> None:
        """Forget the observers, the Message-IDs and the Observe sequence; the values survive."""
        self._server.forget()

    def move(self, address: str) -> None:
        """Go to another address and keep the port, the values and the observers; raises OSError."""
        self._server.rebind(address, self.port, self._interface, multicast=self._multicast)
        self.addresses = (address,)

    # Values

    def set(self, name: str, value: Value) -> None:
        """Give a signal another value and tell those who observe it; raises ValueError, KeyError."""
        self.set_all({name: value})

    def set_all(self, values: Values) -> None:
        """Give several signals other values, in one notification per resource; raises ValueError, KeyError."""
        read = {n: v if n == IDENTITY else self._signals[n].read(payload.text(v)) for n, v in values.items()}
        self._change(self.values | read, 0.0)

    def tick(self, seconds: float = 2.0) -> None:
        """Let every value move once, as after so many seconds."""
        self._change(self._moved(), seconds)

    def press(self, times: int = 1) -> None:
        """Press the button: one notification each; raises KeyError when there is none."""
        for _ in range(times):
            self.set("presses", int(self.values["presses"]) + 1)

    # Faults

    def fail(self) -> None:
        """Fall silent until told to recover."""
        self.faults = replace(self.faults, silent_until=math.inf)

    def sleep(self, seconds: float) -> None:
        """Fall silent for some seconds, then tell the observers the present values."""
        self.faults = replace(self.faults, silent_until=self._loop.time() + seconds)
        self._later("sleep", seconds + 0.01, self._wake)

    def lie(self) -> None:
        """Answer every write with 2.04 and do not apply it."""
        self.faults = replace(self.faults, lying=True)

    def refuse(self, code: str) -> None:
        """Answer every request but `.well-known/core` with an error such as "4.01"; raises ValueError."""
        self.faults = replace(self.faults, refusal=response_code(code))

    def lose(self, part: float) -> None:
        """Lose this part (0…1) of all datagrams, in both directions."""
        self.faults = replace(self.faults, loss=part)

    def misbehave(self, mode: str) -> None:
        """Enter one of the model's modes; observers of its resources hear at once. Raises KeyError."""
        paths = {*self.model.modes[mode], *self._mode()}
        self.faults = replace(self.faults, mode=mode)
        self._server.notify(paths)

    def recover(self) -> None:
        """Be honest and answering again."""
        paths = self._mode()
        self.faults = Faults()
        self._server.notify(paths)

    def flood(self, count: int) -> None:
        """Notify every observer `count` times of moving values; the loop gets a turn now and then."""
        for _ in range(min(count, FLOOD_TURN)):
            self.values = self._moved()
            self._server.notify(self._resources)
        if count > FLOOD_TURN:
            self._loop.call_soon(self.flood, count - FLOOD_TURN)

    def babble(self, count: int) -> None:
        """Send every observer `count` malformed datagrams."""
        for i in range(count):
            # A confirmable GET with a Uri-Path that is not UTF-8, and one that ends inside an option.
            self._server.babble(b"\x40\x01" + i.to_bytes(4)[2:] + (b"\xb3\xff\xfe\x80", b"\xbd")[i % 2])

    # Answers

    def _answer(self, request: Message) -> Reply:
        if request.code == Code.GET and (hostile := self._mode().get(request.path)):
            return hostile
        if request.path == WELL_KNOWN:
            return Reply(payload=self.model.links(), content_format=LINK_FORMAT)
        if self.faults.refusal is not None:
            return Reply(code=self.faults.refusal, payload=b"refused on request")
        resource = self._resources.get(request.path)
        return self._serve(resource, request) if resource else Reply(code=Code.NOT_FOUND)

    def _serve(self, resource: Resource, request: Message) -> Reply:
        match request.code:
            case Code.GET if not resource.runs:
                return self._read(resource, request)
            case Code.PUT | Code.POST if resource.writable and request.code == resource.method:
                return self._write(resource, request)
            case Code.POST if resource.runs:
                return self._run(resource)
            case _:
                return Reply(code=Code.METHOD_NOT_ALLOWED)

    def _read(self, resource: Resource, request: Message) -> Reply:
        accept = request.uint(Option.ACCEPT)
        content_format = resource.formats[0] if accept is None else accept
        if content_format not in resource.formats:
            return Reply(code=Code.NOT_ACCEPTABLE)
        if not resource.records:
            resource = replace(resource, text=self.texts.get(resource.path, resource.text))
            return Reply(payload=payload.constant(content_format, resource), content_format=content_format)
        base_name = f"{self.values[IDENTITY]}/" if resource.pack else resource.path
        return Reply(
            payload=payload.encode(content_format, base_name, resource, self.values),
            content_format=content_format,
            max_age=self.model.max_age,
            observable=resource.observable,
            confirmable=resource.confirmable,
        )

    def _write(self, resource: Resource, request: Message) -> Reply:
        if request.uint(Option.BLOCK1):
            return Reply(code=Code.REQUEST_ENTITY_TOO_LARGE)
        if not resource.records:
            if not self.faults.lying:
                self.texts[resource.path] = request.payload.decode()
            return Reply(code=Code.CHANGED)
        try:
            content_format = request.uint(Option.CONTENT_FORMAT)
            if content_format in payload.STRICT and content_format not in resource.formats:
                return Reply(code=Code.UNSUPPORTED_CONTENT_FORMAT)
            text = payload.decode(content_format, request.payload, resource.records[0])
            if text is None:
                return Reply(code=Code.UNSUPPORTED_CONTENT_FORMAT)
            signal = self._signals[resource.records[0].signal]
            value = signal.read(text)
        except ValueError as err:
            return Reply(code=Code.BAD_REQUEST, payload=str(err).encode())
        if not self.faults.lying:
            # After the answer: a device applies first and tells its observers in the next datagram.
            self._loop.call_soon(self.set, signal.name, value)
        return Reply(code=Code.CHANGED)

    def _run(self, resource: Resource) -> Reply:
        if not self.faults.lying and resource.runs == "reboot":
            self._loop.call_soon(self.reboot)
        return Reply(code=Code.CHANGED)

    def _moved(self) -> Values:
        moved = {
            signal.name: signal.moved(self.values[signal.name], self._random)
            for signal in self.model.signals
            if signal.step and self._ticks % signal.every == signal.phase
        }
        self._ticks += 1
        return self.values | moved

    def _change(self, values: Values, seconds: float) -> None:
        if self.model.derive:
            self.model.derive(values, seconds)
        changed = {name for name, value in values.items() if value != self.values[name]}
        self.values = values
        self._server.notify(
            resource.path
            for resource in self.model.resources
            if any(record.signal in changed for record in resource.records)
        )

    def _mode(self) -> Mapping[str, Reply]:
        return self.model.modes.get(self.faults.mode, {})

    # Time

    def _dropped(self) -> bool:
        now = self._loop.time()
        asleep = self.model.period > 0 and (now - self._born) % self.model.period >= self.model.awake
        return asleep or now < self.faults.silent_until or self._luck.random() < self.faults.loss

    def _later(self, name: Timer, seconds: float, call: Callable[[], None]) -> None:
        if timer := self._timers.get(name):
            timer.cancel()
        self._timers[name] = self._loop.call_later(seconds, call)

    def _tick_again(self) -> None:
        self.tick(self._tick)
        self._later("tick", self._tick, self._tick_again)

    def _refresh(self) -> None:
        self._wake()
        self._later("refresh", self.model.max_age * REFRESH, self._refresh)

    def _wake(self) -> None:
        self._server.notify(self._resources)

    def _sleep_again(self) -> None:
        """Wake shortly after the next time that the device begins to listen."""
        asleep = self.model.period - (self._loop.time() - self._born) % self.model.period
        self._later("wake", asleep + self.model.awake / 10, self._wake_again)

    def _wake_again(self) -> None:
        self._wake()
        self._sleep_again()
