"""Sensors: numbers a Thing reports, and, out of the way, what nobody recognised."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    LIGHT_LUX,
    PERCENTAGE,
    Platform,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfPower,
    UnitOfPressure,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .discovery import add_entities, maker
from .entity import ThingEntity
from .hub import NetworkConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ThingSensorDescription(SensorEntityDescription):
    """A sensor's row. `scale` takes the quantity's unit to the row's: a fraction to per cent."""

    scale: float = 1
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT


ROWS = (
    ThingSensorDescription(
        key="battery", device_class=SensorDeviceClass.BATTERY, native_unit_of_measurement=PERCENTAGE, scale=100
    ),
    ThingSensorDescription(key="count", state_class=SensorStateClass.TOTAL_INCREASING),
    ThingSensorDescription(
        key="current",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    ),
    ThingSensorDescription(
        key="energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        state_class=SensorStateClass.TOTAL_INCREASING,
    ),
    ThingSensorDescription(
        key="frequency",
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
    ),
    ThingSensorDescription(
        key="humidity", device_class=SensorDeviceClass.HUMIDITY, native_unit_of_measurement=PERCENTAGE, scale=100
    ),
    ThingSensorDescription(
        key="illuminance", device_class=SensorDeviceClass.ILLUMINANCE, native_unit_of_measurement=LIGHT_LUX
    ),
    ThingSensorDescription(key="level", native_unit_of_measurement=PERCENTAGE, scale=100),
    ThingSensorDescription(
        key="power", device_class=SensorDeviceClass.POWER, native_unit_of_measurement=UnitOfPower.WATT
    ),
    ThingSensorDescription(
        key="pressure",
        device_class=SensorDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.PA,
        suggested_unit_of_measurement=UnitOfPressure.HPA,
        suggested_display_precision=1,
    ),
    ThingSensorDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    ThingSensorDescription(
        key="temperature_set_point",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    ThingSensorDescription(key="unknown", state_class=None),
    ThingSensorDescription(
        key="voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
    ),
)


class ThingSensor(ThingEntity, SensorEntity):
    """Shows one property."""

    entity_description: ThingSensorDescription

    @property
    @override
    def native_value(self) -> StateType:
        """The value in the row's unit; text and unknown values as they are."""
        value = self.thing_value()
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value if value is None else str(value)
        # Nine digits: binary fractions such as 0.454 * 100 must not show their tail.
        return round(value * self.entity_description.scale, 9) if self.entity_description.scale != 1 else value


async def async_setup_entry(
    hass: HomeAssistant, entry: NetworkConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of every Thing."""
    add_entities(entry, async_add_entities, Platform.SENSOR, maker(ThingSensor, ROWS))
