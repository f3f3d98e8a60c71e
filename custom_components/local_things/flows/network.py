"""How the user adds the local network, chooses how it is searched, and accepts what was found on it."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final, override

from homeassistant.components import network
from homeassistant.config_entries import (
    SOURCE_ZEROCONF,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio as vol

from ..accepted import subentry_for
from ..const import (
    CONF_ALLOWED_NETWORKS,
    CONF_SETTINGS,
    DOMAIN,
    MAX_PENDING_CARDS,
    NETWORK_UNIQUE_ID,
    SUBENTRY_THING,
)
from ..coordinator import placeholders
from ..hub import running_hub
from ..scanner import ThingServiceInfo
from ..things.adapter import FoundThing
from ..things.documents import Json
from ..things.errors import ThingError
from . import settings
from .forms import name_schema, named, running, title_of, trust
from .thing import ThingFlow

_IPV6: Final = 6

_NETWORKS: Final = TextSelector(TextSelectorConfig(multiple=True))

_SCHEMES: Final = {"_coap._tcp": "coap+tcp", "_core-rd._udp": "coap"}
"""The scheme at which a DNS-SD service is asked, where it is not the service's own name (RFC 8323, 8; RFC 9176, 10)."""


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

    async def async_step_reconfigure(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Let the user declare further networks to be local, as behind a border router, and say how to search."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        words = {"interfaces": await _interface_names(self.hass), "address": ""}
        chosen: Mapping[str, object] = entry.data
        if user_input is not None:
            networks = settings.texts(user_input.get(CONF_ALLOWED_NETWORKS))
            adapters = settings.chosen(user_input)
            chosen = {CONF_ALLOWED_NETWORKS: networks, CONF_SETTINGS: adapters}
            if not all(_is_network(text) for text in networks):
                errors[CONF_ALLOWED_NETWORKS] = "bad_network"
            elif refusal := await settings.refusal(self.hass, adapters):
                errors["base"] = "bad_directory"
                words["address"] = refusal
            else:
                # The entry's update listener reloads it; reloading here as well is an error from 2026.12.
                return self.async_update_and_abort(entry, data={**entry.data, **chosen})
        had = settings.texts(chosen.get(CONF_ALLOWED_NETWORKS))
        networks_field = {vol.Optional(CONF_ALLOWED_NETWORKS, default=had): _NETWORKS}
        schema = vol.Schema({**networks_field, **settings.fields(chosen.get(CONF_SETTINGS))})
        return self.async_show_form(
            step_id="reconfigure", data_schema=schema, errors=errors, description_placeholders=words
        )

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Meet a device that announced itself by DNS-SD (RFC 6763); what it announces is only an address to ask.

        A card follows from where all cards come, so that it is counted and opened once however often it is found.
        """
        if (hub := running_hub(self.hass)) is None:
            await self.async_set_unique_id(NETWORK_UNIQUE_ID)  # ends all but the first of many
            return await self.async_step_user()
        if len(self._others_announced()) >= MAX_PENDING_CARDS:
            return self.async_abort(reason="too_many")
        service = discovery_info.type.removesuffix(".local.")
        scheme = _SCHEMES.get(service, service.partition(".")[0].removeprefix("_"))
        ip = discovery_info.ip_address
        host = f"[{ip}]" if ip.version == _IPV6 else str(ip)
        try:
            found = await hub.async_inspect(f"{scheme}://{host}:{discovery_info.port}")
        except ThingError as err:
            return self.async_abort(reason="not_usable", description_placeholders=placeholders(err, host))
        await running(self.hass).search.async_met(found)
        return self.async_abort(reason="handed_on")

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
        self.context["title_placeholders"] = {"name": title_of(self._found)}
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Show what is being trusted; confirming accepts the device without reloading anything."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", data_schema=name_schema(self._found), description_placeholders=trust(self._found)
            )
        hub = running(self.hass)
        title, extra = named(self.hass, self._found, user_input)
        hub.memory.keep_record(self._found.description.id, self._found.record)
        self.hass.config_entries.async_add_subentry(hub.entry, subentry_for(self._found, title, extra))
        return self.async_abort(reason="thing_added", description_placeholders={"name": title})

    def _others_announced(self) -> list[ConfigFlowResult]:
        """Return the other flows that meet a device that announced itself, now."""
        others = self._async_in_progress(include_uninitialized=True)
        return [flow for flow in others if flow["context"]["source"] == SOURCE_ZEROCONF]


async def _interface_names(hass: HomeAssistant) -> str:
    adapters = await network.async_get_adapters(hass)
    return ", ".join(adapter["name"] for adapter in adapters if adapter["enabled"])


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
