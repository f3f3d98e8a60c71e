"""How the user adds a Zigbee radio, or what Local Things adds beside ZHA; and where the radio is, when it moves."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_DEVICE
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SerialPortSelector,
    TextSelector,
    TextSelectorConfig,
)
from homeassistant.requirements import RequirementsNotFound
import probatio as vol

from ..const import CONF_KIND, KIND_ZIGBEE
from ..coordinator import placeholders
from ..things.documents import Json, JsonObject
from ..things.errors import Reason, ThingError
from ..zigbee.entry import (
    CONF_BAUDRATE,
    CONF_BESIDE_ZHA,
    CONF_FLOW_CONTROL,
    CONF_FORM,
    CONF_LIBRARY,
    CONF_PATH,
    RADIOS,
)
from ..zigbee.ports import async_user_of
from ..zigbee.trial import async_form, async_look_at, async_restore
from ..zigbee.zha import zha_entry

CONF_SOCKET: Final = "socket"
CONF_BACKUP: Final = "backup"
BESIDE_ZHA: Final = "zigbee_beside_zha"
"""unique_id of the one entry beside ZHA."""

NO_FLOW_CONTROL: Final = "none"
FLOW_CONTROLS: Final = (NO_FLOW_CONTROL, "software", "hardware")

_FASTEST: Final = 1_000_000

RADIO_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_PATH): SerialPortSelector(),
        vol.Optional(CONF_SOCKET): TextSelector(),
        vol.Required(CONF_LIBRARY, default="bellows"): SelectSelector(
            SelectSelectorConfig(options=[*RADIOS], translation_key="radio_library")
        ),
        vol.Optional(CONF_BAUDRATE): NumberSelector(
            NumberSelectorConfig(min=1200, max=_FASTEST, mode=NumberSelectorMode.BOX)
        ),
        vol.Required(CONF_FLOW_CONTROL, default=NO_FLOW_CONTROL): SelectSelector(
            SelectSelectorConfig(options=[*FLOW_CONTROLS], translation_key=CONF_FLOW_CONTROL)
        ),
    }
)

MOVED_SCHEMA: Final = RADIO_SCHEMA.extend({vol.Required(CONF_FORM, default=False): BooleanSelector()})

_BACKUP_SCHEMA: Final = vol.Schema({vol.Required(CONF_BACKUP): TextSelector(TextSelectorConfig(multiline=True))})


_NO_WORDS: Final = {"device": "", "address": "", "code": "", "detail": ""}


class ZigbeeSteps(ConfigFlow):
    """The steps of a Zigbee radio."""

    _radio: JsonObject
    _radio_id: str
    """The id of a radio that is on a network; empty where it is on none."""

    async def async_step_zigbee(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask whose radio; without ZHA it is one of our own."""
        if zha_entry(self.hass) is None:
            return await self.async_step_own_radio()
        return self.async_show_menu(step_id="zigbee", menu_options=["beside_zha", "own_radio"])

    async def async_step_beside_zha(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say what is added beside ZHA."""
        await self.async_set_unique_id(BESIDE_ZHA, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        if user_input is not None:
            return self.async_create_entry(title="Zigbee (ZHA)", data={CONF_KIND: KIND_ZIGBEE, CONF_BESIDE_ZHA: True})
        return self.async_show_form(step_id="beside_zha")

    async def async_step_own_radio(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask where the radio is, and look what it is on; a port that somebody uses is not opened."""
        errors: dict[str, str] = {}
        words = {"owner": "", **_NO_WORDS}
        if user_input is not None:
            self._radio, owner = _radio_of(user_input), ""
            path = _path_of(self._radio)
            if not path:
                errors["base"] = "no_port"
            elif owner := await async_user_of(self.hass, path):
                errors["base"] = "port_in_use"
                words["owner"] = owner
            else:
                try:
                    self._radio_id = await async_look_at(self.hass, self._radio)
                except ThingError as err:
                    errors["base"] = "no_library" if err.reason is Reason.NOT_SUPPORTED else "no_radio"
                    words |= placeholders(err, path)
                except RequirementsNotFound:
                    errors["base"] = "no_library"
            if not errors:
                return await self.async_step_radio_network()
        return self.async_show_form(
            step_id="own_radio",
            data_schema=self.add_suggested_values_to_schema(RADIO_SCHEMA, user_input),
            errors=errors,
            description_placeholders=words,
        )

    async def async_step_radio_network(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask what the radio is to be on; nothing is formed or written by itself."""
        if not self._radio_id:
            return self.async_show_menu(step_id="radio_network", menu_options=["form_network", "restore_network"])
        return self.async_show_menu(
            step_id="radio_network", menu_options=["keep_network", "form_network", "restore_network"]
        )

    async def async_step_keep_network(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Use the network that the radio is on."""
        return await self._use(self._radio_id)

    async def async_step_form_network(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Form a network, once it is clear that the one before is lost by it."""
        errors: dict[str, str] = {}
        words = _NO_WORDS
        if user_input is not None:
            try:
                return await self._use(await async_form(self._radio))
            except ThingError as err:
                errors["base"] = "no_radio"
                words = placeholders(err, _path_of(self._radio))
        return self.async_show_form(step_id="form_network", errors=errors, description_placeholders=words)

    async def async_step_restore_network(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask for a backup, and write its network to the radio."""
        errors: dict[str, str] = {}
        words = _NO_WORDS
        if user_input is not None:
            try:
                return await self._use(await async_restore(self._radio, user_input[CONF_BACKUP]))
            except ThingError as err:
                errors["base"] = "bad_backup" if err.reason is Reason.OUT_OF_RANGE else "no_radio"
                words = placeholders(err, _path_of(self._radio))
        return self.async_show_form(
            step_id="restore_network", data_schema=_BACKUP_SCHEMA, errors=errors, description_placeholders=words
        )

    async def async_step_moved_radio(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask where the radio is now, and whether a blank one takes over the network that is known."""
        entry = self._get_reconfigure_entry()
        if CONF_BESIDE_ZHA in entry.data:
            return self.async_abort(reason="radio_of_zha")
        errors: dict[str, str] = {}
        words = {"owner": ""}
        shown: Mapping[str, object] = {**entry.data, **entry.data[CONF_DEVICE]}
        if user_input is not None:
            radio = _radio_of(user_input)
            if not _path_of(radio):
                errors["base"] = "no_port"
            elif owner := await async_user_of(self.hass, _path_of(radio), entry.entry_id):
                errors["base"] = "port_in_use"
                words["owner"] = owner
            else:
                return self.async_update_reload_and_abort(entry, data={**radio, CONF_FORM: user_input[CONF_FORM]})
            shown = user_input
        return self.async_show_form(
            step_id="moved_radio",
            data_schema=self.add_suggested_values_to_schema(MOVED_SCHEMA, shown),
            errors=errors,
            description_placeholders=words,
        )

    async def _use(self, radio_id: str) -> ConfigFlowResult:
        """Make the entry of a radio that is on a network."""
        await self.async_set_unique_id(radio_id, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        return self.async_create_entry(title="Zigbee radio", data=self._radio)


def _radio_of(user_input: Mapping[str, Json]) -> JsonObject:
    """Return the data of an entry as the form filled them; `device` is where Home Assistant looks for a port."""
    library = str(user_input[CONF_LIBRARY])
    flow_control = user_input[CONF_FLOW_CONTROL]
    path = str(user_input.get(CONF_SOCKET) or user_input.get(CONF_PATH) or "").strip()
    baudrate = user_input.get(CONF_BAUDRATE)
    device: JsonObject = {
        CONF_PATH: path,
        CONF_BAUDRATE: int(baudrate) if isinstance(baudrate, int | float) else RADIOS[library][1],
        CONF_FLOW_CONTROL: None if flow_control == NO_FLOW_CONTROL else flow_control,
    }
    return {CONF_KIND: KIND_ZIGBEE, CONF_LIBRARY: library, CONF_DEVICE: device}


def _path_of(radio: JsonObject) -> str:
    device = radio[CONF_DEVICE]
    return str(device[CONF_PATH]) if isinstance(device, dict) else ""
