"""One look at all rules: in two steps off the event loop, with what areas and groups hold asked for in between."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
import hashlib
import time
from typing import Final

from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..rules.analysis import analyse
from ..rules.findings import Finding
from ..rules.reading import House, UnreadableError, canonical, plain
from ..rules.rule import read_rules
from ..things.documents import Json
from .configured import Configured, Held

type Asked = tuple[str, str]
"""A kind of target and its id, as `rules.reading.Resolve` has them."""

MOST_ASKED: Final = 20_000
"""So many different targets are looked up; no house has more."""

_NO_GROUPS: Final = frozenset({"binary_sensor", "scene", "sensor"})
"""Domains whose `entity_id` attribute does not say whom an action goes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What one look at all rules brought."""

    findings: tuple[Finding, ...] = ()
    rules: Mapping[str, Configured] = field(default_factory=dict)
    """By the id that findings use."""
    prints: Mapping[str, str] = field(default_factory=dict)
    """Entity id of a rule → a hash of what it does, to see that it was changed."""
    read: int = 0
    unread: int = 0
    seconds: float = 0.0
    """Of processor time, both steps together."""


async def async_survey(hass: HomeAssistant, held: Held) -> Survey:
    """Look at all rules."""
    draft = await hass.async_add_executor_job(_draft, held)
    members = resolved(hass, draft.asked)
    states, known = hass.states.async_all(), tuple(er.async_get(hass).entities.values())
    return await hass.async_add_executor_job(_survey, draft, members, states, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    held: Held
    automations: tuple[Json, ...]
    scripts: Mapping[str, Json]
    scenes: Mapping[str, Json]
    prints: Mapping[str, str]
    asked: tuple[Asked, ...]
    unread: int
    seconds: float


def _draft(held: Held) -> _Draft:
    """Copy the configurations, and note which targets they name."""
    begin = time.thread_time()
    asked: dict[Asked, None] = {}

    def note(kind: str, name: str) -> Collection[str]:
        if len(asked) < MOST_ASKED:
            asked[kind, name] = None
        return ()

    copies = {rule.id: _copied(rule) for rule in (*held.automations, *held.scripts)}
    automations = tuple(one for rule in held.automations if (one := copies[rule.id]) is not None)
    scripts = {rule.unique_id: one for rule in held.scripts if (one := copies[rule.id]) is not None}
    scenes: dict[str, Json] = {
        scene: {entity: _state(state) for entity, state in states.items()} for scene, states in held.scenes.items()
    }
    read_rules(automations, House(scripts=scripts, scenes=scenes, resolve=note))
    return _Draft(
        held=held,
        automations=automations,
        scripts=scripts,
        scenes=scenes,
        prints={
            rule.entity_id: hashlib.sha256(canonical(copies[rule.id]).encode("utf-8", "replace")).hexdigest()
            for rule in (*held.automations, *held.scripts)
        },
        asked=tuple(asked),
        unread=sum(one is None for one in copies.values()),
        seconds=time.thread_time() - begin,
    )


def _copied(rule: Configured) -> Json:
    """Return a rule's configuration as JSON, under the id it is known by; None beyond all bounds."""
    try:
        return plain({**rule.config, "id": rule.id})
    except UnreadableError:
        return None


def _state(state: State) -> Json:
    try:
        return plain({**state.attributes, "state": state.state})
    except UnreadableError:
        return state.state


def _survey(
    draft: _Draft, members: Mapping[Asked, Collection[str]], states: Sequence[State], known: Sequence[er.RegistryEntry]
) -> Survey:
    """Read the copies again, with all that they name, and compare them."""
    begin = time.thread_time()
    # Disabled entities exist too; a script is also known by the name of its action.
    scripts = (script.id for script in draft.held.scripts)
    existing = {*(one.entity_id for one in states), *(one.entity_id for one in known), *scripts}
    classes = {one.entity_id: str(one.attributes.get(ATTR_DEVICE_CLASS, "")) for one in states}

    def resolve(kind: str, name: str) -> Collection[str]:
        return members.get((kind, name), ())

    house = House(scripts=draft.scripts, scenes=draft.scenes, resolve=resolve, classes=classes)
    reading = read_rules(draft.automations, house)
    findings = analyse(reading.rules, existing)
    return Survey(
        findings=findings,
        rules={rule.id: rule for rule in (*draft.held.automations, *draft.held.scripts)},
        prints=draft.prints,
        read=len(reading.rules),
        unread=draft.unread + len(reading.unread),
        seconds=draft.seconds + time.thread_time() - begin,
    )


@callback
def resolved(hass: HomeAssistant, asked: Iterable[Asked]) -> Mapping[Asked, Collection[str]]:
    """Return whom an action at each of these targets goes to, as Home Assistant itself says it; without nobody."""
    found = {one: _members(hass, *one) for one in asked}
    return {one: members for one, members in found.items() if members}


def _members(hass: HomeAssistant, kind: str, name: str) -> Collection[str]:
    if kind == "all":
        return hass.states.async_entity_ids(name)
    if kind != "entity":
        return async_extract_referenced_entity_ids(hass, TargetSelection({f"{kind}_id": name})).indirectly_referenced
    if "." not in name:
        entity = er.async_get(hass).entities.get_entry(name)
        return (entity.entity_id,) if entity else ()
    if name.startswith("group."):
        return async_extract_referenced_entity_ids(hass, TargetSelection({"entity_id": name})).referenced - {name}
    state = hass.states.get(name)
    if state is None or state.domain in _NO_GROUPS:
        return ()
    members = state.attributes.get("entity_id")
    return tuple(one for one in members if isinstance(one, str)) if isinstance(members, list | tuple) else ()
