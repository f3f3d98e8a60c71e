"""A decision in a sentence of the user's language, and as the data of an event."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import math
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..power.asked import Refusal
from ..power.decisions import Decision, RowFigures, Skip
from ..power.limits import Row, Unit
from ..things.documents import Json, JsonObject
from .house import House

_LONG_S: Final = 3600.0
"""A trip that is farther away than that is not told of."""

_MOST_KEPT: Final = 3
"""So many loads that were left alone are named in a sentence; the event has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells decisions about a house in one language."""

    house: House
    words: Mapping[str, str]

    def event(self, decision: Decision, entity_id: str, *, dry_run: bool) -> JsonObject:
        """Return the data of the event that a decision is."""
        return {
            "type": decision.kind.value,
            "load": self.title(decision.load),
            "entity_id": entity_id,
            "level": decision.level,
            "frees": round(decision.frees),
            "favours": self.title(decision.favours),
            "rows": [self._row(figures) for figures in decision.rows],
            "skipped": [{"load": self.title(load), "why": why.value} for load, why in decision.skipped],
            "dry_run": dry_run,
            "message": self.sentence(decision, dry_run=dry_run),
        }

    def sentence(self, decision: Decision, *, dry_run: bool = False) -> str:
        """Return a decision as one sentence: what, why, and what was left alone."""
        said = self._say(decision.kind.value, decision)
        if dry_run:
            said = f"{self._word('dry_run')}: {said}"
        details = "; ".join(filter(None, self._details(decision)))
        return f"{said}: {details}" if details else said

    def title(self, load: str) -> str:
        """Return the name of a load; "" for none."""
        enrolled = self.house.loads.get(load)
        return enrolled.load.title if enrolled else load

    def row_title(self, row: Row) -> str:
        """Return the name of a row: its limit, and its phase where it has one."""
        limit = self.house.site.limits[row.limit]
        return f"{limit.title} {row.phase.value}" if row.phase else limit.title

    def reason(self, why: Skip | Refusal) -> str:
        """Return why something is not done."""
        return self._word(f"why_{why.value}")

    def _details(self, decision: Decision) -> Iterator[str]:
        for figures in decision.rows:
            yield self._figures(figures)
        if decision.favours:
            yield self._word("favours").format(load=self.title(decision.favours))
        if decision.frees >= 1.0:
            yield self._word("frees").format(power=round(decision.frees))
        kept = [one for one in decision.skipped if one[1] is not Skip.IDLE][:_MOST_KEPT]
        if kept:
            named = ", ".join(f"{self.title(load)} ({self.reason(why)})" for load, why in kept)
            yield self._word("kept").format(loads=named)

    def _figures(self, figures: RowFigures) -> str:
        limit = self.house.site.limits[figures.row.limit]
        digits = 1 if limit.unit is Unit.AMPERE else 0
        words = {
            "limit": self.row_title(figures.row),
            "value": f"{figures.value:.{digits}f}",
            "room": f"{figures.room:.{digits}f}",
            "unit": limit.unit.value,
        }
        said = self._word("row").format(**words)
        if figures.time_to_trip < _LONG_S:
            said = f"{said}, {self._word('trip').format(seconds=math.ceil(figures.time_to_trip))}"
        return said

    def _row(self, figures: RowFigures) -> Json:
        limit = self.house.site.limits[figures.row.limit]
        return {
            "limit": limit.title,
            "phase": figures.row.phase.value if figures.row.phase else None,
            "value": round(figures.value, 2),
            "room": round(figures.room, 2),
            "unit": limit.unit.value,
            "time_to_trip": round(figures.time_to_trip, 1) if math.isfinite(figures.time_to_trip) else None,
        }

    def _say(self, word: str, decision: Decision) -> str:
        percentage = round(decision.level * 100) if decision.level is not None else 0
        return self._word(word).format(load=self.title(decision.load), level=percentage)

    def _word(self, name: str) -> str:
        return self.words.get(name, name)


async def async_words(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the words of sentences in the language of this Home Assistant."""
    prefix = f"component.{DOMAIN}.selector.budget_sentence.options."
    texts = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}
