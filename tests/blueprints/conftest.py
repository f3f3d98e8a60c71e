"""A house of states and actions in which one blueprint runs at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
import shutil
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.project.repository import ROOT

BLUEPRINTS: Final = ROOT / "blueprints"
NOON: Final = datetime.fromisoformat("2026-10-20T12:00:00+00:00")

# What Home Assistant always sets up, as far as the blueprints' triggers and conditions come from it.
ALWAYS: Final = ("homeassistant", "persistent_notification", "event", "illuminance", "light", "motion", "occupancy")

# Action → the state its targets have afterwards. None: the action only leaves a trace.
ACTIONS: Final = {
    "cover.close_cover": "closed",
    "fan.turn_off": "off",
    "fan.turn_on": "on",
    "light.toggle": None,
    "light.turn_off": "off",
    "light.turn_on": "on",
    "note.down": None,
    "notify.send_message": None,
    "switch.turn_off": "off",
    "switch.turn_on": "on",
    "valve.close_valve": "closed",
}

type Did = tuple[str, *tuple[str, ...]]
"""An action and the entities it went to, in order of name."""


class House:
    """States that tests set, actions that are recorded and take effect at once, time that tests let pass."""

    def __init__(self, hass: HomeAssistant, clock: FrozenDateTimeFactory) -> None:
        """Record every action from now on."""
        self.hass = hass
        self.clock = clock
        self.did: list[Did] = []
        self.data: list[dict[str, object]] = []
        self.stuck: set[str] = set()  # entities on which no action has an effect
        self._config: dict[str, object] = {}
        self._rule: dict[str, object] = {}
        for name in ACTIONS:
            domain, _, action = name.partition(".")
            hass.services.async_register(domain, action, partial(self._act, name))

    def set(self, entity_id: str, state: str, **attributes: object) -> None:
        """Let an entity have a state."""
        self.hass.states.async_set(entity_id, state, attributes)

    def state(self, entity_id: str) -> str:
        """Return the state of an entity that is there."""
        state = self.hass.states.get(entity_id)
        assert state is not None, entity_id
        return state.state

    def place(self, entity_id: str, room: str, device_class: str | None = None) -> str:
        """Put an entity into a room; return the room's id."""
        area = ar.async_get(self.hass).async_get_or_create(room)
        domain, _, name = entity_id.partition(".")
        registry = er.async_get(self.hass)
        entry = registry.async_get_or_create(
            domain, "house", name, suggested_object_id=name, original_device_class=device_class
        )
        assert entry.entity_id == entity_id
        registry.async_update_entity(entity_id, area_id=area.id)
        return area.id

    def taken(self) -> list[Did]:
        """Return what was done since the last time."""
        did, self.did = self.did, []
        self.data.clear()
        return did

    async def settle(self) -> None:
        """Let everything happen that needs no time; a run that waits is left waiting."""
        for _ in range(40):
            await asyncio.sleep(0)

    async def change(self, entity_id: str, state: str, **attributes: object) -> None:
        """Change a state and let it take effect."""
        self.set(entity_id, state, **attributes)
        await self.settle()

    async def wait(self, **duration: int) -> None:
        """Let time pass, and one second more: what is due has happened."""
        for step in (timedelta(**duration), timedelta(seconds=1), timedelta(seconds=1)):
            self.clock.tick(step)
            async_fire_time_changed(self.hass)
            await self.settle()

    async def at(self, clock: str) -> None:
        """Go to a time of the same day."""
        self.clock.move_to(datetime.combine(NOON, datetime.strptime(clock, "%H:%M").time(), NOON.tzinfo))  # noqa: DTZ007 - NOON has the zone
        async_fire_time_changed(self.hass)
        await self.settle()

    async def use(self, name: str, *, domain: str = "automation", **inputs: object) -> None:
        """Make an automation (or a script) of a blueprint; it must be accepted."""
        self._rule = {"use_blueprint": {"path": f"local_things/{name}.yaml", "input": inputs}, "alias": "rule"}
        self._config = {domain: {"rule": self._rule} if domain == "script" else [{"id": "rule"} | self._rule]}
        self._write()
        assert await async_setup_component(self.hass, domain, self._config)
        await self.settle()
        assert self.state(f"{domain}.rule") in ("on", "off")

    async def start(self, name: str, **inputs: object) -> None:
        """Start Home Assistant with an automation of a blueprint."""
        self.hass.set_state(CoreState.not_running)
        await self.use(name, domain="automation", **inputs)
        assert self.taken() == []
        await self.hass.async_start()
        await self.settle()

    async def reload(self) -> None:
        """Reload the automation as after an edit, which ends its runs."""
        self._config = {"automation": [{"id": "rule", "description": "edited"} | self._rule]}
        self._write()
        await self.hass.services.async_call("automation", "reload", blocking=True)
        await self.settle()

    def notices(self) -> dict[str, str]:
        """Return the open notifications, as id and message."""
        notifications = self.hass.data.get("persistent_notification") or {}
        return {key: str(one["message"]) for key, one in notifications.items()}

    def _write(self) -> None:
        Path(self.hass.config.path("configuration.yaml")).write_text(yaml_util.dump(self._config))

    async def _act(self, name: str, call: ServiceCall) -> None:
        referenced = async_extract_referenced_entity_ids(self.hass, TargetSelection(call.data))
        domain = name.partition(".")[0]
        entities = sorted(
            one for one in referenced.referenced | referenced.indirectly_referenced if one.startswith(f"{domain}.")
        )
        self.did.append((name, *entities))
        self.data.append({key: value for key, value in call.data.items() if not key.endswith("_id")})
        for entity_id in entities:
            state = ACTIONS[name]
            if name.endswith("toggle"):
                state = {"on": "off", "off": "on"}[self.state(entity_id)]
            if state is not None and entity_id not in self.stuck:
                self.set(entity_id, state)


@pytest.fixture
async def house(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[House]:
    """Return a house at noon with the blueprints installed; every run ends with the test."""
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("UTC")
    await asyncio.to_thread(partial(shutil.copytree, BLUEPRINTS, hass.config.path("blueprints"), dirs_exist_ok=True))
    for component in ALWAYS:
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    made = House(hass, freezer)
    made.set("sun.sun", "above_horizon")
    made.set("notify.phone", "unknown")
    yield made
    for domain in ("automation", "script"):
        if hass.states.get(f"{domain}.rule"):
            await hass.services.async_call(domain, "turn_off", {"entity_id": f"{domain}.rule"}, blocking=True)
    await made.settle()
