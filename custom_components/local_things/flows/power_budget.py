"""How the user adds a power budget: its main limit, the meter and what it can protect, and the loads."""

import asyncio
from typing import Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, ConfigSubentryData
from homeassistant.const import CONF_NAME
from homeassistant.util.ulid import ulid_now
import probatio as vol

from ..const import CONF_KIND, KIND_POWER_BUDGET, SUBENTRY_LIMIT, SUBENTRY_LOAD
from ..power.judge import Judgement, judge
from ..power.loads import VOLTAGE
from ..power_budget import suggest
from ..power_budget.house import CONF_PHASES, CONF_RESERVE, CONF_VOLTAGE
from ..power_budget.listening import async_period
from ..things.documents import Json
from . import budget_forms as forms, budget_load_forms as load_forms

SHORTEST: Final = 0.1
"""Seconds between two reports; a meter that is faster is judged as one of these."""


class PowerBudgetSteps(ConfigFlow):
    """The steps of a power budget. Nothing acts when they are through: it is not armed, and all loads are observed."""

    _name: str
    _limit: dict[str, Json]
    _meters: list[str]
    _judgement: Judgement
    _listening: asyncio.Task[float] | None = None

    async def async_step_power_budget(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for the main limit."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._name, self._limit = str(user_input[CONF_NAME]), forms.limit_data(user_input)
            if not (errors := forms.errors_of(self._limit)):
                return await self.async_step_budget_source()
        return self.async_show_form(
            step_id="power_budget",
            data_schema=self.add_suggested_values_to_schema(forms.main_schema(), user_input),
            errors=errors,
            description_placeholders={"usual": forms.USUAL.get(self.hass.config.country or "", "–")},
        )

    async def async_step_budget_source(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for what an inverter or a battery can do."""
        if (schema := forms.source_schema(self._limit)) is None:
            return await self.async_step_budget_meter()
        errors = forms.errors_of_source(user_input or {})
        if user_input is not None and not errors:
            self._limit |= user_input
            return await self.async_step_budget_meter()
        shown = self.add_suggested_values_to_schema(schema, user_input)
        return self.async_show_form(step_id="budget_source", data_schema=shown, errors=errors)

    async def async_step_budget_meter(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for the meter; without one, what the loads draw is summed up."""
        if user_input is not None:
            meters = forms.meters_of(user_input)
            self._limit |= forms.meter_data(user_input)
            self._meters = [entity_id for one in meters.values() for entity_id in one]
            return await (self.async_step_budget_listen() if meters else self.async_step_budget_loads())
        schema = self.add_suggested_values_to_schema(
            forms.meter_schema(self._limit), await forms.suggested_meters(self.hass, self._limit)
        )
        return self.async_show_form(step_id="budget_meter", data_schema=schema)

    async def async_step_budget_listen(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Listen how often the meter reports."""
        if self._listening is None:
            self._listening = self.hass.async_create_task(async_period(self.hass, self._meters), "power budget meter")
        if not self._listening.done():
            return self.async_show_progress(
                step_id="budget_listen", progress_action="listening", progress_task=self._listening
            )
        self._judgement = judge(max(self._listening.result(), SHORTEST))
        return self.async_show_progress_done(next_step_id=self._judgement.verdict.value)

    async def async_step_protects(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say that the meter is fast enough."""
        return await self._judged("protects", 0.0, user_input)

    async def async_step_with_reserve(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say that the meter needs a reserve."""
        reserve = forms.RESERVE if self._limit[CONF_PHASES] else 0.0
        return await self._judged("with_reserve", reserve, user_input)

    async def async_step_shapes_only(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say that the meter is too slow to protect anything."""
        return await self._judged("shapes_only", 0.0, user_input)

    async def _judged(self, step: str, reserve: float, user_input: dict[str, Json] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._limit[CONF_RESERVE] = user_input[CONF_RESERVE]
            if not (errors := forms.errors_of(self._limit)):
                return await self.async_step_budget_loads()
        schema = vol.Schema({vol.Required(CONF_RESERVE, default=reserve): forms.reserve_selector()})
        return self.async_show_form(
            step_id=step, data_schema=schema, errors=errors, description_placeholders=forms.judged(self._judgement)
        )

    async def async_step_budget_loads(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask which entities are loads; each begins by being observed."""
        if user_input is None:
            schema = load_forms.loads_schema(await suggest.likely_loads(self.hass), {})
            return self.async_show_form(step_id="budget_loads", data_schema=schema)
        main = ConfigSubentryData(
            data=self._limit, subentry_type=SUBENTRY_LIMIT, title=self._name, unique_id=ulid_now()
        )
        count = len(forms.texts(self._limit[CONF_PHASES]))
        loads = [
            ConfigSubentryData(data=data, subentry_type=SUBENTRY_LOAD, title=title, unique_id=entity_id)
            for entity_id, title, data in load_forms.ticked(self.hass, user_input, count)
        ]
        return self.async_create_entry(
            title="Power budget",
            data={CONF_KIND: KIND_POWER_BUDGET},
            description="power_budget",
            subentries=[main, *loads],
        )

    async def async_step_budget(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask for what holds for all limits: the voltage."""
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            data = {**entry.data, CONF_VOLTAGE: user_input[CONF_VOLTAGE]}
            return self.async_update_and_abort(entry, data=data)
        schema = vol.Schema(
            {vol.Required(CONF_VOLTAGE, default=entry.data.get(CONF_VOLTAGE, VOLTAGE)): forms.voltage_selector()}
        )
        return self.async_show_form(step_id="budget", data_schema=schema)
