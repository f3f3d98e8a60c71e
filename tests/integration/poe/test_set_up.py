"""How the user adds a switch, gives it other credentials, and changes where it is."""

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.adapters.poe.adapter import inspect_switch, open_switch
from custom_components.local_things.adapters.poe.parts import Part
from custom_components.local_things.const import CONF_CONTROL, DOMAIN
from custom_components.local_things.credentials import CredentialStore
from custom_components.local_things.poe_switch.entry import _inspector, _opener, async_keep_credentials
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import Reason
from tests.house.switch import SimulatedSwitch, User
from tests.integration.walking import until

from .house import SWITCH_ID, USER, Way, add, by_community, by_user, fill_in, hub_of, shows, submit, suggested, value

WRONG_AUTHENTICATION = User(name=USER.name, authentication="wrong-password", privacy=USER.privacy)
SHORT = User(name=USER.name, authentication="short", privacy=USER.privacy)
WRONG_PRIVACY = User(name=USER.name, authentication=USER.authentication, privacy="wrong-password")
STRANGER = User(name="stranger", authentication=USER.authentication, privacy=USER.privacy)


@pytest.mark.parametrize("way", (by_community("private"), by_user(USER)), ids=("v2c", "v3"))
async def test_a_switch_is_added(hass: HomeAssistant, switch: SimulatedSwitch, way: Way) -> None:
    entry = await add(hass, switch, way)
    assert entry.unique_id == SWITCH_ID
    assert entry.title == "switch"
    assert entry.data[CONF_ADDRESS] == f"snmp://{switch.address}"
    hub = hub_of(entry)
    assert len(hub.ports) == 8
    assert value(hass, "sensor.switch_connection") == "connected"
    security = hub.reach_of(hub.coordinators[SWITCH_ID]).security
    assert security == ("encrypted" if way == by_user(USER) else "password")

    again = await fill_in(hass, switch, way)
    assert again["type"] is FlowResultType.ABORT
    assert again["reason"] == "already_configured"


@pytest.mark.parametrize(
    ("right", "refused"),
    (
        (by_community("private"), ((by_community("guessed"), "not_answering"), (by_community("public"), "no_control"))),
        (
            by_user(USER),
            (
                (by_user(WRONG_AUTHENTICATION), "access_denied"),
                (by_user(SHORT), "bad_credentials"),
                (by_user(STRANGER), "access_denied"),
                (by_user(WRONG_PRIVACY), "not_answering"),
                (by_user(USER, "sha1"), "access_denied"),
            ),
        ),
    ),
    ids=("v2c", "v3"),
)
async def test_what_the_switch_does_not_take_is_said(
    hass: HomeAssistant, switch: SimulatedSwitch, right: Way, refused: tuple[tuple[Way, str], ...]
) -> None:
    form = await fill_in(hass, switch, right, address="127.0.0.33:1")
    assert form["errors"] == {"base": "not_answering"}
    for way, error in refused:
        form = await submit(hass, form, switch, way)
        assert form["type"] is FlowResultType.FORM
        assert form["errors"] == {"base": error}, way
        shown = suggested(form)
        assert shown.pop(CONF_ADDRESS) == switch.address, "what was typed is kept"
        assert not {"key", "privacy"} & {key for key, text in shown.items() if text}, "but for what is secret"
    assert (await submit(hass, form, switch, right))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_wrong_address_is_said(hass: HomeAssistant, switch: SimulatedSwitch) -> None:
    way = by_community("private")
    form = await fill_in(hass, switch, way, address="8.8.8.8")
    assert form["errors"] == {"base": "not_local"}
    form = await submit(hass, form, switch, way, address="no address at all")
    assert form["errors"] == {"base": "bad_address"}


async def test_a_switch_that_may_only_be_read_has_nothing_to_switch(
    hass: HomeAssistant, switch: SimulatedSwitch
) -> None:
    await add(hass, switch, by_community("public"), control=False)
    assert hass.states.async_entity_ids("sensor")
    assert [*hass.states.async_entity_ids("switch"), *hass.states.async_entity_ids("button")] == []
    assert value(hass, "binary_sensor.switch_outlet_1_switched_on") == "on"


async def test_new_credentials_are_asked_for_and_taken(hass: HomeAssistant, switch: SimulatedSwitch) -> None:
    entry = await add(hass, switch, by_user(USER))
    await hass.config_entries.async_unload(entry.entry_id)
    store = CredentialStore(hass, entry.entry_id)
    await store.async_remove()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.error_reason_translation_key == "access_denied"
    (form,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert form["context"]["source"] == SOURCE_REAUTH
    wrong = await submit(hass, form, switch, by_user(WRONG_AUTHENTICATION))
    assert wrong["errors"] == {"base": "access_denied"}
    done = await submit(hass, form, switch, by_user(USER))
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert value(hass, "sensor.switch_connection") == "connected"

    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    assert suggested(form) == {
        CONF_ADDRESS: entry.data[CONF_ADDRESS],
        "identity": USER.name,
        "key": None,
        "privacy": None,
        "authentication": "sha256",
        CONF_CONTROL: True,
    }


async def test_a_switch_that_begins_to_refuse_asks_for_other_credentials(
    hass: HomeAssistant, switch: SimulatedSwitch
) -> None:
    entry = await add(hass, switch, by_community("private"))
    thing = hub_of(entry).switch.things[0]
    assert isinstance(thing, Part)
    thing.lost(Reason.ACCESS_DENIED)
    await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
    (form,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert form["context"]["source"] == SOURCE_REAUTH
    assert form["step_id"] == "snmp_v2c"


async def test_openwrt_is_asked_by_http(hass: HomeAssistant, switch: SimulatedSwitch) -> None:
    way = ("openwrt", {"identity": "root", "key": "secret"})
    form = await fill_in(hass, switch, way, address="127.0.0.33:1")
    assert form["errors"] == {"base": "not_answering"}
    form = await submit(hass, form, switch, way, address="ubus+http://8.8.8.8")
    assert form["errors"] == {"base": "not_local"}


async def test_address_credentials_and_control_can_be_changed(hass: HomeAssistant, switch: SimulatedSwitch) -> None:
    entry = await add(hass, switch, by_community("private"))
    assert hass.states.async_entity_ids("switch")
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    done = await submit(hass, form, switch, by_community("public"), control=False)
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_CONTROL] is False
    assert value(hass, "binary_sensor.switch_outlet_1_switched_on") == "on"


async def test_t04_an_entry_is_not_pointed_at_another_switch(hass: HomeAssistant, switch: SimulatedSwitch) -> None:
    known = another_switch(switch)
    known.add_to_hass(hass)
    form = await known.start_reconfigure_flow(hass)
    done = await submit(hass, form, switch, by_community("private"))
    assert done["reason"] == "another_switch"


async def test_a_switch_that_is_silent_when_it_is_started_is_awaited(
    hass: HomeAssistant, switch: SimulatedSwitch
) -> None:
    entry = await add(hass, switch, by_community("private"))
    await hass.config_entries.async_unload(entry.entry_id)
    await switch.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "not_answering"
    await switch.start()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await shows(hass, "sensor.switch_connection", "connected")


def another_switch(switch: SimulatedSwitch) -> MockConfigEntry:
    """Return the entry of a switch that had the address of `switch` before."""
    return MockConfigEntry(
        domain=DOMAIN,
        unique_id="urn:dev:mac:00163efffe000000",
        title="Cellar",
        data={"kind": "poe_switch", "way": "snmp_v2c", CONF_ADDRESS: f"snmp://{switch.address}", CONF_CONTROL: True},
    )


async def test_t04_another_switch_at_the_address_is_not_taken_for_it(
    hass: HomeAssistant, switch: SimulatedSwitch
) -> None:
    known = another_switch(switch)
    known.add_to_hass(hass)
    await async_keep_credentials(hass, known, Credentials(secret="private"))
    assert not await hass.config_entries.async_setup(known.entry_id)
    assert known.state is ConfigEntryState.SETUP_RETRY
    assert known.error_reason_translation_key == "identity_changed"


def test_what_brings_the_library_is_imported_when_it_is_needed() -> None:
    assert (_inspector(), _opener()) == (inspect_switch, open_switch)
