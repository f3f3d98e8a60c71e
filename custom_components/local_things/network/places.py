"""Which places on the network are whose, and at which nobody is listened to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..things.traffic import Place, host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An accepted device: its id, the place it is spoken to at (None where that is a name), and all of its hosts."""

    thing_id: str
    place: Place | None
    hosts: frozenset[str]
    is_confined: bool


def place_of(address: str) -> Place | None:
    """Return the place of an address as in a Pin; None where its host is a name, or its interface is gone."""
    try:
        parts = urlsplit(address)
        return host_of(parts.hostname or ""), parts.port or 0
    except ValueError, OSError:
        return None


def shared_out(devices: Iterable[Reached]) -> tuple[dict[Place, str], set[Place]]:
    """Return whose each place is, and the places at which nobody is listened to.

    A host that several devices share is told apart by port, as behind a gateway; it is cut off as a whole only where
    all of them are in quarantine.
    """
    at: defaultdict[str, list[Reached]] = defaultdict(list)
    for device in devices:
        for host in device.hosts | ({device.place[0]} if device.place else set()):
            at[host].append(device)
    owners: dict[Place, str] = {}
    denied: set[Place] = set()
    for host, there in at.items():
        alone = len(there) == 1
        for device in there:
            if alone:
                owners[host, 0] = device.thing_id
            elif device.place and device.place[0] == host:
                owners[device.place] = device.thing_id
                if device.is_confined:
                    denied.add(device.place)
        if all(device.is_confined for device in there):
            denied.add((host, 0))
    return owners, denied
