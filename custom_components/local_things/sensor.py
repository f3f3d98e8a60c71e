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
    DEGREE,
    LIGHT_LUX,
    PERCENTAGE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    Platform,
    UnitOfApparentPower,
    UnitOfConductivity,
    UnitOfDataRate,
    UnitOfDensity,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfInformation,
    UnitOfIrradiance,
    UnitOfLength,
    UnitOfMass,
    UnitOfPower,
    UnitOfPrecipitationDepth,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfReactiveEnergy,
    UnitOfReactivePower,
    UnitOfSoundPressure,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolume,
    UnitOfVolumeFlowRate,
    UnitOfVolumetricFlux,
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


# Units without a constant in Home Assistant.
_DEGREES_PER_SECOND = "°/s"
_METERS_PER_SECOND_SQUARED = "m/s²"
_MICROTESLA = "\u03bcT"

ROWS = (
    ThingSensorDescription(key="acceleration", native_unit_of_measurement=_METERS_PER_SECOND_SQUARED),
    ThingSensorDescription(key="angle", native_unit_of_measurement=DEGREE),
    ThingSensorDescription(key="angular_velocity", native_unit_of_measurement=_DEGREES_PER_SECOND),
    ThingSensorDescription(
        key="apparent_power",
        device_class=SensorDeviceClass.APPARENT_POWER,
        native_unit_of_measurement=UnitOfApparentPower.VOLT_AMPERE,
    ),
    ThingSensorDescription(
        key="battery", device_class=SensorDeviceClass.BATTERY, native_unit_of_measurement=PERCENTAGE, scale=100
    ),
    ThingSensorDescription(
        key="carbon_dioxide",
        device_class=SensorDeviceClass.CO2,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
    ),
    ThingSensorDescription(key="concentration", native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION),
    ThingSensorDescription(
        key="conductivity",
        device_class=SensorDeviceClass.CONDUCTIVITY,
        native_unit_of_measurement=UnitOfConductivity.MICROSIEMENS_PER_CM,
    ),
    ThingSensorDescription(key="count", state_class=SensorStateClass.TOTAL_INCREASING),
    ThingSensorDescription(
        key="current", device_class=SensorDeviceClass.CURRENT, native_unit_of_measurement=UnitOfElectricCurrent.AMPERE
    ),
    ThingSensorDescription(
        key="data_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.BITS_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        suggested_display_precision=1,
    ),
    ThingSensorDescription(
        key="data_size",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.KILOBYTES,
        suggested_display_precision=1,
    ),
    ThingSensorDescription(
        key="direction", native_unit_of_measurement=DEGREE, state_class=SensorStateClass.MEASUREMENT_ANGLE
    ),
    ThingSensorDescription(
        key="distance", device_class=SensorDeviceClass.DISTANCE, native_unit_of_measurement=UnitOfLength.METERS
    ),
    ThingSensorDescription(
        key="duration", device_class=SensorDeviceClass.DURATION, native_unit_of_measurement=UnitOfTime.SECONDS
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
        key="frequency", device_class=SensorDeviceClass.FREQUENCY, native_unit_of_measurement=UnitOfFrequency.HERTZ
    ),
    ThingSensorDescription(
        key="humidity", device_class=SensorDeviceClass.HUMIDITY, native_unit_of_measurement=PERCENTAGE, scale=100
    ),
    ThingSensorDescription(
        key="illuminance", device_class=SensorDeviceClass.ILLUMINANCE, native_unit_of_measurement=LIGHT_LUX
    ),
    ThingSensorDescription(
        key="irradiance",
        device_class=SensorDeviceClass.IRRADIANCE,
        native_unit_of_measurement=UnitOfIrradiance.WATTS_PER_SQUARE_METER,
    ),
    ThingSensorDescription(key="level", native_unit_of_measurement=PERCENTAGE, scale=100),
    ThingSensorDescription(key="magnetic_flux_density", native_unit_of_measurement=_MICROTESLA),
    ThingSensorDescription(
        key="mass", device_class=SensorDeviceClass.WEIGHT, native_unit_of_measurement=UnitOfMass.KILOGRAMS
    ),
    ThingSensorDescription(
        key="mass_concentration", native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER
    ),
    ThingSensorDescription(key="percentage", native_unit_of_measurement=PERCENTAGE, scale=100),
    ThingSensorDescription(key="ph", device_class=SensorDeviceClass.PH),
    ThingSensorDescription(
        key="pm1",
        device_class=SensorDeviceClass.PM1,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    ThingSensorDescription(
        key="pm10",
        device_class=SensorDeviceClass.PM10,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    ThingSensorDescription(
        key="pm25",
        device_class=SensorDeviceClass.PM25,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    ThingSensorDescription(
        key="power", device_class=SensorDeviceClass.POWER, native_unit_of_measurement=UnitOfPower.WATT
    ),
    ThingSensorDescription(
        key="power_factor",
        device_class=SensorDeviceClass.POWER_FACTOR,
        native_unit_of_measurement=PERCENTAGE,
        scale=100,
    ),
    ThingSensorDescription(
        key="precipitation",
        device_class=SensorDeviceClass.PRECIPITATION,
        native_unit_of_measurement=UnitOfPrecipitationDepth.MILLIMETERS,
        scale=1000,
        state_class=SensorStateClass.TOTAL_INCREASING,
    ),
    ThingSensorDescription(
        key="precipitation_intensity",
        device_class=SensorDeviceClass.PRECIPITATION_INTENSITY,
        native_unit_of_measurement=UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR,
    ),
    ThingSensorDescription(
        key="pressure",
        device_class=SensorDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.PA,
        suggested_unit_of_measurement=UnitOfPressure.HPA,
        suggested_display_precision=1,
    ),
    ThingSensorDescription(
        key="reactive_energy",
        device_class=SensorDeviceClass.REACTIVE_ENERGY,
        native_unit_of_measurement=UnitOfReactiveEnergy.VOLT_AMPERE_REACTIVE_HOUR,
        state_class=SensorStateClass.TOTAL_INCREASING,
    ),
    ThingSensorDescription(
        key="reactive_power",
        device_class=SensorDeviceClass.REACTIVE_POWER,
        native_unit_of_measurement=UnitOfReactivePower.VOLT_AMPERE_REACTIVE,
    ),
    ThingSensorDescription(
        key="signal_strength",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    ),
    ThingSensorDescription(
        key="sound_pressure",
        device_class=SensorDeviceClass.SOUND_PRESSURE,
        native_unit_of_measurement=UnitOfSoundPressure.DECIBEL,
    ),
    ThingSensorDescription(
        key="speed", device_class=SensorDeviceClass.SPEED, native_unit_of_measurement=UnitOfSpeed.METERS_PER_SECOND
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
        key="volatile_organic_compounds",
        device_class=SensorDeviceClass.VOLATILE_ORGANIC_COMPOUNDS_PARTS,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
        suggested_unit_of_measurement=UnitOfRatio.PARTS_PER_BILLION,
        suggested_display_precision=0,
    ),
    ThingSensorDescription(
        key="voltage", device_class=SensorDeviceClass.VOLTAGE, native_unit_of_measurement=UnitOfElectricPotential.VOLT
    ),
    ThingSensorDescription(
        key="volume",
        device_class=SensorDeviceClass.VOLUME,
        native_unit_of_measurement=UnitOfVolume.CUBIC_METERS,
        state_class=SensorStateClass.TOTAL,
    ),
    ThingSensorDescription(
        key="volume_flow_rate",
        device_class=SensorDeviceClass.VOLUME_FLOW_RATE,
        native_unit_of_measurement=UnitOfVolumeFlowRate.CUBIC_METERS_PER_HOUR,
    ),
    ThingSensorDescription(
        key="wind_speed",
        device_class=SensorDeviceClass.WIND_SPEED,
        native_unit_of_measurement=UnitOfSpeed.METERS_PER_SECOND,
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
