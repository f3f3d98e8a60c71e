"""The one flow that Home Assistant knows: asks what is to be added, and goes on with the steps of that kind."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from ..const import (
    CONF_KIND,
    DOMAIN,
    KIND_POE_SWITCH,
    KIND_POWER_BUDGET,
    KIND_ROLE,
    KIND_RULE_ADVISOR,
    KIND_ZIGBEE,
    NETWORK_UNIQUE_ID,
    RULE_ADVISOR_UNIQUE_ID,
    SUBENTRY_LIMIT,
    SUBENTRY_LOAD,
    SUBENTRY_THING,
)
from ..things.documents import Json
from .budget_limit import LimitFlow
from .budget_load import LoadFlow
from .budget_options import BudgetOptions
from .network import NetworkSteps
from .poe_options import PoeSwitchOptions
from .poe_switch import PoeSwitchSteps
from .power_budget import PowerBudgetSteps
from .role import RoleOptions, RoleSteps
from .rule_advisor import RuleAdvisorOptions, RuleAdvisorSteps
from .thing import ThingFlow
from .zigbee import ZigbeeSteps
from .zigbee_options import ZigbeeOptions

_OPTIONS: Final[Mapping[str, type[OptionsFlow]]] = {
    KIND_POE_SWITCH: PoeSwitchOptions,
    KIND_POWER_BUDGET: BudgetOptions,
    KIND_ROLE: RoleOptions,
    KIND_RULE_ADVISOR: RuleAdvisorOptions,
    KIND_ZIGBEE: ZigbeeOptions,
}
"""What can be changed later, of those kinds of entry of which something can."""


class LocalThingsFlow(
    NetworkSteps, PoeSwitchSteps, PowerBudgetSteps, RoleSteps, RuleAdvisorSteps, ZigbeeSteps, domain=DOMAIN
):
    """Adds and changes entries of every kind."""

    VERSION = 1

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Offer "Add device" on the network entry, and limits and loads on a power budget."""
        if CONF_KIND not in config_entry.data:
            return {SUBENTRY_THING: ThingFlow}
        if config_entry.data[CONF_KIND] == KIND_POWER_BUDGET:
            return {SUBENTRY_LIMIT: LimitFlow, SUBENTRY_LOAD: LoadFlow}
        return {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Offer what can be chosen otherwise later: ports, sources, what is told."""
        return _OPTIONS[config_entry.data[CONF_KIND]]()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Tell whether an entry has options."""
        return config_entry.data.get(CONF_KIND) in _OPTIONS

    @override
    async def async_step_user(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask what is to be added; without the local network, that is what there is to begin with."""
        there = {entry.unique_id for entry in self._async_current_entries()}
        kinds = ["poe_switch", "power_budget", "role", "zigbee"]
        if NETWORK_UNIQUE_ID not in there:
            kinds.insert(0, "network")
        if RULE_ADVISOR_UNIQUE_ID not in there:
            kinds.append("rule_advisor")
        return self.async_show_menu(step_id="user", menu_options=kinds)

    async def async_step_reconfigure(self, _user_input: Mapping[str, Json] | None = None) -> ConfigFlowResult:
        """Change an entry of any kind."""
        kind = self._get_reconfigure_entry().data.get(CONF_KIND)
        if kind == KIND_POWER_BUDGET:
            return await self.async_step_budget()
        if kind == KIND_ZIGBEE:
            return await self.async_step_moved_radio()
        return await (self.reconfigure_poe_switch() if kind else self.async_step_reconfigure_network())
