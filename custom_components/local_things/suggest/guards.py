"""What is never suggested, whatever people do: acts that can hurt, or let somebody in (T14)."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import label_registry as lr
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .mining.actions import may_act, may_set
from .record.suggestion import Suggestion, Target
from .scope import Scope

SAFETY: Final = "safety"
"""The label with which a user keeps an entity, a device or an area out of all suggestions; in any case of letters."""

_DANGEROUS: Final = frozenset({"alarm", "door", "doorlock", "garage", "gate", "lock", "siren", "valve", "water"})
_HEATING: Final = frozenset({"boiler", "heater", "heating", "iron", "oven", "sauna", "stove"})
"""Words in the id of a switch that somebody put before such a thing: never, and only off."""


@callback
def is_safe(hass: HomeAssistant, scope: Scope, suggestion: Suggestion) -> bool:
    """Tell whether something may be suggested at all."""
    target = suggestion.action
    return (
        _may(scope, target)
        and scope.allows(target.entity_id)
        and target.entity_id not in labelled_safety(hass)
        and hass.states.get(target.entity_id) is not None
    )


def _may(scope: Scope, target: Target) -> bool:
    subject = scope.subject(target.entity_id)
    if subject.domain in ("switch", "input_boolean"):
        words = set(target.entity_id.partition(".")[2].split("_"))
        if words & _DANGEROUS or (words & _HEATING and target.state != "off"):
            return False
    if target.attribute is not None:
        return may_set(subject, target.state, target.attribute)
    return may_act(subject, target.state)


@callback
def labelled_safety(hass: HomeAssistant) -> frozenset[str]:
    """Return the entities that the user labelled, by themselves, their devices or their areas."""
    labels = [one.label_id for one in lr.async_get(hass).async_list_labels() if one.name.strip().lower() == SAFETY]
    found: set[str] = set()
    for label in labels:
        target = async_extract_referenced_entity_ids(hass, TargetSelection({"label_id": label}))
        found |= target.referenced | target.indirectly_referenced
    return frozenset(found)
