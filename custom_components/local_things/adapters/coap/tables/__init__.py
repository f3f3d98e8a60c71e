"""What units, OMA objects and resource types mean: data only."""

from .oma import (
    DEVICE_OBJECT,
    DEVICE_TEXTS,
    IPSO_OBJECTS,
    LWM2M_OBJECTS,
    MANAGEMENT_OBJECTS,
    MEASURED_RESOURCES,
    OBJECTS,
    SKIPPED_RESOURCES,
    TITLE_RESOURCE,
    UNIT_RESOURCE,
    ObjectRow,
    ResourceRow,
)
from .quantities import DEFAULT_UNITS, SCHEMAS
from .units import SPELLINGS, UNITS, Unit
from .words import (
    ACTUATOR_WORDS,
    BOOLEAN_WORDS,
    INTERFACES,
    OCF_TYPES,
    SENSOR_WORDS,
    InterfaceRow,
    TypeRow,
    WordRow,
)

__all__ = [
    "ACTUATOR_WORDS",
    "BOOLEAN_WORDS",
    "DEFAULT_UNITS",
    "DEVICE_OBJECT",
    "DEVICE_TEXTS",
    "INTERFACES",
    "IPSO_OBJECTS",
    "LWM2M_OBJECTS",
    "MANAGEMENT_OBJECTS",
    "MEASURED_RESOURCES",
    "OBJECTS",
    "OCF_TYPES",
    "SCHEMAS",
    "SENSOR_WORDS",
    "SKIPPED_RESOURCES",
    "SPELLINGS",
    "TITLE_RESOURCE",
    "UNITS",
    "UNIT_RESOURCE",
    "InterfaceRow",
    "ObjectRow",
    "ResourceRow",
    "TypeRow",
    "Unit",
    "WordRow",
]
