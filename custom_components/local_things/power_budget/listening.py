"""How often a meter really reports."""

import asyncio
from collections.abc import Iterable
from itertools import pairwise
from statistics import median
from typing import Final

from homeassistant.core import Event, EventStateChangedData, EventStateReportedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_state_report_event

LONGEST_S: Final = 65.0
GAPS: Final = 4
"""So long, or for so many reports of the slowest meter, it is listened to."""


async def async_period(hass: HomeAssistant, entities: Iterable[str], longest: float = LONGEST_S) -> float:
    """Return the seconds between two reports of the slowest of these meters; `longest` where none was heard."""
    heard: dict[str, list[float]] = {entity_id: [] for entity_id in entities}
    done = asyncio.Event()

    @callback
    def reported(event: Event[EventStateChangedData] | Event[EventStateReportedData]) -> None:
        heard[event.data["entity_id"]].append(event.time_fired_timestamp)
        if all(len(times) > GAPS for times in heard.values()):
            done.set()

    stops = [
        async_track_state_change_event(hass, heard, reported),
        async_track_state_report_event(hass, heard, reported),
    ]
    try:
        async with asyncio.timeout(longest):
            await done.wait()
    except TimeoutError:
        pass
    finally:
        for stop in stops:
            stop()
    return max((_period(times, longest) for times in heard.values()), default=longest)


def _period(times: list[float], longest: float) -> float:
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return median(gaps) if gaps else longest
