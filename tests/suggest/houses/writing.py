"""What was lived, as a log: with the faults that logs have."""

from array import array
from random import Random

from custom_components.local_things.suggest.record.model import TENTHS, History, Source

from .places import Places
from .simulation import DAY, LATITUDE, LONGITUDE, ZONE, Row, Simulation


def history(simulation: Simulation, where: Places, rng: Random, *, holes: int = 0) -> History:
    """Write the log: some rows twice, some devices away for a while, a restart in each week, `holes` days missing."""
    rows = list(simulation.rows)
    missing = {rng.randrange(1, simulation.days) for _ in range(min(holes, simulation.days // 7))}
    begin = simulation.at(0, 0.0)
    rows = [row for row in rows if int((row.time - begin) // DAY) not in missing]
    rows += [
        Row(time=row.time + 0.1, entity_id=row.entity_id, word=row.word, source=row.source)
        for row in rows
        if rng.random() < 0.002 and not row.entity_id.startswith("event.")
    ]
    rows += _away(simulation, rows, rng)
    rows.sort(key=lambda row: row.time)
    return written(rows, where)


def _away(simulation: Simulation, rows: list[Row], rng: Random) -> list[Row]:
    """Return rows of devices that are lost and come back as they were: all at once at a restart."""
    states: dict[str, str] = {}
    restarts = sorted(simulation.at(7 * week, rng.uniform(0.0, 160.0)) for week in range(simulation.days // 7))
    extra: list[Row] = []
    for row in rows:
        while restarts and row.time > restarts[0]:
            when = restarts.pop(0)
            for entity_id, word in states.items():
                extra.append(Row(time=when, entity_id=entity_id, word="unavailable", source=Source.SYSTEM))
                extra.append(
                    Row(time=when + rng.uniform(5.0, 40.0), entity_id=entity_id, word=word, source=Source.SYSTEM)
                )
        states[row.entity_id] = row.word
    return [row for row in extra if not row.entity_id.startswith("event.")]


def written(rows: list[Row], where: Places) -> History:
    """Return rows, which are in order, as columns."""
    entities = {one.entity_id: index for index, one in enumerate(where.subjects)}
    words = {text: index for index, text in enumerate(sorted({row.word for row in rows}))}
    return History(
        times=array("q", [round(row.time * TENTHS) for row in rows]),
        entities=array("i", [entities[row.entity_id] for row in rows]),
        states=array("i", [words[row.word] for row in rows]),
        sources=array("b", [row.source for row in rows]),
        subjects=where.subjects,
        words=tuple(words),
        time_zone=ZONE,
        latitude=LATITUDE,
        longitude=LONGITUDE,
    )
