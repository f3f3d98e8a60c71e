"""The repair of a switch in whose place another one answers."""

from dataclasses import asdict

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ADDRESS
from homeassistant.data_entry_flow import AbortFlow

from ..poe_switch.identity import SeenSwitch, async_accept, async_refuse, claims, pin_of
from .forms import legible
from .identity import both_sides


class SwitchChangedFlow(RepairsFlow):
    """Another switch answers in the place of one that was accepted: go on with it, or keep the one that was accepted.

    What is decided on is what was shown.
    """

    _seen: SeenSwitch

    def __init__(self, entry_id: str) -> None:
        """Ask about a switch by its entry."""
        self._entry_id = entry_id

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show by what both are known, and the ways on."""
        seen, entry = claims(self.hass).of(self._entry_id), self._entry
        if seen is None:
            return self.async_create_entry(data={})
        self._seen = seen
        return self.async_show_menu(
            step_id="init",
            menu_options=["accept", "refuse"],
            description_placeholders={
                "device": entry.title,
                "address": entry.data[CONF_ADDRESS],
                **both_sides(_said(pin_of(entry)), _said(seen)),
            },
        )

    async def async_step_accept(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Trust the switch as it was shown, in the place of the other, from now on."""
        if not await async_accept(self.hass, self._entry, self._seen):
            return self.async_abort(reason="already_configured", description_placeholders={"device": self._entry.title})
        return self.async_create_entry(data={})

    async def async_step_refuse(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep the switch that was accepted; the same one is not asked about again until a restart."""
        async_refuse(self.hass, self._entry_id, self._seen)
        return self.async_create_entry(data={})

    @property
    def _entry(self) -> ConfigEntry:
        """The entry of the switch; the flow ends where it was removed meanwhile."""
        if (entry := self.hass.config_entries.async_get_entry(self._entry_id)) is None:
            raise AbortFlow("removed")
        return entry


def _said(pin: SeenSwitch) -> dict[str, str]:
    return {**asdict(pin), "certificate": legible(pin.certificate)}
