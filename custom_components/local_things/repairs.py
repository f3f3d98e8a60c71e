"""Repairs: questions that only the user can answer."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow, UnknownFlow
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError

from .blueprints import async_settle_blueprint
from .const import (
    ISSUE_BLUEPRINT,
    ISSUE_CREDENTIALS,
    ISSUE_GONE,
    ISSUE_HISTORY,
    ISSUE_IDENTITY_CHANGED,
    ISSUE_PEAK,
    ISSUE_QUARANTINE,
    ISSUE_STORED,
    ISSUE_SWITCH_CHANGED,
)
from .flows.forms import running
from .flows.history import HistoryFlow
from .flows.identity import CredentialsFlow, IdentityChangedFlow
from .flows.quarantine import PeakFlow, QuarantineFlow
from .flows.repair import ThingRepairFlow
from .flows.stored import StoredFlow
from .flows.switch_identity import SwitchChangedFlow
from .network.accepted import thing_id_of


class GoneFlow(ThingRepairFlow):
    """An accepted device has been silent for days: remove it, or wait on."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the two ways on."""
        seen = self.hub.memory.seen(thing_id_of(self.subentry)) or dt_util.utcnow()
        return self.async_show_menu(
            step_id="init",
            menu_options=["remove", "wait"],
            description_placeholders={
                "device": self.subentry.title,
                "day": dt_util.as_local(seen).date().isoformat(),
            },
        )

    async def async_step_remove(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the device with everything that is known of it."""
        return self.removed()

    async def async_step_wait(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask again after as many days."""
        self.hub.memory.keep_seen(thing_id_of(self.subentry), dt_util.utcnow())
        self.hub.memory.save_seen()
        return self.settled()


class BlueprintFlow(RepairsFlow):
    """We have a newer version of a blueprint that the user edited: take it, or keep the user's."""

    def __init__(self, name: str) -> None:
        """Ask about a blueprint by its path in the blueprint folder."""
        self._name = name

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the two ways on."""
        return self.async_show_menu(
            step_id="init", menu_options=["replace", "keep"], description_placeholders={"file": self._name}
        )

    async def async_step_replace(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Take ours; the user's is gone."""
        return await self._settle(replace=True)

    async def async_step_keep(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep the user's until there is a newer one of ours again."""
        return await self._settle(replace=False)

    async def _settle(self, *, replace: bool) -> RepairsFlowResult:
        try:
            await async_settle_blueprint(self.hass, running(self.hass).memory, self._name, replace=replace)
        except (OSError, WriteError) as err:
            raise AbortFlow("not_written") from err
        return self.async_create_entry(data={})


_FLOWS: Final[Mapping[str, Callable[[str], RepairsFlow]]] = {
    ISSUE_BLUEPRINT: BlueprintFlow,
    ISSUE_CREDENTIALS: CredentialsFlow,
    ISSUE_GONE: GoneFlow,
    ISSUE_HISTORY: HistoryFlow,
    ISSUE_IDENTITY_CHANGED: IdentityChangedFlow,
    ISSUE_PEAK: PeakFlow,
    ISSUE_QUARANTINE: QuarantineFlow,
    ISSUE_STORED: StoredFlow,
    ISSUE_SWITCH_CHANGED: SwitchChangedFlow,
}


_SUBJECTS: Final = ("blueprint", "finding", "subentry_id", "entry_id")
"""What an issue may be about."""


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Open the flow of an issue of ours."""
    if data is None:
        raise UnknownFlow(issue_id)  # no issue of ours
    subject = next(data[key] for key in _SUBJECTS if key in data)
    return _FLOWS[str(data["issue"])](str(subject))
