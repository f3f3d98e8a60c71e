"""A house of three phases in Home Assistant: helpers stand for its meters and loads, and do what real ones do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry, ConfigSubentryData
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.local_things.const import (
    CONF_KIND,
    DOMAIN,
    KIND_POWER_BUDGET,
    SUBENTRY_LIMIT,
    SUBENTRY_LOAD,
)
from custom_components.local_things.power_budget.hub import BudgetHub

VOLTAGE = 230.0
PHASES = ("L1", "L2", "L3")
METERS = {phase: f"input_number.{phase.lower()}" for phase in PHASES}

BOILER = "input_boolean.boiler"
PUMP = "input_boolean.pump"
CHARGER = "input_number.charger"
CHARGER_ON = "input_boolean.charger"

HELPERS = {
    "input_number": {
        **{phase.lower(): {"min": 0, "max": 1_000_000, "unit_of_measurement": "A"} for phase in PHASES},
        "charger": {"min": 6, "max": 16, "step": 1, "initial": 16, "unit_of_measurement": "A"},
        "charger_power": {"min": 0, "max": 20_000, "unit_of_measurement": "W"},
    },
    "input_boolean": {
        "boiler": {"initial": True},
        "pump": {"initial": True},
        "charger": {"initial": True},
        "oven": {"initial": True},
    },
}

MAIN: Mapping[str, object] = {
    "limit_kind": "breaker_b",
    "rating": 16.0,
    "phases": list(PHASES),
    "meters": {phase: [meter] for phase, meter in METERS.items()},
}
LOADS: Mapping[str, Mapping[str, object]] = {
    "Boiler": {"entity": BOILER, "nominal": 2300.0, "phases": ["L1"], "importance": 2, "limits": []},
    "Pump": {"entity": PUMP, "nominal": 1150.0, "phases": ["L2"], "importance": 4, "limits": []},
    "Charger": {
        "entity": CHARGER,
        "off_entity": CHARGER_ON,
        "power": "input_number.charger_power",
        "nominal": 11_040.0,
        "phases": list(PHASES),
        "importance": 1,
        "limits": [],
    },
}


def budget_entry(
    loads: Mapping[str, Mapping[str, object]] = LOADS, limits: Mapping[str, Mapping[str, object]] | None = None
) -> MockConfigEntry:
    """Return the entry of a budget, not yet added."""
    limits = {"Main": MAIN} if limits is None else limits
    return MockConfigEntry(
        domain=DOMAIN,
        title="Power budget",
        data={CONF_KIND: KIND_POWER_BUDGET},
        subentries_data=[
            *(
                ConfigSubentryData(data=dict(data), subentry_type=SUBENTRY_LIMIT, title=title, unique_id=title)
                for title, data in limits.items()
            ),
            *(
                ConfigSubentryData(
                    data=dict(data), subentry_type=SUBENTRY_LOAD, title=title, unique_id=str(data["entity"])
                )
                for title, data in loads.items()
            ),
        ],
    )


@dataclass
class Dwelling:
    """The house. `base` is what flows without the loads, in A; `draws` says which of them want power."""

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory
    entry: MockConfigEntry
    period: float = 10.0
    base: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 1.0))
    draws: set[str] = field(default_factory=set)
    silent: bool = False
    factor: float = 1.0

    @property
    def hub(self) -> BudgetHub:
        """What the entry holds now."""
        hub: BudgetHub = self.entry.runtime_data
        return hub

    async def start(self) -> None:
        """Set the helpers up, and the entry."""
        for domain, config in HELPERS.items():
            assert await async_setup_component(self.hass, domain, {domain: config})
        self.entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()
        assert self.entry.state is ConfigEntryState.LOADED

    def is_on(self, entity_id: str) -> bool:
        return self.state(entity_id).state == STATE_ON

    def amps(self) -> float:
        """Return what the charger draws on each phase."""
        if "charger" not in self.draws or not self.is_on(CHARGER_ON):
            return 0.0
        return float(self.state(CHARGER).state)

    def flows(self) -> dict[str, float]:
        """Return the amperes of each phase."""
        amps = self.amps()
        flows = {phase: self.base[phase] + amps for phase in PHASES}
        if "boiler" in self.draws and self.is_on(BOILER):
            flows["L1"] += 10.0
        if "pump" in self.draws and self.is_on(PUMP):
            flows["L2"] += 5.0
        return flows

    async def advance(self, seconds: float) -> None:
        """Let time pass; the meters report what flows once in every period."""
        left = seconds
        while left > 0:
            self.freezer.tick(timedelta(seconds=self.period))
            await self.set(CHARGER.replace("charger", "charger_power"), self.amps() * 3 * VOLTAGE)
            if not self.silent:
                for phase, amperes in self.flows().items():
                    await self.set(METERS[phase], round(amperes * self.factor, 2))
            async_fire_time_changed(self.hass)
            await self.hass.async_block_till_done()
            left -= self.period

    async def set(self, entity_id: str, value: float) -> None:
        """Let a helper show a number."""
        await self.call("input_number", "set_value", entity_id, value=value)

    async def call(self, domain: str, action: str, entity_id: str | None = None, **data: object) -> object:
        """Call an action as a user does, and wait."""
        fields = {"entity_id": entity_id, **data} if entity_id else data
        await self.hass.services.async_call(domain, action, fields, blocking=True)
        return None

    async def manage(self, *titles: str) -> None:
        """Let the budget manage loads, all where none is named, and arm it."""
        for title in titles or [one.title for one in self.entry.get_subentries_of_type(SUBENTRY_LOAD)]:
            await self.call("select", "select_option", self.own("select", title, "load_mode"), option="manage")
        await self.call("switch", "turn_on", self.own("switch", "", "armed"))

    def state(self, entity_id: str) -> State:
        state = self.hass.states.get(entity_id)
        assert state is not None, sorted(self.hass.states.async_entity_ids())
        return state

    def subentry(self, title: str) -> ConfigSubentry:
        return next(one for one in self.entry.subentries.values() if one.title == title)

    def own(self, platform: str, title: str, key: str) -> str:
        """Return the id of an entity of the budget: of a limit or load by its title, or of the whole."""
        owner = self.subentry(title).subentry_id if title else self.entry.entry_id
        entity_id = er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, f"{owner}#{key}")
        assert entity_id is not None, (platform, title, key)
        return entity_id

    def shown(self, platform: str, title: str, key: str) -> str:
        """Return the state of an entity of the budget."""
        return self.state(self.own(platform, title, key)).state

    def change(self, title: str, **data: object) -> None:
        """Change the settings of a limit or a load."""
        one = self.subentry(title)
        self.hass.config_entries.async_update_subentry(self.entry, one, data=MappingProxyType({**one.data, **data}))
