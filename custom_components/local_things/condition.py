"""Conditions of automations: a limit is exceeded, a load is reduced."""

from collections.abc import Mapping
from typing import ClassVar, Final, override

from homeassistant.const import STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityStateConditionBase

from .power_budget.automations import LOAD_STATUS, OVERLOAD, REDUCED, showing


class _BudgetCondition(EntityStateConditionBase):
    """Looks at the budget's own entities that show one thing."""

    _shows: ClassVar[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities that it is about."""
        return showing(self._hass, super().entity_filter(entities), self._shows)


class LimitIsExceededCondition(_BudgetCondition):
    """More flows through a limit than is planned for."""

    _shows = OVERLOAD
    _domain_specs: Mapping[str, DomainSpec] = {Platform.BINARY_SENSOR: DomainSpec()}
    _states: set[str | bool] = {STATE_ON}  # noqa: RUF012 (as Home Assistant declares it)


class LoadIsReducedCondition(_BudgetCondition):
    """A load is off or throttled."""

    _shows = LOAD_STATUS
    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _states = REDUCED


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "limit_is_exceeded": LimitIsExceededCondition,
    "load_is_reduced": LoadIsReducedCondition,
}


async def async_get_conditions(_hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions, whether or not there is a power budget."""
    return CONDITIONS
