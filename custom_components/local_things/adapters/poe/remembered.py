"""What of the links must outlive a restart, as JSON: a device that hangs when we start is seen by no table.

Only what hardly ever changes is in it, so that it need not be written at each look: not who is behind a switch.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ...things.documents import Json, JsonObject
from .linking import Evidence, Link, Links
from .neighbourhood import NOBODY, Kind, Occupants, Place, PsePort

_EVIDENCE: Final = {one.value: one for one in Evidence}
_KINDS: Final = {one.value: one for one in Kind}
_LONGEST_INDEX: Final = 10


def dump(links: Links, switch: str) -> JsonObject:
    """Return what is to be remembered of one switch: the links, the other switches, and the way to the household."""
    devices: JsonObject = {
        name: {"port": one.port.key, "mac": one.mac, "evidence": one.evidence.value}
        for name, one in sorted(links.devices.items())
        if one.port.switch == switch
    }
    kinds: JsonObject = {
        str(index): one.kind.value
        for (there, index), one in sorted(links.occupants.items(), key=lambda item: item[0])
        if there == switch and one.kind is not NOBODY.kind
    }
    anchors: JsonObject = {
        mac: [*sorted(indexes)] for (there, mac), indexes in sorted(links.anchors.items()) if there == switch
    }
    return {"devices": devices, "kinds": kinds, "anchors": anchors}


def load(memory: Mapping[str, Json], switch: str) -> Links:
    """Return what is remembered of one switch; what makes no sense is left out."""
    return Links(
        devices=dict(_devices(memory.get("devices"), switch)),
        occupants=dict(_occupants(memory.get("kinds"), switch)),
        anchors=dict(_anchors(memory.get("anchors"), switch)),
    )


def join(links: Links, recalled: Links) -> Links:
    """Return what is known of some switches with what is remembered of others; what is known counts."""
    return Links(
        devices={**recalled.devices, **links.devices},
        protections={**recalled.protections, **links.protections},
        occupants={**recalled.occupants, **links.occupants},
        anchors={**recalled.anchors, **links.anchors},
        places={**recalled.places, **links.places},
    )


def _devices(memory: Json, switch: str) -> Iterator[tuple[str, Link]]:
    for name, said in _items(memory):
        match said:
            case {"port": str(key), "mac": str(mac), "evidence": str(evidence)} if evidence in _EVIDENCE:
                port = PsePort(switch=switch, key=key)
                yield name, Link(mac=mac, port=port, evidence=_EVIDENCE[evidence], seen=False)


def _occupants(memory: Json, switch: str) -> Iterator[tuple[Place, Occupants]]:
    for index, said in _items(memory):
        if _is_index(index) and isinstance(said, str) and said in _KINDS:
            yield (switch, int(index)), Occupants(kind=_KINDS[said])


def _anchors(memory: Json, switch: str) -> Iterator[tuple[tuple[str, str], frozenset[int]]]:
    for mac, said in _items(memory):
        if isinstance(said, list) and (indexes := frozenset(one for one in said if type(one) is int)):
            yield (switch, mac), indexes


def _items(memory: Json) -> list[tuple[str, Json]]:
    return list(memory.items()) if isinstance(memory, dict) else []


def _is_index(text: str) -> bool:
    """Tell whether this is an ifIndex (RFC 2863: up to 2147483647), as it was written."""
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_INDEX
