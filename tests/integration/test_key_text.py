"""Keys as text: what is understood is understood wholly, and anything else is refused."""

import base64
import json
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.flows.key_text import LONGEST, NoKey, is_key_text, key_in
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.security import LONGEST_ID, LONGEST_SECRET, SHORTEST_SECRET, OscoreContext

SECRET: Final = bytes(range(16))


def encoded(value: bytes, *, padded: bool = False) -> str:
    """Return bytes as base64url."""
    text = base64.urlsafe_b64encode(value).decode()
    return text if padded else text.rstrip("=")


def pre_shared(**changes: Json) -> JsonObject:
    """Return a pre-shared key as a JSON Web Key; a change to None leaves a member out."""
    whole: JsonObject = {"kty": "oct", "kid": "hub", "k": encoded(b"secret"), **changes}
    return {name: value for name, value in whole.items() if value is not None}


def oscore(material: JsonObject | None = None, **changes: Json) -> JsonObject:
    """Return an OSCORE context; a change to None leaves a member out."""
    inner: JsonObject = {"ms": encoded(SECRET), **(material or {})}
    whole: JsonObject = {
        "osc": {name: value for name, value in inner.items() if value is not None},
        "ace_client_recipientid": "AQ",
        "ace_server_recipientid": "",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def test_pre_shared_key_is_read() -> None:
    assert key_in(json.dumps(pre_shared())) == Credentials(identity="hub", secret="0x736563726574")
    assert key_in(json.dumps(pre_shared(kid=None))) == Credentials(secret="0x736563726574")


def test_oscore_context_is_read_from_our_side() -> None:
    assert key_in(json.dumps(oscore())).oscore == OscoreContext(master_secret=SECRET, recipient_id=b"\1")
    whole: JsonObject = {"salt": encoded(b"salt"), "contextId": "AA", "alg": 10, "hkdf": -10, "version": 1}
    assert key_in(json.dumps(oscore(whole, ace_server_recipientid="AA=="))).oscore == OscoreContext(
        master_secret=SECRET, master_salt=b"salt", sender_id=b"\0", recipient_id=b"\1", id_context=b"\0"
    )


@pytest.mark.parametrize(
    "said",
    (
        pre_shared(k=None),
        pre_shared(k=""),
        pre_shared(k=7),
        pre_shared(k="c2VjcmV0!"),
        pre_shared(k="c2VjcmV"),
        pre_shared(k="AB"),
        pre_shared(k="A"),
        pre_shared(kid=7),
        pre_shared(kty="RSA"),
        pre_shared(kty=None),
        pre_shared(alg="HS256"),
        oscore({"ms": None}),
        oscore({"ms": "AQ"}),
        oscore({"salt": None, "alg": 24}),
        oscore({"hkdf": "SHA-512"}),
        oscore({"id": "AQ"}),
        oscore({"salt": ["AQ"]}),
        oscore(ace_client_recipientid=None),
        oscore(ace_client_recipientid=""),
        oscore(ace_server_recipientid="AQ"),
        oscore(ace_server_recipientid=encoded(bytes(LONGEST_ID + 1))),
        oscore(more=1),
        {"osc": "AQ"},
        {"osc": None},
        {},
    ),
)
def test_what_is_not_understood_wholly_is_refused(said: JsonObject) -> None:
    with pytest.raises(NoKey) as refusal:
        key_in(json.dumps(said))
    assert not str(refusal.value), "an error repeats nothing of a key"


@pytest.mark.parametrize(
    "text",
    (
        "",
        "{",
        "[]",
        '"oct"',
        "NaN",
        "[" * 1000,
        '{"kty": "oct", "k": "AA", "k": "AQ"}',
        json.dumps(pre_shared()) + " " * LONGEST,
        json.dumps(pre_shared()) + "}",
    ),
)
def test_what_is_no_json_object_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(NoKey):
        key_in(text)


@given(
    st.binary(min_size=SHORTEST_SECRET, max_size=LONGEST_SECRET),
    st.lists(st.binary(max_size=LONGEST_ID), min_size=2, max_size=2, unique=True),
    st.binary(max_size=LONGEST_SECRET),
    st.binary(min_size=1, max_size=LONGEST_SECRET) | st.none(),
    st.booleans(),
)
def test_every_context_that_is_written_is_read(
    secret: bytes, ids: list[bytes], salt: bytes, id_context: bytes | None, padded: bool
) -> None:
    ours, theirs = ids
    material: JsonObject = {"ms": encoded(secret, padded=padded), "salt": encoded(salt, padded=padded)}
    if id_context is not None:
        material["contextId"] = encoded(id_context, padded=padded)
    text = json.dumps(oscore(material, ace_client_recipientid=encoded(theirs), ace_server_recipientid=encoded(ours)))
    assert is_key_text(text)
    assert key_in(f" {text}\n").oscore == OscoreContext(
        master_secret=secret, master_salt=salt, sender_id=ours, recipient_id=theirs, id_context=id_context
    )


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(("kty", "k", "kid", "osc", "ms", "salt", "contextId", "alg", "ace_client_recipientid"))


@given(st.text(max_size=200) | st.dictionaries(_NAMES, _JSON | st.dictionaries(_NAMES, _JSON)).map(json.dumps))
def test_whatever_is_pasted_is_a_key_or_refused(text: str) -> None:
    try:
        read = key_in(text)
    except NoKey:
        return
    assert read.oscore or read.secret
