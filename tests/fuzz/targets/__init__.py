"""Every door by which bytes of a stranger come in. The rooms are imported one by one, as some bring a library along."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final, cast

from ..target import Target

_ROOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "coap": ("link-format", "senml-json", "senml-cbor", "cbor", "json", "text", "tlv", "sdf", "ocf-links", "mud"),
    "datagrams": ("datagram", "stream", "blocks"),
    "protected": ("oscore-datagram", "oscore-plaintext"),
    "edhoc": ("edhoc",),
    "registry": ("resource-directory",),
    "wot": ("thing-description", "wot-content", "server-sent-events"),
    "announcements": ("announcement",),
    "switches": ("snmp-datagram", "snmp-tables", "ubus"),
    "zigbee": ("zcl", "quirk"),
}

NAMES: Final = tuple(name for names in _ROOMS.values() for name in names)


def load(name: str) -> Target:
    """Return a target by its name."""
    room = next(room for room, names in _ROOMS.items() if name in names)
    return next(one for one in _targets(room) if one.name == name)


def load_all() -> Iterator[Target]:
    """Yield every target there is, also one that has no name above."""
    for room in _ROOMS:
        yield from _targets(room)


def _targets(room: str) -> tuple[Target, ...]:
    return cast("tuple[Target, ...]", import_module(f"{__name__}.{room}").TARGETS)
