"""How Home Assistant shows each numeric quantity: rows that sensors and numbers share."""

from dataclasses import dataclass

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    DEGREE,
    LIGHT_LUX,
    PERCENTAGE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
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


@dataclass(frozen=True, kw_only=True)
class MeasuredDescription(SensorEntityDescription):
    """How a number is shown. `scale` takes the quantity's unit to the row's: a fraction to per cent."""

    scale: float = 1
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT


# Units without a constant in Home Assistant.
_DEGREES_PER_SECOND = "°/s"
_METERS_PER_SECOND_SQUARED = "m/s²"
_MICROTESLA = "\u03bcT"

MEASURED = (
    MeasuredDescription(key="acceleration", native_unit_of_measurement=_METERS_PER_SECOND_SQUARED),
    MeasuredDescription(key="air_quality_index", device_class=SensorDeviceClass.AQI),
    MeasuredDescription(key="angle", native_unit_of_measurement=DEGREE),
    MeasuredDescription(key="angular_velocity", native_unit_of_measurement=_DEGREES_PER_SECOND),
    MeasuredDescription(
        key="apparent_power",
        device_class=SensorDeviceClass.APPARENT_POWER,
        native_unit_of_measurement=UnitOfApparentPower.VOLT_AMPERE,
    ),
    MeasuredDescription(
        key="battery", device_class=SensorDeviceClass.BATTERY, native_unit_of_measurement=PERCENTAGE, scale=100
    ),
    MeasuredDescription(
        key="carbon_dioxide",
        device_class=SensorDeviceClass.CO2,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
    ),
    MeasuredDescription(
        key="carbon_monoxide_concentration",
        device_class=SensorDeviceClass.CO,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
    ),
    MeasuredDescription(key="color_temperature", native_unit_of_measurement=UnitOfTemperature.KELVIN),
    MeasuredDescription(key="concentration", native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION),
    MeasuredDescription(
        key="conductivity",
        device_class=SensorDeviceClass.CONDUCTIVITY,
        native_unit_of_measurement=UnitOfConductivity.MICROSIEMENS_PER_CM,
    ),
    MeasuredDescription(key="count", state_class=SensorStateClass.TOTAL_INCREASING),
    MeasuredDescription(
        key="current", device_class=SensorDeviceClass.CURRENT, native_unit_of_measurement=UnitOfElectricCurrent.AMPERE
    ),
    MeasuredDescription(
        key="data_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.BITS_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        suggested_display_precision=1,
    ),
    MeasuredDescription(
        key="data_size",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.KILOBYTES,
        suggested_display_precision=1,
    ),
    MeasuredDescription(
        key="direction", native_unit_of_measurement=DEGREE, state_class=SensorStateClass.MEASUREMENT_ANGLE
    ),
    MeasuredDescription(
        key="distance", device_class=SensorDeviceClass.DISTANCE, native_unit_of_measurement=UnitOfLength.METERS
    ),
    MeasuredDescription(
        key="duration", device_class=SensorDeviceClass.DURATION, native_unit_of_measurement=UnitOfTime.SECONDS
    ),
    MeasuredDescription(
        key="energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        state_class=SensorStateClass.TOTAL_INCREASING,
    ),
    MeasuredDescription(key="fan_speed", native_unit_of_measurement=PERCENTAGE, scale=100),
    MeasuredDescription(
        key="frequency", device_class=SensorDeviceClass.FREQUENCY, native_unit_of_measurement=UnitOfFrequency.HERTZ
    ),
    MeasuredDescription(key="hue", native_unit_of_measurement=DEGREE, state_class=SensorStateClass.MEASUREMENT_ANGLE),
    MeasuredDescription(
        key="humidity", device_class=SensorDeviceClass.HUMIDITY, native_unit_of_measurement=PERCENTAGE, scale=100
    ),
    MeasuredDescription(
        key="illuminance", device_class=SensorDeviceClass.ILLUMINANCE, native_unit_of_measurement=LIGHT_LUX
    ),
    MeasuredDescription(
        key="irradiance",
        device_class=SensorDeviceClass.IRRADIANCE,
        native_unit_of_measurement=UnitOfIrradiance.WATTS_PER_SQUARE_METER,
    ),
    MeasuredDescription(key="level", native_unit_of_measurement=PERCENTAGE, scale=100),
    MeasuredDescription(key="magnetic_flux_density", native_unit_of_measurement=_MICROTESLA),
    MeasuredDescription(
        key="mass", device_class=SensorDeviceClass.WEIGHT, native_unit_of_measurement=UnitOfMass.KILOGRAMS
    ),
    MeasuredDescription(key="mass_concentration", native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER),
    MeasuredDescription(key="number"),
    MeasuredDescription(key="percentage", native_unit_of_measurement=PERCENTAGE, scale=100),
    MeasuredDescription(key="ph", device_class=SensorDeviceClass.PH),
    MeasuredDescription(
        key="pm1",
        device_class=SensorDeviceClass.PM1,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    MeasuredDescription(
        key="pm10",
        device_class=SensorDeviceClass.PM10,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    MeasuredDescription(
        key="pm25",
        device_class=SensorDeviceClass.PM25,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    MeasuredDescription(key="position", native_unit_of_measurement=PERCENTAGE, scale=100),
    MeasuredDescription(key="power", device_class=SensorDeviceClass.POWER, native_unit_of_measurement=UnitOfPower.WATT),
    *(
        MeasuredDescription(key=key, device_class=SensorDeviceClass.POWER, native_unit_of_measurement=UnitOfPower.WATT)
        for key in ("power_budget", "power_headroom", "power_headroom_worst_case", "pse_power")
    ),
    MeasuredDescription(
        key="power_factor",
        device_class=SensorDeviceClass.POWER_FACTOR,
        native_unit_of_measurement=PERCENTAGE,
        scale=100,
    ),
    MeasuredDescription(
        key="precipitation",
        device_class=SensorDeviceClass.PRECIPITATION,
        native_unit_of_measurement=UnitOfPrecipitationDepth.MILLIMETERS,
        scale=1000,
        state_class=SensorStateClass.TOTAL_INCREASING,
    ),
    MeasuredDescription(
        key="precipitation_intensity",
        device_class=SensorDeviceClass.PRECIPITATION_INTENSITY,
        native_unit_of_measurement=UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR,
    ),
    MeasuredDescription(
        key="pressure",
        device_class=SensorDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.PA,
        suggested_unit_of_measurement=UnitOfPressure.HPA,
        suggested_display_precision=1,
    ),
    MeasuredDescription(
        key="reactive_energy",
        device_class=SensorDeviceClass.REACTIVE_ENERGY,
        native_unit_of_measurement=UnitOfReactiveEnergy.VOLT_AMPERE_REACTIVE_HOUR,
        state_class=SensorStateClass.TOTAL_INCREASING,
    ),
    MeasuredDescription(
        key="reactive_power",
        device_class=SensorDeviceClass.REACTIVE_POWER,
        native_unit_of_measurement=UnitOfReactivePower.VOLT_AMPERE_REACTIVE,
    ),
    MeasuredDescription(key="saturation", native_unit_of_measurement=PERCENTAGE, scale=100),
    MeasuredDescription(
        key="signal_strength",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    ),
    MeasuredDescription(
        key="soil_moisture",
        device_class=SensorDeviceClass.MOISTURE,
        native_unit_of_measurement=PERCENTAGE,
        scale=100,
    ),
    MeasuredDescription(
        key="sound_pressure",
        device_class=SensorDeviceClass.SOUND_PRESSURE,
        native_unit_of_measurement=UnitOfSoundPressure.DECIBEL,
    ),
    MeasuredDescription(
        key="speed", device_class=SensorDeviceClass.SPEED, native_unit_of_measurement=UnitOfSpeed.METERS_PER_SECOND
    ),
    MeasuredDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    MeasuredDescription(
        key="temperature_set_point",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    MeasuredDescription(key="tilt", native_unit_of_measurement=PERCENTAGE, scale=100),
    MeasuredDescription(
        key="volatile_organic_compounds",
        device_class=SensorDeviceClass.VOLATILE_ORGANIC_COMPOUNDS_PARTS,
        native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION,
        suggested_unit_of_measurement=UnitOfRatio.PARTS_PER_BILLION,
        suggested_display_precision=0,
    ),
    MeasuredDescription(
        key="volatile_organic_compounds_mass",
        device_class=SensorDeviceClass.VOLATILE_ORGANIC_COMPOUNDS,
        native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,
    ),
    MeasuredDescription(
        key="voltage", device_class=SensorDeviceClass.VOLTAGE, native_unit_of_measurement=UnitOfElectricPotential.VOLT
    ),
    MeasuredDescription(
        key="volume",
        device_class=SensorDeviceClass.VOLUME,
        native_unit_of_measurement=UnitOfVolume.CUBIC_METERS,
        state_class=SensorStateClass.TOTAL,
    ),
    MeasuredDescription(
        key="volume_flow_rate",
        device_class=SensorDeviceClass.VOLUME_FLOW_RATE,
        native_unit_of_measurement=UnitOfVolumeFlowRate.CUBIC_METERS_PER_HOUR,
    ),
    MeasuredDescription(
        key="wind_direction",
        device_class=SensorDeviceClass.WIND_DIRECTION,
        native_unit_of_measurement=DEGREE,
        state_class=SensorStateClass.MEASUREMENT_ANGLE,
    ),
    MeasuredDescription(
        key="wind_speed",
        device_class=SensorDeviceClass.WIND_SPEED,
        native_unit_of_measurement=UnitOfSpeed.METERS_PER_SECOND,
    ),
)
