"""Direct bindings and groups: a remote control that works its light by itself, with Home Assistant stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zigpy.device import Device
from zigpy.endpoint import Endpoint
from zigpy.types import EUI64, Group as GroupAddress
from zigpy.zcl.foundation import Status as ZclStatus
from zigpy.zdo.types import MultiAddress, Status, ZDOCmd

from ...things.errors import Reason, Rejected
from . import tables as t
from .exchange import exchange
from .network import ZigbeeNetwork
from .pace import MESH, Pace

_TO_GROUP: Final = 1
_TO_DEVICE: Final = 3
_LONGEST_NAME: Final = 16
"""Most bytes of a group's name that devices keep (ZCL 3.6.2.2.3)."""

_MOST: Final = 256
"""Most entries of a binding table that are read: a device may answer for ever."""

BOUND: Final = (t.ON_OFF, t.LEVEL, t.COLOR, t.WINDOW_COVERING, t.SCENES)
"""The clusters by which one device works another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where commands go: an endpoint of a device (by its EUI-64), or a group by its number."""

    ieee: str = ""
    endpoint: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectBinding:
    """An entry of a device's binding table. `is_ours` says that it goes to our own radio: it is how we hear of it."""

    source: str
    endpoint: int
    cluster: int
    target: Target
    is_ours: bool = False


class DirectBindings:
    """The bindings and groups of one network. What it changes, the user asked for: beside ZHA too."""

    def __init__(self, network: ZigbeeNetwork, pace: Pace = MESH) -> None:
        """Work on a network."""
        self._network = network
        self._pace = pace

    def speaks(self, source: str) -> bool:
        """Tell whether a device works others. Raises ThingError."""
        endpoints = self._network.device(source).non_zdo_endpoints
        return any(cluster in one.out_clusters for one in endpoints for cluster in BOUND)

    def possible(self, source: str, target: str) -> list[tuple[int, int, int]]:
        """Return what could be bound: source endpoint, cluster, target endpoint. Raises ThingError."""
        speaker, listener = self._network.device(source), self._network.device(target)
        return [
            (int(speaks.endpoint_id), cluster, int(listens.endpoint_id))
            for speaks in speaker.non_zdo_endpoints
            for cluster in BOUND
            if cluster in speaks.out_clusters
            for listens in listener.non_zdo_endpoints
            if cluster in listens.in_clusters
        ]

    async def bind(self, source: str, endpoint: int, cluster: int, target: Target) -> None:
        """Bind a client cluster of a device to another device, or to a group. Raises ThingError."""
        await self._change(ZDOCmd.Bind_req, source, endpoint, cluster, target)

    async def unbind(self, binding: DirectBinding) -> None:
        """Remove an entry of a device's binding table, whoever made it. Raises ThingError."""
        await self._change(ZDOCmd.Unbind_req, binding.source, binding.endpoint, binding.cluster, binding.target)

    async def read(self, source: str) -> list[DirectBinding]:
        """Ask a device for its binding table (Zigbee specification, 2.4.3.3.4). Raises ThingError."""
        device = self._network.device(source)
        found: list[DirectBinding] = []
        start = 0
        while start < _MOST:
            asking = device.zdo.request(ZDOCmd.Mgmt_Bind_req, start)
            answer = await exchange(asking, source, self._pace.patience)
            status, *rest = answer
            _check(status, "bindings")
            count, _, rows = rest
            found += self._rows(source, rows)
            start += len(rows)
            if not rows or start >= count:
                break
        return found

    def _rows(self, source: str, rows: object) -> Iterator[DirectBinding]:
        own = self._network.application.state.node_info.ieee
        for row in rows if isinstance(rows, list) else ():
            address = row.DstAddress
            if address.addrmode == _TO_GROUP:
                target = Target(group=int(address.nwk))
            else:
                target = Target(ieee=str(address.ieee), endpoint=int(address.endpoint))
            yield DirectBinding(
                source=source,
                endpoint=int(row.SrcEndpoint),
                cluster=int(row.ClusterId),
                target=target,
                is_ours=not target.group and address.ieee == own,
            )

    async def _change(self, command: ZDOCmd, source: str, endpoint: int, cluster: int, target: Target) -> None:
        device = self._network.device(source)
        asking = device.zdo.request(command, device.ieee, endpoint, cluster, _address(target))
        answer = await exchange(asking, source, self._pace.patience)
        _check(answer[0], command.name)

    # --------------------------------------------------------------------------------------------------------- groups

    def groups(self) -> dict[int, str]:
        """Return the groups that are known, their names by their numbers. Raises Unreachable."""
        return {int(number): str(group.name) for number, group in self._network.application.groups.items()}

    def members(self, group: int) -> list[Target]:
        """Return the endpoints in a group. Raises ThingError."""
        found = self._network.application.groups.get(group)
        if found is None:
            raise Rejected(Reason.NOT_FOUND, path=f"group {group}")
        return [Target(ieee=str(ieee), endpoint=int(endpoint)) for ieee, endpoint in found.members]

    def groupable(self, ieee: str) -> list[int]:
        """Return the endpoints of a device that can be in a group. Raises ThingError."""
        endpoints = self._network.device(ieee).non_zdo_endpoints
        return [int(one.endpoint_id) for one in endpoints if t.GROUPS in one.in_clusters]

    async def add_member(self, group: int, name: str, member: Target) -> None:
        """Put an endpoint into a group; the group is made where there is none. Raises ThingError."""
        endpoint = self._endpoint(member)
        short = name.encode()[:_LONGEST_NAME].decode(errors="ignore")
        status = await exchange(endpoint.add_to_group(group, short), member.ieee, self._pace.patience)
        if status != ZclStatus.DUPLICATE_EXISTS:  # somebody else put it in
            _check(status, "add to group")
        self.rename(group, name)

    async def remove_member(self, group: int, member: Target) -> None:
        """Take an endpoint out of a group. Raises ThingError."""
        endpoint = self._endpoint(member)
        status = await exchange(endpoint.remove_from_group(group), member.ieee, self._pace.patience)
        if status != ZclStatus.NOT_FOUND:  # somebody else took it out
            _check(status, "remove from group")

    def rename(self, group: int, name: str) -> None:
        """Give a group another name. Raises ThingError."""
        self.members(group)
        groups = self._network.application.groups
        if groups[group].name == name:
            return
        groups[group]._name = name  # noqa: SLF001 - the library has no other way, but keeps the name when told so
        groups.listener_event("group_added", groups[group])

    async def dissolve(self, group: int) -> None:
        """Take everybody out of a group, and forget it. Raises ThingError, with those left who did not answer."""
        for member in self.members(group):
            if EUI64.convert(member.ieee) in self._network.application.devices:
                await self.remove_member(group, member)
        self._network.application.groups.remove_group(group)

    async def switch(self, group: int, *, is_on: bool) -> None:
        """Turn a whole group on or off by one frame. Raises ThingError."""
        self.members(group)
        cluster = self._network.application.groups[group].endpoint.on_off
        asking = cluster.on() if is_on else cluster.off()
        await exchange(asking, f"group {group}", self._pace.patience)

    def _endpoint(self, member: Target) -> Endpoint:
        device: Device = self._network.device(member.ieee)
        found = device.endpoints.get(member.endpoint)
        if not isinstance(found, Endpoint) or t.GROUPS not in found.in_clusters:
            raise Rejected(Reason.NOT_FOUND, path=f"{member.ieee}/{member.endpoint}")
        return found


def _address(target: Target) -> MultiAddress:
    if target.group:
        return MultiAddress(addrmode=_TO_GROUP, nwk=GroupAddress(target.group))
    return MultiAddress(addrmode=_TO_DEVICE, ieee=EUI64.convert(target.ieee), endpoint=target.endpoint)


def _check(status: object, what: str) -> None:
    """Look at a status. Raises Rejected."""
    if status != Status.SUCCESS:
        raise Rejected(Reason.REFUSED_BY_DEVICE, code=getattr(status, "name", str(status)), detail=what)
