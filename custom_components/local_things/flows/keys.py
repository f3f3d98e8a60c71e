"""Keys as a user gives them: typed in, pasted as the text of a QR code, or made here to be set at the device."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
import secrets
from typing import Final

from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio as vol

from ..network.accepted import thing_id_of
from ..network.consuming import proves_itself
from ..network.hub import Hub
from ..things.adapter import Credentials, Pin
from ..things.errors import AccessDenied, Reason
from ..things.security import LONGEST_ID, LONGEST_SECRET, SHORTEST_SECRET, EdhocKey, OscoreContext
from .key_text import NoKey, bytes_in, credential_in, is_key_text, key_in

CONF_IDENTITY: Final = "identity"
CONF_KEY: Final = "key"
CONF_MASTER_SECRET: Final = "master_secret"  # noqa: S105  # the name of a field
CONF_MASTER_SALT: Final = "master_salt"
CONF_SENDER_ID: Final = "sender_id"
CONF_RECIPIENT_ID: Final = "recipient_id"
CONF_ID_CONTEXT: Final = "id_context"
CONF_PEER: Final = "public_key"

_HIDDEN: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))

CREDENTIALS_SCHEMA: Final = vol.Schema(
    {vol.Optional(CONF_IDENTITY, default=""): TextSelector(), vol.Required(CONF_KEY): _HIDDEN}
)

OSCORE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_MASTER_SECRET): _HIDDEN,
        vol.Optional(CONF_SENDER_ID, default=""): TextSelector(),
        vol.Optional(CONF_RECIPIENT_ID, default=""): TextSelector(),
        vol.Optional(CONF_MASTER_SALT, default=""): TextSelector(),
        vol.Optional(CONF_ID_CONTEXT, default=""): TextSelector(),
    }
)

EDHOC_SCHEMA: Final = vol.Schema({vol.Optional(CONF_PEER, default=""): TextSelector()})

_IDENTITY: Final = "home-assistant"
_BYTES: Final = 16
"""Of a key that is made here: what AES-128 can use (RFC 8613, 3.2; RFC 6655)."""


_NO_SECRETS: Final = frozenset({CONF_IDENTITY, CONF_SENDER_ID, CONF_RECIPIENT_ID, CONF_PEER})
"""Fields that may be shown again, where another one was wrong."""


class RefusedKey(ValueError):
    """A key that cannot be what the user meant: the field, and the key of the sentence that says why."""

    def __init__(self, field: str, error: str, **words: str) -> None:
        """`words` fill the sentence; none of them is what the user typed."""
        super().__init__(error)
        self.field, self.error, self.words = field, error, words


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyForm:
    """A form that asks for a key: its fields, the one where an error is shown, and how it is read."""

    schema: vol.Schema
    field: str
    read: Callable[[Mapping[str, str]], Credentials]

    def again(self, user_input: Mapping[str, str] | None) -> dict[str, str]:
        """Return what was typed and is no secret, to be suggested."""
        return {name: value for name, value in (user_input or {}).items() if name in _NO_SECRETS}


def credentials_of(user_input: Mapping[str, str]) -> Credentials:
    """Return an identity and a key, or a user and a password. Raises RefusedKey."""
    key = user_input[CONF_KEY].strip()
    if is_key_text(key):
        return _pasted(key, CONF_KEY, is_oscore=False)
    return Credentials(identity=user_input[CONF_IDENTITY].strip(), secret=key)


def oscore_of(user_input: Mapping[str, str]) -> Credentials:
    """Return an OSCORE context. Raises RefusedKey."""
    secret = user_input[CONF_MASTER_SECRET]
    if is_key_text(secret):
        return _pasted(secret, CONF_MASTER_SECRET, is_oscore=True)
    master_secret = _hexadecimal(user_input, CONF_MASTER_SECRET)
    if not SHORTEST_SECRET <= len(master_secret) <= LONGEST_SECRET:
        raise RefusedKey(CONF_MASTER_SECRET, "bad_length")
    ours, theirs = (_id(user_input, field) for field in (CONF_SENDER_ID, CONF_RECIPIENT_ID))
    if ours == theirs:
        raise RefusedKey(CONF_RECIPIENT_ID, "equal_ids")
    salt, id_context = (_long(user_input, field) for field in (CONF_MASTER_SALT, CONF_ID_CONTEXT))
    return Credentials(
        oscore=OscoreContext(
            master_secret=master_secret,
            master_salt=salt,
            sender_id=ours,
            recipient_id=theirs,
            id_context=id_context or None,
        )
    )


def edhoc_of(ours: EdhocKey, user_input: Mapping[str, str]) -> Credentials:
    """Return a key pair of ours for the device whose public credential was typed in, if any was. Raises RefusedKey."""
    text = user_input.get(CONF_PEER, "").strip()
    if not text:
        return Credentials(edhoc=ours)
    try:
        return Credentials(edhoc=replace(ours, peer=credential_in(text)))
    except NoKey, AccessDenied:
        raise RefusedKey(CONF_PEER, "bad_public_key") from None


def agreeing(ours: EdhocKey) -> KeyForm:
    """Return the form that shows our public credential, and asks for that of the device."""
    return KeyForm(schema=EDHOC_SCHEMA, field=CONF_PEER, read=partial(edhoc_of, ours))


PASSWORD: Final = KeyForm(schema=CREDENTIALS_SCHEMA, field=CONF_KEY, read=credentials_of)
OSCORE: Final = KeyForm(schema=OSCORE_SCHEMA, field=CONF_MASTER_SECRET, read=oscore_of)


def speaks_oscore(address: str) -> bool:
    """Tell whether a key of a device at this address is one of OSCORE: whatever carries CoAP in clear."""
    return _typed(address).scheme in {"coap", "coap+tcp"}


def is_key(address: str) -> bool:
    """Tell whether what a device at this address asks for is a key that is its own, and not a password."""
    return speaks_oscore(address) or proves_itself(_typed(address), Credentials())


def new_key(address: str) -> Credentials:
    """Make a key for a device, for its user to set there."""
    if speaks_oscore(address):
        context = OscoreContext(master_secret=secrets.token_bytes(_BYTES), sender_id=b"\0", recipient_id=b"\1")
        return Credentials(oscore=context)
    return Credentials(identity=_IDENTITY, secret=f"0x{secrets.token_hex(_BYTES)}")


def told(made: Credentials) -> dict[str, str]:
    """Return the words by which a key that was made is shown, the once: as the device's side names them."""
    if context := made.oscore:
        return {
            "key": context.master_secret.hex(),
            "device_sender": context.recipient_id.hex(),
            "device_recipient": context.sender_id.hex(),
        }
    return {"key": made.secret.removeprefix("0x"), "identity": made.identity}


def check_is_its_own(hub: Hub, credentials: Credentials, address: str, field: str, thing_id: str = "") -> None:
    """See that no other device than `thing_id` has this key. Raises RefusedKey: who has one could be the other."""
    if not proves_itself(_typed(address), credentials):
        return  # a password, which people use again
    holder = hub.credentials.holder_of(credentials, but=thing_id)
    names = {thing_id_of(subentry): subentry.title for subentry in hub.subentries}
    if holder:
        raise RefusedKey(field, "key_in_use", holder=names.get(holder, holder))


def check_is_known(credentials: Credentials, err: AccessDenied) -> None:
    """Say of a device that does not take our public credential that it is to be told of it. Raises RefusedKey."""
    if credentials.edhoc and err.reason is Reason.BAD_CREDENTIALS:
        raise RefusedKey(CONF_PEER, "credential_refused") from err


def _typed(address: str) -> Pin:
    """Return an address as a user types it: where it says no scheme, it is CoAP's."""
    return Pin(address=address.lower() if "://" in address else f"coap://{address}")


def _pasted(text: str, field: str, *, is_oscore: bool) -> Credentials:
    try:
        credentials = key_in(text)
    except NoKey:
        # Without its cause, which may quote the text.
        raise RefusedKey(field, "bad_key_text") from None
    if is_oscore != (credentials.oscore is not None):
        raise RefusedKey(field, "other_key_text")
    return credentials


def _hexadecimal(user_input: Mapping[str, str], field: str) -> bytes:
    try:
        return bytes_in(user_input.get(field, ""))
    except NoKey:
        raise RefusedKey(field, "not_hexadecimal") from None  # as above


def _id(user_input: Mapping[str, str], field: str) -> bytes:
    if len(value := _hexadecimal(user_input, field)) > LONGEST_ID:
        raise RefusedKey(field, "bad_length")
    return value


def _long(user_input: Mapping[str, str], field: str) -> bytes:
    if len(value := _hexadecimal(user_input, field)) > LONGEST_SECRET:
        raise RefusedKey(field, "bad_length")
    return value
