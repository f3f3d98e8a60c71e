"""How a request says who asks (RFC 9110, 11; W3C TD 1.1, 5.3.3). Secrets are put in here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final
from urllib.parse import quote

import aiohttp

from ...things.adapter import Credentials
from ...things.errors import AccessDenied, Reason, Rejected

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
"""A field name (RFC 9110, 5.6.2)."""

_NEVER: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "content-type", "expect", "host"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""Fields that say what a message is: a description must not have them overwritten."""

_ATTRIBUTES: Final = frozenset(
    {
        *("comment", "domain", "expires", "httponly", "max-age", "partitioned"),
        *("path", "samesite", "secure", "version"),
    }
)
"""What a cookie has (RFC 6265, 4.1.1; RFC 2109, 4.1): the library takes none that is called so."""

_TEXT: Final = re.compile(r"[\x20-\x7e\x80-\xff]*")


class Place(StrEnum):
    """Where a key goes."""

    HEADER = "header"
    QUERY = "query"
    COOKIE = "cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What is added to a request. Made by one of the functions; `NOBODY` adds nothing.

    `digest` answers a challenge (RFC 7616) and keeps its nonces, so one is made for each server and kept.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)
    digest: aiohttp.DigestAuthMiddleware | None = field(default=None, repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is added."""
        return not (self.headers or self.cookies or self.query or self.digest)

    def extend(self, target: str) -> str:
        """Return `target` with the key that goes into its query."""
        return f"{target}{'&' if '?' in target else '?'}{self.query}" if self.query else target

    def strip(self, target: str) -> str:
        """Return `target`, to which a server redirects, without the key if it repeats that."""
        path, _, query = target.partition("?")
        keys = self.query.split("&")
        kept = [part for part in query.split("&") if part not in keys]
        return f"{path}?{'&'.join(kept)}" if query and any(kept) else path

    def also(self, other: Authorization) -> Authorization:
        """Return both together, for a server that asks for two things."""
        return Authorization(
            headers={**self.headers, **other.headers},
            cookies={**self.cookies, **other.cookies},
            query="&".join(filter(None, (self.query, other.query))),
            digest=self.digest or other.digest,
        )

    @classmethod
    def basic(cls, credentials: Credentials) -> Authorization:
        """Name and password in the clear (RFC 7617). Raises AccessDenied."""
        try:
            encoded = aiohttp.encode_basic_auth(credentials.identity, credentials.secret, encoding="utf-8")
        except ValueError as err:  # a colon in the name
            raise AccessDenied(Reason.BAD_CREDENTIALS) from err
        return cls(headers={"Authorization": encoded})

    @classmethod
    def by_digest(cls, credentials: Credentials) -> Authorization:
        """Name and password without showing the latter (RFC 7616). Raises AccessDenied."""
        try:
            return cls(digest=aiohttp.DigestAuthMiddleware(credentials.identity, credentials.secret))
        except ValueError as err:
            raise AccessDenied(Reason.BAD_CREDENTIALS) from err

    @classmethod
    def bearer(cls, credentials: Credentials) -> Authorization:
        """A token (RFC 6750). Raises ThingError."""
        return cls.key(credentials, Place.HEADER, "Authorization", prefix="Bearer ")

    @classmethod
    def key(cls, credentials: Credentials, place: Place, name: str, *, prefix: str = "") -> Authorization:
        """A key in a header field, a query parameter or a cookie called `name`. Raises ThingError."""
        if not _TOKEN.fullmatch(name) or name.lower() in (_ATTRIBUTES if place is Place.COOKIE else _NEVER):
            raise Rejected(Reason.UNREADABLE, detail="the name of a key")
        value = f"{prefix}{credentials.secret}"
        if not _TEXT.fullmatch(value):
            raise AccessDenied(Reason.BAD_CREDENTIALS)
        match place:
            case Place.QUERY:
                return cls(query=f"{quote(name, safe='')}={quote(value, safe='')}")
            case Place.COOKIE:
                return cls(cookies={name: value})
        return cls(headers={name: value})


NOBODY: Final = Authorization()
