"""The steps by which a device is given a key, or its own is typed in: while it is added, and later."""

from abc import abstractmethod
from typing import Final

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
import probatio as vol

from ..coordinator import placeholders
from ..network.hub import Hub
from ..things.adapter import Credentials, FoundThing
from ..things.errors import AccessDenied, Reason, Rejected, ThingError
from ..things.security import EdhocKey
from .forms import running
from .keys import (
    CONF_PEER,
    OSCORE,
    PASSWORD,
    KeyForm,
    RefusedKey,
    agreeing,
    check_is_its_own,
    check_is_known,
    is_key,
    new_key,
    speaks_oscore,
    told,
)
from .public_key import new_key_pair

_NOTHING: Final = vol.Schema({})


class KeySteps(ConfigSubentryFlow):
    """Unlocks the device at `_address`; where that is done, `_met` goes on."""

    _address: str
    _credentials: Credentials | None = None
    _found: FoundThing
    _made: Credentials | None = None
    _agrees_at = ""
    """Where the device agrees on keys; empty where it does not say so."""
    _ours: EdhocKey | None = None

    @property
    @abstractmethod
    def _known_id(self) -> str:
        """The id of the accepted device that is given a key; empty where it is not accepted yet."""

    @abstractmethod
    async def _met(self, hub: Hub) -> SubentryFlowResult:
        """Go on with the device that answered at the address."""

    async def _locked(self, agrees_at: str = "") -> SubentryFlowResult:
        """Ask for what the device wants to know before it lets us in."""
        self._agrees_at = agrees_at
        return await (self.async_step_protection() if is_key(self._address) else self.async_step_credentials())

    async def async_step_protection(self, _user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask whether the device has a key, or is to be given one."""
        is_oscore = speaks_oscore(self._address)
        return self.async_show_menu(
            step_id="protection",
            menu_options=[
                *(["edhoc"] if self._agrees_at else []),
                *(["oscore", "new_oscore"] if is_oscore else ["credentials", "new_key"]),
            ],
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

    async def async_step_edhoc(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show our public credential for this device, until the device takes it and shows its own."""
        self._ours = ours = self._ours or new_key_pair(self._agrees_at)
        return await self._ask_key("edhoc", agreeing(ours), user_input, credential=ours.credential.hex())

    async def _ask_key(
        self, step_id: str, form: KeyForm, user_input: dict[str, str] | None, **told: str
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        words = {"address": self._address, **told}
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
        try:
            self._found = found = await hub.async_inspect(self._address, credentials)
        except Rejected as err:
            raise self._not_proved(credentials, err) from err
        except AccessDenied as err:
            check_is_known(credentials, err)
            raise
        self._credentials = known = credentials.of(found.credential)
        if known != credentials:
            check_is_its_own(hub, known, self._address, field, found.description.id)
        return hub

    def _not_proved(self, credentials: Credentials, err: Rejected) -> Rejected | RefusedKey:
        """Return what the user is told of a device that did not prove who it is."""
        if credentials.edhoc is None or err.reason is not Reason.IDENTITY_CHANGED:
            return err
        if credentials.is_of_anybody:
            return RefusedKey(CONF_PEER, "public_key_not_shown")
        return RefusedKey(CONF_PEER, "other_public_key")
