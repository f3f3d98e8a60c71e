"""How the user adds loads to a power budget, several at once, and changes one."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME

from ..const import SUBENTRY_LOAD
from ..power_budget import suggest
from ..power_budget.house import CONF_ENTITY
from ..things.documents import Json
from . import budget_forms as forms, budget_load_forms as load_forms


class LoadFlow(ConfigSubentryFlow):
    """Adds loads, several at once, and changes one."""

    async def async_step_user(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Ask which entities are loads; each begins by being observed."""
        entry = self._get_entry()
        limits = forms.limits_of(entry)
        enrolled = {one.data[CONF_ENTITY] for one in entry.get_subentries_of_type(SUBENTRY_LOAD)}
        if user_input is None:
            likely = [one for one in await suggest.likely_loads(self.hass) if one not in enrolled]
            return self.async_show_form(step_id="user", data_schema=load_forms.loads_schema(likely, limits))
        loads = [one for one in load_forms.ticked(self.hass, user_input, 1) if one[0] not in enrolled]
        if not loads:
            return self.async_abort(reason="no_new_load")
        *others, (entity_id, title, data) = loads
        for other, name, its_data in others:
            self.hass.config_entries.async_add_subentry(
                entry,
                ConfigSubentry(
                    data=MappingProxyType(its_data), subentry_type=SUBENTRY_LOAD, title=name, unique_id=other
                ),
            )
        return self.async_create_entry(title=title, data=data, unique_id=entity_id)

    async def async_step_reconfigure(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Ask for all of one load."""
        known = self._get_reconfigure_subentry()
        if user_input is not None:
            data = {name: value for name, value in user_input.items() if name != CONF_NAME}
            return self.async_update_and_abort(
                self._get_entry(),
                known,
                title=str(user_input[CONF_NAME]),
                data={CONF_ENTITY: known.data[CONF_ENTITY], **data},
            )
        schema = self.add_suggested_values_to_schema(
            load_forms.load_schema(forms.limits_of(self._get_entry())), {**known.data, CONF_NAME: known.title}
        )
        return self.async_show_form(
            step_id="reconfigure", data_schema=schema, description_placeholders={"entity": known.data[CONF_ENTITY]}
        )
