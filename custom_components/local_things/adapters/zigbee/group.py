"""A group in use: told by one frame, and known by what its members say of themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ...things.adapter import Unsubscribe
from ...things.documents import Json
from ...things.errors import Reason, Rejected, ThingError, Unreachable
from ...things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from ...things.pacing.feed import Feed
from ...things.quantities import Quantity
from .convert import Known, Request, encode, is_met
from .described import PropertyBinding
from .following import cluster_of
from .grouped import Grouped
from .pace import MESH, Pace
from .reader import raw_of
from .thing import ZigbeeThing

type Send = Callable[[Request], Awaitable[None]]
"""Tells a whole group something, by one frame that nobody acknowledges. Raises ThingError."""


class GroupThing:
    """One group of our own network. What its members say is combined; each of them is asked whether it obeyed."""

    ieee = ""
    """A group has no hardware."""

    def __init__(self, grouped: Grouped, members: Sequence[ZigbeeThing], send: Send, pace: Pace = MESH) -> None:
        """Follow the members, in the order of the description's names."""
        self.grouped = grouped
        self.members = tuple(members)
        self._send = send
        self._pace = pace
        self._writing = asyncio.Lock()
        self._feed = Feed(self._snapshot, pace)
        self._ends: list[Unsubscribe] = [one.subscribe(self._told) for one in self.members]

    @property
    def description(self) -> ThingDescription:
        """What the group offers."""
        return self.grouped.described.description

    @property
    def state(self) -> ThingState:
        """The present snapshot."""
        return self._feed.state

    @property
    def link(self) -> LinkStatistics:
        """When a member was heard last."""
        seen = [one.link.last_seen for one in self.members]
        return LinkStatistics(last_seen=max((one for one in seen if one is not None), default=None))

    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""
        return self._feed.subscribe(listener)

    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Nothing happens at a group: it happens at its members."""
        return self._feed.subscribe_events(listener)

    async def read_property(self, name: str) -> Value:
        """Ask every member that is there. Raises ThingError."""
        theirs = self.grouped.names.get(name)
        if theirs is None:
            raise Rejected(Reason.NOT_FOUND, path=name)
        said = {number: await self.members[number].read_property(theirs[number]) for number in self._present()}
        if not said:
            raise Unreachable(Reason.NOT_ANSWERING, address=self.description.title)
        speaking = said if name == self._name_of(Quantity.ON_OFF) else self._speaking()
        return _combined([said[number] for number in speaking if number in said] or [*said.values()])

    async def write_property(self, name: str, value: Value) -> None:
        """Tell the group, then wait until every member that is there says so too. Raises ThingError."""
        described = self.grouped.described
        affordance, binding = described.description.properties.get(name), described.properties.get(name)
        if affordance is None or binding is None:
            raise Rejected(Reason.READ_ONLY, name=name)
        there = self._present()
        if not there:
            raise Unreachable(Reason.NOT_ANSWERING, address=self.description.title)
        request = encode(binding, affordance, value, self._known(there[0], name))
        async with self._writing:
            # Who is as wanted already reports nothing, and may be otherwise in truth: it is asked.
            silent = [is_met(request, self._known(number, name)) for number in there]
            await self._send(request)
            asking = (
                self._confirm(number, name, request, reports=not silence)
                for number, silence in zip(there, silent, strict=True)
            )
            failed = [one for one in await asyncio.gather(*asking, return_exceptions=True) if one is not None]
        self._feed.changed()
        # One that does not answer is unavailable by itself; one that answers and did not obey is to be told of.
        for one in failed:
            if not isinstance(one, Unreachable) or len(failed) == len(there):
                raise one

    async def invoke_action(self, name: str, data: Json = None) -> Json:  # noqa: ARG002 - no action takes any
        """Ask the group to act; nobody answers. Raises ThingError."""
        binding = self.grouped.described.actions.get(name)
        if binding is None:
            raise Rejected(Reason.NOT_FOUND, path=name)
        row = binding.row
        await self._send(Request(endpoint=binding.endpoint, cluster=row.cluster, command=row.command))
        return None

    async def close(self) -> None:
        """Listen no more; the members go on."""
        while self._ends:
            self._ends.pop()()
        self._feed.close()

    # -------------------------------------------------------------------------------------------------------- members

    def _told(self, _: ThingState) -> None:
        self._feed.changed()

    def _present(self) -> list[int]:
        return [number for number, one in enumerate(self.members) if one.state.available]

    def _snapshot(self) -> ThingState:
        return ThingState(available=bool(self._present()), values=self._values())

    def _values(self) -> dict[str, Value]:
        """Combine what the members say: on if one is, and then as those that are on are."""
        speaking = self._speaking()
        combined: dict[str, Value] = {}
        for name, theirs in self.grouped.names.items():
            said = [self.members[number].state.values.get(theirs[number]) for number in speaking]
            if known := [one for one in said if one is not None]:
                combined[name] = _combined(known)
        return combined

    def _speaking(self) -> list[int]:
        """Return who speaks for the group: of those that are there those that are on; all where there is none."""
        there = self._present() or [*range(len(self.members))]
        if (switched := self._name_of(Quantity.ON_OFF)) is None:
            return there
        theirs = self.grouped.names[switched]
        return [number for number in there if self.members[number].state.values.get(theirs[number])] or there

    def _name_of(self, quantity: Quantity) -> str | None:
        properties = self.description.properties.values()
        return next((one.name for one in properties if one.quantity is quantity), None)

    def _binding(self, number: int, name: str) -> PropertyBinding:
        """Return where a member has a property."""
        return self.members[number].described.properties[self.grouped.names[name][number]]

    def _known(self, number: int, name: str) -> Known:
        """Return what is known of the cluster of a member."""
        member, binding = self.members[number], self._binding(number, name)
        place = (binding.endpoint, binding.row.cluster, False)

        def known(attribute: int) -> int | float | str | None:
            cluster = None if member.device is None else cluster_of(member.device, place)
            return None if cluster is None else raw_of(cluster, attribute)

        return known

    async def _confirm(self, number: int, name: str, request: Request, *, reports: bool) -> ThingError | None:
        """Wait for a member's report that it obeyed, ask where none comes; return what is wrong where it did not."""
        known, theirs = self._known(number, name), self.grouped.names[name][number]
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + self._pace.verify, self._pace.verify_every
        try:
            while True:
                await asyncio.sleep(pause)
                if reports and is_met(request, known):
                    return None
                if loop.time() >= end:
                    return Rejected(Reason.WRITE_NOT_APPLIED, device=self.members[number].description.title)
                await self.members[number].read_property(theirs)
                pause, reports = pause * 2, True
        except ThingError as err:
            return err


def _combined(values: Sequence[Value]) -> Value:
    """Return one value for many: true if one is, the mean of numbers, the first of words."""
    first = values[0]
    if isinstance(first, bool):
        return any(values)
    if isinstance(first, str):
        return first
    numbers = [one for one in values if not isinstance(one, str)]
    return round(sum(numbers) / len(numbers), 9)
