"""How the budget acts: every time and number of the control loop, as one row."""

from collections.abc import Mapping
from dataclasses import dataclass
import math
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Times in seconds. The defaults protect; `soft_delay` above 0 lets the thermal reserve be used first."""

    latency: float = 5.0
    """From a command until a load has obeyed."""
    soft_delay: float = 0.0
    """How long a row may be over its room before anything is done, as long as no trip is near."""
    samples: int = 2
    """So many samples in a row over its room and a row is acted for: one may be a motor that starts."""
    last_resort_below: float = 60.0
    """Loads of last resort are touched only if the time to the trip is shorter."""
    emergency: float = 10.0
    """With less time than that there is no bound on the number of commands."""

    burst: int = 4
    burst_seconds: float = 10.0
    most: int = 12
    most_seconds: float = 600.0
    """Bounds on the number of commands in a time, over all loads."""
    most_of_load: int = 30
    most_of_load_seconds: float = 3600.0
    """The same for one load; what allows it more may use half of that, so that there is always one left to reduce."""

    restore_every: float = 30.0
    quiet: float = 60.0
    """The highest reading of so long counts where something is to come back; it waits as long after it was reduced."""
    margin_share: float = 0.05
    margin_amperes: float = 1.0
    """What stays free when something comes back: a part of the room, and of a current at least so much."""
    least_gain: float = 0.15
    """A load that is throttled is allowed more only where it gains so much of what it wants, or all."""
    reserve: float = 120.0
    """So long what a load will draw that has come back is kept free for it."""
    relapse: float = 600.0
    longest_rest: float = 3600.0
    """A load that is reduced again so soon after it came back waits twice as long the next time, up to the last."""
    exchange_gain: float = 1.1
    """By how much a load must be worth more than those that make room for it."""

    override: float = 4 * 3600.0
    """How long a load is left alone that somebody else has set."""
    contests: int = 3
    """So often a set-point is written again that somebody else has raised; then it is theirs."""
    tolerance: float = 0.02
    """How much a level may differ from what was sent without being somebody else's."""
    repeat_after: float = 30.0
    """A command that was not obeyed is repeated after so long, then twice as long, up to `longest_rest`."""
    refused_after: int = 2
    """After so many repetitions the user is told, and the load is not counted on for `longest_rest`."""
    late: float = 120.0
    """A command that was not obeyed may still be, for so long."""
    safe_after: float = 120.0
    """After a meter was silent so long, what can be throttled below it is."""
    settle_periods: float = 2.0
    """So many periods of the meter after a command its effect is looked at."""
    eager: bool = False
    """Whether tariffs and contracts are kept from the first moment on, without what they allow for a while."""


PROTECT: Final = Policy()
TOLERANT: Final = Policy(soft_delay=90.0)

TARIFF_FIRST: Final = Policy(eager=True)
"""Money counts before comfort: limits that trip are kept as always."""

OFF_GRID: Final = Policy(samples=1, last_resort_below=math.inf, restore_every=120.0, quiet=180.0, margin_share=0.15)
"""Behind an inverter all is dark at once, and nobody can say when it comes back: act with the first sample, spare no
last resort, and let things come back slowly, with much to spare."""

STRATEGIES: Final[Mapping[str, Policy]] = {
    "protect": PROTECT,
    "tolerant": TOLERANT,
    "tariff_first": TARIFF_FIRST,
    "off_grid": OFF_GRID,
}
"""What a user chooses from, by name."""
