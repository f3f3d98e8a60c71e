"""What a set-up can suggest: meters of each phase, the grid's meter, what can be a load, what measures and names it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
import re
from typing import Final

from homeassistant.components.sensor import DOMAIN as SENSOR, SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, UnitOfElectricCurrent
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er

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

_RANK: Final = ("number", "input_number", "water_heater", "climate", "humidifier", "switch", "fan", "light")
"""What is missed least, as far as its domain tells: a charger that is throttled first, a light last."""


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
    """Return what can be a load: what is controlled at a device that measures its power, the least missed first.

    Of those that are missed alike the dashboard's come first. What measures others beside its own is none of them: the
    dashboard knows that a whole circuit is no load. A switch that turns off what a number throttles belongs to that.
    """
    entities = er.async_get(hass)
    listed = [one for one in await _preferences(hass, "device_consumption") if one.get("stat_rate")]
    carrying = {one.get("included_in_stat") for one in listed}
    whole = {_device_of(entities, one["stat_rate"]) for one in listed if one.get("stat_consumption") in carrying}
    measuring = [one["stat_rate"] for one in listed]
    measuring += [state.entity_id for state in hass.states.async_all(SENSOR) if _is_power(state)]
    devices = dict.fromkeys(device for one in measuring if (device := _device_of(entities, one)) not in whole)
    found = list(dict.fromkeys(one for device in devices if device for one in _controls_of(hass, device)))
    switches = {off_switch(hass, one) for one in found}
    return sorted((one for one in found if one not in switches), key=_missed)[:_MOST_LOADS]


def power_meter(hass: HomeAssistant, entity_id: str) -> str:
    """Return what measures the power of a load: of the power sensors of its device the one that is called like it.

    "" where there is none, or several could be it.
    """
    meters = [one.entity_id for one in _beside(hass, entity_id) if _is_power(hass.states.get(one.entity_id))]
    alike = sorted(((_alike(entity_id, one), one) for one in meters), reverse=True)
    if not alike or (len(alike) > 1 and alike[0][0] == alike[1][0]):
        return ""
    return alike[0][1]


def off_switch(hass: HomeAssistant, entity_id: str) -> str:
    """Return the switch of what a number throttles, as switch.charger of number.charger_current; "" for none."""
    switches = [one.entity_id for one in _beside(hass, entity_id) if one.domain == "switch"]
    named = [(_alike(entity_id, one), one) for one in switches if _words(one) <= _words(entity_id)]
    return max(named)[1] if named and entity_id.startswith("number.") else ""


def load_title(hass: HomeAssistant, entity_id: str) -> str:
    """Return how a load is called in sentences: as its device where that controls nothing else, else as its entity."""
    named = off_switch(hass, entity_id) or entity_id
    entry, state = er.async_get(hass).async_get(named), hass.states.get(named)
    device = dr.async_get(hass).async_get(entry.device_id) if entry and entry.device_id else None
    if entry is None:
        return state.name if state else named
    if device and len(set(_controls_of(hass, device.id)) - {entity_id}) == (named != entity_id):
        return device.name_by_user or device.name or named
    return entry.name or entry.original_name or (state.name if state else named)


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


def _missed(entity_id: str) -> int:
    domain = entity_id.partition(".")[0]
    return _RANK.index(domain) if domain in _RANK else len(_RANK)


def _words(entity_id: str) -> Counter[str]:
    return Counter(entity_id.partition(".")[2].split("_"))


def _alike(one: str, other: str) -> int:
    """Return how many words two ids share, without their domains."""
    return (_words(one) & _words(other)).total()


def _device_of(entities: er.EntityRegistry, entity_id: str) -> str:
    entry = entities.async_get(entity_id)
    return (entry and entry.device_id) or ""


def _beside(hass: HomeAssistant, entity_id: str) -> list[er.RegistryEntry]:
    """Return the entities of the device that an entity is of; none where it is of none."""
    entities = er.async_get(hass)
    device = _device_of(entities, entity_id)
    return er.async_entries_for_device(entities, device) if device else []


def _controls_of(hass: HomeAssistant, device_id: str) -> Iterator[str]:
    for entry in er.async_entries_for_device(er.async_get(hass), device_id):
        state = hass.states.get(entry.entity_id)
        if entry.domain in CONTROLS and entry.entity_category is None and state and can_turn_off(state):
            yield entry.entity_id


def _is_power(state: State | None) -> bool:
    return state is not None and state.attributes.get(ATTR_DEVICE_CLASS) == SensorDeviceClass.POWER


def _is_ours(hass: HomeAssistant, state: State) -> bool:
    """Tell whether an entity is a budget's own: what it shows of a phase is no meter."""
    known = er.async_get(hass).async_get(state.entity_id)
    entry = hass.config_entries.async_get_entry(known.config_entry_id) if known and known.config_entry_id else None
    return entry is not None and entry.domain == DOMAIN and entry.data.get(CONF_KIND) == KIND_POWER_BUDGET
