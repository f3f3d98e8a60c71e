"""One affordance of an endpoint, made of a row of the tables where the endpoint has what the row says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...things.model import Affordance, ComponentType, DataSchema, PropertyAffordance, ValueType
from ...things.quantities import Quantity
from .convert import Known, limit
from .described import ActionBinding, EventBinding, PropertyBinding
from .node import EndpointRecord
from .rows import AttributeRow, Setter

type Binding = PropertyBinding | ActionBinding | EventBinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An affordance, where it is, and the component it is in."""

    affordance: Affordance
    binding: Binding
    type: ComponentType = ComponentType.OTHER


def property_of(
    endpoint: EndpointRecord,
    row: AttributeRow,
    kind: ComponentType = ComponentType.OTHER,
    *,
    is_client: bool = False,
    component: str = "",
) -> Iterator[Offer]:
    """Yield the property of a row, where the endpoint has its attribute; `component` names one of its own."""
    clusters = endpoint.clients if is_client else endpoint.servers
    cluster = clusters.get(row.cluster)
    if cluster is None or row.attribute in cluster.undefined:
        return
    if row.attribute in cluster.unsupported and not row.certain:
        return
    known = cluster.attributes.get
    if row.needs_value and known(row.attribute) is None:
        return
    suffix = f"/{row.quantity}" if row.quantity in _SHARES_AN_ATTRIBUTE else ""
    side = "out/" if is_client else ""
    affordance = PropertyAffordance(
        name=f"{endpoint.id}/{side}{row.cluster:04x}/{row.attribute & 0xFFFF:04x}{suffix}",
        title=row.title,
        component=component or component_of(endpoint, kind),
        quantity=row.quantity,
        schema=_schema(row, known),
        read_only=row.setter is Setter.NONE,
    )
    binding = PropertyBinding(endpoint=endpoint.id, row=row, is_client=is_client)
    yield Offer(affordance=affordance, binding=binding, type=kind)


def _schema(row: AttributeRow, known: Known) -> DataSchema:
    """Return what values of a row can be, on a device of which so much is known."""
    minimum = limit(row, row.minimum_at, row.minimum, known)
    maximum = limit(row, row.maximum_at, row.maximum, known)
    if minimum is not None and maximum is not None and minimum >= maximum:
        minimum, maximum = row.minimum, row.maximum
    is_number = row.type in {ValueType.NUMBER, ValueType.INTEGER}
    # Of what is only read, words are what it says now and then; of a setting they are all it can be.
    are_all = row.closed or row.setter is not Setter.NONE
    return DataSchema(
        type=row.type,
        minimum=minimum if is_number else None,
        maximum=maximum if is_number else None,
        step=row.step if is_number else None,
        enum=tuple(word for _, word in row.words) if are_all else (),
    )


_SHARES_AN_ATTRIBUTE: Final = frozenset({Quantity.TAMPER, Quantity.MODE})
_APART: Final = frozenset(
    {ComponentType.COVER, ComponentType.FAN, ComponentType.LOCK, ComponentType.SIREN, ComponentType.THERMOSTAT}
)


def component_of(endpoint: EndpointRecord, kind: ComponentType) -> str:
    """Return the component: an endpoint that is several things has one for each."""
    return f"{endpoint.id}/{kind}" if kind in _APART else str(endpoint.id)
