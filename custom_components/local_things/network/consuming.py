"""Makes Things of accepted devices, as far as each may be used."""

from collections.abc import Mapping
from functools import partial
import logging
from typing import Final

from homeassistant.config_entries import ConfigSubentry

from ..const import CONF_ADAPTER, CONF_MAY_ACT
from ..credentials import CredentialStore
from ..memory import Memory
from ..roster import Reach, Security
from ..things.adapter import Adapter, ConsumedThing, Credentials, Pin
from ..things.errors import Reason, Rejected, ThingError
from .accepted import interpretations_of, pin_of, quarantine_of, thing_id_of
from .confined import ConfinedThing, ReportingThing, actuators

_LOGGER = logging.getLogger(__name__)

_ENCRYPTED: Final = frozenset({"coaps", "coaps+tcp", "https"})

_KEYED: Final = frozenset({"coaps", "coaps+tcp"})
"""Schemes under which both sides prove to know the key (RFC 7252, 9.1.3.1)."""

_OPEN: Final = frozenset({"coap", "coap+tcp", "http"})
"""Schemes under which a device without credentials believes whoever speaks to it."""


def reach_of(subentry: ConfigSubentry, credentials: CredentialStore) -> Reach:
    """Return how an accepted device is reached: the scheme of its address, and what it asks for."""
    pin, key = pin_of(subentry), credentials.get(thing_id_of(subentry))
    encrypted = pin.scheme in _ENCRYPTED or proves_itself(pin, key)
    security = Security.ENCRYPTED if encrypted else Security.PASSWORD if key else Security.NONE
    return Reach(protocol=pin.scheme, security=security)


def proves_itself(pin: Pin, credentials: Credentials | None) -> bool:
    """Tell whether a device proves with every message that it knows a key: it is who has that key, wherever it is."""
    return credentials is not None and (pin.scheme in _KEYED or credentials.is_end_to_end)


def is_open(pin: Pin, credentials: Credentials | None) -> bool:
    """Tell whether anybody on the network can have a device do what we can."""
    return pin.scheme in _OPEN and credentials is None


def consume(
    adapters: Mapping[str, Adapter], memory: Memory, credentials: CredentialStore, subentry: ConfigSubentry
) -> ConsumedThing | None:
    """Make a Thing of what is remembered. Without a usable record, None: it waits to be met by the next scan."""
    adapter = adapters.get(subentry.data[CONF_ADAPTER])
    if adapter is None:
        _LOGGER.warning("%s needs the adapter %s, which is not running", subentry.title, subentry.data[CONF_ADAPTER])
        return None
    thing_id = thing_id_of(subentry)
    record, key = memory.record(thing_id), credentials.get(thing_id)
    try:
        if quarantine_of(subentry):
            return ConfinedThing(adapter.describe(thing_id, record))
        begin = partial(adapter.consume, thing_id, record, pin_of(subentry))
        try:
            thing = begin(interpretations_of(subentry), key)
        except Rejected as err:
            if err.reason is not Reason.BAD_MAPPING:
                raise
            _LOGGER.warning("What was said of the values of %s does not fit any more: %s", subentry.title, err)
            thing = begin(credentials=key)
    except ThingError as err:
        _LOGGER.warning("%s cannot be started before it is found again: %s", subentry.title, err)
        return None
    may_act = bool(subentry.data.get(CONF_MAY_ACT)) or not is_open(pin_of(subentry), key)
    return thing if may_act or not actuators(thing.description) else ReportingThing(thing)
