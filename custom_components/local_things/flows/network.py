"""How the user adds the local network, chooses how it is searched, and accepts what was found on it."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final, override

from homeassistant.components import network
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import BooleanSelector, TextSelector, TextSelectorConfig
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.helpers.translation import async_get_translations
import probatio as vol

from ..const import (
    CONF_ALLOWED_NETWORKS,
    CONF_ASSISTANT_WRITES,
    CONF_AUTO_QUARANTINE,
    CONF_SETTINGS,
    DOMAIN,
    MAX_PENDING_CARDS,
    NETWORK_UNIQUE_ID,
)
from ..network.accepted import subentry_for
from ..network.hub import running_hub
from ..network.scanner import MORE, MoreServiceInfo, ThingServiceInfo
from ..things.documents import Json
from . import exempt, settings
from .forms import name_schema, named, running, title_of, trust_step
from .locked import LockedSteps
from .usage import async_trust

_IPV6: Final = 6

_MORE_TITLE: Final = f"component.{DOMAIN}.config.step.more.title"

_NETWORKS: Final = TextSelector(TextSelectorConfig(multiple=True))

_SCHEMES: Final = {"_coap._tcp": "coap+tcp", "_core-rd._udp": "coap"}
"""The scheme at which a DNS-SD service is asked, where it is not the service's own name (RFC 8323, 8; RFC 9176, 10)."""


class NetworkSteps(LockedSteps):
    """The steps of the one entry that stands for the local network, and of the devices found on it."""

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
            confines = user_input.get(CONF_AUTO_QUARANTINE, False)
            chosen = {
                CONF_ALLOWED_NETWORKS: networks,
                CONF_ASSISTANT_WRITES: writes,
                CONF_AUTO_QUARANTINE: confines,
                CONF_SETTINGS: adapters,
            }
            if not all(_is_network(text) for text in networks):
                errors[CONF_ALLOWED_NETWORKS] = "bad_network"
            elif refusal := await settings.refusal(self.hass, adapters):
                errors["base"] = "bad_directory"
                words["address"] = refusal
            else:
                exempt.keep(self.hass, entry, user_input)
                # The entry's update listener reloads it; reloading here as well is an error from 2026.12.
                return self.async_update_and_abort(entry, data={**entry.data, **chosen})
        had = settings.texts(chosen.get(CONF_ALLOWED_NETWORKS))
        networks_field: dict[vol.Marker, object] = {vol.Optional(CONF_ALLOWED_NETWORKS, default=had): _NETWORKS}
        may_write = chosen.get(CONF_ASSISTANT_WRITES, False)
        assistant_field: dict[vol.Marker, object] = {
            vol.Required(CONF_ASSISTANT_WRITES, default=may_write): BooleanSelector()
        }
        fields = {**networks_field, **assistant_field, **exempt.fields(entry, chosen)}
        schema = vol.Schema({**fields, **settings.fields(chosen.get(CONF_SETTINGS))})
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
        self, discovery_info: ThingServiceInfo | MoreServiceInfo
    ) -> ConfigFlowResult:
        """Open a card for a device that was found, unless it is accepted or ignored already."""
        if isinstance(discovery_info, MoreServiceInfo):
            await self.async_set_unique_id(MORE)
            self._abort_if_unique_id_configured()
            words = await async_get_translations(self.hass, self.hass.config.language, "config", {DOMAIN})
            self.context["title_placeholders"] = {"name": words.get(_MORE_TITLE, "…")}
            return await self.async_step_more()
        self._found = discovery_info.found
        await self.async_set_unique_id(self._found.description.id)
        self._abort_if_unique_id_configured()
        if (hub := running_hub(self.hass)) is None or hub.subentry_of(self._found.description.id):
            return self.async_abort(reason="already_configured")
        self.context["title_placeholders"] = {"name": title_of(self._found)}
        if self._found.asks_for_key:
            return await self.async_step_locked()
        return await self._confirm(trust_step(self._found), None)

    async def async_step_more(self, user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Say that there are more devices than cards; confirming looks for them at once."""
        if user_input is None:
            return self.async_show_form(
                step_id="more", data_schema=vol.Schema({}), description_placeholders={"cards": str(MAX_PENDING_CARDS)}
            )
        running(self.hass).search.wake()
        return self.async_abort(reason="more_are_looked_for")

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Show what is being trusted where nothing protects it."""
        return await self._confirm("confirm", user_input)

    async def async_step_confirm_certificate(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Show what is being trusted of a device that shows a certificate."""
        return await self._confirm("confirm_certificate", user_input)

    async def _confirm(self, step_id: str, user_input: dict[str, str] | None) -> ConfigFlowResult:
        """Ask for name and room; confirming accepts the device without reloading anything."""
        if user_input is None:
            return self.async_show_form(
                step_id=step_id,
                data_schema=name_schema(self._found),
                description_placeholders=await async_trust(self.hass, self._found),
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
