"""A long log in little time: what a year of a house looks like to a miner, drawn with NumPy."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from custom_components.local_things.suggest.record.model import History, Source, Subject

DAYS: Final = 365
LIGHTS: Final = 60
SENSORS: Final = 90
CHATTERING: Final = 60
HABITS: Final = 12
DAY: Final = 864_000
RELIABLE: Final = 0.75
REST: Final = 40_000
BEGIN: Final = 17_356_860_000
"""1 January 2025, 00:00 in the time zone below, in tenths of a second."""

type Column = NDArray[np.int64]


def long_log(events: int, seed: int = 1) -> History:
    """Draw a year with about so many events: 60 entities chatter, 12 lamps follow a sensor three times of four."""
    rng = np.random.default_rng(seed)
    quiet = [_sensor(rng, entity) for entity in range(SENSORS)]
    lamps = [_lamp(rng, SENSORS + lamp, quiet[lamp][0] if lamp < HABITS else None) for lamp in range(LIGHTS)]
    rest = max(events - sum(len(times) for times, _, _ in (*quiet, *lamps)), 0)
    noisy = [_chatter(rng, SENSORS + LIGHTS + entity, rest // CHATTERING) for entity in range(CHATTERING)]
    parts = [*quiet, *lamps, *noisy]
    times = np.concatenate([part[0] for part in parts])
    order = np.argsort(times, kind="stable")
    entities = np.repeat([part[1] for part in parts], [len(part[0]) for part in parts])
    states = np.concatenate([part[2] for part in parts])
    return History(
        times=times[order] + BEGIN,
        entities=entities[order].astype(np.int32),
        states=states[order].astype(np.int32),
        sources=np.full(len(times), Source.DEVICE, np.int8),
        subjects=tuple(_subject(entity) for entity in range(SENSORS + LIGHTS + CHATTERING)),
        words=("off", "on"),
        time_zone="Europe/Berlin",
        latitude=52.5,
        longitude=13.4,
    )


def _subject(entity: int) -> Subject:
    domain = "light" if SENSORS <= entity < SENSORS + LIGHTS else "binary_sensor"
    return Subject(entity_id=f"{domain}.n{entity}", device_id=f"d{entity}", area_id=f"room{entity % 12}")


def _alternating(begin: Column, end: Column) -> tuple[Column, Column]:
    times = np.stack([begin, end], axis=1).ravel()
    return times, np.tile([1, 0], len(begin))


def _spaced(rng: np.random.Generator, count: int, least: int) -> Column:
    """Return moments by day, mostly between six and eleven, at least so far apart."""
    hours = np.clip(rng.normal(15.0, 5.0, count), 5.0, 23.5)
    times = np.sort(rng.integers(0, DAYS, count) * DAY + (hours * 36_000).astype(np.int64))
    kept: Column = times[np.concatenate(([True], np.diff(times) > least))]
    return kept


def _sensor(rng: np.random.Generator, entity: int) -> tuple[Column, int, Column]:
    begin = _spaced(rng, DAYS * int(rng.integers(2, 25)), 1_500)
    times, states = _alternating(begin, begin + rng.integers(100, 1_200, len(begin)))
    return times, entity, states


def _lamp(rng: np.random.Generator, entity: int, sensor: Column | None) -> tuple[Column, int, Column]:
    if sensor is None:
        begin = _spaced(rng, DAYS * 3, REST)
    else:
        seen = sensor[::2]
        begin = seen[rng.random(len(seen)) < RELIABLE] + rng.integers(15, 250)
        begin = begin[np.concatenate(([True], np.diff(begin) > REST))] + rng.integers(0, 50)
    times, states = _alternating(begin, begin + rng.integers(6_000, 30_000, len(begin)))
    return times, entity, states


def _chatter(rng: np.random.Generator, entity: int, count: int) -> tuple[Column, int, Column]:
    times = np.sort(rng.integers(0, DAYS * DAY, count))
    return times, entity, np.arange(count) % 2
