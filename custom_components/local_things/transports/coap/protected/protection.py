"""What is sent to servers with whom we share a security context is protected, and nothing else of theirs believed.

Where there is no context nothing changes. Where there is one, nothing ever goes out in clear (RFC 8613, section 8).
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakValueDictionary

import aiocoap

from ....things.errors import AccessDenied, Reason, Rejected
from ....things.security import OscoreContext
from ..messages import CoapEndpoint
from ..responses import no_answer
from .agreements import Agreements
from .binding import Binding
from .sequence import ClockUnset, Sequence, StateLost

if TYPE_CHECKING:
    from .context import SecurityContext

_LOW: Final = 2
"""So few numbers left, more are reserved before a request is sent: one for it, one to take its registration back."""


class Wrapped(Protocol):
    """A request as it goes over the wire, and what answers to it say."""

    @property
    def message(self) -> aiocoap.Message:
        """What is sent."""

    @property
    def is_protected(self) -> bool:
        """Whether what is sent, and what is believed, is protected."""

    def opened(self, response: aiocoap.Message) -> aiocoap.Message:
        """Return what the first answer says. Raises ThingError."""

    def notified(self, notification: aiocoap.Message) -> aiocoap.Message | None:
        """Return what a later answer says; None for one that is to be passed over."""


class Clear:
    """A request that goes out as it is."""

    is_protected = False

    def __init__(self, message: aiocoap.Message) -> None:
        """Send `message`."""
        self.message = message

    def opened(self, response: aiocoap.Message) -> aiocoap.Message:
        """Return the answer."""
        return response

    def notified(self, notification: aiocoap.Message) -> aiocoap.Message | None:
        """Return the notification."""
        return notification


class Protections:
    """The security contexts of one client, each loaded, or agreed on, when it is needed first."""

    def __init__(self, folder: Path | None, agreements: Agreements) -> None:
        """Keep in `folder` how far each pre-shared key was used; without one none can be used."""
        self.agreements = agreements
        self._folder = folder
        self._contexts: dict[OscoreContext, SecurityContext] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def wrap(self, endpoint: CoapEndpoint, message: aiocoap.Message) -> Wrapped:
        """Protect a request where the server is spoken to so. Raises ThingError, and then nothing may be sent.

        AccessDenied, KEY_STATE_LOST, where the key must not be used any more.
        """
        if key := endpoint.edhoc:
            return await self.agreements.wrap(endpoint, key, message)
        return await self._bound(endpoint, shared, message) if (shared := endpoint.oscore) else Clear(message)

    def wrap_now(self, endpoint: CoapEndpoint, message: aiocoap.Message) -> Wrapped | None:
        """Do so without waiting; None where that cannot be done."""
        if endpoint.edhoc:
            return self.agreements.wrap_now(endpoint, message)
        if (shared := endpoint.oscore) is None:
            return Clear(message)
        context = self._contexts.get(shared)
        if context is None or not context.sequence.left or context.sequence.due:
            return None
        return Binding(context, endpoint, message)

    def forget(self, endpoint: CoapEndpoint) -> None:
        """Forget the keys of a server; numbers that were reserved are lost."""
        self.agreements.forget(endpoint)
        if endpoint.oscore:
            self._contexts.pop(endpoint.oscore, None)

    async def _bound(self, endpoint: CoapEndpoint, shared: OscoreContext, message: aiocoap.Message) -> Binding:
        address = str(endpoint.address)
        lock = self._locks.setdefault(shared.fingerprint, asyncio.Lock())
        try:
            async with lock:
                context = self._contexts.get(shared) or await self._loaded(shared)
                if context.sequence.left < _LOW:
                    context.sequence.give(await _in_executor(context.sequence.reserve))
                self._contexts[shared] = context
                await asyncio.sleep(context.sequence.due)
                return Binding(context, endpoint, message)
        except ImportError as err:
            raise Rejected(Reason.NOT_SUPPORTED, address=endpoint.uri) from err
        except StateLost as err:
            self._contexts.pop(shared, None)
            raise AccessDenied(Reason.KEY_STATE_LOST, address=address) from err
        except (ClockUnset, OSError) as err:  # later, perhaps: the clock may be set, the disk have room again
            raise no_answer(endpoint) from err

    async def _loaded(self, shared: OscoreContext) -> SecurityContext:
        if self._folder is None:
            raise ImportError("there is nowhere to keep how far a key was used")
        sequence = Sequence(path=self._folder / shared.fingerprint, in_use=shared.in_use)
        return await _in_executor(lambda: _context(shared, sequence))


async def _in_executor[T](work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _context(shared: OscoreContext, sequence: Sequence) -> SecurityContext:
    """Make a context; in an executor, as it may be the first, which brings the library's cryptography."""
    from .context import SecurityContext  # noqa: PLC0415 (as said)

    return SecurityContext(shared, sequence)
