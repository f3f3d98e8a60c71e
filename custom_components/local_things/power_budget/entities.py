"""Which entities a power budget has, by platform."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from homeassistant.const import Platform
from homeassistant.helpers.entity import Entity

from ..power.limits import LimitKind, Unit
from . import sensors, settings
from .entity import Subject
from .hub import BudgetHub

PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)

_WINDOWS: Final = frozenset({LimitKind.WINDOW_15, LimitKind.WINDOW_60})

type Makers = Iterator[tuple[Platform, Callable[[], Entity]]]


def entities_of(hub: BudgetHub, platform: Platform) -> Iterator[tuple[str | None, list[Entity]]]:
    """Yield the entities of a platform, each group with the subentry that it belongs to."""
    yield None, [make() for one, make in _of_site(Subject(hub=hub)) if one is platform]
    for name in hub.house.site.limits:
        yield name, [make() for one, make in _of_limit(Subject(hub=hub, id=name)) if one is platform]
    for name in hub.house.loads:
        yield name, [make() for one, make in _of_load(Subject(hub=hub, id=name)) if one is platform]


def _of_site(subject: Subject) -> Makers:
    for row in sensors.OF_SITE:
        yield Platform.SENSOR, partial(sensors.BudgetSensor, subject, row)
    for binary in sensors.BINARY_OF_SITE:
        yield Platform.BINARY_SENSOR, partial(sensors.BudgetBinarySensor, subject, binary)
    yield Platform.SWITCH, partial(settings.ArmedSwitch, subject, settings.ARMED)
    yield Platform.SWITCH, partial(settings.DryRunSwitch, subject, settings.DRY_RUN)
    yield Platform.SELECT, partial(settings.StrategySelect, subject, settings.STRATEGY)
    yield Platform.BUTTON, partial(settings.RestoreButton, subject, settings.RESTORE_ALL)
    yield Platform.BUTTON, partial(settings.IdentifyPhasesButton, subject, settings.IDENTIFY_PHASES)
    yield Platform.EVENT, partial(settings.DecisionEvent, subject, settings.DECISION)


def _of_limit(subject: Subject) -> Makers:
    amperes = subject.limit.unit is Unit.AMPERE
    load = sensors.CURRENT if amperes else sensors.POWER
    for row in subject.limit.rows:
        one = Subject(hub=subject.hub, id=subject.id, row=row)
        yield Platform.SENSOR, partial(sensors.BudgetSensor, one, load)
    headroom = sensors.HEADROOM_CURRENT if amperes else sensors.HEADROOM_POWER
    windows = sensors.OF_WINDOW if subject.limit.kind in _WINDOWS else ()
    for shown in (headroom, sensors.SHED_POWER, *sensors.OF_LIMIT, *windows):
        yield Platform.SENSOR, partial(sensors.BudgetSensor, subject, shown)
    for binary in sensors.BINARY_OF_LIMIT:
        yield Platform.BINARY_SENSOR, partial(sensors.BudgetBinarySensor, subject, binary)
    cap = settings.CAP_CURRENT if amperes else settings.CAP_POWER
    yield Platform.NUMBER, partial(settings.CapNumber, subject, cap)
    yield Platform.EVENT, partial(settings.DecisionEvent, subject, settings.DECISION)


def _of_load(subject: Subject) -> Makers:
    for row in sensors.OF_LOAD:
        yield Platform.SENSOR, partial(sensors.BudgetSensor, subject, row)
    for binary in sensors.BINARY_OF_LOAD:
        yield Platform.BINARY_SENSOR, partial(sensors.BudgetBinarySensor, subject, binary)
    yield Platform.SELECT, partial(settings.ModeSelect, subject, settings.MODE)


ROWS: Final = {
    Platform.BINARY_SENSOR: (*sensors.BINARY_OF_LIMIT, *sensors.BINARY_OF_LOAD),
    Platform.BUTTON: (settings.RESTORE_ALL, settings.IDENTIFY_PHASES),
    Platform.EVENT: (settings.DECISION,),
    Platform.NUMBER: (settings.CAP_CURRENT, settings.CAP_POWER),
    Platform.SELECT: (settings.STRATEGY, settings.MODE),
    Platform.SENSOR: (
        *sensors.OF_SITE,
        sensors.CURRENT,
        sensors.POWER,
        sensors.HEADROOM_CURRENT,
        sensors.HEADROOM_POWER,
        *sensors.OF_LIMIT,
        *sensors.OF_WINDOW,
        *sensors.OF_LOAD,
    ),
    Platform.SWITCH: (settings.ARMED, settings.DRY_RUN),
}
"""Every row, by platform."""
