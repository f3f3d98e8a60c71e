"""The steps of the walk: what a user does, in order, and what must then be seen."""

from . import explaining_values, keeping_devices, making_a_role, meeting_devices, poe_switch, web_things
from .step import Step

STEPS: tuple[Step, ...] = (
    *meeting_devices.STEPS,
    *web_things.STEPS,
    *poe_switch.STEPS,
    *making_a_role.STEPS,
    *explaining_values.STEPS,
    # Last, as Home Assistant reloads the entry half a minute after an entity of it was enabled.
    *keeping_devices.STEPS,
)
