"""What importing and setting up this integration costs, beside core's shelly, in a Home Assistant that runs already.

Each in a fresh process, in turns. What both depend on (bluetooth, http, network, recorder, zeroconf and what else
their manifests name) is set up before, and not measured. Then a config entry is added, and measured is the processor
time of the process, in all its threads, from there until its set-up has ended and the modules of its platforms are
imported.

There is no device. Ours is set up whole all the same: its socket is open, its first scan begins. That of shelly cannot
be: its device is a closed port of the loopback interface, so its set-up ends with the first refused connection, and
its platforms are only imported. What it would still do is not counted, which is in its favour.
"""

import asyncio
import gc
from pathlib import Path
from statistics import median
import sys
from tempfile import TemporaryDirectory
import time
from types import MappingProxyType
from typing import Final

from homeassistant import loader, runner
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.setup import async_setup_component

from custom_components.local_things.const import DOMAIN, NETWORK_UNIQUE_ID

from .parts.figures import in_a_process, report
from .parts.instance import start_home_assistant

SHELLY: Final = "shelly"
TURNS: Final = 3

ENTRIES: Final = {
    DOMAIN: ({}, NETWORK_UNIQUE_ID, 1, ConfigEntryState.LOADED),
    SHELLY: (
        {"host": "127.0.0.1", "port": 9, "sleep_period": 0, "model": "SNSW-001X16EU", "gen": 2},
        "AABBCCDDEEFF",
        2,
        ConfigEntryState.SETUP_RETRY,
    ),
}
"""Of each domain: the data of its entry, its unique id, its minor version, and how its set-up must end."""


async def _set_up(folder: Path, domain: str) -> tuple[float, float]:
    hass = await start_home_assistant(folder)
    integration = await loader.async_get_integration(hass, domain)
    for dependency in (*integration.dependencies, *integration.after_dependencies):
        await async_setup_component(hass, dependency, {})
    await hass.async_block_till_done()
    data, unique_id, minor_version, end = ENTRIES[domain]
    entry: ConfigEntry = ConfigEntry(
        data=data,
        discovery_keys=MappingProxyType({}),
        domain=domain,
        minor_version=minor_version,
        options={},
        source=SOURCE_USER,
        subentries_data=None,
        title=domain,
        unique_id=unique_id,
        version=1,
    )
    gc.collect()  # or what the start of Home Assistant left behind is swept at the cost of whoever is measured
    used, began = time.process_time(), time.monotonic()
    await hass.config_entries.async_add(entry)
    component = await integration.async_get_component()
    await integration.async_get_platforms(vars(component)["PLATFORMS"])
    figures = time.process_time() - used, time.monotonic() - began
    if entry.state is not end:
        raise RuntimeError(f"the set-up of {domain} ended in {entry.state}, which is not comparable")
    await hass.async_stop(force=True)
    return figures


def set_up(domain: str) -> tuple[float, float]:
    """Return the seconds of processor time and of the clock."""
    sys.dont_write_bytecode = (
        False  # as it is for a user: core's modules are compiled already, ours after the first turn
    )
    with TemporaryDirectory() as folder:
        return asyncio.run(_set_up(Path(folder), domain), loop_factory=runner.create_event_loop)


def main() -> None:
    """Measure in turns, print the medians; the first turn only fills the caches."""
    turns = [(in_a_process(set_up, DOMAIN), in_a_process(set_up, SHELLY)) for _ in range(TURNS + 1)][1:]
    for place, name in enumerate(("startup/setup", "startup/setup-time")):
        ours = [mine[place] for mine, _ in turns]
        ratio = median(mine[place] / other[place] for mine, other in turns)
        report(name, median(ours), "s", "core's shelly", ratio)


if __name__ == "__main__":
    main()
