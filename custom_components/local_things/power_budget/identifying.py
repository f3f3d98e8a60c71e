"""On which phases loads are, as the meters have shown it, and writing that into their settings."""

from homeassistant.core import callback
from homeassistant.util.json import JsonObjectType, JsonValueType

from .house import CONF_PHASES
from .hub import BudgetHub


@callback
def identify_phases(hub: BudgetHub, *, apply: bool) -> list[JsonValueType]:
    """Return what is known of each load; with `apply`, what is certain and new becomes a setting."""
    told: list[JsonValueType] = []
    for name, known in tuple(hub.loop.learner.phases.items()):
        subentry = hub.entry.subentries[name]
        phases = [phase.value for phase in known.accepted]
        new = bool(phases) and phases != list(subentry.data.get(CONF_PHASES, ()))
        if new and apply:
            data = {**subentry.data, CONF_PHASES: phases}
            hub.hass.config_entries.async_update_subentry(hub.entry, subentry, data=data)
        one: JsonObjectType = {
            "load": subentry.title,
            "phases": list(known.likeliest) if known.steps else [],
            "confidence": round(known.confidence, 3),
            "steps": known.steps,
            "certain": bool(known.accepted),
            "applied": new and apply,
        }
        told.append(one)
    return told
