"""All protocols that one Thing can be spoken to with, chosen by the scheme of each form."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from ....things.errors import Reason, Rejected
from ..description.model import Form, Operation
from .coap import CoapBinding
from .content import Content
from .http import HttpBinding
from .mqtt import MqttBinding
from .protocol import ProtocolBinding, Told

_TRIED: Final = 4
"""Most forms of one operation that are tried: some servers offer a form for each of their addresses and formats."""

_OF_THE_FORM: Final = frozenset({Reason.NOT_FOUND, Reason.UNSUPPORTED_FORMAT})
"""Reasons after which another form may do."""


class Protocols:
    """The bindings of one Thing. What is asked is asked by the first of the forms given that does."""

    def __init__(self, http: HttpBinding, coap: CoapBinding, mqtt: MqttBinding | None) -> None:
        """Send nothing yet; without a broker, forms of MQTT cannot be used."""
        self._coap = coap
        self._bindings: tuple[ProtocolBinding, ...] = (http, coap, *((mqtt,) if mqtt else ()))
        self._broken: set[Form] = set()

    def usable(self, forms: Iterable[Form], operation: Operation) -> tuple[Form, ...]:
        """Return the forms by which an operation can be done here."""
        able = (form for form in forms if operation in form.operations)
        return tuple(form for form in able if any(one.can(form, operation) for one in self._bindings))

    async def read(self, forms: tuple[Form, ...], *, urgent: bool = False) -> tuple[Form, Content]:
        """Return what is there, and by which form. Raises ThingError."""
        return await self._by_any(forms, lambda form: self._of(form).read(form, urgent=urgent))

    async def write(self, forms: tuple[Form, ...], made: Callable[[Form], Content]) -> None:
        """Replace what is there by what is `made` for the form. Raises ThingError."""
        await self._by_any(forms, lambda form: self._of(form).write(form, made(form)))

    async def invoke(self, forms: tuple[Form, ...], made: Callable[[Form], Content | None]) -> tuple[Form, Content]:
        """Let an action run, and return its output, and by which form. Raises ThingError."""
        return await self._by_any(forms, lambda form: self._of(form).invoke(form, made(form)))

    async def follow(self, form: Form, told: Told, opened: Callable[[], None], *, has_state: bool) -> None:
        """Follow by means of one form, as ProtocolBinding says. Raises ThingError."""
        await self._of(form).follow(form, told, opened, has_state=has_state)

    @property
    def retransmissions(self) -> int | None:
        """How often a message had to be sent again; None where that is not ours to know."""
        return self._coap.retransmissions

    def close(self) -> None:
        """End the connections."""
        self._coap.close()

    def _of(self, form: Form) -> ProtocolBinding:
        return next(one for one in self._bindings if any(one.can(form, operation) for operation in form.operations))

    async def _by_any[T](self, forms: tuple[Form, ...], request: Callable[[Form], Awaitable[T]]) -> tuple[Form, T]:
        """Ask by one form after the other while there seems to be nothing at it; what did not do is tried last."""
        refusal = Rejected(Reason.NO_FORM)
        for form in sorted(forms, key=self._broken.__contains__)[:_TRIED]:
            try:
                answer = await request(form)
            except Rejected as err:
                if err.reason not in _OF_THE_FORM:
                    raise
                self._broken.add(form)
                refusal = err
            else:
                self._broken.discard(form)
                return form, answer
        raise refusal
