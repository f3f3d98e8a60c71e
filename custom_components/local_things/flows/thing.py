"""How the user adds a device by its address, lets it be unlocked, and moves an accepted one."""

from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_ADDRESS
from homeassistant.helpers.selector import BooleanSelector, TextSelector
import probatio as vol

from ..const import CONF_MAY_ACT
from ..coordinator import placeholders
from ..network.accepted import pin_of, subentry_for, thing_id_of
from ..network.confined import actuators
from ..network.consuming import is_open
from ..network.hub import Hub, running_hub
from ..network.scanner import ThingServiceInfo
from ..things.adapter import Credentials, FoundThing
from ..things.documents import Json
from ..things.errors import AccessDenied, ThingError
from .forms import CONF_KEY, CREDENTIALS_SCHEMA, credentials_of, name_schema, named, running, trust
from .mapping import MappingSteps


class ThingFlow(MappingSteps):
    """Adds a device by its address; of an accepted one, changes the address or what its values mean."""

    _address: str
    _credentials: Credentials | None = None
    _found: FoundThing

    async def async_step_user(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the address and meet the device."""
        return await self._ask_address("user", user_input, "")

    async def async_step_reconfigure(self, _user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what can be changed of an accepted device."""
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=[
                "address",
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

    async def async_step_credentials(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the identity and the key without which the device lets nobody in."""
        errors: dict[str, str] = {}
        words = {"address": self._address}
        if user_input is not None:
            hub = running(self.hass)
            self._credentials = credentials_of(user_input)
            try:
                self._found = await hub.async_inspect(self._address, self._credentials)
            except ThingError as err:
                errors[CONF_KEY] = err.reason.value
                words = placeholders(err, self._address)
            else:
                return await self._met(hub)
        return self.async_show_form(
            step_id="credentials", data_schema=CREDENTIALS_SCHEMA, errors=errors, description_placeholders=words
        )

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted where nothing protects it."""
        return await self._confirm("confirm", user_input)

    async def async_step_confirm_protected(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what is being trusted of a device that has proved to know the key."""
        return await self._confirm("confirm_protected", user_input)

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
            except AccessDenied:
                return await self.async_step_credentials()
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

    async def _met(self, hub: Hub) -> SubentryFlowResult:
        """Go on with the device that answered at the address."""
        thing_id = self._found.description.id
        if self.source != SOURCE_RECONFIGURE:
            if hub.subentry_of(thing_id):
                return self.async_abort(reason="already_configured")
            return await (self.async_step_confirm_protected() if self._credentials else self.async_step_confirm())
        subentry = self._get_reconfigure_subentry()
        if thing_id_of(subentry) != thing_id:
            return self.async_abort(reason="another_thing", description_placeholders={"name": subentry.title})
        if self._credentials:
            await hub.credentials.async_keep(thing_id, self._credentials)
        await hub.async_adopt(subentry, self._found)
        return self.async_abort(reason="thing_moved", description_placeholders={"name": subentry.title})

    async def _confirm(self, step_id: str, user_input: dict[str, str] | None) -> SubentryFlowResult:
        """Ask for name and room; confirming accepts the device."""
        found = self._found
        if user_input is None:
            return self.async_show_form(
                step_id=step_id,
                data_schema=name_schema(found, self._credentials),
                description_placeholders=trust(found),
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
