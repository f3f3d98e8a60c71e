"""The limits and loads of an entry, as its subentries say, and the entities that stand for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
import math
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..const import SUBENTRY_LIMIT, SUBENTRY_LOAD
from ..power.limits import Limit, LimitKind, Phase, Row
from ..power.loads import VOLTAGE, Load, Site
from ..things.documents import Json
from .controls import CONTROLS, Actuator
from .deadlines import Deadline, deadline_of

CONF_CAPACITY: Final = "capacity"
CONF_CHARGE: Final = "charge"
CONF_DEADLINE: Final = "deadline"
CONF_ENERGY: Final = "energy"
CONF_ENTITY: Final = "entity"
CONF_EXPORTS: Final = "exports"
CONF_FEEDS_US: Final = "feeds_us"
CONF_IMPORTANCE: Final = "importance"
CONF_KEEP: Final = "keep"
CONF_LAST_RESORT: Final = "last_resort"
CONF_LIMIT_KIND: Final = "limit_kind"
CONF_LIMITS: Final = "limits"
CONF_MAX_SHED: Final = "max_shed"
CONF_METERS: Final = "meters"
CONF_MIN_OFF: Final = "min_off"
CONF_MIN_ON: Final = "min_on"
CONF_NOMINAL: Final = "nominal"
CONF_ON_CHANGE: Final = "on_change"
CONF_OFF_ENTITY: Final = "off_entity"
CONF_PARENTS: Final = "parents"
CONF_PHASES: Final = "phases"
CONF_POWER: Final = "power"
CONF_RATING: Final = "rating"
CONF_RESERVE: Final = "reserve"
CONF_RESTORES: Final = "restores"
CONF_SHARE: Final = "share"
CONF_SURGE: Final = "surge"
CONF_SURGE_SECONDS: Final = "surge_seconds"
CONF_THROTTLES: Final = "throttles"
CONF_UNTIL: Final = "until"
CONF_VOLTAGE: Final = "voltage"

_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What measures one row: entities whose values add up."""

    row: Row
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """What stands behind a limit: how many Wh there are, the entity that says how full it is, and what is to last.

    `keep` is the part that stays in it; the rest is to last `until` a time of the day.
    """

    limit: str
    capacity: float
    charge: str
    keep: float
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A load as it is enrolled: what it is, what controls it, and what measures it ("" where nothing does).

    `feeds_us` says that Home Assistant, or its way into the network, may go off with it.
    """

    load: Load
    actuator: Actuator
    power: str
    feeds_us: bool = False
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All of an entry. Limits and loads go by the ids of their subentries."""

    site: Site
    meters: tuple[Meter, ...]
    loads: Mapping[str, Enrolled]
    batteries: tuple[Battery, ...] = ()

    @property
    def followed(self) -> frozenset[str]:
        """Every entity that says something of a load."""
        of_all = ((one.actuator.entity_id, one.actuator.off_entity, one.power) for one in self.loads.values())
        return frozenset(name for names in of_all for name in names if name)

    @property
    def summed(self) -> frozenset[Row]:
        """The rows that have no meter: for them counts what the loads below draw."""
        rows = frozenset(row for limit in self.site.limits.values() for row in limit.rows)
        return rows - {meter.row for meter in self.meters}


def renamed(value: Json, old: str, new: str) -> Json:
    """Return what is kept in a subentry, with the new name of an entity in the place of its old one."""
    if isinstance(value, dict):
        return {name: renamed(one, old, new) for name, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, old, new) for one in value]
    return new if value == old else value


def house_of(hass: HomeAssistant, entry: ConfigEntry) -> House:
    """Return what an entry describes. Raises ValueError, naming what is wrong, where it describes nothing."""
    limits = {one.subentry_id: one for one in entry.get_subentries_of_type(SUBENTRY_LIMIT)}
    roots = tuple(name for name, one in limits.items() if not _known(one.data.get(CONF_PARENTS), limits))
    loads = {
        one.subentry_id: _enrolled(hass, one, _known(one.data.get(CONF_LIMITS), limits) or roots)
        for one in entry.get_subentries_of_type(SUBENTRY_LOAD)
    }
    site = Site(
        tuple(_limit(one, _known(one.data.get(CONF_PARENTS), limits)) for one in limits.values()),
        tuple(one.load for one in loads.values()),
        voltage=entry.data.get(CONF_VOLTAGE, VOLTAGE),
    )
    meters = (meter for one in limits.values() for meter in _meters(site.limits[one.subentry_id], one))
    batteries = (_battery(one) for one in limits.values() if one.data.get(CONF_CHARGE) and one.data.get(CONF_CAPACITY))
    return House(site=site, meters=tuple(meters), loads=loads, batteries=tuple(batteries))


def _known(names: Iterable[str] | None, limits: Mapping[str, ConfigSubentry]) -> tuple[str, ...]:
    """Return those limits that are still there: one that was removed carries nobody."""
    return tuple(name for name in names or () if name in limits)


def _limit(subentry: ConfigSubentry, parents: tuple[str, ...]) -> Limit:
    data = subentry.data
    return Limit(
        id=subentry.subentry_id,
        title=subentry.title,
        kind=LimitKind(data[CONF_LIMIT_KIND]),
        rating=data[CONF_RATING],
        phases=tuple(Phase(phase) for phase in data.get(CONF_PHASES, ())),
        parents=parents,
        share=data[CONF_SHARE] / 100.0 if data.get(CONF_SHARE) else None,
        exports=data.get(CONF_EXPORTS, False),
        reserve=data.get(CONF_RESERVE, 0.0),
        surge=data.get(CONF_SURGE, 100.0) / 100.0,
        surge_seconds=data.get(CONF_SURGE_SECONDS, 5.0),
        on_change=data.get(CONF_ON_CHANGE, False),
    )


def _battery(subentry: ConfigSubentry) -> Battery:
    data = subentry.data
    return Battery(
        limit=subentry.subentry_id,
        capacity=data[CONF_CAPACITY] * 1000.0,
        charge=data[CONF_CHARGE],
        keep=data.get(CONF_KEEP, 0.0) / 100.0,
        until=time.fromisoformat(data.get(CONF_UNTIL, "07:00:00")),
    )


def _meters(limit: Limit, subentry: ConfigSubentry) -> Iterable[Meter]:
    chosen: Mapping[str, list[str]] = subentry.data.get(CONF_METERS, {})
    for row in limit.rows:
        if entities := chosen.get(row.phase.value if row.phase else ""):
            yield Meter(row=row, entities=tuple(entities))


def _enrolled(hass: HomeAssistant, subentry: ConfigSubentry, limits: tuple[str, ...]) -> Enrolled:
    data = subentry.data
    actuator = Actuator(
        entity_id=data[CONF_ENTITY],
        off_entity=data.get(CONF_OFF_ENTITY, ""),
        throttles=data.get(CONF_THROTTLES, True),
    )
    load = Load(
        id=subentry.subentry_id,
        title=subentry.title,
        nominal=data[CONF_NOMINAL],
        limits=limits,
        phases=tuple(Phase(phase) for phase in data.get(CONF_PHASES, ())),
        levels=CONTROLS[actuator.domain].levels(actuator, hass.states.get(actuator.entity_id)),
        importance=int(data[CONF_IMPORTANCE]),
        last_resort=data.get(CONF_LAST_RESORT, False),
        min_on=data.get(CONF_MIN_ON, 0.0) * _MINUTE,
        min_off=data.get(CONF_MIN_OFF, 1.0) * _MINUTE,
        max_shed=data[CONF_MAX_SHED] * _MINUTE if data.get(CONF_MAX_SHED) else math.inf,
        auto_restore=data.get(CONF_RESTORES, True),
    )
    return Enrolled(
        load=load,
        actuator=actuator,
        power=data.get(CONF_POWER, ""),
        feeds_us=data.get(CONF_FEEDS_US, False),
        deadline=deadline_of(data.get(CONF_DEADLINE), data.get(CONF_ENERGY)),
    )
