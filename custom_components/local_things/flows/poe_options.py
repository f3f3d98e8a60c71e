"""What the user chooses for a PoE switch: which device hangs where, which of them is helped, how often it is asked."""

from typing import Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import UnitOfPower, UnitOfTime
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    DeviceSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as vol

from ..poe_switch.hub import OPTION_GUARD, OPTION_LINKS, OPTION_POLL, OPTION_REMEDY, SwitchHub
from ..poe_switch.links import protection

CONF_PORT: Final = "port"
CONF_LINK: Final = "link"
CONF_DEVICE: Final = "device"
CONF_PORTS: Final = "ports"

AUTOMATIC: Final = "automatic"
CHOSEN: Final = "chosen"
NONE: Final = "none"

_POLL: Final = NumberSelectorConfig(
    min=10, max=300, step=1, unit_of_measurement=UnitOfTime.SECONDS, mode=NumberSelectorMode.BOX
)
_GUARD: Final = NumberSelectorConfig(
    min=0, max=10_000, step="any", unit_of_measurement=UnitOfPower.WATT, mode=NumberSelectorMode.BOX
)
_POLLING: Final = vol.Schema(
    {
        vol.Required(OPTION_POLL, default=30): NumberSelector(_POLL),
        vol.Required(OPTION_GUARD, default=0): NumberSelector(_GUARD),
    }
)


class PoeSwitchOptions(OptionsFlow):
    """The ports of one switch."""

    _port: str

    async def async_step_init(self, _user_input: dict[str, object] | None = None) -> ConfigFlowResult:
        """Show what can be chosen."""
        if not isinstance(getattr(self.config_entry, "runtime_data", None), SwitchHub):
            return self.async_abort(reason="not_running")
        return self.async_show_menu(step_id="init", menu_options=["port", "remedy", "polling"])

    async def async_step_port(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask for the port whose device is to be chosen."""
        if user_input is not None:
            self._port = user_input[CONF_PORT]
            return await self.async_step_link()
        return self.async_show_form(
            step_id="port", data_schema=vol.Schema({vol.Required(CONF_PORT): self._port_selector(multiple=False)})
        )

    async def async_step_link(self, user_input: dict[str, str] | None = None) -> ConfigFlowResult:
        """Ask which device hangs at the port."""
        errors: dict[str, str] = {}
        said: dict[str, str] = self.config_entry.options.get(OPTION_LINKS, {})
        if user_input is not None:
            links = {key: device for key, device in said.items() if key != self._port}
            if user_input[CONF_LINK] == NONE:
                links[self._port] = ""
            elif user_input[CONF_LINK] == CHOSEN:
                links[self._port] = user_input.get(CONF_DEVICE, "")
                if not self._is_other(links[self._port]):
                    errors[CONF_DEVICE] = "choose_device"
            if not errors:
                return self.async_create_entry(data={**self.config_entry.options, OPTION_LINKS: links})
        device = said.get(self._port)
        present = AUTOMATIC if device is None else CHOSEN if device else NONE
        ways = SelectSelectorConfig(options=[AUTOMATIC, CHOSEN, NONE], translation_key=CONF_LINK)
        schema = vol.Schema(
            {
                vol.Required(CONF_LINK, default=present): SelectSelector(ways),
                vol.Optional(CONF_DEVICE): DeviceSelector(),
            }
        )
        return self.async_show_form(
            step_id="link",
            data_schema=self.add_suggested_values_to_schema(schema, user_input or {CONF_DEVICE: device or None}),
            errors=errors,
            description_placeholders={
                "port": self._hub.ports[self._port].name,
                "device": self._linked(),
                "usage": self._usage(),
            },
        )

    async def async_step_remedy(self, user_input: dict[str, list[str]] | None = None) -> ConfigFlowResult:
        """Ask at which ports a device that hangs is switched off and on."""
        errors: dict[str, str] = {}
        words = {"port": ""}
        if user_input is not None:
            chosen = user_input[CONF_PORTS]
            refused = next((key for key in chosen if protection(self.hass, self._hub, key)), None)
            if refused is None:
                return self.async_create_entry(data={**self.config_entry.options, OPTION_REMEDY: chosen})
            errors[CONF_PORTS] = "protected"
            words["port"] = self._hub.ports[refused].name
        had = self.config_entry.options.get(OPTION_REMEDY, [])
        schema = vol.Schema({vol.Required(CONF_PORTS, default=had): self._port_selector(multiple=True)})
        return self.async_show_form(
            step_id="remedy",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders=words,
        )

    async def async_step_polling(self, user_input: dict[str, float] | None = None) -> ConfigFlowResult:
        """Ask how often the switch is asked, and how much of its power it keeps; it is opened anew for that."""
        if user_input is not None:
            return self.async_create_entry(data={**self.config_entry.options, **user_input})
        schema = self.add_suggested_values_to_schema(_POLLING, self.config_entry.options)
        return self.async_show_form(step_id="polling", data_schema=schema)

    @property
    def _hub(self) -> SwitchHub:
        hub: SwitchHub = self.config_entry.runtime_data
        return hub

    def _port_selector(self, *, multiple: bool) -> SelectSelector:
        options = [SelectOptionDict(value=key, label=port.name) for key, port in self._hub.ports.items()]
        return SelectSelector(
            SelectSelectorConfig(options=options, multiple=multiple, mode=SelectSelectorMode.DROPDOWN)
        )

    def _is_other(self, device_id: str) -> bool:
        """Tell whether a device can hang at a port: it is no part of another, and not the switch itself."""
        device = dr.async_get(self.hass).async_get(device_id, include_child_devices=False)
        return device is not None and device.config_entry_id != self.config_entry.entry_id

    def _usage(self) -> str:
        """Return where what is at the port has its usage described, as code: what is written so is no link."""
        url = self._hub.switch.topology().usage_urls().get(self._port)
        return f"`{url}`" if url else "–"

    def _linked(self) -> str:
        """Return the name of the device that is at the port now."""
        linked = self._hub.linked.get(self._port)
        device = dr.async_get(self.hass).async_get(linked.device.id) if linked else None
        return (device.name_by_user or device.name or "–") if device else "–"
