"""Which entities a Thing becomes: ordered rules, composites first, each claims its affordances."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from homeassistant.const import EntityCategory, Platform
from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .entity import EntityPlan
from .hub import NetworkConfigEntry
from .things.model import (
    ActionAffordance,
    Affordance,
    ComponentType,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
    ValueType,
)
from .things.quantities import Quantity

_NUMERIC = (ValueType.NUMBER, ValueType.INTEGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way in which affordances of one component become one entity.

    The affordance of quantity `quantity` and kind `kind` is required and becomes the role "value"; each
    of `also` (role → quantity) is taken along if the component has it. `writable` None means either.
    """

    platform: Platform
    key: str
    quantity: Quantity
    kind: type[Affordance] = PropertyAffordance
    writable: bool | None = None
    types: tuple[ValueType, ...] = _NUMERIC
    component: ComponentType | None = None
    also: Mapping[str, Quantity] | None = None
    main: bool = False
    enabled: bool = True
    category: EntityCategory | None = None

    def matches(self, affordance: Affordance, component: ComponentType) -> bool:
        """Tell whether `affordance`, in a component of this type, can be the entity's value."""
        if not isinstance(affordance, self.kind) or affordance.quantity is not self.quantity:
            return False
        if self.component not in (None, component):
            return False
        if not isinstance(affordance, PropertyAffordance):
            return True
        writable = not affordance.read_only
        return affordance.schema.type in self.types and self.writable in (None, writable)


def _sensor(quantity: Quantity, *, category: EntityCategory | None = None) -> Rule:
    return Rule(platform=Platform.SENSOR, key=quantity.value, quantity=quantity, category=category)


def _binary_sensor(quantity: Quantity, *, category: EntityCategory | None = None) -> Rule:
    return Rule(
        platform=Platform.BINARY_SENSOR,
        key=quantity.value,
        quantity=quantity,
        types=(ValueType.BOOLEAN,),
        category=category,
    )


RULES: tuple[Rule, ...] = (
    # Composites.
    Rule(
        platform=Platform.LIGHT,
        key="light",
        quantity=Quantity.ON_OFF,
        writable=True,
        types=(ValueType.BOOLEAN,),
        component=ComponentType.LIGHT,
        also={"level": Quantity.LEVEL},
        main=True,
    ),
    # Single affordances that can be acted on.
    Rule(
        platform=Platform.SWITCH,
        key="outlet",
        quantity=Quantity.ON_OFF,
        writable=True,
        types=(ValueType.BOOLEAN,),
        component=ComponentType.OUTLET,
        main=True,
    ),
    Rule(platform=Platform.SWITCH, key="on_off", quantity=Quantity.ON_OFF, writable=True, types=(ValueType.BOOLEAN,)),
    Rule(platform=Platform.NUMBER, key="level", quantity=Quantity.LEVEL, writable=True),
    Rule(
        platform=Platform.NUMBER,
        key="temperature_set_point",
        quantity=Quantity.TEMPERATURE_SET_POINT,
        writable=True,
    ),
    Rule(
        platform=Platform.BUTTON,
        key="restart",
        quantity=Quantity.RESTART,
        kind=ActionAffordance,
        category=EntityCategory.CONFIG,
    ),
    Rule(platform=Platform.EVENT, key="press", quantity=Quantity.PRESS, kind=EventAffordance),
    # Single affordances that can only be seen.
    *(
        _sensor(quantity, category=EntityCategory.DIAGNOSTIC)
        for quantity in (Quantity.BATTERY, Quantity.DATA_SIZE, Quantity.SIGNAL_STRENGTH)
    ),
    *(
        _sensor(quantity)
        for quantity in (
            Quantity.ACCELERATION,
            Quantity.ANGLE,
            Quantity.ANGULAR_VELOCITY,
            Quantity.APPARENT_POWER,
            Quantity.CARBON_DIOXIDE,
            Quantity.CONCENTRATION,
            Quantity.CONDUCTIVITY,
            Quantity.COUNT,
            Quantity.CURRENT,
            Quantity.DATA_RATE,
            Quantity.DIRECTION,
            Quantity.DISTANCE,
            Quantity.DURATION,
            Quantity.ENERGY,
            Quantity.FREQUENCY,
            Quantity.HUMIDITY,
            Quantity.ILLUMINANCE,
            Quantity.IRRADIANCE,
            Quantity.LEVEL,
            Quantity.MAGNETIC_FLUX_DENSITY,
            Quantity.MASS,
            Quantity.MASS_CONCENTRATION,
            Quantity.PERCENTAGE,
            Quantity.PH,
            Quantity.PM1,
            Quantity.PM10,
            Quantity.PM25,
            Quantity.POWER,
            Quantity.POWER_FACTOR,
            Quantity.PRECIPITATION,
            Quantity.PRECIPITATION_INTENSITY,
            Quantity.PRESSURE,
            Quantity.REACTIVE_ENERGY,
            Quantity.REACTIVE_POWER,
            Quantity.SOUND_PRESSURE,
            Quantity.SPEED,
            Quantity.TEMPERATURE,
            Quantity.TEMPERATURE_SET_POINT,
            Quantity.VOLATILE_ORGANIC_COMPOUNDS,
            Quantity.VOLTAGE,
            Quantity.VOLUME,
            Quantity.VOLUME_FLOW_RATE,
            Quantity.WIND_SPEED,
        )
    ),
    *(
        _binary_sensor(quantity)
        for quantity in (
            Quantity.CARBON_MONOXIDE,
            Quantity.GAS,
            Quantity.MOISTURE,
            Quantity.MOTION,
            Quantity.ON_OFF,
            Quantity.OPENING,
            Quantity.PRESENCE,
            Quantity.SMOKE,
            Quantity.VIBRATION,
        )
    ),
    _binary_sensor(Quantity.TAMPER, category=EntityCategory.DIAGNOSTIC),
    # What nobody recognised is kept, out of the way.
    Rule(
        platform=Platform.SENSOR,
        key="unknown",
        quantity=Quantity.UNKNOWN,
        types=tuple(ValueType),
        enabled=False,
        category=EntityCategory.DIAGNOSTIC,
    ),
)


def plan(description: ThingDescription) -> tuple[EntityPlan, ...]:
    """Return the entities that a Thing becomes; no affordance is used twice."""
    plans: list[tuple[EntityPlan, Affordance]] = []
    claimed: set[str] = set()
    for rule in RULES:
        for affordance, roles in _matches(rule, description, claimed):
            claimed.update(roles.values())
            entity_plan = EntityPlan(
                platform=rule.platform,
                key=rule.key,
                roles=roles,
                main=rule.main,
                enabled=rule.enabled,
                category=rule.category,
            )
            plans.append((entity_plan, affordance))
    return tuple(_labelled(plans, description))


def _matches(
    rule: Rule, description: ThingDescription, claimed: set[str]
) -> Iterator[tuple[Affordance, dict[str, str]]]:
    """Yield what `rule` finds among the unclaimed affordances: the value's affordance and all roles."""
    for affordance in description.affordances.values():
        component = description.components.get(affordance.component)
        kind = component.type if component else ComponentType.OTHER
        if affordance.name in claimed or not rule.matches(affordance, kind):
            continue
        roles = {"value": affordance.name}
        for role, quantity in (rule.also or {}).items():
            for other in description.properties.values():
                writable_peer = not other.read_only and other.component == affordance.component
                if writable_peer and other.quantity is quantity and other.name not in claimed:
                    roles.setdefault(role, other.name)
        yield affordance, roles


def _labelled(plans: list[tuple[EntityPlan, Affordance]], description: ThingDescription) -> Iterator[EntityPlan]:
    """Give a label to entities whose name alone would not tell them apart on their device."""
    count = Counter((entity_plan.platform, entity_plan.key) for entity_plan, _ in plans)
    for entity_plan, affordance in plans:
        if count[entity_plan.platform, entity_plan.key] == 1 and entity_plan.key != "unknown":
            yield entity_plan
            continue
        component = description.components.get(affordance.component)
        title = affordance.title or (component.title if component else "")
        yield replace(entity_plan, label=title or affordance.name)


type EntityMaker = Callable[[ThingCoordinator, EntityPlan], Entity]


def maker[DescriptionT: EntityDescription](
    entity_class: Callable[[ThingCoordinator, EntityPlan, DescriptionT], Entity], rows: Iterable[DescriptionT]
) -> EntityMaker:
    """Return what makes a platform's entity of a plan, by the row that has the plan's key."""
    by_key = {row.key: row for row in rows}
    return lambda coordinator, entity_plan: entity_class(coordinator, entity_plan, by_key[entity_plan.key])


def add_entities(
    entry: NetworkConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: Platform,
    make: EntityMaker,
) -> None:
    """Add a platform's entities of every Thing: of those that run now and, later, of each that appears or grows."""
    added: set[tuple[str, str]] = set()

    @callback
    def thing_appeared(coordinator: ThingCoordinator) -> None:
        subentry_id = coordinator.subentry.subentry_id
        plans = [
            entity_plan
            for entity_plan in plan(coordinator.description)
            if entity_plan.platform is platform and (subentry_id, entity_plan.affordance) not in added
        ]
        added.update((subentry_id, entity_plan.affordance) for entity_plan in plans)
        async_add_entities((make(coordinator, one) for one in plans), config_subentry_id=subentry_id)

    entry.async_on_unload(entry.runtime_data.async_listen_things(thing_appeared))
