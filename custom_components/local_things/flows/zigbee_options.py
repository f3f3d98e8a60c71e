"""What the user does with a Zigbee network that runs: lets devices in, and binds them to each other."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Final, override

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio as vol

from ..coordinator import placeholders
from ..things.errors import Reason, ThingError, Unreachable
from ..things.text import label
from ..zigbee.binding import Bindings
from ..zigbee.hub import ZigbeeHub
from ..zigbee.joining import Joining

CONF_IEEE: Final = "ieee"
CONF_CODE: Final = "code"
CONF_SOURCE: Final = "source"
CONF_TARGET: Final = "target"
CONF_BINDINGS: Final = "bindings"
CONF_MEMBERS: Final = "members"
CONF_GROUP: Final = "group"
CONF_DELETE: Final = "delete"

_NO_WORDS: Final = {"device": "", "address": "", "code": "", "detail": ""}


type _Step[Input] = Callable[[ZigbeeOptions, Input | None], Awaitable[ConfigFlowResult]]


def _with_radio[Input](step: _Step[Input]) -> _Step[Input]:
    """Return a step that ends where the radio went away meanwhile."""

    @wraps(step)
    async def taken(flow: ZigbeeOptions, user_input: Input | None = None) -> ConfigFlowResult:
        try:
            return await step(flow, user_input)
        except Unreachable:
            return flow.async_abort(reason="radio_not_running")

    return taken


class ZigbeeOptions(OptionsFlow):
    """Devices that join, direct bindings and groups."""

    _source: str
    _group: int
    _joining: Joining | None = None
    _told: asyncio.Task[None] | None = None

    async def async_step_init(self, _user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Begin with the menu, where there is a network."""
        hub = getattr(self.config_entry, "runtime_data", None)
        if not isinstance(hub, ZigbeeHub) or hub.problem is not None:
            return self.async_abort(reason="radio_not_running")
        return await self.async_step_radio_menu()

    async def async_step_radio_menu(self, _user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Show what can be done; beside ZHA, devices are let in there."""
        lines = ["bind", "bound", "make_group"]
        if self._bindings.groups():
            lines.append("group")
        if self._hub.owns:
            lines = ["pair", "install_code", *lines]
        return self.async_show_menu(step_id="radio_menu", menu_options=lines)

    # -------------------------------------------------------------------------------------------------------- pairing

    async def async_step_pair(self, _user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Let devices in, and show who comes and how far each is, until one is ready or the time is over."""
        if self._joining is None:
            try:
                self._joining = await Joining.begin(self._hub)
            except ThingError:
                return self.async_abort(reason="radio_not_running")
        if self._joining.is_over:
            return self.async_show_progress_done(next_step_id="paired")
        if self._told is None or self._told.done():
            self._told = self.hass.async_create_task(self._joining.wait(), "local_things joining")
        return self.async_show_progress(
            step_id="pair",
            progress_action="joining",
            progress_task=self._told,
            description_placeholders={"devices": self._joining.said()},
        )

    async def async_step_paired(self, _user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Show who joined, and offer to go on."""
        said = self._joining.said() if self._joining else "–"
        await self._end_joining()
        return self.async_show_menu(
            step_id="paired", menu_options=["pair", "finish"], description_placeholders={"devices": said}
        )

    async def async_step_finish(self, _user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """End; nothing of it is kept in the options."""
        return self._done()

    async def async_step_install_code(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask for the address and the install code of one device, and let it in."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._joining = await Joining.begin(self._hub, user_input[CONF_IEEE], user_input[CONF_CODE])
            except ThingError as err:
                errors["base"] = "bad_code" if err.reason is Reason.OUT_OF_RANGE else "not_done"
            else:
                return await self.async_step_pair()
        schema = vol.Schema({vol.Required(CONF_IEEE): TextSelector(), vol.Required(CONF_CODE): TextSelector()})
        return self.async_show_form(
            step_id="install_code",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders=_NO_WORDS,
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Close the network when the dialog is closed."""
        if self._joining is not None:
            _ = self.config_entry.async_create_task(self.hass, self._end_joining(), "local_things close network")

    async def _end_joining(self) -> None:
        joining, self._joining = self._joining, None
        if joining is not None:
            await joining.end()

    # ------------------------------------------------------------------------------------------------------- bindings

    @_with_radio
    async def async_step_bind(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask for the device that is to work another."""
        if user_input is not None:
            self._source = user_input[CONF_SOURCE]
            return await self.async_step_bind_to(None)
        if not (sources := self._bindings.sources()):
            return self.async_abort(reason="nothing_to_bind")
        return self.async_show_form(
            step_id="bind", data_schema=vol.Schema({vol.Required(CONF_SOURCE): _one_of(sources)})
        )

    @_with_radio
    async def async_step_bind_to(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask what it is to work, and bind it."""
        errors: dict[str, str] = {}
        words = _NO_WORDS
        try:
            if user_input is not None:
                await self._bindings.bind(self._source, user_input[CONF_TARGET])
                return self._done()
        except ThingError as err:
            errors["base"] = "not_done"
            words = placeholders(err, self._bindings.devices().get(self._source, ""))
        if not (targets := self._bindings.targets(self._source)):
            return self.async_abort(reason="nothing_to_bind")
        return self.async_show_form(
            step_id="bind_to",
            data_schema=vol.Schema({vol.Required(CONF_TARGET): _one_of(targets)}),
            errors=errors,
            description_placeholders=words,
        )

    @_with_radio
    async def async_step_bound(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask whose bindings are to be listed."""
        if user_input is not None:
            self._source = user_input[CONF_SOURCE]
            return await self.async_step_unbind()
        schema = vol.Schema({vol.Required(CONF_SOURCE): _one_of(self._bindings.devices())})
        return self.async_show_form(step_id="bound", data_schema=schema)

    async def async_step_unbind(self, user_input: dict[str, list[str]] | None = None) -> ConfigFlowResult:
        """List the bindings of a device, whoever made them, and remove those that are chosen."""
        errors: dict[str, str] = {}
        words = {**_NO_WORDS, "device": self._bindings.devices().get(self._source, "")}
        found: Mapping[str, str] = {}
        try:
            known = await self._bindings.read(self._source)
            found = {key: name for key, (_, name) in known.items()}
            if user_input is not None:
                for key in user_input[CONF_BINDINGS]:
                    await self._bindings.unbind(known[key][0])
                return self._done()
        except ThingError as err:
            errors["base"] = "not_done"
            words = placeholders(err, words["device"])
        chosen = vol.Required(CONF_BINDINGS, default=list)
        return self.async_show_form(
            step_id="unbind",
            data_schema=vol.Schema({chosen: _one_of(found, multiple=True)}),
            errors=errors,
            description_placeholders=words,
        )

    @_with_radio
    async def async_step_make_group(self, user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Ask for the name and the members of a group, and make it."""
        errors: dict[str, str] = {}
        words = _NO_WORDS
        if user_input is not None:
            members = user_input[CONF_MEMBERS]
            chosen = [str(one) for one in members] if isinstance(members, list) else []
            try:
                await self._bindings.make_group(label(str(user_input[CONF_NAME])), chosen)
                return self._done()
            except ThingError as err:
                errors["base"] = "not_done"
                words = placeholders(err, self.config_entry.title)
        devices = self._bindings.groupable()
        schema = vol.Schema(
            {vol.Required(CONF_NAME): TextSelector(), vol.Required(CONF_MEMBERS): _one_of(devices, multiple=True)}
        )
        return self.async_show_form(
            step_id="make_group", data_schema=schema, errors=errors, description_placeholders=words
        )

    @_with_radio
    async def async_step_group(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask which group is to be changed."""
        if user_input is not None:
            self._group = int(user_input[CONF_GROUP])
            return await self.async_step_change_group(None)
        schema = vol.Schema({vol.Required(CONF_GROUP): _one_of(self._bindings.groups())})
        return self.async_show_form(step_id="group", data_schema=schema)

    @_with_radio
    async def async_step_change_group(self, user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Ask for the name and the members of a group that is there, or whether it is to be deleted."""
        errors: dict[str, str] = {}
        bindings = self._bindings
        words = {**_NO_WORDS, "group": bindings.groups().get(str(self._group), "")}
        shown: Mapping[str, object] = {}
        try:
            shown = user_input or {CONF_NAME: words["group"], CONF_MEMBERS: bindings.members(self._group)}
            if user_input is not None:
                await self._change(user_input)
                return self._done()
        except ThingError as err:
            errors["base"] = "not_done"
            words |= placeholders(err, self.config_entry.title)
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Required(CONF_MEMBERS): _one_of(bindings.groupable(), multiple=True),
                vol.Required(CONF_DELETE, default=False): BooleanSelector(),
            }
        )
        return self.async_show_form(
            step_id="change_group",
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders=words,
        )

    async def _change(self, wanted: Mapping[str, object]) -> None:
        """Do to a group what the form says. Raises ThingError."""
        members = wanted[CONF_MEMBERS]
        chosen = [str(one) for one in members] if isinstance(members, list) else []
        if wanted[CONF_DELETE] or not chosen:
            await self._bindings.delete_group(self._group)
        else:
            await self._bindings.change_group(self._group, label(str(wanted[CONF_NAME])), chosen)

    # --------------------------------------------------------------------------------------------------------- shared

    @property
    def _hub(self) -> ZigbeeHub:
        hub: ZigbeeHub = self.config_entry.runtime_data
        return hub

    @property
    def _bindings(self) -> Bindings:
        return Bindings(self._hub)

    def _done(self) -> ConfigFlowResult:
        """End with the options as they are: what was done is in the network, not in them."""
        return self.async_create_entry(data=dict(self.config_entry.options))


def _one_of(names: Mapping[str, str], *, multiple: bool = False) -> SelectSelector:
    options = [SelectOptionDict(value=value, label=name) for value, name in names.items()]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=multiple, mode=SelectSelectorMode.DROPDOWN))
