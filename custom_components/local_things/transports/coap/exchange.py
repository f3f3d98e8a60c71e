"""Requests and their first responses, one at a time with each server, over whatever carries them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
from pathlib import Path
from weakref import WeakValueDictionary

import aiocoap

from ...things.errors import Reason, Rejected, ThingError
from . import message_layer, private
from .acknowledgements import Acknowledgements
from .connected.wires import Wires
from .link import Link
from .messages import CoapEndpoint, Held, Scheme, Timing
from .protected.agreements import Agreements, Bring
from .protected.protection import Protections, Wrapped
from .quiet import library_logger
from .responses import no_answer, refusal
from .turns import GiveBack, Turns
from .upload import Upload

_LOGGER = logging.getLogger(__name__)


type Question = Callable[..., aiocoap.Message]
"""Makes a request, each time anew, with the options it is given besides its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """A request, its first response as the server meant it, and how what follows is read."""

    request: aiocoap.protocol.Request
    response: aiocoap.Message
    wrapped: Wrapped


def _kept() -> None:
    """Keep the turn: there is more to come in it."""


class Exchanges:
    """What the client sends goes through here: turns, connections, patience, and the errors of what carries it."""

    def __init__(
        self, context: aiocoap.Context, timing: Timing, volatile: Path | None = None, bring: Bring | None = None
    ) -> None:
        """Take over the context that sends over UDP; `volatile` and `bring` are as those of the client."""
        self.turns = Turns(timing.ack_timeout * timing.ack_random_factor)
        self._context = context
        self._timing = timing
        self._acknowledgements = Acknowledgements()
        message_layer.hear_acknowledgements(context, self._acknowledgements.heard)
        self._wires = Wires(library_logger(), timing.give_up, self._acknowledgements.heard)
        self.agreements = Agreements(timing.give_up, bring)
        self._protections = Protections(volatile, self.agreements)
        self._links: WeakValueDictionary[CoapEndpoint, Link] = WeakValueDictionary()
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def link(self, endpoint: CoapEndpoint) -> Link:
        """Return how the exchange with a server goes; kept for as long as somebody holds it."""
        link = self._links.get(endpoint)
        if link is None:
            link = self._links[endpoint] = Link(self._timing)
        return link

    def hang_up(self, endpoint: CoapEndpoint) -> None:
        """End the connection to a server, where there is one, and forget its key."""
        self._wires.hang_up(endpoint)
        self._protections.forget(endpoint)

    async def close(self) -> None:
        """Close every socket; open requests raise Unreachable."""
        self._closed = True
        try:
            await self._wires.close()
            await self._context.shutdown()
        except Exception as err:  # noqa: BLE001 (T18: the library's shutdown may stumble over a request it has lost)
            _LOGGER.debug("aiocoap did not shut down in good order: %r", err)

    async def ask(
        self,
        endpoint: CoapEndpoint,
        path: str,
        message: aiocoap.Message,
        *,
        urgent: bool = False,
        held: Held | None = None,
    ) -> Exchanged:
        """Send one request when it is its turn and return it with its first response, which is a success."""
        async with self.turns.turn(endpoint, urgent=urgent) as give_back:
            exchanged = await self.exchange(endpoint, message, give_back, held)
        if problem := self.problem(endpoint, path, exchanged.response):
            private.forget(exchanged.request)
            raise problem
        return exchanged

    async def exchange(
        self,
        endpoint: CoapEndpoint,
        message: aiocoap.Message,
        give_back: GiveBack = _kept,
        held: Held | None = None,
    ) -> Exchanged:
        """Send one request and return it with its first response, whatever that says. Raises ThingError.

        The turn is given back when the request is acknowledged, and the server then granted what is `held`.
        A server may ask for proof that we are where the request came from: it is sent once more, with the Echo option
        of the answer (RFC 9175, section 2.3).
        """
        exchanged = await self._asked(endpoint, message, give_back, held)
        response = exchanged.response
        if response.code == aiocoap.UNAUTHORIZED and response.opt.echo is not None:
            private.forget(exchanged.request)
            message.opt.echo = response.opt.echo
            message.token, message.mid = b"", None
            exchanged = await self._asked(endpoint, message, give_back, held)
        return exchanged

    async def upload(
        self, endpoint: CoapEndpoint, question: Question, upload: Upload, content_format: int | None
    ) -> aiocoap.Message:
        """Send block after block, mostly one, and return the last answer, whatever it says. Raises ThingError."""
        while True:
            message = question(payload=upload.part, content_format=content_format)
            message.opt.block1, message.opt.size1 = upload.block, upload.size
            response = (await self.exchange(endpoint, message)).response
            if not upload.go_on(response):
                return response

    def deregister(self, endpoint: CoapEndpoint, message: aiocoap.Message, asked: aiocoap.Message) -> None:
        """Take the registration that `asked` for back, where it was sent (RFC 7641, section 3.6)."""
        context = self._context if endpoint.scheme is Scheme.COAP else self._wires.context(endpoint.scheme)
        if self._closed or not asked.token or context is None:
            return
        # Not confirmable: what is lost is made good by the rejection of the next notification.
        message.transport_tuning = aiocoap.Unreliable()
        if wrapped := self._protections.wrap_now(endpoint, message):
            private.send_with_token(context, wrapped.message, asked)

    async def _asked(
        self, endpoint: CoapEndpoint, message: aiocoap.Message, give_back: GiveBack, held: Held | None
    ) -> Exchanged:
        if self._closed:
            raise no_answer(endpoint)
        link = self.link(endpoint)
        message.transport_tuning = link.tuning
        wrapped = await self._protections.wrap(endpoint, message)
        sent = wrapped.message
        try:
            context = await self._address(sent, endpoint)
            asked = self._loop.time()
            request = context.request(sent, handle_blockwise=False)
        except OSError as err:
            raise no_answer(endpoint) from err
        response = None
        begun = 0.0

        def acknowledged() -> None:
            nonlocal begun
            give_back()
            if held is not None:
                begun = self._loop.time()
                limit.reschedule(begun + held.seconds)
                link.answer(asked, begun)
                held.begun()

        try:
            async with asyncio.timeout(self._timing.patience) as limit:
                # Shielded, or the library would answer a future that a cancelled task took with it (T18).
                with self._acknowledgements.awaited(sent, acknowledged):
                    response = await asyncio.shield(request.response)
        except Exception as err:  # (the library hands on whatever its transports raise)
            _LOGGER.debug("%s did not answer: %r", endpoint.uri, err.__cause__ or err)
            self._wires.doubt(endpoint, sent.remote, asked)
            raise no_answer(endpoint) from err
        finally:
            message.remote, message.token = sent.remote, sent.token  # by which a registration is taken back
            if response is None or request.observation is None:
                private.forget(request)
        exchanged = _opened(endpoint, request, response, wrapped)
        link.answer(asked, self._loop.time(), held_since=begun)
        return exchanged

    async def _address(self, message: aiocoap.Message, endpoint: CoapEndpoint) -> aiocoap.Context:
        """Address `message`, over a connection where one is needed, and return who sends it.

        Raises ThingError and OSError.
        """
        if endpoint.scheme is Scheme.COAP:
            private.set_remote(message, self._context, endpoint)
            return self._context
        context, message.remote = await self._wires.to(endpoint)
        return context

    def problem(self, endpoint: CoapEndpoint, path: str, response: aiocoap.Message) -> ThingError | None:
        """Return why `response` is not the answer."""
        if _is_elsewhere(response, endpoint):
            return no_answer(endpoint)
        if response.opt.oscore is not None:  # of a key that is not asked for here
            return Rejected(Reason.UNREADABLE, detail="an answer is protected")
        return None if response.code.is_successful() else refusal(response, endpoint, path)


def _opened(
    endpoint: CoapEndpoint, request: aiocoap.protocol.Request, response: aiocoap.Message, wrapped: Wrapped
) -> Exchanged:
    """Read the answer to a request. Raises ThingError, after which no other is waited for."""
    try:
        if _is_elsewhere(response, endpoint):
            raise no_answer(endpoint)
        return Exchanged(request=request, response=wrapped.opened(response), wrapped=wrapped)
    except ThingError:
        private.forget(request)
        raise


def _is_elsewhere(response: aiocoap.Message, endpoint: CoapEndpoint) -> bool:
    """Tell whether a response came over another link: the library compares address and port, but not the zone."""
    return bool(endpoint.address.interface) and getattr(response.remote, "netif", None) != endpoint.address.interface
