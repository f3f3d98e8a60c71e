"""Which ports a power budget asks twice about: what Home Assistant itself hangs on."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.local_things.flows.budget_load_forms import ticked
from custom_components.local_things.poe_switch.links import protection
from custom_components.local_things.power_budget.supplies import feeds_us

from .house import hub_of


def switches(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return the switch of each port, by the port's key."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    of_thing = {one.unique_id.partition("#")[0]: one.entity_id for one in entities if one.domain == "switch"}
    return {key: of_thing[port.description.id] for key, port in hub_of(entry).ports.items()}


async def test_ports_that_are_protected_feed_us(hass: HomeAssistant, entry: ConfigEntry) -> None:
    told = {key: feeds_us(hass, name) for key, name in switches(hass, entry).items()}
    assert told == {key: bool(protection(hass, hub_of(entry), key)) for key in told}
    assert True in told.values()
    names = list(switches(hass, entry).values())
    marked = {name: data.get("feeds_us", False) for name, _, data in ticked(hass, {"entities": [*names]}, 1)}
    assert marked == {switches(hass, entry)[key]: feeds for key, feeds in told.items()}


async def test_what_is_not_known_is_asked_about(hass: HomeAssistant, entry: ConfigEntry) -> None:
    names = switches(hass, entry).values()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert all(feeds_us(hass, name) is None for name in names)
    marked = ticked(hass, {"entities": [*names]}, 1)
    assert all(data["feeds_us"] for _, _, data in marked), "rather asked once too often"
    assert not feeds_us(hass, "switch.of_nobody")
