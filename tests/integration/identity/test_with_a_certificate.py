"""Who an accepted device with a certificate is (T4): a claimant gets no value and no secret; the user decides."""

from dataclasses import replace

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.local_things.network.accepted import pin_of
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.errors import AccessDenied, Reason
from tests.fake import FakeAdapter, FakeDevice

from ..conftest import state_of
from ..test_repairs import Repair
from ..walking import until
from .claimants import KEY, MAC, OTHER_FINGERPRINT, OTHER_MAC, SENSOR, WEB, WEB_ELSEWHERE, accepted, claimant_of, issues


async def test_t04_device_that_moved_is_followed_by_its_certificate(
    hass: HomeAssistant,
    hub: Hub,
    certified: FakeDevice,
    issue_registry: ir.IssueRegistry,
) -> None:
    subentry_id = await accepted(hass, hub, certified)
    certified.fail()
    certified.address, certified.link_address = WEB_ELSEWHERE, OTHER_MAC
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], certified.found)
    await hass.async_block_till_done()
    assert pin_of(hub.entry.subentries[subentry_id]).address == WEB_ELSEWHERE
    assert issues(issue_registry) == []


@pytest.mark.parametrize("silent", (False, True))
async def test_t04_changed_certificate_on_the_same_hardware_is_a_changed_identity(
    hass: HomeAssistant,
    hub: Hub,
    certified: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    repair: Repair,
    settled: object,
    *,
    silent: bool,
) -> None:
    subentry_id = await accepted(hass, hub, certified)
    changed = replace(certified, fingerprint=OTHER_FINGERPRINT, values={"t": 99.0}, things=[])
    adapter.devices = [changed]
    if silent:
        certified.fail()
    await hub.search.async_scan().task
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "unavailable"
    assert not changed.things
    assert issues(issue_registry) == ["identity_changed"]
    menu = await repair.open(f"identity_changed_{subentry_id}")
    words = menu["description_placeholders"]
    assert isinstance(words, dict)
    assert words["known_fingerprint"] == " ".join(["abab"] * 8)
    assert words["seen_fingerprint"] == " ".join(["cdcd"] * 8)
    await repair.answer(next_step_id="accept")
    await hass.async_block_till_done()
    assert pin_of(hub.entry.subentries[subentry_id]).fingerprint == OTHER_FINGERPRINT
    assert state_of(hass, SENSOR).state == "99.0"


async def test_t04_changed_certificate_is_shown_no_password_until_it_is_accepted(
    hass: HomeAssistant,
    hub: Hub,
    certified: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    repair: Repair,
    settled: object,
) -> None:
    certified.credentials = KEY
    subentry_id = await accepted(hass, hub, certified)
    certified.fingerprint, certified.reason = OTHER_FINGERPRINT, Reason.IDENTITY_CHANGED
    certified.push()
    await until(lambda: issues(issue_registry) == ["identity_changed"])
    assert adapter.inspected == [(WEB, None)]
    menu = await repair.open(f"identity_changed_{subentry_id}")
    assert menu["menu_options"] == ["accept", "refuse", "confine"]
    assert " ".join(["cdcd"] * 8) in str(menu["description_placeholders"])
    certified.reason = None
    await repair.answer(next_step_id="accept")
    await hass.async_block_till_done()
    assert adapter.inspected[1:] == [(WEB, KEY)]
    assert pin_of(hub.entry.subentries[subentry_id]).fingerprint == OTHER_FINGERPRINT
    assert state_of(hass, SENSOR).state == "21.0"


async def test_t04_who_asks_for_a_password_that_the_device_never_asked_for_gets_none(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    repair: Repair,
    settled: object,
) -> None:
    subentry_id = await accepted(hass, hub, device)
    device.error, device.reason = AccessDenied(Reason.ACCESS_DENIED), Reason.IDENTITY_CHANGED
    device.push()
    await until(lambda: issues(issue_registry) == ["identity_changed"])
    await repair.open(f"identity_changed_{subentry_id}")
    shown = await repair.answer(next_step_id="accept")
    assert shown["step_id"] == "unlock", "nobody was let look, so there is nothing to go on with"
    assert state_of(hass, SENSOR).state == "unavailable"


async def test_t04_certified_device_is_not_followed_to_where_it_shows_no_certificate(
    hass: HomeAssistant,
    hub: Hub,
    certified: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    repair: Repair,
    settled: object,
) -> None:
    subentry_id = await accepted(hass, hub, certified)
    certified.fail()
    own = claimant_of(certified, address="fake://192.0.2.10:80", link_address=MAC)
    adapter.devices = [own]
    await hub.search.async_scan().task
    assert issues(issue_registry) == [], "it may be its own way in without encryption"
    impostor = claimant_of(certified)
    adapter.devices = [impostor]
    await hub.search.async_scan().task
    assert issues(issue_registry) == ["identity_changed"]
    menu = await repair.open(f"identity_changed_{subentry_id}")
    assert menu["step_id"] == "weaker"
    assert menu["menu_options"] == ["refuse", "confine", "remove"]
    assert not own.things
    assert not impostor.things
    assert (await repair.answer(next_step_id="remove"))["type"] == "create_entry"
    await hass.async_block_till_done()
    assert not hub.entry.subentries
