"""How the user adds a device by its address, and moves an accepted one or gives it another key."""

from typing import override

from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_ADDRESS
from homeassistant.helpers.selector import BooleanSelector, TextSelector
import probatio as vol

from ..const import CONF_MAY_ACT
from ..coordinator import placeholders
from ..network.accepted import pin_of, subentry_for, thing_id_of
from ..network.confined import actuators
from ..network.consuming import is_open, proves_itself
from ..network.hub import Hub, running_hub
from ..network.scanner import ThingServiceInfo
from ..things.documents import Json
from ..things.errors import AccessDenied, ThingError
from .forms import name_schema, named, running, trust_step
from .key_steps import KeySteps
from .keys import is_key
from .mapping import MappingSteps
from .usage import async_trust


class ThingFlow(KeySteps, MappingSteps):
    """Adds a device by its address; of an accepted one, changes the address, the key or what its values mean."""

    _is_new_key = False

    async def async_step_user(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the address and meet the device."""
        return await self._ask_address("user", user_input, "")

    async def async_step_reconfigure(self, _user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what can be changed of an accepted device."""
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=[
                "address",
                *(["key"] if self._has_key else []),
                *(["acting"] if self._is_grave else []),
                "explain",
                "import_mapping",
                "share_mapping",
            ],
            description_placeholders={"name": self._get_reconfigure_subentry().title},
        )

    @property
    def _is_grave(self) -> bool:
        """Whether the device believes anybody, and does what not anybody should have it do."""
        subentry, hub = self._get_reconfigure_subentry(), running_hub(self.hass)
        coordinator = hub.coordinators.get(subentry.subentry_id) if hub else None
        if hub is None or coordinator is None or not actuators(coordinator.description):
            return False
        return is_open(pin_of(subentry), hub.credentials.get(thing_id_of(subentry)))

    @property
    def _has_key(self) -> bool:
        """Whether the device has a key or a password, or could have one."""
        subentry, hub = self._get_reconfigure_subentry(), running_hub(self.hass)
        known = hub.credentials.get(thing_id_of(subentry)) if hub else None
        return known is not None or is_key(pin_of(subentry).address)

    @property
    @override
    def _known_id(self) -> str:
        return thing_id_of(self._get_reconfigure_subentry()) if self.source == SOURCE_RECONFIGURE else ""

    async def async_step_key(self, _user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Let the device be given another key; the one it had is erased once it takes the new one."""
        hub = running(self.hass)
        self._address, self._is_new_key = pin_of(self._get_reconfigure_subentry()).address, True
        try:
            await hub.async_inspect(self._address)
        except ThingError as err:
            return await self._locked(err.words.get("edhoc", ""))
        return await self._locked()

    async def async_step_acting(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Let the device act although anybody could have it do so, or no more."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            allowed = bool(subentry.data.get(CONF_MAY_ACT))
            schema = vol.Schema({vol.Required(CONF_MAY_ACT, default=allowed): BooleanSelector()})
            words = {"name": subentry.title}
            return self.async_show_form(step_id="acting", data_schema=schema, description_placeholders=words)
        await running(self.hass).async_permit(subentry, act=bool(user_input[CONF_MAY_ACT]))
        return self.async_abort(reason="acting_changed", description_placeholders={"name": subentry.title})

    async def async_step_address(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the device's new address."""
        subentry = self._get_reconfigure_subentry()
        self._credentials = running(self.hass).credentials.get(thing_id_of(subentry))
        return await self._ask_address("address", user_input, pin_of(subentry).address)

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted where nothing protects it."""
        return await self._confirm("confirm", user_input)

    async def async_step_confirm_protected(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted of a device that has proved to know the key."""
        return await self._confirm("confirm_protected", user_input)

    async def async_step_confirm_agreed(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted of a device that has shown its public key."""
        return await self._confirm("confirm_agreed", user_input)

    async def async_step_confirm_password(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted of a device that asks for a password, and proves nothing itself."""
        return await self._confirm("confirm_password", user_input)

    async def async_step_confirm_certificate(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted of a device that shows a certificate."""
        return await self._confirm("confirm_certificate", user_input)

    async def _ask_address(
        self, step_id: str, user_input: dict[str, str] | None, suggestion: str
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        words: dict[str, str] = {}
        if user_input is not None:
            hub = running(self.hass)
            self._address = user_input[CONF_ADDRESS].strip()
            try:
                self._found = await hub.async_inspect(self._address, self._credentials)
            except AccessDenied as err:
                kept = self._credentials.edhoc if self._credentials else None
                return await self._locked(kept.path if kept else err.words.get("edhoc", ""))
            except ThingError as err:
                errors[CONF_ADDRESS] = err.reason.value
                words = placeholders(err, self._address)
            else:
                return await self._met(hub)
        schema = vol.Schema({vol.Required(CONF_ADDRESS): TextSelector()})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or {CONF_ADDRESS: suggestion}),
            errors=errors,
            description_placeholders=words,
        )

    @override
    async def _met(self, hub: Hub) -> SubentryFlowResult:
        thing_id = self._found.description.id
        if self.source != SOURCE_RECONFIGURE:
            if hub.subentry_of(thing_id):
                return self.async_abort(reason="already_configured")
            return await self._confirm(trust_step(self._found, self._credentials), None)
        subentry = self._get_reconfigure_subentry()
        known = hub.credentials.get(thing_id)
        words = {"name": subentry.title}
        if thing_id_of(subentry) != thing_id:
            return self.async_abort(reason="another_thing", description_placeholders=words)
        if proves_itself(pin_of(subentry), known) and not proves_itself(self._found.pin, self._credentials):
            return self.async_abort(reason="without_key", description_placeholders=words)
        if self._credentials:
            await hub.credentials.async_keep(thing_id, self._credentials)
        await hub.async_adopt(subentry, self._found)
        return self.async_abort(
            reason="key_replaced" if self._is_new_key else "thing_moved", description_placeholders=words
        )

    async def _confirm(self, step_id: str, user_input: dict[str, str] | None) -> SubentryFlowResult:
        """Ask for name and room; confirming accepts the device."""
        found = self._found
        if user_input is None:
            return self.async_show_form(
                step_id=step_id,
                data_schema=name_schema(found, self._credentials),
                description_placeholders=await async_trust(self.hass, found),
            )
        hub = running(self.hass)
        thing_id = found.description.id
        title, extra = named(self.hass, found, user_input)
        hub.memory.keep_record(thing_id, found.record)
        if self._credentials:
            await hub.credentials.async_keep(thing_id, self._credentials)
        self.hass.config_entries.flow.async_dismiss_discovery_flows(
            ThingServiceInfo, lambda info: info.found.description.id == thing_id
        )
        subentry = subentry_for(found, title, extra)
        return self.async_create_entry(title=title, data=subentry.data, unique_id=thing_id)
