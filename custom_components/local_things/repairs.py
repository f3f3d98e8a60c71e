"""Repairs: questions that only the user can answer."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow

from .const import DOMAIN, NETWORK_UNIQUE_ID
from .hub import Hub, pin_of


class IdentityChangedFlow(RepairsFlow):
    """Something else says it is an accepted device: go on with it, or keep the device that was accepted."""

    def __init__(self, hub: Hub, subentry_id: str) -> None:
        """Ask about the claim on one accepted device."""
        self._hub = hub
        self._subentry_id = subentry_id

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show both addresses and the two ways on."""
        claim = self._hub.claims.get(self._subentry_id)
        subentry = self._hub.entry.subentries.get(self._subentry_id)
        if claim is None or subentry is None:
            return self.async_create_entry(data={})  # settled meanwhile
        return self.async_show_menu(
            step_id="init",
            menu_options=["accept", "refuse"],
            description_placeholders={
                "device": subentry.title,
                "known_address": pin_of(subentry).address,
                "seen_address": claim.pin.address,
            },
        )

    async def async_step_accept(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Trust the device as it was met last, from now on."""
        claim = self._hub.claims.get(self._subentry_id)
        subentry = self._hub.entry.subentries.get(self._subentry_id)
        if claim and subentry:
            await self._hub.async_adopt(subentry, claim)
        return self.async_create_entry(data={})

    async def async_step_refuse(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep the device that was accepted; the same claim is not asked about again until a restart."""
        self._hub.refuse(self._subentry_id)
        return self.async_create_entry(data={})


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Open the flow of an issue of ours."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)
    if entry is None or data is None:
        raise UnknownFlow(issue_id)  # an issue of ours goes with its entry
    return IdentityChangedFlow(entry.runtime_data, str(data["subentry_id"]))
