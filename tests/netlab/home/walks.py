"""What is done with a Home Assistant in a lab: entries are added, cards accepted, states awaited."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
import os
from pathlib import Path
import signal
import subprocess

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntry

from custom_components.local_things.const import DOMAIN
from tests.netlab.inhabited import Inhabitant, inhabited
from tests.netlab.lab import Lab, Namespace
from tests.patience import PATIENCE


async def until(
    condition: Callable[[], object], told: Callable[[], object] = lambda: "", within: float = PATIENCE
) -> None:
    """Wait for a condition. Raises AssertionError, with what is `told` then."""
    try:
        async with asyncio.timeout(within):
            while not condition():
                await asyncio.sleep(0.05)
    except TimeoutError as err:
        raise AssertionError(told()) from err


async def add_network(hass: HomeAssistant) -> ConfigEntry:
    """Add the local network as a user does, every form left as it is offered."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "network"})
    assert form["description_placeholders"] == {"interfaces": "eth0"}
    done = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    entry = done["result"]
    assert isinstance(entry, ConfigEntry)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    return entry


def cards(hass: HomeAssistant) -> dict[str, str]:
    """Return the flows of the open discovery cards by the name on each."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return {flow["context"]["title_placeholders"]["name"]: flow["flow_id"] for flow in flows}


async def accept(hass: HomeAssistant, card: str, name: str) -> None:
    """Wait for a card, and confirm it under a name."""
    await until(lambda: card in cards(hass), lambda: cards(hass))
    done = await hass.config_entries.flow.async_configure(cards(hass)[card], {"name": name})
    assert done["reason"] == "thing_added"


def shown(hass: HomeAssistant) -> dict[str, str]:
    """Return every state."""
    return {state.entity_id: state.state for state in hass.states.async_all()}


async def shows(hass: HomeAssistant, entity_id: str, expected: str, within: float = PATIENCE) -> None:
    """Wait until an entity shows something."""
    await until(lambda: shown(hass).get(entity_id) == expected, lambda: shown(hass), within)


async def call(hass: HomeAssistant, action: str, entity_id: str, **data: object) -> None:
    """Let Home Assistant act on an entity."""
    domain, _, service = action.partition(".")
    await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)


def device_of(hass: HomeAssistant, entity_id: str) -> DeviceEntry:
    """Return the device that an entity belongs to."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity is not None, shown(hass)
    device = dr.async_get(hass).async_get(entity.device_id or "", include_child_devices=False)
    assert device is not None
    return device


def registered(hass: HomeAssistant) -> dict[str, tuple[str, str]]:
    """Return what the registry knows each entity by, the disabled ones included: history hangs on these."""
    return {one.entity_id: (one.id, one.unique_id) for one in er.async_get(hass).entities.values()}


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A device in its machine, which can lose its power."""

    machine: Namespace
    name: str
    directory: Path
    life: ExitStack = field(default_factory=ExitStack)

    def start(self) -> Inhabitant:
        """Start the device at the addresses that the machine has now."""
        return self.life.enter_context(inhabited(self.machine, self.name, self.directory))

    def hang(self) -> None:
        """Let it answer nobody any more, though it has power."""
        self._signal(signal.SIGSTOP)

    def die(self) -> None:
        """End it without a goodbye."""
        self._signal(signal.SIGKILL)
        self.life.close()

    def _signal(self, number: signal.Signals) -> None:
        shown = subprocess.run(
            ["ip", "netns", "pids", self.machine.name], check=True, capture_output=True, text=True, timeout=10
        )
        for pid in map(int, shown.stdout.split()):
            os.kill(pid, number)


async def settle(life: ExitStack, lab: Lab, directory: Path, *names: str) -> list[tuple[Tenancy, Inhabitant]]:
    """Start devices, all at once, in the machines of a lab, in their order."""
    tenancies = [Tenancy(machine, name, directory) for machine, name in zip(lab.devices, names, strict=True)]
    for one in tenancies:
        life.enter_context(one.life)
    return list(zip(tenancies, await started(*tenancies), strict=True))


async def started(*tenancies: Tenancy) -> list[Inhabitant]:
    """Start devices, all at once."""
    return await asyncio.gather(*(asyncio.to_thread(one.start) for one in tenancies))
