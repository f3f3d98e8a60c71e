"""What the state of an entity says in watts, amperes, or as a level of a load."""

import math
from typing import Final

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    UnitOfApparentPower,
    UnitOfElectricCurrent,
    UnitOfPower,
)
from homeassistant.core import State
from homeassistant.util.unit_conversion import ApparentPowerConverter, ElectricCurrentConverter, PowerConverter

from ..power.limits import Unit

NO_STATE: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


def has_state(state: State | None) -> bool:
    """Tell whether an entity is there and says something."""
    return state is not None and state.state not in NO_STATE


def number_of(state: State | None) -> float | None:
    """Return the number that a state is; None where it is none."""
    try:
        value = float(state.state) if state else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def measured(state: State | None, unit: Unit, voltage: float) -> float | None:
    """Return what a meter shows in `unit`; None where it shows nothing, or something else.

    A current is a power by the voltage, and the other way round; what is apparent counts as if it were real.
    """
    value = number_of(state)
    if state is None or value is None:
        return None
    of = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if of in ElectricCurrentConverter.VALID_UNITS:
        amperes = ElectricCurrentConverter.convert(value, of, UnitOfElectricCurrent.AMPERE)
        return amperes if unit is Unit.AMPERE else amperes * voltage
    if of in PowerConverter.VALID_UNITS:
        watts = PowerConverter.convert(value, of, UnitOfPower.WATT)
    elif of in ApparentPowerConverter.VALID_UNITS:
        watts = ApparentPowerConverter.convert(value, of, UnitOfApparentPower.VOLT_AMPERE)
    else:
        return None
    return watts if unit is Unit.WATT else watts / voltage
