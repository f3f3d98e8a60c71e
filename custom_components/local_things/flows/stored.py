"""What others have stored in a device, as a repair asks about it."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.data_entry_flow import AbortFlow

from ..audit import FINDINGS, Finding
from ..things.errors import ThingError


class StoredFlow(RepairsFlow):
    """Something is stored in a device that nobody stored here: have the device forget it, or let it stay."""

    def __init__(self, issue_id: str) -> None:
        """Ask about what an issue was raised for."""
        self._issue_id = issue_id

    @property
    def finding(self) -> Finding:
        """What was found; the flow ends where it is gone meanwhile, or the entry is not loaded."""
        if (finding := self.hass.data.get(FINDINGS, {}).get(self._issue_id)) is None:
            raise AbortFlow("gone")
        return finding

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the two ways on."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["discard", "keep"],
            description_placeholders=dict(self.finding.words),
        )

    async def async_step_discard(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Have the device forget it."""
        finding = self.finding
        try:
            await finding.discard()
        except ThingError as err:
            raise AbortFlow("not_discarded") from err
        return self.async_create_entry(data={})

    async def async_step_keep(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Let it stay, and do not ask again."""
        finding = self.finding
        await finding.keep()
        return self.async_create_entry(data={})
