"""What the budget shows: of the house, of each limit, of each load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, UnitOfElectricCurrent, UnitOfPower, UnitOfTime
from homeassistant.helpers.typing import StateType

from . import figures
from .entity import DIAGNOSTIC, Attributes, BudgetEntity, Reader, Subject


def _no_attributes(_subject: Subject) -> Attributes:
    return {}


@dataclass(frozen=True, kw_only=True)
class BudgetSensorDescription(SensorEntityDescription):
    """A row: what the sensor's state and attributes are."""

    value: Reader[StateType | datetime]
    attributes: Reader[Attributes] = _no_attributes


@dataclass(frozen=True, kw_only=True)
class BudgetBinarySensorDescription(BinarySensorEntityDescription):
    """A row: when it is on."""

    value: Reader[bool | None]


_MEASUREMENT: Final = SensorStateClass.MEASUREMENT

SHED_POWER: Final = BudgetSensorDescription(
    key="shed_power",
    device_class=SensorDeviceClass.POWER,
    native_unit_of_measurement=UnitOfPower.WATT,
    value=figures.saved,
)
OF_SITE: Final = (
    BudgetSensorDescription(
        key="budget_state", device_class=SensorDeviceClass.ENUM, options=list(figures.STATES), value=figures.state
    ),
    BudgetSensorDescription(
        key="reduced_loads", value=lambda of: len(figures.reduced(of)), attributes=figures.reduced_loads
    ),
    SHED_POWER,
    BudgetSensorDescription(key="next_return", device_class=SensorDeviceClass.TIMESTAMP, value=figures.next_return),
    BudgetSensorDescription(key="decisions_today", value=lambda of: of.hub.kept.tally.decisions),
)

CURRENT: Final = BudgetSensorDescription(
    key="limit_current",
    device_class=SensorDeviceClass.CURRENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    suggested_display_precision=1,
    state_class=_MEASUREMENT,
    value=figures.value,
)
POWER: Final = BudgetSensorDescription(
    key="limit_power",
    device_class=SensorDeviceClass.POWER,
    native_unit_of_measurement=UnitOfPower.WATT,
    state_class=_MEASUREMENT,
    value=figures.value,
)
HEADROOM_CURRENT: Final = BudgetSensorDescription(
    key="headroom_current",
    device_class=SensorDeviceClass.CURRENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    suggested_display_precision=1,
    state_class=_MEASUREMENT,
    value=figures.headroom,
)
HEADROOM_POWER: Final = BudgetSensorDescription(
    key="headroom_power",
    device_class=SensorDeviceClass.POWER,
    native_unit_of_measurement=UnitOfPower.WATT,
    state_class=_MEASUREMENT,
    value=figures.headroom,
)
OF_LIMIT: Final = (
    BudgetSensorDescription(
        key="utilisation", native_unit_of_measurement=PERCENTAGE, state_class=_MEASUREMENT, value=figures.utilisation
    ),
    BudgetSensorDescription(
        key="time_to_trip",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value=figures.time_to_trip,
    ),
    BudgetSensorDescription(
        key="meter_period",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=DIAGNOSTIC,
        value=figures.period,
    ),
)
OF_WINDOW: Final = (
    BudgetSensorDescription(
        key="window_projection",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        value=figures.projection,
    ),
    BudgetSensorDescription(
        key="window_peak",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        value=figures.window_peak,
    ),
)
OF_LOAD: Final = (
    BudgetSensorDescription(
        key="load_status",
        device_class=SensorDeviceClass.ENUM,
        options=list(figures.STATUSES),
        value=figures.status,
        attributes=figures.reason,
    ),
    BudgetSensorDescription(
        key="shed_today",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value=figures.shed_today,
    ),
    BudgetSensorDescription(
        key="highest_power",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        entity_category=DIAGNOSTIC,
        value=figures.highest_power,
    ),
    BudgetSensorDescription(
        key="load_phases", entity_category=DIAGNOSTIC, value=figures.phases, attributes=figures.phases_known
    ),
)

_INFEASIBLE: Final = BudgetBinarySensorDescription(
    key="infeasible", device_class=BinarySensorDeviceClass.PROBLEM, value=figures.is_infeasible
)
BINARY_OF_SITE: Final = (_INFEASIBLE,)
BINARY_OF_LIMIT: Final = (
    _INFEASIBLE,
    BudgetBinarySensorDescription(key="overload", device_class=BinarySensorDeviceClass.PROBLEM, value=figures.is_over),
    BudgetBinarySensorDescription(
        key="meter_ok",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=DIAGNOSTIC,
        value=figures.has_meter,
    ),
)
BINARY_OF_LOAD: Final = (BudgetBinarySensorDescription(key="load_reduced", value=figures.is_reduced),)


class BudgetSensor(BudgetEntity, SensorEntity):
    """Shows one value."""

    entity_description: BudgetSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The value now."""
        return self.entity_description.value(self.subject)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, object]:
        """What belongs to it."""
        return self.entity_description.attributes(self.subject)

    @property
    @override
    def shown(self) -> object:
        """The value and what belongs to it."""
        return self.native_value, self.extra_state_attributes


class BudgetBinarySensor(BudgetEntity, BinarySensorEntity):
    """Shows whether something is so."""

    entity_description: BudgetBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether it is so now."""
        return self.entity_description.value(self.subject)

    @property
    @override
    def shown(self) -> object:
        """The same."""
        return self.is_on
