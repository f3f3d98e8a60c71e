"""The security contexts that were agreed on with devices (EDHOC), each for as long as the device is spoken to.

They are in memory alone, and so are their numbers, which begin at 0. That is safe, and has to be (T12): what is agreed
on hangs on a new ephemeral key of both sides, so no two agreements give the same key, and no number that a key was used
with can come again, whatever is restarted or restored. What were kept could be restored.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import itertools
from typing import TYPE_CHECKING, Final, override
from weakref import WeakValueDictionary

import aiocoap

from ....things.errors import AccessDenied, Reason, Rejected, ThingError
from ....things.security import EdhocKey, OscoreContext, fingerprint_of
from ..messages import CoapEndpoint
from ..responses import no_answer
from .binding import Binding

if TYPE_CHECKING:
    from .context import SecurityContext
    from .edhoc import Agreed, Post

    type Agree = Callable[[CoapEndpoint, EdhocKey, Post], Awaitable[Agreed]]
    type Protect = Callable[[OscoreContext, Count], SecurityContext[Count]]

LIBRARY: Final = "lakers-python>=0.6.2,<0.7"
"""What EDHOC is done by. There is no wheel of it for some systems, as for Home Assistant OS."""

type Bring = Callable[[str], Awaitable[bool]]
"""Installs a requirement; tells whether it is there."""


class Count:
    """Sender sequence numbers of a key that nobody has used before."""

    def __init__(self) -> None:
        """Begin at 0."""
        self._numbers = itertools.count()

    def take(self) -> int:
        """Return the next number: in a millisecond each they would last for 35 years."""
        return next(self._numbers)


@dataclass(slots=True, kw_only=True)
class Session:
    """One agreement with a device. It is confirmed once the device has answered with the key."""

    context: SecurityContext[Count]
    peer: bytes
    confirmed: bool = False


class Agreements:
    """The sessions of one client."""

    def __init__(self, rest: float, bring: Bring | None) -> None:
        """Agree with one device no sooner than after `rest` seconds again; `bring` is asked for the library."""
        self.post: Post | None = None
        """How messages are posted; the client says so."""
        self._rest = rest
        self._bring = bring
        self._sessions: dict[CoapEndpoint, Session] = {}
        self._outcomes: dict[CoapEndpoint, tuple[float, ThingError]] = {}
        """Until when nobody is asked again, and what is said meanwhile."""
        self._locks: WeakValueDictionary[CoapEndpoint, asyncio.Lock] = WeakValueDictionary()

    def peer(self, endpoint: CoapEndpoint) -> bytes:
        """Return the credential by which a device has proved itself; empty where it has not."""
        session = self._sessions.get(endpoint)
        return session.peer if session else b""

    async def wrap(self, endpoint: CoapEndpoint, key: EdhocKey, message: aiocoap.Message) -> Binding:
        """Protect a request; where nothing is agreed on, agree first. Raises ThingError."""
        async with self._locks.setdefault(endpoint, asyncio.Lock()):
            session = self._sessions.get(endpoint)
            if session is None:
                session = self._sessions[endpoint] = await self._begin(endpoint, key)
        return _SessionBinding(self, session, endpoint, message)

    def wrap_now(self, endpoint: CoapEndpoint, message: aiocoap.Message) -> Binding | None:
        """Protect a request where something is agreed on."""
        session = self._sessions.get(endpoint)
        return _SessionBinding(self, session, endpoint, message) if session else None

    def forget(self, endpoint: CoapEndpoint) -> None:
        """Forget what was agreed on, and when."""
        self._sessions.pop(endpoint, None)
        self._outcomes.pop(endpoint, None)

    def lost(self, endpoint: CoapEndpoint, session: Session) -> None:
        """Agree anew with the next request: the device does not have the key any more."""
        if self._sessions.get(endpoint) is session:
            del self._sessions[endpoint]

    async def _begin(self, endpoint: CoapEndpoint, key: EdhocKey) -> Session:
        """Agree; not at once again, whatever the device answers, or somebody in its name: what came of it holds on."""
        now = asyncio.get_running_loop().time()
        until, outcome = self._outcomes.get(endpoint, (now, no_answer(endpoint)))
        if now < until or self.post is None:
            raise _anew(outcome)
        agree, protect = await self._require(endpoint)
        self._outcomes[endpoint] = now + self._rest, no_answer(endpoint)
        try:
            agreed = await agree(endpoint, key, self.post)
        except ThingError as err:
            self._outcomes[endpoint] = now + self._rest, _anew(err)
            raise
        return Session(context=protect(agreed.context, Count()), peer=agreed.peer)

    async def _require(self, endpoint: CoapEndpoint) -> tuple[Agree, Protect]:
        """Bring the library, and import it where that does not keep the loop. Raises AccessDenied and Rejected."""
        if self._bring is None or not await self._bring(LIBRARY):
            raise AccessDenied(Reason.EDHOC_MISSING, address=str(endpoint.address))
        load = asyncio.get_running_loop().run_in_executor
        try:
            protect = await load(None, _cryptography)
        except ImportError as err:
            raise Rejected(Reason.NOT_SUPPORTED, address=endpoint.uri) from err
        try:
            return await load(None, _protocol), protect
        except ImportError as err:
            raise AccessDenied(Reason.EDHOC_MISSING, address=str(endpoint.address)) from err


def _cryptography() -> Protect:
    from .context import SecurityContext  # noqa: PLC0415 (it brings what few need)

    return SecurityContext


def _protocol() -> Agree:
    from .edhoc import agree  # noqa: PLC0415 (it brings what few need, and not every system has)

    return agree


def _anew(err: ThingError) -> ThingError:
    """Return the same error without what it was raised in."""
    return type(err)(err.reason, **err.words)


class _SessionBinding(Binding):
    """A request under a key that was agreed on: the device may have lost it, and that may be mended."""

    def __init__(
        self, agreements: Agreements, session: Session, endpoint: CoapEndpoint, message: aiocoap.Message
    ) -> None:
        super().__init__(session.context, endpoint, message)
        self._agreements = agreements
        self._session = session

    @override
    def opened(self, response: aiocoap.Message) -> aiocoap.Message:
        """Return what the first answer says.

        Where it does not verify, a device that knew the key before has lost it, as after a reboot: it is to be waited
        for, and the next request agrees anew. It is not sent once more here, as what it asks for could be done twice.
        One that never knew the key does not let us in.
        """
        try:
            inner = super().opened(response)
        except AccessDenied as err:
            self._agreements.lost(self._endpoint, self._session)
            if self._session.confirmed:
                raise no_answer(self._endpoint) from err
            err.words["fingerprint"] = fingerprint_of(self._session.peer)
            raise
        self._session.confirmed = True
        return inner
