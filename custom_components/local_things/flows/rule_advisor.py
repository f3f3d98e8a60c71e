"""How the user adds the rule advisor, what it is to tell, and whether it may learn from what people do."""

from typing import Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    AreaSelector,
    AreaSelectorConfig,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio as vol

from ..const import (
    CONF_KIND,
    KIND_RULE_ADVISOR,
    OPTION_ACCOUNTS,
    OPTION_EXCLUDED_AREAS,
    OPTION_EXCLUDED_ENTITIES,
    OPTION_LEARN,
    OPTION_UNSURE,
    OPTION_WATCH,
    RULE_ADVISOR_UNIQUE_ID,
)
from ..things.documents import Json

ADVISOR_SCHEMA: Final = vol.Schema(
    {
        vol.Required(OPTION_WATCH, default=True): BooleanSelector(),
        vol.Required(OPTION_UNSURE, default=False): BooleanSelector(),
    }
)


def learning_schema(accounts: list[SelectOptionDict]) -> vol.Schema:
    """Ask whether it may learn, of what it may not, and which users are no people."""
    chosen = SelectSelectorConfig(options=accounts, multiple=True)
    return vol.Schema(
        {
            vol.Required(OPTION_LEARN, default=False): BooleanSelector(),
            vol.Optional(OPTION_EXCLUDED_ENTITIES): EntitySelector(EntitySelectorConfig(multiple=True)),
            vol.Optional(OPTION_EXCLUDED_AREAS): AreaSelector(AreaSelectorConfig(multiple=True)),
            vol.Optional(OPTION_ACCOUNTS): SelectSelector(chosen),
        }
    )


class RuleAdvisorSteps(ConfigFlow):
    """The step of the one advisor there is. Learning is switched on later: it is a decision of its own."""

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
    """What the advisor is to tell, and whether it learns."""

    async def async_step_init(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Begin."""
        return await self.async_step_advisor()

    async def async_step_advisor(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask which of the two."""
        return self.async_show_menu(step_id="advisor", menu_options=["advice", "learning"])

    async def async_step_advice(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask what it is to tell."""
        if user_input is not None:
            return self.async_create_entry(data={**self.config_entry.options, **user_input})
        schema = self.add_suggested_values_to_schema(ADVISOR_SCHEMA, dict(self.config_entry.options))
        return self.async_show_form(step_id="advice", data_schema=schema)

    async def async_step_learning(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Tell the household what is kept, and ask whether it may be."""
        if user_input is not None:
            kept = self.config_entry.options
            told = {key: kept[key] for key in (OPTION_WATCH, OPTION_UNSURE) if key in kept}
            return self.async_create_entry(data={**told, **user_input})
        users = [
            user for user in await self.hass.auth.async_get_users() if not user.system_generated and user.is_active
        ]
        accounts = [SelectOptionDict(value=user.id, label=user.name or user.id) for user in users]
        schema = self.add_suggested_values_to_schema(learning_schema(accounts), dict(self.config_entry.options))
        return self.async_show_form(step_id="learning", data_schema=schema)
