"""Which entities a Thing becomes: ordered rules, composites first, each claims its affordances."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from weakref import WeakKeyDictionary

from homeassistant.const import EntityCategory, Platform
from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .entity import EntityPlan, unique_id
from .entity_rules import RULES, Rule
from .roster import ThingConfigEntry
from .things.model import Affordance, Component, ThingDescription
from .things.quantities import Quantity


def _link(*keys: str) -> tuple[EntityPlan, ...]:
    return tuple(
        EntityPlan(platform=Platform.SENSOR, key=key, enabled=key == "connection", category=EntityCategory.DIAGNOSTIC)
        for key in keys
    )


LINK = _link("connection", "last_seen", "retransmissions", "round_trip_time")
"""What every Thing has besides its affordances: how the exchange with it goes."""

RECEPTION = _link("link_quality", "link_strength")
"""What one has besides that is reached by radio."""

TRAFFIC = _link(
    "messages_received", "messages_sent", "messages_refused", "messages_dropped", "data_received", "data_sent"
)
"""What one has besides whose messages are counted."""

USAGE = EntityPlan(platform=Platform.SENSOR, key="asks_for_internet", category=EntityCategory.DIAGNOSTIC)
"""What one has besides that says what it wants of the network."""

_NO_COMPONENT = Component()


type Origin = tuple[EntityPlan, tuple[Affordance, ...]]
"""What an entity is made from: its plan, and the affordance of each role. Where either changes, it is made anew."""


def origins(description: ThingDescription, *, is_counted: bool = False) -> dict[tuple[str, str], Origin]:
    """Return, by platform and unique id, what makes every entity of a Thing: its affordances, and the link to it.

    `is_counted` says that there are counters of its messages.
    """
    link = () if description.parent else (*LINK, *(TRAFFIC if is_counted else ()))
    affordances = description.affordances
    return {
        (one.platform.value, unique_id(description.id, one)): (
            one,
            tuple(affordances[name] for name in one.roles.values()),
        )
        # A part is reached as the whole is.
        for one in (*plan(description), *link, *_besides(description))
    }


def _besides(description: ThingDescription) -> tuple[EntityPlan, ...]:
    return (*(RECEPTION if description.is_wireless else ()), *((USAGE,) if description.usage else ()))


@lru_cache(maxsize=4096)  # each platform of each Thing asks again
def plan(description: ThingDescription) -> tuple[EntityPlan, ...]:
    """Return the entities that a Thing's affordances become; none is used twice, but where a role is shared."""
    meaning: defaultdict[Quantity | None, list[Affordance]] = defaultdict(list)
    neighbours: defaultdict[str, list[Affordance]] = defaultdict(list)
    for affordance in description.affordances.values():
        neighbours[affordance.component].append(affordance)
        meaning[affordance.quantity].append(affordance)
        meaning[None].append(affordance)
    claimed: set[str] = set()
    plans: list[tuple[Rule, Affordance, EntityPlan]] = []
    for rule in RULES:
        for affordance in meaning.get(rule.role.quantity, ()):
            component = description.components.get(affordance.component, _NO_COMPONENT)
            if affordance.name in claimed or not rule.begins_with(affordance, component.type):
                continue
            roles = _roles(rule, affordance, neighbours[affordance.component], claimed)
            if rule.beside and not rule.beside & roles.keys():
                continue
            shared = {role.name for role in rule.also if role.shared}
            claimed.update(name for role, name in roles.items() if role not in shared)
            plans.append((rule, affordance, _planned(rule, roles, is_part=bool(description.parent))))
    return tuple(_labelled(plans, description))


def _roles(rule: Rule, affordance: Affordance, neighbours: Iterable[Affordance], claimed: set[str]) -> dict[str, str]:
    """Return the affordance of each role that is filled, the one that identifies the entity first."""
    roles = {rule.role.name: affordance.name}
    for role in rule.also:
        for other in neighbours:
            if other is not affordance and other.name not in claimed and role.fits(other):
                roles.setdefault(role.name, other.name)
    lacking = {role.name for role in rule.also if role.needs and role.needs not in roles}
    return {role: name for role, name in roles.items() if role not in lacking}


def _planned(rule: Rule, roles: Mapping[str, str], *, is_part: bool) -> EntityPlan:
    return EntityPlan(
        platform=rule.platform,
        key=rule.key,
        roles=roles,
        main=rule.main,
        enabled=rule.enabled and (rule.in_parts or not is_part),
        category=rule.category,
    )


def _labelled(
    plans: Iterable[tuple[Rule, Affordance, EntityPlan]], description: ThingDescription
) -> Iterator[EntityPlan]:
    """Give a label to entities whose name alone would not tell them apart on their device."""
    count = Counter((rule.platform, rule.key) for rule, _, _ in plans)
    for rule, affordance, entity_plan in plans:
        if count[rule.platform, rule.key] == 1 and not rule.labelled:
            yield entity_plan
            continue
        component = description.components.get(affordance.component, _NO_COMPONENT)
        yield replace(entity_plan, label=affordance.title or component.title or affordance.name)


type EntityMaker = Callable[[ThingCoordinator, EntityPlan], Entity]


def makers[DescriptionT: EntityDescription](
    entity_class: Callable[[ThingCoordinator, EntityPlan, DescriptionT], Entity], rows: Iterable[DescriptionT]
) -> dict[str, EntityMaker]:
    """Return, by key, what makes an entity of a plan and the row that has the plan's key."""

    def with_row(row: DescriptionT) -> EntityMaker:
        return lambda coordinator, entity_plan: entity_class(coordinator, entity_plan, row)

    return {row.key: with_row(row) for row in rows}


def add_entities(
    entry: ThingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: Platform,
    make: Mapping[str, EntityMaker],
) -> None:
    """Add a platform's entities of every Thing: of those that run now and, later, of each that appears or changes.

    What an entry shows besides its Things is added once.
    An entity whose plan has changed is made anew; upkeep.py has removed the old one by then.
    """
    made: WeakKeyDictionary[ThingCoordinator, dict[tuple[str, str], Origin]] = WeakKeyDictionary()

    @callback
    def thing_appeared(coordinator: ThingCoordinator) -> None:
        every = origins(coordinator.description, is_counted=coordinator.is_counted)
        now = {key: one for key, one in every.items() if key[0] == platform}
        before = made.get(coordinator, {})
        made[coordinator] = now
        new = [entity_plan for key, (entity_plan, _) in now.items() if before.get(key) != now[key]]
        async_add_entities((make[one.key](coordinator, one) for one in new), config_subentry_id=coordinator.subentry_id)

    for subentry_id, own in entry.runtime_data.entities(platform):
        async_add_entities(own, config_subentry_id=subentry_id)
    entry.async_on_unload(entry.runtime_data.async_listen_things(thing_appeared))
