"""The rules by which affordances become entities: composites first, single ones next, what nobody recognised last."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from homeassistant.const import EntityCategory, Platform

from .things.model import (
    ActionAffordance,
    Affordance,
    ComponentType,
    EventAffordance,
    PropertyAffordance,
    ValueType,
)
from .things.quantities import SUPPLY, UNITS, Quantity

_NUMERIC: Final = (ValueType.NUMBER, ValueType.INTEGER)
_BOOLEAN: Final = (ValueType.BOOLEAN,)
_STRING: Final = (ValueType.STRING,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What an affordance does for an entity, and which affordances can.

    `quantity` and `writable` None mean any; `worded` wants a text whose words are known. A role that `needs` another
    is not taken without it. What is `shared` becomes an entity of its own too.
    """

    quantity: Quantity | None
    name: str = "value"
    kind: type[Affordance] = PropertyAffordance
    types: tuple[ValueType, ...] = _NUMERIC
    writable: bool | None = None
    worded: bool = False
    needs: str = ""
    shared: bool = False

    def fits(self, affordance: Affordance) -> bool:
        """Tell whether `affordance` can have this role."""
        if self.quantity not in (None, affordance.quantity) or not isinstance(affordance, self.kind):
            return False
        if not isinstance(affordance, PropertyAffordance):
            return not isinstance(affordance, ActionAffordance) or not affordance.needs_input
        if self.worded and not affordance.schema.enum:
            return False
        return affordance.schema.type in self.types and self.writable in (None, not affordance.read_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way in which affordances of one component become one entity.

    `role` is required and identifies the entity; each of `also` is taken along if the component has it, and of those
    that `beside` names at least one must be there. A `main` entity is what its device is for. A `labelled` one always
    shows the affordance's own title, since its name says little. One that is not for parts is disabled there at first:
    a switch may have 48 ports.
    """

    platform: Platform
    key: str
    role: Role
    also: tuple[Role, ...] = ()
    component: ComponentType | None = None
    beside: frozenset[str] = frozenset()
    main: bool = False
    enabled: bool = True
    in_parts: bool = True
    labelled: bool = False
    category: EntityCategory | None = None

    def begins_with(self, affordance: Affordance, component: ComponentType) -> bool:
        """Tell whether `affordance`, in a component of this type, can identify the entity."""
        if self.component not in (None, component) or (self.beside and not affordance.component):
            return False
        return self.role.fits(affordance)


def _action(quantity: Quantity) -> Role:
    return Role(quantity=quantity, name=quantity.value, kind=ActionAffordance)


def _composite(component: ComponentType, first: tuple[Role, ...], also: tuple[Role, ...] = ()) -> Iterator[Rule]:
    """Yield the rules for a component that is what a platform is for; each of `first` alone would do."""
    platform = Platform.CLIMATE if component is ComponentType.THERMOSTAT else Platform(component.value)
    for role in first:
        yield Rule(platform=platform, key=component.value, role=role, also=also, component=component, main=True)


_SWITCHED: Final = Role(quantity=Quantity.ON_OFF, types=_BOOLEAN, writable=True)
_OPENED: Final = tuple(Role(quantity=one, types=_BOOLEAN) for one in (Quantity.OPENING, Quantity.ON_OFF))
_SET_OPEN: Final = tuple(replace(one, writable=True) for one in _OPENED)
_POSITION: Final = Role(quantity=Quantity.POSITION, name="position")
_TILT: Final = Role(quantity=Quantity.TILT, name="tilt", writable=True)
_MOVES: Final = tuple(_action(one) for one in (Quantity.OPEN, Quantity.CLOSE, Quantity.STOP))
_TO_OPEN: Final = (replace(_POSITION, writable=True), *_SET_OPEN, *_MOVES[:2])
_SPEED: Final = Role(quantity=Quantity.FAN_SPEED, name="speed", writable=True)
_SET_POINT: Final = Role(quantity=Quantity.TEMPERATURE_SET_POINT, name="set_point", writable=True)
_HVAC_MODE: Final = Role(quantity=Quantity.HVAC_MODE, name="mode", types=_STRING, writable=True, worded=True)
_LOCKED: Final = Role(quantity=Quantity.LOCKED, types=_BOOLEAN, writable=True)

_THERMOSTAT: Final = (
    _SET_POINT,
    _HVAC_MODE,
    replace(_SWITCHED, name="on_off"),
    # What is measured is a sensor too: Home Assistant keeps long-term statistics of sensors only.
    Role(quantity=Quantity.TEMPERATURE, name="temperature", shared=True),
    Role(quantity=Quantity.HUMIDITY, name="humidity", shared=True),
)

_COMPOSITES: Final = (
    *_composite(
        ComponentType.LIGHT,
        (_SWITCHED,),
        (
            Role(quantity=Quantity.LEVEL, name="level", writable=True),
            Role(quantity=Quantity.COLOR, name="color", types=_STRING, writable=True),
            Role(quantity=Quantity.HUE, name="hue", writable=True, needs="saturation"),
            Role(quantity=Quantity.SATURATION, name="saturation", writable=True, needs="hue"),
            Role(quantity=Quantity.COLOR_TEMPERATURE, name="color_temperature", writable=True),
        ),
    ),
    *_composite(ComponentType.COVER, (*_TO_OPEN, _TILT), (_POSITION, _TILT, *_OPENED, *_MOVES)),
    *_composite(ComponentType.VALVE, _TO_OPEN, (_POSITION, *_OPENED, *_MOVES)),
    *_composite(ComponentType.THERMOSTAT, (_SET_POINT, _HVAC_MODE), _THERMOSTAT),
    Rule(
        platform=Platform.CLIMATE,
        key="thermostat",
        role=_SET_POINT,
        also=_THERMOSTAT,
        beside=frozenset({"temperature", "mode"}),
    ),
    *_composite(ComponentType.LOCK, (_LOCKED,), (_action(Quantity.OPEN),)),
    Rule(platform=Platform.LOCK, key="lock", role=_LOCKED),
    *_composite(
        ComponentType.FAN,
        (_SWITCHED, _SPEED),
        (_SPEED, Role(quantity=Quantity.MODE, name="mode", types=_STRING, writable=True, worded=True)),
    ),
    *_composite(ComponentType.SIREN, (_SWITCHED,)),
    # An opening that can be told to open is what Home Assistant calls a cover.
    Rule(platform=Platform.COVER, key="cover", role=_SET_OPEN[0]),
)

_DIAGNOSTIC: Final = (Quantity.BATTERY, Quantity.DATA_SIZE, Quantity.SIGNAL_STRENGTH)
_ACCUMULATING: Final = frozenset(
    {Quantity.COUNT, Quantity.ENERGY, Quantity.PRECIPITATION, Quantity.REACTIVE_ENERGY, Quantity.VOLUME}
)
_MEASURED: Final = tuple(quantity for quantity in UNITS if quantity not in _DIAGNOSTIC)
_WORDS: Final = (Quantity.HVAC_MODE, Quantity.MODE)
_REPORTED_WORDS: Final = (Quantity.PSE_CLASS, Quantity.PSE_PRIORITY, Quantity.PSE_STATUS)
_DETAILS: Final = frozenset({Quantity.POWER_DENIED, Quantity.PSE_CLASS, Quantity.PSE_PRIORITY})
_TEXTS: Final = (Quantity.COLOR, Quantity.TEXT)
_VAGUE: Final = frozenset({Quantity.MODE, Quantity.NUMBER, Quantity.TEXT})
"""What says little by its name: a mode of what, a text about what?"""
_REPORTED: Final = (
    Quantity.CARBON_MONOXIDE,
    Quantity.DOOR,
    Quantity.GAS,
    Quantity.LOCKED,
    Quantity.MOISTURE,
    Quantity.MOTION,
    Quantity.MOVING,
    Quantity.ON_OFF,
    Quantity.OPENING,
    Quantity.PLUG,
    Quantity.PRESENCE,
    Quantity.PROBLEM,
    Quantity.SMOKE,
    Quantity.VIBRATION,
    Quantity.WINDOW,
)

SETTABLE: Final = tuple(quantity for quantity in _MEASURED if quantity not in _ACCUMULATING | SUPPLY)
"""What becomes a number where it is writable. A counter that can be written, to set it back, is still a counter."""


def _single(
    platform: Platform,
    quantity: Quantity,
    types: tuple[ValueType, ...],
    *,
    writable: bool | None = None,
    worded: bool = False,
    category: EntityCategory | None = None,
) -> Rule:
    role = Role(quantity=quantity, types=types, writable=writable, worded=worded)
    in_parts, labelled = quantity not in _DETAILS, quantity in _VAGUE
    return Rule(
        platform=platform, key=quantity.value, role=role, category=category, in_parts=in_parts, labelled=labelled
    )


def _button(quantity: Quantity, category: EntityCategory | None = None) -> Rule:
    role = Role(quantity=quantity, kind=ActionAffordance)
    return Rule(platform=Platform.BUTTON, key=quantity.value, role=role, category=category)


_CONTROLS: Final = (
    Rule(platform=Platform.SWITCH, key="outlet", role=_SWITCHED, component=ComponentType.OUTLET, main=True),
    Rule(platform=Platform.SWITCH, key="on_off", role=_SWITCHED),
    *(_single(Platform.NUMBER, quantity, _NUMERIC, writable=True) for quantity in SETTABLE),
    *(_single(Platform.SELECT, quantity, _STRING, writable=True, worded=True) for quantity in _WORDS),
    _single(
        Platform.SELECT, Quantity.PSE_PRIORITY, _STRING, writable=True, worded=True, category=EntityCategory.CONFIG
    ),
    *(
        _button(quantity, EntityCategory.CONFIG)
        for quantity in (Quantity.IDENTIFY, Quantity.POWER_CYCLE, Quantity.RESTART)
    ),
    *(_button(quantity) for quantity in (Quantity.OPEN, Quantity.CLOSE, Quantity.STOP)),
    *(
        Rule(
            platform=Platform.EVENT,
            key=quantity.value,
            role=Role(quantity=quantity, kind=EventAffordance),
            in_parts=quantity not in _DETAILS,
        )
        for quantity in (Quantity.POWER_DENIED, Quantity.PRESS)
    ),
)

_REPORTS: Final = (
    # A climate entity shows it; as a sensor it is there for long-term statistics.
    Rule(
        platform=Platform.SENSOR,
        key="temperature",
        role=Role(quantity=Quantity.TEMPERATURE),
        component=ComponentType.THERMOSTAT,
        category=EntityCategory.DIAGNOSTIC,
    ),
    *(_single(Platform.SENSOR, quantity, _NUMERIC, category=EntityCategory.DIAGNOSTIC) for quantity in _DIAGNOSTIC),
    *(_single(Platform.SENSOR, quantity, _NUMERIC) for quantity in _MEASURED),
    *(_single(Platform.BINARY_SENSOR, quantity, _BOOLEAN) for quantity in _REPORTED),
    *(_single(Platform.SENSOR, quantity, _STRING, category=EntityCategory.DIAGNOSTIC) for quantity in _REPORTED_WORDS),
    _single(Platform.BINARY_SENSOR, Quantity.TAMPER, _BOOLEAN, category=EntityCategory.DIAGNOSTIC),
)


def _unknown(platform: Platform, role: Role, category: EntityCategory) -> Rule:
    return Rule(platform=platform, key="unknown", role=role, enabled=False, labelled=True, category=category)


def _unmeant(types: tuple[ValueType, ...], *, worded: bool = False) -> Role:
    return Role(quantity=Quantity.UNKNOWN, types=types, writable=True, worded=worded)


_TEXTUAL: Final = (
    _unknown(Platform.SELECT, _unmeant(_STRING, worded=True), EntityCategory.CONFIG),
    Rule(
        platform=Platform.SELECT,
        key="choice",
        role=Role(quantity=None, types=_STRING, writable=True, worded=True),
        labelled=True,
    ),
    *(_single(Platform.TEXT, quantity, _STRING, writable=True) for quantity in _TEXTS),
    _unknown(Platform.TEXT, Role(quantity=None, types=_STRING, writable=True), EntityCategory.CONFIG),
    *(_single(Platform.SENSOR, quantity, _STRING) for quantity in (*_WORDS, *_TEXTS)),
)

# What nobody recognised is kept, out of the way: last what has a meaning, but in a shape that does not go with it.
_UNRECOGNISED: Final = (
    Rule(
        platform=Platform.EVENT,
        key="unknown",
        role=Role(quantity=None, kind=EventAffordance),
        labelled=True,
    ),
    _unknown(Platform.NUMBER, _unmeant(_NUMERIC), EntityCategory.CONFIG),
    _unknown(Platform.SWITCH, _unmeant(_BOOLEAN), EntityCategory.CONFIG),
    _unknown(Platform.BUTTON, Role(quantity=None, kind=ActionAffordance), EntityCategory.CONFIG),
    _unknown(Platform.SENSOR, Role(quantity=Quantity.UNKNOWN, types=tuple(ValueType)), EntityCategory.DIAGNOSTIC),
    Rule(
        platform=Platform.SENSOR,
        key="choice",
        role=Role(quantity=None, types=_STRING, worded=True),
        labelled=True,
    ),
    _unknown(Platform.SENSOR, Role(quantity=None, types=tuple(ValueType)), EntityCategory.DIAGNOSTIC),
)

RULES: Final[tuple[Rule, ...]] = (*_COMPOSITES, *_CONTROLS, *_REPORTS, *_TEXTUAL, *_UNRECOGNISED)
