"""The CoAP client: requests, block-wise answers and observations, bounded in size, time and number."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
import functools
from pathlib import Path
from typing import Final, Self

import aiocoap

from ...things.adapter import NetworkInterface
from ...things.errors import ThingError
from ..gate import AddressGate
from . import message_layer, multicast, private
from .blockwise import TOTAL_TIME, Assembly, ChangedMeanwhile
from .exchange import Exchanged, Exchanges, Question
from .link import Link
from .messages import LAN, CoapEndpoint, Held, MulticastAnswer, Representation, Scheme, Timing, segments
from .notifications import Notifications
from .observation import Observation, OnEnd, OnRepresentation, Registration
from .protected.agreements import Bring
from .quiet import library_logger
from .responses import no_answer, representation
from .upload import Upload

_ATTEMPTS: Final = 2
"""How often an answer is fetched that changes while its blocks are sent."""

_EDHOC: Final = 65
"""The Content-Format of messages with a connection identifier before them (RFC 9528, section 10.10)."""


class CoapClient:
    """One UDP socket for all servers. Every address comes from the gate; every error is a ThingError."""

    def __init__(self, exchanges: Exchanges, port: int, gate: AddressGate, notifications: Notifications) -> None:
        """Take over what sends; use `open`."""
        self.gate = gate
        self.port = port
        self._exchanges = exchanges
        self._notifications = notifications
        exchanges.agreements.post = self._post_in_clear
        self._observations: set[Observation] = set()
        self._closed = False

    @classmethod
    async def open(
        cls,
        gate: AddressGate,
        *,
        port: int = 0,
        timing: Timing = LAN,
        volatile: Path | None = None,
        bring: Bring | None = None,
    ) -> Self:
        """Open the socket on `port`, or on any where that is taken or 0; `port` of the client says which.

        Use the same one again after a restart: a device then replaces our old observations by the new. `volatile` is a
        folder that no backup holds, where it is kept how far the OSCORE keys were used; `bring` installs the library
        of EDHOC, without which nothing is agreed on.
        """
        logger = library_logger()
        context, port = await private.open_context(port, logger)
        private.use_random_tokens(context)
        notifications = Notifications()
        private.guard_datagrams(context, logger, notifications)
        private.read_in_batches(context)
        private.send_past_errors(context)
        message_layer.spare_observations(context)
        return cls(Exchanges(context, timing, volatile, bring), port, gate, notifications)

    async def get(
        self,
        endpoint: CoapEndpoint,
        path: str,
        accept: int | None = None,
        *,
        query: Sequence[str] = (),
        urgent: bool = False,
    ) -> Representation:
        """Fetch a representation, whole; an urgent one need not wait for polls. Raises ThingError.

        `query` holds its parts as they are, not percent-encoded, such as `rt=core.rd*`.
        """
        question = functools.partial(self._message, aiocoap.GET, path, accept=accept, uri_query=query)
        exchanged = await self._exchanges.ask(endpoint, path, question(), urgent=urgent)
        return await self._whole(endpoint, path, question, exchanged.response, attempts=_ATTEMPTS)

    async def put(
        self,
        endpoint: CoapEndpoint,
        path: str,
        payload: bytes = b"",
        content_format: int | None = None,
        *,
        query: Sequence[str] = (),
    ) -> Representation:
        """Replace what is at `path`; in blocks where one message does not hold the payload. Raises ThingError."""
        return await self._send(
            endpoint,
            path,
            functools.partial(self._message, aiocoap.PUT, path, uri_query=query),
            payload,
            content_format,
        )

    async def post(
        self,
        endpoint: CoapEndpoint,
        path: str,
        payload: bytes = b"",
        content_format: int | None = None,
        *,
        query: Sequence[str] = (),
    ) -> Representation:
        """Let `path` process the payload, sent as `put` does. Raises ThingError."""
        return await self._send(
            endpoint,
            path,
            functools.partial(self._message, aiocoap.POST, path, uri_query=query),
            payload,
            content_format,
        )

    async def observe(
        self,
        endpoint: CoapEndpoint,
        path: str,
        on_representation: OnRepresentation,
        on_end: OnEnd,
        accept: int | None = None,
        *,
        query: Sequence[str] = (),
        held: Held | None = None,
    ) -> tuple[Representation, Observation | None]:
        """Fetch a representation and ask to be told of later ones (RFC 7641); None where the server does not.

        `on_end` is called once when the server or the network ends it, with the error or, where the server ended it
        in good order, None; not after `cancel`. Silence does not end it: watch `max_age`. `query` is as that of
        `get`, and the same for deregistering. A server that has nothing to tell yet is granted what is `held`.
        Raises ThingError.
        """
        question = functools.partial(self._message, aiocoap.GET, path, accept=accept, uri_query=query)
        message = question(observe=0)
        try:
            exchanged = await self._exchanges.ask(endpoint, path, message, held=held)
        except asyncio.CancelledError:
            self._exchanges.deregister(endpoint, question(observe=1), message)  # the server may have accepted already
            raise
        observation, first = None, exchanged.response
        if first.opt.observe is not None:
            observation = self._register(endpoint, path, question, exchanged, message)
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

    def link(self, endpoint: CoapEndpoint) -> Link:
        """Return how the exchange with a server goes; counted for as long as somebody holds what is returned."""
        return self._exchanges.link(endpoint)

    def credential(self, endpoint: CoapEndpoint) -> bytes:
        """Return the public credential by which a server has proved itself (EDHOC); empty where it has none."""
        return self._exchanges.agreements.peer(endpoint)

    def hang_up(self, endpoint: CoapEndpoint) -> None:
        """Forget a server that is of no interest any more: its connection, its key; the next request begins anew."""
        if not any(one.registration.endpoint == endpoint for one in self._observations):
            self._exchanges.hang_up(endpoint)

    async def close(self) -> None:
        """End every exchange and close the socket; open requests raise Unreachable."""
        if self._closed:
            return
        for observation in tuple(self._observations):
            await observation.cancel()
        self._closed = True
        await self._exchanges.close()

    def _message(self, code: int, path: str, *, payload: bytes = b"", **options: object) -> aiocoap.Message:
        """Make a request for `path`, its parts percent-encoded as in a link (RFC 7252, section 6.4)."""
        message = aiocoap.Message(code=code, payload=payload)
        message.opt.uri_path = segments(path)
        for name, value in options.items():
            setattr(message.opt, name, value)
        return message

    def _register(
        self,
        endpoint: CoapEndpoint,
        path: str,
        question: Question,
        exchanged: Exchanged,
        asked: aiocoap.Message,
    ) -> Observation:
        """Keep an observation that the server accepted."""

        def problem(seen: aiocoap.Message | Exception) -> ThingError | None:
            return no_answer(endpoint) if isinstance(seen, Exception) else self._exchanges.problem(endpoint, path, seen)

        async def fetch() -> Representation:
            begun = await self._exchanges.ask(endpoint, path, question())
            return await self._whole(endpoint, path, question, begun.response, attempts=_ATTEMPTS)

        def farewell(observation: Observation, *, deregister: bool) -> None:
            self._observations.discard(observation)
            private.forget(exchanged.request)
            if deregister:
                self._exchanges.deregister(endpoint, question(observe=1), asked)

        observation = Observation(
            Registration(
                endpoint=endpoint,
                request=exchanged.request,
                wrapped=exchanged.wrapped,
                notifications=self._notifications,
                fetch=fetch,
                is_ordered=endpoint.scheme is not Scheme.COAP_TCP,
                problem=problem,
                farewell=farewell,
            )
        )
        self._observations.add(observation)
        return observation

    async def _send(
        self, endpoint: CoapEndpoint, path: str, question: Question, payload: bytes, content_format: int | None
    ) -> Representation:
        upload = Upload(payload)
        try:
            # One turn for all blocks: those of two requests must not be mixed (RFC 7959, section 2.5).
            async with self._exchanges.turns.turn(endpoint, urgent=True), asyncio.timeout(TOTAL_TIME):
                response = await self._exchanges.upload(endpoint, question, upload, content_format)
        except TimeoutError as err:
            raise no_answer(endpoint) from err
        if problem := self._exchanges.problem(endpoint, path, response):
            raise problem
        # Never begun anew: the device would do once more what it was asked to do.
        return await self._whole(endpoint, path, question, response, attempts=1)

    async def _post_in_clear(self, endpoint: CoapEndpoint, path: str, payload: bytes) -> aiocoap.Message:
        """Post a message of EDHOC and return what answers it, whole. Raises ThingError.

        It has the turn of the request for which something is agreed on.
        """
        question, clear = functools.partial(self._message, aiocoap.POST, path), endpoint.in_clear
        try:
            async with asyncio.timeout(TOTAL_TIME):
                answer = await self._exchanges.upload(clear, question, Upload(payload), _EDHOC)
                answer.payload = await self._assembled(clear, path, question, answer)
        except (TimeoutError, ChangedMeanwhile) as err:
            raise no_answer(endpoint) from err
        finally:
            self.hang_up(clear)
        return answer

    async def _whole(
        self, endpoint: CoapEndpoint, path: str, question: Question, first: aiocoap.Message, *, attempts: int
    ) -> Representation:
        """Return `first` with the blocks that follow it, begun anew where the representation changes meanwhile."""
        try:
            async with asyncio.timeout(TOTAL_TIME):
                for attempt in range(attempts):
                    if attempt:
                        first = (await self._exchanges.ask(endpoint, path, question())).response
                    with suppress(ChangedMeanwhile):
                        return representation(first, await self._assembled(endpoint, path, question, first))
        except TimeoutError as err:
            raise no_answer(endpoint) from err
        raise no_answer(endpoint)

    async def _assembled(self, endpoint: CoapEndpoint, path: str, question: Question, first: aiocoap.Message) -> bytes:
        """Return the payload of `first` and of the blocks that follow it. Raises ThingError and ChangedMeanwhile."""
        assembly = Assembly(first)
        while assembly.ask_for:
            block = await self._exchanges.ask(endpoint, path, question(block2=assembly.ask_for))
            assembly.add(block.response)
        return assembly.payload
