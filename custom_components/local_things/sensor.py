"""Sensors: what a Thing reports, how the exchange with it goes, and, out of the way, what nobody recognised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import SIGNAL_STRENGTH_DECIBELS_MILLIWATT, Platform, UnitOfInformation, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .measured import MEASURED, MeasuredDescription
from .roster import ThingConfigEntry
from .things.errors import Reason
from .things.model import LinkStatistics
from .things.traffic import Counters

PARALLEL_UPDATES = 0
SCAN_INTERVAL = timedelta(minutes=1)  # of what is asked for: the statistics of the link


@dataclass(frozen=True, kw_only=True)
class FigureDescription(SensorEntityDescription):
    """A row for one figure of the statistics of the link."""

    figure: Callable[[LinkStatistics], float | datetime | None]


@dataclass(frozen=True, kw_only=True)
class CounterDescription(SensorEntityDescription):
    """A row for one of the counters of a device's messages."""

    counter: Callable[[Counters], int]


TEXTS = tuple(MeasuredDescription(key=key, state_class=None) for key in ("color", "text", "unknown"))
WORDS = tuple(
    SensorEntityDescription(key=key, device_class=SensorDeviceClass.ENUM)
    for key in ("choice", "hvac_mode", "mode", "pse_class", "pse_priority", "pse_status")
)
FIGURES = (
    FigureDescription(key="last_seen", device_class=SensorDeviceClass.TIMESTAMP, figure=lambda link: link.last_seen),
    FigureDescription(
        key="retransmissions",
        state_class=SensorStateClass.TOTAL_INCREASING,
        figure=lambda link: link.retransmissions,
    ),
    FigureDescription(
        key="round_trip_time",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_display_precision=0,
        state_class=SensorStateClass.MEASUREMENT,
        figure=lambda link: link.round_trip_time,
    ),
    FigureDescription(key="link_quality", state_class=SensorStateClass.MEASUREMENT, figure=lambda link: link.quality),
    FigureDescription(
        key="link_strength",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=SensorStateClass.MEASUREMENT,
        figure=lambda link: link.strength,
    ),
)
DROPPED = FigureDescription(
    key="messages_dropped", state_class=SensorStateClass.TOTAL_INCREASING, figure=lambda link: link.dropped
)
COUNTERS = (
    *(
        CounterDescription(key=f"messages_{key}", state_class=SensorStateClass.TOTAL_INCREASING, counter=counter)
        for key, counter in (
            ("received", lambda counters: counters.received),
            ("sent", lambda counters: counters.sent),
            ("refused", lambda counters: counters.refused),
        )
    ),
    *(
        CounterDescription(
            key=f"data_{key}",
            device_class=SensorDeviceClass.DATA_SIZE,
            native_unit_of_measurement=UnitOfInformation.BYTES,
            suggested_unit_of_measurement=UnitOfInformation.KILOBYTES,
            suggested_display_precision=1,
            state_class=SensorStateClass.TOTAL_INCREASING,
            counter=counter,
        )
        for key, counter in (
            ("received", lambda counters: counters.received_octets),
            ("sent", lambda counters: counters.sent_octets),
        )
    ),
)
CONNECTION = SensorEntityDescription(key="connection", device_class=SensorDeviceClass.ENUM)
INTERNET = SensorEntityDescription(key="asks_for_internet", device_class=SensorDeviceClass.ENUM)
ROWS = (*MEASURED, *TEXTS, *WORDS, *FIGURES, DROPPED, *COUNTERS, CONNECTION, INTERNET)

ASKS: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: "unclear"}
"""Whether a device asks for the internet, by its own description: advice, which nobody here enforces."""

CONNECTED = "connected"
OTHERWISE = "not_usable"
REASONS = tuple(
    reason.value
    for reason in (
        Reason.ACCESS_DENIED,
        Reason.BAD_CREDENTIALS,
        Reason.EDHOC_MISSING,
        Reason.KEY_STATE_LOST,
        Reason.IDENTITY_CHANGED,
        Reason.NOT_ANSWERING,
        Reason.POWER_OFF,
        Reason.QUARANTINED,
    )
)
"""Why a Thing is not available, where there is a word for it."""


class ThingSensor(ThingEntity, SensorEntity):
    """Shows one property."""

    entity_description: MeasuredDescription

    @property
    @override
    def native_value(self) -> StateType:
        """The value in the row's unit; text and unknown values as they are."""
        value = self.thing_value()
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value if value is None else str(value)
        # Nine digits: binary fractions such as 0.454 * 100 must not show their tail.
        return round(value * self.entity_description.scale, 9) if self.entity_description.scale != 1 else value


class ThingWordSensor(ThingEntity, SensorEntity):
    """Shows which of its words a property is."""

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: SensorEntityDescription) -> None:
        """Announce the words that the Thing knows; without them it is a plain text."""
        super().__init__(coordinator, plan, row)
        words = self.thing_schema().enum
        self._attr_options = list(words) or None
        self._attr_device_class = row.device_class if words else None

    @property
    @override
    def native_value(self) -> str | None:
        """The word; None while it is not known, or none of those announced."""
        value = self.thing_value()
        return str(value) if value is not None and (self.options is None or value in self.options) else None


class ThingConnectionSensor(ThingEntity, SensorEntity):
    """Shows whether the device can be used, and why not. It is there while the device is silent."""

    @property
    @override
    def options(self) -> list[str]:
        """The words there are."""
        return [CONNECTED, *REASONS, OTHERWISE]

    @property
    @override
    def available(self) -> bool:
        """Whether or not the device answers."""
        return True

    @property
    @override
    def native_value(self) -> str:
        """The word for the state of the connection."""
        state = self.coordinator.data
        if state.available:
            return CONNECTED
        reason = (state.reason or Reason.NOT_ANSWERING).value
        return reason if reason in REASONS else OTHERWISE


class ThingInternetSensor(ThingEntity, SensorEntity):
    """Shows whether the device asks for the internet, as its own description of its usage says (RFC 8520)."""

    @property
    @override
    def options(self) -> list[str]:
        """The words there are."""
        return [*ASKS.values()]

    @property
    @override
    def available(self) -> bool:
        """Whether or not the device answers."""
        return True

    @property
    @override
    def native_value(self) -> str:
        """The word for what it asks for."""
        usage = self.coordinator.description.usage
        return ASKS[usage.internet if usage else None]


class ThingLinkSensor(ThingEntity, SensorEntity):
    """Shows how the exchange with a Thing goes: asked for now and then while enabled, not told with the values.

    It is there while the device is silent, as it is then that one wants to know.
    """

    entity_description: FigureDescription

    @property
    @override
    def should_poll(self) -> bool:
        """Nobody tells when the statistics change."""
        return True

    @property
    @override
    def available(self) -> bool:
        """Whether or not the device answers."""
        return True

    @property
    @override
    def native_value(self) -> float | datetime | None:
        """The present figure."""
        return self.entity_description.figure(self.coordinator.thing.link)

    @override
    async def async_update(self) -> None:
        """Do nothing: the figure is taken when the state is written."""


class ThingTrafficSensor(ThingLinkSensor):
    """Shows how much a device has sent or been sent; it counts on while nobody listens to it."""

    entity_description: CounterDescription  # type: ignore[assignment]  # another kind of row, for another figure

    @property
    @override
    def native_value(self) -> int | None:
        """The present count."""
        counters = self.coordinator.traffic
        return None if counters is None else self.entity_description.counter(counters)


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of every Thing."""
    make = {
        **makers(ThingSensor, (*MEASURED, *TEXTS)),
        **makers(ThingWordSensor, WORDS),
        **makers(ThingLinkSensor, (*FIGURES, DROPPED)),
        **makers(ThingTrafficSensor, COUNTERS),
        **makers(ThingConnectionSensor, (CONNECTION,)),
        **makers(ThingInternetSensor, (INTERNET,)),
    }
    add_entities(entry, async_add_entities, Platform.SENSOR, make)
