"""One PoE switch in use: read every half minute, written with proof, its ports power-cycled with care."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
import logging
import math

from ...things.adapter import AdapterHost, ConsumedThing
from ...things.documents import Json
from ...things.errors import Reason, Rejected, ThingError, Unreachable
from ...things.model import LinkStatistics, ThingState, Value
from ...things.pacing.proof import prove
from .columns import Role
from .cycling import PowerCycles
from .debts import Debts, at_once
from .describe import describe_port, describe_switch
from .energy import EnergyMeter
from .model import Inventory, PortSample, SwitchSample
from .pace import Pace
from .parts import PortThing, SwitchThing, port_values, switch_values
from .pin import SwitchPin
from .plausible import carried, denials
from .source import PseSource
from .topology import Topology

_LOGGER = logging.getLogger(__name__)

_MISSED_SAMPLES = 3
"""So many polls apart, two samples are no more believed to be about the time between them."""


class PoeSwitch:
    """A switch, followed by one task. Its Things are the switch itself, then its ports in their order."""

    def __init__(
        self,
        host: AdapterHost,
        source: PseSource,
        inventory: Inventory,
        first: SwitchSample,
        *,
        control: bool,
        pace: Pace,
        written: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        """Take over a source that has told its inventory and a first sample; `written` is as for Debts."""
        self._source = source
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self.inventory = inventory
        self.impostor: SwitchPin | None = None
        """What was seen in place of the switch, since it was itself last."""
        self._switch = SwitchThing(describe_switch(inventory), self, pace)
        self._ports = {
            port.key: PortThing(describe_port(inventory, port, control=control), port.key, self, pace)
            for port in inventory.ports
        }
        self._guard = _number(host.settings.get("guard"))
        self._energy = EnergyMeter(host, inventory.id, _MISSED_SAMPLES * pace.poll)
        self._sample: SwitchSample | None = None
        self._topology = Topology(own_mac=inventory.pin.mac)
        self._topology_due = -math.inf
        self._failures = 0
        self._kick = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self._closing = False
        self._writing = {key: asyncio.Lock() for key in self._ports}
        self._orders = 0
        self._ordered: dict[str, int] = {}
        """Which order was the last that a port was given."""
        self._debts = Debts(host, inventory.id, self._ports if control else (), written)
        self._cycles = PowerCycles(self, self._debts, pace, resets=Role.RESET in inventory.roles)
        self._take(first, self._orders)
        if self._debts.owed:
            self._kick.set()
        self._task = self._loop.create_task(self._run(), name=f"poe {inventory.id}")

    @property
    def things(self) -> tuple[ConsumedThing, ...]:
        """The switch, and each of its ports."""
        return (self._switch, *self._ports.values())

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the switch goes."""
        return self._source.link

    def topology(self) -> Topology:
        """Return who was behind which port, as the switch said last; while it does not answer, nobody is."""
        return self._topology

    async def refresh(self) -> None:
        """Read every port now. Raises ThingError."""
        with self._noticing():
            await self._poll()

    async def refresh_port(self, key: str) -> None:
        """Read one port now. Raises ThingError."""
        await self.read_port(key)

    async def write(self, key: str, name: str, value: Value) -> None:
        """Write a property of a port where it differs, as what is written is kept in flash. Raises ThingError."""
        async with self._writing[key]:
            try:
                if _shown(await self.read_port(key), name) != value:
                    await self._order(key, name, value)
                    await self._proved(key, name, value)
                if name == "enabled":  # the user has decided
                    self._debts.settle(key)
            finally:
                self._poll_soon()

    async def power_cycle(self, key: str) -> None:
        """Take the power from a port for a few seconds; who asks may give up. Raises ThingError."""
        await self._cycles.run(key)

    async def close(self) -> None:
        """End every exchange; ports that are being cycled get their power back first."""
        self._closing = True
        if self._soon is not None:
            self._soon.cancel()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._cycles.close()
        self._energy.keep(self._loop.time())
        for thing in self.things:
            await thing.close()
        await self._source.close()

    # -------------------------------------------------------------------------------------------- single ports

    def turn(self, key: str) -> asyncio.Lock:
        """Return the lock of who sets a port."""
        return self._writing[key]

    async def read_port(self, key: str) -> PortSample:
        """Read one port now, and show it beside what is known of the others. Raises ThingError."""
        asked = self._orders
        with self._noticing():
            await self._trust()
            port = await self._source.sample_port(key)
        sample = self._sample or SwitchSample()
        self._take(replace(sample, ports={**sample.ports, key: port}), asked)
        return port

    async def set_enabled(self, key: str, *, enabled: bool) -> None:
        """Let a port feed, or not. Raises ThingError."""
        await self._ordering(key, lambda: self._source.set_enabled(key, enabled=enabled))

    async def reset(self, key: str) -> None:
        """Let the switch cut the power of a port for a moment. Raises ThingError."""
        await self._ordering(key, lambda: self._source.reset(key))

    async def _order(self, key: str, name: str, value: Value) -> None:
        if name == "enabled":
            await self.set_enabled(key, enabled=bool(value))
        else:
            await self._ordering(key, lambda: self._source.set_priority(key, str(value)))

    async def _ordering(self, key: str, order: Callable[[], Awaitable[None]]) -> None:
        """Give a port an order, and take note: what was asked of it before tells no more how it is."""
        with self._noticing():
            await self._trust()
        try:
            await order()
        finally:
            self._orders += 1
            self._ordered[key] = self._orders
            self._poll_soon()

    # ------------------------------------------------------------------------------------------------- polling

    async def _run(self) -> None:
        due = self._loop.time() + self._pace.wait(self._pace.poll)
        while True:
            await self._look_around()
            await self._wait_until(due)
            try:
                await self._poll()
                await self._cycles.pay()
                due = self._loop.time() + self._pace.wait(self._pace.poll)
            except ThingError as err:
                due = self._missed(err.reason)
            except Exception:  # our mistake: it must not end the following of this switch
                _LOGGER.exception("%s could not be read", self.inventory.id)
                due = self._missed(Reason.UNREADABLE)

    async def _wait_until(self, due: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._kick.wait()
        self._kick.clear()

    async def _poll(self) -> None:
        asked = self._orders
        await self._trust()
        self._take(await self._source.sample(), asked)

    async def _trust(self) -> None:
        """See whether it is still the same switch, before it is believed or told anything (T4). Raises ThingError."""
        seen = await self._source.pin()
        try:
            self.inventory.pin.check(seen)
        except Rejected:
            self.impostor = seen
            raise
        self.impostor = None

    async def _look_around(self) -> None:
        """Ask who is behind which port, from time to time; where that is not told, what was known is kept."""
        if self._failures or self._loop.time() < self._topology_due:
            return
        try:
            self._topology = await self._source.topology()
        except ThingError as err:
            _LOGGER.debug("%s does not tell who is behind its ports: %s", self.inventory.id, err)
        except Exception:
            _LOGGER.exception("%s: what it says of its neighbours could not be read", self.inventory.id)
        self._topology_due = self._loop.time() + self._pace.topology

    def _missed(self, reason: Reason) -> float:
        """Take note that there is no sample; return when to try again.

        The last values are kept, but not who is behind which port: nobody is seen there now.
        """
        self._failures += 1
        self._topology = replace(self._topology, entries=(), neighbours=())
        self._topology_due = -math.inf
        for thing in (self._switch, *self._ports.values()):
            thing.lost(reason)
        return self._loop.time() + self._pace.pause(self._failures + 1)

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        """Where a request of the user finds nobody, or somebody else, the switch is gone for all."""
        try:
            yield
        except ThingError as err:
            if isinstance(err, Unreachable) or self.impostor:
                self._missed(err.reason)
                self._kick.set()
            raise

    def _poll_soon(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
        if not self._closing:
            self._soon = self._loop.call_later(self._pace.soon, self._kick.set)

    # -------------------------------------------------------------------------------------------------- values

    def _take(self, said: SwitchSample, asked: int) -> None:
        """Keep a sample, show it, and tell what happened since the one before.

        It was asked for after so many orders: of a port that was given another since then it knows nothing.
        """
        before = self._sample
        ports = {
            key: before.ports.get(key, port) if before and self._ordered.get(key, 0) > asked else port
            for key, port in said.ports.items()
        }
        guard = self._guard if said.guard == 0 else said.guard
        sample = carried(before, replace(said, ports=ports, guard=guard))
        self._sample = sample
        self._failures = 0
        self._energy.take(sample.ports, self._loop.time())
        for key, port in self._ports.items():
            now = sample.ports.get(key, PortSample())
            port.show(ThingState(available=True, values=port_values(now, self._energy.of(key))))
            if count := denials(before.ports.get(key) if before else None, now):
                port.happened(count=count)
                self._switch.happened(port=key, count=count)
        self._switch.show(ThingState(available=True, values=switch_values(sample)))

    async def _proved(self, key: str, name: str, value: Value) -> None:
        async def read() -> Value:
            shown = _shown(await self.read_port(key), name)
            return "" if shown is None else shown

        await prove(name, lambda shown: shown == value, read=read, told=lambda: None, pace=self._pace)


def _shown(sample: PortSample, name: str) -> Value | None:
    """Return a property of a port that can be written."""
    return sample.enabled if name == "enabled" else sample.priority


def _number(setting: Json) -> float:
    """Return a setting in W; 0 where none was made."""
    is_number = isinstance(setting, int | float) and not isinstance(setting, bool)
    return max(0.0, float(setting)) if is_number else 0.0  # type: ignore[arg-type]  # just looked at
