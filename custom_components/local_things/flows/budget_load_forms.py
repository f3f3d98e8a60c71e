"""The forms of loads, shared by those who make a budget and those who change it."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import CONF_NAME, UnitOfEnergy, UnitOfPower, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
    TimeSelector,
)
import probatio as vol

from ..power_budget import suggest
from ..power_budget.controls import CONTROLS
from ..power_budget.house import (
    CONF_DEADLINE,
    CONF_ENERGY,
    CONF_ENTITY,
    CONF_FEEDS_US,
    CONF_IMPORTANCE,
    CONF_LAST_RESORT,
    CONF_LIMITS,
    CONF_MAX_SHED,
    CONF_MIN_OFF,
    CONF_MIN_ON,
    CONF_NOMINAL,
    CONF_OFF_ENTITY,
    CONF_PHASES,
    CONF_POWER,
    CONF_RESTORES,
    CONF_THROTTLES,
)
from ..power_budget.supplies import feeds_us
from ..things.documents import Json
from .budget_forms import choice, number, phases as phases_selector, texts

CONF_ENTITIES: Final = "entities"

_CLASSES: Final = 4
"""Steps from the least important class to the most important one."""

_USUAL_TIMES: Final[Mapping[str, Mapping[str, Json]]] = {
    "climate": {CONF_MIN_ON: 5, CONF_MIN_OFF: 5, CONF_MAX_SHED: 30},
    "water_heater": {CONF_MAX_SHED: 180},
}
"""Minutes to begin with: a compressor needs its rest, a room and a boiler keep warm for so long."""

_POWERS: Final = EntitySelectorConfig(filter=[{"domain": "sensor", "device_class": [SensorDeviceClass.POWER]}])


def loads_schema(suggested: list[str], limits: Mapping[str, str]) -> vol.Schema:
    """Ask which entities are loads, and below which limits."""
    entities = EntitySelectorConfig(filter=[{"domain": sorted(CONTROLS)}], multiple=True, reorder=True)
    fields: dict[vol.Marker, object] = {vol.Optional(CONF_ENTITIES, default=suggested): EntitySelector(entities)}
    if len(limits) > 1:
        fields[vol.Optional(CONF_LIMITS, default=[])] = choice(limits)
    return vol.Schema(fields)


def load_schema(limits: Mapping[str, str]) -> vol.Schema:
    """Ask for all of one load."""
    fields: dict[vol.Marker, object] = {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_NOMINAL): number(1, 1_000_000, UnitOfPower.WATT),
        vol.Optional(CONF_POWER): EntitySelector(_POWERS),
        vol.Optional(CONF_PHASES, default=[]): phases_selector(),
        vol.Required(CONF_IMPORTANCE, default=3): number(1, 5),
        vol.Required(CONF_LAST_RESORT, default=False): BooleanSelector(),
        vol.Required(CONF_THROTTLES, default=True): BooleanSelector(),
        vol.Optional(CONF_OFF_ENTITY): EntitySelector(
            EntitySelectorConfig(filter=[{"domain": ["switch", "input_boolean"]}])
        ),
        vol.Required(CONF_MIN_ON, default=0): number(0, 1440, UnitOfTime.MINUTES),
        vol.Required(CONF_MIN_OFF, default=1): number(0, 1440, UnitOfTime.MINUTES),
        vol.Optional(CONF_MAX_SHED): number(1, 10_080, UnitOfTime.MINUTES),
        vol.Required(CONF_RESTORES, default=True): BooleanSelector(),
        vol.Optional(CONF_ENERGY): number(0.1, 1000, UnitOfEnergy.KILO_WATT_HOUR, step=0.1),
        vol.Optional(CONF_DEADLINE): TimeSelector(),
    }
    if len(limits) > 1:
        fields[vol.Optional(CONF_LIMITS, default=[])] = choice(limits)
    return vol.Schema(fields)


def ticked(hass: HomeAssistant, user_input: Mapping[str, Json], phases: int) -> list[tuple[str, str, dict[str, Json]]]:
    """Return the loads that were ticked, the least missed first: entity, title, and the data of its subentry."""
    below = texts(user_input.get(CONF_LIMITS))
    names = list(dict.fromkeys(texts(user_input.get(CONF_ENTITIES))))
    titles = {name: suggest.load_title(hass, name) for name in names}
    shared = {title for title, times in Counter(titles.values()).items() if times > 1}
    found: list[tuple[str, str, dict[str, Json]]] = []
    for place, name in enumerate(names):
        state = hass.states.get(name)
        title = state.name if state and titles[name] in shared else titles[name]
        data = _new_load(hass, name, below, phases)
        found.append((name, title, {**data, CONF_IMPORTANCE: _importance(place, len(names))}))
    return found


def _importance(place: int, count: int) -> int:
    """Return the class of a load by its place: the first is missed least, the last most; one alone is in the middle."""
    return 1 + _CLASSES * place // (count - 1) if count > 1 else 1 + _CLASSES // 2


def _new_load(hass: HomeAssistant, entity_id: str, below: list[str], phases: int) -> dict[str, Json]:
    """Return the data of a load that was ticked: careful, until its user says more."""
    power = suggest.power_meter(hass, entity_id)
    data: dict[str, Json] = {
        CONF_ENTITY: entity_id,
        CONF_NOMINAL: suggest.nominal_power(hass, entity_id, power, phases),
        CONF_LIMITS: [*below],
        CONF_PHASES: [],
        **_USUAL_TIMES.get(entity_id.partition(".")[0], {}),
    }
    if power:
        data[CONF_POWER] = power
    if switch := suggest.off_switch(hass, entity_id):
        data[CONF_OFF_ENTITY] = switch
    if feeds_us(hass, entity_id) is not False:  # rather asked once too often
        data[CONF_FEEDS_US] = True
    return data
