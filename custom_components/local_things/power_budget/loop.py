"""The loop of one budget in Home Assistant: entities report, the budget decides, actions are called."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import math
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF
from homeassistant.core import (
    Context,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
    async_track_time_interval,
)
from homeassistant.util import dt as dt_util

from ..power.budget import LONGEST_STEP, Budget
from ..power.decisions import Decision
from ..power.learn import PhaseLearner
from ..power.ledger import Ledger, Owned
from ..power.limits import Row
from ..power.loads import LoadReading, Mode
from ..power.policy import PROTECT, STRATEGIES
from ..power.shadow import Shadow
from .batteries import Batteries
from .controls import calls_for, level_of
from .deliveries import Deliveries
from .house import House
from .kept import Kept
from .metering import Metering
from .outbox import Command, Outbox
from .readings import has_state, measured

TICK: Final = timedelta(seconds=5)
"""So often the loop runs where nothing is reported: that something is silent has to be noticed too."""


@dataclass(slots=True, kw_only=True)
class Following:
    """What is known of the entities of a load, which draws so many W.

    `stranger` says that somebody else has set it since our last command.
    """

    level: float = 0.0
    stranger: bool = False
    watts: float = 0.0


class Loop:
    """Feeds a budget and carries out what it decides. A dry run feeds a shadow of the house, and sends nothing."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        house: House,
        kept: Kept,
        on_decision: Callable[[Decision, Context], None],
    ) -> None:
        """Begin with what was kept; nothing is followed before `start`."""
        self.house = house
        self._hass = hass
        self._entry = entry
        self._kept = kept
        self._on_decision = on_decision
        self._after_step: Callable[[], None] = lambda: None
        self._on_tick: Callable[[], None] = lambda: None
        self._outbox = Outbox(hass, kept)
        self._metering = Metering(house)
        self._deliveries = Deliveries(house, kept)
        self._batteries = Batteries(house)
        self._following = {name: Following() for name in house.loads}
        self._changed = set(house.loads)
        self._contexts: dict[str, str] = {}
        self._counted = now()
        self.learner = PhaseLearner(house.site, kept.phases)
        self.shadow = Shadow(house.site) if kept.choices.dry_run else None
        self.budget = self._new_budget()

    def _new_budget(self) -> Budget:
        """Begin a budget with what is kept; one in a dry run begins with nothing, and nothing of it is kept."""
        choices = self._kept.choices
        ledger = Ledger() if self.shadow else self._kept.ledger
        budget = Budget(self.house.site, now(), ledger, STRATEGIES.get(choices.strategy, PROTECT))
        if not self.shadow:
            self._kept.ledger = budget.ledger
        budget.armed = choices.armed
        for limit, cap in choices.caps.items():
            budget.cap(limit, min(cap.value, self.house.site.limits[limit].rating))
        return budget

    @callback
    def async_start(self, after_step: Callable[[], None], on_tick: Callable[[], None]) -> None:
        """Follow meters and loads. `after_step` is called after every step, `on_tick` every few seconds."""
        self._after_step, self._on_tick = after_step, on_tick
        meters, loads = self._metering.entities, self.house.followed
        for stop in (
            async_track_state_change_event(self._hass, meters, self._meter_changed),
            async_track_state_report_event(self._hass, meters, self._meter_reported),
            async_track_state_change_event(self._hass, loads, self._load_changed),
            async_track_time_interval(self._hass, self._tick, TICK, cancel_on_shutdown=True, name="power budget"),
        ):
            self._entry.async_on_unload(stop)
        self.step()

    def renew(self, *, dry_run: bool) -> None:
        """Begin anew, in a dry run or in earnest. What is really reduced stays in the ledger that is kept."""
        self._kept.choices.dry_run = dry_run
        self.shadow = Shadow(self.house.site) if dry_run else None
        self.budget = self._new_budget()
        self._batteries = Batteries(self.house)
        self._changed = set(self.house.loads)
        self.step()

    # ------------------------------------------------------------------------------------------- what is reported

    @callback
    def _meter_changed(self, event: Event[EventStateChangedData]) -> None:
        if state := event.data["new_state"]:
            self._metered(state)

    @callback
    def _meter_reported(self, event: Event[EventStateReportedData]) -> None:
        self._metered(event.data["new_state"])

    def _metered(self, state: State) -> None:
        if rows := self._metering.take(state):
            self.step(rows)

    @callback
    def _load_changed(self, event: Event[EventStateChangedData]) -> None:
        entity_id = event.data["entity_id"]
        for name, one in self.house.loads.items():
            if entity_id in (one.actuator.entity_id, one.actuator.off_entity):
                self._note_stranger(name, event)
                self._changed.add(name)
            elif entity_id == one.power:
                self._changed.add(name)
        self.step()

    def _note_stranger(self, name: str, event: Event[EventStateChangedData]) -> None:
        """Note that a person or a rule has changed a load since our last command: its own reports name nobody."""
        context, following = event.context, self._following[name]
        level = level_of(self._hass, self.house.loads[name].actuator)
        ours = self._contexts.get(name) in (context.id, context.parent_id)
        if (context.user_id or context.parent_id) and not ours and level not in (None, following.level):
            following.stranger = True

    @callback
    def _tick(self, _at: datetime) -> None:
        self.step()
        self._on_tick()

    def step(self, meters: Mapping[Row, float] | None = None) -> None:
        """Let the budget take in what is new, and do what it decides."""
        at, meters = now(), meters or {}
        self._count(at)
        readings = {name: self._reading(name, at) for name in sorted(self._changed)}
        self._changed.clear()
        for name, reading in readings.items():
            self.learner.load(at, name, reading.power if reading.available else None)
        for row, value in meters.items():
            if math.isfinite(value):
                self.learner.meter(at, row, value)
        if self.learner.settle(at):
            self._kept.phases = dict(self.learner.phases)
            self._kept.save_later()
        if self.shadow:
            readings, meters = self.shadow.loads(readings), self.shadow.meters(meters)
        if summed := self._metering.summed(readings):
            meters = {**meters, **summed}
        self._batteries.tell(self.budget, at, self._state)
        self.do(self.budget.step(at, meters, readings))
        self._after_step()

    def _reading(self, name: str, at: float) -> LoadReading:
        """Return what a load does now. One that does not answer keeps its last level."""
        enrolled, following = self.house.loads[name], self._following[name]
        level = level_of(self._hass, enrolled.actuator)
        if level is not None:
            following.level = level
        power = measured(self._state(enrolled.power), self._metering.watt, self.house.site.voltage)
        if power is not None and power > self._kept.power.get(name, 0.0):
            self._kept.power[name] = power
        reading = LoadReading(
            level=following.level,
            power=power,
            available=level is not None,
            mode=self.mode(name),
            by_other=following.stranger,
            importance=self._deliveries.importance(name, at),
        )
        following.watts = reading.draw(enrolled.load)
        return reading

    def _state(self, entity_id: str) -> State | None:
        state = self._hass.states.get(entity_id) if entity_id else None
        return state if has_state(state) else None

    # ---------------------------------------------------------------------------------------------- what is done

    def do(self, decisions: Iterable[Decision]) -> None:
        """Tell of decisions, and send their commands; in a dry run nothing is sent."""
        decided = tuple(decisions)
        if not decided:
            return
        context = Context()
        for decision in decided:
            self._on_decision(decision, context)
        if self.shadow:
            self._pretend(self.shadow, decided)
        elif commands := self._commands(decided, context):
            sending = self._outbox.async_send(commands)
            _ = self._entry.async_create_task(self._hass, sending, "power budget commands")
        else:
            self._kept.save_later()

    def _commands(self, decided: Iterable[Decision], context: Context) -> tuple[Command, ...]:
        return tuple(self._command(one.load, one.level, context) for one in decided if one.level is not None)

    def _pretend(self, shadow: Shadow, decided: Iterable[Decision]) -> None:
        """Count commands as obeyed that nobody sends."""
        told = shadow.tell(decided)
        self._changed |= told
        for name in told:
            self._following[name].stranger = False

    def _command(self, load: str, level: float, context: Context) -> Command:
        """Return the calls for a load, and remember what only they can know: how it was, and that it was us."""
        enrolled = self.house.loads[load]
        state = self._state(enrolled.actuator.entity_id)
        before = self._kept.before.get(load, "")
        if not level and state and state.state != STATE_OFF:
            before = self._kept.before[load] = state.state
        self._following[load].stranger = False
        self._contexts[load] = context.id
        self._changed.add(load)
        return Command(
            load=load,
            title=enrolled.load.title,
            calls=calls_for(self._hass, enrolled.actuator, level, before),
            context=context,
        )

    def _count(self, at: float) -> None:
        """Count for how long loads are reduced, and the peaks of tariff windows."""
        tally = self._kept.tally
        tally.turn(dt_util.now().date().isoformat())
        passed, self._counted = min(max(at - self._counted, 0.0), LONGEST_STEP), at
        for name, owned in self.budget.ledger.owned.items():
            if not owned.is_returning:
                tally.shed[name] = tally.shed.get(name, 0.0) + passed
        self._deliveries.count(at, {name: self._following[name].watts * passed for name in self._deliveries.loads})
        self._changed |= self._deliveries.loads  # their time goes by
        for row, mean in self._metering.ended_windows(self.budget):
            tally.peaks[row.limit] = max(tally.peaks.get(row.limit, 0.0), mean)

    async def async_hand_back(self) -> tuple[Owned, ...]:
        """Give back all that there is room for, now; return what stays reduced."""
        handed, context = self.budget.hand_back(), Context()
        for decision in handed.commands:
            self._on_decision(decision, context)
        if self.shadow:
            self._pretend(self.shadow, handed.commands)
        elif handed.commands:
            await self._outbox.async_send(self._commands(handed.commands, context))
        return handed.left

    # ------------------------------------------------------------------------------------------- what others need

    def touch(self, load: str) -> None:
        """Let the budget hear of a load anew at the next step."""
        self._changed.add(load)

    def mode(self, load: str) -> Mode:
        """Return what the user allows with a load. A dry run does what it would if every load were managed."""
        mode = self._kept.choices.modes.get(load, Mode.OBSERVE)
        return Mode.MANAGE if self.shadow and mode is Mode.OBSERVE else mode

    def is_reachable(self, load: str) -> bool:
        """Tell whether the entity of a load says anything."""
        return level_of(self._hass, self.house.loads[load].actuator) is not None


def now() -> float:
    """Return the wall clock's seconds, as the budget takes them."""
    return dt_util.utcnow().timestamp()
