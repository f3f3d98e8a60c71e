"""Bytes and their Content-Format become what they say: one scalar, or the records of a SenML pack."""

from enum import IntEnum
import time

from ...things.errors import Reason, Rejected
from ...transports.untrusted import load_cbor, load_json, load_text
from .senml import SenmlRecord, resolve

type Scalar = bool | int | float | str


class ContentFormat(IntEnum):
    """The CoAP Content-Formats that are understood (IANA, CoRE Parameters)."""

    TEXT = 0
    JSON = 50
    CBOR = 60
    SENML_JSON = 110
    SENML_CBOR = 112


SENML = frozenset({ContentFormat.SENML_JSON, ContentFormat.SENML_CBOR})
"""The formats of packs."""


def read_payload(payload: bytes, content_format: int | None) -> Scalar | tuple[SenmlRecord, ...]:
    """Read a representation; without a Content-Format it is text, as small devices mean it.

    Raises Rejected: UNSUPPORTED_FORMAT, TOO_LARGE, or UNREADABLE (also where JSON or CBOR holds no scalar).
    """
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
