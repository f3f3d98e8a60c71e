"""Signatures of devices as data, and the simulated devices that are made of them.

The files of `makers/` are our own: devices as many makers build them, with the names that quirks know. Each is a list:
maker, model, endpoints, and what it answers otherwise than `ANSWERS`, by endpoint/cluster/attribute. An endpoint is
written `profile:type servers > clients`, all hexadecimal. What has a battery has the cluster 0001.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, Final

import zigpy.types as zt

from tests.house.radio import Device, Endpoint
from tests.house.radio.behaviours import IAS_ZONE
from tests.house.radio.clusters import SimCluster
from tests.house.radio.devices import address

MAKERS: Final = Path(__file__).parent / "makers"

_POWER: Final = 0x0001
_NOBODY: Final = zt.EUI64([0] * 8)

ANSWERS: Final[Mapping[int, Mapping[int, Any]]] = {
    0x0001: {0x20: 30, 0x21: 180},
    0x0003: {0: 0},
    0x0004: {0: 0},
    0x0006: {0: False},
    0x0008: {0: 100},
    0x000C: {0x55: 5.0},
    0x000D: {0x55: 5.0},
    0x000F: {0x55: True},
    0x0010: {0x55: True},
    0x0012: {0x55: 1},
    0x0101: {0: 1, 1: 0},
    0x0102: {0: 0, 7: 0b01111011, 8: 10},
    0x0201: {0: 2050, 3: 500, 4: 3000, 0x12: 2100, 0x1B: 2, 0x1C: 4, 0x29: 0},
    0x0202: {0: 0, 1: 2},
    0x0204: {0: 0, 1: 0},
    0x0300: {3: 24939, 4: 24701, 7: 370, 8: 2, 0x400A: 0b11000, 0x400B: 153, 0x400C: 500},
    0x0400: {0: 20001},
    0x0402: {0: 2100},
    0x0403: {0: 1013},
    0x0404: {0: 12},
    0x0405: {0: 5000},
    0x0406: {0: 0, 1: 0},
    0x0407: {0: 4000},
    0x0408: {0: 3000},
    0x040A: {0: 100},
    0x040B: {0: 300},
    0x040C: {0: 0.00001},
    0x040D: {0: 0.0005},
    0x042A: {0: 12.0},
    0x042B: {0: 0.00001},
    0x042D: {0: 12.0},
    0x042E: {0: 0.00001},
    0x0500: {0: 0, 1: 0x0015, 2: 0, 0x10: _NOBODY, 0x11: 0xFF},
    0x0502: {0: 240},
    0x0702: {0: 5, 0x0200: 0, 0x0300: 0, 0x0301: 1, 0x0302: 1000, 0x0303: 0x3B, 0x0306: 0, 0x0400: 7},
    0x0B04: {0: 9, 0x0505: 2300, 0x0508: 100, 0x050B: 230, 0x0600: 1, 0x0601: 10, 0x0604: 1, 0x0605: 10},
}
"""What a device of its kind answers, by cluster and attribute, where its signature does not say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An endpoint: its profile, device type, server and client clusters."""

    profile: int
    type: int
    servers: tuple[int, ...]
    clients: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A device: what it says of itself, and what it answers beside what is usual (None: it does not have that)."""

    maker: str
    model: str
    places: Mapping[int, Place]
    values: Mapping[tuple[int, int, int], Any] = field(default_factory=dict)
    is_mains: bool = True


def made(number: int, signature: Signature) -> Device:
    """Return the simulated device of a signature."""
    return Device(
        ieee=address(number),
        nwk=0x1000 + number,
        manufacturer=signature.maker,
        model=signature.model,
        is_router=signature.is_mains,
        is_mains=signature.is_mains,
        endpoints={key: _endpoint(key, place, signature.values) for key, place in signature.places.items()},
    )


def _endpoint(number: int, place: Place, values: Mapping[tuple[int, int, int], Any]) -> Endpoint:
    servers = {one: _server(number, one, values) for one in place.servers}
    clients = {one: SimCluster(id=one) for one in place.clients}
    return Endpoint(id=number, profile=place.profile, device_type=place.type, servers=servers, clients=clients)


def _server(endpoint: int, number: int, values: Mapping[tuple[int, int, int], Any]) -> SimCluster:
    own = {key[2]: one for key, one in values.items() if key[:2] == (endpoint, number)}
    answers = {**ANSWERS.get(number, {}), **own}
    is_zone = number == 0x0500
    return SimCluster(
        id=number,
        attributes={attribute: one for attribute, one in answers.items() if one is not None},
        commands=IAS_ZONE if is_zone else {},
        writable=frozenset({0x10}) if is_zone else frozenset(),
    )


def signatures() -> Iterator[Signature]:
    """Yield every signature of the files."""
    for file in sorted(MAKERS.glob("*.json")):
        for maker, model, places, *values in json.loads(file.read_text(encoding="utf-8")):
            yield _signature(maker, model, places, values[0] if values else {})


def _signature(maker: str, model: str, places: Mapping[str, str], values: Mapping[str, Any]) -> Signature:
    read = {int(number): _place(text) for number, text in places.items()}
    return Signature(
        maker=maker,
        model=model,
        places=read,
        values={_numbers(name): value for name, value in values.items()},
        is_mains=not any(_POWER in one.servers for one in read.values()),
    )


def _place(text: str) -> Place:
    kind, *_ = text.split()
    servers, _, clients = text.removeprefix(kind).partition(">")
    profile, _, device_type = kind.partition(":")
    return Place(
        profile=int(profile, 16),
        type=int(device_type, 16),
        servers=tuple(int(one, 16) for one in servers.split()),
        clients=tuple(int(one, 16) for one in clients.split()),
    )


def _numbers(name: str) -> tuple[int, int, int]:
    endpoint, cluster, attribute = name.split("/")
    return int(endpoint), int(cluster, 16), int(attribute, 16)
