"""What a power budget entry holds while it is loaded: its loop, what users choose, and who is told."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
import math
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import async_call_later

from ..const import DOMAIN, EVENT_DECISION
from ..power.budget import Budget
from ..power.decisions import Decision
from ..power.loads import Mode
from ..power.policy import STRATEGIES
from ..roster import Roster
from ..things.adapter import Unsubscribe
from ..things.documents import JsonObject
from .house import House
from .kept import Cap, Kept
from .loop import Loop, now
from .supplies import feeds_us
from .telling import Teller

type PowerBudgetConfigEntry = ConfigEntry[BudgetHub]

SHOW_AFTER_S: Final = 0.2

TWICE_S: Final = 60.0
"""Who lets a load be managed that feeds us says so twice within that time."""

_MOST_RECENT: Final = 200

type EntitiesOf = Callable[[Platform], Iterable[tuple[str | None, Iterable[Entity]]]]


class BudgetHub(Roster):
    """Runs one budget. It has no Things: its entities are its own."""

    def __init__(self, hass: HomeAssistant, entry: PowerBudgetConfigEntry, house: House, kept: Kept) -> None:
        """Take over what the entry describes and what was kept; nothing is followed before `async_start`."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.house = house
        self.kept = kept
        self.teller = Teller(house=house, words={})
        self.make_entities: EntitiesOf = lambda _: ()
        self.make_overview: Callable[[], JsonObject] = dict
        self.device_id = ""
        self.reasons: dict[str, str] = {}
        """By load: the sentence of the last decision about it, as far as there was one since the start."""
        self.withdrawn: set[str] = set()
        """Loads that were managed until they came to feed us."""
        self.recent: deque[tuple[float, JsonObject]] = deque(maxlen=_MOST_RECENT)
        """The last decisions since the start: when, and what their events said."""
        self._listeners: list[Callable[[], None]] = []
        self._decision_listeners: list[Callable[[Decision, JsonObject], None]] = []
        self._asked_at: dict[str, float] = {}
        self._untold: list[tuple[Decision, JsonObject]] = []
        self._on_tick: Callable[[], None] = lambda: None
        self._showing: CALLBACK_TYPE | None = None
        self.loop = Loop(hass, entry, house, kept, self._decided)

    @property
    def budget(self) -> Budget:
        """The budget that runs."""
        return self.loop.budget

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing is sent."""
        return self.loop.shadow is not None

    @callback
    def async_start(self, on_tick: Callable[[], None]) -> None:
        """Run; `on_tick` is called every few seconds."""
        self._on_tick = on_tick
        self.loop.async_start(self._stepped, self._ticked)
        self._show()

    @callback
    def _stepped(self) -> None:
        """Show what has changed, soon: commands go first, and the phases of one meter report together."""
        if self._showing is None and self._listeners:
            self._showing = async_call_later(self.hass, SHOW_AFTER_S, self._show)

    @callback
    def _show(self, _now: datetime | None = None) -> None:
        if self._showing:
            self._showing()
            self._showing = None
        untold, self._untold = self._untold, []
        for decision, data in untold:
            for told in tuple(self._decision_listeners):
                told(decision, data)
        for listener in tuple(self._listeners):
            listener()

    def _ticked(self) -> None:
        for limit, cap in tuple(self.kept.choices.caps.items()):
            if cap.until is not None and now() >= cap.until:
                self.async_cap(limit, None)
        self.async_withdraw()
        self._on_tick()

    def _decided(self, decision: Decision, context: Context) -> None:
        """Tell of a decision: an event on the bus at once, as commands follow it, and to those who listen, soon."""
        self.kept.tally.decisions += 1
        enrolled = self.house.loads.get(decision.load)
        entity_id = enrolled.actuator.entity_id if enrolled else ""
        data = self.teller.event(decision, entity_id, dry_run=self.is_dry_run)
        if decision.load:
            self.reasons[decision.load] = str(data["message"])
        self.recent.append((now(), data))
        self.hass.bus.async_fire(EVENT_DECISION, {"entry_id": self.entry.entry_id, **data}, context=context)
        self._untold.append((decision, data))

    # ------------------------------------------------------------------------------------------ what users choose

    @callback
    def async_set_mode(self, load: str, mode: Mode) -> None:
        """Let the user allow something else with a load. Raises ServiceValidationError, once, where it feeds us."""
        enrolled = self.house.loads[load]
        if mode is Mode.MANAGE and (enrolled.feeds_us or feeds_us(self.hass, enrolled.actuator.entity_id) is not False):
            self._ask_twice(load)
            self.kept.choices.agreed.add(load)
        elif mode is not Mode.MANAGE:
            self.kept.choices.agreed.discard(load)
        self.withdrawn.discard(load)
        self.kept.choices.modes[load] = mode
        self.loop.touch(load)
        self._chosen()

    @callback
    def async_withdraw(self) -> None:
        """Manage no more what has come to feed us since its user said that it is to be managed."""
        choices = self.kept.choices
        for load, enrolled in self.house.loads.items():
            managed = choices.modes.get(load) is Mode.MANAGE and load not in choices.agreed and not enrolled.feeds_us
            if managed and feeds_us(self.hass, enrolled.actuator.entity_id):
                choices.modes[load] = Mode.OBSERVE
                self.withdrawn.add(load)
                self.loop.touch(load)
                self._chosen()

    def _ask_twice(self, load: str) -> None:
        if self.kept.choices.modes.get(load) is Mode.MANAGE or now() - self._asked_at.pop(load, -math.inf) <= TWICE_S:
            return
        self._asked_at[load] = now()
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="feeds_us",
            translation_placeholders={"load": self.teller.title(load)},
        )

    @callback
    def async_arm(self, *, armed: bool) -> None:
        """Begin to act, or stop; what was reduced comes back one by one."""
        self.kept.choices.armed = self.budget.armed = armed
        self._chosen()

    @callback
    def async_follow(self, strategy: str) -> None:
        """Follow another strategy, with all that is known kept."""
        self.kept.choices.strategy = strategy
        self.budget.policy = STRATEGIES[strategy]
        self._chosen()

    async def async_set_dry_run(self, *, dry_run: bool) -> None:
        """Begin or end a dry run. What is really reduced is handed back first, where there is room."""
        if dry_run == self.is_dry_run:
            return
        if dry_run:
            await self.async_hand_back()
        self.loop.renew(dry_run=dry_run)
        self._chosen()

    @callback
    def async_cap(self, limit: str, value: float | None, until: float | None = None) -> None:
        """Set a limit lower, until a time or for ever; None is its rating again. Raises ValueError above that."""
        self.budget.cap(limit, value)
        self.kept.choices.caps.pop(limit, None)
        if value is not None and value < self.house.site.limits[limit].rating:
            self.kept.choices.caps[limit] = Cap(value=value, until=until)
        self._chosen()

    @callback
    def async_shed(self, load: str, level: float, seconds: float) -> Decision:
        """Reduce a load because its user asks. Raises RefusedError."""
        return self._asked(self.budget.shed(load, level, seconds))

    @callback
    def async_restore(self, load: str) -> Decision:
        """Give a load back because its user asks. Raises RefusedError."""
        return self._asked(self.budget.restore(load))

    @callback
    def async_hold(self, load: str, seconds: float) -> None:
        """Leave a load alone for so long."""
        self.budget.hold(load, seconds)
        self._chosen()

    async def async_hand_back(self) -> tuple[str, ...]:
        """Give back all that there is room for, now; return the names of the loads that stay reduced."""
        return tuple(self.teller.title(one.load) for one in await self.loop.async_hand_back())

    def _asked(self, decision: Decision) -> Decision:
        self.loop.do([decision])
        self._chosen()
        return decision

    def _chosen(self) -> None:
        self.kept.save_later()
        self.loop.step()
        self._show()

    # ------------------------------------------------------------------------------------------- what others need

    @callback
    def async_listen(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` after every step."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_listen_decisions(self, listener: Callable[[Decision, JsonObject], None]) -> Unsubscribe:
        """Call `listener` with every decision and the data of its event."""
        self._decision_listeners.append(listener)
        return lambda: self._decision_listeners.remove(listener)

    def use_words(self, words: Mapping[str, str]) -> None:
        """Tell decisions in these words."""
        self.teller = replace(self.teller, words=words)

    @override
    def entities(self, platform: Platform) -> Iterable[tuple[str | None, Iterable[Entity]]]:
        """Return the budget's own entities."""
        return self.make_entities(platform)

    @override
    def overview(self) -> JsonObject:
        """Return how its limits and loads stand."""
        return self.make_overview()

    @override
    async def async_close(self) -> None:
        """Write down what is known. Loads stay as they are, and the next start goes on with them."""
        if self._showing:
            self._showing()
            self._showing = None
        await self.kept.async_close()

    @override
    def facts(self) -> JsonObject:
        """Return what is limited and how it stands; names of entities and titles stay in the house."""
        return {
            "limits": [
                {
                    "kind": limit.kind.value,
                    "rating": limit.rating,
                    "phases": [phase.value for phase in limit.phases],
                    "periods": [round(self.budget.rows[row].period, 1) for row in limit.rows],
                }
                for limit in self.house.site.limits.values()
            ],
            "loads": [
                {"domain": one.actuator.domain, "levels": list(one.load.levels), "mode": self.loop.mode(name).value}
                for name, one in self.house.loads.items()
            ],
            "reduced": len(self.budget.ledger.owned),
            "armed": self.budget.armed,
            "dry_run": self.is_dry_run,
        }

    @override
    def facts_of(self, coordinator: object) -> JsonObject:
        """Return nothing: there are no Things."""
        return {}
