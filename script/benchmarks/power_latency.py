"""How long it takes from a meter's report to the command, with 100 loads, in a running Home Assistant.

The reference is an automation of Home Assistant, a state trigger and one action, in the same instance: each round
times both, one after the other. The budget's time holds its plan, and its ledger on the disk.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
import json
from pathlib import Path
import statistics
import tempfile
import time
from types import MappingProxyType
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.local_things.const import (
    CONF_KIND,
    DOMAIN,
    KIND_POWER_BUDGET,
    SUBENTRY_LIMIT,
    SUBENTRY_LOAD,
)
from custom_components.local_things.power.loads import Mode
from custom_components.local_things.power_budget.hub import BudgetHub

from .parts.figures import report
from .parts.instance import start_home_assistant

LOADS: Final = 100
ROUNDS: Final = 60
METER: Final = "sensor.bench_meter"
TRIGGER: Final = "sensor.bench_trigger"
LAMP: Final = "input_boolean.reference"
REFERENCE: Final = "automation: state trigger, one action"
AMPERES: Final = {"unit_of_measurement": "A", "device_class": "current"}
PERIOD_S: Final = 1.0
"""The clock of the budget goes on by so much with each report: nobody waits for it."""
QUIET: Final = 90
FORGET: Final = 7
"""Steps of 100 s after which the bound on commands counts none of those before."""


class Clock:
    """The time as the budget reads it."""

    def __init__(self) -> None:
        """Begin now."""
        self.now = dt_util.utcnow()

    def __call__(self) -> float:
        """Return it in seconds."""
        return self.now.timestamp()

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


class Called:
    """Waits for the call of an action."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen."""
        self._waiting: asyncio.Future[float] | None = None
        self._entities: tuple[str, ...] = ()
        hass.bus.async_listen(EVENT_CALL_SERVICE, self._called)

    @callback
    def _called(self, event: Event) -> None:
        data: Mapping[str, object] = event.data["service_data"]
        entity = data.get("entity_id")
        named = entity if isinstance(entity, list) else [entity]
        if self._waiting and not self._waiting.done() and any(str(one).startswith(self._entities) for one in named):
            self._waiting.set_result(time.perf_counter())

    async def after(self, hass: HomeAssistant, sensor: str, value: str, entities: str) -> float:
        """Let a sensor report, and return the seconds until an action is called for an entity of this kind."""
        self._waiting, self._entities = hass.loop.create_future(), (entities,)
        began = time.perf_counter()
        hass.states.async_set(sensor, value, AMPERES, force_update=True)
        async with asyncio.timeout(10):
            return await self._waiting - began


async def add_budget(hass: HomeAssistant) -> BudgetHub:
    """Add a budget of one limit and many loads, all managed, and arm it."""
    limit = ConfigSubentry(
        data=MappingProxyType(
            {"limit_kind": "breaker_b", "rating": 100.0, "phases": ["L1"], "meters": {"L1": [METER]}}
        ),
        subentry_type=SUBENTRY_LIMIT,
        title="Main",
        unique_id="main",
    )
    loads = [
        ConfigSubentry(
            data=MappingProxyType(
                {
                    "entity": f"input_boolean.load_{number}",
                    "nominal": 230.0 * (1 + number % 5),
                    "phases": ["L1"],
                    "importance": 1 + number % 4,
                    "min_off": 0.0,
                }
            ),
            subentry_type=SUBENTRY_LOAD,
            title=f"Load {number}",
            unique_id=f"load {number}",
        )
        for number in range(LOADS)
    ]
    entry = ConfigEntry(
        data={CONF_KIND: KIND_POWER_BUDGET},
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        minor_version=1,
        options={},
        source="user",
        subentries_data=[one.as_dict() for one in (limit, *loads)],
        title="Budget",
        unique_id=None,
        version=1,
    )
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    hub: BudgetHub = entry.runtime_data
    for name in hub.house.loads:
        hub.kept.choices.modes[name] = Mode.MANAGE
        hub.loop.touch(name)
    hub.async_arm(armed=True)
    return hub


async def add_helpers(hass: HomeAssistant) -> None:
    """Add what is switched, and the automation that is the reference."""
    names = [*(f"load_{number}" for number in range(LOADS)), "reference"]
    rule = {
        "id": "reference",
        "alias": "Reference",
        "triggers": [{"trigger": "numeric_state", "entity_id": TRIGGER, "above": 100}],
        "actions": [{"action": "input_boolean.turn_off", "target": {"entity_id": LAMP}}],
    }
    config = {"input_boolean": {name: {"initial": True} for name in names}, "automation": [rule]}
    # JSON is YAML too.
    await hass.async_add_executor_job(Path(hass.config.path("configuration.yaml")).write_text, json.dumps(config))
    hass.states.async_set(METER, "50", AMPERES)
    hass.states.async_set(TRIGGER, "50", AMPERES)
    for domain in ("input_boolean", "automation"):
        await hass.services.async_call(domain, "reload", blocking=True)
    await hass.async_block_till_done()
    if len(hass.states.async_entity_ids("input_boolean")) != len(names):
        raise RuntimeError("the helpers are not there")


async def turn_on(hass: HomeAssistant) -> None:
    """Turn everything on again, as its user would."""
    entities = [one for one in hass.states.async_entity_ids("input_boolean") if hass.states.is_state(one, "off")]
    if entities:
        await hass.services.async_call("input_boolean", "turn_on", {"entity_id": entities}, blocking=True)
    await hass.async_block_till_done()


async def calm(hass: HomeAssistant, hub: BudgetHub, clock: Clock) -> None:
    """Let the meter report for a while that all is well, with nothing reduced and nobody held back."""
    await turn_on(hass)
    hub.budget.ledger.owned.clear()
    hub.budget.ledger.held.clear()
    for _ in range(FORGET):
        clock.tick(100.0)
        hub.loop.step()
    for second in range(QUIET):
        clock.tick(PERIOD_S)
        hass.states.async_set(METER, str(50 + second % 2), AMPERES)
    await hass.async_block_till_done()


async def measure(hass: HomeAssistant) -> tuple[list[float], list[float]]:
    """Return the seconds of the budget and of the automation, round by round."""
    clock = Clock()
    from custom_components.local_things.power_budget import loop  # noqa: PLC0415 (its clock is replaced)

    loop.now = clock
    await add_helpers(hass)
    hub = await add_budget(hass)
    called = Called(hass)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        await calm(hass, hub, clock)
        clock.tick(PERIOD_S)
        hass.states.async_set(METER, "103", AMPERES)  # one sample above is no overload yet
        await hass.async_block_till_done()
        clock.tick(PERIOD_S)
        ours.append(await called.after(hass, METER, "104", "input_boolean.load"))
        await hass.async_block_till_done()
        hass.states.async_set(TRIGGER, "50", AMPERES)
        await turn_on(hass)
        theirs.append(await called.after(hass, TRIGGER, "104", LAMP))
        await hass.async_block_till_done()
    return ours, theirs


def percentile(values: list[float], share: float) -> float:
    """Return the value below which such a share lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


async def run() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        hass = await start_home_assistant(Path(folder))
        ours, theirs = await measure(hass)
        await hass.async_stop(force=True)
    for name, take in (("p50", statistics.median), ("p95", lambda values: percentile(values, 0.95))):
        mine, reference = take(ours) * 1000, take(theirs) * 1000
        report(f"power-latency/{name}", mine, "ms", f"{REFERENCE}, {reference:.3f} ms", mine / reference)


def main() -> None:
    """Run."""
    asyncio.run(run())


if __name__ == "__main__":
    main()
