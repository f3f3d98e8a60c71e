"""How the user adds the rule advisor, and what it is to tell."""

from typing import Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import BooleanSelector
import probatio as vol

from ..const import CONF_KIND, KIND_RULE_ADVISOR, OPTION_UNSURE, OPTION_WATCH, RULE_ADVISOR_UNIQUE_ID
from ..things.documents import Json

ADVISOR_SCHEMA: Final = vol.Schema(
    {
        vol.Required(OPTION_WATCH, default=True): BooleanSelector(),
        vol.Required(OPTION_UNSURE, default=False): BooleanSelector(),
    }
)


class RuleAdvisorSteps(ConfigFlow):
    """The step of the one advisor there is."""

    async def async_step_rule_advisor(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask what it is to tell."""
        await self.async_set_unique_id(RULE_ADVISOR_UNIQUE_ID)
        self._abort_if_unique_id_configured()
        if user_input is not None:
            return self.async_create_entry(
                title="Rule advisor", data={CONF_KIND: KIND_RULE_ADVISOR}, options=user_input
            )
        return self.async_show_form(step_id="rule_advisor", data_schema=ADVISOR_SCHEMA)


class RuleAdvisorOptions(OptionsFlow):
    """What the advisor is to tell."""

    async def async_step_init(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Show the one form there is."""
        return await self.async_step_advice()

    async def async_step_advice(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask what it is to tell."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        schema = self.add_suggested_values_to_schema(ADVISOR_SCHEMA, dict(self.config_entry.options))
        return self.async_show_form(step_id="advice", data_schema=schema)
