"""Which device hangs at which port, as the switch or the user says, and what each shows of the other."""

from collections.abc import Iterator, Mapping
from functools import partial
import threading
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntry
import pytest

from custom_components.local_things.adapters.poe.linking import Device, Household, Links, link
from custom_components.local_things.adapters.poe.topology import Topology
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.flows.poe_options import CONF_DEVICE, CONF_LINK, CONF_PORT
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.panel.overview import entries_of
from custom_components.local_things.poe_switch import links
from custom_components.local_things.poe_switch.hub import OPTION_LINKS
from custom_components.local_things.poe_switch.links import _host, async_look_again
from custom_components.local_things.things.usage import Usage
from tests.house.switch import Attached, SimulatedSwitch
from tests.integration.walking import until

from .house import (
    HUB,
    SWITCH_ID,
    Linked,
    foreign_device,
    hub_of,
    linked,
    mac,
    power_ups,
    shows,
    suggested,
    until_true,
    value,
)

CAMERA = Attached(hardware=mac(5), pd_class=1, watts=2)


def port_name(hass: HomeAssistant, entry: ConfigEntry, number: int) -> str | None:
    port = dr.async_get(hass).async_get_child_device_by_identifier(
        (DOMAIN, f"{SWITCH_ID}_port-1-{number}"), entry.entry_id
    )
    return port.name if port else None


def shown_at(hass: HomeAssistant, device: DeviceEntry) -> set[str]:
    """Return the entities of ours on the page of a device."""
    entities = er.async_entries_for_device(er.async_get(hass), device.id)
    return {entity.entity_id for entity in entities if entity.platform == DOMAIN}


async def test_a_device_of_another_integration_shows_its_port_and_the_port_its_name(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    assert shown_at(hass, camera) == {"sensor.camera_poe_power", "button.camera_power_cycle"}
    assert value(hass, "sensor.camera_poe_power") == "2.0"
    assert port_name(hass, entry, 5) == "outlet 5 (Camera)"
    assert port_name(hass, entry, 6) == "outlet 6"

    ups = await power_ups(switch, 5)
    await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: "button.camera_power_cycle"}, blocking=True)
    assert ups == 1
    await shows(hass, "sensor.switch_outlet_5_poe_status", "delivering_power")


async def test_the_panel_is_told_who_hangs_where_and_how_the_switch_is_spoken_to(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    (told,) = entries_of(hass, ["poe_switch"])
    assert isinstance(told, dict)
    things, links = told["things"], told["links"]
    assert isinstance(things, list)
    assert isinstance(links, list)
    titles = {one["id"]: one["title"] for one in things if isinstance(one, dict)}
    assert [(one["device_id"], titles[one["port"]]) for one in links if isinstance(one, dict)] == [
        (camera.id, "outlet 5 (Camera)")
    ]
    assert all(one["device_id"] and one["protocol"] == "snmp" for one in things if isinstance(one, dict))
    assert {one["security"] for one in things if isinstance(one, dict)} == {"password"}  # a community


async def test_a_link_moves_with_its_device(hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    await switch.plug(5, None)
    await switch.plug(4, CAMERA)
    await linked(hass, entry, "1.4", camera)
    assert hub_of(entry).at["1.5"] == ()
    assert (port_name(hass, entry, 4), port_name(hass, entry, 5)) == ("outlet 4 (Camera)", "outlet 5")
    assert len(shown_at(hass, camera)) == 2
    await shows(hass, "sensor.camera_poe_power", "2.0")


async def test_a_link_outlives_a_restart_and_the_silence_of_its_device(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    await switch.tell(port=5, enabled=False)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert hub_of(entry).at["1.5"] == (camera.id,), "before the switch has told anything"
    await linked(hass, entry, "1.5", camera)
    assert len(shown_at(hass, camera)) == 2


async def test_what_is_remembered_and_makes_no_sense_is_left_out(hass: HomeAssistant, entry: ConfigEntry) -> None:
    hub_of(entry).memory.keep_adapter("links", {"devices": {"x": {"port": 1}}, "kinds": 5})
    hub_of(entry).memory.keep_adapter("remedy", {"1.1": {"device": 1}})
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert set(hub_of(entry).at.values()) == {()}


async def test_a_device_that_goes_leaves_its_port(hass: HomeAssistant, entry: ConfigEntry) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    dr.async_get(hass).async_remove_device(camera.id)
    await linked(hass, entry, "1.5")
    assert port_name(hass, entry, 5) == "outlet 5"
    assert not [one for one in er.async_get(hass).entities.values() if "_at-" in one.unique_id]


async def test_what_was_shown_of_a_link_that_ended_meanwhile_is_removed(
    hass: HomeAssistant, entry: ConfigEntry
) -> None:
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_update_entry(entry, options={OPTION_LINKS: {"1.5": ""}})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert shown_at(hass, camera) == set()


async def test_what_a_device_says_by_lldp_that_it_wants_is_shown_and_never_fetched(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    asks = "sensor.camera_asks_for_the_internet"
    url = "https://maker.example/camera.json"
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    assert hass.states.get(asks) is None

    def tells(said: str) -> bool:
        return hub_of(entry).switch.topology().usage_urls().get("1.5", "") == said

    with patch("socket.getaddrinfo", side_effect=AssertionError):
        for said in (url, f"{url}?2"):
            await switch.plug(5, Attached(hardware=mac(5), pd_class=1, watts=2.0, name="camera", usage_url=said))
            await until(partial(tells, said))
            await linked(hass, entry, "1.5", camera)
            usage = hub_of(entry).linked["1.5"].description.usage
            assert usage == Usage(url=said)
            assert value(hass, asks) == "unclear"
        form = await hass.config_entries.options.async_init(entry.entry_id)
        form = await hass.config_entries.options.async_configure(form["flow_id"], {"next_step_id": "port"})
        form = await hass.config_entries.options.async_configure(form["flow_id"], {"port": "1.5"})
        assert form["description_placeholders"] is not None
        assert form["description_placeholders"]["usage"] == f"`{url}?2`"
        await switch.plug(5, Attached(hardware=mac(5), pd_class=1, watts=2.0))
        await until(partial(tells, ""))
        await linked(hass, entry, "1.5", camera)
        assert value(hass, asks) == "unclear", "what it said it has said, until it says something else"


async def choose(hass: HomeAssistant, entry: ConfigEntry, **link: str) -> dict[str, str] | None:
    """Say what hangs at port 5; return the errors."""
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    assert form["menu_options"] == ["port", "remedy", "polling"]
    form = await options.async_configure(form["flow_id"], {"next_step_id": "port"})
    form = await options.async_configure(form["flow_id"], {CONF_PORT: "1.5"})
    assert form["step_id"] == "link"
    done = await options.async_configure(form["flow_id"], link)
    await hass.async_block_till_done()
    if done["type"] is FlowResultType.CREATE_ENTRY:
        return None
    options.async_abort(form["flow_id"])
    return done["errors"]


async def test_the_user_says_what_hangs_at_a_port(hass: HomeAssistant, entry: ConfigEntry) -> None:
    camera = foreign_device(hass, mac(5))
    other = foreign_device(hass, mac(77), "Doorbell")
    await linked(hass, entry, "1.5", camera)
    running = hub_of(entry)

    assert await choose(hass, entry, **{CONF_LINK: "chosen"}) == {CONF_DEVICE: "choose_device"}
    switch = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, SWITCH_ID), entry.entry_id)
    assert switch
    refused = await choose(hass, entry, **{CONF_LINK: "chosen", CONF_DEVICE: switch.id})
    assert refused == {CONF_DEVICE: "choose_device"}, "a switch does not hang at itself"

    assert await choose(hass, entry, **{CONF_LINK: "chosen", CONF_DEVICE: other.id}) is None
    assert (port_name(hass, entry, 5), shown_at(hass, camera)) == ("outlet 5 (Doorbell)", set())
    assert len(shown_at(hass, other)) == 2

    assert await choose(hass, entry, **{CONF_LINK: "none"}) is None
    assert (port_name(hass, entry, 5), shown_at(hass, other)) == ("outlet 5", set())

    assert await choose(hass, entry, **{CONF_LINK: "automatic"}) is None
    assert len(shown_at(hass, camera)) == 2
    assert entry.options[OPTION_LINKS] == {}
    assert hub_of(entry) is running, "nothing is reloaded for that"


async def test_a_device_that_the_user_put_somewhere_is_nowhere_else(hass: HomeAssistant, entry: ConfigEntry) -> None:
    camera = foreign_device(hass, mac(6))
    await linked(hass, entry, "1.6", camera)
    assert await choose(hass, entry, **{CONF_LINK: "chosen", CONF_DEVICE: camera.id}) is None
    assert (hub_of(entry).at["1.5"], hub_of(entry).at["1.6"]) == ((camera.id,), ())


async def test_the_user_says_how_often_the_switch_is_asked_and_what_it_keeps(
    hass: HomeAssistant, entry: ConfigEntry
) -> None:
    options = hass.config_entries.options
    assert value(hass, "sensor.switch_power_headroom") == "35.81"
    running = [hub_of(entry)]
    for _ in range(2):
        form = await options.async_init(entry.entry_id)
        form = await options.async_configure(form["flow_id"], {"next_step_id": "polling"})
        done = await options.async_configure(form["flow_id"], {"poll": 60, "guard": 10.5})
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        running.append(hub_of(entry))
    assert value(hass, "sensor.switch_power_headroom") == "25.31"
    assert running[1].switch._pace.poll == 60.0
    assert running[0] is not running[1]
    assert running[1] is running[2], "what stays as it is is no reason to begin anew"

    form = await options.async_init(entry.entry_id)
    form = await options.async_configure(form["flow_id"], {"next_step_id": "polling"})
    assert suggested(form) == {"poll": 60.0, "guard": 10.5}
    for wrong in ({"poll": 9, "guard": 0}, {"poll": 301, "guard": 0}, {"poll": 30, "guard": -1}):
        with pytest.raises(InvalidData):
            await options.async_configure(form["flow_id"], wrong)


# -------------------------------------------------------------------------------- what changes while it is looked for


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Hold whoever looks for links, from the first event on until the second; never in the loop."""
    begun, may_end, loop_thread = threading.Event(), threading.Event(), threading.get_ident()

    def held(
        topologies: Mapping[str, Topology], household: Household, devices: Mapping[str, Device], before: Links
    ) -> Links:
        assert threading.get_ident() != loop_thread
        begun.set()
        assert may_end.wait(5)
        return link(topologies, household, devices, before)

    monkeypatch.setattr(links, "link", held)
    may_end.set()
    yield begun, may_end
    may_end.set()


type Held = tuple[threading.Event, threading.Event]


async def test_what_changed_while_links_were_looked_for_counts(
    hass: HomeAssistant, slowly: Held, entry: ConfigEntry
) -> None:
    begun, may_end = slowly
    camera = foreign_device(hass, mac(5))
    other = foreign_device(hass, mac(6), "Doorbell")
    await linked(hass, entry, "1.5", camera)
    begun.clear()
    may_end.clear()
    looking = hass.async_create_task(async_look_again(hass))
    await until(begun.is_set)
    dr.async_get(hass).async_remove_device(camera.id)
    hass.config_entries.async_update_entry(entry, options={OPTION_LINKS: {"1.6": ""}})
    may_end.set()
    await looking
    at = hub_of(entry).at
    assert (at["1.5"], at["1.6"]) == ((), ())
    assert dr.async_get(hass).async_get(other.id)


async def test_a_switch_that_goes_while_links_are_looked_for_is_shown_nothing(
    hass: HomeAssistant, slowly: Held, entry: ConfigEntry
) -> None:
    begun, may_end = slowly
    camera = foreign_device(hass, mac(5))
    begun.clear()
    may_end.clear()
    looking = hass.async_create_task(async_look_again(hass))
    await until(begun.is_set)
    assert await hass.config_entries.async_unload(entry.entry_id)
    coming = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
    may_end.set()
    await looking
    assert await coming
    await linked(hass, entry, "1.5", camera)
    assert len(shown_at(hass, camera)) == 2


async def test_there_is_nothing_to_choose_while_the_switch_is_not_reached(
    hass: HomeAssistant, entry: ConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    aborted = await hass.config_entries.options.async_init(entry.entry_id)
    assert (aborted["type"], aborted["reason"]) == (FlowResultType.ABORT, "not_running")


# ------------------------------------------------------------------------------------------------ a Thing of ours


async def test_a_thing_shows_the_port_that_feeds_it(hass: HomeAssistant, entry: ConfigEntry, thing: Linked) -> None:
    _, device, _ = thing
    assert {"sensor.greenhouse_poe_power", "button.greenhouse_power_cycle"} <= shown_at(hass, device)
    assert value(hass, "sensor.greenhouse_poe_power") == "2.0"
    assert port_name(hass, entry, 5) == "outlet 5 (Greenhouse)"
    assert value(hass, "sensor.greenhouse_connection") == "connected"


async def test_a_thing_without_power_says_so_at_once_and_is_back_with_it(
    hass: HomeAssistant, entry: ConfigEntry, thing: Linked
) -> None:
    device, found, _ = thing
    before = device.things[0]
    device.answering = False
    await hass.services.async_call("switch", "turn_off", {ATTR_ENTITY_ID: "switch.switch_outlet_5"}, blocking=True)
    await shows(hass, "sensor.greenhouse_connection", "power_off")
    assert value(hass, "sensor.greenhouse_temperature") == STATE_UNAVAILABLE
    assert value(hass, "sensor.greenhouse_poe_power") == "0.0", "the port is there"
    assert device.things == [], "nobody asks it"
    with pytest.raises(HomeAssistantError) as refused:
        await hass.services.async_call(
            DOMAIN, "read", {"device_id": found.id, "property": "t"}, blocking=True, return_response=True
        )
    assert refused.value.translation_key == "power_off"

    device.answering = True
    await hass.services.async_call("switch", "turn_on", {ATTR_ENTITY_ID: "switch.switch_outlet_5"}, blocking=True)
    await shows(hass, "sensor.greenhouse_connection", "connected")
    assert value(hass, "sensor.greenhouse_temperature") == "21.5"
    assert device.things
    assert device.things != [before], "it begins anew, as the device does"
    assert value(hass, "sensor.greenhouse_poe_power"), "what the switch shows there stays"


@pytest.mark.parametrize("end", ("unload", "unlink"))
async def test_a_thing_is_not_let_go_for_ever(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked, end: str
) -> None:
    device, _, _ = thing
    device.answering = False
    await switch.tell(port=5, enabled=False)
    await shows(hass, "sensor.greenhouse_connection", "power_off")
    device.answering = True
    if end == "unload":
        assert await hass.config_entries.async_unload(entry.entry_id)
    else:
        assert await choose(hass, entry, **{CONF_LINK: "none"}) is None
    await shows(hass, "sensor.greenhouse_connection", "connected")
    assert device.things


async def test_the_network_may_be_reloaded_while_a_port_is_off(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    silent, device, network = thing
    silent.answering = False
    await switch.tell(port=5, enabled=False)
    await shows(hass, "sensor.greenhouse_connection", "power_off")
    assert await hass.config_entries.async_reload(network.entry_id)
    await shows(hass, "sensor.greenhouse_connection", "not_answering")
    await linked(hass, entry, "1.5", device)
    await shows(hass, "sensor.greenhouse_connection", "power_off")


async def test_a_thing_with_power_from_elsewhere_is_let_go_once(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch, thing: Linked
) -> None:
    device, found, network = thing
    hub: Hub = network.runtime_data
    device.answering = False
    await switch.tell(port=5, enabled=False)
    await shows(hass, "sensor.greenhouse_connection", "power_off")
    device.answering = True

    async def met() -> bool:
        await hub.search.async_scan().task
        return value(hass, "sensor.greenhouse_connection") == "connected"

    await until_true(met)
    await linked(hass, entry, "1.5", found)
    assert value(hass, "sensor.greenhouse_connection") == "connected"


async def test_one_device_known_twice_is_shown_once(hass: HomeAssistant, entry: ConfigEntry, thing: Linked) -> None:
    _, device, _ = thing
    other = foreign_device(hass, mac(5), "The same")
    await linked(hass, entry, "1.5", device, other)
    assert shown_at(hass, other) == set()
    assert port_name(hass, entry, 5) == "outlet 5 (Greenhouse)"


async def test_home_assistant_itself_is_no_device_of_ours(hass: HomeAssistant, entry: ConfigEntry) -> None:
    hub = foreign_device(hass, HUB, "This machine")
    await linked(hass, entry, "1.8", hub)
    assert port_name(hass, entry, 8) == "outlet 8 (This machine)"


@pytest.mark.parametrize(
    ("address", "host"),
    (
        ("coap://[fe80::1%eth0]:5683", "fe80::1"),
        ("coap://[fd00::2]", "fd00::2"),
        ("coap://192.0.2.7:5683", "192.0.2.7"),
        ("coap://192.0.2.7", "192.0.2.7"),
        ("http://192.0.2.7/td?a=b", "192.0.2.7"),
        ("http://[fd00::2]:80/td", "fd00::2"),
        ("http://lamp.local:80/td", ""),
        ("mqtt", ""),
    ),
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert _host(address) == host
