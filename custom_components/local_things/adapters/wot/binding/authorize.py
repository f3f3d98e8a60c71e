"""Which of a form's ways in is taken, and what that adds to an HTTP request (W3C TD 1.1, 5.3.3)."""

from functools import reduce

from ....things.adapter import Credentials
from ....transports.http import Authorization, Place
from ....transports.http.authorization import NOBODY
from ..description.model import Security, SecurityKind, SecurityScheme


def way_in(security: Security, credentials: Credentials | None) -> tuple[SecurityScheme, ...]:
    """Return the schemes that an HTTP request uses: none where none is asked for, or where there is nothing to show.

    A device that wants more than we have says so itself, and may let us read without.
    """
    if credentials is None or () in security:
        return ()
    return next((way for way in security if all(one.kind is not SecurityKind.PSK for one in way)), ())


def authorization(way: tuple[SecurityScheme, ...], credentials: Credentials | None) -> Authorization:
    """Return what the schemes of one way in add to a request. Raises ThingError."""
    if credentials is None:
        return NOBODY
    return reduce(Authorization.also, (_by(scheme, credentials) for scheme in way), NOBODY)


def _by(scheme: SecurityScheme, credentials: Credentials) -> Authorization:
    match scheme.kind:
        case SecurityKind.BASIC:
            return Authorization.basic(credentials)
        case SecurityKind.DIGEST:
            return Authorization.by_digest(credentials)
    prefix = "Bearer " if scheme.kind is SecurityKind.BEARER and scheme.place == Place.HEADER else ""
    return Authorization.key(credentials, Place(scheme.place), scheme.name, prefix=prefix)
