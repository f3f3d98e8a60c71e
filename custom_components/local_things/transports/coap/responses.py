"""What a response means: a representation, or a leaf of the one error tree."""

from typing import Final

import aiocoap

from ...things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ...things.text import clean
from .messages import DEFAULT_MAX_AGE, LONGEST_MAX_AGE, CoapEndpoint, Representation

_SHOWN: Final = 120
"""Longest text of a device, or path, that is repeated to the user, in characters."""

_ACCESS_DENIED: Final = frozenset({aiocoap.UNAUTHORIZED, aiocoap.FORBIDDEN})
_FORMAT: Final = frozenset({aiocoap.NOT_ACCEPTABLE, aiocoap.UNSUPPORTED_CONTENT_FORMAT})
# 4.29 and 5.03 carry a Max-Age that says when to come back (RFC 8516; RFC 7252, 5.9.3.4).
PATIENCE: Final = frozenset({aiocoap.TOO_MANY_REQUESTS, aiocoap.SERVICE_UNAVAILABLE})


def representation(message: aiocoap.Message, payload: bytes) -> Representation:
    """Say what a success answered, with `payload` for the whole: the message may hold the first block only."""
    options = message.opt
    return Representation(
        payload=payload,
        content_format=None if options.content_format is None else int(options.content_format),
        max_age=DEFAULT_MAX_AGE if options.max_age is None else float(min(options.max_age, LONGEST_MAX_AGE)),
        etag=options.etag or b"",
        observed=options.observe is not None,
    )


def refusal(message: aiocoap.Message, endpoint: CoapEndpoint, path: str) -> ThingError:
    """Say what a response that is no success means."""
    code, address = message.code, str(endpoint.address)
    if code in _ACCESS_DENIED:
        return AccessDenied(Reason.ACCESS_DENIED, address=address)
    if code in PATIENCE:
        return no_answer(endpoint)
    if code == aiocoap.NOT_FOUND:
        return Rejected(Reason.NOT_FOUND, address=address, path=clean(path, _SHOWN))
    if code in _FORMAT:
        return Rejected(Reason.UNSUPPORTED_FORMAT, address=address, path=clean(path, _SHOWN))
    # The payload of an error is a text for people (RFC 7252, 5.5.2).
    detail = clean(message.payload[: _SHOWN * 4].decode("utf-8", "replace"), _SHOWN)
    return Rejected(Reason.REFUSED_BY_DEVICE, address=address, code=code.dotted, detail=detail)


def no_answer(endpoint: CoapEndpoint) -> Unreachable:
    """Say that nobody answered, whatever aiocoap or the kernel called it: their error is the cause."""
    return Unreachable(Reason.NOT_ANSWERING, address=str(endpoint.address))
