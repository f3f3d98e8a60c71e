"""A Home Assistant for test_killed.py: it kills itself when a load is told to turn off, or gives it back.

Usage: python -m tests.power_budget.killed FOLDER shed|restore
"""

import asyncio
from datetime import timedelta
import json
import os
from pathlib import Path
import signal
import sys
from types import MappingProxyType

from homeassistant import bootstrap, loader
from homeassistant.config_entries import ConfigEntries, ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import CoreState, Event, HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from custom_components.local_things.const import CONF_KIND, DOMAIN, KIND_POWER_BUDGET, SUBENTRY_LIMIT, SUBENTRY_LOAD
from custom_components.local_things.power.loads import Mode
from custom_components.local_things.power_budget import loop
from custom_components.local_things.power_budget.hub import BudgetHub
from tests.project.repository import INTEGRATION

from .dwelling import BOILER

METER = "sensor.meter"
AMPERES = {"unit_of_measurement": "A", "device_class": "current"}
CLOCK = [dt_util.utcnow()]


def let_pass(hass: HomeAssistant, seconds: int, amperes: float) -> None:
    """Let the meter report every second, by the clock of the budget."""
    for _ in range(seconds):
        CLOCK[0] += timedelta(seconds=1)
        hass.states.async_set(METER, str(amperes), AMPERES, force_update=True)


async def obey(_call: ServiceCall) -> None:
    """Take a command: whoever listens has heard of it."""


async def start(folder: Path) -> HomeAssistant:
    """Start what entries need of a Home Assistant, and nothing else."""
    integration = folder / "custom_components" / DOMAIN
    if not integration.exists():
        integration.parent.mkdir()
        integration.symlink_to(INTEGRATION)
    hass = HomeAssistant(str(folder))
    loader.async_setup(hass)
    hass.config_entries = ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    await hass.config_entries.async_initialize()
    hass.set_state(CoreState.running)
    for action in ("turn_on", "turn_off"):
        hass.services.async_register(BOILER.partition(".")[0], action, obey)
    assert await async_setup_component(hass, DOMAIN, {})
    assert all(one.state is ConfigEntryState.LOADED for one in hass.config_entries.async_entries(DOMAIN))
    return hass


def subentry(kind: str, title: str, data: dict[str, object]) -> ConfigSubentry:
    """Return a limit or a load."""
    return ConfigSubentry(data=MappingProxyType(data), subentry_type=kind, title=title, unique_id=title)


async def add_budget(hass: HomeAssistant) -> BudgetHub:
    """Add a budget with one load, managed, and arm it; all that is on the disk when this returns."""
    main = {"limit_kind": "breaker_b", "rating": 16.0, "phases": ["L1"], "meters": {"L1": [METER]}}
    boiler = {"entity": BOILER, "nominal": 2300.0, "phases": ["L1"], "importance": 2}
    subentries = [subentry(SUBENTRY_LIMIT, "Main", main), subentry(SUBENTRY_LOAD, "Boiler", boiler)]
    entry = ConfigEntry(
        data={CONF_KIND: KIND_POWER_BUDGET},
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        minor_version=1,
        options={},
        source="user",
        subentries_data=[one.as_dict() for one in subentries],
        title="Budget",
        unique_id=None,
        version=1,
    )
    await hass.config_entries.async_add(entry)
    hub: BudgetHub = entry.runtime_data
    for name in hub.house.loads:
        hub.async_set_mode(name, Mode.MANAGE)
    hub.async_arm(armed=True)
    await hub.kept.async_save()
    await hass.config_entries._store.async_save(hass.config_entries._data_to_save())
    return hub


async def shed(folder: Path) -> None:
    """Overload the breaker, and be killed when the load is told to turn off."""
    hass = await start(folder)
    hass.states.async_set(METER, "1", AMPERES)
    hass.states.async_set(BOILER, "on")

    @callback
    def called(event: Event) -> None:
        if event.data["service"] == "turn_off":
            os.kill(os.getpid(), signal.SIGKILL)

    hass.bus.async_listen(EVENT_CALL_SERVICE, called)
    await add_budget(hass)
    let_pass(hass, 90, 12.0)
    let_pass(hass, 5, 20.0)
    await hass.async_block_till_done()


async def restore(folder: Path) -> None:
    """Start again, and tell what the budget knows of the load and what it does."""
    hass = await start(folder)
    hass.states.async_set(BOILER, "off")
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    hub: BudgetHub = entry.runtime_data
    (boiler,) = hub.house.loads
    said: list[list[str]] = []

    @callback
    def called(event: Event) -> None:
        said.append([event.data["service"], event.data["service_data"]["entity_id"]])

    hass.bus.async_listen(EVENT_CALL_SERVICE, called)
    owned = hub.budget.ledger.owned.get(boiler)
    status = "shed" if owned and not owned.is_returning else "free"
    let_pass(hass, 300, 2.0)
    await hass.async_block_till_done()
    print(json.dumps({"status": status, "called": said[:1]}))  # noqa: T201 (its answer)
    await hass.async_stop(force=True)


def seconds_now() -> float:
    """Return the time that the budget reads."""
    return CLOCK[0].timestamp()


def main() -> None:
    """Run."""
    loop.now = seconds_now
    asyncio.run({"shed": shed, "restore": restore}[sys.argv[2]](Path(sys.argv[1])))


if __name__ == "__main__":
    main()
