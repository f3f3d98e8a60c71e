"""The card of a device that asks for a key: it leads through the steps by which a device is added by its address."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigFlow, ConfigFlowResult, SubentryFlowResult
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import callback
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import probatio as vol

from ..const import SUBENTRY_THING
from ..things.adapter import FoundThing
from ..things.documents import Json
from .forms import running

_NOTHING: Final = vol.Schema({})


class LockedSteps(ConfigFlow):
    """Shows what another flow shows, and hands it what is filled in: there is one way to give a device a key."""

    _found: FoundThing
    _inner = ""
    """The flow that adds the device by its address, once the user has opened the card."""

    async def async_step_locked(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Say that the device asks for a key; confirming asks it what it wants to know."""
        address = self._found.pin.address
        if user_input is None:
            return self.async_show_form(
                step_id="locked", data_schema=_NOTHING, description_placeholders={"address": address}
            )
        self._end()
        entry = running(self.hass).entry
        shown = await self.hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}, data={CONF_ADDRESS: address}
        )
        self._inner = shown["flow_id"]
        return self._show(shown)

    async def async_step_protection(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Ask whether the device has a key, or is to be given one."""
        return await self._hand_on("protection", user_input)

    async def async_step_oscore(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for the parts of an OSCORE context."""
        return await self._hand_on("oscore", user_input)

    async def async_step_new_oscore(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Show an OSCORE context that was made now."""
        return await self._hand_on("new_oscore", user_input)

    async def async_step_edhoc(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Show our public credential for this device."""
        return await self._hand_on("edhoc", user_input)

    async def async_step_confirm_protected(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Show what is being trusted of a device that has proved to know the key."""
        return await self._hand_on("confirm_protected", user_input)

    async def async_step_confirm_agreed(self, user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Show what is being trusted of a device that has shown its public key."""
        return await self._hand_on("confirm_agreed", user_input)

    async def _hand_on(self, step_id: str, user_input: Mapping[str, Json] | None) -> ConfigFlowResult:
        """Tell the other flow what was filled in, or which step was chosen from its menu; show what it shows.

        A card that is opened again asks for the step at which it was.
        """
        subentries = self.hass.config_entries.subentries
        try:
            is_there = subentries.async_get(self._inner)["step_id"] == step_id
            chosen = None if is_there else {"next_step_id": step_id}
            said = chosen if user_input is None else dict(user_input)
            return self._show(await subentries.async_configure(self._inner, said))
        except UnknownFlow:
            return self.async_abort(reason="not_running")  # the entry of the network was reloaded

    def _show(self, shown: SubentryFlowResult) -> ConfigFlowResult:
        words = shown.get("description_placeholders")
        match shown["type"]:
            case FlowResultType.MENU:
                return self.async_show_menu(
                    step_id=shown["step_id"], menu_options=shown["menu_options"], description_placeholders=words
                )
            case FlowResultType.FORM:
                return self.async_show_form(
                    step_id=shown["step_id"],
                    data_schema=shown["data_schema"],
                    errors=shown["errors"],
                    description_placeholders=words,
                )
            case FlowResultType.CREATE_ENTRY:
                return self.async_abort(reason="thing_added", description_placeholders={"name": shown["title"]})
        return self.async_abort(reason=shown["reason"], description_placeholders=words)

    @callback
    def _end(self) -> None:
        """End the other flow, if it has not ended itself."""
        subentries = self.hass.config_entries.subentries
        if any(flow["flow_id"] == self._inner for flow in subentries.async_progress(include_uninitialized=True)):
            subentries.async_abort(self._inner)

    @callback
    @override
    def async_remove(self) -> None:
        """Leave nothing open where the card is closed."""
        self._end()
