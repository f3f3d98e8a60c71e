"""What the repairs of accepted devices share."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigSubentry
from homeassistant.data_entry_flow import AbortFlow

from ..network.hub import Hub
from .forms import running


class ThingRepairFlow(RepairsFlow):
    """Mends one issue of one accepted device."""

    def __init__(self, subentry_id: str) -> None:
        """Ask about an accepted device by its subentry."""
        self._subentry_id = subentry_id

    @property
    def hub(self) -> Hub:
        """What the network entry holds now: it may be reloaded while a flow is open."""
        return running(self.hass)

    @property
    def subentry(self) -> ConfigSubentry:
        """The accepted device; the flow ends where it was removed meanwhile."""
        if (subentry := self.hub.entry.subentries.get(self._subentry_id)) is None:
            raise AbortFlow("removed")
        return subentry

    def settled(self) -> RepairsFlowResult:
        """End; Home Assistant takes the issue back."""
        return self.async_create_entry(data={})

    def removed(self) -> RepairsFlowResult:
        """Remove the device with everything that is known of it."""
        self.hass.config_entries.async_remove_subentry(self.hub.entry, self.subentry.subentry_id)
        return self.settled()
