"""Triggers of automations: a limit is exceeded, nothing more may be reduced, a load is reduced or comes back."""

from collections.abc import Mapping
from typing import ClassVar, Final, override

from homeassistant.const import STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    EntityTargetStateTriggerBase,
    EntityTransitionTriggerBase,
    EntityTriggerBase,
    Trigger,
)

from .power_budget.automations import GIVEN_BACK, INFEASIBLE, LOAD_STATUS, OVERLOAD, REDUCED, showing


class _BudgetTrigger(EntityTriggerBase):
    """Fires for the budget's own entities that show one thing."""

    _shows: ClassVar[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities that it is about."""
        return showing(self._hass, super().entity_filter(entities), self._shows)


class LimitExceededTrigger(_BudgetTrigger, EntityTargetStateTriggerBase):
    """More flows through a limit than is planned for."""

    _shows = OVERLOAD
    _domain_specs: Mapping[str, DomainSpec] = {Platform.BINARY_SENSOR: DomainSpec()}
    _to_states = {STATE_ON}  # noqa: RUF012 (as Home Assistant declares it)


class BudgetInfeasibleTrigger(LimitExceededTrigger):
    """Too much flows, and nothing more may be reduced."""

    _shows = INFEASIBLE


class LoadShedTrigger(_BudgetTrigger, EntityTargetStateTriggerBase):
    """A load was turned off or throttled."""

    _shows = LOAD_STATUS
    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _to_states = REDUCED  # type: ignore[assignment]  # states, which are texts


class LoadRestoredTrigger(_BudgetTrigger, EntityTransitionTriggerBase):
    """A load was given back what it was told to do without."""

    _shows = LOAD_STATUS
    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _from_states = REDUCED
    _to_states = GIVEN_BACK


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "budget_infeasible": BudgetInfeasibleTrigger,
    "limit_exceeded": LimitExceededTrigger,
    "load_restored": LoadRestoredTrigger,
    "load_shed": LoadShedTrigger,
}


async def async_get_triggers(_hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers, whether or not there is a power budget."""
    return TRIGGERS
