"""Names shared by the Home Assistant room."""

from typing import Final

DOMAIN: Final = "local_things"

NETWORK_UNIQUE_ID: Final = "network"
"""unique_id of the one entry that stands for the local network."""

SUBENTRY_THING: Final = "thing"
"""Subentry type of one accepted device."""

CONF_ADAPTER: Final = "adapter"
CONF_ALLOWED_NETWORKS: Final = "allowed_networks"
CONF_PIN: Final = "pin"

ISSUE_DISPLACED: Final = "displaced"
ISSUE_IDENTITY_CHANGED: Final = "identity_changed"

MAX_PENDING_CARDS: Final = 20
"""Most discovery cards open at once, so that a flood of announcements cannot bury the user (T5)."""
