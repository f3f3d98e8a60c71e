"""How the user adds the local network, accepts a found device, and adds or moves one by its address."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import override

from homeassistant.components import network
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_ADDRESS, CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import AreaSelector, TextSelector, TextSelectorConfig
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio as vol

from .const import CONF_ALLOWED_NETWORKS, DOMAIN, NETWORK_UNIQUE_ID, SUBENTRY_THING
from .coordinator import placeholders
from .hub import Hub, pin_of, running_hub, subentry_for, thing_id_of
from .scanner import ThingServiceInfo
from .things.adapter import FoundThing
from .things.errors import ThingError
from .things.text import label

CONF_AREA = "area"

IPV6 = 6

_NETWORKS = TextSelector(TextSelectorConfig(multiple=True))


class NetworkFlow(ConfigFlow, domain=DOMAIN):
    """Adds the one entry that stands for the local network, and the devices found on it."""

    VERSION = 1

    _found: FoundThing

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Offer "Add device" on the network entry."""
        return {SUBENTRY_THING: ThingFlow}

    @override
    async def async_step_user(self, user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Say which links will be searched; confirming adds the entry."""
        # A form left open in another browser must not keep the user out.
        await self.async_set_unique_id(NETWORK_UNIQUE_ID, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        if user_input is not None:
            return self.async_create_entry(title="Local network", data={})
        return self.async_show_form(
            step_id="user", description_placeholders={"interfaces": await _interface_names(self.hass)}
        )

    async def async_step_reconfigure(self, user_input: dict[str, list[str]] | None = None) -> ConfigFlowResult:
        """Let the user declare further networks to be local, as behind a border router."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            networks = [text.strip() for text in user_input.get(CONF_ALLOWED_NETWORKS, [])]
            if all(_is_network(text) for text in networks):
                # The entry's update listener reloads it; reloading here as well is an error from 2026.12.
                return self.async_update_and_abort(entry, data={**entry.data, CONF_ALLOWED_NETWORKS: networks})
            errors[CONF_ALLOWED_NETWORKS] = "bad_network"
        present = (user_input or entry.data).get(CONF_ALLOWED_NETWORKS, [])
        schema = vol.Schema({vol.Optional(CONF_ALLOWED_NETWORKS, default=present): _NETWORKS})
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=schema,
            errors=errors,
            description_placeholders={"interfaces": await _interface_names(self.hass)},
        )

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Meet a device that announced itself by DNS-SD (RFC 6763); what it announces is only an address to ask."""
        if (hub := running_hub(self.hass)) is None:
            return await self.async_step_user()
        # The service type names the scheme: `_coap._udp.local.` is asked at coap://.
        scheme = discovery_info.type.partition(".")[0].removeprefix("_")
        ip = discovery_info.ip_address
        host = f"[{ip}]" if ip.version == IPV6 else str(ip)
        try:
            found = await hub.async_inspect(f"{scheme}://{host}:{discovery_info.port}")
        except ThingError as err:
            return self.async_abort(reason="not_usable", description_placeholders=placeholders(err, host))
        if subentry := hub.subentry_of(found.description.id):
            await hub.async_seen(subentry, found)
        return await self.async_step_integration_discovery(ThingServiceInfo(found=found))

    @override
    async def async_step_integration_discovery(  # type: ignore[override]  # Home Assistant types the dict that most pass
        self, discovery_info: ThingServiceInfo
    ) -> ConfigFlowResult:
        """Open a card for a device that was found, unless it is accepted or ignored already."""
        self._found = discovery_info.found
        await self.async_set_unique_id(self._found.description.id)
        self._abort_if_unique_id_configured()
        if (hub := running_hub(self.hass)) is None or hub.subentry_of(self._found.description.id):
            return self.async_abort(reason="already_configured")
        self.context["title_placeholders"] = {"name": _title(self._found)}
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Show what is being trusted; confirming accepts the device without reloading anything."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", data_schema=_name_schema(self._found), description_placeholders=_trust(self._found)
            )
        if (hub := running_hub(self.hass)) is None:
            return self.async_abort(reason="not_running")
        subentry = _accept(hub, self._found, user_input)
        self.hass.config_entries.async_add_subentry(hub.entry, subentry)
        return self.async_abort(reason="thing_added", description_placeholders={"name": subentry.title})


class ThingFlow(ConfigSubentryFlow):
    """Adds a device by its address, or moves an accepted one to a new address."""

    _found: FoundThing

    async def async_step_user(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the address and meet the device."""
        return await self._ask_address("user", user_input, "")

    async def async_step_reconfigure(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the device's new address."""
        return await self._ask_address("reconfigure", user_input, pin_of(self._get_reconfigure_subentry()).address)

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted; confirming accepts the device."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", data_schema=_name_schema(self._found), description_placeholders=_trust(self._found)
            )
        if (hub := running_hub(self.hass)) is None:
            return self.async_abort(reason="not_running")
        subentry = _accept(hub, self._found, user_input)
        self.hass.config_entries.flow.async_dismiss_discovery_flows(
            ThingServiceInfo, lambda info: info.found.description.id == subentry.unique_id
        )
        return self.async_create_entry(title=subentry.title, data=subentry.data, unique_id=subentry.unique_id)

    async def _ask_address(
        self, step_id: str, user_input: dict[str, str] | None, suggestion: str
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        words: dict[str, str] = {}
        if user_input is not None:
            if (hub := running_hub(self.hass)) is None:
                return self.async_abort(reason="not_running")
            try:
                self._found = await hub.async_inspect(user_input[CONF_ADDRESS].strip())
            except ThingError as err:
                errors[CONF_ADDRESS] = err.reason.value
                words = placeholders(err, user_input[CONF_ADDRESS])
            else:
                return await self._met(hub)
        schema = vol.Schema({vol.Required(CONF_ADDRESS): TextSelector()})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or {CONF_ADDRESS: suggestion}),
            errors=errors,
            description_placeholders=words,
        )

    async def _met(self, hub: Hub) -> SubentryFlowResult:
        """Go on with the device that answered at the address."""
        known = hub.subentry_of(self._found.description.id)
        if self.source != SOURCE_RECONFIGURE:
            return self.async_abort(reason="already_configured") if known else await self.async_step_confirm()
        subentry = self._get_reconfigure_subentry()
        if thing_id_of(subentry) != self._found.description.id:
            return self.async_abort(reason="another_thing", description_placeholders={"name": subentry.title})
        await hub.async_adopt(subentry, self._found)
        return self.async_abort(reason="thing_moved", description_placeholders={"name": subentry.title})


async def _interface_names(hass: HomeAssistant) -> str:
    adapters = await network.async_get_adapters(hass)
    return ", ".join(adapter["name"] for adapter in adapters if adapter["enabled"])


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _title(found: FoundThing) -> str:
    return found.description.title or found.pin.address


def _name_schema(found: FoundThing) -> vol.Schema:
    return vol.Schema(
        {vol.Required(CONF_NAME, default=_title(found)): TextSelector(), vol.Optional(CONF_AREA): AreaSelector()}
    )


def _accept(hub: Hub, found: FoundThing, user_input: Mapping[str, str]) -> ConfigSubentry:
    """Keep the record of a device that the user accepts, and return its subentry."""
    hub.memory.keep_record(found.description.id, found.record)
    area = ar.async_get(hub.hass).async_get_area(user_input.get(CONF_AREA, ""))
    title = label(user_input[CONF_NAME]) or _title(found)
    return subentry_for(found, title, {"suggested_area": area.name} if area else {})


def _trust(found: FoundThing) -> dict[str, str]:
    """Return the words that tell what is trusted when this device is accepted."""
    description = found.description
    return {
        "name": _title(found),
        "address": found.pin.address,
        "maker": " ".join(filter(None, (description.manufacturer, description.model))) or "–",
        "hardware": found.pin.link_address or "–",
    }
