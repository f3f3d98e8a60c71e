"""Devices that the quirk registry knows of: a wide corpus, made up of what the quirks themselves say.

A quirk of the first kind names endpoints, device types and clusters. One of the second kind names the clusters that it
changes, and no more: the rest is guessed.
"""

from collections.abc import Iterator
from typing import Any, Final

from zha.quirks import DEVICE_REGISTRY
import zhaquirks

from .corpus import Place, Signature

_HOME: Final = 0x0104
_BASIC: Final = (0x0000, 0x0003, 0x0004, 0x0005)
_TUYA: Final = (0x0000, 0x0004, 0x0005, 0xEF00)
_POWER: Final = 0x0001


def signatures() -> Iterator[Signature]:
    """Yield a device for each quirk."""
    zhaquirks.setup()
    for entry in DEVICE_REGISTRY:
        written = getattr(getattr(entry.zigpy_transforms[0], "device_cls", None), "signature", None)
        one = _first_kind(written, entry) if written else _second_kind(entry)
        if one is not None:
            yield one


def _first_kind(written: Any, entry: Any) -> Signature | None:
    named = written.get("models_info") or [(written.get("manufacturer"), written.get("model"))]
    maker, model = named[0]
    places = {
        number: Place(
            profile=one.get("profile_id") or _HOME,
            type=int(one.get("device_type") or 0),
            servers=tuple(int(c) for c in one.get("input_clusters", ())),
            clients=tuple(int(c) for c in one.get("output_clusters", ())),
        )
        for number, one in written.get("endpoints", {}).items()
    }
    return _signature(maker or "Anybody", model or "Anything", places)


def _second_kind(entry: Any) -> Signature | None:
    if not entry.device_match.applies_to:
        return None
    maker, model = next(iter(entry.device_match.applies_to))
    servers: dict[int, set[int]] = {1: set()}
    clients: dict[int, set[int]] = {1: set()}
    added: set[tuple[int, int]] = set()
    for one in entry.zigpy_transforms:
        endpoint = getattr(one, "endpoint_id", None) or 1
        number = getattr(one, "cluster_id", None) or getattr(getattr(one, "cluster", None), "cluster_id", None)
        kind = type(one).__name__
        side = clients if getattr(one, "cluster_type", 0) == 1 else servers
        if kind == "AddEndpoint" or number is None:
            continue
        if kind == "AddCluster":
            added.add((endpoint, int(number)))
        else:
            side.setdefault(endpoint, set()).add(int(number))
    definition = entry.zha_device_factory.quirk_definition
    for one in definition.entity_metadata:
        if (one.endpoint_id, one.cluster_id) not in added:
            side = clients if one.cluster_type == 1 else servers
            side.setdefault(one.endpoint_id, set()).add(int(one.cluster_id))
    is_tuya = model == "TS0601" or 0xEF00 in servers[1] or (1, 0xEF00) in added
    base = _TUYA if is_tuya else _BASIC
    places = {
        number: Place(
            profile=_HOME,
            type=_type_of(servers.get(number, set())),
            servers=tuple(sorted({*(base if number == 1 else ()), *servers.get(number, ())})),
            clients=tuple(sorted({0x0019, *clients.get(number, ())})),
        )
        for number in sorted({*servers, *clients})
    }
    return _signature(maker or "Anybody", model or "Anything", places)


def _type_of(servers: set[int]) -> int:
    """Guess a device type by clusters."""
    for cluster, kind in ((0x0300, 0x010D), (0x0008, 0x0101), (0x0102, 0x0202), (0x0201, 0x0301), (0x0101, 0x000A)):
        if cluster in servers:
            return kind
    return 0x0402 if 0x0500 in servers else 0x0051


def _signature(maker: str, model: str, places: dict[int, Place]) -> Signature:
    is_mains = not any(_POWER in one.servers for one in places.values())
    return Signature(maker=maker, model=model, places=places, is_mains=is_mains)
