"""One security context (RFC 8613, section 3), by aiocoap's cryptography and with numbers that are kept our way.

The library's own context on files waits for the disk in the loop, begins at zero where its file is lost, and goes on
where an old copy of it comes back. Importing this brings what few need: import it in an executor.
"""

import logging
from typing import Final, Protocol, override

from aiocoap import Message, oscore

from ....things.security import OscoreContext
from ..options import screened_from
from .sequence import Sequence

logging.getLogger("aiocoap.cryptography").disabled = True  # it writes down salts, nonces and what was encrypted (T10)

_CODE: Final = 1
"""Where the options of a plaintext begin: after its code (RFC 8613, section 5.3)."""


class Numbers(Protocol):
    """Gives sender sequence numbers, none twice."""

    def take(self) -> int:
        """Return a number that is used by nobody else."""


class _Algorithm(oscore.AES_CCM_16_64_128):  # type: ignore[misc]  # the library has no types
    """AES-CCM-16-64-128, whose plaintexts are screened as datagrams are: the library keeps what it does not know."""

    @classmethod
    @override
    def decrypt(cls, ciphertext_and_tag: bytes, aad: bytes, key: bytes, iv: bytes) -> bytes:
        plaintext: bytes = super().decrypt(ciphertext_and_tag, aad, key, iv)
        if (screened := screened_from(plaintext, _CODE)) is None:
            raise oscore.DecodeError("An option is critical and unknown, or cut off")
        return screened


class SecurityContext[N: Numbers = Sequence](oscore.CanProtect, oscore.CanUnprotect, oscore.SecurityContextUtils):  # type: ignore[misc]  # as above
    """Protects requests and verifies what answers them; it never takes a request."""

    alg_aead = _Algorithm()
    hashfun = oscore.hashfunctions["sha256"]
    echo_recovery = None

    def __init__(self, shared: OscoreContext, sequence: N) -> None:
        """Derive the keys; `sequence` gives the numbers."""
        self.sender_id, self.recipient_id = shared.sender_id, shared.recipient_id
        self.id_context = shared.id_context
        self.derive_keys(shared.master_salt, shared.master_secret)
        self.sequence = sequence
        self.recipient_replay_window = oscore.ReplayWindow(0, lambda: None)  # of requests, of which there are none

    @override
    def new_sequence_number(self) -> int:
        return self.sequence.take()

    @override
    def post_seqnoincrease(self) -> None:
        """Do nothing: what is taken was reserved."""

    def number_of(self, message: Message) -> int | None:
        """Return the sender sequence number that a message brings; None for one that has none of its own."""
        number: bytes | None = oscore.verify_start(message).get(oscore.COSE_PIV)
        return None if number is None else int.from_bytes(number)
