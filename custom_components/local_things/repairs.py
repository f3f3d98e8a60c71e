"""Repairs: questions that only the user can answer."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow, UnknownFlow
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError

from .blueprints import async_settle_blueprint
from .const import ISSUE_BLUEPRINT, ISSUE_CREDENTIALS, ISSUE_GONE, ISSUE_IDENTITY_CHANGED, ISSUE_QUARANTINE
from .coordinator import placeholders
from .flows.forms import CONF_KEY, CREDENTIALS_SCHEMA, credentials_of, running
from .network.accepted import pin_of, quarantine_of, thing_id_of
from .network.hub import Hub
from .network.quarantine import async_release
from .things.adapter import FoundThing
from .things.errors import ThingError


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


class IdentityChangedFlow(ThingRepairFlow):
    """Something else says it is an accepted device: go on with it, or keep the device that was accepted."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show both addresses and the two ways on."""
        if (claim := self._claim) is None:
            return self.settled()
        subentry = self.subentry
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
        if claim := self._claim:
            await self.hub.async_adopt(self.subentry, claim)
        return self.settled()

    async def async_step_refuse(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep the device that was accepted; the same claim is not asked about again until a restart."""
        self.hub.refuse(self._subentry_id)
        return self.settled()

    @property
    def _claim(self) -> FoundThing | None:
        return self.hub.claims.get(self._subentry_id)


class CredentialsFlow(ThingRepairFlow):
    """An accepted device refuses access: go on with it once it takes an identity and a key."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the form; what Home Assistant passes here did not come from it."""
        return await self.async_step_unlock()

    async def async_step_unlock(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for identity and key."""
        errors: dict[str, str] = {}
        subentry = self.subentry
        words = {"device": subentry.title, "address": pin_of(subentry).address}
        if user_input is not None:
            try:
                await self.hub.async_admit(subentry, credentials_of(user_input))
            except ThingError as err:
                errors[CONF_KEY] = err.reason.value
                words = {**placeholders(err, words["address"]), "device": subentry.title}
            else:
                return self.settled()
        return self.async_show_form(
            step_id="unlock", data_schema=CREDENTIALS_SCHEMA, errors=errors, description_placeholders=words
        )


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
        self.hass.config_entries.async_remove_subentry(self.hub.entry, self.subentry.subentry_id)
        return self.settled()

    async def async_step_wait(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask again after as many days."""
        self.hub.memory.keep_seen(thing_id_of(self.subentry), dt_util.utcnow())
        self.hub.memory.save_seen()
        return self.settled()


class QuarantineFlow(ThingRepairFlow):
    """An accepted device is in quarantine: end that, remove the device, or leave it there."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the ways on."""
        until = quarantine_of(self.subentry).get("until")
        end = dt_util.parse_datetime(until) if isinstance(until, str) else None
        return self.async_show_menu(
            step_id="init",
            menu_options=["release", "remove", "leave"],
            description_placeholders={
                "device": self.subentry.title,
                "address": pin_of(self.subentry).address,
                "until": dt_util.as_local(end).strftime("%Y-%m-%d %H:%M") if end else "–",
            },
        )

    async def async_step_release(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Speak to the device again."""
        await async_release(self.hub, self.subentry)
        return self.settled()

    async def async_step_remove(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the device with everything that is known of it."""
        self.hass.config_entries.async_remove_subentry(self.hub.entry, self.subentry.subentry_id)
        return self.settled()

    async def async_step_leave(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave it there; the issue is back after a restart."""
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
    ISSUE_IDENTITY_CHANGED: IdentityChangedFlow,
    ISSUE_QUARANTINE: QuarantineFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Open the flow of an issue of ours."""
    if data is None:
        raise UnknownFlow(issue_id)  # no issue of ours
    return _FLOWS[str(data["issue"])](str(data.get("blueprint") or data.get("subentry_id")))
