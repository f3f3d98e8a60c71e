"""Bytes and their Content-Format become what they say: one scalar, or the records of a SenML pack."""

from collections.abc import Callable, Mapping
from enum import IntEnum
import time
from typing import Final

from ....things.errors import Reason, Rejected
from ....transports.untrusted import load_cbor, load_json, load_text
from .lwm2m import Lwm2mValue, read_cbor, read_json, read_tlv
from .senml import SenmlRecord, resolve
from .tlv import TlvValue

type Scalar = bool | int | float | str

type Map = dict[str, object]
"""A JSON object, or a CBOR map under its keys as texts: what devices call one value, or several at once."""

_MOST_QUOTES: Final = 256
"""Most quotes in JSON that is written with the wrong ones."""


class ContentFormat(IntEnum):
    """The CoAP Content-Formats that are understood (IANA, CoRE Parameters)."""

    TEXT = 0
    JSON = 50
    CBOR = 60
    SENML_JSON = 110
    SENML_CBOR = 112
    OCF_CBOR = 10000
    LWM2M_TLV = 11542
    LWM2M_JSON = 11543
    LWM2M_CBOR = 11544


LINK_FORMAT: Final = 40
"""The format of lists of links (RFC 6690), which are no values."""

SENML: Final = frozenset({ContentFormat.SENML_JSON, ContentFormat.SENML_CBOR})
"""The formats of packs."""

MAPS: Final = frozenset({ContentFormat.JSON, ContentFormat.CBOR, ContentFormat.OCF_CBOR})
"""The formats of maps."""

_LWM2M: Final[Mapping[int | None, Callable[[bytes, str], Lwm2mValue]]] = {
    ContentFormat.LWM2M_TLV: read_tlv,
    ContentFormat.LWM2M_JSON: read_json,
    ContentFormat.LWM2M_CBOR: read_cbor,
}

LWM2M: Final = frozenset(_LWM2M)
"""The formats of OMA objects, which name a value by its ids: only a resource of an object can be written in them."""


type Held = Scalar | TlvValue | tuple[SenmlRecord, ...] | Map | list[object]
"""What a representation holds."""


def read_payload(payload: bytes, content_format: int | None, path: str) -> Held:
    """Read a representation of the resource at `path`; without a Content-Format it is text, as small devices mean it.

    Raises Rejected: UNSUPPORTED_FORMAT, TOO_LARGE, or UNREADABLE (also where JSON or CBOR holds nothing, or bytes).
    """
    if read := _LWM2M.get(content_format):
        return read(payload, path)
    value: object
    match content_format:
        case None | ContentFormat.TEXT:
            return load_text(payload).strip()
        case ContentFormat.SENML_JSON:
            return resolve(load_json(payload), time.time())
        case ContentFormat.SENML_CBOR:
            return resolve(load_cbor(payload), time.time())
        case ContentFormat.JSON:
            value = _json(payload)
        case ContentFormat.CBOR | ContentFormat.OCF_CBOR:
            value = load_cbor(payload)
        case _:
            raise Rejected(Reason.UNSUPPORTED_FORMAT, detail=str(content_format))
    match value:
        case dict():
            return {str(key): item for key, item in value.items()}
        case bool() | int() | float() | str() | list():
            return value
    raise Rejected(Reason.UNREADABLE, detail="no value")


def _json(payload: bytes) -> object:
    """Read JSON, and what Contiki's example calls so: an object whose texts are in single quotes.

    That is read only where no text in it can hold a quote, so that it cannot be read in two ways. Raises Rejected.
    """
    is_single = payload.startswith(b"{") and 0 < payload.count(b"'") <= _MOST_QUOTES
    if is_single and b'"' not in payload and b"\\" not in payload:
        return load_json(payload.replace(b"'", b'"'))
    return load_json(payload)
