"""Bytes and their Content-Format become what they say: one scalar, or the records of a SenML pack."""

from collections.abc import Callable, Mapping
from enum import IntEnum
import time
from typing import Final

from ...things.errors import Reason, Rejected
from ...transports.untrusted import load_cbor, load_json, load_text
from .lwm2m import Lwm2mValue, read_cbor, read_json, read_tlv
from .senml import SenmlRecord, resolve
from .tlv import TlvValue

type Scalar = bool | int | float | str


class ContentFormat(IntEnum):
    """The CoAP Content-Formats that are understood (IANA, CoRE Parameters)."""

    TEXT = 0
    JSON = 50
    CBOR = 60
    SENML_JSON = 110
    SENML_CBOR = 112
    LWM2M_TLV = 11542
    LWM2M_JSON = 11543
    LWM2M_CBOR = 11544


SENML = frozenset({ContentFormat.SENML_JSON, ContentFormat.SENML_CBOR})
"""The formats of packs."""

_LWM2M: Final[Mapping[int | None, Callable[[bytes, str], Lwm2mValue]]] = {
    ContentFormat.LWM2M_TLV: read_tlv,
    ContentFormat.LWM2M_JSON: read_json,
    ContentFormat.LWM2M_CBOR: read_cbor,
}

LWM2M: Final = frozenset(_LWM2M)
"""The formats of OMA objects, which name a value by its ids: only a resource of an object can be written in them."""


def read_payload(payload: bytes, content_format: int | None, path: str) -> Scalar | TlvValue | tuple[SenmlRecord, ...]:
    """Read a representation of the resource at `path`; without a Content-Format it is text, as small devices mean it.

    Raises Rejected: UNSUPPORTED_FORMAT, TOO_LARGE, or UNREADABLE (also where JSON or CBOR holds no scalar).
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
            value = load_json(payload)
        case ContentFormat.CBOR:
            value = load_cbor(payload)
        case _:
            raise Rejected(Reason.UNSUPPORTED_FORMAT, detail=str(content_format))
    if not isinstance(value, (bool, int, float, str)):
        raise Rejected(Reason.UNREADABLE, detail="not one value")
    return value
