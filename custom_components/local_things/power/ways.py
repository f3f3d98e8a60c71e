"""The ways in which a load can run now, as a plan needs them: made once, and again when something about it changes."""

from dataclasses import dataclass

from .ledger import Owned
from .loads import Load, LoadReading, Site
from .problem import Option, Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The levels of a load, the present one first, and what each costs and draws; as long as `reading` is its last."""

    reading: LoadReading
    levels: tuple[float, ...]
    options: Options


def ways_of(site: Site, load: Load, reading: LoadReading, owned: Owned | None, now: float, tolerance: float) -> Ways:
    """Say how a load can run: as now, and at each level that is lower by more than `tolerance`.

    Draws are by the place of their row in the site. Of a load that is reduced the cost rises with time.
    """
    levels = (reading.level, *(level for level in load.levels if level < reading.level - tolerance))
    wanted = max(owned.wanted, reading.level) if owned else reading.level
    importance = reading.importance or load.importance
    shed_for = now - owned.since if owned else 0.0
    # What may be on the wrong phase helps only now and then: it is tried after what surely does.
    doubt = site.doubts[load.id]
    present = load.cost(wanted, reading.level, importance, shed_for)
    drawn, shares = reading.draw(load), site.placed[load.id]
    options: list[Option] = []
    for level in levels:
        power = load.draw_at(level, drawn, reading.level)
        draws = {place: share * power for place, share in shares}
        cost = load.cost(wanted, level, importance, shed_for) - present
        options.append(Option(cost=doubt * cost, draws=draws))
    return Ways(reading=reading, levels=levels, options=Options(options))
