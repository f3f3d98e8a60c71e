"""What the user sets at the budget's entities, and the entity that fires with every decision."""

from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import UnitOfElectricCurrent, UnitOfPower
from homeassistant.core import callback

from ..power.decisions import Decision, DecisionKind
from ..power.loads import Mode
from ..power.policy import STRATEGIES
from ..things.documents import JsonObject
from .entity import CONFIG, BudgetEntity, Subject
from .identifying import identify_phases

ARMED: Final = SwitchEntityDescription(key="armed")
DRY_RUN: Final = SwitchEntityDescription(key="dry_run", entity_category=CONFIG)
STRATEGY: Final = SelectEntityDescription(key="strategy", entity_category=CONFIG, options=list(STRATEGIES))
MODE: Final = SelectEntityDescription(key="load_mode", options=[mode.value for mode in Mode])
RESTORE_ALL: Final = ButtonEntityDescription(key="restore_all")
IDENTIFY_PHASES: Final = ButtonEntityDescription(key="identify_phases", entity_category=CONFIG)
DECISION: Final = EventEntityDescription(key="decision")
CAP_CURRENT: Final = NumberEntityDescription(
    key="cap_current",
    device_class=NumberDeviceClass.CURRENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    entity_category=CONFIG,
    native_min_value=0,
    native_step=0.5,
    mode=NumberMode.BOX,
)
CAP_POWER: Final = NumberEntityDescription(
    key="cap_power",
    device_class=NumberDeviceClass.POWER,
    native_unit_of_measurement=UnitOfPower.WATT,
    entity_category=CONFIG,
    native_min_value=0,
    native_step=10,
    mode=NumberMode.BOX,
)


class ArmedSwitch(BudgetEntity, SwitchEntity):
    """Lets the budget act."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether it may act."""
        return self.hub.budget.armed

    @property
    @override
    def shown(self) -> object:
        """The same."""
        return self.is_on

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Arm."""
        self.hub.async_arm(armed=True)

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Disarm: what is reduced comes back one by one."""
        self.hub.async_arm(armed=False)


class DryRunSwitch(BudgetEntity, SwitchEntity):
    """Lets the budget decide and send nothing."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether nothing is sent."""
        return self.hub.is_dry_run

    @property
    @override
    def shown(self) -> object:
        """The same."""
        return self.is_on

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Begin, after what is reduced was handed back."""
        await self.hub.async_set_dry_run(dry_run=True)

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """End."""
        await self.hub.async_set_dry_run(dry_run=False)


class StrategySelect(BudgetEntity, SelectEntity):
    """Chooses how early the budget acts."""

    @property
    @override
    def current_option(self) -> str:
        """The strategy that is followed."""
        return self.hub.kept.choices.strategy

    @property
    @override
    def shown(self) -> object:
        """The same."""
        return self.current_option

    @override
    async def async_select_option(self, option: str) -> None:
        """Follow another one."""
        self.hub.async_follow(option)


class ModeSelect(BudgetEntity, SelectEntity):
    """Says what the budget may do with a load."""

    @property
    @override
    def current_option(self) -> str:
        """What the user allows."""
        return self.hub.kept.choices.modes.get(self.subject.id, Mode.OBSERVE).value

    @property
    @override
    def shown(self) -> object:
        """The same."""
        return self.current_option

    @override
    async def async_select_option(self, option: str) -> None:
        """Allow something else."""
        self.hub.async_set_mode(self.subject.id, Mode(option))


class CapNumber(BudgetEntity, NumberEntity):
    """Sets a limit lower than its rating, never higher."""

    def __init__(self, subject: Subject, row: NumberEntityDescription) -> None:
        """Allow up to the rating."""
        super().__init__(subject, row)
        self._attr_native_max_value = subject.limit.rating

    @property
    @override
    def native_value(self) -> float:
        """What is allowed now."""
        cap = self.hub.kept.choices.caps.get(self.subject.id)
        return cap.value if cap else self.subject.limit.rating

    @property
    @override
    def shown(self) -> object:
        """The same."""
        return self.native_value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Allow so much, until it is set again."""
        self.hub.async_cap(self.subject.id, value)


class RestoreButton(BudgetEntity, ButtonEntity):
    """Gives back what there is room for, without waiting."""

    @property
    @override
    def shown(self) -> object:
        """Nothing changes by itself."""
        return None

    @override
    async def async_press(self) -> None:
        """Give back."""
        await self.hub.async_hand_back()


class IdentifyPhasesButton(RestoreButton):
    """Writes the phases of loads into their settings, where they are known for certain."""

    @override
    async def async_press(self) -> None:
        """Write."""
        identify_phases(self.hub, apply=True)


class DecisionEvent(BudgetEntity, EventEntity):
    """Fires with every decision of the budget, or about one limit: its numbers, and the sentence that says why."""

    _attr_event_types = [kind.value for kind in DecisionKind]  # noqa: RUF012 (as Home Assistant declares it)

    @property
    @override
    def shown(self) -> object:
        """Nothing changes between decisions."""
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Listen from now on."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hub.async_listen_decisions(self._decided))

    def _concerns(self, decision: Decision) -> bool:
        """Tell whether a decision is about what this is the event of; of one without rows its load says so."""
        if not self.subject.id:
            return True
        below = self.hub.house.site.below
        return any(row.row.limit == self.subject.id for row in decision.rows) or (
            not decision.rows and any(decision.load in below[row] for row in self.subject.limit.rows)
        )

    @callback
    def _decided(self, decision: Decision, data: JsonObject) -> None:
        if not self._concerns(decision):
            return
        attributes = {name: value for name, value in data.items() if name != "type"}
        self._trigger_event(decision.kind.value, attributes)
        self.async_write_ha_state()
