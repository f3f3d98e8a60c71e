"""The steps of the walk: what a user does, in order, and what must then be seen."""

from collections.abc import Collection
from typing import Final

from . import (
    blueprint_forms,
    explaining_values,
    keeping_devices,
    keys,
    making_a_role,
    meeting_devices,
    panel,
    poe_switch,
    power_budget,
    rules,
    suggestions,
    web_things,
    zigbee,
)
from .step import Step

JOURNEYS: dict[str, tuple[Step, ...]] = {
    "meeting_devices": meeting_devices.STEPS,
    "web_things": web_things.STEPS,
    "poe_switch": poe_switch.STEPS,
    "zigbee": zigbee.STEPS,
    "making_a_role": making_a_role.STEPS,
    "rules": rules.STEPS,
    "power_budget": power_budget.STEPS,
    "suggestions": suggestions.STEPS,
    "panel": panel.STEPS,
    "keys": keys.STEPS,
    "explaining_values": explaining_values.STEPS,
    # Last, as Home Assistant reloads the entry half a minute after an entity of it was enabled.
    "keeping_devices": keeping_devices.STEPS,
    "blueprint_forms": blueprint_forms.STEPS,
}
"""Each by its name on the command line, in the order they are walked."""

IF_NAMED: Final = frozenset({"blueprint_forms"})
"""Those that are walked only when they are named."""


def steps(only: Collection[str] = ()) -> tuple[Step, ...]:
    """Return the steps of the journeys named, and of the first, which logs in; of all where none is named."""
    first = next(iter(JOURNEYS))
    wanted = {first, *only} if only else JOURNEYS.keys() - IF_NAMED
    return tuple(step for name, taken in JOURNEYS.items() if name in wanted for step in taken)
