"""A Zigbee device in use: its state from the library's cache and its reports, written with proof."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
import time

from zigpy.device import Device

from ...things.adapter import Unsubscribe
from ...things.documents import Json
from ...things.errors import Reason, Rejected, Unreachable
from ...things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from ...things.pacing.feed import Feed
from . import tables as t
from .asking import Asking
from .convert import Known, Request, decode, encode, is_met
from .described import Described, PropertyBinding
from .following import Place, cluster_of, follow
from .pace import MESH, Pace
from .presses import Spoken, meant_by, told_by
from .reader import is_mains, raw_of
from .rows import Raw, Setter


class ZigbeeThing:
    """One device. It is attached to zigpy's object of it, and detached while there is no radio.

    `enrol` answers a zone that asks to be enrolled; without it the radio is not ours, and nothing is kept in its
    library's cache and database.
    """

    def __init__(
        self,
        described: Described,
        ieee: str,
        pace: Pace = MESH,
        *,
        enrol: Callable[[Device, Place], None] | None = None,
    ) -> None:
        """Know nothing of its state yet."""
        self.ieee = ieee
        self.described = described
        self._pace = pace
        self._enrol = enrol
        self._asking = Asking(ieee, pace, self.heard)
        self._ends: list[Unsubscribe] = []
        self._values: dict[str, Value] = {}
        self._overlay: dict[tuple[Place, int], Raw] = {}
        self._names: dict[Place, list[str]] = {}
        for name, binding in described.properties.items():
            self._names.setdefault(_place(binding), []).append(name)
        self._available = False
        self.has_learnt = False
        """Whether something was read since the description was made, so that it may have changed."""
        self._silenced: asyncio.TimerHandle | None = None
        self._writing = asyncio.Lock()
        self._feed = Feed(self._snapshot, pace)

    # -------------------------------------------------------------------------------------------- what a Thing is

    @property
    def description(self) -> ThingDescription:
        """What the Thing offers."""
        return self.described.description

    @property
    def state(self) -> ThingState:
        """The present snapshot."""
        return self._feed.state

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the device goes."""
        seen, device = self.last_seen, self._asking.device
        return LinkStatistics(
            last_seen=None if seen is None else datetime.fromtimestamp(seen, UTC),
            round_trip_time=self._asking.round_trip,
            quality=None if device is None else device.lqi,
            strength=None if device is None else device.rssi,
        )

    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""
        return self._feed.subscribe(listener)

    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event from now on."""
        return self._feed.subscribe_events(listener)

    async def read_property(self, name: str) -> Value:
        """Ask the device for one value now. Raises ThingError."""
        binding = self.described.properties.get(name)
        if binding is None:
            raise Rejected(Reason.NOT_FOUND, path=name)
        if binding.row.setter is not Setter.WARNING:
            await self._asking.read(_place(binding), binding.row)
        value = self._decoded(binding)
        if value is None:
            raise Rejected(Reason.UNREADABLE, detail=name)
        return value

    async def write_property(self, name: str, value: Value) -> None:
        """Write, then wait until the device says so too. Raises ThingError."""
        affordance, binding = self.description.properties.get(name), self.described.properties.get(name)
        if affordance is None or binding is None:
            raise Rejected(Reason.READ_ONLY, name=name)
        request = encode(binding, affordance, value, self._known(_place(binding)))
        # One after the other, or the second of two writes would seem to undo the first.
        async with self._writing:
            await self._asking.send(_place(binding), request)
            if binding.row.setter is Setter.WARNING:
                self._sounding(binding, is_on=bool(value))
            else:
                await self._verify(name, binding, request)
        self._changed(_place(binding))

    async def invoke_action(self, name: str, data: Json = None) -> Json:  # noqa: ARG002 - no action takes any
        """Ask the device to act; its actions answer nothing. Raises ThingError."""
        binding = self.described.actions.get(name)
        if binding is None:
            raise Rejected(Reason.NOT_FOUND, path=name)
        place = (binding.endpoint, binding.row.cluster, False)
        if binding.attribute is None:
            arguments = dict(binding.row.arguments)
            request = Request(
                endpoint=binding.endpoint, cluster=place[1], command=binding.row.command, arguments=arguments
            )
        else:
            request = Request(endpoint=binding.endpoint, cluster=place[1], expected={binding.attribute: binding.value})
        await self._asking.send(place, request)
        return None

    async def close(self) -> None:
        """Listen no more and leave no timer behind."""
        self.detach()
        self._feed.close()
        if self._silenced is not None:
            self._silenced.cancel()

    # ------------------------------------------------------------------------------------------- the library's device

    def attach(self, device: Device) -> None:
        """Follow the library's object of the device, in place of the one before."""
        self.detach()
        self._asking.device = device
        self._ends = follow(device, set(self._names), self._reported, self._heard)
        for place in self._names:
            self._refresh(place)
        self._available = not self.is_overdue(time.time())
        self._feed.changed()

    def detach(self) -> None:
        """Let go of the library's object: there is no radio, or another object."""
        while self._ends:
            self._ends.pop()()
        self._asking.device = None
        self.lost()

    @property
    def device(self) -> Device | None:
        """The library's object; None while there is none."""
        return self._asking.device

    @property
    def last_seen(self) -> float | None:
        """When the device was heard last, in seconds since 1970."""
        return None if self._asking.device is None else self._asking.device.last_seen

    @property
    def is_mains(self) -> bool:
        """Whether the device listens all the time."""
        return self._asking.device is not None and is_mains(self._asking.device)

    def is_overdue(self, now: float) -> bool:
        """Tell whether the device has been silent for longer than its kind ever is."""
        seen = self.last_seen
        limit = self._pace.mains_silence if self.is_mains else self._pace.battery_silence
        return seen is None or now - seen > limit

    def lost(self) -> None:
        """Take note that the device is not there."""
        if self._available:
            self._available = False
            self._feed.changed()

    def heard(self) -> None:
        """Take note that the device is there."""
        if not self._available and self._asking.device is not None:
            self._available = True
            self._feed.changed()

    async def ping(self) -> bool:
        """Ask the device for its manufacturer: whether it answers."""
        for endpoint in () if self._asking.device is None else self._asking.device.non_zdo_endpoints:
            if t.BASIC in endpoint.in_clusters:
                try:
                    await self._asking.ask_for_sign_of_life((int(endpoint.endpoint_id), t.BASIC, False))
                except Unreachable:
                    return False
                return True
        return False

    # ------------------------------------------------------------------------------------------------------ listening

    def _reported(self, place: Place, learnt: bool) -> None:  # noqa: FBT001 - a callback's
        self.has_learnt |= learnt
        for key in [one for one in self._overlay if one[0] == place]:
            del self._overlay[key]
        self.heard()
        self._changed(place)

    def _heard(self, place: Place, spoken: Spoken) -> None:
        """Take a command: a zone's alarm, a contact's turn, a press."""
        self.heard()
        if place[1] == t.IAS_ZONE and spoken.command == "enroll" and self._enrol and self.device:
            self._enrol(self.device, place)
        if place in self._names and (told := told_by(spoken)) is not None:
            self._store(place, *told)
        for name, binding in self.described.events.items():
            if (kind := meant_by(binding, spoken)) is not None:
                self._feed.happened(EventOccurrence(name=name, type=kind, data=spoken.parameters))

    def _store(self, place: Place, attribute: int, value: Raw) -> None:
        """Keep what a device told by a command as if it were an attribute's value, which it is."""
        cluster = None if self._asking.device is None else cluster_of(self._asking.device, place)
        if self._enrol is not None and cluster is not None:
            cluster.update_attribute(attribute, value)  # which is an event of the cluster, and goes to the database
        else:
            self._overlay[place, attribute] = value
        self._changed(place)

    def _sounding(self, binding: PropertyBinding, *, is_on: bool) -> None:
        """Remember what a siren was told: it ends by itself, and tells nobody."""
        if self._silenced is not None:
            self._silenced.cancel()
            self._silenced = None
        self._overlay[_place(binding), binding.row.attribute] = int(is_on)
        if is_on:
            loop = asyncio.get_running_loop()
            self._silenced = loop.call_later(t.WARNING_SECONDS, self._quiet, binding)

    def _quiet(self, binding: PropertyBinding) -> None:
        self._overlay[_place(binding), binding.row.attribute] = 0
        self._changed(_place(binding))

    # --------------------------------------------------------------------------------------------------------- values

    def _changed(self, place: Place) -> None:
        self._refresh(place)
        self._feed.changed()

    def _refresh(self, place: Place) -> None:
        """Read the properties of a cluster anew from what is known; what is not known any more goes."""
        for name in self._names.get(place, ()):
            value = self._decoded(self.described.properties[name])
            if value is None:
                self._values.pop(name, None)
            else:
                self._values[name] = value

    def _decoded(self, binding: PropertyBinding) -> Value | None:
        return decode(binding.row, self._known(_place(binding)))

    def _known(self, place: Place) -> Known:
        """Return what is known of a cluster."""
        cluster = None if self._asking.device is None else cluster_of(self._asking.device, place)

        def known(attribute: int) -> Raw | None:
            told = self._overlay.get((place, attribute))
            return told if told is not None or cluster is None else raw_of(cluster, attribute)

        return known

    def _snapshot(self) -> ThingState:
        return ThingState(available=self._available, values=self._values)

    async def _verify(self, name: str, binding: PropertyBinding, request: Request) -> None:
        """Wait until the device says that an attribute is as it was set. Raises ThingError."""
        known = self._known(_place(binding))
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + self._pace.verify, self._pace.verify_every
        while True:
            await self._asking.read(_place(binding), binding.row)
            if is_met(request, known):
                return
            if loop.time() >= end:
                raise Rejected(Reason.WRITE_NOT_APPLIED, name=name)
            await asyncio.sleep(pause)
            pause *= 2
            if is_met(request, known):
                return  # a report was faster


def _place(binding: PropertyBinding) -> Place:
    return binding.endpoint, binding.row.cluster, binding.is_client
