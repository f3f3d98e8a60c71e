"""Words that Thing Descriptions use, beyond those of all devices (things/words.py)."""

from collections.abc import Mapping
from typing import Final

from ....things.quantities import Quantity
from ....things.words import BOOLEAN_WORDS

NAMES: Final[Mapping[str, Quantity]] = {
    **dict.fromkeys(("on", "onoff", "powerstate", "poweron", "switchstate", "relaystate"), Quantity.ON_OFF),
    **dict.fromkeys(("open", "opened"), Quantity.OPENING),
    **dict.fromkeys(("locked",), Quantity.LOCKED),
    **dict.fromkeys(("occupied",), Quantity.PRESENCE),
    **dict.fromkeys(("targettemperature",), Quantity.TEMPERATURE_SET_POINT),
    **dict.fromkeys(("thermostatmode",), Quantity.HVAC_MODE),
    # Read only, it would be taken for a temperature.
    **dict.fromkeys(("colortemperature", "colourtemperature", "cct"), Quantity.COLOR_TEMPERATURE),
    **dict.fromkeys(("powercycle",), Quantity.POWER_CYCLE),
}
"""Whole names, folded, and what they mean where the type of the value allows it."""

VALUE_WORDS: Final = frozenset({"measured", "measurement", "reading", "val", "value"})
"""Words by which a value is called that is what the object around it is called."""

_OPEN: Final = {"open": True, "opened": True, "closed": False, "close": False}
_FOUND: Final = {"detected": True, "clear": False, "alarm": True, "normal": False, "none": False}

TRUTHS: Final[Mapping[Quantity, Mapping[str, bool]]] = {
    Quantity.LOCKED: {"locked": True, "unlocked": False},
    Quantity.OPENING: _OPEN,
    **dict.fromkeys(
        (Quantity.MOTION, Quantity.SMOKE, Quantity.MOISTURE, Quantity.GAS, Quantity.CARBON_MONOXIDE, Quantity.PRESENCE),
        _FOUND,
    ),
}
"""The words of an enumeration that stand for a boolean of a quantity, besides on, off and the like."""

NO_TRUTHS: Final = frozenset({"unknown", "jammed", "unavailable", ""})
"""Words beside them that stand for neither: while a device says so, nothing is known."""


def truth(quantity: Quantity, word: str) -> bool | None:
    """Return what a word says of a quantity that is true or false, or None."""
    folded = word.strip().casefold()
    return TRUTHS.get(quantity, {}).get(folded, BOOLEAN_WORDS.get(folded))
