"""Holds what is to be suggested against the rules there are: nothing that one does, undoes, or loops with gets by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from homeassistant.core import HomeAssistant

from ..rule_advisor.configured import Configured, held
from ..rule_advisor.survey import async_survey
from ..rules.findings import Confidence, Finding, FindingKind
from ..things.documents import JsonObject
from .record.suggestion import Suggestion

_PREFIX: Final = "local_things_suggested_"
"""Before the place of a suggestion: the id it has among the rules while it is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What got by, the best first, and the names of rules that may get in the way, by the suggestions' keys."""

    suggestions: tuple[Suggestion, ...] = ()
    fights: Mapping[str, tuple[str, ...]]


async def async_pass(hass: HomeAssistant, wanted: Sequence[tuple[Suggestion, JsonObject]]) -> Passed:
    """Look at all of them beside all rules at once, as the rule advisor does. `wanted` is the best first."""
    rules = held(hass)
    if rules is None or not wanted:  # nobody can say that it is done by no other
        return Passed(fights={})
    made = tuple(
        Configured(entity_id=f"automation.{_PREFIX}{index}", unique_id=f"{_PREFIX}{index}", name="", config=config)
        for index, (_, config) in enumerate(wanted)
    )
    survey = await async_survey(hass, replace(rules, automations=(*rules.automations, *made)))
    refused: set[int] = set()
    fights: dict[str, tuple[str, ...]] = {}
    for index, (suggestion, _) in enumerate(wanted):
        about = [one for one in survey.findings if _PREFIX + str(index) in _ids(one) and not _gone(one, refused)]
        if any(_refuses(one, index) for one in about):
            refused.add(index)
        elif names := sorted({rule.alias for one in about for rule in one.rules if not _place(rule.id)}):
            fights[suggestion.key] = tuple(names)
    passed = tuple(one for index, (one, _) in enumerate(wanted) if index not in refused)
    return Passed(suggestions=passed, fights=fights)


def _ids(finding: Finding) -> set[str]:
    return {rule.id for rule in finding.rules}


def _place(ident: str) -> str:
    place = ident.removeprefix(_PREFIX) if ident.startswith(_PREFIX) else ""
    return place if place.isdecimal() else ""


def _gone(finding: Finding, refused: set[int]) -> bool:
    """Tell whether it is about another suggestion that did not get by."""
    return any(int(place) in refused for ident in _ids(finding) if (place := _place(ident)))


def _refuses(finding: Finding, index: int) -> bool:
    """Tell whether a suggestion must not be made: for the sake of a rule there is, or of a better suggestion."""
    others = [int(place) for ident in _ids(finding) if (place := _place(ident)) and int(place) != index]
    if any(other > index for other in others):
        return False
    return finding.kind is not FindingKind.MISSING and finding.confidence is not Confidence.LOW
