"""Payloads with their media type: what a device says is read by the type that it gives, whatever its form said."""

from dataclasses import dataclass
import json
from typing import Final, cast

import cbor2

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....transports.untrusted import load_cbor, load_json, load_text

JSON: Final = "application/json"
CBOR: Final = "application/cbor"
TEXT: Final = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A payload and its media type, "" where it has none. `round_trip_time` is in seconds, None where unknown.

    `name` is of what it tells, where a stream has several things to tell.
    """

    payload: bytes
    type: str = ""
    name: str = ""
    round_trip_time: float | None = None


def media_type(content_type: str) -> str:
    """Return a content type without its parameters, lower case."""
    return content_type.partition(";")[0].strip().lower()


def load(content: Content, expected: str = JSON) -> Json:
    """Read a payload as JSON, CBOR or text; nothing at all is None. Raises Rejected.

    `expected` is the content type of the form, for a device that does not say which it sent.
    """
    if not content.payload:
        return None
    kind = media_type(content.type)
    if not (_is(kind, JSON) or _is(kind, CBOR) or kind.startswith("text/")):
        kind = media_type(expected)
    if _is(kind, CBOR):
        return cast("Json", _as_json(load_cbor(content.payload)))
    if _is(kind, JSON):
        return load_json(content.payload)
    return _from_text(content.payload)


def dump(value: Json, content_type: str) -> Content:
    """Write a value in a content type. Raises Rejected for one that we do not write."""
    kind = media_type(content_type)
    if _is(kind, JSON):
        payload = json.dumps(value).encode()
    elif _is(kind, CBOR):
        payload = cbor2.dumps(value)
    elif kind == TEXT:
        payload = (value if isinstance(value, str) else json.dumps(value)).encode()
    else:
        raise Rejected(Reason.UNSUPPORTED_FORMAT, detail=kind)
    return Content(payload=payload, type=content_type)


def _is(kind: str, family: str) -> bool:
    """Tell whether a media type is of a family, itself or by its suffix (RFC 6839)."""
    return kind == family or kind.endswith(f"+{family.partition('/')[2]}")


def _from_text(payload: bytes) -> Json:
    """Read text: a number or boolean where it is written as one, else the text itself. Raises Rejected."""
    text = load_text(payload)
    try:
        value = load_json(payload)
    except Rejected:
        return text
    return value if isinstance(value, bool | int | float) else text


def _as_json(value: object) -> object:
    """Return CBOR as JSON has it. Raises Rejected for byte strings and for keys that are no text."""
    match value:
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise Rejected(Reason.UNREADABLE, detail="CBOR that JSON does not have")
            return {key: _as_json(one) for key, one in value.items()}
        case list():
            return [_as_json(one) for one in value]
        case bytes():
            raise Rejected(Reason.UNREADABLE, detail="CBOR that JSON does not have")
    return value
