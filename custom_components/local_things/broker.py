"""The MQTT broker that the user's Home Assistant is connected to, through its own mqtt integration."""

from collections.abc import Callable
from typing import Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .things.adapter import MessageBroker, Unsubscribe
from .things.errors import Reason, Unreachable

_MQTT: Final = "mqtt"


class HomeAssistantBroker(MessageBroker):
    """Publishes and subscribes at quality of service 0: what is missed is asked for or said again."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Use the mqtt integration, which is set up."""
        self._hass = hass

    @override
    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish a message. Raises Unreachable while there is no connection."""
        from homeassistant.components import mqtt  # noqa: PLC0415 (only who has set it up has its library)

        try:
            await mqtt.async_publish(self._hass, topic, payload, retain=retain)
        except (HomeAssistantError, KeyError) as err:  # the latter where the integration could not be set up
            raise Unreachable(Reason.NOT_ANSWERING, address=f"mqtt:{topic}") from err

    @override
    async def subscribe(self, topic: str, listener: Callable[[bytes], None]) -> Unsubscribe:
        """Call `listener` with every payload of `topic`. Raises Unreachable while there is no connection."""
        from homeassistant.components import mqtt  # noqa: PLC0415 (as above)

        @callback
        def received(message: mqtt.ReceiveMessage) -> None:
            listener(bytes(message.payload) if isinstance(message.payload, bytes | bytearray) else b"")

        try:
            return await mqtt.async_subscribe(self._hass, topic, received, encoding=None)
        except HomeAssistantError as err:
            raise Unreachable(Reason.NOT_ANSWERING, address=f"mqtt:{topic}") from err


def broker_of(hass: HomeAssistant) -> MessageBroker | None:
    """Return the broker; None where the user has set up none."""
    return HomeAssistantBroker(hass) if _MQTT in hass.config.components else None
