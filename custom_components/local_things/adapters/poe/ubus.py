"""OpenWrt's ubus over HTTP: JSON-RPC calls of uhttpd-mod-ubus, within a session of rpcd."""

import asyncio
from datetime import UTC, datetime
import json
from typing import Final

from ...things.adapter import Credentials
from ...things.documents import Json, JsonObject
from ...things.errors import AccessDenied, Reason, Rejected
from ...things.model import LinkStatistics
from ...transports.http import HttpClient, HttpEndpoint
from ...transports.untrusted import load_json

_NOBODY: Final = "0" * 32
"""The session of who has not logged in."""

_DENIED: Final = frozenset({6, -32002})
"""UBUS_STATUS_PERMISSION_DENIED, and what JSON-RPC says where the session does not exist or may not."""

_MISSING: Final = frozenset({2, 3, 4, -32000})
"""UBUS_STATUS_INVALID_ARGUMENT, METHOD_NOT_FOUND, NOT_FOUND; and JSON-RPC's for an object that is not there."""

_OK: Final = 0


class Ubus:
    """Calls to one device. The session begins with the first call, and again when it has run out."""

    def __init__(self, client: HttpClient, endpoint: HttpEndpoint, credentials: Credentials) -> None:
        """`credentials` are those of a user of rpcd."""
        self._client = client
        self._endpoint = endpoint
        self._credentials = credentials
        self._session = _NOBODY
        self._turn = asyncio.Lock()
        self.link = LinkStatistics()

    @property
    def certificate(self) -> str:
        """The certificate that the device must show; "" where it is spoken to in clear."""
        return self._endpoint.certificate

    async def shown_certificate(self) -> str:
        """Return the certificate that it shows now; it is sent nothing. Raises ThingError."""
        return await self._client.certificate(self._endpoint)

    async def call(self, path: str, method: str, arguments: JsonObject | None = None) -> JsonObject:
        """Call a method of an object; return what it answers, empty where that is nothing. Raises ThingError.

        AccessDenied where this user may not, Rejected, NOT_FOUND, where there is no such object or method.
        """
        async with self._turn:  # or two whose session has run out would begin two
            if self._session == _NOBODY:
                await self._log_in()
            code, answer = await self._ask(self._session, path, method, arguments or {})
            if code in _DENIED:
                await self._log_in()
                code, answer = await self._ask(self._session, path, method, arguments or {})
        if code in _DENIED:
            raise AccessDenied(Reason.ACCESS_DENIED, address=self._endpoint.uri)
        if code in _MISSING:
            raise Rejected(Reason.NOT_FOUND, path=f"{path} {method}")
        if code != _OK:
            raise Rejected(Reason.REFUSED_BY_DEVICE, code=str(code), detail=f"{path} {method}")
        return answer

    async def _log_in(self) -> None:
        who: JsonObject = {"username": self._credentials.identity, "password": self._credentials.secret}
        self._session = _NOBODY
        code, answer = await self._ask(_NOBODY, "session", "login", who)
        session = answer.get("ubus_rpc_session")
        if code != _OK or not isinstance(session, str):
            raise AccessDenied(Reason.BAD_CREDENTIALS, address=self._endpoint.uri)
        self._session = session

    async def _ask(self, session: str, path: str, method: str, arguments: JsonObject) -> tuple[int, JsonObject]:
        """Send one call; return its status and what it answers."""
        call: Json = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": [session, path, method, arguments]}
        answer = await self._client.send(
            self._endpoint,
            "/ubus",
            method="POST",
            payload=json.dumps(call).encode(),
            content_type="application/json",
            accept="application/json",
        )
        self.link = LinkStatistics(last_seen=datetime.now(UTC), round_trip_time=answer.round_trip_time)
        document = load_json(answer.payload)
        match document:
            case {"result": [int(code), dict(said)]}:
                return code, said
            case {"result": [int(code)]}:
                return code, {}
            case {"error": {"code": int(code)}}:
                return code, {}
        raise Rejected(Reason.UNREADABLE, detail=f"{path} {method}")
