"""What an accepted device and we share so that only we two understand each other, as the standards name it."""

from dataclasses import dataclass, field
import hashlib
from typing import Final

from .errors import AccessDenied, Reason

SHORTEST_SECRET: Final = 16
LONGEST_SECRET: Final = 64
"""Bytes of a master secret: no fewer than the key that is made of it, no more than is of use to SHA-256."""

LONGEST_ID: Final = 7
"""Bytes of a sender or recipient ID: those of the nonce, 13, less six (RFC 8613, section 3.3)."""

_LONGEST_CONTEXT: Final = 64

_PRIVATE_KEY: Final = 32
_X: Final = b"\x21\x58\x20"
"""How the x-coordinate of a key on P-256 begins in a COSE_Key: label -2, 32 bytes (RFC 9053, section 7.1.1)."""

_LONGEST_CREDENTIAL: Final = 192
"""Bytes of a public credential: twice what one with a name of usual length has."""

EDHOC_PATH: Final = "/.well-known/edhoc"
"""Where a device takes messages of EDHOC where it says nothing else (RFC 9528, appendix A.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OscoreContext:
    """A pre-shared OSCORE security context (RFC 8613, section 3.2), from our side: `sender_id` is ours.

    A device that came with a sheet from its own side calls ours its recipient ID. IDs may be empty, but not equal.
    The algorithms are those that every implementation has: AES-CCM-16-64-128 and HKDF with SHA-256. Raises
    AccessDenied, BAD_CREDENTIALS, where it cannot be one.

    `in_use` tells a context that was kept before from one that a user just gave: the first must find its sequence
    number where it was left, as no number may be used twice with one key.
    """

    master_secret: bytes = field(repr=False)
    master_salt: bytes = field(default=b"", repr=False)
    sender_id: bytes = b""
    recipient_id: bytes
    id_context: bytes | None = None
    in_use: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what no security context can be made of."""
        if not (
            SHORTEST_SECRET <= len(self.master_secret) <= LONGEST_SECRET
            and len(self.master_salt) <= LONGEST_SECRET
            and max(len(self.sender_id), len(self.recipient_id)) <= LONGEST_ID
            and self.sender_id != self.recipient_id
            and len(self.id_context or b"") <= _LONGEST_CONTEXT
        ):
            raise AccessDenied(Reason.BAD_CREDENTIALS)

    @property
    def fingerprint(self) -> str:
        """By what the state of our sending key is kept: one way, and the same whenever the key is the same."""
        parts = (self.master_secret, self.master_salt, self.sender_id, self.id_context or b"")
        told = b"".join(bytes((len(part),)) + part for part in parts) + bytes((self.id_context is None,))
        return hashlib.sha256(b"OSCORE sender" + told).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EdhocKey:
    """By what we and a device prove who we are when we agree on a key by EDHOC (RFC 9528), method 3, cipher suite 2.

    `private_key` (P-256) and `credential` (CRED_I) are ours, made for this device alone; `peer` is the credential of
    the device (CRED_R), empty where it is not known yet: whoever proves to have one is met. Credentials are CWT claims
    sets in CBOR (CCS; RFC 9528, section 3.5.2), and no secrets. `path` is where the device takes messages. Raises
    AccessDenied, BAD_CREDENTIALS, where they cannot be what they should.
    """

    private_key: bytes = field(repr=False)
    credential: bytes
    peer: bytes = b""
    path: str = EDHOC_PATH

    def __post_init__(self) -> None:
        """Refuse what nothing can be agreed on with."""
        shown = (self.credential, self.peer) if self.peer else (self.credential,)
        if (
            len(self.private_key) != _PRIVATE_KEY
            or self.credential == self.peer
            or not all(len(one) <= _LONGEST_CREDENTIAL and _X in one for one in shown)
        ):
            raise AccessDenied(Reason.BAD_CREDENTIALS)


def fingerprint_of(credential: bytes) -> str:
    """Return by what people compare a public credential: its SHA-256, hexadecimal; empty where there is none."""
    return hashlib.sha256(credential).hexdigest() if credential else ""
