"""What a Zigbee device keeps that has it act without us: its binding table, its groups and its scenes (T16)."""

from collections.abc import AsyncIterator
from itertools import islice
from typing import Final

from zigpy.endpoint import Endpoint
from zigpy.zcl import Cluster

from ...things.errors import Reason, Rejected
from ...things.stored import Stored, StoredKind
from . import tables as t
from .bindings import DirectBinding, DirectBindings, Target
from .exchange import exchange
from .network import ZigbeeNetwork
from .pace import MESH, Pace

_NO_GROUP: Final = 0
"""The group of the scenes that belong to none (ZCL 3.7.2.1)."""

_MOST: Final = 16
"""Most groups of an endpoint, and scenes of a group, that are looked at."""


class DeviceKeeps:
    """One device, to be asked what it keeps. What goes to our own radio is how we hear of it, and is left out."""

    def __init__(self, network: ZigbeeNetwork, ieee: str, pace: Pace = MESH) -> None:
        """Ask nothing yet."""
        self._network = network
        self._ieee = ieee
        self._pace = pace
        self._bindings = DirectBindings(network, pace)

    @property
    def is_asleep(self) -> bool:
        """Whether the device has its receiver off but after it spoke."""
        thing = self._network.things.get(self._ieee)
        return thing is None or not thing.is_mains

    async def stored(self) -> tuple[Stored, ...]:
        """Ask for all of it. Raises ThingError, also where one part is not answered."""
        bound = [self._bound(one) for one in await self._bindings.read(self._ieee) if not one.is_ours]
        return (*bound, *[one async for one in self._grouped()])

    async def discard(self, stored: Stored) -> None:
        """Have the device forget it. Raises ThingError."""
        match stored.key.split(" "):
            case [StoredKind.BINDING, endpoint, cluster, target]:
                binding = DirectBinding(
                    source=self._ieee, endpoint=int(endpoint), cluster=int(cluster), target=_target(target)
                )
                await self._bindings.unbind(binding)
            case [StoredKind.GROUP, endpoint, group]:
                await self._bindings.remove_member(int(group), Target(ieee=self._ieee, endpoint=int(endpoint)))
            case [StoredKind.SCENE, endpoint, group, scene]:
                cluster_of_scenes = self._cluster(int(endpoint), t.SCENES)
                await exchange(cluster_of_scenes.remove(int(group), int(scene)), self._ieee, self._pace.patience)

    async def _grouped(self) -> AsyncIterator[Stored]:
        """Yield the scenes of every endpoint, and the groups that the network knows nothing of."""
        for endpoint in self._network.device(self._ieee).non_zdo_endpoints:
            number, groups = int(endpoint.endpoint_id), list[int]()
            if t.GROUPS in endpoint.in_clusters:
                groups = await self._ask(number, t.GROUPS, "groups", "get_membership", [])
            for group in groups:
                if not self._is_ours(group, number):
                    yield Stored(
                        kind=StoredKind.GROUP,
                        key=f"{StoredKind.GROUP} {number} {group}",
                        source=_place(number, t.GROUPS),
                        target=self._bindings.groups().get(group) or str(group),
                    )
            for group in (_NO_GROUP, *groups) if t.SCENES in endpoint.in_clusters else ():
                for scene in await self._ask(number, t.SCENES, "scenes", "get_scene_membership", group):
                    yield Stored(
                        kind=StoredKind.SCENE,
                        key=f"{StoredKind.SCENE} {number} {group} {scene}",
                        source=_place(number, t.SCENES),
                        target=f"{scene} ({group})" if group else str(scene),
                    )

    def _is_ours(self, group: int, endpoint: int) -> bool:
        """Tell whether the library put the endpoint into the group, whose number another network may use too."""
        member = Target(ieee=self._ieee, endpoint=endpoint)
        return group in self._bindings.groups() and member in self._bindings.members(group)

    async def _ask(self, endpoint: int, cluster: int, field: str, command: str, *arguments: object) -> list[int]:
        """Ask for a list of numbers; a device that does not know the question keeps none. Raises Unreachable."""
        asking = getattr(self._cluster(endpoint, cluster), command)
        answer = await exchange(asking(*arguments), self._ieee, self._pace.patience)
        return [int(one) for one in islice(getattr(answer, field, None) or (), _MOST)]

    def _cluster(self, endpoint: int, cluster: int) -> Cluster:
        found = self._network.device(self._ieee).endpoints.get(endpoint)
        if not isinstance(found, Endpoint) or cluster not in found.in_clusters:
            raise Rejected(Reason.NOT_FOUND, path=f"{self._ieee}/{endpoint}")
        server: Cluster = found.in_clusters[cluster]
        return server

    def _bound(self, binding: DirectBinding) -> Stored:
        device = self._network.things.get(binding.target.ieee)
        name = device.description.title if device else self._bindings.groups().get(binding.target.group, "")
        return Stored(
            kind=StoredKind.BINDING,
            key=binding_key(binding.endpoint, binding.cluster, binding.target),
            source=_place(binding.endpoint, binding.cluster),
            target=" ".join(filter(None, (name, _written(binding.target)))),
        )


def binding_key(endpoint: int, cluster: int, target: Target) -> str:
    """Return by what a binding is known among all that a device keeps."""
    return f"{StoredKind.BINDING} {endpoint} {cluster} {_written(target)}"


def _written(target: Target) -> str:
    return str(target.group) if target.group else f"{target.ieee}/{target.endpoint}"


def _target(written: str) -> Target:
    ieee, _, endpoint = written.partition("/")
    return Target(ieee=ieee, endpoint=int(endpoint)) if endpoint else Target(group=int(written))


def _place(endpoint: int, cluster: int) -> str:
    return f"{endpoint}/0x{cluster:04x}"
