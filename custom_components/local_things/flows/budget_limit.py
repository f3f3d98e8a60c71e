"""How the user adds and changes the limits of a power budget."""

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.util.ulid import ulid_now

from ..power_budget.house import CONF_METERS, CONF_PARENTS, CONF_PHASES
from ..things.documents import Json
from . import budget_forms as forms


class LimitFlow(ConfigSubentryFlow):
    """Adds or changes one limit."""

    _name: str
    _limit: dict[str, Json]

    @property
    def _known(self) -> ConfigSubentry | None:
        """What is changed; None where something is added."""
        return self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None

    async def async_step_user(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Add."""
        return await self.async_step_limit(user_input)

    async def async_step_reconfigure(self, _user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Change."""
        return await self.async_step_limit()

    async def async_step_limit(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Ask for the limit itself."""
        errors: dict[str, str] = {}
        known = self._known
        others = forms.limits_of(self._get_entry(), apart_from=known)
        if user_input is not None:
            self._name, self._limit = str(user_input[CONF_NAME]), forms.limit_data(user_input)
            errors = forms.errors_of(self._limit)
            if known and self._carries_itself(known.subentry_id):
                errors[CONF_PARENTS] = "carries_itself"
            if not errors:
                return await self.async_step_source()
        shown = user_input or ({**known.data, CONF_NAME: known.title} if known else {})
        schema = self.add_suggested_values_to_schema(forms.limit_schema(others), shown)
        return self.async_show_form(step_id="limit", data_schema=schema, errors=errors)

    async def async_step_source(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Ask for what an inverter or a battery can do."""
        schema, known = forms.source_schema(self._limit), self._known
        if schema is None:
            return await self.async_step_meter()
        errors = forms.errors_of_source(user_input or {})
        if user_input is not None and not errors:
            self._limit |= user_input
            return await self.async_step_meter()
        shown = self.add_suggested_values_to_schema(schema, user_input or (known.data if known else {}))
        return self.async_show_form(step_id="source", data_schema=shown, errors=errors)

    async def async_step_meter(self, user_input: dict[str, Json] | None = None) -> SubentryFlowResult:
        """Ask for its meters."""
        known = self._known
        if user_input is None:
            shown: dict[str, Json] = {}
            if known:
                shown = {**known.data, **forms.meter_fields(known.data.get(CONF_METERS, {}))}
            elif not self._limit[CONF_PHASES]:  # the meters of a house are not those of one of its circuits
                shown = await forms.suggested_meters(self.hass, self._limit)
            schema = self.add_suggested_values_to_schema(forms.meter_schema(self._limit), shown)
            return self.async_show_form(step_id="meter", data_schema=schema)
        data = {**self._limit, **forms.meter_data(user_input)}
        if known:
            return self.async_update_and_abort(self._get_entry(), known, title=self._name, data=data)
        return self.async_create_entry(title=self._name, data=data, unique_id=ulid_now())

    def _carries_itself(self, name: str) -> bool:
        """Tell whether what is to carry a limit hangs below it already."""
        entry = self._get_entry()
        waiting, seen = list(forms.texts(self._limit.get(CONF_PARENTS))), set[str]()
        while waiting:
            above = waiting.pop()
            if above == name:
                return True
            if above not in seen and above in entry.subentries:
                seen.add(above)
                waiting.extend(forms.texts(entry.subentries[above].data.get(CONF_PARENTS)))
        return False
