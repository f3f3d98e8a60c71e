"""Asking for what should have been reported: some devices refuse to report, some forget to.

Nothing has to be remembered of who refused what: a device that was told to report a value at least every so often, and
has not, does not. Only who listens all the time is asked, the longest silent first, and few at once.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
import time
from typing import Final
from weakref import WeakKeyDictionary

from zigpy.zcl import Cluster

from ...things.errors import ThingError
from .following import cluster_of
from .guard import guarded
from .pace import Pace
from .quirked import skips_configuration
from .thing import ZigbeeThing

_SAID: Final = ("attribute_report", "attribute_updated", "attribute_read")
"""The library's names of events by which a value is as the device has it."""


class Polling:
    """Knows when each value was heard last, and asks for those that are overdue."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        """Have heard nothing yet."""
        self._pace = pace
        self._clock = clock
        self._heard: WeakKeyDictionary[Cluster, dict[int, float]] = WeakKeyDictionary()

    async def ask(self, things: Iterable[ZigbeeThing]) -> None:
        """Ask for some of what is overdue; who does not answer is left to those who watch over that."""
        overdue = sorted(
            (one for thing in things for one in self._overdue(thing)), key=lambda one: one[0], reverse=True
        )
        for _, thing, name, heard, attribute in overdue[: self._pace.polls]:
            heard[attribute] = self._clock()  # also where it fails: one value must not keep all others waiting
            with suppress(ThingError):
                await thing.read_property(name)

    def _overdue(self, thing: ZigbeeThing) -> Iterator[tuple[float, ZigbeeThing, str, dict[int, float], int]]:
        """Yield by how many seconds a value is overdue, whose it is, and where is kept when it was heard."""
        device = thing.device
        if device is None or not thing.is_mains or not thing.state.available or skips_configuration(device):
            return
        for name, binding in thing.described.properties.items():
            row = binding.row
            cluster = cluster_of(device, (binding.endpoint, row.cluster, binding.is_client))
            if row.reporting is None or binding.is_client or cluster is None:
                continue
            heard = self._times(cluster)
            # One that was never heard counts from now: the first report may take its time.
            since = self._clock() - heard.setdefault(row.attribute, self._clock())
            late = since - row.reporting.maximum * self._pace.late
            if late > 0:
                yield late, thing, name, heard, row.attribute

    def _times(self, cluster: Cluster) -> dict[int, float]:
        """Return when each attribute of a cluster was heard; from the first time on it is listened to."""
        times = self._heard.get(cluster)
        if times is None:
            times = self._heard[cluster] = {}
            for name in _SAID:
                cluster.on_event(name, guarded(_note(times, self._clock)))
        return times


def _note(times: dict[int, float], clock: Callable[[], float]) -> Callable[[object], None]:
    def note(event: object) -> None:
        attribute = getattr(event, "attribute_id", None)
        if isinstance(attribute, int):
            times[int(attribute)] = clock()

    return note
