"""How fast devices may report on a radio of ours: one that floods it keeps neither the loop, nor its neighbours.

A radio behind a serial line says some 250 frames a second; one behind TCP as many as the wire carries. zigpy takes
whatever has come in one go, and writes every report to its database.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
import logging
from operator import attrgetter
import socket
from typing import Final

from zigpy.application import ControllerApplication
from zigpy.device import Device
from zigpy.types import EUI64, ZigbeePacket
from zigpy.zcl.foundation import TypedCollection

from ...things.pacing.bucket import Bucket
from ...things.pacing.turnstile import turnstile
from .guard import guarded
from .pace import Pace

_LOGGER = logging.getLogger(__name__)

_READ_AT_ONCE: Final = 2048
"""Bytes that are read before the loop turns to something else; asyncio's own is 256 KiB, thousands of frames."""
_RECEIVE_BUFFER: Final = 65536
"""Bytes that wait in the kernel: what is in front of a neighbour's report."""

_LINKS: Final = ("_znp._uart._transport", "_ezsp._gw._transport._transport", "_api._uart._transport")
"""Where zigpy-znp, bellows, and zigpy-deconz and zigpy-xbee keep their link."""

_NOTED_EVERY: Final = timedelta(seconds=30)
_GENERAL_COMMAND: Final = 0b11
_MANUFACTURER_SPECIFIC: Final = 0b100
_REPORT_ATTRIBUTES: Final = 0x0A
_MOST_HELD: Final = 1000
_MOST_SOURCES: Final = 1000

type _Key = tuple[object, int | None, int, bytes]
"""What is reported: the short address, the endpoint, the cluster, the first attribute."""


class Sluice:
    """Hands packets on; of a device that reports too fast only the last report of each kind, now and then."""

    def __init__(self, forward: Callable[[ZigbeePacket], None], pace: Pace) -> None:
        """`forward` is what takes every packet; what it raises is not raised again."""
        self._take = forward
        self._pace = pace
        self._buckets: dict[object, Bucket] = {}
        self._held: dict[_Key, ZigbeePacket] = {}
        self._due: asyncio.TimerHandle | None = None

    def take(self, packet: ZigbeePacket) -> None:
        """Take a packet from the radio library."""
        reported = _reported(packet)
        if reported is None or packet.src is None:
            self._forward(packet)
            return
        loop = asyncio.get_running_loop()
        source = packet.src.address
        bucket = self._buckets.get(source)
        if bucket is None:
            if len(self._buckets) >= _MOST_SOURCES:
                self._buckets.clear()  # a mesh is smaller: somebody makes addresses up
            bucket = self._buckets[source] = Bucket(self._pace.reports_per_second, self._pace.report_burst)
        key = (source, packet.src_ep, packet.cluster_id, reported)
        if bucket.take(loop.time()):
            self._held.pop(key, None)
            self._forward(packet)
            _hurry()  # all values of the report are known: nobody need wait for another turn of the loop
        elif key in self._held or len(self._held) < _MOST_HELD:
            self._held[key] = packet
            if self._due is None:
                self._due = loop.call_later(self._pace.held_reports, self._release)

    def close(self) -> None:
        """Hold nothing more."""
        self._held.clear()
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _forward(self, packet: ZigbeePacket) -> None:
        """Hand a packet on. zigpy raises for frames that are too short, and for ZDO's that are too long."""
        try:
            self._take(packet)
        except Exception as err:  # noqa: BLE001 - anything: the bytes are a stranger's, and others wait behind them
            _LOGGER.debug("Dropped a frame that cannot be read: %r", err)

    def _release(self) -> None:
        """Hand on what is held: the last that a flood said is true when the flood is over."""
        self._due = None
        held, self._held = self._held, {}
        for packet in held.values():
            self._forward(packet)


@guarded
def _hurry() -> None:
    """Publish what is due; a mistake there is not one of the radio library."""
    turnstile().hurry()


def read_less_at_once(app: ControllerApplication) -> None:
    """Let the radio's link take less at once, where it is a TCP connection whose object is found."""
    for name in _LINKS:
        with suppress(AttributeError, OSError):
            link = attrgetter(f"{name}._tcp_transport")(app)
            link.max_size = _READ_AT_ONCE
            link.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)


def note_less_often(app: ControllerApplication) -> None:
    """Have zigpy's database asked to note when a device was heard only as often as it does so.

    zigpy asks it at every frame, in a transaction of its own, and the database then leaves it be for 30 s: half of
    what a report costs there.
    """
    database = getattr(app, "_dblistener", None)
    note = getattr(database, "device_last_seen_updated", None)
    if database is None or note is None:
        return
    noted: dict[EUI64, datetime] = {}

    def heard(device: Device, when: datetime) -> None:
        before = noted.get(device.ieee)
        if before is None or abs(when - before) > _NOTED_EVERY:
            noted[device.ieee] = when
            note(device, when)

    database.device_last_seen_updated = heard


_read_collection: Final = TypedCollection.__dict__["deserialize"].__func__


def bound_collections() -> None:
    """Have zigpy refuse a collection of more values than it has bytes (T7).

    There are values of no bytes, so that five bytes of a frame are 65,535 of them: a frame took 850 ms. Done twice,
    this does nothing.
    """

    def read(kind: type[TypedCollection], data: bytes) -> tuple[TypedCollection, bytes]:
        if int.from_bytes(data[1:3], "little") > len(data):
            raise ValueError("a collection of more values than bytes")
        made: tuple[TypedCollection, bytes] = _read_collection(kind, data)
        return made

    TypedCollection.deserialize = classmethod(read)  # type: ignore[assignment] # as zigpy's own


def _reported(packet: ZigbeePacket) -> bytes | None:
    """Return the number of the first attribute in a report (ZCL 2.4.1, 2.5.11); None for whatever is none."""
    if not packet.dst_ep:
        return None  # ZDO
    data = packet.data.serialize()
    start = 3 if data[:1] and data[0] & _MANUFACTURER_SPECIFIC else 1
    command = data[start + 1 : start + 2]
    if not command or data[0] & _GENERAL_COMMAND or command[0] != _REPORT_ATTRIBUTES:
        return None
    return data[start + 2 : start + 4]
