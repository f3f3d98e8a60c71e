"""The history of what was removed, as a repair asks about it."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.data_entry_flow import AbortFlow

from ..history import LEFT, async_erase


class HistoryFlow(RepairsFlow):
    """Something was removed, and its history is still there: erase it, or let it go by and by."""

    def __init__(self, issue_id: str) -> None:
        """Ask about what an issue was raised for."""
        self._issue_id = issue_id

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the two ways on."""
        left = self.hass.data.get(LEFT, {}).get(self._issue_id, frozenset())
        return self.async_show_menu(
            step_id="init", menu_options=["erase", "keep"], description_placeholders={"count": str(len(left))}
        )

    async def async_step_erase(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Erase states and statistics."""
        if "recorder" not in self.hass.config.components:
            raise AbortFlow("no_recorder")
        await async_erase(self.hass, self.hass.data.get(LEFT, {}).pop(self._issue_id, ()))
        return self.async_create_entry(data={})

    async def async_step_keep(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave it to Home Assistant, which erases states after some days and keeps statistics."""
        self.hass.data.get(LEFT, {}).pop(self._issue_id, None)
        return self.async_create_entry(data={})
