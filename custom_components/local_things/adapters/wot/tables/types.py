"""What `@type` says of Things, properties, actions and events: WebThings, SAREF, iot.schema.org, units' own ontologies.

The keys are local names, folded by `local_name`; whose vocabulary it is does not matter, as they agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ....things.model import ComponentType
from ....things.quantities import Quantity

_SEPARATORS: Final = ":/#"

_LONGEST_NAME: Final = 64


def local_name(term: str) -> str:
    """Return the name in a compact or whole IRI, folded: "saref:Temperature" is "temperature"."""
    start = 1 + max(map(term.rfind, _SEPARATORS))
    return term[start : start + _LONGEST_NAME].replace("-", "").replace("_", "").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """What a type of an affordance means; `unit` is what its vocabulary says where the device says none."""

    quantity: Quantity
    unit: str = ""
    component: ComponentType = ComponentType.OTHER


def _rows(
    quantity: Quantity, names: str, unit: str = "", component: ComponentType = ComponentType.OTHER
) -> dict[str, TypeRow]:
    """One row for each of space-separated names."""
    return dict.fromkeys(names.split(), TypeRow(quantity=quantity, unit=unit, component=component))


AFFORDANCE_TYPES: Final[Mapping[str, TypeRow]] = {
    # WebThings (webthings.io/schemas) says …Property; SAREF and iot.schema.org the bare name, the latter also …Data.
    **_rows(Quantity.PRESSURE, "barometricpressureproperty atmosphericpressure barometricpressure", unit="hPa"),
    **_rows(Quantity.PRESSURE, "pressure"),
    **_rows(Quantity.LEVEL, "brightnessproperty brightness currentdimmer dimmerdata", unit="%"),
    **_rows(Quantity.LEVEL, "levelproperty", unit="%"),
    **_rows(Quantity.COLOR, "colorproperty", component=ComponentType.LIGHT),
    **_rows(Quantity.COLOR_TEMPERATURE, "colortemperatureproperty colortemperature colourtemperature", unit="[K]"),
    **_rows(Quantity.CONCENTRATION, "concentrationproperty", unit="ppm"),
    **_rows(Quantity.CARBON_DIOXIDE, "co2 carbondioxide carbondioxideconcentration co2concentration", unit="ppm"),
    **_rows(Quantity.CURRENT, "currentproperty electriccurrent"),
    **_rows(Quantity.MASS_CONCENTRATION, "densityproperty"),
    **_rows(Quantity.FREQUENCY, "frequencyproperty frequency"),
    **_rows(Quantity.HUMIDITY, "humidityproperty humidity relativehumidity humiditydata", unit="%RH"),
    **_rows(Quantity.POWER, "instantaneouspowerproperty power electricpower activepower"),
    **_rows(Quantity.POWER_FACTOR, "instantaneouspowerfactorproperty powerfactor", unit="%"),
    **_rows(Quantity.ENERGY, "energy electricenergy electricalenergy energyproperty", unit="kWh"),
    **_rows(Quantity.MOISTURE, "leakproperty leak waterleak"),
    **_rows(Quantity.LOCKED, "lockedproperty lockstatus lockstate", component=ComponentType.LOCK),
    **_rows(Quantity.MOTION, "motionproperty motion motiondetected"),
    **_rows(Quantity.ON_OFF, "onoffproperty onoffstate onstate offstate onoffstatus switchstatus switchdata onoff"),
    **_rows(Quantity.OPENING, "openproperty opencloseproperty openclosestate openstate closestate"),
    **_rows(Quantity.PRESENCE, "occupancy occupancyproperty presence"),
    **_rows(Quantity.SMOKE, "smokeproperty smoke"),
    **_rows(
        Quantity.TEMPERATURE_SET_POINT,
        "targettemperatureproperty targettemperature temperaturesetpoint setpointtemperature",
        component=ComponentType.THERMOSTAT,
    ),
    **_rows(Quantity.TEMPERATURE, "temperatureproperty temperature airtemperature roomtemperature temperaturedata"),
    **_rows(Quantity.HVAC_MODE, "thermostatmodeproperty", component=ComponentType.THERMOSTAT),
    **_rows(Quantity.VOLTAGE, "voltageproperty voltage electricpotential"),
    **_rows(Quantity.ILLUMINANCE, "light illuminance luminosity lightintensity lux"),
    **_rows(Quantity.SOUND_PRESSURE, "soundpressurelevel noiselevel"),
    **_rows(Quantity.SPEED, "speed velocity"),
    **_rows(Quantity.WIND_SPEED, "windspeed"),
    **_rows(Quantity.DIRECTION, "winddirection"),
    **_rows(Quantity.DISTANCE, "distance length height"),
    **_rows(Quantity.BATTERY, "batterylevel batteryproperty battery", unit="%"),
    **_rows(Quantity.VOLUME, "volume watervolume gasvolume"),
    **_rows(Quantity.MASS, "mass weight"),
    **_rows(Quantity.POSITION, "position coverposition", unit="%", component=ComponentType.COVER),
    # Actions.
    **_rows(Quantity.OPEN, "opencommand openaction"),
    **_rows(Quantity.CLOSE, "closecommand closeaction"),
    **_rows(Quantity.STOP, "stopcommand stopaction"),
    **_rows(Quantity.IDENTIFY, "identifyaction identify"),
    **_rows(Quantity.RESTART, "restartaction rebootaction reboot restart"),
    # Events.
    **_rows(Quantity.PRESS, "pressedevent doublepressedevent longpressedevent"),
}
"""Types of affordances; the action and event rows say nothing of a property, and the other way about."""

THING_TYPES: Final[Mapping[str, ComponentType]] = {
    **dict.fromkeys(
        ("light", "colorcontrol", "lightingdevice", "lightcontrol", "lamp", "dimmablelight"), ComponentType.LIGHT
    ),
    **dict.fromkeys(("smartplug", "outlet", "smartsocket", "energymonitoredplug"), ComponentType.OUTLET),
    **dict.fromkeys(("lock", "doorlock", "smartlock"), ComponentType.LOCK),
    **dict.fromkeys(("thermostat", "hvac"), ComponentType.THERMOSTAT),
    **dict.fromkeys(("cover", "blind", "shutter", "windowcovering", "garagedoor"), ComponentType.COVER),
    **dict.fromkeys(("fan", "ventilator"), ComponentType.FAN),
    **dict.fromkeys(("valve", "watervalve"), ComponentType.VALVE),
    **dict.fromkeys(("siren",), ComponentType.SIREN),
}
"""Types of whole Things; what only measures or switches needs none."""
