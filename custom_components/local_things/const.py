"""Names shared by the Home Assistant room."""

from typing import Final

DOMAIN: Final = "local_things"

NETWORK_UNIQUE_ID: Final = "network"
"""unique_id of the one entry that stands for the local network."""

SUBENTRY_THING: Final = "thing"
"""Subentry type of one accepted device."""

CONF_ADAPTER: Final = "adapter"
CONF_ALLOWED_NETWORKS: Final = "allowed_networks"
CONF_INTERPRETATIONS: Final = "interpretations"
CONF_PIN: Final = "pin"
CONF_SETTINGS: Final = "settings"
"""What the user chose for each adapter, by its name."""

ISSUE_BLUEPRINT: Final = "blueprint"
ISSUE_CREDENTIALS: Final = "credentials"
ISSUE_DISPLACED: Final = "displaced"
ISSUE_GONE: Final = "gone"
ISSUE_IDENTITY_CHANGED: Final = "identity_changed"
ISSUE_NOT_UNDERSTOOD: Final = "not_understood"

MAX_PENDING_CARDS: Final = 20
"""Most discovery cards open at once, so that a flood of announcements cannot bury the user (T5)."""
