"""The suggester: keeps the log, looks for habits at night, and holds what is offered of them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import sqlite3
from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, label_registry as lr
from homeassistant.helpers.event import async_track_time_change, async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, OPTION_ACCOUNTS
from ..rule_advisor.hub import RuleAdvisorConfigEntry
from ..things.adapter import Unsubscribe
from ..things.documents import Json
from .keeping import Keeper
from .kept import Kept
from .listening import Listener
from .nightly import Miner, automation_entity
from .offers import FEWEST_DAYS, Book, Offer, Overrides, Reason, Status, rejection
from .record.model import PEOPLE, Source
from .record.sources import Noted
from .scope import Scope
from .seeding import async_seed
from .sentences import Speaker, async_speaker

_LOGGER = logging.getLogger(__name__)

SUGGESTER: HassKey[Suggester] = HassKey(f"{DOMAIN}_suggester")
"""Where the running suggester is in `hass.data`; there is one, as there is one rule advisor."""

NOTIFICATION: Final = f"{DOMAIN}_habits"
LABEL: Final = "learned"
"""The label that an automation gets when it is made of a suggestion."""

FLUSH: Final = timedelta(minutes=1)
_DAY_S: Final = 86_400.0
_HOUR: Final = 4
"""At night, and an hour that no change to or from summer time skips or repeats in most of the world."""


class Suggester:
    """Runs beside the rule advisor while its option says so."""

    def __init__(self, hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
        """Know nothing yet."""
        self.hass = hass
        self.entry = entry
        self.scope = Scope(hass, entry)
        self.keeper = Keeper(hass, self.scope)
        self.kept = Kept(hass)
        self.miner = Miner(hass, self.scope, self.keeper, self.kept)
        self.speaker = Speaker(hass, {})
        self._tracer = entry.runtime_data.tracer
        self._overrides = Overrides()
        self._listeners: list[Callable[[], None]] = []
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def book(self) -> Book:
        """What is offered and what was said of it."""
        return self.kept.book

    def sentences(self) -> list[Json]:
        """Return what is offered and not yet used, in the words of the household."""
        waiting = (offer for offer in self.book.offers.values() if offer.status is not Status.ACCEPTED)
        return [self.speaker.sentence(offer.suggestion) for offer in waiting]

    async def async_load(self) -> None:
        """Read what was kept."""
        await self.keeper.async_load()
        await self.kept.async_load()
        self.speaker = await async_speaker(self.hass)
        chosen = self.entry.options.get(OPTION_ACCOUNTS, ())
        users = await self.hass.auth.async_get_users()
        self._tracer.accounts |= {*chosen, *(user.id for user in users if user.system_generated)}

    @callback
    def async_start(self) -> None:
        """Listen, write, and look at night."""
        on_unload, bus = self.entry.async_on_unload, self.hass.bus
        self._since = dt_util.utcnow().timestamp()
        listener = Listener(self.hass, self._tracer, self.scope, self.keeper)
        listener.heard = self._heard
        listener.async_start(on_unload)
        on_unload(bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated))
        on_unload(bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stopping))
        on_unload(bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._final_write))
        on_unload(async_track_time_interval(self.hass, self._flush, FLUSH, cancel_on_shutdown=True))
        on_unload(async_track_time_change(self.hass, self._night, hour=_HOUR, minute=10, second=0))
        on_unload(async_at_started(self.hass, self._started))

    @callback
    def async_listen(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` whenever there is something else to show."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_close(self) -> None:
        """Write down what waits; what is being looked for ends."""
        self._end_run()
        await self.keeper.async_flush(everything=True)
        await self.kept.async_save()

    # ------------------------------------------------------------------------------------------ in its time

    async def _started(self, hass: HomeAssistant) -> None:
        """Take in what the recorder knows, the first time; look at once where there is enough that nobody looked at."""
        self._task = self.entry.async_create_background_task(hass, self._async_begin(), "first habits")

    async def _async_begin(self) -> None:
        if not self.book.seeded:
            if not self.keeper.extent.events:
                found = await async_seed(self.hass, self._tracer.accounts, self.scope.allows, self._since)
                try:
                    await self.keeper.async_add(found)
                except (OSError, sqlite3.Error) as err:
                    _LOGGER.warning("What the recorder knows could not be taken in: %s", err)
            self._use(replace(self.book, seeded=True))
        if self.book.mined is None and self.days >= FEWEST_DAYS:
            await self.async_mine()

    @property
    def days(self) -> int:
        """How many days the log spans."""
        extent = self.keeper.extent
        return 0 if extent.first is None or extent.last is None else int((extent.last - extent.first) / _DAY_S) + 1

    async def _flush(self, _now: datetime) -> None:
        await self.keeper.async_flush()

    async def _final_write(self, _event: Event) -> None:
        await self.keeper.async_flush(everything=True)

    @callback
    def _stopping(self, _event: Event) -> None:
        self._end_run()

    @callback
    def _end_run(self) -> None:
        if self.miner.run is not None:
            self.miner.run.end()

    @callback
    def _night(self, _now: datetime) -> None:
        self.async_look()

    @callback
    def async_look(self) -> None:
        """Look for habits, in the background."""
        self._task = self.entry.async_create_background_task(self.hass, self.async_mine(), "looking for habits")

    async def async_mine(self) -> None:
        """Look for habits; tell of the first ones."""
        if await self.miner.async_mine(self.speaker, self._show) and self.book.open and not self.book.told:
            self._use(replace(self.book, told=True))
            persistent_notification.async_create(
                self.hass,
                self.speaker.words["notification"],
                self.speaker.words["notification_title"],
                notification_id=NOTIFICATION,
            )
        self._show()

    # --------------------------------------------------------------------------------------- what people say

    @callback
    def offer(self, ident: str) -> Offer | None:
        """Return an offer by its id."""
        return self.book.offers.get(ident)

    @callback
    def accept(self, offer: Offer, automation_id: str) -> None:
        """Note that an automation was made of an offer; it gets a label of its own."""
        now = dt_util.utcnow().timestamp()
        accepted = replace(offer, status=Status.ACCEPTED, since=now, automation_id=automation_id)
        self._use(self.book.with_offer(accepted))
        entity_id = automation_entity(self.hass, accepted)
        entry = er.async_get(self.hass).async_get(entity_id) if entity_id else None
        if entry is not None:
            labels = lr.async_get(self.hass)
            label = labels.async_get_label_by_name(LABEL) or labels.async_create(LABEL, icon="mdi:school")
            er.async_get(self.hass).async_update_entity(entry.entity_id, labels={*entry.labels, label.label_id})

    @callback
    def shadow(self, offer: Offer) -> None:
        """Count for a week what an offer would do."""
        now = dt_util.utcnow().timestamp()
        self._use(self.book.with_offer(replace(offer, status=Status.SHADOW, since=now, shadow_since=now)))

    @callback
    def reject(self, offer: Offer, reason: Reason) -> None:
        """Take an offer back and remember why, so that it does not come again."""
        said = rejection(offer.suggestion, reason, dt_util.utcnow().timestamp(), self.miner.device_of)
        self._use(replace(self.book.without(offer), rejections=(*self.book.rejections, said)))

    async def async_erase(self) -> None:
        """Forget everything; learning begins anew from now on, not from what the recorder still has."""
        self._end_run()
        await self.keeper.async_erase()
        await self.kept.async_erase()
        persistent_notification.async_dismiss(self.hass, NOTIFICATION)
        self._use(Book(seeded=True))

    # ------------------------------------------------------------------------------------------ what happens

    @callback
    def _heard(self, noted: Noted) -> None:
        """See whether somebody takes back what an accepted automation just did."""
        for offer in self.book.offers.values():
            if offer.status is not Status.ACCEPTED or offer.suggestion.action.entity_id != noted.entity:
                continue
            changed = None
            if noted.source is Source.RULE and noted.rule == automation_entity(self.hass, offer):
                changed = self._overrides.ran(offer, noted.time, noted.word)
            elif noted.source in PEOPLE:
                changed = self._overrides.undone(offer, noted.time, noted.word)
            if changed is not None:
                self._use(self.book.with_offer(changed))
                return

    @callback
    def _registry_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        if event.data["action"] == "update" and (old := event.data.get("old_entity_id")) is not None:
            self.keeper.rename({old: event.data["entity_id"]})

    @callback
    def _use(self, book: Book) -> None:
        self.kept.use(book)
        self._show()

    @callback
    def _show(self) -> None:
        for listener in tuple(self._listeners):
            listener()
