"""An observation (RFC 7641): notifications from a server, until it or the network or we end it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import logging
from typing import Protocol

import aiocoap
from aiocoap.error import NotObservable, ObservationCancelled

from ...things.errors import ThingError
from . import private
from .messages import CoapEndpoint, Representation
from .notifications import Notifications, Order
from .protected.protection import Wrapped
from .responses import representation

_LOGGER = logging.getLogger(__name__)

type OnRepresentation = Callable[[Representation], None]
type OnEnd = Callable[[ThingError | None], None]


class Farewell(Protocol):
    """Forgets an observation."""

    def __call__(self, observation: Observation, *, deregister: bool) -> None:
        """Stop waiting for notifications; tell the server where that is of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What an observation needs of the client that made it.

    `wrapped` reads what is protected, `fetch` gets the whole where a notification has only its first block, `problem`
    says why a notification or an error of the library is no value, `farewell` forgets the request and, when asked to,
    deregisters. `notifications` takes those that need not go through the library. Over TCP they come in order,
    whatever their numbers say.
    """

    endpoint: CoapEndpoint
    request: aiocoap.protocol.Request
    wrapped: Wrapped
    notifications: Notifications
    is_ordered: bool
    fetch: Callable[[], Awaitable[Representation]]
    problem: Callable[[aiocoap.Message | Exception], ThingError | None]
    farewell: Farewell


class Observation:
    """One registration with a server, made by `CoapClient.observe`."""

    def __init__(self, registration: Registration) -> None:
        """Hold an accepted registration; nothing is delivered before `start`."""
        self.registration = registration
        self._loop = asyncio.get_running_loop()
        accepted = registration.request.response.result()
        self._token, self._source = accepted.token, private.source_of(accepted)
        self._is_protected = registration.wrapped.is_protected
        self._order = Order(accepted.opt.observe, self._loop.time())
        self._on_representation: OnRepresentation | None = None
        self._on_end: OnEnd | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._fetch_again = False
        self._over = False

    def start(self, on_representation: OnRepresentation, on_end: OnEnd) -> None:
        """Deliver notifications from the next turn of the loop on; one that came before it is not lost."""
        self._on_representation, self._on_end = on_representation, on_end
        self._loop.call_soon(self._listen)

    async def cancel(self) -> None:
        """End it and tell the server, without waiting for an answer. Never raises; a second time does nothing."""
        if not self._over:
            self._finish(deregister=True)
        if self._fetching is not None:
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _listen(self) -> None:
        if not self._over:
            notifications = self.registration.request.observation
            # Callbacks, as the library's iterator drops all but the latest of a burst; two presses are two.
            notifications.register_callback(self._on_notification, _suppress_deprecation=True)
            notifications.register_errback(self._on_error, _suppress_deprecation=True)
        # On the short way everything is believed.
        if not self._over and self._source and not self._is_protected:
            self.registration.notifications.expect(self._token, self._source, self._on_usual)

    def _on_usual(self, number: int, representation: Representation) -> None:
        """Take a notification that did not go through the library."""
        if self._order.is_newer(number, self._loop.time()) and self._on_representation is not None:
            self._on_representation(representation)

    def _on_notification(self, notification: aiocoap.Message) -> None:
        if self._over or (message := self.registration.wrapped.notified(notification)) is None:
            return
        if problem := self.registration.problem(message):
            self._end(problem)
        elif (
            message.opt.observe is not None
            and self.registration.is_ordered
            and not self._is_protected  # by its own numbers, which are proved
            and not self._order.is_newer(message.opt.observe, self._loop.time())
        ):
            _LOGGER.debug("A notification was overtaken by one that did not go through the library")
        elif message.opt.block2 is not None and message.opt.block2.more:
            self._fetch_whole()
        elif self._on_representation is not None:
            self._on_representation(representation(message, message.payload))

    def _on_error(self, err: Exception) -> None:
        in_order = isinstance(err, NotObservable | ObservationCancelled)
        if not self._over:
            self._end(None if in_order else self.registration.problem(err))

    def _end(self, problem: ThingError | None) -> None:
        self._finish(deregister=False)
        if self._on_end is not None:
            self._on_end(problem)

    def _finish(self, *, deregister: bool) -> None:
        self._over = True
        self.registration.notifications.forget(self._token)
        if self._fetching is not None:
            self._fetching.cancel()
        self.registration.farewell(self, deregister=deregister)

    def _fetch_whole(self) -> None:
        """Get a representation that does not fit one notification; one that changes meanwhile, once more."""
        self._fetch_again = True
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._deliver_whole(), name="coap notification in blocks")

    async def _deliver_whole(self) -> None:
        while self._fetch_again:
            self._fetch_again = False
            try:
                whole = await self.registration.fetch()
            except ThingError as err:
                _LOGGER.debug("A notification could not be fetched whole: %s", err)
                self._end(err)
                return
            if self._on_representation is not None:
                self._on_representation(whole)
