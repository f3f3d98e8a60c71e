"""A suggestion in a sentence of the user's language. Names in it are data: what is shown, never what is in a rule."""

from collections.abc import Mapping, Sequence
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations, async_translate_state

from ..const import DOMAIN
from ..things.text import label
from .offers import Offer
from .record.suggestion import (
    ALL_DAYS,
    ClockTrigger,
    Condition,
    EventTrigger,
    StateCondition,
    Suggestion,
    SunCondition,
    SunTrigger,
    TimeWindow,
    Trigger,
    WeekdayCondition,
)
from .record.words import REPEATING

_UNITS: Final[Mapping[str, str]] = {"brightness_pct": " %", "percentage": " %", "position": " %", "temperature": "°"}
_WORKDAYS: Final = (0, 1, 2, 3, 4)
_WEEKEND: Final = (5, 6)
_MINUTE: Final = 60


class Speaker:
    """Makes sentences of rows, with the words of this Home Assistant's language."""

    def __init__(self, hass: HomeAssistant, words: Mapping[str, str]) -> None:
        """Take the words in."""
        self._hass = hass
        self.words = words

    def sentence(self, suggestion: Suggestion) -> str:
        """Return what people do, and how often."""
        target, evidence = suggestion.action, suggestion.evidence
        state = self._state(target.entity_id, target.state)
        if target.attribute is not None and target.value is not None:
            state = f"{state}, {target.value:g}{_UNITS.get(target.attribute, '')}"
        days = getattr(suggestion.trigger, "weekdays", ALL_DAYS)
        conditions = suggestion.conditions
        if tuple(days) != ALL_DAYS:
            conditions = (*conditions, WeekdayCondition(days=days))
        return self.words["habit"].format(
            trigger=self._trigger(suggestion.trigger),
            conditions="".join(f" {self._condition(one)}" for one in conditions),
            target=self.name(target.entity_id),
            state=state,
            within=_lasting(suggestion.within),
            hits=evidence.hits,
            opportunities=evidence.opportunities,
        )

    def notes(self, offer: Offer) -> list[str]:
        """Return what else is to be said of an offer."""
        names = ", ".join(label(name) for name in offer.fights)
        return [self.words[f"note_{note.value}"].format(names=names) for note in offer.notes]

    def name(self, entity_id: str) -> str:
        """Return what an entity is called."""
        state = self._hass.states.get(entity_id)
        return label(state.name) if state else entity_id

    def _trigger(self, trigger: Trigger) -> str:
        match trigger:
            case EventTrigger():
                return self._event(trigger)
            case ClockTrigger():
                return self.words["trigger_clock"].format(time=_clock(trigger.minute))
            case SunTrigger(offset=0):
                return self.words[f"trigger_{trigger.event.value}"]
            case SunTrigger():
                side = "before" if trigger.offset < 0 else "after"
                return self.words[f"trigger_{side}_{trigger.event.value}"].format(time=_lasting(abs(trigger.offset)))

    def _event(self, trigger: EventTrigger) -> str:
        kind = "trigger_for" if trigger.for_seconds else "trigger_from" if trigger.from_state else "trigger_state"
        if trigger.entity_id.partition(".")[0] in REPEATING:
            kind = "trigger_event"
        return self.words[kind].format(
            entity=self.name(trigger.entity_id),
            state=self._state(trigger.entity_id, trigger.to_state),
            before=self._state(trigger.entity_id, trigger.from_state or ""),
            time=_lasting(trigger.for_seconds),
        )

    def _condition(self, condition: Condition) -> str:
        match condition:
            case SunCondition():
                return self.words["and_day" if condition.up else "and_night"]
            case StateCondition():
                state = self._state(condition.entity_id, condition.state)
                return self.words["and_state"].format(entity=self.name(condition.entity_id), state=state)
            case TimeWindow():
                return self.words["and_window"].format(start=_clock(condition.start), end=_clock(condition.end))
            case WeekdayCondition():
                return self.words["and_days"].format(days=self._days(condition.days))

    def _days(self, days: Sequence[int]) -> str:
        if tuple(days) in (_WORKDAYS, _WEEKEND):
            return self.words["workdays" if tuple(days) == _WORKDAYS else "weekend"]
        return ", ".join(self.words[f"day_{day}"] for day in days)

    def _state(self, entity_id: str, state: str) -> str:
        """Return a state as Home Assistant shows it."""
        entry, now = er.async_get(self._hass).async_get(entity_id), self._hass.states.get(entity_id)
        device_class = now.attributes.get("device_class") if now else None
        domain = entity_id.partition(".")[0]
        platform, key = (entry.platform, entry.translation_key) if entry else (None, None)
        return label(async_translate_state(self._hass, state, domain, platform, key, device_class))


async def async_speaker(hass: HomeAssistant) -> Speaker:
    """Return whoever makes the sentences, in the language of this Home Assistant."""
    prefix = f"component.{DOMAIN}.selector.habit_sentence.options."
    texts = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return Speaker(hass, {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)})


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24}:{minute % 60:02}"


def _lasting(seconds: float) -> str:
    return f"{round(seconds / _MINUTE)} min" if seconds >= 2 * _MINUTE else f"{round(seconds)} s"
