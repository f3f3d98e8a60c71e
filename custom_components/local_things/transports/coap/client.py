"""The CoAP client: requests, block-wise answers and observations, bounded in size, time and number."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
import functools
import logging
from typing import Final, Self

import aiocoap

from ...things.adapter import NetworkInterface
from ...things.errors import ThingError
from ..gate import AddressGate
from . import multicast, private
from .blockwise import TOTAL_TIME, Assembly, ChangedMeanwhile
from .messages import LAN, CoapEndpoint, MulticastAnswer, Representation, Timing, segments
from .observation import Observation, OnEnd, OnRepresentation, Registration
from .quiet import library_logger
from .responses import no_answer, refusal, representation
from .turns import Turns
from .upload import Upload

_LOGGER = logging.getLogger(__name__)

_ATTEMPTS: Final = 2
"""How often an answer is fetched that changes while its blocks are sent."""

type Question = Callable[..., aiocoap.Message]
"""Makes a request, each time anew, with the options it is given besides its own."""


class CoapClient:
    """One UDP socket for all servers. Every address comes from the gate; every error is a ThingError."""

    def __init__(self, context: aiocoap.Context, port: int, gate: AddressGate, timing: Timing) -> None:
        """Take over an opened context; use `open`."""
        self.gate = gate
        self.port = port
        self._context = context
        self._timing = timing
        self._tuning = _tuning(timing)
        self._turns = Turns(timing.ack_timeout * timing.ack_random_factor)
        self._observations: set[Observation] = set()
        self._closed = False

    @classmethod
    async def open(cls, gate: AddressGate, *, port: int = 0, timing: Timing = LAN) -> Self:
        """Open the socket on `port`, or on any where that is taken or 0; `port` of the client says which.

        Use the same one again after a restart: a device then replaces our old observations by the new.
        """
        logger = library_logger()
        context, port = await private.open_context(port, logger)
        private.use_random_tokens(context)
        private.guard_datagrams(context, logger)
        private.spare_observations(context)
        return cls(context, port, gate, timing)

    async def get(
        self, endpoint: CoapEndpoint, path: str, accept: int | None = None, *, urgent: bool = False
    ) -> Representation:
        """Fetch a representation, whole; an urgent one need not wait for polls. Raises ThingError."""
        question = functools.partial(self._message, aiocoap.GET, path, accept=accept)
        _, first = await self._ask(endpoint, path, question(), urgent=urgent)
        return await self._whole(endpoint, path, question, first, attempts=_ATTEMPTS)

    async def put(
        self, endpoint: CoapEndpoint, path: str, payload: bytes = b"", content_format: int | None = None
    ) -> Representation:
        """Replace what is at `path`; in blocks where one message does not hold the payload. Raises ThingError."""
        return await self._send(aiocoap.PUT, endpoint, path, payload, content_format)

    async def post(
        self, endpoint: CoapEndpoint, path: str, payload: bytes = b"", content_format: int | None = None
    ) -> Representation:
        """Let `path` process the payload, sent as `put` does. Raises ThingError."""
        return await self._send(aiocoap.POST, endpoint, path, payload, content_format)

    async def observe(
        self,
        endpoint: CoapEndpoint,
        path: str,
        on_representation: OnRepresentation,
        on_end: OnEnd,
        accept: int | None = None,
    ) -> tuple[Representation, Observation | None]:
        """Fetch a representation and ask to be told of later ones (RFC 7641); None where the server does not.

        `on_end` is called once when the server or the network ends it, with the error or, where the server ended it
        in good order, None; not after `cancel`. Silence does not end it: watch `max_age`. Raises ThingError.
        """
        question = functools.partial(self._message, aiocoap.GET, path, accept=accept)
        message = question(observe=0)
        try:
            request, first = await self._ask(endpoint, path, message)
        except asyncio.CancelledError:
            self._deregister(path, accept, message)  # the server may have accepted already
            raise
        observation = None
        if first.opt.observe is not None:
            observation = self._register(endpoint, path, accept, request, message)
        try:
            whole = await self._whole(endpoint, path, question, first, attempts=_ATTEMPTS)
        except BaseException:
            if observation is not None:
                await observation.cancel()
            raise
        if observation is not None:
            observation.start(on_representation, on_end)
        return whole, observation

    async def discover(
        self,
        interfaces: Iterable[NetworkInterface],
        *,
        groups: Iterable[str] = multicast.GROUPS,
        listen: float = multicast.LISTEN,
    ) -> AsyncIterator[MulticastAnswer]:
        """Ask all servers on the links of `interfaces` for their links; yield the answers as they come."""
        async for answer in multicast.discover(self.gate, interfaces, groups=groups, listen=listen):
            yield answer

    async def close(self) -> None:
        """End every exchange and close the socket; open requests raise Unreachable."""
        if self._closed:
            return
        for observation in tuple(self._observations):
            await observation.cancel()
        self._closed = True
        try:
            await self._context.shutdown()
        except Exception as err:  # noqa: BLE001 (T18: the library's shutdown may stumble over a request it has lost)
            _LOGGER.debug("aiocoap did not shut down in good order: %r", err)

    def _message(self, code: int, path: str, *, payload: bytes = b"", **options: object) -> aiocoap.Message:
        """Make a request for `path`, its parts percent-encoded as in a link (RFC 7252, section 6.4)."""
        message = aiocoap.Message(code=code, payload=payload, transport_tuning=self._tuning)
        message.opt.uri_path = segments(path)
        for name, value in options.items():
            setattr(message.opt, name, value)
        return message

    def _register(
        self,
        endpoint: CoapEndpoint,
        path: str,
        accept: int | None,
        request: aiocoap.protocol.Request,
        asked: aiocoap.Message,
    ) -> Observation:
        """Keep an observation that the server accepted."""

        def problem(seen: aiocoap.Message | Exception) -> ThingError | None:
            return no_answer(endpoint) if isinstance(seen, Exception) else self._problem(endpoint, path, seen)

        def farewell(observation: Observation, *, deregister: bool) -> None:
            self._observations.discard(observation)
            private.forget(request)
            if deregister:
                self._deregister(path, accept, asked)

        observation = Observation(
            Registration(
                request=request,
                fetch=lambda: self.get(endpoint, path, accept),
                problem=problem,
                farewell=farewell,
            )
        )
        self._observations.add(observation)
        return observation

    def _deregister(self, path: str, accept: int | None, asked: aiocoap.Message) -> None:
        """Take the registration that `asked` for back, where it was sent (RFC 7641, section 3.6)."""
        if self._closed or not asked.token:
            return
        message = self._message(aiocoap.GET, path, accept=accept, observe=1)
        # Not confirmable: what is lost is made good by the rejection of the next notification.
        message.transport_tuning = aiocoap.Unreliable()
        private.send_with_token(self._context, message, asked)

    async def _send(
        self, code: int, endpoint: CoapEndpoint, path: str, payload: bytes, content_format: int | None
    ) -> Representation:
        upload = Upload(payload)
        try:
            # One turn for all blocks: those of two requests must not be mixed (RFC 7959, section 2.5).
            async with self._turns.turn(endpoint, urgent=True), asyncio.timeout(TOTAL_TIME):
                response = await self._upload(code, endpoint, path, upload, content_format)
        except TimeoutError as err:
            raise no_answer(endpoint) from err
        if problem := self._problem(endpoint, path, response):
            raise problem
        # Never begun anew: the device would do once more what it was asked to do.
        return await self._whole(endpoint, path, functools.partial(self._message, code, path), response, attempts=1)

    async def _upload(
        self, code: int, endpoint: CoapEndpoint, path: str, upload: Upload, content_format: int | None
    ) -> aiocoap.Message:
        """Send block after block, mostly one, and return the last answer, whatever it says."""
        while True:
            message = self._message(code, path, payload=upload.part, content_format=content_format)
            message.opt.block1, message.opt.size1 = upload.block, upload.size
            _, response = await self._exchange(endpoint, message)
            if not upload.go_on(response):
                return response

    async def _ask(
        self, endpoint: CoapEndpoint, path: str, message: aiocoap.Message, *, urgent: bool = False
    ) -> tuple[aiocoap.protocol.Request, aiocoap.Message]:
        """Send one request when it is its turn and return it with its first response, which is a success."""
        async with self._turns.turn(endpoint, urgent=urgent):
            request, response = await self._exchange(endpoint, message)
        if problem := self._problem(endpoint, path, response):
            private.forget(request)
            raise problem
        return request, response

    async def _exchange(
        self, endpoint: CoapEndpoint, message: aiocoap.Message
    ) -> tuple[aiocoap.protocol.Request, aiocoap.Message]:
        """Send one request and return it with its first response, whatever that says. Raises Unreachable."""
        if self._closed:
            raise no_answer(endpoint)
        try:
            private.set_remote(message, self._context, endpoint)
            request = self._context.request(message, handle_blockwise=False)
        except OSError as err:
            raise no_answer(endpoint) from err
        response = None
        try:
            async with asyncio.timeout(self._timing.patience):
                # Shielded, or the library would answer a future that a cancelled task took with it (T18).
                response = await asyncio.shield(request.response)
        except Exception as err:  # (the library hands on whatever its transports raise)
            _LOGGER.debug("%s did not answer: %r", endpoint.uri, err.__cause__ or err)
            raise no_answer(endpoint) from err
        finally:
            if response is None or request.observation is None:
                private.forget(request)
        if _is_elsewhere(response, endpoint):
            private.forget(request)
            raise no_answer(endpoint)
        return request, response

    def _problem(self, endpoint: CoapEndpoint, path: str, response: aiocoap.Message) -> ThingError | None:
        """Return why `response` is not the answer."""
        if _is_elsewhere(response, endpoint):
            return no_answer(endpoint)
        return None if response.code.is_successful() else refusal(response, endpoint, path)

    async def _whole(
        self, endpoint: CoapEndpoint, path: str, question: Question, first: aiocoap.Message, *, attempts: int
    ) -> Representation:
        """Return `first` with the blocks that follow it, begun anew where the representation changes meanwhile."""
        try:
            async with asyncio.timeout(TOTAL_TIME):
                for attempt in range(attempts):
                    if attempt:
                        _, first = await self._ask(endpoint, path, question())
                    with suppress(ChangedMeanwhile):
                        return representation(first, await self._assembled(endpoint, path, question, first))
        except TimeoutError as err:
            raise no_answer(endpoint) from err
        raise no_answer(endpoint)

    async def _assembled(self, endpoint: CoapEndpoint, path: str, question: Question, first: aiocoap.Message) -> bytes:
        """Return the payload of `first` and of the blocks that follow it. Raises ThingError and ChangedMeanwhile."""
        assembly = Assembly(first)
        while assembly.ask_for:
            _, block = await self._ask(endpoint, path, question(block2=assembly.ask_for))
            assembly.add(block)
        return assembly.payload


def _is_elsewhere(response: aiocoap.Message, endpoint: CoapEndpoint) -> bool:
    """Tell whether a response came over another link: the library compares address and port, but not the zone."""
    return bool(endpoint.address.interface) and getattr(response.remote, "netif", None) != endpoint.address.interface


def _tuning(timing: Timing) -> aiocoap.numbers.constants.TransportTuning:
    """Say `timing` in the library's words."""
    tuning = aiocoap.numbers.constants.TransportTuning()
    tuning.ACK_TIMEOUT = timing.ack_timeout
    tuning.ACK_RANDOM_FACTOR = timing.ack_random_factor
    tuning.MAX_RETRANSMIT = timing.max_retransmit
    return tuning
