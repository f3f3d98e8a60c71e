"""How the user makes a role: names it, and says which entities can play it."""

from typing import Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.const import CONF_NAME, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import probatio as vol

from ..const import CONF_KIND, DOMAIN, KIND_ROLE
from ..role.hub import (
    OPTION_COMBINATION,
    OPTION_FRESHNESS,
    OPTION_LIKE,
    OPTION_QUORUM,
    OPTION_SETTLE,
    OPTION_SOURCES,
    policy_of,
)
from ..role.like import Kind, Like
from ..rules.sources import Combination
from ..things.documents import Json, JsonObject
from ..things.text import label

_MOST_SOURCES: Final = 16
_DAY_S: Final = 86_400

_SECONDS: Final = NumberSelector(
    NumberSelectorConfig(min=0, max=_DAY_S, mode=NumberSelectorMode.BOX, unit_of_measurement=UnitOfTime.SECONDS)
)

ROLE_FIELDS: Final[dict[vol.Marker, object]] = {
    vol.Required(OPTION_SOURCES): EntitySelector(EntitySelectorConfig(multiple=True, reorder=True)),
    vol.Required(OPTION_COMBINATION, default=Combination.FIRST.value): SelectSelector(
        SelectSelectorConfig(options=[one.value for one in Combination], translation_key="combination")
    ),
    vol.Required(OPTION_FRESHNESS, default=0): _SECONDS,
    vol.Required(OPTION_SETTLE, default=60): _SECONDS,
    vol.Required(OPTION_QUORUM, default=1): NumberSelector(
        NumberSelectorConfig(min=1, max=_MOST_SOURCES, mode=NumberSelectorMode.BOX)
    ),
}


class RoleSteps(ConfigFlow):
    """The step of a new role."""

    async def async_step_role(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for the name, and for who can play it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            name = label(str(user_input.pop(CONF_NAME)))
            options = _read(self.hass, user_input, errors)
            if not errors:
                return self.async_create_entry(title=name, data={CONF_KIND: KIND_ROLE}, options=options)
            user_input[CONF_NAME] = name
        schema = vol.Schema({vol.Required(CONF_NAME): TextSelector(), **ROLE_FIELDS})
        return self.async_show_form(
            step_id="role", data_schema=self.add_suggested_values_to_schema(schema, user_input), errors=errors
        )


class RoleOptions(OptionsFlow):
    """Who can play a role that there is."""

    async def async_step_init(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Show the one form there is."""
        return await self.async_step_sources()

    async def async_step_sources(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for who can play it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            options = _read(self.hass, user_input, errors, of_role=self.config_entry.entry_id)
            if not errors:
                return self.async_create_entry(data=options)
        shown = user_input or dict(self.config_entry.options)
        return self.async_show_form(
            step_id="sources",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(ROLE_FIELDS), shown),
            errors=errors,
        )


def _read(hass: HomeAssistant, said: JsonObject, errors: dict[str, str], of_role: str = "") -> JsonObject:
    """Return the options of a role as the form filled them; what is wrong with them goes into `errors`."""
    chosen = said[OPTION_SOURCES]
    sources = [str(one) for one in chosen] if isinstance(chosen, list) else []
    states = [state for source in sources if (state := hass.states.get(source))]
    like = Like.of(states)
    if not 0 < len(sources) <= _MOST_SOURCES:
        errors["base"] = "no_sources"
    elif of_role and any(_is_of(hass, source, of_role) for source in sources):
        errors["base"] = "own_source"
    elif len(states) < len(sources):
        errors["base"] = "unknown_source"
    elif like is None:
        errors["base"] = "mixed_sources"
    elif said[OPTION_COMBINATION] == Combination.MEDIAN and like.kind is not Kind.NUMBER:
        errors["base"] = "no_median"
    elif policy_of(said).quorum > len(sources):
        errors["base"] = "quorum"
    return {**said, OPTION_SOURCES: [*sources], OPTION_LIKE: {**like.dump()} if like else {}}


def _is_of(hass: HomeAssistant, entity_id: str, entry_id: str) -> bool:
    """Tell whether an entity belongs to an entry."""
    entity = er.async_get(hass).async_get(entity_id)
    return entity is not None and entity.platform == DOMAIN and entity.config_entry_id == entry_id
