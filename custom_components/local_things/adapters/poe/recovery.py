"""The remedy for a device that hangs: turn its port off and on, seldom, and not for ever.

A pure state machine: `step` takes what is known of one port and its device, and returns what is to be done, with the
reason. It has no clock and asks nobody. A power cycle needs evidence on both sides: the device says nothing on its own
protocol, and its port has been feeding it all the while. Either alone is somebody unplugging, a schedule, a lost link.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math
from typing import Final


class Step(StrEnum):
    """What is to be done."""

    NOTHING = "nothing"
    POWER_CYCLE = "power_cycle"
    GIVE_UP = "give_up"
    """Tell the user, once: turning it off and on does not help."""
    SETTLE = "settle"
    """The device has been well for long enough: what the user was told no longer holds."""


class Why(StrEnum):
    """Why that is to be done, or nothing."""

    SPEAKS = "speaks"
    STEADY = "steady"
    """It has spoken for so long that a later silence is a new one."""
    SILENT = "silent"
    TRIED_ENOUGH = "tried_enough"
    GAVE_UP = "gave_up"
    PROTECTED = "protected"
    SWITCHED_OFF = "switched_off"
    """By the user or a schedule."""
    NO_POWER = "no_power"
    """The port feeds nobody: nothing is plugged in, or the switch refuses."""
    DEVICE_UNKNOWN = "device_unknown"
    """Nobody can tell whether the device speaks."""
    PORT_UNKNOWN = "port_unknown"
    """The switch does not say whether it feeds somebody."""
    TOO_EARLY = "too_early"
    BACKING_OFF = "backing_off"


class Phase(StrEnum):
    """How far it has come with one device."""

    WATCHING = "watching"
    BACKING_OFF = "backing_off"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How patient it is: times in seconds.

    `back_off` are the shortest times after each power cycle; there are as many cycles as times. A device may need
    longer than the first to boot, so `silence` is waited for anew after each too.
    """

    silence: float = 180.0
    """How long a device is silent, at a port that feeds it, before that is evidence: longer than it takes to boot,
    and than it is ever silent when it is well."""
    back_off: tuple[float, ...] = (60.0, 240.0, 960.0)
    steady: float = 600.0
    """How long it must have spoken again to have recovered: one that hangs soon after each start would otherwise be
    turned off and on for ever."""
    gap: float = 120.0
    """Longest time between two samples that still tell what was between them."""

    def __post_init__(self) -> None:
        """Refuse times that are none."""
        if not self.back_off or not all(
            seconds > 0 for seconds in (self.silence, self.steady, self.gap, *self.back_off)
        ):
            raise ValueError(f"there must be times, and all positive: {self}")


PATIENT: Final = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is known at `now`, in seconds of any clock that does not go back.

    `silent_since` is None while the device speaks; where a port has several devices, they are silent when all are.
    Where nobody can tell, as nobody follows it, `device_known` is False: it then neither hangs nor recovers.
    `enabled` is whether the port is meant to be on. `delivering` and `link_up` are None where the switch does not say.
    """

    now: float
    silent_since: float | None
    delivering: bool | None
    link_up: bool | None = None
    enabled: bool = True
    protected: bool = False
    device_known: bool = True

    def __post_init__(self) -> None:
        """Refuse times that are none: with one of them everything would be due, or nothing ever."""
        if not all(map(math.isfinite, (self.now, self.silent_since or 0.0))):
            raise ValueError(f"not a time: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done and why. `cycles` is the number of power cycles so far, this one included.

    `due` is when more would be done if nothing changed; None where it is not known, or never.
    """

    step: Step
    why: Why
    cycles: int = 0
    due: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How far it has come with one device. What must survive a restart are `cycles` and `gave_up`: no times.

    The clock's times are what was seen without a break: `fed_since` that the port may be touched, feeds, and its link
    does not change; `spoken_since` that the device speaks.
    """

    cycles: int = 0
    gave_up: bool = False
    fed_since: float | None = None
    spoken_since: float | None = None
    link_up: bool | None = None
    last: float | None = None

    @property
    def phase(self) -> Phase:
        """What a user is shown."""
        if self.gave_up:
            return Phase.GAVE_UP
        return Phase.BACKING_OFF if self.cycles else Phase.WATCHING


def step(recovery: Recovery, sample: Sample, policy: Policy = PATIENT) -> tuple[Recovery, Decision]:
    """Take in a sample; return what is remembered and what is to be done now.

    A power cycle counts as done once it is returned, whether or not the switch obeys.
    """
    known = _taken_in(recovery, sample, policy)
    if known.spoken_since is not None:
        return _while_it_speaks(known, known.spoken_since, sample, policy)
    if hold := _hold(known, sample):
        return known, Decision(step=Step.NOTHING, why=hold, cycles=known.cycles)
    due = _due(known, sample, policy)
    if sample.now < due:
        why = Why.BACKING_OFF if known.cycles else Why.TOO_EARLY
        return known, Decision(step=Step.NOTHING, why=why, cycles=known.cycles, due=due)
    if known.cycles >= len(policy.back_off):
        decision = Decision(step=Step.GIVE_UP, why=Why.TRIED_ENOUGH, cycles=known.cycles)
        return replace(known, gave_up=True), decision
    cycles = known.cycles + 1
    # Nobody sees the port off between two samples: that it fed before this proves nothing any more.
    return replace(known, cycles=cycles, fed_since=None), Decision(step=Step.POWER_CYCLE, why=Why.SILENT, cycles=cycles)


def _taken_in(recovery: Recovery, sample: Sample, policy: Policy) -> Recovery:
    """Return what is known with the sample: what goes on, what has ended, what begins at it."""
    last = sample.now if recovery.last is None else recovery.last
    watched = 0 <= sample.now - last <= policy.gap
    # A link that comes or goes is a device that starts, updates itself or is being moved: it gets its time anew.
    link_changed = None not in (recovery.link_up, sample.link_up) and recovery.link_up is not sample.link_up
    speaks = sample.silent_since is None and sample.device_known
    fed = sample.delivering is True and sample.enabled and not sample.protected
    return replace(
        recovery,
        fed_since=_since(recovery.fed_since, sample.now, goes_on=watched and not link_changed) if fed else None,
        spoken_since=_since(recovery.spoken_since, sample.now, goes_on=watched) if speaks else None,
        link_up=recovery.link_up if sample.link_up is None else sample.link_up,
        last=sample.now,
    )


def _since(before: float | None, now: float, *, goes_on: bool) -> float:
    """Return since when something holds that holds now."""
    return before if before is not None and goes_on else now


def _while_it_speaks(known: Recovery, spoken_since: float, sample: Sample, policy: Policy) -> tuple[Recovery, Decision]:
    """Forget the power cycles once it has spoken for long enough."""
    if not known.cycles and not known.gave_up:
        return known, Decision(step=Step.NOTHING, why=Why.SPEAKS)
    if sample.now - spoken_since >= policy.steady:
        return replace(known, cycles=0, gave_up=False), Decision(step=Step.SETTLE, why=Why.STEADY)
    return known, Decision(step=Step.NOTHING, why=Why.SPEAKS, cycles=known.cycles)


def _hold(known: Recovery, sample: Sample) -> Why | None:
    """Return what forbids anything, the gravest first; None where nothing does."""
    holds = (
        (Why.PROTECTED, sample.protected),
        (Why.GAVE_UP, known.gave_up),
        (Why.SWITCHED_OFF, not sample.enabled),
        (Why.DEVICE_UNKNOWN, not sample.device_known),
        (Why.PORT_UNKNOWN, sample.delivering is None),
        (Why.NO_POWER, sample.delivering is False),
    )
    return next((why for why, applies in holds if applies), None)


def _due(known: Recovery, sample: Sample, policy: Policy) -> float:
    """Return when there is evidence enough, and the back-off over, if nothing changes until then."""
    silent_since = sample.now if sample.silent_since is None else sample.silent_since
    fed_since = sample.now if known.fed_since is None else known.fed_since
    back_off = policy.back_off[min(known.cycles, len(policy.back_off)) - 1] if known.cycles else 0.0
    return max(silent_since + policy.silence, fed_since + policy.silence, fed_since + back_off)
