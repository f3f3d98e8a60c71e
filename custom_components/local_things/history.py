"""What the recorder still has of what was removed: the user says whether it is to be erased."""

from collections.abc import Iterable
import re
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ulid import ulid_now

from .const import DOMAIN, ISSUE_HISTORY

LEFT: HassKey[dict[str, frozenset[str]]] = HassKey(f"{DOMAIN}.history")
"""By the id of the issue, the entities that are gone."""

RECORDER: Final = "recorder"
"""Named here: its constants come with its database."""

_OWN: Final = re.compile("[?#]")
"""What stands between a Thing's id and the rest of an entity's unique id."""


@callback
def async_entities_of(hass: HomeAssistant, thing_id: str) -> frozenset[str]:
    """Return the entities that a Thing has, or had: those of one that was just removed are among the deleted."""
    registry = er.async_get(hass)
    present = ((one.entity_id, one.platform, one.unique_id) for one in registry.entities.values())
    deleted = ((one.entity_id, one.platform, one.unique_id) for one in registry.deleted_entities.values())
    return frozenset(
        entity_id
        for entity_id, platform, unique_id in (*present, *deleted)
        if platform == DOMAIN and _OWN.split(unique_id)[0] == thing_id
    )


@callback
def async_entities_of_entry(hass: HomeAssistant, entry: ConfigEntry) -> frozenset[str]:
    """Return the entities of an entry that is about to go."""
    return frozenset(one.entity_id for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id))


@callback
def async_ask_about_history(hass: HomeAssistant, name: str, entity_ids: Iterable[str]) -> None:
    """Ask whether the history of removed entities is to be erased, where somebody keeps one."""
    entities = frozenset(entity_ids)
    if not entities or RECORDER not in hass.config.components:
        return
    issue_id = f"{ISSUE_HISTORY}_{ulid_now()}"
    hass.data.setdefault(LEFT, {})[issue_id] = entities
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_HISTORY,
        translation_placeholders={"name": name, "count": str(len(entities))},
        data={"issue": ISSUE_HISTORY, "finding": issue_id},
    )


async def async_erase(hass: HomeAssistant, entity_ids: Iterable[str]) -> None:
    """Erase states and statistics of entities; of those that are there again, nothing."""
    # Not at the top: it brings the database, and is there only where it is in use.
    from homeassistant.components.recorder import get_instance  # noqa: PLC0415 (as said)

    registry = er.async_get(hass)
    gone = sorted(one for one in entity_ids if registry.async_get(one) is None)
    if gone:
        data = {"entity_id": gone, "keep_days": 0}
        await hass.services.async_call(RECORDER, "purge_entities", data, blocking=True)
        get_instance(hass).async_clear_statistics(gone)
