"""Repairs of devices that send far more than ever, or are in quarantine, and the form that puts one there."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, override

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.selector import BooleanSelector, SelectSelector, SelectSelectorConfig
from homeassistant.util import dt as dt_util
import probatio as vol

from ..const import DOMAIN
from ..network.accepted import pin_of, quarantine_of, thing_id_of
from ..network.hub import Hub
from ..network.quarantine import Told, async_exempt, async_quarantine, async_release, end_of, seen_of
from ..poe_switch.confinement import port_feeding
from ..things.documents import Json
from .repair import ThingRepairFlow

CONF_LENGTH: Final = "length"
CONF_POWER_OFF: Final = "power_off"

LENGTHS: Final[Mapping[str, timedelta | None]] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "open": None,
}
_LENGTH: Final = SelectSelector(SelectSelectorConfig(options=[*LENGTHS], translation_key="quarantine_length"))


def quarantine_schema(hass: HomeAssistant, subentry: ConfigSubentry, *, power_off: bool = False) -> vol.Schema:
    """Ask for how long, and whether the PoE port is to be off where the device hangs at one; it is now `power_off`."""
    fields: dict[vol.Marker, object] = {vol.Required(CONF_LENGTH, default="day"): _LENGTH}
    if power_off or port_feeding(hass, thing_id_of(subentry)):
        fields[vol.Required(CONF_POWER_OFF, default=power_off)] = BooleanSelector()
    return vol.Schema(fields)


async def async_confine(
    hub: Hub,
    subentry: ConfigSubentry,
    user_input: Mapping[str, Json],
    seen: Mapping[str, str] | None = None,
    by: Told = Told.BY_HAND,
) -> None:
    """Put a device into quarantine as the form says; `seen` is why, where something was."""
    length = LENGTHS[str(user_input[CONF_LENGTH])]
    await async_quarantine(hub, subentry, length, seen=seen, by=by, power_off=bool(user_input.get(CONF_POWER_OFF)))


class QuarantineFlow(ThingRepairFlow):
    """An accepted device is in quarantine: end that, change for how long, remove the device, or leave it there."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show what is to be done, and the ways on."""
        seen = seen_of(self.subentry)
        if "seen_address" in seen:
            return await self.async_step_after_identity()
        return await self.async_step_after_peak() if seen else self._menu("init")

    async def async_step_after_peak(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show how much the device sent too."""
        return self._menu("after_peak")

    async def async_step_after_identity(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show what said to be the device too."""
        return self._menu("after_identity")

    def _menu(self, step_id: str) -> RepairsFlowResult:
        subentry, end = self.subentry, end_of(self.subentry)
        return self.async_show_menu(
            step_id=step_id,
            menu_options=["release", "prolong", "remove", "leave"],
            description_placeholders={
                "device": subentry.title,
                "address": pin_of(subentry).address,
                "until": dt_util.as_local(end).strftime("%Y-%m-%d %H:%M") if end else "–",
                **seen_of(subentry),
            },
        )

    async def async_step_prolong(self, user_input: Mapping[str, Json] | None = None) -> RepairsFlowResult:
        """Ask for how long from now on, and do it."""
        subentry = self.subentry
        if user_input is None:
            power_off = bool(quarantine_of(subentry).get("power_off"))
            return self.async_show_form(
                step_id="prolong",
                data_schema=quarantine_schema(self.hass, subentry, power_off=power_off),
                description_placeholders={"device": subentry.title},
            )
        await async_confine(self.hub, subentry, user_input)
        return self.settled()

    async def async_step_release(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Speak to the device again."""
        await async_release(self.hub, self.subentry)
        return self.settled()

    async def async_step_remove(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the device with everything that is known of it."""
        return self.removed()

    async def async_step_leave(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave it there; the issue is back after a restart."""
        return self.settled()


class ConfiningFlow(ThingRepairFlow):
    """Can put its device into quarantine."""

    by = Told.BY_HAND

    @property
    @abstractmethod
    def seen(self) -> Mapping[str, str]:
        """The words for why."""

    async def async_step_confine(self, user_input: Mapping[str, Json] | None = None) -> RepairsFlowResult:
        """Ask for how long, and do it."""
        if user_input is None:
            return self.async_show_form(
                step_id="confine",
                data_schema=quarantine_schema(self.hass, self.subentry),
                description_placeholders={"device": self.subentry.title},
            )
        await async_confine(self.hub, self.subentry, user_input, self.seen, self.by)
        self.hub.identities.async_settle(self.subentry)  # it is looked at again when it is released
        return self.settled()


class PeakFlow(ConfiningFlow):
    """An accepted device sends far more than ever: put it into quarantine, let it be, or let it always do so."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show what was seen, and the ways on."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["confine", "exempt", "leave"],
            description_placeholders={"device": self.subentry.title, **self.seen},
        )

    async def async_step_exempt(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Let it send as much as it likes from now on."""
        async_exempt(self.hub, self.subentry)
        return self.settled()

    async def async_step_leave(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Do nothing; it is asked again when it happens again."""
        return self.settled()

    @property
    @override
    def seen(self) -> Mapping[str, str]:
        """The words of the issue."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return (issue.translation_placeholders or {}) if issue else {}
