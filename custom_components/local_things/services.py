"""Actions for administrators: search now, read or write one property, ask a device to act.

A device is named by its registry entry, a property or an action by its name in the Thing's description. Nothing takes
an address or a path, so what can be reached stays what was accepted (T1, T15).
"""

import asyncio
from collections.abc import Collection
from typing import Final, cast

from homeassistant.config_entries import SOURCE_IGNORE, ConfigSubentry
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.service import async_get_device_and_config_entry, async_register_admin_service
from homeassistant.util.json import JsonObjectType
import probatio as vol

from .const import DOMAIN
from .coordinator import ThingCoordinator, translated
from .network.accepted import pin_of, thing_id_of
from .network.hub import Hub, running_hub
from .network.quarantine import async_quarantine, async_release
from .network.scanner import open_cards
from .poe_switch.confinement import port_feeding
from .roster import Roster
from .things.adapter import FoundThing
from .things.documents import Json
from .things.errors import Rejected, ThingError
from .things.model import Value
from .things.quantities import UNITS
from .things.text import clean

ACTION_DISCOVER: Final = "discover"
ACTION_INVOKE: Final = "invoke"
ACTION_QUARANTINE: Final = "quarantine"
ACTION_READ: Final = "read"
ACTION_RELEASE: Final = "release"
ACTION_WRITE: Final = "write"

ATTR_ACTION: Final = "action"
ATTR_FOR: Final = "for"
ATTR_INPUT: Final = "input"
ATTR_POWER_OFF: Final = "power_off"
ATTR_PROPERTY: Final = "property"
ATTR_VALUE: Final = "value"

_LONGEST_SCAN_S: Final = 60.0
"""An action has an end, however many strangers answer; what was met until then is returned."""

_NAMES_LIMIT: Final = 400
"""Longest list of property names in an error, in characters."""

_INPUT_LIMIT: Final = 16_384
"""Longest input of an action, in bytes of JSON."""

_LARGEST: Final = 1e300
"""A number beyond it is no measured value; also keeps integers away that no float can hold."""


def _value(value: object) -> Value:
    """Accept what a property can hold. The Thing itself checks type and range."""
    if isinstance(value, bool | str) or (isinstance(value, int | float) and abs(value) < _LARGEST):
        return value
    raise vol.Invalid("expected true, false, a number or a text")


def _input(value: object) -> Json:
    """Accept what can be said in JSON. The Thing itself checks its shape."""
    try:
        document = json_bytes(value)
    except TypeError as err:
        raise vol.Invalid("expected what can be written as JSON") from err
    if len(document) > _INPUT_LIMIT:
        raise vol.Invalid("it is too long")
    return cast("Json", value)


_DEVICE_FIELDS = {vol.Required(ATTR_DEVICE_ID): cv.string}
_DEVICE_SCHEMA = vol.Schema(_DEVICE_FIELDS)
_QUARANTINE_SCHEMA = vol.Schema(
    {
        **_DEVICE_FIELDS,
        vol.Optional(ATTR_FOR): cv.positive_time_period,
        vol.Optional(ATTR_POWER_OFF, default=False): cv.boolean,
    }
)
_READ_FIELDS = {vol.Required(ATTR_DEVICE_ID): cv.string, vol.Required(ATTR_PROPERTY): cv.string}
_READ_SCHEMA = vol.Schema(_READ_FIELDS)
_WRITE_SCHEMA = vol.Schema({**_READ_FIELDS, vol.Required(ATTR_VALUE): _value})
_INVOKE_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): cv.string,
        vol.Required(ATTR_ACTION): cv.string,
        vol.Optional(ATTR_INPUT, default=None): _input,
    }
)


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

    async_register_admin_service(
        hass, DOMAIN, ACTION_INVOKE, _invoke, _INVOKE_SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )

    async_register_admin_service(hass, DOMAIN, ACTION_QUARANTINE, _quarantine, _QUARANTINE_SCHEMA)
    async_register_admin_service(hass, DOMAIN, ACTION_RELEASE, _release, _DEVICE_SCHEMA)


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
    _check_name(coordinator, name, coordinator.description.properties, translation_key="unknown_property")
    try:
        await coordinator.thing.write_property(name, call.data[ATTR_VALUE])
    except ThingError as err:
        raise translated(err, coordinator.name) from err
    return await _ask(coordinator, name) if call.return_response else None


async def _invoke(call: ServiceCall) -> ServiceResponse:
    """Ask the device to act; with a response, return what it answers."""
    coordinator = _coordinator(call)
    name: str = call.data[ATTR_ACTION]
    _check_name(coordinator, name, coordinator.description.actions, translation_key="unknown_action")
    try:
        output = await coordinator.thing.invoke_action(name, call.data[ATTR_INPUT])
    except ThingError as err:
        raise translated(err, coordinator.name) from err
    return {"output": output} if call.return_response else None


async def _quarantine(call: ServiceCall) -> None:
    """Speak to an accepted device no more, and listen to nothing of it."""
    hub, subentry = _accepted(call)
    power_off = bool(call.data[ATTR_POWER_OFF])
    if power_off and not port_feeding(call.hass, thing_id_of(subentry)):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_port", translation_placeholders={"device": subentry.title}
        )
    await async_quarantine(hub, subentry, call.data.get(ATTR_FOR), power_off=power_off)


async def _release(call: ServiceCall) -> None:
    """Speak to it again."""
    await async_release(*_accepted(call))


def _accepted(call: ServiceCall) -> tuple[Hub, ConfigSubentry]:
    """Return the accepted device behind the call's. Raises a translated HomeAssistantError where it is none."""
    hub = _network_hub(call.hass)
    device, _ = async_get_device_and_config_entry(call.hass, DOMAIN, call.data[ATTR_DEVICE_ID])
    ids = (thing_id for domain, thing_id in device.identifiers if domain == DOMAIN)
    if (subentry := next(filter(None, map(hub.subentry_of, ids)), None)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_accepted",
            translation_placeholders={"device": device.name_by_user or device.name or "–"},
        )
    return hub, subentry


async def _ask(coordinator: ThingCoordinator, name: str) -> JsonObjectType:
    _check_name(coordinator, name, coordinator.description.properties, translation_key="unknown_property")
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
    device, entry = async_get_device_and_config_entry(call.hass, DOMAIN, call.data[ATTR_DEVICE_ID])
    things: Roster = entry.runtime_data
    coordinator = things.running({thing_id for domain, thing_id in device.identifiers if domain == DOMAIN})
    if coordinator is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="thing_not_running",
            translation_placeholders={"device": device.name_by_user or device.name or "–"},
        )
    if coordinator.suspended:  # one that answers in its place gets no request meant for it (T4)
        raise translated(Rejected(coordinator.suspended), coordinator.name)
    return coordinator


def _check_name(coordinator: ThingCoordinator, name: str, known: Collection[str], *, translation_key: str) -> None:
    if name in known:
        return
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=translation_key,
        translation_placeholders={
            "device": coordinator.name,
            "name": clean(name, _NAMES_LIMIT),
            "names": clean(", ".join(sorted(known)) or "–", _NAMES_LIMIT),
        },
    )
