"""MQTT forms (W3C WoT Binding Template for MQTT): topics of the broker that Home Assistant is connected to."""

import asyncio
from collections.abc import Callable
from typing import Final

from ....things.adapter import MessageBroker
from ....things.errors import Reason, Unreachable
from ..description.model import Form, Operation
from ..tables import MQTT
from .content import Content
from .protocol import Told

_PATIENCE: Final = 5.0
"""Seconds for a retained message to come."""


class MqttBinding:
    """MQTT to one Thing, by way of the broker."""

    def __init__(self, broker: MessageBroker) -> None:
        """Subscribe to nothing yet."""
        self._broker = broker

    def can(self, form: Form, operation: Operation) -> bool:  # noqa: ARG002 (all of them)
        """Tell whether a form is one of MQTT."""
        return form.scheme in MQTT and bool(form.target)

    async def read(self, form: Form, *, urgent: bool = False) -> Content:  # noqa: ARG002 (brokers do not queue)
        """Return the retained message, else the next one. Raises ThingError."""
        came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def listener(payload: bytes) -> None:
            if not came.done():
                came.set_result(payload)

        unsubscribe = await self._broker.subscribe(form.target, listener)
        try:
            async with asyncio.timeout(_PATIENCE):
                return Content(payload=await came, type=form.content_type)
        except TimeoutError as err:
            raise Unreachable(Reason.NOT_ANSWERING, address=form.target) from err
        finally:
            unsubscribe()

    async def write(self, form: Form, content: Content) -> None:
        """Publish. Raises ThingError."""
        await self._broker.publish(form.target, content.payload, retain=form.retain)

    async def invoke(self, form: Form, content: Content | None) -> Content:
        """Publish; there is no answer. Raises ThingError."""
        await self._broker.publish(form.target, b"" if content is None else content.payload, retain=form.retain)
        return Content(payload=b"")

    async def follow(self, form: Form, told: Told, opened: Callable[[], None], *, has_state: bool) -> None:  # noqa: ARG002 (a retained message is the broker's choice)
        """Subscribe, for good. Raises ThingError."""
        unsubscribe = await self._broker.subscribe(
            form.target, lambda payload: told(Content(payload=payload, type=form.content_type))
        )
        try:
            opened()
            await asyncio.get_running_loop().create_future()
        finally:
            unsubscribe()
