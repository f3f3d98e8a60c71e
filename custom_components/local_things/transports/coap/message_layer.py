"""What the library's message layer does not tell, or tells too many of: the private API of that, as in private.py."""

from collections.abc import Callable, Hashable

import aiocoap
from aiocoap.numbers.types import ACK
from aiocoap.transports.udp6 import UDP6EndpointAddress

from .private import UNLIKE, fell_back

type Acknowledged = Callable[[Hashable, int], None]
"""Is told from where an acknowledgement came, as aiocoap has it, and the id of the message that is acknowledged."""


def spare_observations(context: aiocoap.Context) -> bool:
    """Let a message that nobody acknowledged end its own request, and those that wait behind it, but no others.

    The library ends every request and observation of the endpoint: a device that slept a little longer than we were
    patient would lose its observers, and its next notification would be rejected. An error that the network reports
    ends all of them, as before.
    """
    try:
        for manager in context.request_interfaces:
            _spare_observations(manager, manager.token_interface)
    except UNLIKE as err:
        return fell_back("a device that misses one message loses its observations", err)
    return True


def _spare_observations(
    requests: aiocoap.interfaces.RequestInterface, messages: aiocoap.interfaces.TokenInterface
) -> None:
    retransmit, dispatch, backlogs = messages._retransmit, requests.dispatch_error, messages._backlogs  # noqa: SLF001 (as in private.py: guarded)
    unheard: list[bytes] = []

    def retransmitted(message: aiocoap.Message, timeout: float, count: int) -> None:
        # The library throws its queue for the endpoint away when it gives up.
        queued = (waiting.token for waiting, _ in backlogs.get(message.remote, ()))
        unheard[:] = message.token, *queued
        tuning = message.transport_tuning
        if count < tuning.MAX_RETRANSMIT and hasattr(tuning, "retransmissions"):
            tuning.retransmissions += 1
        retransmit(message, timeout, count)

    def dispatched(error: Exception, remote: UDP6EndpointAddress) -> None:
        if not isinstance(error, aiocoap.error.ConRetransmitsExceeded):
            dispatch(error, remote)
            return
        for token in unheard:
            if request := requests.outgoing_requests.get((token, remote)):
                request.add_exception(error)

    messages._retransmit, requests.dispatch_error = retransmitted, dispatched  # noqa: SLF001 (as above)


def hear_acknowledgements(context: aiocoap.Context, heard: Acknowledged) -> bool:
    """Let `heard` be told of every empty acknowledgement: the answer follows, nobody knows when (RFC 7252, 5.2.2)."""
    try:
        for manager in context.request_interfaces:
            _tell_of_acknowledgements(manager.token_interface, heard)
    except UNLIKE as err:
        return fell_back("a device that takes its time keeps other requests waiting", err)
    return True


def _tell_of_acknowledgements(messages: aiocoap.interfaces.TokenInterface, heard: Acknowledged) -> None:
    remove = messages._remove_exchange  # noqa: SLF001 (as in private.py: guarded)

    def removed(message: aiocoap.Message) -> None:
        remove(message)
        if message.code is aiocoap.EMPTY and message.mtype is ACK:
            heard(message.remote, message.mid)

    messages._remove_exchange = removed  # noqa: SLF001 (as above)
