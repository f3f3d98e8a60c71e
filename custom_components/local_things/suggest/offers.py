"""What is offered of the miner's findings, and what became of it: pure rules over plain rows.

At most three are open, and one is new a day. A habit is offered after fourteen days and seven times. What somebody
rejected does not come back: it is known by the device that sets it off, by the target, and by what is done to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
import hashlib
from typing import Final

from .record.suggestion import EventTrigger, Evidence, Suggestion, SunTrigger, Verdict

MOST_OPEN: Final = 3
FEWEST_DAYS: Final = 14
FEWEST_HITS: Final = 7
NOT_NOW_S: Final = 60 * 86_400.0
SHADOW_S: Final = 7 * 86_400.0
OVERRIDE_S: Final = 120.0
"""Within this time, a person who takes back what a rule did overrides it."""

LAST: Final = 10
OVERRIDDEN: Final = 3
"""So many overrides of the last ten runs, and the user is asked whether to pause the rule."""


class Status(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    SHADOW = "shadow"
    ACCEPTED = "accepted"


class Reason(StrEnum):
    """Why somebody does not want it."""

    WRONG = "wrong"
    RARE = "rare"
    LIKE_DOING = "like_doing"
    OTHER_PERSON = "other_person"
    NOT_NOW = "not_now"
    NEVER_DEVICE = "never_device"


class Note(StrEnum):
    """What else is to be said of an offer."""

    OVERRIDDEN = "overridden"
    FADED = "faded"
    SILENT = "silent"
    RECENT = "recent"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A suggestion that the user sees. Times in s since the epoch."""

    suggestion: Suggestion
    status: Status = Status.OPEN
    since: float
    """When it came to where it stands."""
    shadow_since: float | None = None
    """Since when it is counted what it would have done; for a week."""
    shadow_counts: tuple[int, int] = (0, 0)
    """How often it would have fired since then, and how often that would have been right."""
    automation_id: str = ""
    fights: tuple[str, ...] = ()
    """Names of automations that may get in its way; nobody can say for sure."""
    overridden: tuple[bool, ...] = ()
    """Of the last runs of the automation made of it, whether somebody took it back."""
    verdict: Verdict | None = None

    @property
    def id(self) -> str:
        """What it is known by outside."""
        return hashlib.sha256(self.suggestion.key.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def notes(self) -> tuple[Note, ...]:
        """What else is to be said of it."""
        said = {
            Note.OVERRIDDEN: sum(self.overridden) >= OVERRIDDEN or self.verdict is Verdict.UNDONE,
            Note.FADED: self.verdict is Verdict.FADED,
            Note.SILENT: self.verdict is Verdict.SILENT,
            Note.RECENT: self.status is not Status.ACCEPTED and self.suggestion.recent,
            Note.UNSURE: bool(self.fights),
        }
        return tuple(note for note, holds in said.items() if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """What somebody does not want to hear of again."""

    trigger: str
    """The device, or the entity, that sets it off; "clock", "sunrise", "sunset"."""
    target: str
    effect: str
    reason: Reason
    time: float

    def covers(self, other: Rejection, now: float) -> bool:
        """Tell whether something that could be offered was meant."""
        if self.reason is Reason.NOT_NOW and now - self.time >= NOT_NOW_S:
            return False
        if self.target != other.target:
            return False
        return self.reason is Reason.NEVER_DEVICE or (self.trigger, self.effect) == (other.trigger, other.effect)


type Devices = Callable[[str], str]
"""Entity id → what it is a part of."""


def rejection(suggestion: Suggestion, reason: Reason, now: float, device: Devices) -> Rejection:
    """Return what is remembered of a suggestion that was rejected."""
    match suggestion.trigger:
        case EventTrigger(entity_id=entity_id):
            trigger = device(entity_id)
        case SunTrigger(event=event):
            trigger = event.value
        case _:
            trigger = "clock"
    target = suggestion.action
    return Rejection(trigger=trigger, target=target.entity_id, effect=target.state, reason=reason, time=now)


def is_worth(suggestion: Suggestion) -> bool:
    """Tell whether there is enough that speaks for it."""
    return len(suggestion.evidence.days) >= FEWEST_DAYS and suggestion.evidence.hits >= FEWEST_HITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All offers and rejections. Replaced whole."""

    offers: Mapping[str, Offer] = field(default_factory=dict)
    """By their ids."""
    rejections: tuple[Rejection, ...] = ()
    last_new: date | None = None
    """The day on which there last was a new one."""
    mined: float | None = None
    drift_checked: float | None = None
    seeded: bool = False
    """What the recorder knew was taken in, or the user erased it."""
    told: bool = False
    """The one notification was shown."""

    @property
    def open(self) -> list[Offer]:
        """Those that wait for a word of the user."""
        return [offer for offer in self.offers.values() if offer.status is Status.OPEN]

    def with_offer(self, offer: Offer) -> Book:
        """Return the book with an offer that is new or changed."""
        return replace(self, offers={**self.offers, offer.id: offer})

    def without(self, offer: Offer) -> Book:
        """Return the book without an offer."""
        return replace(self, offers={key: one for key, one in self.offers.items() if key != offer.id})

    def candidates(self, found: Iterable[Suggestion], now: float, device: Devices) -> list[Suggestion]:
        """Return what could be offered, the best first: enough speaks for it, and nobody said no."""
        wanted = []
        for suggestion in found:
            plea = rejection(suggestion, Reason.WRONG, now, device)
            if is_worth(suggestion) and not any(one.covers(plea, now) for one in self.rejections):
                wanted.append(suggestion)
        return wanted

    def renewed(self, found: Mapping[str, Suggestion], fights: Mapping[str, tuple[str, ...]]) -> Book:
        """Return the book with the newest evidence; what is open and no habit any more goes."""
        offers = {}
        for key, offer in self.offers.items():
            newest = found.get(offer.suggestion.key)
            if newest is not None and offer.status is not Status.ACCEPTED:
                offers[key] = replace(offer, suggestion=newest, fights=fights.get(newest.key, ()))
            elif offer.status is not Status.OPEN:
                offers[key] = offer
        return replace(self, offers=offers)

    def admitted(
        self, found: Sequence[Suggestion], fights: Mapping[str, tuple[str, ...]], now: float, today: date
    ) -> Book:
        """Return the book with the best one that is new, if there may be one more."""
        if len(self.open) >= MOST_OPEN or self.last_new == today:
            return self
        known = {offer.suggestion.key for offer in self.offers.values()}
        new = next((one for one in found if one.key not in known), None)
        if new is None:
            return self
        offer = Offer(suggestion=new, since=now, fights=fights.get(new.key, ()))
        return replace(self.with_offer(offer), last_new=today)

    def judged(self, verdicts: Mapping[str, Verdict]) -> Book:
        """Return the book with what became of accepted habits, by their keys."""
        return replace(
            self,
            offers={
                key: replace(offer, verdict=verdicts.get(offer.suggestion.key, offer.verdict))
                for key, offer in self.offers.items()
            },
        )


@dataclass(slots=True)
class Overrides:
    """Watches what people do after a rule that they accepted."""

    _running: dict[str, tuple[float, str]] = field(default_factory=dict, init=False)

    def ran(self, offer: Offer, time: float, word: str) -> Offer:
        """Note that an offer's automation brought its target about."""
        self._running[offer.id] = time, word
        return replace(offer, overridden=(*offer.overridden, False)[-LAST:])

    def undone(self, offer: Offer, time: float, word: str) -> Offer | None:
        """Return the offer where a person just took back what its automation did."""
        began, did = self._running.get(offer.id, (0.0, word))
        if word.partition(":")[0] == did.partition(":")[0] or not 0 <= time - began <= OVERRIDE_S:
            return None
        del self._running[offer.id]
        return replace(offer, overridden=(*offer.overridden[:-1], True))


def counted(offer: Offer, evidence: Evidence, now: float) -> Offer:
    """Return an offer in shadow mode with what it would have done until now; it is open again after a week."""
    over = offer.shadow_since is not None and now - offer.shadow_since >= SHADOW_S
    return replace(
        offer,
        shadow_counts=(evidence.opportunities, evidence.hits),
        status=Status.OPEN if over else offer.status,
    )
