"""The invariants of the budget under every fault, in any order: after each step all of them are looked at."""

from collections import defaultdict
import json
import math
from typing import override

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
import pytest

from custom_components.local_things.power.budget import Budget
from custom_components.local_things.power.decisions import Decision, DecisionKind
from custom_components.local_things.power.ledger import Ledger
from custom_components.local_things.power.limits import Row
from custom_components.local_things.power.loads import LoadReading, Mode, Site
from custom_components.local_things.power.policy import PROTECT
from custom_components.local_things.power.rows import ON_CHANGE_SILENT

from .plant import ALL, CHANGES, LEVELS, LOADS, Plant, flipped, frozen, no_number, silent, thousandfold

BY_ID = {one.id: one for one in LOADS}
MANAGED = ("charger", "boiler", "pump", "oven", "somewhere", "iron")
names = st.sampled_from([one.id for one in LOADS])
managed = st.sampled_from(MANAGED)
type Input = tuple[float, dict[Row, float], dict[str, LoadReading]]


class PowerBudget(RuleBasedStateMachine):
    """Drives a plant; keeps its own book of what the budget has done, from the commands alone."""

    def __init__(self) -> None:
        super().__init__()
        self.plant = Plant()
        self.taken: dict[str, float] = {}  # by load: the level before the budget's first reduction
        self.sent: list[tuple[float, Decision]] = []
        self.off_at: dict[str, float] = {}
        self.on_at: dict[str, float] = {}
        self.starts: defaultdict[str, list[float]] = defaultdict(list)
        self.theirs_until: dict[str, float] = {}
        self.good_at = dict.fromkeys(self.plant.budget.rows, -math.inf)
        self.heard_since = dict.fromkeys(self.plant.budget.rows, math.inf)
        self.futile: dict[Row, float] = {}
        self.inputs: list[Input] = []
        self.outputs: list[tuple[Decision, ...]] = []
        self.begin: tuple[float, str] = (self.plant.clock, self.plant.disk)
        self.honest = True

    @initialize(
        base=st.lists(st.floats(0.2, 6.0), min_size=3, max_size=3),
        wanting=st.sets(names, min_size=3),
        level=st.sampled_from(LEVELS[:4]),
        on_change=st.booleans(),
    )
    def begin_with(self, base: list[float], wanting: set[str], level: float, *, on_change: bool) -> None:
        if on_change:
            self.plant.on_change, self.plant.limits = True, CHANGES
            self.plant.budget = self.plant.new_budget()
        self.plant.base = dict(zip(ALL, base, strict=True))
        self.plant.want(*wanting)
        self.plant.switches["charger"].level = level
        self.steps(8)

    # ---------------------------------------------------------------------------------------------- what happens

    @rule(steps=st.integers(1, 30))
    def time_passes(self, steps: int) -> None:
        self.steps(steps)

    @rule(name=names, wants=st.booleans())
    def a_load_has_work_or_not(self, name: str, wants: bool) -> None:
        self.plant.switches[name].wants = wants
        self.steps(3)

    @rule(phase=st.sampled_from(ALL), amperes=st.sampled_from((0.2, 0.2, 14.0, 20.0)) | st.floats(0.1, 15.0))
    def something_else_draws(self, phase: object, amperes: float) -> None:
        self.plant.base |= {one: amperes for one in ALL if one == phase}
        self.steps(3)

    @rule(name=managed, delay=st.sampled_from((1.0, 1.0, 60.0, None)))
    def a_switch_obeys_late_or_never(self, name: str, delay: float | None) -> None:
        self.plant.switches[name].delay = delay

    @rule(name=managed, available=st.booleans())
    def a_load_is_away_or_back(self, name: str, available: bool) -> None:
        self.plant.switches[name].available = available

    @rule(lie=st.sampled_from((silent, thousandfold, flipped, no_number, None)), steps=st.integers(1, 20))
    def the_meter_lies(self, lie: object, steps: int) -> None:
        # Nobody can tell a frozen meter from a true one until something changes: it counts as one.
        self.honest, honest = lie is None, self.plant.lie
        self.plant.lie = lie or frozen()  # type: ignore[assignment]  # one of the lies
        self.steps(steps)
        self.plant.lie, self.honest = honest, True
        self.steps(1)

    @rule(name=managed)
    def a_person_toggles(self, name: str) -> None:
        plant, switch = self.plant, self.plant.switches[name]
        owned = plant.budget.ledger.owned.get(name)
        if any(one[1] == name for one in plant.coming) or not switch.available:
            return
        switch.level = 0.0 if switch.level else 1.0
        if owned and owned.obeyed and not owned.is_returning:
            self.taken.pop(name)
            self.theirs_until[name] = plant.now + PROTECT.override
        self.steps(2)
        if name in self.theirs_until:
            assert name not in plant.budget.ledger.owned, "what somebody has set stays owned"

    @rule(name=managed, mode=st.sampled_from((Mode.OBSERVE, Mode.NEVER, Mode.PAUSED, Mode.MANAGE)))
    def the_user_changes_the_mode(self, name: str, mode: Mode) -> None:
        self.plant.modes[name] = mode
        self.steps(2)

    @rule(back=st.floats(-200_000.0, -11.0) | st.floats(130.0, 200_000.0))
    def the_clock_jumps(self, back: float) -> None:
        self.plant.skew += back
        self.heard_since = dict.fromkeys(self.heard_since, math.inf)
        self.steps(3)

    @rule(value=st.floats(0.0, 16.0) | st.none())
    def the_limit_is_lowered(self, value: float | None) -> None:
        self.check_replay()
        self.plant.budget.cap("main", value)
        self.begin_anew()

    @rule(beyond=st.floats(16.1, 100.0))
    def nobody_raises_it_above_the_rating(self, beyond: float) -> None:
        with pytest.raises(ValueError, match="between 0 and 16"):
            self.plant.budget.cap("main", beyond)

    @rule(armed=st.booleans())
    def armed_or_not(self, armed: bool) -> None:
        self.check_replay()
        self.plant.budget.armed = armed
        self.begin_anew()

    @rule()
    def killed_and_started(self) -> None:
        self.check_replay()
        owned = set(Ledger.load(json.loads(self.plant.disk)).owned)
        self.plant.budget = self.plant.new_budget()
        assert set(self.plant.budget.ledger.owned) == owned
        self.plant.disk = json.dumps(self.plant.budget.ledger.dump(), allow_nan=False)
        self.heard_since = dict.fromkeys(self.heard_since, math.inf)
        self.futile.clear()
        self.begin = (self.plant.clock, self.plant.disk)
        self.inputs.clear()
        self.outputs.clear()

    @rule()
    def handed_back(self) -> None:
        self.check_replay()
        plant = self.plant
        owned = {name for name, one in plant.budget.ledger.owned.items() if not one.is_returning}
        back = plant.budget.hand_back()
        assert {one.load for one in back.commands} | {one.load for one in back.left} == owned
        for one in back.commands:
            self.check_command(one)
        plant.disk = json.dumps(plant.budget.ledger.dump(), allow_nan=False)
        plant.send(back.commands)
        self.begin_anew()

    # --------------------------------------------------------------------------------------------- what must hold

    def begin_anew(self) -> None:
        """Nothing more to replay: the budget was told something that is no sample."""
        self.begin = (math.nan, "")
        self.inputs.clear()
        self.outputs.clear()

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.one_step()

    def one_step(self) -> None:
        plant = self.plant
        levels = {name: switch.level for name, switch in plant.switches.items()}
        plant.advance()
        self.watch_levels(levels)
        meters, readings = plant.meters(), plant.readings()
        true = plant.amperes()
        for row, value in meters.items():
            # A lie that is as good as the truth; a little less than nothing is read as nothing.
            if self.honest or abs(max(value, 0.0) - true[row]) < 1.0:
                self.good_at[row] = plant.now
                self.heard_since[row] = min(self.heard_since[row], plant.now)
        decided = plant.budget.step(plant.clock, meters, readings)
        self.inputs.append((plant.clock, meters, readings))
        self.outputs.append(decided)
        plant.disk = json.dumps(plant.budget.ledger.dump(), allow_nan=False)
        for one in decided:
            self.check_decision(one)
        plant.send(decided)

    def watch_levels(self, before: dict[str, float]) -> None:
        for name, switch in self.plant.switches.items():
            if switch.level and not before[name]:
                self.on_at[name] = self.plant.now

    def check_decision(self, one: Decision) -> None:
        if one.kind is DecisionKind.FUTILE:
            self.futile[one.rows[0].row] = self.plant.now
        if one.kind in {DecisionKind.RELEASED, DecisionKind.OVERRIDE} or (
            one.kind is DecisionKind.CONTESTED and one.level is None
        ):
            self.taken.pop(one.load, None)
        if one.level is not None:
            self.check_command(one)

    def check_command(self, one: Decision) -> None:
        plant, load, now = self.plant, BY_ID[one.load], self.plant.now
        assert one.level is not None
        # I1, I3
        assert plant.readings()[load.id].mode is Mode.MANAGE, "a load that is not managed"
        assert now > self.theirs_until.get(load.id, -math.inf), "a load that somebody else has set"
        # I7
        burst = [at for at, _ in self.sent if now - at < PROTECT.burst_seconds]
        lately = [at for at, _ in self.sent if now - at < PROTECT.most_seconds]
        rushed = any(row.time_to_trip < PROTECT.emergency for row in one.rows)
        assert rushed or (len(burst) < PROTECT.burst and len(lately) < PROTECT.most), "too many commands"
        self.sent.append((now, one))
        if one.kind is DecisionKind.RESTORE:
            self.check_restore(one, one.level)
        else:
            self.check_reduction(one, one.level)

    def check_restore(self, one: Decision, level: float) -> None:
        plant, load, now = self.plant, BY_ID[one.load], self.plant.now
        # I2
        assert load.id in self.taken, "turned on what it did not turn off"
        assert level <= self.taken[load.id], "more than it was before"
        assert load.auto_restore, "what must not come back by itself"
        # I5
        if load.id in self.off_at:
            assert now - self.off_at.pop(load.id) >= load.min_off, "off too short"
            self.starts[load.id].append(now)
            assert sum(now - at < 3600.0 for at in self.starts[load.id]) <= load.max_starts, "too many starts"
        # I6
        for row in plant.budget._state.site.shares[load.id]:
            meter = plant.budget._state.site.limits[row.limit].rows if plant.on_change else (row,)
            assert now - max(self.good_at[one] for one in meter) <= 3 * plant.period, "restored without a meter"
            assert now - self.heard_since[row] >= 2 * plant.period, "restored before the meter was heard for a while"

    def check_reduction(self, one: Decision, level: float) -> None:
        plant, load, now = self.plant, BY_ID[one.load], self.plant.now
        repeated = one.load in self.taken and not one.rows
        assert plant.budget.armed or repeated, "reduced while not armed"
        assert level < plant.switches[load.id].level, "allowed more, and not called so"
        self.taken.setdefault(load.id, plant.switches[load.id].level)
        if level == 0.0:
            self.off_at.setdefault(load.id, now)
        if repeated:
            return
        # I5
        hurry = any(row.time_to_trip < plant.period + PROTECT.latency for row in one.rows)
        assert hurry or now - self.on_at.get(load.id, -math.inf) >= load.min_on, "on too short"
        # I6: of a meter that tells changes only, silence is no blindness
        patience = ON_CHANGE_SILENT if plant.on_change else 3 * plant.period
        blind = all(now - self.good_at[row.row] > patience for row in one.rows)
        assert level > 0.0 or not blind or any(row.value > row.room for row in one.rows), "shed blindly"
        # I8
        if one.rows and not one.favours:  # of a meter that was never heard there are no figures
            assert not all(now - self.futile.get(row.row, -math.inf) < 600.0 for row in one.rows), "it did not help"

    @invariant()
    def ledger_on_disk_holds_every_command(self) -> None:
        # I9
        ledger = Ledger.load(json.loads(self.plant.disk))
        assert ledger == self.plant.budget.ledger
        for _, name, level in self.plant.coming:
            later = [one for _, one in self.sent if one.load == name]
            if later and later[-1].level == level and name not in self.theirs_until:
                mode = self.plant.readings()[name].mode
                assert name in ledger.owned or mode in {Mode.OBSERVE, Mode.NEVER}, "sent, and not in the ledger"

    def check_replay(self) -> None:
        # I12
        begin, disk = self.begin
        if math.isnan(begin):
            return
        budget = Budget(Site(self.plant.limits, LOADS), begin, Ledger.load(json.loads(disk)))
        assert [budget.step(*one) for one in self.inputs] == self.outputs

    @override
    def teardown(self) -> None:
        self.check_replay()
        self.all_comes_back()

    def all_comes_back(self) -> None:
        """With everything in order and nothing to do, in a while nothing is reduced that may come back by itself."""
        plant = self.plant
        plant.modes.clear()
        plant.budget.cap("main", None)
        for switch in plant.switches.values():
            switch.available, switch.delay, switch.wants = True, 1.0, False
        for turn in range(1080):  # what is told of changes only comes back when there are some
            plant.base = dict.fromkeys(ALL, 0.5 + turn % 2 / 10)
            plant.step()
        assert set(plant.budget.ledger.owned) <= {one.id for one in LOADS if not one.auto_restore}


TestPowerBudget = PowerBudget.TestCase
TestPowerBudget.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
