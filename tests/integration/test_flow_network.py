"""How the user adds the network and chooses how it is searched."""

import asyncio

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_ALLOWED_NETWORKS, CONF_SETTINGS, DOMAIN
from custom_components.local_things.flows import settings
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials, FoundThing
from custom_components.local_things.things.errors import Reason, Rejected
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

COAP: dict[str, object] = {"site_local": False, "directories": [], "serve_directory": False, "min_period": 0}
WOT: dict[str, object] = {"poll": 0}


async def choose(hass: HomeAssistant, kind: str) -> ConfigFlowResult:
    """Open the menu of what can be added, and choose a line of it."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["type"] is FlowResultType.MENU
    return await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": kind})


async def test_the_user_adds_the_network_once(hass: HomeAssistant, adapter: FakeAdapter) -> None:
    form = await choose(hass, "network")
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "network"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["interfaces"]

    second = await choose(hass, "network")
    assert second["type"] is FlowResultType.FORM, "a form left open elsewhere keeps nobody out"

    done = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert done["result"].state is ConfigEntryState.LOADED

    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN), "it is closed where it was left open"
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert "network" not in menu["menu_options"], "what is there is not offered again"
    assert "poe_switch" in menu["menu_options"]


@pytest.mark.parametrize(
    ("networks", "directory", "errors"),
    (
        (["10.0.0.1/8"], "fake://10", {CONF_ALLOWED_NETWORKS: "bad_network"}),
        (["10.20.0.0/16"], "http://directory.example", {"base": "bad_directory"}),
        (["10.20.0.0/16"], "fake://11", {"base": "bad_directory"}),
    ),
)
async def test_reconfigure_refuses_what_cannot_be_right(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    adapter: FakeAdapter,
    networks: list[str],
    directory: str,
    errors: dict[str, str],
) -> None:
    adapter.devices = [
        FakeDevice(description=thermometer(2), address="fake://11", error=Rejected(Reason.NOT_LOCAL, address="11"))
    ]
    form = await entry.start_reconfigure_flow(hass)
    wrong = await hass.config_entries.flow.async_configure(
        form["flow_id"],
        {CONF_ALLOWED_NETWORKS: networks, "coap": {**COAP, "site_local": True, "directories": [directory]}, "wot": WOT},
    )
    assert wrong["errors"] == errors
    assert wrong["description_placeholders"] is not None
    assert wrong["description_placeholders"]["address"] == (directory if "base" in errors else "")
    assert not entry.data
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {CONF_ALLOWED_NETWORKS: ["10.20.0.0/16"], "coap": COAP, "wot": WOT}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_reconfigure_keeps_what_is_chosen_and_hands_it_to_the_adapter(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    chosen = {"site_local": True, "directories": [" fake://99 ", " "], "serve_directory": True, "min_period": 30}
    form = await entry.start_reconfigure_flow(hass)
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {CONF_ALLOWED_NETWORKS: [" 10.20.0.0/16 "], "coap": chosen, "wot": {"poll": 5}}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert adapter.host is not None
    assert [str(network) for network in adapter.host.allowed_networks] == ["10.20.0.0/16"]
    assert adapter.closed == 1
    assert entry.data[CONF_SETTINGS] == {
        "coap": {**chosen, "directories": ["fake://99"]},
        "wot": {"poll": 5},
    }

    form = await entry.start_reconfigure_flow(hass)
    assert form["data_schema"] is not None
    assert form["data_schema"]({"coap": {}, "wot": {}})[CONF_ALLOWED_NETWORKS] == ["10.20.0.0/16"]
    sections = {key: field.schema({}) for key, field in form["data_schema"].schema.items() if key in ("coap", "wot")}
    assert sections == {"coap": {**chosen, "directories": ["fake://99"]}, "wot": {"poll": 5}}


@pytest.mark.parametrize("poll", (-1, 3601))
async def test_a_period_beyond_its_bounds_is_not_taken(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, poll: float
) -> None:
    form = await entry.start_reconfigure_flow(hass)
    with pytest.raises(InvalidData):
        await hass.config_entries.flow.async_configure(form["flow_id"], {"coap": COAP, "wot": {"poll": poll}})


async def test_an_adapter_is_told_the_language(
    hass: HomeAssistant, adapter: FakeAdapter, entry: MockConfigEntry
) -> None:
    hass.config.language = "sl"
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert adapter.host is not None
    assert adapter.host.language == "sl"


async def test_an_adapter_is_given_what_was_chosen_for_it(
    hass: HomeAssistant, adapter: FakeAdapter, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={CONF_SETTINGS: {"fake": {"loud": True}, "coap": {}}})
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert adapter.host is not None
    assert adapter.host.settings == {"loud": True}


async def test_a_directory_that_is_silent_now_is_taken_as_it_is(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def inspect(address: str, credentials: Credentials | None = None) -> FoundThing:
        never: asyncio.Future[FoundThing] = asyncio.get_running_loop().create_future()
        return await never

    monkeypatch.setattr(hub, "async_inspect", inspect)
    monkeypatch.setattr(settings, "_LONGEST_CHECK_S", 0)
    form = await entry.start_reconfigure_flow(hass)
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {"coap": {**COAP, "directories": ["fake://99"]}, "wot": WOT}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_a_network_that_does_not_run_can_be_reconfigured(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    form = await entry.start_reconfigure_flow(hass)
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {"coap": {**COAP, "directories": ["not asked"]}, "wot": WOT}
    )
    assert done["reason"] == "reconfigure_successful"
