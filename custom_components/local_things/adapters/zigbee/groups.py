"""The groups of our own network as Things: they follow what the library knows of them, whoever changed it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from zigpy.application import ControllerApplication
from zigpy.group import Group

from ...things.errors import Unreachable
from ...things.identity import hardware_urn
from .convert import Request
from .exchange import exchange
from .group import GroupThing
from .grouped import Grouped, Member, group_of
from .guard import guarded
from .network import ZigbeeNetwork
from .pace import MESH, Pace
from .thing import ZigbeeThing


class Groups:
    """Makes a Thing of each group that has members which are there; `ready` and `gone` are told as of a device."""

    def __init__(
        self,
        network: ZigbeeNetwork,
        ready: Callable[[GroupThing], None],
        gone: Callable[[str], None],
        pace: Pace = MESH,
    ) -> None:
        """Make none yet."""
        self.things: dict[int, GroupThing] = {}
        """By the number of the group."""
        self._network = network
        self._ready = ready
        self._gone = gone
        self._pace = pace
        self._app: ControllerApplication | None = None
        self._due: asyncio.Handle | None = None
        self._held = 0

    def number_of(self, thing_id: str) -> int | None:
        """Return the number of a group by its Thing's id; None where it is none of ours."""
        return next((number for number, one in self.things.items() if one.description.id == thing_id), None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Look at the groups only after what is done to them here: while it is made, a group is not yet itself."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self.changed()

    def changed(self, *, soon: float = 0.0) -> None:
        """Look at the groups anew, in so many seconds: at once is when whoever changes something is through with it."""
        if self._due is None and not self._held:
            loop, refresh = asyncio.get_running_loop(), guarded(self._refresh)
            self._due = loop.call_later(soon, refresh) if soon else loop.call_soon(refresh)

    def stop(self) -> None:
        """Look at nothing any more."""
        if self._due is not None:
            self._due.cancel()

    # ------------------------------------------------------------------------- what zigpy calls those of its groups

    def group_added(self, _group: Group) -> None:
        """There is a group, or it has another name."""
        self.changed()

    def group_removed(self, _group: Group) -> None:
        """A group is gone."""
        self.changed()

    def group_member_added(self, _group: Group, _endpoint: object) -> None:
        """Somebody is in a group."""
        self.changed()

    def group_member_removed(self, _group: Group, _endpoint: object) -> None:
        """Somebody is in a group no more."""
        self.changed()

    # ----------------------------------------------------------------------------------------------------- inside

    def _refresh(self) -> None:
        self._due = None
        try:
            app = self._network.application
        except Unreachable:
            return  # what is known stays, and its members say that they are not there
        if app is not self._app:
            self._app = app
            app.groups.add_listener(self)
        # A network keeps this number, an EUI-64, when another stick takes it over.
        network_id = hardware_urn(str(app.state.network_info.extended_pan_id))
        present = {number: group for number, group in app.groups.items() if any(self._members(group))}
        for number in self.things.keys() - present.keys():
            self._gone(self.things.pop(number).description.id)
        for number, group in present.items():
            self._present(int(number), group, f"{network_id}_group-{int(number)}")

    def _present(self, number: int, group: Group, group_id: str) -> None:
        things, members = zip(*self._members(group), strict=True)
        known, grouped = self.things.get(number), group_of(group_id, group.name, members)
        if known is not None and (grouped is None or _is_another(known.grouped, grouped)):
            # Its entities are others from now on: those that were have to be gone before.
            self._gone(self.things.pop(number).description.id)
            self.changed(soon=self._pace.coalesce)
        elif grouped is not None and (known is None or (known.grouped, known.members) != (grouped, things)):
            self.things[number] = made = GroupThing(grouped, things, partial(self._send, number), self._pace)
            self._ready(made)

    def _members(self, group: Group) -> Iterator[tuple[ZigbeeThing, Member]]:
        for ieee, endpoint in group.members:
            thing = self._network.things.get(str(ieee))
            if thing is not None:
                yield thing, Member(described=thing.described, endpoint=int(endpoint))

    async def _send(self, number: int, request: Request) -> None:
        cluster = self._network.application.groups[number].endpoint[request.cluster]
        command = int(getattr(cluster.ServerCommandDefs, request.command).id)
        asking = cluster.command(command, **dict[str, object](request.arguments))
        await exchange(asking, f"group {number}", self._pace.patience)


def _is_another(before: Grouped, after: Grouped) -> bool:
    """Tell whether a group is another kind of thing now: a light, say, since the outlet is out of it."""
    old, new = before.described.description, after.described.description
    return (old.components, old.affordances.keys()) != (new.components, new.affordances.keys())
