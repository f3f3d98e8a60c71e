"""The rules as Home Assistant holds them, blueprints filled in: what there is of it besides its public functions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import logging
from typing import Final, Protocol

from homeassistant.components.automation import DATA_COMPONENT as AUTOMATIONS, DOMAIN as AUTOMATION
from homeassistant.components.script import DOMAIN as SCRIPT
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State, callback

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """An automation or a script that can run. `unique_id` is "" for an automation without an id."""

    entity_id: str
    unique_id: str
    name: str
    config: Mapping[str, object]

    @property
    def id(self) -> str:
        """What it is known by: its id, or its entity's where it has none."""
        if self.entity_id.startswith(f"{SCRIPT}."):
            return f"{SCRIPT}.{self.unique_id}"
        return self.unique_id or self.entity_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that Home Assistant holds: nothing of it is changed later, it is replaced, so any thread may read it."""

    automations: tuple[Configured, ...]
    scripts: tuple[Configured, ...]
    scenes: Mapping[str, Mapping[str, State]]
    """Entity id of a scene → entity → state."""


class _RuleEntity(Protocol):
    entity_id: str
    name: str
    raw_config: Mapping[str, object] | None
    unique_id: str | None


SCENES: Final = "homeassistant_scene"
"""Where Home Assistant's own scenes are in `hass.data`."""

_UNUSABLE: Final = (AttributeError, KeyError, TypeError)


@callback
def held(hass: HomeAssistant) -> Held | None:
    """Return the rules that can run; None where this Home Assistant does not hold them as we know it.

    `raw_config` is what the automation editor's websocket command answers with. An automation that is off does not
    fight, and of one that is unavailable Home Assistant itself tells what is wrong.
    """
    automations = hass.data.get(AUTOMATIONS)
    try:
        return Held(
            automations=tuple(_rules(hass, _entities(automations))),
            scripts=tuple(_rules(hass, _entities(hass.data.get(SCRIPT)))),
            scenes={
                entity.entity_id: entity.scene_config.states  # type: ignore[attr-defined]  # guarded, see above
                for entity in _entities(hass.data.get(SCENES))
                if hasattr(entity, "scene_config")
            },
        )
    except _UNUSABLE:
        _LOGGER.warning("This Home Assistant holds its rules in a way that is not known here", exc_info=True)
        return None


def _entities(found: object) -> Iterable[object]:
    """Return the entities of a component or a platform that may not be set up."""
    if found is None:
        return ()
    entities = found.entities  # type: ignore[attr-defined]  # guarded
    return tuple(entities.values()) if isinstance(entities, Mapping) else tuple(entities)


def _rules(hass: HomeAssistant, entities: Iterable[object]) -> Iterator[Configured]:
    for entity in entities:
        rule: _RuleEntity = entity  # type: ignore[assignment]  # guarded
        state = hass.states.get(rule.entity_id)
        if rule.raw_config and state and _can_run(state):
            unique_id = rule.unique_id or ""
            yield Configured(entity_id=rule.entity_id, unique_id=unique_id, name=state.name, config=rule.raw_config)


def _can_run(state: State) -> bool:
    """Tell whether a rule can run: the state of a script says whether it does so now."""
    return state.state == STATE_ON if state.domain == AUTOMATION else state.state != STATE_UNAVAILABLE
