"""What a quirk changes of what the tables say of a device."""

from dataclasses import replace
import logging
from types import SimpleNamespace
from typing import Final

from ...things.model import ComponentType, PropertyAffordance
from ...things.quantities import Quantity
from . import tables as t
from .described import EventBinding, PropertyBinding
from .node import Change, EndpointRecord, NodeRecord
from .offer import Offer

_LOGGER = logging.getLogger(__name__)

_ZONE: Final = type("IASZone", (SimpleNamespace,), {})
"""Some functions of quirks look at the name of the class."""


def is_renamed(endpoint: EndpointRecord, offer: Offer) -> bool:
    """Tell whether an offer is of a cluster that the device's quirk gave another meaning."""
    binding = offer.binding
    if isinstance(binding, EventBinding):
        return False  # a command is what it is called
    is_client = isinstance(binding, PropertyBinding) and binding.is_client
    cluster = (endpoint.clients if is_client else endpoint.servers).get(binding.row.cluster)
    return cluster is not None and cluster.is_renamed


def as_shown(node: NodeRecord, endpoint: EndpointRecord, offer: Offer) -> Offer | None:
    """Return an offer as a quirk wants it to be shown; None where it does not want it at all."""
    for change in node.changes:
        if not _is_meant(change, endpoint, offer):
            continue
        if change.is_setting:
            affordance = replace(offer.affordance, quantity=Quantity.UNKNOWN, component=f"{endpoint.id}/setting")
            offer = replace(offer, affordance=affordance, type=ComponentType.OTHER)
        elif change.quantity is None:
            return None
        elif isinstance(offer.affordance, PropertyAffordance):
            offer = replace(offer, affordance=replace(offer.affordance, quantity=change.quantity))
    return offer


def _is_meant(change: Change, endpoint: EndpointRecord, offer: Offer) -> bool:
    binding = offer.binding
    cluster = binding.cluster if isinstance(binding, EventBinding) else binding.row.cluster
    attribute = binding.row.attribute if isinstance(binding, PropertyBinding) else None
    if change.endpoint not in (None, endpoint.id) or change.cluster not in (None, cluster):
        return False
    if change.attribute not in (None, attribute):
        return False
    if change.is_meant is None:
        return True
    try:
        return bool(change.is_meant(_entity(offer)))
    except Exception:  # noqa: BLE001 - other people's code, which expects one of ZHA's entities
        _LOGGER.debug("A quirk's function did not understand %s", offer.affordance.name)
        return False


def _entity(offer: Offer) -> object:
    """Return what a quirk's function may look at, as ZHA's entity of the same meaning would have it."""
    binding = offer.binding
    device_class: str | None = None
    if isinstance(binding, PropertyBinding):
        if (binding.row.cluster, binding.row.attribute) == (t.IAS_ZONE, t.ZONE_STATUS):
            return _ZONE(device_class=None, translation_key="ias_zone")
        if binding.is_client:
            device_class = str(offer.affordance.quantity)
    return SimpleNamespace(device_class=device_class, translation_key=None)
