"""What a response means: an answer, a place on the same server, or a leaf of the one error tree."""

from collections.abc import Mapping
from http import HTTPStatus
import re
from typing import Final

import aiohttp
from yarl import URL

from ...things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ...things.text import clean
from .authorization import Authorization
from .messages import HttpEndpoint

SHOWN: Final = 120
"""Longest text of a device, or path, that is repeated to the user, in characters."""

_CHALLENGE: Final = re.compile(r"(?:^|, *)([A-Za-z]+)(?= |,|$)")
"""A scheme in a challenge (RFC 9110, 11.6.1): a token that no `=` follows."""

_ACCESS_DENIED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_OF_THE_PATH: Final[Mapping[int, Reason]] = {
    **dict.fromkeys((HTTPStatus.NOT_FOUND, HTTPStatus.GONE), Reason.NOT_FOUND),
    **dict.fromkeys((HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE), Reason.UNSUPPORTED_FORMAT),
}
_PATIENCE: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def failure(endpoint: HttpEndpoint, err: Exception) -> ThingError:
    """Say what an error of the library means: mostly that nobody answered."""
    if isinstance(err, aiohttp.ClientResponseError | ValueError):
        return Rejected(Reason.UNREADABLE, detail="not acceptable HTTP")
    return no_answer(endpoint)


def redirected(endpoint: HttpEndpoint, location: str) -> str:
    """Return the target of a redirect that stays on the server. Raises Rejected for any other one."""
    try:
        here = URL(endpoint.uri, encoded=True)
        there = here.join(URL(location))
    except ValueError as err:
        raise off_host(endpoint) from err
    same = there.host in {endpoint.name, str(endpoint.address), str(endpoint.address.ip)}
    if not location or not same or (there.scheme, there.port) != (endpoint.scheme, endpoint.port):
        raise off_host(endpoint)
    return there.raw_path_qs


def problem(
    response: aiohttp.ClientResponse, endpoint: HttpEndpoint, target: str, body: bytes, authorization: Authorization
) -> ThingError | None:
    """Return why a response is not the answer; AccessDenied has the schemes of the challenge as a word."""
    status, address = response.status, str(endpoint.address)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        # It was asked for as it is: what is small on its way may be a thousand times as large (T8).
        codings = ",".join(response.headers.getall("Content-Encoding", ())).lower().split(",")
        if {coding.strip() for coding in codings} <= {"", "identity"}:
            return None
        return Rejected(Reason.UNSUPPORTED_FORMAT, address=address, path=clean(target, SHOWN))
    if status in _ACCESS_DENIED:
        denied = Reason.ACCESS_DENIED if authorization.is_empty else Reason.BAD_CREDENTIALS
        asked = ", ".join(response.headers.getall("WWW-Authenticate", ()))
        return AccessDenied(denied, address=address, challenge=" ".join(_CHALLENGE.findall(asked)))
    if status in _PATIENCE:
        return no_answer(endpoint)
    if reason := _OF_THE_PATH.get(status):
        return Rejected(reason, address=address, path=clean(target, SHOWN))
    # What it says may repeat what it was told: a key must not come back in an error.
    detail = _said(body, response) if authorization.is_empty else ""
    return Rejected(Reason.REFUSED_BY_DEVICE, address=address, code=str(status), detail=detail)


def _said(body: bytes, response: aiohttp.ClientResponse) -> str:
    """Return the text of an error, as far as it is one."""
    if response.content_type.startswith("text/") and response.content_type != "text/html":
        return clean(body[: SHOWN * 4].decode("utf-8", "replace"), SHOWN)
    return clean(response.reason or "", SHOWN)


def off_host(endpoint: HttpEndpoint) -> Rejected:
    """Say that an answer leads to another server."""
    return Rejected(Reason.OFF_HOST, address=str(endpoint.address))


def no_answer(endpoint: HttpEndpoint) -> Unreachable:
    """Say that nobody answered."""
    return Unreachable(Reason.NOT_ANSWERING, address=str(endpoint.address))
