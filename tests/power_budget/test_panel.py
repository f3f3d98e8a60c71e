"""The whole chain with nothing in between: a CoAP panel's meters, the budget, and the relay that opens."""

import asyncio
from collections.abc import AsyncIterator, Callable

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.const import DOMAIN, EVENT_DECISION, NETWORK_UNIQUE_ID
from custom_components.local_things.things.adapter import Adapter, AdapterHost, AdapterSpec
from tests.house import Device, running
from tests.house.panel import PANEL, PHASES
from tests.integration.walking import add_by_address, answer

from .dwelling import budget_entry

LINES = tuple(phase.upper() for phase in PHASES)

pytestmark = [pytest.mark.usefixtures("loopback"), pytest.mark.parametrize("expected_lingering_timers", (True,))]


@pytest.fixture
async def network(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MockConfigEntry]:
    """Set the network entry up on the loopback interface."""

    async def opened(host: AdapterHost) -> Adapter:
        return await CoapAdapter.open(host)

    async def loopback_only(_: HomeAssistant) -> list[dict[str, object]]:
        addresses = [{"address": "127.0.0.1", "network_prefix": 8}]
        return [{"name": "lo", "index": 1, "enabled": True, "ipv4": addresses, "ipv6": []}]

    spec = AdapterSpec(name="coap", open=opened)
    monkeypatch.setattr("custom_components.local_things.network.entry.ADAPTERS", (spec,))
    monkeypatch.setattr("homeassistant.components.network.async_get_adapters", loopback_only)
    made = MockConfigEntry(domain=DOMAIN, unique_id=NETWORK_UNIQUE_ID, title="Local network")
    made.add_to_hass(hass)
    assert await hass.config_entries.async_setup(made.entry_id)
    yield made
    await hass.config_entries.async_unload(made.entry_id)


@pytest.fixture
async def panel() -> AsyncIterator[Device]:
    """Run the panel, quickly."""
    async with running(PANEL, address="127.0.0.35", tick=0.1) as device:
        yield device


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


def entity(hass: HomeAssistant, platform: str, title: str) -> str:
    """Return the entity of the panel that goes by a title."""
    found = [
        one.entity_id
        for one in er.async_get(hass).entities.values()
        if one.platform == DOMAIN
        and one.domain == platform
        and (state := hass.states.get(one.entity_id))
        and str(state.attributes.get("friendly_name", "")).endswith(title)
    ]
    assert len(found) == 1, (title, found, [s.attributes.get("friendly_name") for s in hass.states.async_all(platform)])
    return found[0]


async def test_oven_and_heater_are_too_much_and_the_heater_goes(
    hass: HomeAssistant, network: MockConfigEntry, panel: Device
) -> None:
    form = await add_by_address(hass, network, panel.uri)
    await answer(hass, form, {"name": "Panel"})
    await until(lambda: any(s.attributes.get("unit_of_measurement") == "A" for s in hass.states.async_all("sensor")))
    await hass.async_block_till_done()
    main = {
        "limit_kind": "breaker_b",
        "rating": 16.0,
        "phases": list(LINES),
        "meters": {phase: [entity(hass, "sensor", f"Main {phase}")] for phase in LINES},
    }
    heater, oven = entity(hass, "switch", "Water heater"), entity(hass, "switch", "Oven")
    loads = {
        "Heater": {
            "entity": heater,
            "power": entity(hass, "sensor", "Power Water heater"),
            "nominal": 2300.0,
            "importance": 1,
            "phases": ["L1"],
        },
        "Oven": {"entity": oven, "nominal": 2500.0, "importance": 5, "phases": ["L1"], "last_resort": True},
    }
    await until(lambda: hass.states.is_state(heater, "on") and hass.states.is_state(oven, "on"))
    budget = budget_entry(loads, {"Main": main})
    budget.add_to_hass(hass)
    assert await hass.config_entries.async_setup(budget.entry_id)
    await hass.async_block_till_done()
    told: list[Event] = async_capture_events(hass, EVENT_DECISION)
    for select in hass.states.async_entity_ids("select"):
        if select.endswith("_mode"):
            await hass.services.async_call(
                "select", "select_option", {"entity_id": select, "option": "manage"}, blocking=True
            )
    budget.runtime_data.async_arm(armed=True)

    panel.set("clock", "35")
    await until(lambda: panel.values["heater"] is False)
    assert panel.values["oven"] is True
    assert float(panel.values["l1"]) < 16.0
    assert [(one.data["type"], one.data["load"]) for one in told] == [("shed", "Heater")]
    assert "Main L1 at 2" in told[0].data["message"]
    await until(lambda: hass.states.is_state(heater, "off"))
    await hass.config_entries.async_unload(budget.entry_id)
