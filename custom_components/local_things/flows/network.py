"""How the user adds the local network, chooses how it is searched, and accepts what was found on it."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final, override

from homeassistant.components import network
from homeassistant.config_entries import (
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import BooleanSelector, TextSelector, TextSelectorConfig
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio as vol

from ..const import (
    CONF_ALLOWED_NETWORKS,
    CONF_ASSISTANT_WRITES,
    CONF_SETTINGS,
    NETWORK_UNIQUE_ID,
)
from ..network.accepted import subentry_for
from ..network.hub import running_hub
from ..network.scanner import ThingServiceInfo
from ..things.adapter import FoundThing
from ..things.documents import Json
from . import settings
from .forms import name_schema, named, running, title_of, trust

_IPV6: Final = 6

_NETWORKS: Final = TextSelector(TextSelectorConfig(multiple=True))

_SCHEMES: Final = {"_coap._tcp": "coap+tcp", "_core-rd._udp": "coap"}
"""The scheme at which a DNS-SD service is asked, where it is not the service's own name (RFC 8323, 8; RFC 9176, 10)."""


class NetworkSteps(ConfigFlow):
    """The steps of the one entry that stands for the local network, and of the devices found on it."""

    _found: FoundThing

    async def async_step_network(self, user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Say which links will be searched; confirming adds the entry."""
        # A form left open in another browser must not keep the user out.
        await self.async_set_unique_id(NETWORK_UNIQUE_ID, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        if user_input is not None:
            return self.async_create_entry(title="Local network", data={})
        return self.async_show_form(
            step_id="network", description_placeholders={"interfaces": await _interface_names(self.hass)}
        )

    async def async_step_reconfigure_network(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Let the user declare further networks to be local, as behind a border router, and say how to search."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        words = {"interfaces": await _interface_names(self.hass), "address": ""}
        chosen: Mapping[str, object] = entry.data
        if user_input is not None:
            networks = settings.texts(user_input.get(CONF_ALLOWED_NETWORKS))
            adapters = settings.chosen(user_input)
            writes = user_input.get(CONF_ASSISTANT_WRITES, False)
            chosen = {CONF_ALLOWED_NETWORKS: networks, CONF_ASSISTANT_WRITES: writes, CONF_SETTINGS: adapters}
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
        may_write = chosen.get(CONF_ASSISTANT_WRITES, False)
        assistant_field = {vol.Required(CONF_ASSISTANT_WRITES, default=may_write): BooleanSelector()}
        schema = vol.Schema({**networks_field, **assistant_field, **settings.fields(chosen.get(CONF_SETTINGS))})
        return self.async_show_form(
            step_id="reconfigure_network", data_schema=schema, errors=errors, description_placeholders=words
        )

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Offer the local network to who has a device that announces itself by DNS-SD (RFC 6763).

        Once the network is there, its own browser hears the same announcement, and has the device met.
        """
        await self.async_set_unique_id(NETWORK_UNIQUE_ID)  # ends all but the first of many
        self._abort_if_unique_id_configured()
        return await self.async_step_network()

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


async def _interface_names(hass: HomeAssistant) -> str:
    adapters = await network.async_get_adapters(hass)
    return ", ".join(adapter["name"] for adapter in adapters if adapter["enabled"])


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
