"""The one error tree: leaves are named by what the caller does next."""

from enum import StrEnum
from typing import Final

from .text import clean

WORD_LIMIT: Final = 160
"""Longest word of an error kept, in characters."""


class Reason(StrEnum):
    """Why something failed; each is the key of one translated sentence that says what to do."""

    NOT_ANSWERING = "not_answering"
    ACCESS_DENIED = "access_denied"
    NOT_LOCAL = "not_local"
    BAD_ADDRESS = "bad_address"
    NOT_FOUND = "not_found"
    NOT_A_THING = "not_a_thing"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNSUPPORTED_FORMAT = "unsupported_format"
    REFUSED_BY_DEVICE = "refused_by_device"
    READ_ONLY = "read_only"
    OUT_OF_RANGE = "out_of_range"
    WRITE_NOT_APPLIED = "write_not_applied"
    IDENTITY_CHANGED = "identity_changed"
    BAD_MAPPING = "bad_mapping"
    BAD_CREDENTIALS = "bad_credentials"
    KEY_STATE_LOST = "key_state_lost"
    EDHOC_MISSING = "edhoc_missing"
    NOT_SUPPORTED = "not_supported"
    NO_FORM = "no_form"
    OFF_HOST = "off_host"
    POWER_OFF = "power_off"
    QUARANTINED = "quarantined"
    UNPROTECTED = "unprotected"
    NETWORK_MISSING = "network_missing"
    NETWORK_CHANGED = "network_changed"


class ThingError(Exception):
    """A failure with a reason and the words that fill its sentence. Raise a leaf, not this."""

    def __init__(self, reason: Reason, **words: str) -> None:
        """`words` fill the placeholders of the reason's sentence; they may come from a device and are cleaned here."""
        self.reason = reason
        self.words = {name: clean(word, WORD_LIMIT) for name, word in words.items()}
        super().__init__(f"{reason}: {', '.join(f'{name}={word}' for name, word in self.words.items())}")


class Unreachable(ThingError):
    """Wait: nobody answered, or the device asked for patience."""


class AccessDenied(ThingError):
    """Ask for credentials: the device does not let us."""


class Rejected(ThingError):
    """Tell the user: trying again will not help."""
