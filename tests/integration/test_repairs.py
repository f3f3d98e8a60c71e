"""Repairs as a user walks them: each is opened, mended, and taken back where it solves itself."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.network.upkeep import GONE_AFTER
from custom_components.local_things.repairs import async_create_fix_flow
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.model import ThingDescription
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import prop, thermometer

from .conftest import accept

HOUR = timedelta(hours=1)
KEY = Credentials(identity="hub", secret="opensesame")


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one thermometer on the wire."""
    made = FakeDevice(description=thermometer(), values={"t": 21.0})
    adapter.devices = [made]
    return made


@pytest.fixture
async def subentry_id(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> str:
    """Accept the thermometer."""
    assert await async_setup_component(hass, "repairs", {})
    return await accept(hass, hub, device)


class Repair:
    """A repair flow over HTTP, as the user's browser has it."""

    def __init__(self, hass_client: ClientSessionGenerator) -> None:
        self._hass_client = hass_client
        self._url = "/api/repairs/issues/fix"

    async def open(self, issue_id: str) -> dict[str, object]:
        """Open the flow of an issue; return what it shows."""
        flow = await self._post("/api/repairs/issues/fix", {"handler": DOMAIN, "issue_id": issue_id})
        self._url = f"/api/repairs/issues/fix/{flow['flow_id']}"
        return flow

    async def answer(self, **data: object) -> dict[str, object]:
        """Fill in the form, or choose from the menu."""
        return await self._post(self._url, data)

    async def _post(self, url: str, data: dict[str, object]) -> dict[str, object]:
        client = await self._hass_client()
        answer = await (await client.post(url, json=data)).json()
        assert isinstance(answer, dict)
        return answer


@pytest.fixture
def repair(hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    return Repair(hass_client)


def _issues(registry: ir.IssueRegistry) -> list[str | None]:
    return [issue.translation_key for issue in registry.issues.values() if issue.active]


async def test_what_is_no_issue_of_ours_cannot_be_opened(hass: HomeAssistant) -> None:
    with pytest.raises(UnknownFlow):
        await async_create_fix_flow(hass, "gone_1", None)


@pytest.mark.parametrize("issue", ("identity_changed", "credentials", "gone"))
async def test_a_repair_of_a_device_that_was_removed_ends(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str, device: FakeDevice, issue: str
) -> None:
    hub.identities.claims.take("1", device.found)
    flow = await async_create_fix_flow(hass, f"{issue}_1", {"subentry_id": "1", "issue": issue})
    flow.hass = hass
    with pytest.raises(Exception, match="removed"):
        await flow.async_step_init()  # type: ignore[attr-defined]  # every flow of ours begins there
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(Exception, match="not_running"):
        await flow.async_step_init()  # type: ignore[attr-defined]  # as above


# ------------------------------------------------------------------------------------------------- credentials


async def test_a_device_that_begins_to_refuse_asks_for_its_key_until_it_has_it(
    hass: HomeAssistant,
    hub: Hub,
    subentry_id: str,
    device: FakeDevice,
    repair: Repair,
    issue_registry: ir.IssueRegistry,
) -> None:
    assert _issues(issue_registry) == []
    device.credentials = KEY
    device.push()
    device.push()
    assert _issues(issue_registry) == ["credentials"]

    form = await repair.open(f"credentials_{subentry_id}")
    assert form["step_id"] == "unlock"
    assert form["description_placeholders"] == {"device": "Hall thermometer", "address": "fake://10"}
    wrong = await repair.answer(key="guess")
    assert wrong["errors"] == {"key": "access_denied"}
    assert "guess" not in str(wrong)
    device.error = AccessDenied(Reason.BAD_CREDENTIALS)
    wrong = await repair.answer(key="guess")
    assert wrong["errors"] == {"key": "bad_credentials"}
    device.error = Unreachable(Reason.NOT_ANSWERING)
    assert (await repair.answer(identity="hub", key="opensesame"))["errors"] == {"key": "not_answering"}
    assert hub.credentials.get(device.description.id) is None

    device.error = None
    done = await repair.answer(identity="hub", key="opensesame")
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert _issues(issue_registry) == []
    assert hub.credentials.get(device.description.id) == KEY
    state = hass.states.get("sensor.hall_thermometer_temperature")
    assert state is not None
    assert state.state == "21.0"


async def test_a_key_is_not_kept_for_another_device(
    hass: HomeAssistant, hub: Hub, subentry_id: str, device: FakeDevice, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer(2), credentials=KEY)]
    with pytest.raises(Rejected) as refusal:
        await hub.async_admit(hub.entry.subentries[subentry_id], KEY)
    assert refusal.value.reason is Reason.IDENTITY_CHANGED
    assert hub.credentials.get(device.description.id) is None


async def test_a_device_that_lets_us_in_again_asks_no_more(
    hass: HomeAssistant, hub: Hub, subentry_id: str, device: FakeDevice, issue_registry: ir.IssueRegistry
) -> None:
    device.credentials = KEY
    device.push()
    device.credentials = None
    device.push()
    assert _issues(issue_registry) == []


async def test_the_question_for_a_key_goes_with_the_device(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    subentry_id: str,
    device: FakeDevice,
    issue_registry: ir.IssueRegistry,
) -> None:
    device.credentials = KEY
    device.push()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert _issues(issue_registry) == ["credentials"], "it refuses after a restart too"
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    assert _issues(issue_registry) == []


async def test_a_protected_device_is_never_followed_to_where_it_asks_for_no_key(
    hass: HomeAssistant, hub: Hub, subentry_id: str, device: FakeDevice
) -> None:
    device.link_address = "00:24:be:80:4f:f1"
    device.credentials = KEY
    await hub.async_admit(hub.entry.subentries[subentry_id], KEY)
    device.fail()
    pinned = hub.entry.subentries[subentry_id].data["pin"]
    device.address = "plain://10"
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], device.found)
    assert hub.entry.subentries[subentry_id].data["pin"] == pinned
    device.address = "fake://11"
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], device.found)
    assert hub.entry.subentries[subentry_id].data["pin"]["address"] == "fake://11"


# -------------------------------------------------------------------------------------------------------- gone


async def _pass(hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta) -> None:
    """Let time pass, with an upkeep at its end."""
    freezer.tick(time)
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()


async def test_a_device_that_is_silent_for_days_is_asked_about(
    hass: HomeAssistant,
    hub: Hub,
    subentry_id: str,
    device: FakeDevice,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await _pass(hass, freezer, HOUR)
    await _pass(hass, freezer, GONE_AFTER * 2)
    assert _issues(issue_registry) == [], "it is well"
    device.fail()
    went = dt_util.utcnow()
    await _pass(hass, freezer, GONE_AFTER - HOUR)
    assert _issues(issue_registry) == []
    await _pass(hass, freezer, HOUR * 2)
    (issue,) = issue_registry.issues.values()
    assert issue.translation_key == "gone"
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["day"] == dt_util.as_local(went).date().isoformat()
    device.recover()
    assert _issues(issue_registry) == []


async def test_when_a_device_was_seen_outlives_a_restart(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    subentry_id: str,
    device: FakeDevice,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    device.fail()
    await _pass(hass, freezer, GONE_AFTER - HOUR)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await _pass(hass, freezer, HOUR * 2)
    assert _issues(issue_registry) == ["gone"]


@pytest.mark.parametrize("choice", ("remove", "wait"))
async def test_a_device_that_is_gone_is_removed_or_waited_for(
    hass: HomeAssistant,
    hub: Hub,
    subentry_id: str,
    device: FakeDevice,
    repair: Repair,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
    choice: str,
) -> None:
    device.fail()
    went = dt_util.utcnow() - GONE_AFTER - HOUR
    hub.memory.keep_seen(device.description.id, went)
    async_fire_time_changed(hass, dt_util.utcnow() + HOUR)  # and no later, for the browser's session
    menu = await repair.open(f"gone_{subentry_id}")
    assert menu["menu_options"] == ["remove", "wait"]
    assert menu["description_placeholders"] == {
        "device": "Hall thermometer",
        "day": dt_util.as_local(went).date().isoformat(),
    }
    assert (await repair.answer(next_step_id=choice))["type"] == "create_entry"
    await hass.async_block_till_done()
    assert _issues(issue_registry) == []
    assert (subentry_id in hub.entry.subentries) == (choice == "wait")

    await _pass(hass, freezer, GONE_AFTER - HOUR)
    assert _issues(issue_registry) == []
    await _pass(hass, freezer, HOUR * 2)
    assert _issues(issue_registry) == (["gone"] if choice == "wait" else [])


async def test_a_clock_that_was_ahead_hides_no_device(
    hass: HomeAssistant,
    hub: Hub,
    subentry_id: str,
    device: FakeDevice,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    device.fail()
    hub.memory.keep_seen(device.description.id, dt_util.utcnow() + timedelta(days=365))
    await _pass(hass, freezer, HOUR)
    await _pass(hass, freezer, GONE_AFTER + HOUR)
    assert _issues(issue_registry) == ["gone"]


# ------------------------------------------------------------------------------------------------ not understood


async def test_a_device_of_which_nobody_understands_anything_is_told_of_until_it_is_explained(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, issue_registry: ir.IssueRegistry
) -> None:
    properties = {name: prop(name, Quantity.UNKNOWN) for name in ("a", "b")}
    strange = FakeDevice(
        description=ThingDescription(id="urn:dev:mac:0024befffe809999", title="Strange", properties=properties)
    )
    adapter.devices = [strange]
    subentry_id = await accept(hass, hub, strange)
    (issue,) = issue_registry.issues.values()
    assert issue.translation_key == "not_understood"
    assert issue.translation_placeholders == {"device": "Strange", "count": "2"}
    assert not issue.is_fixable
    assert issue.learn_more_url is not None
    assert issue.learn_more_url.startswith("homeassistant://config/")

    await hub.async_explain(entry.subentries[subentry_id], {"a": Interpretation(quantity=Quantity.TEXT)})
    assert _issues(issue_registry) == []
    await hub.async_explain(entry.subentries[subentry_id], {})
    assert _issues(issue_registry) == ["not_understood"]
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    assert _issues(issue_registry) == []
