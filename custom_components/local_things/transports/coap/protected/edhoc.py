"""Agreeing on a key with a device by EDHOC (RFC 9528): we are the initiator, method 3, cipher suite 2, by lakers.

Method 3 is static Diffie-Hellman on both sides, cipher suite 2 AES-CCM-16-64-128 and SHA-256 on P-256: what lakers and
small devices have. The library is installed for those who have such a device only, as it does not exist for every
system; `agree` needs it to be imported. All of its work for one agreement takes a millisecond (measured), so it is
done in the loop.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
import logging
import secrets
from typing import Final

import aiocoap
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
import lakers

from ....things.errors import AccessDenied, Reason, Rejected, ThingError
from ....things.security import EdhocKey, OscoreContext, fingerprint_of
from ...untrusted import Cbor, load_cbor
from ..messages import CoapEndpoint
from ..responses import PATIENCE, no_answer, refusal

_LOGGER = logging.getLogger(__name__)

_LONGEST: Final = 1024
"""Bytes of a message; one that brings a credential has about 150."""

_BEGIN: Final = b"\xf5"
"""What comes before message_1: `true` in CBOR (RFC 9528, appendix A.2.1)."""

_BY_VALUE: Final = b"\xa1\x0e"
"""How an ID_CRED begins that holds the credential itself: a map of one, the label of `kccs` (RFC 9528, 3.5.3)."""

_SECRET, _SALT = (0, 16), (1, 8)
"""Labels and lengths of what OSCORE is given (RFC 9528, appendix A.1)."""

_FEW: Final = range(24)
_SMALL: Final = frozenset({*range(0x18), *range(0x20, 0x38)})
"""Identifiers of one byte that are written as they are: they look like the integers -24 to 23 (RFC 9528, 3.3.2)."""

_COORDINATE: Final = 32
_SUITES: Final = 2
"""The code of the error that says which cipher suites a device has (RFC 9528, section 6.3)."""

type Post = Callable[[CoapEndpoint, str, bytes], Awaitable[aiocoap.Message]]
"""Posts a payload in clear and returns the answer, whole, whatever it says. Raises ThingError where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The security context that was agreed on, and the credential that the device proved to be its own."""

    context: OscoreContext
    peer: bytes


async def agree(endpoint: CoapEndpoint, key: EdhocKey, post: Post) -> Agreed:
    """Agree on a security context with a device. Raises ThingError.

    Rejected, IDENTITY_CHANGED, where who answers does not prove to be `key.peer`, or cannot be told at all; what an
    error says of a device that was verified has its `fingerprint`.
    """
    run = _Run(endpoint, key)
    second = await post(endpoint, key.path, _BEGIN + run.message_1())
    if not second.code.is_successful():
        raise _refused(second, endpoint, key.path)
    third = run.message_3(second.payload)
    fourth = await post(endpoint, key.path, third)
    if fourth.code in PATIENCE:
        raise no_answer(endpoint)
    if not fourth.code.is_successful():  # it does not know our credential, or will not have it
        _LOGGER.debug("%s does not take our credential: %s %s", endpoint.uri, fourth.code, _error_in(fourth.payload))
        raise AccessDenied(Reason.BAD_CREDENTIALS, address=str(endpoint.address), fingerprint=fingerprint_of(run.peer))
    return run.agreed(fourth.payload)


class _Run:
    """One run of the protocol. Everything that raises, raises ThingError."""

    def __init__(self, endpoint: CoapEndpoint, key: EdhocKey) -> None:
        self._endpoint = endpoint
        self._key = key
        self._ours = bytes((secrets.choice(_FEW),))
        self._theirs = b""
        self._initiator = lakers.EdhocInitiator()
        self.peer = b""

    def message_1(self) -> bytes:
        """Return how it begins."""
        return bytes(self._initiator.prepare_message_1(self._ours))

    def message_3(self, message_2: bytes) -> bytes:
        """See who answered, and return what is posted next.

        We show who we are by value: a device that was only told our credential compares, one that trusts who comes
        first can learn it.
        """
        _check_ephemeral(message_2)
        with self._contained("message_2"):
            self._theirs, id_cred, ead = self._initiator.parse_message_2(message_2)
        _check_items(ead)
        shown = self._shown(bytes(id_cred))
        self.peer = shown or self._key.peer
        _check_point(_coordinate(load_cbor(self.peer)))
        try:
            with self._contained("what message_2 proves"):
                self._initiator.verify_message_2(self._key.private_key, self._key.credential, self.peer)
        except Rejected as err:
            if shown:
                raise
            raise self._another() from err  # it names the key of the device, and does not have it
        if self._key.peer not in {self.peer, b""}:
            raise self._another(fingerprint_of(self.peer))
        with self._contained("message_3"):
            message, _ = self._initiator.prepare_message_3(lakers.CredentialTransfer.ByValue)
        return _written(self._theirs) + bytes(message)

    def agreed(self, message_4: bytes) -> Agreed:
        """Return what was agreed on; a device may leave message_4 out, as the first protected answer proves as much."""
        _bounded(message_4)
        with self._contained("message_4"):
            if not message_4:
                self._initiator.completed_without_message_4()
            ead = self._initiator.process_message_4(message_4) if message_4 else ()
        _check_items(ead)
        with self._contained("what was agreed on"):
            context = OscoreContext(
                master_secret=self._exported(*_SECRET),
                master_salt=self._exported(*_SALT),
                sender_id=self._theirs,
                recipient_id=self._ours,
            )
        return Agreed(context=context, peer=self.peer)

    def _shown(self, id_cred: bytes) -> bytes:
        """Return the credential that the device shows; empty where it only names one that we should know."""
        if id_cred.startswith(_BY_VALUE):
            return id_cred.removeprefix(_BY_VALUE)
        if not self._key.peer:
            raise self._another()
        return b""

    def _exported(self, label: int, length: int) -> bytes:
        return bytes(self._initiator.edhoc_exporter(label, [], length))

    def _another(self, fingerprint: str = "") -> Rejected:
        return Rejected(Reason.IDENTITY_CHANGED, address=str(self._endpoint.address), fingerprint=fingerprint)

    @contextmanager
    def _contained(self, what: str) -> Iterator[None]:
        """Make a Rejected of whatever the library trips over; a panic of Rust is no Exception, nor to be imported."""
        try:
            yield
        except BaseException as err:
            if not isinstance(err, Exception) and type(err).__name__ != "PanicException":
                raise
            _LOGGER.debug("%s: %s: %r", self._endpoint.uri, what, err)
            raise Rejected(Reason.UNREADABLE, detail=f"EDHOC: {what}") from err


def _bounded(message: bytes) -> bytes:
    if len(message) > _LONGEST:
        raise Rejected(Reason.TOO_LARGE, size=str(len(message)), limit=str(_LONGEST))
    return message


def _check_items(ead: Iterable[lakers.EADItem]) -> None:
    """See that nothing must be understood that we do not (RFC 9528, section 3.8). Raises Rejected."""
    if any(item.is_critical() for item in ead):
        raise Rejected(Reason.UNREADABLE, detail="EDHOC: a critical EAD item")


def _check_ephemeral(message_2: bytes) -> None:
    """See that G_Y, with which message_2 begins (RFC 9528, 5.3.1), is on the curve: the library panics otherwise."""
    held = load_cbor(_bounded(message_2))
    if not isinstance(held, bytes) or len(held) <= _COORDINATE:
        raise Rejected(Reason.UNREADABLE, detail="EDHOC: message_2")
    _check_point(held[:_COORDINATE])


def _coordinate(credential: Cbor) -> Cbor:
    """Return the x-coordinate of the key that is confirmed in a claims set (RFC 8747, 3.2; RFC 9053, 7.1.1)."""
    for label in (8, 1, -2):
        credential = credential.get(label) if isinstance(credential, dict) else None
    return credential


def _check_point(x: Cbor) -> None:
    """See that there is a point on P-256 with this x-coordinate. Raises Rejected."""
    with suppress(ValueError):
        if isinstance(x, bytes):
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), b"\2" + x)
            return
    raise Rejected(Reason.UNREADABLE, detail="EDHOC: a key that is not on P-256")


def _written(identifier: bytes) -> bytes:
    """Return a connection identifier as it goes before message_3 (RFC 9528, 3.3.2 and appendix A.2.1)."""
    if len(identifier) == 1 and identifier[0] in _SMALL:
        return identifier
    return bytes((0x40 + len(identifier),)) + identifier  # short: the library has none of 24 bytes


def _refused(answer: aiocoap.Message, endpoint: CoapEndpoint, path: str) -> ThingError:
    """Return what an answer says that is no message_2."""
    match _error_in(answer.payload):
        case (int(code), info):
            detail = f"cipher suites {info!r}" if code == _SUITES else str(info)
            return Rejected(
                Reason.REFUSED_BY_DEVICE, address=str(endpoint.address), code=f"EDHOC {code}", detail=detail
            )
    return refusal(answer, endpoint, path)


def _error_in(payload: bytes) -> tuple[Cbor, Cbor] | None:
    """Return the code and the words of an error message (RFC 9528, section 6): two items in a row, so one in two."""
    with suppress(Rejected):
        held = load_cbor(b"\x82" + _bounded(payload))
        return (held[0], held[1]) if isinstance(held, list) else None
    return None
