"""Listening to a device's clusters: reports, and the commands that it sends of its own accord."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from zigpy.device import Device
from zigpy.zcl import Cluster

from ...things.adapter import Unsubscribe
from .guard import guarded
from .presses import Spoken
from .reader import plain
from .rows import Raw

type Place = tuple[int, int, bool]
"""A cluster of a device: endpoint, number, whether it is a client's."""

_TOLD: Final = ("attribute_report", "attribute_updated", "attribute_written", "attribute_cleared")
"""The library's names of events. A report fires the first, or the second where a quirk changed the value."""
_LEARNT: Final = ("attribute_read", "attribute_unsupported")
"""Those by which more is known of what a device is, and not only of its state."""


class Commands:
    """What zigpy calls when a cluster receives a command, and when a quirk made an event of one."""

    def __init__(self, cluster: Cluster, place: Place, heard: Callable[[Place, Spoken], None]) -> None:
        """Tell `heard` of every command by its name."""
        self._cluster = cluster
        self._place = place
        self._heard = heard

    def cluster_command(self, sequence: int, number: int, arguments: object) -> None:  # noqa: ARG002 - zigpy's signature
        """Take a command as it came."""
        guarded(self._command)(number, arguments)

    def zha_send_event(self, command: str, arguments: object = None) -> None:
        """Take what a quirk made of a command or of a report."""
        guarded(self._event)(command, arguments)

    def _command(self, number: int, arguments: object) -> None:
        definition = self._cluster.server_commands if self._place[2] else self._cluster.client_commands
        known = definition.get(number)
        if known is not None:
            self._tell(str(known.name), _positional(arguments), _named(arguments))

    def _event(self, command: str, arguments: object) -> None:
        named = arguments if isinstance(arguments, Mapping) else {}
        self._tell(command, _positional(arguments), {str(key): _raw(value) for key, value in named.items()})

    def _tell(self, command: str, arguments: Sequence[Raw], parameters: Mapping[str, Raw]) -> None:
        endpoint, cluster, _ = self._place
        spoken = Spoken(endpoint=endpoint, cluster=cluster, command=command, arguments=arguments, parameters=parameters)
        self._heard(self._place, spoken)


def follow(
    device: Device,
    places: set[Place],
    changed: Callable[[Place, bool], None],
    heard: Callable[[Place, Spoken], None],
) -> list[Unsubscribe]:
    """Call `changed` when attributes of a cluster in `places` do, and `heard` for the commands of every cluster.

    `changed` is told whether it was asked for, so that something may have been learnt.
    """
    ends: list[Unsubscribe] = []
    for endpoint in device.non_zdo_endpoints:
        for is_client, clusters in ((False, endpoint.in_clusters), (True, endpoint.out_clusters)):
            for number, cluster in clusters.items():
                place = (int(endpoint.endpoint_id), int(number), is_client)
                if place in places:
                    ends += [cluster.on_event(name, _told(changed, place, learnt=False)) for name in _TOLD]
                    ends += [cluster.on_event(name, _told(changed, place, learnt=True)) for name in _LEARNT]
                listener = Commands(cluster, place, heard)
                cluster.add_listener(listener)
                ends.append(_removal(cluster, listener))
    return ends


def cluster_of(device: Device, place: Place) -> Cluster | None:
    """Return a cluster of a device; None where it has no such one."""
    number, cluster, is_client = place
    endpoint = device.endpoints.get(number)
    found: Cluster | None = getattr(endpoint, "out_clusters" if is_client else "in_clusters", {}).get(cluster)
    return found


def _told(changed: Callable[[Place, bool], None], place: Place, *, learnt: bool) -> Callable[[object], None]:
    def call(_: object) -> None:
        changed(place, learnt)

    return guarded(call)


def _removal(cluster: Cluster, listener: Commands) -> Unsubscribe:
    def remove() -> None:
        cluster.remove_listener(listener)

    return remove


def _positional(arguments: object) -> tuple[Raw, ...]:
    values = getattr(arguments, "as_tuple", None)
    given = values() if callable(values) else arguments
    return tuple(_raw(one) for one in given) if isinstance(given, list | tuple) else ()


def _named(arguments: object) -> dict[str, Raw]:
    values = getattr(arguments, "as_dict", None)
    given = values() if callable(values) else {}
    return {str(name): _raw(value) for name, value in given.items() if value is not None}


def _raw(value: object) -> Raw:
    found = plain(value)
    return str(value)[:64] if found is None else found
