"""The life of a power budget entry: reads what its subentries describe, and runs the loop on it."""

from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.device_registry import AnyDeviceEntry

from ..const import DOMAIN, ISSUE_BUDGET_LEFT
from .alarms import Alarms, raise_left
from .entities import entities_of
from .house import house_of, renamed
from .hub import BudgetHub, PowerBudgetConfigEntry
from .kept import Kept
from .overview import overview
from .telling import async_words

_CLOSED: Final = f"{DOMAIN}_closed_budgets"
"""Where in `hass.data` budgets are that were closed: one that is removed next has to give back what it reduced."""


async def async_open(hass: HomeAssistant, entry: PowerBudgetConfigEntry) -> None:
    """Read what is described and what was kept.

    A limit or load that is added, changed or removed makes it begin anew, with what it knows; also while it begins.
    """
    hass.data.get(_CLOSED, {}).pop(entry.entry_id, None)

    async def updated(hass: HomeAssistant, entry: PowerBudgetConfigEntry) -> None:
        hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(entry.add_update_listener(updated))
    try:
        house = house_of(hass, entry)
    except (KeyError, ValueError) as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="budget_unclear",
            translation_placeholders={"detail": str(err)},
        ) from err
    kept = Kept(hass, entry.entry_id)
    await kept.async_load()
    kept.forget_others(house.loads, house.site.limits)
    hub = entry.runtime_data = BudgetHub(hass, entry, house, kept)
    hub.use_words(await async_words(hass))
    hub.make_entities = partial(entities_of, hub)
    hub.make_overview = partial(overview, hub)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        name=entry.title,
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    hub.device_id = device.id
    ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_BUDGET_LEFT}_{entry.entry_id}")


async def async_opened(hass: HomeAssistant, entry: PowerBudgetConfigEntry) -> None:
    """Run the loop."""
    hub = entry.runtime_data
    alarms = Alarms(hass, hub)
    hub.async_start(alarms.async_check)
    entry.async_on_unload(alarms.async_take_back)
    entry.async_on_unload(partial(_closed, hass, entry, hub))
    entry.async_on_unload(_async_follow_names(hass, entry))


@callback
def _async_follow_names(hass: HomeAssistant, entry: ConfigEntry) -> CALLBACK_TYPE:
    """Keep meters and loads by their new names where their user renames them."""

    @callback
    def updated(event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        if event.data["action"] != "update" or (old := event.data.get("old_entity_id")) is None:
            return
        for subentry in tuple(entry.subentries.values()):
            data = {name: renamed(value, old, event.data["entity_id"]) for name, value in subentry.data.items()}
            hass.config_entries.async_update_subentry(entry, subentry, data=data)

    return hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, updated)


async def _closed(hass: HomeAssistant, entry: PowerBudgetConfigEntry, hub: BudgetHub) -> None:
    """Keep a closed budget for the case that its entry is removed next; one that is disabled gives back at once."""
    if entry.disabled_by:
        raise_left(hass, entry, await hub.async_hand_back())
        return
    hass.data.setdefault(_CLOSED, {})[entry.entry_id] = hub


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Give back what there is room for, tell what stays reduced, and erase what was kept."""
    hub: BudgetHub | None = hass.data.get(_CLOSED, {}).pop(entry.entry_id, None)
    if hub:
        raise_left(hass, entry, await hub.async_hand_back())
        await hub.kept.async_remove()
        return
    kept = Kept(hass, entry.entry_id)
    await kept.async_load()
    titles = (entry.subentries[load].title for load in kept.ledger.owned if load in entry.subentries)
    raise_left(hass, entry, titles)
    await kept.async_remove()


async def async_remove_device(hass: HomeAssistant, entry: ConfigEntry, device: AnyDeviceEntry) -> bool:
    """Remove a limit or a load with its device; the budget itself goes with its entry."""
    ids = {name for domain, name in device.identifiers if domain == DOMAIN}
    for name in ids & entry.subentries.keys():
        hass.config_entries.async_remove_subentry(entry, name)
    return entry.entry_id not in ids
