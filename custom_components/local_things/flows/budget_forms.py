"""The forms of a limit, shared by those who make a budget and those who change it."""

from collections.abc import Mapping
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_NAME, PERCENTAGE, UnitOfElectricPotential, UnitOfEnergy, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TimeSelector,
)
import probatio as vol

from ..const import SUBENTRY_LIMIT
from ..power.judge import KETTLE, Judgement
from ..power.limits import KINDS, LimitKind, Phase, Unit
from ..power_budget import suggest
from ..power_budget.house import (
    CONF_CAPACITY,
    CONF_CHARGE,
    CONF_EXPORTS,
    CONF_KEEP,
    CONF_LIMIT_KIND,
    CONF_METERS,
    CONF_ON_CHANGE,
    CONF_PARENTS,
    CONF_PHASES,
    CONF_RATING,
    CONF_RESERVE,
    CONF_SHARE,
    CONF_SURGE,
    CONF_SURGE_SECONDS,
    CONF_UNTIL,
)
from ..things.documents import Json

CONF_TOTAL: Final = "total"
METER_FIELDS: Final[Mapping[Phase, str]] = {phase: f"meter_{phase.value.lower()}" for phase in Phase}

USUAL: Final[Mapping[str, str]] = {
    "AT": "3 × 25–35 A",
    "BE": "1 × 40 A, 3 × 25 A",
    "CH": "3 × 25–40 A",
    "DE": "3 × 35–63 A",
    "DK": "3 × 25–35 A",
    "ES": "3.45–9.2 kW",
    "FI": "3 × 25 A",
    "FR": "30, 45, 60 A",
    "GB": "1 × 60–100 A",
    "IT": "3, 4.5, 6 kW",
    "NL": "1 × 35 A, 3 × 25 A",
    "NO": "1 × 63 A, 3 × 63 A",
    "SE": "3 × 16–25 A",
    "SI": "1 × 25 A, 3 × 20–25 A",
    "US": "2 × 100–200 A",
}
"""What main fuses usually are, by country: only a hint, as the panel alone knows."""

RESERVE: Final = 9.0
"""A to keep free where a meter needs a reserve, to begin with: those of a kettle of 2 kW."""

NO_SURGE: Final = 100.0
LEAST_SURGE: Final = 105.0
"""In percent of the rating; in between it could not be told from the rating."""

_MEASURES: Final = EntitySelectorConfig(
    filter=[
        {
            "domain": "sensor",
            "device_class": [SensorDeviceClass.CURRENT, SensorDeviceClass.POWER, SensorDeviceClass.APPARENT_POWER],
        }
    ]
)


def number(least: float, most: float, unit: str | None = None, step: float = 1) -> NumberSelector:
    """Ask for a number, typed."""
    config = NumberSelectorConfig(min=least, max=most, step=step, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def phases() -> SelectSelector:
    """Ask for phases."""
    options = [phase.value for phase in Phase]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST))


def choice(titles: Mapping[str, str]) -> SelectSelector:
    """Ask for some of what goes by these titles."""
    options = [SelectOptionDict(value=name, label=title) for name, title in titles.items()]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))


# ----------------------------------------------------------------------------------------------------- of limits


def main_schema() -> vol.Schema:
    """Ask for the main limit of a house."""
    kinds = SelectSelectorConfig(options=[kind.value for kind in LimitKind], translation_key="limit_kind")
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_LIMIT_KIND, default=LimitKind.BREAKER_B.value): SelectSelector(kinds),
            vol.Required(CONF_RATING): number(0.1, 1_000_000, step=0.1),
            vol.Optional(CONF_PHASES, default=[phase.value for phase in Phase]): phases(),
        }
    )


def limit_schema(others: Mapping[str, str]) -> vol.Schema:
    """Ask for any limit; `others` are the titles of those that may carry it, by their ids."""
    fields: dict[vol.Marker, object] = dict(main_schema().schema)
    if others:
        fields[vol.Optional(CONF_PARENTS, default=[])] = choice(others)
    return vol.Schema(
        {
            **fields,
            vol.Optional(CONF_SHARE): number(10, 100, "%"),
            vol.Optional(CONF_RESERVE, default=0): number(0, 1_000_000, step=0.5),
            vol.Optional(CONF_EXPORTS, default=False): BooleanSelector(),
        }
    )


def meter_schema(data: Mapping[str, Json]) -> vol.Schema:
    """Ask for the meters of a limit: one for each of its phases, or those that add up."""
    if KINDS[LimitKind(str(data[CONF_LIMIT_KIND]))].unit is Unit.AMPERE:
        phases = (Phase(phase) for phase in texts(data[CONF_PHASES]))
        fields = {vol.Optional(METER_FIELDS[phase]): EntitySelector(_MEASURES) for phase in phases}
    else:
        fields = {vol.Optional(CONF_TOTAL): EntitySelector({**_MEASURES, "multiple": True})}
    return vol.Schema({**fields, vol.Required(CONF_ON_CHANGE, default=False): BooleanSelector()})


def source_schema(data: Mapping[str, Json]) -> vol.Schema | None:
    """Ask for what an inverter or a battery can do; None for what is neither."""
    kind = LimitKind(str(data[CONF_LIMIT_KIND]))
    if kind is LimitKind.INVERTER:
        return vol.Schema(
            {
                vol.Required(CONF_SURGE, default=100): number(100, 400, PERCENTAGE),
                vol.Required(CONF_SURGE_SECONDS, default=5): number(1, 3600, UnitOfTime.SECONDS),
            }
        )
    if kind is LimitKind.BATTERY:
        charge = EntitySelectorConfig(filter=[{"domain": "sensor", "device_class": SensorDeviceClass.BATTERY}])
        return vol.Schema(
            {
                vol.Optional(CONF_CAPACITY): number(0.1, 10_000, UnitOfEnergy.KILO_WATT_HOUR, step=0.1),
                vol.Optional(CONF_CHARGE): EntitySelector(charge),
                vol.Required(CONF_KEEP, default=20): number(0, 99, PERCENTAGE),
                vol.Required(CONF_UNTIL, default="07:00:00"): TimeSelector(),
            }
        )
    return None


def limit_data(user_input: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a form of a limit brought, as it is kept; what is counted in W has no phases."""
    data = {name: value for name, value in user_input.items() if name != CONF_NAME}
    if KINDS[LimitKind(str(data[CONF_LIMIT_KIND]))].unit is Unit.WATT:
        data[CONF_PHASES] = []
    return data


def errors_of(data: Mapping[str, Json]) -> dict[str, str]:
    """Return what is wrong with a limit, by field."""
    errors: dict[str, str] = {}
    amperes = KINDS[LimitKind(str(data[CONF_LIMIT_KIND]))].unit is Unit.AMPERE
    if amperes and not data.get(CONF_PHASES):
        errors[CONF_PHASES] = "phases_needed"
    if not 0.0 <= _float(data.get(CONF_RESERVE, 0)) < _float(data[CONF_RATING]):
        errors[CONF_RESERVE if CONF_RESERVE in data else CONF_RATING] = "reserve_too_large"
    return errors


def errors_of_source(data: Mapping[str, Json]) -> dict[str, str]:
    """Return what is wrong with an inverter or a battery, by field."""
    errors: dict[str, str] = {}
    if NO_SURGE < _float(data.get(CONF_SURGE)) < LEAST_SURGE:
        errors[CONF_SURGE] = "surge_too_small"
    if bool(data.get(CONF_CAPACITY)) != bool(data.get(CONF_CHARGE)):
        errors[CONF_CHARGE if data.get(CONF_CAPACITY) else CONF_CAPACITY] = "battery_half_known"
    return errors


def meter_data(user_input: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a form of the meters of a limit brought, as it is kept."""
    meters: dict[str, Json] = {phase: list(one) for phase, one in meters_of(user_input).items()}
    return {CONF_METERS: meters, CONF_ON_CHANGE: bool(user_input.get(CONF_ON_CHANGE))}


def meters_of(user_input: Mapping[str, Json]) -> dict[str, list[str]]:
    """Return the meters that a form brought, by phase; "" is what is counted in all."""
    found = {phase.value: [str(user_input[field])] for phase, field in METER_FIELDS.items() if user_input.get(field)}
    if total := texts(user_input.get(CONF_TOTAL)):
        found[""] = total
    return found


def meter_fields(meters: Mapping[str, list[str]]) -> dict[str, Json]:
    """Return the same as the form shows it."""
    fields: dict[str, Json] = {METER_FIELDS[Phase(phase)]: one[0] for phase, one in meters.items() if phase}
    if total := meters.get(""):
        fields[CONF_TOTAL] = list(total)
    return fields


async def suggested_meters(hass: HomeAssistant, data: Mapping[str, Json]) -> dict[str, Json]:
    """Return what could measure a limit, as the form shows it: of each phase, or the grid in all."""
    phases, found = texts(data[CONF_PHASES]), suggest.phase_meters(hass)
    grid = await suggest.grid_meters(hass)
    if len(phases) == 1 and grid:
        return meter_fields({phases[0]: grid})
    if phases:
        return meter_fields({phase.value: [one] for phase, one in found.items()})
    return meter_fields({"": grid or [*found.values()]})


def reserve_selector() -> NumberSelector:
    """Ask for a reserve in the unit of its limit."""
    return number(0, 1_000_000, step=0.5)


def voltage_selector() -> NumberSelector:
    """Ask for the voltage between a phase and neutral."""
    return number(100, 400, UnitOfElectricPotential.VOLT)


def judged(judgement: Judgement) -> dict[str, str]:
    """Return the words of the form that says what a meter can do: its period, and what may stand beside a kettle."""
    period = judgement.period
    return {
        "period": f"{period:.0f}" if period >= 1.0 else f"{period:.1f}",
        "bearable": f"{100 * judgement.bearable[KETTLE]:.0f}",
        "typical": f"{100 * judgement.typical[KETTLE]:.0f}",
    }


def limits_of(entry: ConfigEntry, *, apart_from: ConfigSubentry | None = None) -> dict[str, str]:
    """Return the titles of the limits of a budget, by their ids."""
    limits = entry.get_subentries_of_type(SUBENTRY_LIMIT)
    return {one.subentry_id: one.title for one in limits if one is not apart_from}


def texts(value: Json) -> list[str]:
    """Return the texts of a list; none where it is no list."""
    return [str(one) for one in value] if isinstance(value, list) else []


def _float(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
