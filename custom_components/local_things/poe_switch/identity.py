"""What happens where another switch answers in the place of one that was accepted: the user is asked (threat T4)."""

from collections.abc import Mapping
from dataclasses import asdict

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from ..adapters.poe.pin import SwitchPin
from ..const import CONF_PIN, DOMAIN, ISSUE_SWITCH_CHANGED
from ..credentials import CredentialStore
from ..network.claims import Claims
from ..things.text import label

type SeenSwitch = SwitchPin
"""What was seen in the place of a switch."""

_CLAIMS: HassKey[Claims[SwitchPin]] = HassKey(f"{DOMAIN}.switch_claims")
"""By the ids of entries, which may not run: what answers in the place of their switches."""


def pin_of(entry: ConfigEntry) -> SwitchPin:
    """Return by what the switch of an entry is known again."""
    kept: Mapping[str, str] | None = entry.data.get(CONF_PIN)
    return SwitchPin(**kept) if kept else SwitchPin.of(str(entry.unique_id))


def claims(hass: HomeAssistant) -> Claims[SwitchPin]:
    """Return what answers in the place of switches."""
    return hass.data.setdefault(_CLAIMS, Claims(lambda seen: seen))


@callback
def async_claim(hass: HomeAssistant, entry: ConfigEntry, seen: SwitchPin) -> None:
    """Ask the user about what answers in the place of a switch; nothing of it is used, and it is told nothing."""
    if claims(hass).take(entry.entry_id, seen):
        ir.async_create_issue(
            hass,
            DOMAIN,
            _issue_id(entry.entry_id),
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_SWITCH_CHANGED,
            translation_placeholders={"device": label(entry.title), "address": entry.data[CONF_ADDRESS]},
            data={"issue": ISSUE_SWITCH_CHANGED, "entry_id": entry.entry_id},
        )


@callback
def async_settle(hass: HomeAssistant, entry_id: str) -> None:
    """Ask no more about a switch: it is there itself, or was removed."""
    claims(hass).settle(entry_id)
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry_id))


@callback
def async_refuse(hass: HomeAssistant, entry_id: str, seen: SwitchPin) -> None:
    """Keep to the switch that was accepted: it is used again when it is back."""
    if claims(hass).refuse(entry_id, seen):
        async_settle(hass, entry_id)


async def async_accept(hass: HomeAssistant, entry: ConfigEntry, seen: SwitchPin) -> bool:
    """Go on with another switch as it was seen; devices and entities stay. False where it has an entry already."""
    known, accepted = pin_of(entry), pin_of(entry).replaced_by(seen)
    other = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, accepted.id)
    if other and other is not entry:
        return False
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)
    credentials = CredentialStore(hass, entry.entry_id)
    await credentials.async_load({known.id})
    if key := credentials.get(known.id):
        await credentials.async_keep(accepted.id, key)
    _rename(hass, entry, known.id, accepted)
    hass.config_entries.async_update_entry(
        entry, unique_id=accepted.id, data={**entry.data, CONF_PIN: asdict(accepted)}
    )
    async_settle(hass, entry.entry_id)
    hass.config_entries.async_schedule_reload(entry.entry_id)
    return True


def _rename(hass: HomeAssistant, entry: ConfigEntry, old: str, accepted: SwitchPin) -> None:
    """Let devices and entities of a switch, which have its id in theirs, be those of another."""

    def renamed(name: str) -> str:
        return accepted.id + name.removeprefix(old)

    if accepted.id == old:
        return
    entities, devices = er.async_get(hass), dr.async_get(hass)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        entities.async_update_entity(entity.entity_id, new_unique_id=renamed(entity.unique_id))
    for port in dr.async_child_entries_for_config_entry(devices, entry.entry_id):
        devices.async_update_child_device(
            port.id, new_identifiers={(domain, renamed(name)) for domain, name in port.identifiers}
        )
    if device := devices.async_get_device_by_identifier((DOMAIN, old), entry.entry_id):
        devices.async_update_device(
            device.id,
            new_identifiers={(DOMAIN, accepted.id)},
            new_connections={(dr.CONNECTION_NETWORK_MAC, accepted.mac)},
        )


def _issue_id(entry_id: str) -> str:
    return f"{ISSUE_SWITCH_CHANGED}_{entry_id}"
