"""Actions for administrators: search now, read one property, write one property.

A device is named by its registry entry and a property by its name in the Thing's description. No action takes an
address or a path, so what can be reached stays what was accepted (T1, T15).
"""

import asyncio
from typing import Final

from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_device_and_config_entry, async_register_admin_service
from homeassistant.util.json import JsonObjectType
import probatio as vol

from .accepted import pin_of
from .const import DOMAIN
from .coordinator import ThingCoordinator, translated
from .hub import Hub, running_hub
from .scanner import open_cards
from .things.adapter import FoundThing
from .things.errors import Reason, Rejected, ThingError
from .things.model import Value
from .things.quantities import UNITS
from .things.text import clean

ACTION_DISCOVER: Final = "discover"
ACTION_READ: Final = "read"
ACTION_WRITE: Final = "write"

ATTR_PROPERTY: Final = "property"
ATTR_VALUE: Final = "value"

_LONGEST_SCAN_S: Final = 60.0
"""An action has an end, however many strangers answer; what was met until then is returned."""

_NAMES_LIMIT: Final = 400
"""Longest list of property names in an error, in characters."""

_LARGEST: Final = 1e300
"""A number beyond it is no measured value; also keeps integers away that no float can hold."""


def _value(value: object) -> Value:
    """Accept what a property can hold. The Thing itself checks type and range."""
    if isinstance(value, bool | str) or (isinstance(value, int | float) and abs(value) < _LARGEST):
        return value
    raise vol.Invalid("expected true, false, a number or a text")


_READ_FIELDS = {vol.Required(ATTR_DEVICE_ID): cv.string, vol.Required(ATTR_PROPERTY): cv.string}
_READ_SCHEMA = vol.Schema(_READ_FIELDS)
_WRITE_SCHEMA = vol.Schema({**_READ_FIELDS, vol.Required(ATTR_VALUE): _value})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; they stay registered while the entry is not loaded, and say so when called."""
    async_register_admin_service(
        hass, DOMAIN, ACTION_DISCOVER, _discover, vol.Schema({}), supports_response=SupportsResponse.ONLY
    )
    async_register_admin_service(
        hass, DOMAIN, ACTION_READ, _read, _READ_SCHEMA, supports_response=SupportsResponse.ONLY
    )
    async_register_admin_service(
        hass, DOMAIN, ACTION_WRITE, _write, _WRITE_SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )


async def _discover(call: ServiceCall) -> ServiceResponse:
    """Search once and tell who answered; cards for new devices follow."""
    hub = _network_hub(call.hass)
    scan = hub.search.async_scan()
    done, _ = await asyncio.wait([scan.task], timeout=_LONGEST_SCAN_S)
    if done:
        if scan.task.cancelled():  # the entry was unloaded meanwhile
            raise _not_running()
        scan.task.result()  # a mistake of ours is not hidden
    return {"things": [_found(call.hass, hub, one) for one in scan.found], "complete": not scan.unfinished}


async def _read(call: ServiceCall) -> ServiceResponse:
    """Ask the device for one value now."""
    return await _ask(_coordinator(call), call.data[ATTR_PROPERTY])


async def _write(call: ServiceCall) -> ServiceResponse:
    """Write and verify one value; with a response, return what the device says afterwards."""
    coordinator = _coordinator(call)
    name: str = call.data[ATTR_PROPERTY]
    _check_property(coordinator, name)
    try:
        await coordinator.thing.write_property(name, call.data[ATTR_VALUE])
    except ThingError as err:
        raise translated(err, coordinator.name) from err
    return await _ask(coordinator, name) if call.return_response else None


async def _ask(coordinator: ThingCoordinator, name: str) -> JsonObjectType:
    _check_property(coordinator, name)
    try:
        value = await coordinator.thing.read_property(name)
    except ThingError as err:
        raise translated(err, coordinator.name) from err
    return {"value": value, "unit": UNITS.get(coordinator.description.properties[name].quantity)}


# ---------------------------------------------------------------------------------------------------- searching


def _network_hub(hass: HomeAssistant) -> Hub:
    """Return what the network entry holds. Raises ServiceValidationError while it is not loaded."""
    if (hub := running_hub(hass)) is None:
        raise _not_running()
    return hub


def _not_running() -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key="not_running")


def _found(hass: HomeAssistant, hub: Hub, found: FoundThing) -> JsonObjectType:
    """Describe one device that answered, for the response."""
    subentry = hub.subentry_of(found.description.id)
    if subentry is None:
        return {
            "name": found.description.title or found.pin.address,
            "address": found.pin.address,
            "status": _standing(hass, found.description.id),
        }
    mine = pin_of(subentry).vouches_for(found.pin)
    return {"name": subentry.title, "address": found.pin.address, "status": "accepted" if mine else "disputed"}


def _standing(hass: HomeAssistant, thing_id: str) -> str:
    """Tell where a device stands that was not accepted."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, thing_id)
    if entry and entry.source == SOURCE_IGNORE:
        return "ignored"
    return "offered" if thing_id in open_cards(hass) else "new"


# ------------------------------------------------------------------------------------------- reading and writing


def _coordinator(call: ServiceCall) -> ThingCoordinator:
    """Return the running Thing behind the call's device. Raises a translated HomeAssistantError."""
    device, entry = async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID], include_child_devices=False
    )
    hub: Hub = entry.runtime_data
    ids = {thing_id for domain, thing_id in device.identifiers if domain == DOMAIN}
    coordinator = next((one for one in hub.coordinators.values() if one.description.id in ids), None)
    if coordinator is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="thing_not_running",
            translation_placeholders={"device": device.name_by_user or device.name or "–"},
        )
    if coordinator.suspended:  # another device answers in its place, and gets no request meant for it (T4)
        raise translated(Rejected(Reason.IDENTITY_CHANGED), coordinator.name)
    return coordinator


def _check_property(coordinator: ThingCoordinator, name: str) -> None:
    properties = coordinator.description.properties
    if name not in properties:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_property",
            translation_placeholders={
                "device": coordinator.name,
                "property": clean(name, _NAMES_LIMIT),
                "properties": clean(", ".join(sorted(properties)), _NAMES_LIMIT),
            },
        )
