"""Public credentials (CCS; RFC 9528, section 3.5.2), by which a device and we prove who we are."""

import secrets
from typing import Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from ..things.security import EdhocKey

_SUBJECT: Final = "Home Assistant"
_ID_BYTES: Final = 2
_COORDINATE: Final = 32


def new_key_pair(path: str) -> EdhocKey:
    """Make a key pair on P-256 for a device that takes messages at `path`, whoever it is.

    The claims set has a subject (2) and confirms (8) a COSE_Key (1; RFC 9053, 7.1.1): type 2, curve 1, two coordinates.
    Its ID is random, as a device may have other owners.
    """
    private = generate_private_key(SECP256R1()).private_numbers()
    x, y = (one.to_bytes(_COORDINATE) for one in (private.public_numbers.x, private.public_numbers.y))
    key = {1: 2, 2: secrets.token_bytes(_ID_BYTES), -1: 1, -2: x, -3: y}
    credential = cbor2.dumps({2: _SUBJECT, 8: {1: key}}, canonical=True)
    return EdhocKey(private_key=private.private_value.to_bytes(_COORDINATE), credential=credential, path=path)
