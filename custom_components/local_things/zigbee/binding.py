"""Direct bindings as the forms show them: from a remote to what it could work, and what a device is bound to."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from typing import TYPE_CHECKING, Final

from ..audit import OURS
from ..things.errors import Reason, Rejected
from .hub import ZigbeeHub

if TYPE_CHECKING:
    from ..adapters.zigbee.bindings import DirectBinding, DirectBindings, Target

_GROUP: Final = "group:"
"""Before the number of a group, where a target is a text."""

GROUPS: Final = "groups"
"""In place of a Thing's id, where what the user had us store is a group of several."""


class Bindings:
    """The bindings of one network, by texts that a form can carry."""

    def __init__(self, hub: ZigbeeHub) -> None:
        """Work on a network that runs."""
        self._hub = hub

    def devices(self) -> Mapping[str, str]:
        """Return the names of all devices, by EUI-64."""
        coordinators = self._hub.coordinators
        return {
            ieee: coordinators[thing.description.id].name
            for ieee, thing in self._hub.network.things.items()
            if thing.description.id in coordinators
        }

    def sources(self) -> Mapping[str, str]:
        """Return the names of the devices that work others, by EUI-64."""
        return {ieee: name for ieee, name in self.devices().items() if self._direct.speaks(ieee)}

    def groupable(self) -> Mapping[str, str]:
        """Return the names of the devices that can be in a group, by EUI-64."""
        return {ieee: name for ieee, name in self.devices().items() if self._direct.groupable(ieee)}

    def targets(self, source: str) -> Mapping[str, str]:
        """Return the names of what a device could work: other devices, and groups. Raises ThingError."""
        direct = self._direct
        devices = {
            ieee: name for ieee, name in self.devices().items() if ieee != source and direct.possible(source, ieee)
        }
        return devices | {f"{_GROUP}{number}": name or str(number) for number, name in direct.groups().items()}

    async def bind(self, source: str, target: str) -> None:
        """Bind whatever of a device works something of the target. Raises ThingError."""
        bound = 0
        for endpoint, cluster, there in self._pairs(source, target):
            await self._direct.bind(source, endpoint, cluster, there)
            await self._note(source, endpoint, cluster, there, OURS)
            bound += 1
        if not bound:
            raise Rejected(Reason.NOT_SUPPORTED, address=target)

    async def read(self, source: str) -> Mapping[str, tuple[DirectBinding, str]]:
        """Ask a device for its bindings to others than our radio: each with where it goes. Raises ThingError."""
        names, groups = self.devices(), self._direct.groups()
        found: dict[str, tuple[DirectBinding, str]] = {}
        for one in await self._direct.read(source):
            if not one.is_ours:
                name = (
                    groups.get(one.target.group)
                    or names.get(one.target.ieee)
                    or one.target.ieee
                    or str(one.target.group)
                )
                found[str(len(found))] = one, f"{name} (0x{one.cluster:04x})"
        return found

    async def unbind(self, binding: DirectBinding) -> None:
        """Remove a binding, whoever made it. Raises ThingError."""
        await self._direct.unbind(binding)
        await self._note(binding.source, binding.endpoint, binding.cluster, binding.target, None)

    async def _note(self, source: str, endpoint: int, cluster: int, target: Target, why: str | None) -> None:
        from ..adapters.zigbee.kept import binding_key  # noqa: PLC0415 (it is there while a network runs)

        if (thing := self._hub.network.things.get(source)) is not None:
            await self._hub.audit.async_note(thing.description.id, binding_key(endpoint, cluster, target), why)

    async def make_group(self, name: str, members: list[str]) -> None:
        """Make a group of devices, by the first number that is free. Raises ThingError."""
        from ..adapters.zigbee.bindings import Target  # noqa: PLC0415 (it is there while a network runs)

        taken = self._direct.groups()
        number = next(one for one in count(1) if one not in taken)
        with self._held():
            for ieee in members:
                for endpoint in self._direct.groupable(ieee):
                    await self._direct.add_member(number, name, Target(ieee=ieee, endpoint=endpoint))
                    await self._hub.audit.async_note(GROUPS, str(number), OURS)

    def groups(self) -> Mapping[str, str]:
        """Return the names of the groups, by their numbers."""
        return {str(number): name for number, name in self._direct.groups().items()}

    def members(self, number: int) -> list[str]:
        """Return the EUI-64 of the devices in a group. Raises ThingError."""
        return [*dict.fromkeys(one.ieee for one in self._direct.members(number))]

    async def change_group(self, number: int, name: str, members: list[str]) -> None:
        """Give a group a name and members; who is in it stays. Raises ThingError."""
        from ..adapters.zigbee.bindings import Target  # noqa: PLC0415 (it is there while a network runs)

        direct = self._direct
        inside = direct.members(number)
        wanted = [Target(ieee=ieee, endpoint=endpoint) for ieee in members for endpoint in direct.groupable(ieee)]
        with self._held():
            for one in inside:
                if one.ieee not in members:
                    await direct.remove_member(number, one)
            for one in wanted:
                if one not in inside:
                    await direct.add_member(number, name, one)
            direct.rename(number, name)

    async def delete_group(self, number: int) -> None:
        """Dissolve a group. Raises ThingError."""
        with self._held():
            await self._direct.dissolve(number)
        await self._hub.audit.async_note(GROUPS, str(number), None)

    def _held(self) -> AbstractContextManager[None]:
        """Let the groups' Things wait until a change is through; beside ZHA there are none."""
        groups = self._hub.groups
        return nullcontext() if groups is None else groups.held()

    def _pairs(self, source: str, target: str) -> list[tuple[int, int, Target]]:
        from ..adapters.zigbee.bindings import Target  # noqa: PLC0415 (it is there while a network runs)

        direct = self._direct
        if not target.startswith(_GROUP):
            return [
                (endpoint, cluster, Target(ieee=target, endpoint=there))
                for endpoint, cluster, there in direct.possible(source, target)
            ]
        group = int(target.removeprefix(_GROUP))
        pairs = {
            (endpoint, cluster)
            for member in direct.members(group)
            for endpoint, cluster, _ in direct.possible(source, member.ieee)
        }
        return [(endpoint, cluster, Target(group=group)) for endpoint, cluster in sorted(pairs)]

    @property
    def _direct(self) -> DirectBindings:
        from ..adapters.zigbee.bindings import DirectBindings  # noqa: PLC0415 (it is there while a network runs)

        return DirectBindings(self._hub.network)
