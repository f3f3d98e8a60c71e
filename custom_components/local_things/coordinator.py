"""One coordinator per Thing: carries its state into Home Assistant by push."""

from collections.abc import Callable
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import DOMAIN
from .things.adapter import ConsumedThing, Unsubscribe
from .things.errors import Reason, ThingError
from .things.model import EventOccurrence, ThingDescription, ThingState
from .things.traffic import Counters

_LOGGER = logging.getLogger(__name__)

_USER_MISTAKES = frozenset({Reason.OUT_OF_RANGE, Reason.READ_ONLY})


def translated(err: ThingError, device: str) -> HomeAssistantError:
    """Turn an error of the waist into the sentence a user reads. The one place where this is done."""
    kind = ServiceValidationError if err.reason in _USER_MISTAKES else HomeAssistantError
    return kind(
        translation_domain=DOMAIN,
        translation_key=err.reason.value,
        translation_placeholders=placeholders(err, device),
    )


def placeholders(err: ThingError, device: str) -> dict[str, str]:
    """Return the words of an error's sentence; every sentence may use any of these."""
    return {"device": device, "address": device, "code": "", "detail": "", **err.words}


class ThingCoordinator(DataUpdateCoordinator[ThingState]):
    """Follows one Thing. Entities read `data` and `thing.description`; nobody polls through it."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        title: str,
        thing: ConsumedThing,
        on_lost: Callable[[], None],
    ) -> None:
        """Subscribe to `thing`; its present state is there at once. `on_lost` is called when it falls silent."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=title, update_interval=None, always_update=False)
        self.changed: frozenset[str] | None = None
        """While the listeners are called: the properties that changed; None where anything may have."""
        self._on_lost = on_lost
        self._event_listeners: list[Callable[[EventOccurrence], None]] = []
        self._turn_listeners: list[Callable[[ThingState], None]] = []
        self._turn: tuple[bool, Reason | None] | None
        self._unsubscribe: list[Unsubscribe] = []
        self._was_available: bool | None = None
        self.silent_since: float | None = None
        """Since when the device is not available, on the loop's clock; None while it is."""
        self._suspended: Reason | None
        self._follow(thing)

    @property
    def description(self) -> ThingDescription:
        """What the Thing offers."""
        return self.thing.description

    @property
    def subentry_id(self) -> str | None:
        """The subentry that the Thing belongs to; None where it belongs to the entry itself."""
        return None

    @property
    def device(self) -> DeviceEntry | None:
        """The device of another integration that the entities go to; None where the Thing is a device itself."""
        return None

    @property
    def link_address(self) -> str:
        """The hardware address of the device, as the kernel knows it; empty where nobody does."""
        return ""

    @property
    def is_counted(self) -> bool:
        """Whether there are counters of what the device sends and is sent."""
        return False

    @property
    def traffic(self) -> Counters | None:
        """What the device sent and was sent; None where none of its addresses is known."""
        return None

    @property
    def suggested_area(self) -> str:
        """The area that the user chose when the device was accepted; empty where none."""
        return ""

    def name_said(self, affordance: str) -> str:  # noqa: ARG002 (for those who have been told)
        """Return what the user calls an affordance, or ""."""
        return ""

    async def async_replace(self, thing: ConsumedThing) -> None:
        """Follow `thing` from now on, as after a firmware update or an address change; entities stay."""
        await self.async_shutdown_thing()
        self._follow(thing)
        self.async_update_listeners()

    @property
    def suspended(self) -> Reason | None:
        """Why the Thing was let go: another device answers in its place, or it has no power; None while it is not."""
        return self._suspended

    async def async_suspend(self, reason: Reason) -> None:
        """Let go of the Thing; its entities are unavailable until `async_replace`."""
        await self.async_shutdown_thing()
        self._suspended = reason
        self._on_state(ThingState(available=False, values=self.data.values, reason=reason))

    async def async_shutdown_thing(self) -> None:
        """Let go of the Thing and end its exchanges."""
        if not self._unsubscribe:
            return
        while self._unsubscribe:
            self._unsubscribe.pop()()
        await self.thing.close()

    @callback
    def async_listen_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event of the Thing."""
        self._event_listeners.append(listener)
        return lambda: self._event_listeners.remove(listener)

    @callback
    def async_listen_turns(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` when the Thing becomes available or not, or says another reason why not."""
        self._turn_listeners.append(listener)
        return lambda: self._turn_listeners.remove(listener)

    @override
    async def _async_update_data(self) -> ThingState:
        """Answer a refresh asked for by hand: the Thing pushes, so what is known is the answer."""
        return self.thing.state

    def _follow(self, thing: ConsumedThing) -> None:
        self._suspended = None
        if self._was_available:
            self._was_available = None  # a Thing that starts anew has not gone; one that was gone is still awaited
        self._turn = None
        self.thing = thing
        self.data = thing.state
        self._unsubscribe = [thing.subscribe(self._on_state), thing.subscribe_events(self._on_event)]

    @callback
    def _on_state(self, state: ThingState) -> None:
        self._note_turn(state)
        if state != self.data:
            self.changed = _changed(self.data, state)
            self.async_set_updated_data(state)
            self.changed = None

    @callback
    def _on_event(self, occurrence: EventOccurrence) -> None:
        for listener in tuple(self._event_listeners):
            listener(occurrence)

    def _note_turn(self, state: ThingState) -> None:
        """Log once when the device goes and once when it is back."""
        if state.available:
            self.silent_since = None
        elif self.silent_since is None:
            self.silent_since = self.hass.loop.time()
        if self._was_available and not state.available:
            _LOGGER.warning("%s does not answer any more; its entities are unavailable until it does", self.name)
            self._on_lost()
        elif self._was_available is False and state.available:
            _LOGGER.info("%s answers again", self.name)
        if (turn := (state.available, state.reason)) != self._turn:
            self._turn = turn
            for listener in tuple(self._turn_listeners):
                listener(state)
        # A device that never answered since the start is not news before it does.
        if state.available or self._was_available is not None:
            self._was_available = state.available


class GuestCoordinator(ThingCoordinator):
    """Follows a Thing whose entities go to the device of another integration, or of another entry."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, device: DeviceEntry, title: str, thing: ConsumedThing
    ) -> None:
        """Follow `thing` for `device`."""
        super().__init__(hass, entry, title, thing, lambda: None)
        self._device = device

    @property
    @override
    def device(self) -> DeviceEntry:
        """The device that the entities go to."""
        return self._device


def _changed(before: ThingState, after: ThingState) -> frozenset[str] | None:
    """Return the names of the properties that differ; None where availability does, or the reason."""
    if (before.available, before.reason) != (after.available, after.reason):
        return None
    old, new = before.values, after.values
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
