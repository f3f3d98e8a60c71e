"""What interfaces, OMA objects and resource types mean: data only."""

from .interfaces import INTERFACES, InterfaceRow
from .ocf import (
    OCF_DEVICES,
    OCF_IDENTITIES,
    OCF_RESOURCES,
    OCF_TEXTS,
    OCF_TYPES,
    TELLING_KEYS,
    MemberRow,
    OcfRow,
)
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

__all__ = [
    "DEVICE_OBJECT",
    "DEVICE_TEXTS",
    "INTERFACES",
    "IPSO_OBJECTS",
    "LWM2M_OBJECTS",
    "MANAGEMENT_OBJECTS",
    "MEASURED_RESOURCES",
    "OBJECTS",
    "OCF_DEVICES",
    "OCF_IDENTITIES",
    "OCF_RESOURCES",
    "OCF_TEXTS",
    "OCF_TYPES",
    "SKIPPED_RESOURCES",
    "TELLING_KEYS",
    "TITLE_RESOURCE",
    "UNIT_RESOURCE",
    "InterfaceRow",
    "MemberRow",
    "ObjectRow",
    "OcfRow",
    "ResourceRow",
]
