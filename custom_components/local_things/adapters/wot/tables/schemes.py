"""The schemes that are spoken, and where they are spoken if nobody says."""

from collections.abc import Mapping
from typing import Final

PORTS: Final[Mapping[str, int]] = {
    "http": 80,
    "https": 443,
    "coap": 5683,
    "coaps": 5684,
    "coap+tcp": 5683,
}
"""The usual port of each scheme that leads to the device (RFC 9110, 4.2; RFC 7252, 6; RFC 8323, 8)."""

MQTT: Final = frozenset({"mqtt", "mqtts"})
"""Schemes that lead to a broker (WoT Binding Template for MQTT): ours is Home Assistant's."""
