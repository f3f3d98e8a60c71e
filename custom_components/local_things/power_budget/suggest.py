"""What a set-up can suggest: meters of each phase, the grid's meter, what can be a load, and what measures it."""

from collections.abc import Iterable, Iterator, Mapping
import re
from typing import Final

from homeassistant.components.sensor import DOMAIN as SENSOR, SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, UnitOfElectricCurrent
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from ..const import CONF_KIND, DOMAIN, KIND_POWER_BUDGET
from ..power.limits import Phase, Unit
from ..power.loads import VOLTAGE
from .controls import CONTROLS, can_turn_off
from .readings import measured

_PHASE: Final = re.compile(r"(?:^|_)(?:l|p|ph|phase_?|line_?)?([123abc])(?:_|$)")
"""How a phase is told in the id of an entity: current_l1, phase_a_current, power_phase_2."""

_MARKS: Final[Mapping[str, Phase]] = dict(zip("123abc", (*Phase, *Phase), strict=True))

_NOMINAL: Final[Mapping[str, float]] = {
    "climate": 2000.0,
    "fan": 60.0,
    "humidifier": 300.0,
    "light": 60.0,
    "water_heater": 2000.0,
}
"""W of what has no meter, to begin with; its user knows better."""

_ELSE: Final = 1000.0
_LEAST: Final = 50.0
"""What draws less just now is not running as it can."""

_MOST_LOADS: Final = 30


def phase_meters(hass: HomeAssistant) -> dict[Phase, str]:
    """Return a meter for each phase that belong together; currents rather than powers. Empty where there are none."""
    found: dict[tuple[str, str, str], dict[Phase, str]] = {}
    entities = er.async_get(hass)
    for state in hass.states.async_all(SENSOR):
        kind = state.attributes.get(ATTR_DEVICE_CLASS)
        mark = _PHASE.search(state.object_id)
        if kind not in (SensorDeviceClass.CURRENT, SensorDeviceClass.POWER) or mark is None or _is_ours(hass, state):
            continue
        entry = entities.async_get(state.entity_id)
        stem = state.object_id[: mark.start(1)] + "#" + state.object_id[mark.end(1) :]
        group = found.setdefault((kind, (entry and entry.device_id) or "", stem), {})
        group[_MARKS[mark[1]]] = state.entity_id
    whole = sorted((key, group) for key, group in found.items() if len(group) == len(Phase))
    return whole[0][1] if whole else {}


async def grid_meters(hass: HomeAssistant) -> list[str]:
    """Return the power sensors of the grid, as the energy dashboard knows them."""
    return [
        source["stat_rate"]
        for source in await _preferences(hass, "energy_sources")
        if source.get("type") == "grid" and hass.states.get(str(source.get("stat_rate")))
    ]


async def likely_loads(hass: HomeAssistant) -> list[str]:
    """Return what can be a load: what is controlled at a device that measures its power, the dashboard's first."""
    entities = er.async_get(hass)
    rates = [one["stat_rate"] for one in await _preferences(hass, "device_consumption") if "stat_rate" in one]
    measuring = [*rates, *(state.entity_id for state in hass.states.async_all(SENSOR) if _is_power(state))]
    devices = dict.fromkeys(
        entry.device_id for one in measuring if (entry := entities.async_get(one)) and entry.device_id
    )
    found = (one for device in devices for one in _controls_of(hass, device))
    return list(dict.fromkeys(found))[:_MOST_LOADS]


def power_meter(hass: HomeAssistant, entity_id: str) -> str:
    """Return what measures the power of a load: the one power sensor of its device; "" where there is none, or more."""
    entities = er.async_get(hass)
    entry = entities.async_get(entity_id)
    if entry is None or entry.device_id is None:
        return ""
    beside = er.async_entries_for_device(entities, entry.device_id)
    meters = [one.entity_id for one in beside if (state := hass.states.get(one.entity_id)) and _is_power(state)]
    return meters[0] if len(meters) == 1 else ""


def nominal_power(hass: HomeAssistant, entity_id: str, power: str, phases: int) -> float:
    """Return what a load may draw in W, to begin with: as measured now, by its amperes, or what is usual."""
    drawn = measured(hass.states.get(power), Unit.WATT, VOLTAGE) if power else None
    if drawn is not None and drawn >= _LEAST:
        return float(round(drawn))
    state = hass.states.get(entity_id)
    if state and state.attributes.get("unit_of_measurement") == UnitOfElectricCurrent.AMPERE:
        return float(round(float(state.attributes.get("max", 0.0)) * VOLTAGE * max(phases, 1))) or _ELSE
    return _NOMINAL.get(entity_id.partition(".")[0], _ELSE)


async def _preferences(hass: HomeAssistant, part: str) -> Iterable[Mapping[str, str]]:
    if "energy" not in hass.config.components:
        return ()
    from homeassistant.components.energy.data import async_get_manager  # noqa: PLC0415 (a house may be without it)

    data = (await async_get_manager(hass)).data
    return data.get(part, ()) if data else ()  # type: ignore[return-value]  # rows of texts, as far as they are read


def _controls_of(hass: HomeAssistant, device_id: str) -> Iterator[str]:
    for entry in er.async_entries_for_device(er.async_get(hass), device_id):
        state = hass.states.get(entry.entity_id)
        if entry.domain in CONTROLS and entry.entity_category is None and state and can_turn_off(state):
            yield entry.entity_id


def _is_power(state: State) -> bool:
    return state.attributes.get(ATTR_DEVICE_CLASS) == SensorDeviceClass.POWER


def _is_ours(hass: HomeAssistant, state: State) -> bool:
    """Tell whether an entity is a budget's own: what it shows of a phase is no meter."""
    known = er.async_get(hass).async_get(state.entity_id)
    entry = hass.config_entries.async_get_entry(known.config_entry_id) if known and known.config_entry_id else None
    return entry is not None and entry.domain == DOMAIN and entry.data.get(CONF_KIND) == KIND_POWER_BUDGET
