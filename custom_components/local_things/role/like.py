"""What kind of value a role has: what its sources have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from homeassistant.components.sensor import ATTR_STATE_CLASS
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError

_ON_OFF = frozenset({"binary_sensor", "input_boolean", "light", "siren", "switch"})
"""Domains whose states are on and off."""


class Kind(StrEnum):
    """What a role's value is."""

    ON_OFF = "on_off"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """The kind of a role's value, and how Home Assistant shows it; kept in the entry, as sources may be away."""

    kind: Kind
    device_class: str = ""
    state_class: str = ""
    unit: str = ""

    @classmethod
    def of(cls, states: Iterable[State]) -> Self | None:
        """Return what these sources have in common; None where it is nothing, or none of them is there."""
        found = [cls._of_one(state) for state in states]
        if not found or any(one.kind is not found[0].kind for one in found):
            return None
        first = found[0]
        if not all(first.can_take(one.unit) for one in found):
            return None
        # A door and a window are openings of different classes: what they do not share is left out.
        device_class = first.device_class if all(one.device_class == first.device_class for one in found) else ""
        return cls(kind=first.kind, device_class=device_class, state_class=first.state_class, unit=first.unit)

    @classmethod
    def load(cls, kept: Mapping[str, str]) -> Self:
        """Read what `dump` wrote."""
        return cls(
            kind=Kind(kept["kind"]),
            device_class=kept["device_class"],
            state_class=kept["state_class"],
            unit=kept["unit"],
        )

    def dump(self) -> dict[str, str]:
        """Return it as it is kept in an entry."""
        return asdict(self)

    def can_take(self, unit: str) -> bool:
        """Tell whether a number in `unit` can be told in ours."""
        return unit == self.unit or self._factor(unit) is not None

    def value_of(self, state: State) -> float | str | None:
        """Return what a source says, a number in our unit; None where it says nothing of this kind."""
        if state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            return None
        if self.kind is not Kind.NUMBER:
            return state.state
        try:
            number = float(state.state)
        except ValueError:
            return None
        unit = str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) or "")
        return number if unit == self.unit else self._told(number, unit)

    def _told(self, number: float, unit: str) -> float | None:
        converter = UNIT_CONVERTERS.get(self.device_class)
        try:
            return converter.convert(number, unit, self.unit) if converter else None
        except HomeAssistantError:
            return None

    def _factor(self, unit: str) -> float | None:
        return self._told(1.0, unit)

    @classmethod
    def _of_one(cls, state: State) -> Self:
        if state.domain in _ON_OFF or state.state in (STATE_ON, STATE_OFF):
            return cls(kind=Kind.ON_OFF, device_class=str(state.attributes.get(ATTR_DEVICE_CLASS) or ""))
        unit = str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) or "")
        state_class = str(state.attributes.get(ATTR_STATE_CLASS) or "")
        if not (unit or state_class or _is_number(state.state)):
            return cls(kind=Kind.TEXT)
        device_class = str(state.attributes.get(ATTR_DEVICE_CLASS) or "")
        return cls(kind=Kind.NUMBER, device_class=device_class, state_class=state_class, unit=unit)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
