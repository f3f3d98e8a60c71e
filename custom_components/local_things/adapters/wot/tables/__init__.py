"""What the words of Thing Descriptions mean: data only."""

from .schemes import MQTT, PORTS
from .terms import NAMED, TERMS
from .types import AFFORDANCE_TYPES, THING_TYPES, TypeRow, local_name
from .units import UNIT_NAMES, unit_named
from .words import NAMES, NO_TRUTHS, TRUTHS, VALUE_WORDS, truth

__all__ = [
    "AFFORDANCE_TYPES",
    "MQTT",
    "NAMED",
    "NAMES",
    "NO_TRUTHS",
    "PORTS",
    "TERMS",
    "THING_TYPES",
    "TRUTHS",
    "UNIT_NAMES",
    "VALUE_WORDS",
    "TypeRow",
    "local_name",
    "truth",
    "unit_named",
]
