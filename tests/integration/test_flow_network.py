"""How the user adds the network and chooses how it is searched."""

import asyncio

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_ALLOWED_NETWORKS, CONF_SETTINGS, DOMAIN
from custom_components.local_things.flows import settings
from custom_components.local_things.hub import Hub
from custom_components.local_things.things.adapter import Credentials, FoundThing
from custom_components.local_things.things.errors import Reason, Rejected
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

COAP: dict[str, object] = {"site_local": False, "directories": [], "serve_directory": False, "min_period": 0}


async def test_the_user_adds_the_network_once(hass: HomeAssistant, adapter: FakeAdapter) -> None:
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["interfaces"]

    second = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert second["type"] is FlowResultType.FORM, "a form left open elsewhere keeps nobody out"

    done = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert done["result"].state is ConfigEntryState.LOADED

    again = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert again["type"] is FlowResultType.ABORT
    assert again["reason"] == "already_configured"


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
        {CONF_ALLOWED_NETWORKS: networks, "coap": {**COAP, "site_local": True, "directories": [directory]}},
    )
    assert wrong["errors"] == errors
    assert wrong["description_placeholders"] is not None
    assert wrong["description_placeholders"]["address"] == (directory if "base" in errors else "")
    assert not entry.data
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {CONF_ALLOWED_NETWORKS: ["10.20.0.0/16"], "coap": COAP}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_reconfigure_keeps_what_is_chosen_and_hands_it_to_the_adapter(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    chosen = {"site_local": True, "directories": [" fake://99 ", " "], "serve_directory": True, "min_period": 30}
    form = await entry.start_reconfigure_flow(hass)
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {CONF_ALLOWED_NETWORKS: [" 10.20.0.0/16 "], "coap": chosen}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert adapter.host is not None
    assert [str(network) for network in adapter.host.allowed_networks] == ["10.20.0.0/16"]
    assert adapter.closed == 1
    assert entry.data[CONF_SETTINGS] == {"coap": {**chosen, "directories": ["fake://99"]}}

    form = await entry.start_reconfigure_flow(hass)
    assert form["data_schema"] is not None
    assert form["data_schema"]({"coap": {}})[CONF_ALLOWED_NETWORKS] == ["10.20.0.0/16"]
    (section,) = [field for key, field in form["data_schema"].schema.items() if key == "coap"]
    assert section.schema({}) == {**chosen, "directories": ["fake://99"]}


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
        form["flow_id"], {"coap": {**COAP, "directories": ["fake://99"]}}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_a_network_that_does_not_run_can_be_reconfigured(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    form = await entry.start_reconfigure_flow(hass)
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {"coap": {**COAP, "directories": ["not asked"]}}
    )
    assert done["reason"] == "reconfigure_successful"
