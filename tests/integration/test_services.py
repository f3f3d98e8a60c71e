"""The actions: who may call them, what they answer, and that nothing but an accepted device is ever reached."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from homeassistant.auth.models import User
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.setup import async_setup_component
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.local_things import services
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network import scanner
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import FoundThing
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.things.model import ActionAffordance, ThingDescription, Value
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import BOOLEAN, prop, thermometer

from .conftest import accept

ACTIONS = ("discover", "invoke", "read", "write")


def _plug() -> ThingDescription:
    properties = {
        "on": prop("on", Quantity.ON_OFF, BOOLEAN, read_only=False),
        "power": prop("power", Quantity.POWER),
    }
    actions = {"descale": ActionAffordance(name="descale", needs_input=True)}
    return ThingDescription(id="urn:dev:mac:0024befffe809999", title="Plug", properties=properties, actions=actions)


@pytest.fixture
def plug(adapter: FakeAdapter) -> FakeDevice:
    """Put a plug on the wire."""
    made = FakeDevice(description=_plug(), values={"on": False, "power": 12.5})
    adapter.devices = [made]
    return made


@pytest.fixture
async def device_id(hass: HomeAssistant, hub: Hub, plug: FakeDevice) -> str:
    """Accept the plug; return its id in the device registry."""
    await accept(hass, hub, plug, "Kettle")
    return _device(hass, hub, plug).id


def _device(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> dr.DeviceEntry:
    registry = dr.async_get(hass)
    found = registry.async_get_device_by_identifier((DOMAIN, device.description.id), hub.entry.entry_id)
    assert found is not None
    return found


async def _call(hass: HomeAssistant, service: str, **data: object) -> dict[str, object]:
    """Call an action as an automation does; return its response."""
    return await _call_as(hass, None, service, **data)


async def _call_as(hass: HomeAssistant, user: User | None, service: str, **data: object) -> dict[str, object]:
    response = await hass.services.async_call(
        DOMAIN,
        service,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id) if user else None,
    )
    assert response is not None
    return {**response}


async def _statuses(hass: HomeAssistant) -> dict[str, object]:
    """Search and return the status by address."""
    answer = await _call(hass, "discover")
    assert isinstance(answer["things"], list)
    return {thing["address"]: thing["status"] for thing in answer["things"]}


# --------------------------------------------------------------------------------------------------- who and when


async def test_actions_are_there_before_any_entry_and_say_why_they_cannot_work(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services_for_domain(DOMAIN)) >= set(ACTIONS)
    with pytest.raises(ServiceValidationError) as refusal:
        await _call(hass, "discover")
    assert refusal.value.translation_key == "not_running"


async def test_home_assistant_can_read_their_descriptions(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    described = (await async_get_all_descriptions(hass))[DOMAIN]
    assert {name: sorted(described[name]["fields"]) for name in ACTIONS} == {
        "discover": [],
        "invoke": ["action", "device_id", "input"],
        "read": ["device_id", "property"],
        "write": ["device_id", "property", "value"],
    }
    assert {name: described[name]["response"]["optional"] for name in ACTIONS} == {
        "discover": False,
        "invoke": True,
        "read": False,
        "write": True,
    }


@pytest.mark.parametrize("action", ACTIONS)
async def test_only_an_administrator_may_call(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, adapter: FakeAdapter, action: str
) -> None:
    guest = MockUser(groups=[]).add_to_hass(hass)
    scans = adapter.scans
    data: dict[str, dict[str, object]] = {
        "discover": {},
        "invoke": {"device_id": device_id, "action": "descale"},
        "read": {"device_id": device_id, "property": "on"},
        "write": {"device_id": device_id, "property": "on", "value": True},
    }
    with pytest.raises(Unauthorized):
        await _call_as(hass, guest, action, **data[action])
    assert (plug.values["on"], plug.invoked, adapter.scans) == (False, [], scans)

    owner = MockUser(is_owner=True).add_to_hass(hass)
    await _call_as(hass, owner, action, **data[action])


@pytest.mark.parametrize("action", ["read", "write"])
async def test_an_entry_that_is_not_loaded_is_said_to_be(
    hass: HomeAssistant, hub: Hub, device_id: str, action: str
) -> None:
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    with pytest.raises(ServiceValidationError) as refusal:
        await _call(hass, action, device_id=device_id, property="on", **({"value": True} if action == "write" else {}))
    assert refusal.value.translation_key == "service_config_entry_not_loaded"
    with pytest.raises(ServiceValidationError) as refusal:
        await _call(hass, "discover")
    assert refusal.value.translation_key == "not_running"


# ----------------------------------------------------------------------------------------------------- which device


async def test_no_address_takes_the_place_of_a_device(hass: HomeAssistant, hub: Hub, plug: FakeDevice) -> None:
    for address in (plug.address, "coap://127.0.0.1", plug.description.id):
        with pytest.raises(ServiceValidationError) as refusal:
            await _call(hass, "read", device_id=address, property="on")
        assert refusal.value.translation_key == "service_device_not_found"
    for extra in ("address", "uri", "url", "href"):
        with pytest.raises(vol.Invalid):
            await _call(hass, "read", device_id="x", property="on", **{extra: "coap://127.0.0.1"})


async def test_a_device_of_another_integration_is_refused(hass: HomeAssistant, hub: Hub) -> None:
    stranger = MockConfigEntry(domain="other")
    stranger.add_to_hass(hass)
    other = dr.async_get(hass).async_get_or_create(config_entry_id=stranger.entry_id, identifiers={("other", "1")})
    with pytest.raises(ServiceValidationError) as refusal:
        await _call(hass, "read", device_id=other.id, property="on")
    assert refusal.value.translation_key == "service_device_wrong_domain"


async def test_a_device_that_could_not_be_started_is_named(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, adapter: FakeAdapter
) -> None:
    adapter.devices = []
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    with pytest.raises(HomeAssistantError) as refusal:
        await _call(hass, "read", device_id=device_id, property="on")
    assert refusal.value.translation_key == "thing_not_running"
    assert refusal.value.translation_placeholders == {"device": "Kettle"}


@pytest.mark.parametrize("action", ["read", "write"])
async def test_what_answers_in_place_of_a_device_gets_no_request_meant_for_it(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, action: str
) -> None:
    (coordinator,) = hub.coordinators.values()
    await coordinator.async_suspend(Reason.IDENTITY_CHANGED)
    plug.error = Unreachable(Reason.NOT_ANSWERING)  # what a request would bring
    with pytest.raises(HomeAssistantError) as refusal:
        await _call(hass, action, device_id=device_id, property="on", **({"value": True} if action == "write" else {}))
    assert refusal.value.translation_key == "identity_changed"
    assert not plug.values["on"]


# ------------------------------------------------------------------------------------------------------- properties


@pytest.mark.parametrize("name", ["off", "", "/on", "coap://127.0.0.1/on", "../on", "On", "{{ on }}", "\u202eno"])
async def test_unknown_property_is_answered_with_those_there_are(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, name: str
) -> None:
    plug.error = Unreachable(Reason.NOT_ANSWERING)  # what a request would bring
    for action, data in (("read", {}), ("write", {"value": True})):
        with pytest.raises(ServiceValidationError) as refusal:
            await _call(hass, action, device_id=device_id, property=name, **data)
        assert refusal.value.translation_key == "unknown_property"
        words = refusal.value.translation_placeholders
        assert words is not None
        assert (words["device"], words["names"]) == ("Kettle", "on, power")
        assert "\u202e" not in words["name"]


async def test_reading_asks_the_device_and_gives_the_unit(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str
) -> None:
    (coordinator,) = hub.coordinators.values()
    plug.values["power"] = 40.0  # nobody was told
    assert coordinator.data.values["power"] == 12.5
    answer = await _call(hass, "read", device_id=device_id, property="power")
    assert answer == {"value": 40.0, "unit": "W"}
    assert await _call(hass, "read", device_id=device_id, property="on") == {"value": False, "unit": None}


async def test_a_silent_device_is_an_error_with_its_name(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str
) -> None:
    plug.fail()
    for action, data in (("read", {}), ("write", {"value": True})):
        with pytest.raises(HomeAssistantError) as refusal:
            await _call(hass, action, device_id=device_id, property="on", **data)
        assert refusal.value.translation_key == "not_answering"
        assert (refusal.value.translation_placeholders or {})["device"] == "Kettle"
    assert not plug.values["on"]


async def test_writing_is_verified(hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str) -> None:
    answer = await _call(hass, "write", device_id=device_id, property="on", value=True)
    assert answer == {"value": True, "unit": None}
    assert plug.values["on"] is True

    plug.lies = True
    with pytest.raises(HomeAssistantError) as refusal:
        await _call(hass, "write", device_id=device_id, property="on", value=False)
    assert refusal.value.translation_key == "write_not_applied"


async def test_writing_without_a_response_does_not_read_again(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(self: object, name: str) -> Value:
        raise AssertionError

    monkeypatch.setattr("tests.fake.FakeThing.read_property", read)
    data = {"device_id": device_id, "property": "on", "value": True}
    assert await hass.services.async_call(DOMAIN, "write", data, blocking=True) is None
    assert plug.values["on"] is True


@pytest.mark.parametrize("reason", [Reason.READ_ONLY, Reason.OUT_OF_RANGE])
async def test_a_value_that_cannot_be_is_the_callers_mistake(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, reason: Reason
) -> None:
    plug.error = Rejected(reason)
    with pytest.raises(ServiceValidationError) as refusal:
        await _call(hass, "write", device_id=device_id, property="power", value=1)
    assert refusal.value.translation_key == reason.value


@pytest.mark.parametrize("value", [None, [], {"v": 1}, float("nan"), float("inf"), -float("inf"), 10**400])
async def test_what_no_property_can_hold_never_reaches_a_thing(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, value: object
) -> None:
    with pytest.raises(vol.Invalid):
        await _call(hass, "write", device_id=device_id, property="power", value=value)
    assert plug.values["power"] == 12.5


# -------------------------------------------------------------------------------------------------------- searching


async def test_a_search_tells_where_every_device_stands(
    hass: HomeAssistant,
    hub: Hub,
    plug: FakeDevice,
    device_id: str,
    adapter: FakeAdapter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    impostor = FakeDevice(description=_plug(), address="fake://66")
    ignored = FakeDevice(description=thermometer(2, "Cellar"), address="fake://2")
    new = FakeDevice(description=thermometer(3, ""), address="fake://3")
    adapter.devices += [impostor, ignored, new]
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=ignored.description.id).add_to_hass(hass)
    monkeypatch.setattr(scanner, "MAX_PENDING_CARDS", 0)
    answer = await _call(hass, "discover")
    assert answer == {
        "complete": True,
        "things": [
            {"name": "Kettle", "address": "fake://10", "status": "accepted"},
            {"name": "Kettle", "address": "fake://66", "status": "disputed"},
            {"name": "Cellar", "address": "fake://2", "status": "ignored"},
            {"name": "fake://3", "address": "fake://3", "status": "new"},
        ],
    }
    monkeypatch.setattr(scanner, "MAX_PENDING_CARDS", 1)
    assert (await _statuses(hass))["fake://3"] == "offered", "the search itself opens the card"


async def test_who_asks_while_a_search_runs_is_served_by_it(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, adapter: FakeAdapter
) -> None:
    await hub.search.async_scan().task
    scans = adapter.scans
    first, second = await asyncio.gather(_call(hass, "discover"), _call(hass, "discover"))
    assert first == second
    assert adapter.scans == scans + 1


async def test_a_search_that_fails_says_that_it_is_not_complete(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    await hub.search.async_scan().task
    adapter.broken = Unreachable(Reason.NOT_ANSWERING)
    for _ in range(2):
        assert await _call(hass, "discover") == {"things": [], "complete": False}
    adapter.broken = None
    assert (await _call(hass, "discover"))["complete"] is True
    assert [record.levelname for record in caplog.records if "ended early" in record.message].count("WARNING") == 1


async def test_a_search_has_an_end(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.search.async_scan().task
    monkeypatch.setattr(services, "_LONGEST_SCAN_S", 0.05)
    monkeypatch.setattr("tests.fake.FakeAdapter.discover", _endless)
    answer = await _call(hass, "discover")
    assert answer["complete"] is False
    assert isinstance(answer["things"], list)
    assert [thing["name"] for thing in answer["things"]] == ["Plug"]
    assert hub.search.async_scan().task in hub.tasks, "the search itself goes on, for those who come later"


async def _endless(self: FakeAdapter) -> AsyncIterator[FoundThing]:
    yield self.devices[0].found
    await asyncio.Event().wait()


async def test_a_search_ends_with_its_entry(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, adapter: FakeAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.search.async_scan().task
    monkeypatch.setattr("tests.fake.FakeAdapter.discover", _endless)
    call = asyncio.create_task(_call(hass, "discover"))
    while len(hub.tasks) < 2:
        await asyncio.sleep(0)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    assert adapter.closed == 1
    with pytest.raises(ServiceValidationError) as refusal:
        await call
    assert refusal.value.translation_key == "not_running"


async def test_a_mistake_of_ours_is_not_hidden_and_ends_no_searching(
    hass: HomeAssistant,
    hub: Hub,
    plug: FakeDevice,
    adapter: FakeAdapter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def mistaken(self: FakeAdapter) -> AsyncIterator[FoundThing]:
        yield replace(self.devices[0].found, adapter="fake")
        raise ZeroDivisionError

    await hub.search.async_scan().task
    with monkeypatch.context() as patch:
        patch.setattr("tests.fake.FakeAdapter.discover", mistaken)
        with pytest.raises(ZeroDivisionError):
            await _call(hass, "discover")
        hub.search.wake()
        while "A scan failed" not in caplog.text:
            await asyncio.sleep(0)
    scans = adapter.scans
    hub.search.wake()
    while adapter.scans == scans:
        await asyncio.sleep(0)


# ---------------------------------------------------------------------------------------------------------- acting


@pytest.mark.parametrize("data", [None, 0.5, "long", True, [1, 2], {"minutes": 3, "agent": {"name": "citric"}}])
async def test_a_device_acts_on_what_it_is_given_and_its_answer_is_returned(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, data: object
) -> None:
    given = {} if data is None else {"input": data}
    answer = await _call(hass, "invoke", device_id=device_id, action="descale", **given)
    assert (answer, plug.invoked) == ({"output": data}, ["descale"])


async def test_an_action_that_needs_input_is_no_button(hass: HomeAssistant, hub: Hub, plug: FakeDevice) -> None:
    assert hass.states.async_all("button") == []


async def test_unknown_action_is_answered_with_those_there_are(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str
) -> None:
    with pytest.raises(ServiceValidationError) as refusal:
        await _call(hass, "invoke", device_id=device_id, action="explode")
    assert refusal.value.translation_key == "unknown_action"
    assert (refusal.value.translation_placeholders or {})["names"] == "descale"


async def test_a_device_that_refuses_to_act_is_quoted(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str
) -> None:
    plug.error = Rejected(Reason.REFUSED_BY_DEVICE, code="4.03", detail="locked")
    with pytest.raises(HomeAssistantError) as refusal:
        await _call(hass, "invoke", device_id=device_id, action="descale")
    assert refusal.value.translation_key == "refused_by_device"


@pytest.mark.parametrize("data", [object(), "x" * 20_000, {"x": ["y" * 1000] * 20}], ids=["no JSON", "long", "large"])
async def test_input_that_cannot_be_sent_is_refused(
    hass: HomeAssistant, hub: Hub, plug: FakeDevice, device_id: str, data: object
) -> None:
    with pytest.raises(vol.Invalid):
        await _call(hass, "invoke", device_id=device_id, action="descale", input=data)
    assert plug.invoked == []
