"""From the members of a group to one description of it: what all of them can be told by one frame. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ...things.model import ActionAffordance, Component, ComponentType, DataSchema, PropertyAffordance, ThingDescription
from .described import ActionBinding, Described, PropertyBinding
from .rows import Setter
from .tables import WINDOW_COVERING

type _Key = tuple[int, int]

_TOGETHER: Final = frozenset(
    {
        *(Setter.ON_OFF, Setter.LEVEL, Setter.LIFT, Setter.TILT),
        *(Setter.COLOR_TEMPERATURE, Setter.HUE, Setter.SATURATION, Setter.COLOR),
    }
)
"""What is set by a command that a group is told at once. Nobody unlocks a group of doors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An endpoint of a device that is in a group."""

    described: Described
    endpoint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A group as one Thing, and by what name each member, in its order, has each of its properties."""

    described: Described
    names: Mapping[str, tuple[str, ...]]


def group_of(group_id: str, title: str, members: Sequence[Member]) -> Grouped | None:
    """Describe a group by what all its members have; None where that is nothing."""
    settable = [dict(_settable(one)) for one in members]
    properties: dict[str, PropertyAffordance] = {}
    bindings: dict[str, PropertyBinding] = {}
    names: dict[str, tuple[str, ...]] = {}
    components: dict[str, Component] = {}
    for key in settable[0]:
        if not all(key in one for one in settable):
            continue
        theirs = tuple(one[key] for one in settable)
        affordance = _shared([*_affordances(members, theirs)])
        components.setdefault(affordance.component, _component(members, theirs, affordance.component))
        properties[affordance.name] = affordance
        bindings[affordance.name] = members[0].described.properties[theirs[0]]
        names[affordance.name] = theirs
    if not properties:
        return None
    actions = dict(_actions(members))
    description = ThingDescription(
        id=group_id,
        title=title,
        components=components,
        properties=properties,
        actions={name: affordance for name, (affordance, _) in actions.items()},
    )
    described = Described(
        description=description,
        properties=bindings,
        actions={name: binding for name, (_, binding) in actions.items()},
    )
    return Grouped(described=described, names=names)


def _settable(member: Member) -> Iterator[tuple[_Key, str]]:
    """Yield the names of what can be set of a member, by cluster and attribute."""
    for name, binding in member.described.properties.items():
        if binding.endpoint == member.endpoint and binding.row.setter in _TOGETHER:
            yield (binding.row.cluster, binding.row.attribute), name


def _affordances(members: Sequence[Member], names: Sequence[str]) -> Iterator[PropertyAffordance]:
    for member, name in zip(members, names, strict=True):
        yield member.described.description.properties[name]


def _shared(affordances: Sequence[PropertyAffordance]) -> PropertyAffordance:
    """Return what several have in common: the first, in the range that is everybody's."""
    first = affordances[0]
    lowest = [one.schema.minimum for one in affordances if one.schema.minimum is not None]
    highest = [one.schema.maximum for one in affordances if one.schema.maximum is not None]
    schema: DataSchema = first.schema
    if lowest and highest and max(lowest) < min(highest):
        schema = replace(schema, minimum=max(lowest), maximum=min(highest))
    return replace(first, schema=schema)


def _component(members: Sequence[Member], names: Sequence[str], key: str) -> Component:
    """Return what the members are, where all are of one kind."""
    kinds: set[ComponentType] = set()
    for member, affordance in zip(members, _affordances(members, names), strict=True):
        kinds.add(member.described.description.components[affordance.component].type)
    return Component(type=kinds.pop() if len(kinds) == 1 else ComponentType.OTHER, title=key.partition("/")[0])


def _actions(members: Sequence[Member]) -> Iterator[tuple[str, tuple[ActionAffordance, ActionBinding]]]:
    """Yield what all members can be asked for, as the first has it: to stop a blind."""
    asked = [
        {
            binding.row.command: name
            for name, binding in one.described.actions.items()
            if binding.endpoint == one.endpoint and binding.row.cluster == WINDOW_COVERING
        }
        for one in members
    ]
    first = members[0].described
    for command, name in asked[0].items():
        if all(command in one for one in asked):
            yield name, (first.description.actions[name], first.actions[name])
