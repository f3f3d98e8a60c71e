"""The panel: who gets it, what it is told, and that it goes with the last entry."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import frontend
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.panel.register import URL_PATH
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import Reason
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import Run, accept

type Told = Mapping[str, object]


async def follow(client: MockHAClientWebSocket, *kinds: str) -> list[Told]:
    """Subscribe to entries of these kinds; return the first that is told of them."""
    await client.send_json_auto_id({"type": "local_things/panel/subscribe", "kinds": list(kinds)})
    assert (await client.receive_json())["success"]
    return await told(client)


async def told(client: MockHAClientWebSocket) -> list[Told]:
    """Return the next that is told."""
    return cast("list[Told]", (await client.receive_json())["event"]["entries"])


def things_of(entries: list[Told]) -> list[Told]:
    """Return the Things of the only entry."""
    (entry,) = entries
    return cast("list[Told]", entry["things"])


async def test_things_are_told_with_how_they_are_reached(
    hass: HomeAssistant, hub: Hub, run: Run, hass_ws_client: WebSocketGenerator
) -> None:
    await run(thermometer(), {})
    (thing,) = things_of(await follow(await hass_ws_client(hass), "network"))
    assert thing["title"] == thermometer().title
    assert (thing["protocol"], thing["security"], thing["available"]) == ("fake", "none", True)
    assert thing["device_id"]


async def test_a_thing_with_a_password_says_so(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, hass_ws_client: WebSocketGenerator
) -> None:
    device = FakeDevice(description=thermometer(), credentials=Credentials(secret="open sesame"))
    adapter.devices.append(device)
    await hub.credentials.async_keep(device.description.id, Credentials(secret="open sesame"))
    await accept(hass, hub, device)
    answer = await follow(await hass_ws_client(hass), "network")
    assert things_of(answer)[0]["security"] == "password"
    assert "open sesame" not in str(answer)


async def test_what_changes_is_told_again_and_nothing_else_is(
    hass: HomeAssistant, hub: Hub, run: Run, hass_ws_client: WebSocketGenerator, freezer: FrozenDateTimeFactory
) -> None:
    await run(thermometer(), {})
    client = await hass_ws_client(hass)
    await follow(client, "network")
    for _ in range(3):
        freezer.tick(timedelta(seconds=3))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    (coordinator,) = hub.coordinators.values()
    await coordinator.async_suspend(Reason.POWER_OFF)
    freezer.tick(timedelta(seconds=3))
    async_fire_time_changed(hass)
    (thing,) = things_of(await told(client))
    assert (thing["available"], thing["reason"]) == (False, "power_off")


async def test_a_kind_that_is_not_there_is_told_as_nothing(
    hass: HomeAssistant, hub: Hub, hass_ws_client: WebSocketGenerator
) -> None:
    assert await follow(await hass_ws_client(hass), "power_budget", "rule_advisor") == []


async def test_who_is_no_administrator_is_told_nothing(
    hass: HomeAssistant, hub: Hub, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    client = await hass_ws_client(hass, hass_read_only_access_token)
    await client.send_json_auto_id({"type": "local_things/panel/subscribe", "kinds": ["network"]})
    answer = await client.receive_json()
    assert (answer["success"], answer["error"]["code"]) == (False, "unauthorized")


async def test_the_panel_is_in_the_sidebar_while_there_is_an_entry(
    hass: HomeAssistant,
    adapter: FakeAdapter,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "http", {})
    hass.config.components.add("frontend")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    panel = hass.data[frontend.DATA_PANELS][URL_PATH]
    assert panel.require_admin
    assert panel.config is not None
    module_url = panel.config["_panel_custom"]["module_url"]
    response = await (await hass_client()).get(module_url)
    assert response.status == 200
    assert "customElements" in await response.text()

    await hass.config_entries.async_remove(entry.entry_id)
    assert URL_PATH not in hass.data[frontend.DATA_PANELS]

    again = MockConfigEntry(domain=DOMAIN, unique_id="network", title="Local network")
    again.add_to_hass(hass)
    assert await hass.config_entries.async_setup(again.entry_id)
    assert URL_PATH in hass.data[frontend.DATA_PANELS]
