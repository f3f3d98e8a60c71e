"""One protected request, and which answers belong to it (RFC 8613, sections 4.1.3.5.2, 7.4.1 and 8.4).

An answer is bound to its request: one to another request, or from another time, does not verify. Only notifications
may be many; each has a number, which must be above those of all before it, so that none is taken twice, nor late.
"""

import logging
from typing import TYPE_CHECKING

import aiocoap

from ....things.errors import AccessDenied, Reason
from ..messages import CoapEndpoint
from ..responses import PATIENCE, no_answer

if TYPE_CHECKING:
    from .context import Numbers, SecurityContext

_LOGGER = logging.getLogger(__name__)


class Binding:
    """A request as it goes over the wire, and what answers to it say."""

    is_protected = True

    def __init__(self, context: SecurityContext[Numbers], endpoint: CoapEndpoint, message: aiocoap.Message) -> None:
        """Protect `message`, with a number that the context has left."""
        self._context = context
        self._endpoint = endpoint
        self._last = -1
        self.message, self._request = context.protect(message)

    def opened(self, response: aiocoap.Message) -> aiocoap.Message:
        """Return what the first answer says. Raises AccessDenied where it does not verify, and Unreachable.

        What a server says in clear is a hint and no more, as anybody may have said it: that it needs time, or that it
        could not make anything of what we sent.
        """
        verified = self._verified(response)
        if verified is None and response.code in PATIENCE:
            raise no_answer(self._endpoint)
        if verified is None:
            raise AccessDenied(Reason.BAD_CREDENTIALS, address=str(self._endpoint.address))
        inner, number = verified
        self._last = -1 if number is None else number
        return inner

    def notified(self, notification: aiocoap.Message) -> aiocoap.Message | None:
        """Return what a later answer says; None for one that is not the server's, or was there before."""
        verified = self._verified(notification)
        if verified is None:
            return None
        inner, number = verified
        if number is None or number <= self._last:
            _LOGGER.debug("%s: a notification was there before, or comes too late", self._endpoint.uri)
            return None
        self._last = number
        return inner

    def _verified(self, message: aiocoap.Message) -> tuple[aiocoap.Message, int | None] | None:
        """Return what a message holds, and its number; None where it is not the server's."""
        try:
            number = self._context.number_of(message)
            inner, _ = self._context.unprotect(message, self._request)
        except Exception as err:  # noqa: BLE001 (anything: the bytes may be a stranger's, and the library trips over some)
            _LOGGER.debug("%s: an answer does not verify: %r", self._endpoint.uri, err)
            return None
        inner.remote = message.remote
        return inner, number
