"""Keys as text, such as a QR code on a device's label holds: JSON in the words of the standards. Pure.

- A pre-shared key of DTLS is a JSON Web Key (RFC 7517, 4; RFC 7518, 6.4): `{"kty": "oct", "kid": "hub", "k": "…"}`. Its
  `kid` is the PSK identity.
- An OSCORE context is the input material of RFC 9203 (3.2.1), and the recipient IDs of both sides by its names (4.1):
  `{"osc": {"ms": "…"}, "ace_client_recipientid": "AQ", "ace_server_recipientid": ""}`. The client is who asks, so it is
  us. The salt and the ID context may follow the master secret, as `salt` and `contextId`.
- A public credential of EDHOC is a claims set in CBOR, by the name that COSE has for it (RFC 9528, 10.6):
  `{"kccs": "…"}`; or its bytes in hexadecimal.

Bytes are base64url (RFC 4648, 5) with or without padding. Anything else that is said is refused, not passed over: a key
that is half understood is a wrong key.
"""

import base64
import binascii
from collections.abc import Mapping
import json
import re
from typing import Final

from ..things.adapter import Credentials
from ..things.documents import Json
from ..things.errors import AccessDenied
from ..things.security import OscoreContext

LONGEST: Final = 1024
"""Characters of a key as text; a QR code on a label rarely holds more than 300."""

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}", re.ASCII)

_SEPARATORS: Final = re.compile(r"[\s:-]+")

_DEFAULTS: Final[Mapping[str, tuple[Json, ...]]] = {"alg": (10, "AES-CCM-16-64-128"), "hkdf": (-10, 5), "version": (1,)}
"""What an OSCORE context may say of its algorithms: the defaults, which every device has (RFC 8613, 3.2). For the key
derivation some write the number of HKDF (RFC 9053, 5.1), some that of its HMAC (3.1)."""


class NoKey(ValueError):
    """A text that is no key that we understand."""


def is_key_text(text: str) -> bool:
    """Tell whether a text is meant to be a key in this form, and not the key itself."""
    return text.lstrip().startswith("{")


def key_in(text: str) -> Credentials:
    """Read a key. Raises NoKey."""
    said = _object(text)
    return _oscore(said) if "osc" in said else _pre_shared(said)


def credential_in(text: str) -> bytes:
    """Read a public credential. Raises NoKey."""
    if not is_key_text(text):
        return bytes_in(text)
    match _object(text):
        case {"kccs": credential, **rest} if not rest:
            return _bytes(credential)
    raise NoKey


def bytes_in(text: str) -> bytes:
    """Read hexadecimal digits as people write them: with `0x`, spaces, colons or dashes. Raises NoKey."""
    bare = _SEPARATORS.sub("", text)
    try:
        return bytes.fromhex(bare[2:] if bare[:2].lower() == "0x" else bare)
    except ValueError:
        raise NoKey from None  # without its cause, which may quote the text


def _pre_shared(said: dict[str, Json]) -> Credentials:
    identity, key = said.pop("kid", ""), _bytes(said.pop("k", None))
    if said != {"kty": "oct"} or not isinstance(identity, str) or not key:
        raise NoKey
    return Credentials(identity=identity, secret=f"0x{key.hex()}")


def _oscore(said: dict[str, Json]) -> Credentials:
    material = said.pop("osc")
    if not isinstance(material, dict):
        raise NoKey
    id_context = material.pop("contextId", None)
    try:
        context = OscoreContext(
            master_secret=_bytes(material.pop("ms", None)),
            master_salt=_bytes(material.pop("salt", "")),
            sender_id=_bytes(said.pop("ace_server_recipientid", None)),
            recipient_id=_bytes(said.pop("ace_client_recipientid", None)),
            id_context=None if id_context is None else _bytes(id_context),
        )
    except AccessDenied as err:
        raise NoKey from err
    if said or any(value not in _DEFAULTS.get(name, ()) for name, value in material.items()):
        raise NoKey
    return Credentials(oscore=context)


def _object(text: str) -> dict[str, Json]:
    """Read a JSON object. Raises NoKey."""
    if len(text) > LONGEST:
        raise NoKey
    try:
        said = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as err:
        raise NoKey from err
    if not isinstance(said, dict):
        raise NoKey
    return said


def _bytes(said: Json) -> bytes:
    """Read base64url in its one spelling. Raises NoKey."""
    if not isinstance(said, str) or not _BASE64URL.fullmatch(said):
        raise NoKey
    bare = said.rstrip("=")
    try:
        value = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as err:
        raise NoKey from err
    if base64.urlsafe_b64encode(value).decode().rstrip("=") != bare:
        raise NoKey  # bits that belong to no byte
    return value


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Make an object of which no name is said twice: readers differ in which they believe."""
    said = dict(pairs)
    if len(said) != len(pairs):
        raise NoKey
    return said
