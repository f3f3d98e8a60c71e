"""Manufacturer Usage Descriptions as makers write them, for tests."""

from typing import Final

from custom_components.local_things.things.documents import Json, JsonObject

LOCAL: Final[JsonObject] = {"ietf-mud:mud": {"local-networks": [None]}}
COAP: Final[JsonObject] = {"udp": {"destination-port": {"operator": "eq", "port": 5683}}}


def ace(matches: JsonObject, forwarding: str = "accept") -> JsonObject:
    """Return one entry of an access list."""
    return {"name": "one", "matches": matches, "actions": {"forwarding": forwarding}}


def beyond(name: str, side: str = "dst") -> JsonObject:
    """Return what matches a name on the internet."""
    return {"ipv4": {f"ietf-acldns:{side}-dnsname": name, "protocol": 6}, "tcp": {}}


def policy(name: str) -> JsonObject:
    """Return a policy of one access list."""
    return {"access-lists": {"access-list": [{"name": name}]}}


def mud(
    outgoing: list[JsonObject] | None = None,
    incoming: list[JsonObject] | None = None,
    *,
    lists: str = "acls",
    url: str = "https://maker.example/lamp.json",
) -> JsonObject:
    """Return a MUD file with these entries; by default one that wants CoAP in the house, and nothing else."""
    acls: list[Json] = [
        {"name": name, "type": "ipv6-acl-type", "aces": {"ace": [*entries]}}
        for name, entries in (
            ("from", outgoing or []),
            ("to", [ace({**LOCAL, **COAP})] if incoming is None else incoming),
        )
    ]
    return {
        "ietf-mud:mud": {
            "mud-version": 1,
            "mud-url": url,
            "last-update": "2026-11-21T12:00:00+00:00",
            "is-supported": True,
            "systeminfo": "A lamp",
            "from-device-policy": policy("from"),
            "to-device-policy": policy("to"),
        },
        f"ietf-access-control-list:{lists}": {"acl": acls},
    }
