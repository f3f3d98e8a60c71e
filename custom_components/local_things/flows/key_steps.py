"""The steps by which a device is given a key, or its own is typed in: while it is added, and later."""

from abc import abstractmethod
from typing import Final

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
import probatio as vol

from ..coordinator import placeholders
from ..network.hub import Hub
from ..things.adapter import Credentials, FoundThing
from ..things.errors import ThingError
from .forms import running
from .keys import (
    OSCORE,
    PASSWORD,
    KeyForm,
    RefusedKey,
    check_is_its_own,
    is_key,
    new_key,
    speaks_oscore,
    told,
)

_NOTHING: Final = vol.Schema({})


class KeySteps(ConfigSubentryFlow):
    """Unlocks the device at `_address`; where that is done, `_met` goes on."""

    _address: str
    _credentials: Credentials | None = None
    _found: FoundThing
    _made: Credentials | None = None

    @property
    @abstractmethod
    def _known_id(self) -> str:
        """The id of the accepted device that is given a key; empty where it is not accepted yet."""

    @abstractmethod
    async def _met(self, hub: Hub) -> SubentryFlowResult:
        """Go on with the device that answered at the address."""

    async def _locked(self) -> SubentryFlowResult:
        """Ask for what the device wants to know before it lets us in."""
        return await (self.async_step_protection() if is_key(self._address) else self.async_step_credentials())

    async def async_step_protection(self, _user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask whether the device has a key, or is to be given one."""
        is_oscore = speaks_oscore(self._address)
        return self.async_show_menu(
            step_id="protection",
            menu_options=["oscore", "new_oscore"] if is_oscore else ["credentials", "new_key"],
            description_placeholders={"address": self._address},
        )

    async def async_step_credentials(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the identity and the key without which the device lets nobody in."""
        return await self._ask_key("credentials", PASSWORD, user_input)

    async def async_step_oscore(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask for the parts of an OSCORE context."""
        return await self._ask_key("oscore", OSCORE, user_input)

    async def async_step_new_key(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show a key that was made now, until the device takes it."""
        return await self._give_key("new_key", user_input)

    async def async_step_new_oscore(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show an OSCORE context that was made now, until the device takes it."""
        return await self._give_key("new_oscore", user_input)

    async def _ask_key(self, step_id: str, form: KeyForm, user_input: dict[str, str] | None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        words = {"address": self._address}
        if user_input is not None:
            try:
                hub = await self._unlocked(form.read(user_input), form.field)
            except RefusedKey as err:
                errors[err.field] = err.error
                words |= err.words
            except ThingError as err:
                errors[form.field] = err.reason.value
                words |= placeholders(err, self._address)
            else:
                return await self._met(hub)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form.schema, form.again(user_input)),
            errors=errors,
            description_placeholders=words,
        )

    async def _give_key(self, step_id: str, user_input: dict[str, str] | None) -> SubentryFlowResult:
        """Show the key that was made. It is nowhere but in this flow until the device has shown that it knows it."""
        self._made = made = self._made or new_key(self._address)
        errors: dict[str, str] = {}
        words = {"address": self._address, **told(made)}
        if user_input is not None:
            try:
                hub = await self._unlocked(made, "base")
            except ThingError as err:
                errors["base"] = err.reason.value
                words |= placeholders(err, self._address)
            else:
                return await self._met(hub)
        return self.async_show_form(
            step_id=step_id, data_schema=_NOTHING, errors=errors, description_placeholders=words
        )

    async def _unlocked(self, credentials: Credentials, field: str) -> Hub:
        """Meet the device with a key. Raises RefusedKey and ThingError."""
        hub = running(self.hass)
        check_is_its_own(hub, credentials, self._address, field, self._known_id)
        self._found = await hub.async_inspect(self._address, credentials)
        self._credentials = credentials
        return hub
