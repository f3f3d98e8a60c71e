"""The simulated mesh: who is in it, whether others may join, and delivery in both directions. It knows no radio."""

import asyncio
from collections.abc import Callable
import logging

import zigpy.types as zt
import zigpy.zdo.types as zdo

from . import zcl, zdo as answers
from .device import Device
from .frames import STICK, Frame

_LOGGER = logging.getLogger(__name__)
_EXTENDED_PAN = zt.ExtendedPanId.convert("dd:dd:dd:dd:dd:dd:dd:dd")
_EVERY_ENDPOINT = 0xFF


class Network:
    """A mesh around one stick. A radio sets the first three callables, and hands in what the host transmits.

    `on_open` is called when devices may join.
    """

    def __init__(self, stick: zt.EUI64) -> None:
        """Make a closed, empty mesh."""
        self.stick = stick
        self.devices: dict[int, Device] = {}
        self.to_host: Callable[[Frame], None] = lambda _: None
        self.on_join: Callable[[Device], None] = lambda _: None
        self.on_leave: Callable[[Device], None] = lambda _: None
        self.on_open: Callable[[], None] = lambda: None
        self.frames_from_host = 0
        self.frames_to_host = 0
        self.install_codes: set[zt.EUI64] = set()
        self._open_until = 0.0

    def later(self, delay: float, act: Callable[[], None]) -> None:
        """Let something happen in `delay` seconds; at once after what is under way where that is 0."""
        loop = asyncio.get_running_loop()
        if delay:
            loop.call_later(delay, act)
        else:
            loop.call_soon(act)

    # Membership

    def permit(self, seconds: int) -> None:
        """Let devices join for a while."""
        self._open_until = asyncio.get_running_loop().time() + seconds
        if seconds:
            self.on_open()

    @property
    def is_open(self) -> bool:
        """Whether a device may join now."""
        return asyncio.get_running_loop().time() < self._open_until

    def join(self, device: Device) -> None:
        """Let a device join. Raises PermissionError while the network is closed."""
        if not self.is_open:
            raise PermissionError("the network is closed")
        self.place(device)
        self.on_join(device)
        self.announce(device)

    def place(self, *devices: Device) -> None:
        """Have devices in the network as if they had joined long ago: nothing is sent."""
        for device in devices:
            device.network = self
            self.devices[device.nwk] = device

    def rejoin(self, device: Device, nwk: int) -> None:
        """Let a device come back under another short address."""
        del self.devices[device.nwk]
        device.nwk = nwk
        self.place(device)
        self.on_join(device)
        self.announce(device)

    def announce(self, device: Device) -> None:
        """Send a Device_annce (2.4.3.1.11)."""
        capabilities = int(device.node_descriptor.mac_capability_flags)
        command = zdo.ZDOCmd.Device_annce
        payload = answers.response(device.next_sequence(), command, device.nwk, device.ieee, capabilities)
        self._to_host(
            Frame(source=device.nwk, cluster=int(command), payload=payload, is_broadcast=True, lqi=device.lqi)
        )

    def leave(self, device: Device) -> None:
        """Let a device go, and the stick know."""
        if self.devices.pop(device.nwk, None):
            self.on_leave(device)

    def address_of(self, ieee: zt.EUI64) -> int:
        """Return the short address of a node; one that nobody has where it is unknown."""
        if ieee == self.stick:
            return STICK
        return next((nwk for nwk, device in self.devices.items() if device.ieee == ieee), 0xFFFE)

    def neighbours(self, of: Device | None) -> list[zdo.Neighbor]:
        """Return everybody else, as entries of a neighbour table."""
        row = zdo.Neighbor
        return [
            row(
                extended_pan_id=_EXTENDED_PAN,
                ieee=device.ieee,
                nwk=device.nwk,
                device_type=row.DeviceType.Router if device.is_router else row.DeviceType.EndDevice,
                rx_on_when_idle=row.RxOnWhenIdle.On if device.is_mains else row.RxOnWhenIdle.Off,
                relationship=row.RelationShip.Child,
                reserved1=0,
                permit_joining=row.PermitJoins.Unknown,
                reserved2=0,
                depth=1,
                lqi=device.lqi,
            )
            for device in self.devices.values()
            if device is not of
        ]

    # Traffic

    def is_there(self, nwk: int | None) -> bool:
        """Tell whether a node would acknowledge."""
        device = self.devices.get(nwk) if nwk is not None else None
        return device is not None and not device.away

    def from_host(self, frame: Frame) -> None:
        """Deliver what the host transmits."""
        self.frames_from_host += 1
        if frame.is_broadcast or frame.group is not None:
            for device in list(self.devices.values()):
                self._deliver(device, frame)
        elif frame.destination in self.devices:
            self._deliver(self.devices[frame.destination], frame)

    def from_device(self, sender: Device, frame: Frame) -> None:
        """Deliver what a device sends: the host sees what goes to the stick or to a group, and nothing else."""
        if sender.away:
            return
        if frame.group is not None:
            for device in list(self.devices.values()):
                if device is not sender:
                    self._deliver(device, frame)
            self._to_host(frame)
        elif frame.destination == STICK:
            self._to_host(frame)
        elif frame.destination in self.devices:
            self._deliver(self.devices[frame.destination], frame)

    def _deliver(self, device: Device, frame: Frame) -> None:
        if device.away:
            return
        device.requests += 1
        if device.mute:
            return
        try:
            self._handle(device, frame)
        except ValueError, KeyError, IndexError:
            _LOGGER.exception("%s could not read a frame of cluster %#06x", device.model, frame.cluster)

    def _handle(self, device: Device, frame: Frame) -> None:
        if frame.destination_endpoint == 0 and frame.group is None:
            if said := answers.answer(device, frame):
                self._reply(device, frame, 0, *said)
            return
        for endpoint in device.endpoints.values():
            if frame.group is not None:
                if frame.group not in endpoint.groups:
                    continue
            elif frame.destination_endpoint not in {_EVERY_ENDPOINT, endpoint.id}:
                continue
            if (payload := zcl.answer(device, endpoint, frame)) is not None:
                self._reply(device, frame, endpoint.id, frame.cluster, payload)

    def _reply(self, device: Device, frame: Frame, endpoint: int, cluster: int, payload: bytes) -> None:
        if frame.source != STICK:
            return
        profile = device.endpoints[endpoint].profile if endpoint else 0
        self._to_host(
            Frame(
                source=device.nwk,
                source_endpoint=endpoint,
                destination_endpoint=frame.source_endpoint,
                profile=profile,
                cluster=cluster,
                payload=payload,
                lqi=device.lqi,
            )
        )

    def _to_host(self, frame: Frame) -> None:
        self.frames_to_host += 1
        self.to_host(frame)
