"""How the user adds a PoE switch, gives it other credentials, and changes where it is."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_ADDRESS
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio as vol

from ..const import CONF_CONTROL, CONF_KIND, CONF_PIN, KIND_POE_SWITCH
from ..coordinator import placeholders
from ..poe_switch.entry import Trial, async_hand_over, async_keep_credentials, async_known_credentials, async_try
from ..things.adapter import Credentials
from ..things.documents import Json
from ..things.errors import Reason, ThingError
from .keys import CONF_IDENTITY, CONF_KEY

CONF_PRIVACY: Final = "privacy"
CONF_AUTHENTICATION: Final = "authentication"

_SCHEMES: Final = {"snmp_v3": "snmp", "snmp_v2c": "snmp", "openwrt": "ubus+http"}
"""The scheme of an address that was typed without one, by the way the switch is spoken to."""

_TEXT: Final = TextSelector()
_SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))

_ALGORITHMS: Final = ("sha256", "sha1")
"""Of authentication in SNMPv3, the best first."""

_ALGORITHM: Final = SelectSelector(SelectSelectorConfig(options=[*_ALGORITHMS], translation_key=CONF_AUTHENTICATION))

_ADDRESS: Final[dict[vol.Marker, object]] = {vol.Required(CONF_ADDRESS): _TEXT}
_CONTROL: Final[dict[vol.Marker, object]] = {vol.Required(CONF_CONTROL, default=True): BooleanSelector()}

CREDENTIALS: Final[Mapping[str, dict[vol.Marker, object]]] = {
    "snmp_v3": {
        vol.Required(CONF_IDENTITY): _TEXT,
        vol.Required(CONF_KEY): _SECRET,
        vol.Required(CONF_PRIVACY): _SECRET,
        vol.Required(CONF_AUTHENTICATION, default=_ALGORITHMS[0]): _ALGORITHM,
    },
    "snmp_v2c": {vol.Required(CONF_KEY): _SECRET},
    "openwrt": {vol.Required(CONF_IDENTITY): _TEXT, vol.Required(CONF_KEY): _SECRET},
}
"""By the way a switch is spoken to, what it asks for: SNMPv3 (RFC 3414), a community (RFC 1901), ubus's log-in."""


class PoeSwitchSteps(ConfigFlow):
    """The steps of a PoE switch; one form for each way of speaking to it."""

    _way: str

    async def async_step_poe_switch(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask how the switch is spoken to."""
        return self.async_show_menu(step_id="poe_switch", menu_options=list(CREDENTIALS))

    async def async_step_snmp_v3(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for a switch with SNMPv3, which protects what is said."""
        return await self._ask("snmp_v3", user_input)

    async def async_step_snmp_v2c(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for a switch with SNMPv2c, whose community anyone on the way can read."""
        return await self._ask("snmp_v2c", user_input)

    async def async_step_openwrt(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for a switch that runs OpenWrt."""
        return await self._ask("openwrt", user_input)

    async def async_step_reauth(self, _entry_data: Mapping[str, Json]) -> ConfigFlowResult:
        """Ask for credentials that the switch takes."""
        return await self._again(self._get_reauth_entry().data)

    async def reconfigure_poe_switch(self) -> ConfigFlowResult:
        """Ask for another address, other credentials, or whether the ports may be switched."""
        return await self._again(self._get_reconfigure_entry().data)

    @property
    def _known_entry(self) -> ConfigEntry | None:
        """The entry that is changed; None where one is made."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None

    async def _again(self, data: Mapping[str, Json]) -> ConfigFlowResult:
        return await self._ask(str(data["way"]), None)

    async def _ask(self, way: str, user_input: dict[str, Json] | None) -> ConfigFlowResult:
        """Show the form of one way, until a switch answers with what it holds."""
        errors: dict[str, str] = {}
        words = {"device": "", "address": "", "code": "", "detail": ""}
        if user_input is not None:
            address = str(user_input[CONF_ADDRESS]).strip()
            control = bool(user_input[CONF_CONTROL])
            credentials = _credentials(user_input)
            try:
                trial = await async_try(
                    self.hass, _address(way, address), credentials, control=control, entry=self._known_entry
                )
            except ThingError as err:
                if err.reason is Reason.IDENTITY_CHANGED:
                    return self.async_abort(reason="another_switch")
                errors["base"] = "no_control" if err.reason is Reason.READ_ONLY else err.reason.value
                words |= placeholders(err, address)
            else:
                data: dict[str, Json] = {
                    CONF_KIND: KIND_POE_SWITCH,
                    "way": way,
                    CONF_ADDRESS: _address(way, address),
                    CONF_CONTROL: control,
                    CONF_PIN: asdict(trial.found.pin),
                }
                return await self._done(trial, data)
        return self.async_show_form(
            step_id=way,
            data_schema=await self._filled(way, user_input),
            errors=errors,
            description_placeholders=words,
        )

    async def _filled(self, way: str, user_input: dict[str, Json] | None) -> vol.Schema:
        """Return the form, filled with what was typed or what is in use; never with a secret."""
        schema = schema_of(way)
        shown: dict[str, Json] = {}
        if user_input is not None:
            shown = {name: value for name, value in user_input.items() if name not in (CONF_KEY, CONF_PRIVACY)}
        elif entry := self._known_entry:
            known = await async_known_credentials(self.hass, entry) or Credentials(secret="")
            algorithm = known.authentication or _ALGORITHMS[0]
            shown = {**entry.data, CONF_IDENTITY: known.identity, CONF_AUTHENTICATION: algorithm}
        return self.add_suggested_values_to_schema(schema, shown)

    async def _done(self, trial: Trial, data: dict[str, Json]) -> ConfigFlowResult:
        """Make the entry, or go on with the one there is."""
        await self.async_set_unique_id(trial.found.id, raise_on_progress=False)
        if (entry := self._known_entry) is None:
            self._abort_if_unique_id_configured()
            async_hand_over(self.hass, trial)
            return self.async_create_entry(title=trial.found.title, data=data)
        await async_keep_credentials(self.hass, entry, trial.credentials)
        self.hass.config_entries.async_update_entry(entry, data=data)
        # Not by the entry's listener: credentials are not in its data, and one that never loaded has none.
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_abort(
            reason="reauth_successful" if self.source == SOURCE_REAUTH else "reconfigure_successful"
        )


def schema_of(way: str) -> vol.Schema:
    """Return the form of one way of speaking to a switch."""
    return vol.Schema({**_ADDRESS, **CREDENTIALS[way], **_CONTROL})


def _address(way: str, address: str) -> str:
    """Return the address with the scheme of the way it is spoken to."""
    return address if "://" in address else "://".join((_SCHEMES[way], address))


def _credentials(user_input: Mapping[str, Json]) -> Credentials:
    return Credentials(
        identity=str(user_input.get(CONF_IDENTITY, "")).strip(),
        secret=str(user_input[CONF_KEY]).strip(),
        privacy=str(user_input.get(CONF_PRIVACY, "")).strip(),
        authentication=str(user_input.get(CONF_AUTHENTICATION, "")),
    )
