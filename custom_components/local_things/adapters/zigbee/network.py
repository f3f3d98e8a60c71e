"""A Zigbee network in use: its radio kept open, its devices as Things, who joins and who leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
import logging
import time
from typing import Protocol

from zigpy.application import ControllerApplication
from zigpy.device import Device
from zigpy.types import EUI64

from ...things.errors import Reason, Rejected, ThingError, Unreachable
from . import tables as t
from .describe import describe
from .following import Place, cluster_of, follow
from .guard import guarded
from .pace import MESH, Pace
from .pairing import Pairing, Step, Steps
from .polling import Polling
from .presses import Spoken
from .radio import RadioSource
from .reader import node_of
from .setup import answer_enrolment, read_all, set_up
from .tasks import Tasks
from .thing import ZigbeeThing

_LOGGER = logging.getLogger(__name__)


class NetworkListener(Protocol):
    """Who is told what happens in a network. Every method is called in the event loop and must not raise."""

    def thing_ready(self, thing: ZigbeeThing) -> None:
        """A device can be used: a new one, or one whose description changed; it replaces the one by the same id."""

    def thing_gone(self, thing_id: str) -> None:
        """A device was removed, or left for good; its Thing is closed."""

    def radio_changed(self, problem: ThingError | None) -> None:
        """The radio works (None), or does not, and why."""

    def joining(self, step: Step) -> None:
        """A device that joins has come further."""


class ZigbeeNetwork:
    """One radio and its devices. Things outlive the link: they are detached while there is none."""

    def __init__(self, source: RadioSource, listener: NetworkListener, pace: Pace = MESH) -> None:
        """Open nothing yet."""
        self.source = source
        self.things: dict[str, ZigbeeThing] = {}
        """By the device's EUI-64, in hexadecimal with colons."""
        self._listener = listener
        self._pace = pace
        self._app: ControllerApplication | None = None
        self._lost = asyncio.Event()
        self._tasks = Tasks()
        self._steps = Steps(listener.joining)
        self._asked: dict[str, float] = {}
        self._polling = Polling(pace)

    async def start(self) -> None:
        """Open the radio, and keep it open from then on. Raises ThingError where one of ours does not open at once."""
        self._tasks = Tasks()
        try:
            await self._open()
        except Unreachable as err:
            if self.source.owns:
                raise
            self._listener.radio_changed(err)
            self._lost.set()  # ZHA may start later than we do, and says when
        self._tasks.spawn(self._keep_open(), "radio")
        self._tasks.spawn(self._watch(), "watch")

    async def stop(self) -> None:
        """Close every Thing and the radio, and leave nothing running."""
        self._detach()
        await self._tasks.stop()
        for thing in self.things.values():
            await thing.close()
        self.things.clear()
        await self.source.close()

    @property
    def application(self) -> ControllerApplication:
        """Zigpy's running application. Raises Unreachable while there is none."""
        if self._app is None:
            raise Unreachable(Reason.NOT_ANSWERING, address="radio")
        return self._app

    @property
    def pairing(self) -> Pairing:
        """How devices are let in. Raises Unreachable while there is no radio, Rejected where it is not ours."""
        if not self.source.owns:
            raise Rejected(Reason.READ_ONLY, name="network")
        return Pairing(self.application, self._steps)

    def device(self, ieee: str) -> Device:
        """Return the library's object of a device. Raises Unreachable, and Rejected, NOT_FOUND."""
        found = self.application.devices.get(EUI64.convert(ieee))
        if not isinstance(found, Device):
            raise Rejected(Reason.NOT_FOUND, path=ieee)
        return found

    async def remove(self, ieee: str) -> None:
        """Tell a device to leave, and forget it. Raises ThingError."""
        if not self.source.owns:
            raise Rejected(Reason.READ_ONLY, name=ieee)
        await self.application.remove(self.device(ieee).ieee)

    # ------------------------------------------------------------------------------------------------------ the radio

    async def _open(self) -> None:
        self._lost.clear()
        app = await self.source.open(self._lost.set)
        self._app = app
        app.add_listener(self)
        for device in tuple(app.devices.values()):
            if isinstance(device, Device) and device.is_initialized and device.ieee != app.state.node_info.ieee:
                guarded(self._present)(device)
        for ieee in self.things.keys() - {str(one) for one in app.devices}:
            self._forget(ieee)  # it was removed while nobody looked
        self._listener.radio_changed(None)

    async def _keep_open(self) -> None:
        """Open the radio again whenever it is lost, with longer and longer pauses."""
        while True:
            await self._lost.wait()
            self._detach()
            self._listener.radio_changed(Unreachable(Reason.NOT_ANSWERING, address="radio"))
            pause = self._pace.reopen
            while not await self._is_open_again():
                await self.source.wait(pause)
                pause = min(pause * 2, self._pace.longest_reopen)

    async def _is_open_again(self) -> bool:
        """Try to open the radio once."""
        try:
            await self.source.close()
            await self._open()
        except ThingError as err:
            _LOGGER.debug("The radio is not there yet: %s", err)
            self._listener.radio_changed(err)
            return False
        except Exception:
            # A mistake of ours or of a radio library: it must not be the end of the network.
            _LOGGER.exception("The radio could not be opened")
            return False
        return True

    def _detach(self) -> None:
        app, self._app = self._app, None
        if app is not None:
            with suppress(ValueError):
                app.remove_listener(self)
        for thing in self.things.values():
            thing.detach()

    # --------------------------------------------------------------------------------- what zigpy calls its listeners

    def device_joined(self, device: Device) -> None:
        """Somebody joined, or came back under another address."""
        guarded(self._steps.joined)(device)

    def raw_device_initialized(self, device: Device) -> None:
        """Its interview is over: what it is is known."""
        guarded(self._steps.interviewed)(device)

    def device_initialized(self, device: Device) -> None:
        """It can be used, once it is set up."""
        guarded(self._initialized)(device)

    def device_reinterviewed(self, device: Device) -> None:
        """It was interviewed anew; the library has another object for it."""
        guarded(self._initialized)(device)

    def device_init_failure(self, device: Device) -> None:
        """It did not answer its interview."""
        guarded(self._steps.failed)(device)

    def device_left(self, device: Device) -> None:
        """It said that it leaves; it may come back, so it is only gone for now."""
        guarded(self._left)(device)

    def device_removed(self, device: Device) -> None:
        """It was removed for good."""
        guarded(self._removed)(device)

    # ---------------------------------------------------------------------------------------------------- the devices

    def _initialized(self, device: Device) -> None:
        if self.source.owns:
            self._tasks.spawn(self._welcome(device), f"set up {device.ieee}")
        else:
            self._present(device)

    async def _welcome(self, device: Device) -> None:
        """Set a device up while it is awake, then show it."""
        ieee = str(device.ieee)
        # A zone asks to be enrolled when it likes to, also while it is being set up.
        ends = follow(device, set(), lambda *_: None, partial(self._heard_early, device))
        try:
            await read_all(device, self._pace)
            described = describe(node_of(device))
            self._steps.setting_up(device)
            await set_up(self.application, device, described, self._pace)
        finally:
            for end in ends:
                end()
        if self.application.devices.get(device.ieee) is device:
            self._present(device)
            self._steps.ready(device, self.things[ieee].description.title)

    def _heard_early(self, device: Device, place: Place, spoken: Spoken) -> None:
        if place[1] == t.IAS_ZONE and spoken.command == "enroll":
            self._enrol(device, place)

    def _enrol(self, device: Device, place: Place) -> None:
        zone = cluster_of(device, place)
        if zone is not None:
            self._tasks.spawn(_quietly(partial(answer_enrolment, zone)), f"enrol {device.ieee}")

    def _present(self, device: Device) -> None:
        """Attach the Thing of a device, a new one where there is none or where it is not what it was."""
        ieee = str(device.ieee)
        described = describe(node_of(device))
        thing = self.things.get(ieee)
        if thing is not None and thing.described == described:
            thing.has_learnt = False
            if thing.device is not device:
                thing.attach(device)
            return
        if thing is not None:
            self._tasks.spawn(thing.close(), f"close {ieee}")
        thing = ZigbeeThing(described, ieee, self._pace, enrol=self._enrol if self.source.owns else None)
        self.things[ieee] = thing
        thing.attach(device)
        self._listener.thing_ready(thing)

    def _left(self, device: Device) -> None:
        if (thing := self.things.get(str(device.ieee))) is not None:
            thing.lost()

    def _removed(self, device: Device) -> None:
        self._forget(str(device.ieee))

    def _forget(self, ieee: str) -> None:
        thing = self.things.pop(ieee, None)
        if thing is not None:
            self._tasks.spawn(thing.close(), f"close {ieee}")
            self._listener.thing_gone(thing.description.id)

    # --------------------------------------------------------------------------------------------------- availability

    async def _watch(self) -> None:
        """Look now and then at who, and what, has been silent. Only who listens is asked, on a radio of ours."""
        while True:
            await asyncio.sleep(self._pace.watch)
            for ieee, thing in tuple(self.things.items()):
                await self._look_at(ieee, thing)
            if self.source.owns:
                await self._polling.ask(tuple(self.things.values()))

    async def _look_at(self, ieee: str, thing: ZigbeeThing) -> None:
        now = time.time()
        if thing.has_learnt and thing.device is not None:
            guarded(self._present)(thing.device)  # beside ZHA, it is ZHA who asks a new device what it is
            thing = self.things[ieee]
        if not thing.is_overdue(now):
            self._asked.pop(ieee, None)
            thing.heard()
            return
        may_ask = self.source.owns and thing.is_mains and now - self._asked.get(ieee, 0.0) >= self._pace.asking
        if may_ask:
            self._asked[ieee] = now
            if await thing.ping():
                return
        thing.lost()


async def _quietly(work: Callable[[], Awaitable[object]]) -> None:
    """Do something whose failure changes nothing: the device asks again."""
    try:
        await work()
    except Exception as err:  # noqa: BLE001 - whatever a radio library raises
        _LOGGER.debug("Not enrolled: %r", err)
