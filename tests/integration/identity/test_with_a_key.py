"""Who an accepted device with a key is (T4): a claimant gets no value and no secret; the user decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.accepted import pin_of
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.network.moves import async_follow_moves
from custom_components.local_things.things.adapter import Credentials
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from ..conftest import state_of
from ..test_repairs import Repair
from ..walking import until
from .claimants import ELSEWHERE, KEY, MAC, OTHER_MAC, SECURE, SENSOR, accepted, claimant_of, issues


async def test_t04_keyed_device_that_moved_is_followed_by_its_key_without_a_repair(
    hass: HomeAssistant,
    hub: Hub,
    keyed: FakeDevice,
    issue_registry: ir.IssueRegistry,
    settled: Callable[[], object],
) -> None:
    subentry_id = await accepted(hass, hub, keyed)
    keyed.fail()
    met = replace(keyed.found, pin=replace(keyed.found.pin, address="coap://192.0.2.66:5683", link_address=OTHER_MAC))
    keyed.address = ELSEWHERE
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], met)
    await until(settled)
    assert pin_of(hub.entry.subentries[subentry_id]).address == SECURE, "it does not answer there yet"
    keyed.answering = True  # which whoever asks at the old address does not see
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], met)
    await until(settled)
    await hass.async_block_till_done()
    assert pin_of(hub.entry.subentries[subentry_id]).address == ELSEWHERE
    assert state_of(hass, SENSOR).state == "21.0"
    assert issues(issue_registry) == []


@pytest.mark.parametrize("silent", (False, True))
async def test_t04_keyless_impostor_of_a_keyed_device_is_never_spoken_to_in_the_clear(
    hass: HomeAssistant,
    hub: Hub,
    keyed: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    settled: Callable[[], object],
    *,
    silent: bool,
) -> None:
    subentry_id = await accepted(hass, hub, keyed)
    impostor = claimant_of(keyed, address="coap://192.0.2.66:5683")
    adapter.devices.append(impostor)
    if silent:
        keyed.fail()
    adapter.inspected.clear()
    await hub.search.async_scan().task
    await until(lambda: issues(issue_registry) == ["identity_changed"])
    assert state_of(hass, SENSOR).state == ("unavailable" if silent else "21.0")
    assert {address for address, _ in adapter.inspected} == {ELSEWHERE}
    assert not impostor.things
    assert pin_of(hub.entry.subentries[subentry_id]).address == SECURE


async def test_t04_clear_side_of_a_keyed_device_says_nothing_of_it(
    hass: HomeAssistant,
    hub: Hub,
    keyed: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    settled: Callable[[], object],
) -> None:
    subentry_id = await accepted(hass, hub, keyed)
    record = hub.memory.record(keyed.description.id)
    clear = claimant_of(keyed, address="coap://192.0.2.10:5683", link_address=MAC)
    other_id = replace(clear, description=thermometer(2), address=SECURE, link_address=OTHER_MAC)
    adapter.devices += [clear, other_id]
    adapter.inspected.clear()
    for answering in (True, False):
        keyed.answering = answering
        keyed.push()
        await hub.search.async_scan().task
        await until(settled)
    assert not adapter.inspected, "it is asked where it is anyway"
    assert hub.memory.record(keyed.description.id) == record
    assert pin_of(hub.entry.subentries[subentry_id]).address == SECURE
    assert issues(issue_registry) == []
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_t04_second_address_at_which_a_keyed_device_proves_its_key_is_no_claim(
    hass: HomeAssistant,
    hub: Hub,
    keyed: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    settled: Callable[[], object],
) -> None:
    subentry_id = await accepted(hass, hub, keyed)
    adapter.devices.append(replace(keyed, address=ELSEWHERE, things=[]))
    met = replace(keyed.found, pin=replace(keyed.found.pin, address="coap://192.0.2.66:5683", link_address=OTHER_MAC))
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], met)
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], met)
    await until(settled)
    assert adapter.inspected[-1] == (ELSEWHERE, KEY)
    assert pin_of(hub.entry.subentries[subentry_id]).address == SECURE
    assert issues(issue_registry) == []


async def test_t04_keyed_device_without_a_record_is_met_again_by_its_key(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, keyed: FakeDevice, adapter: FakeAdapter, settled: object
) -> None:
    await accepted(hass, hub, keyed)
    hub.memory.forget(keyed.description.id)
    adapter.devices = [claimant_of(keyed, address="coap://192.0.2.10:5683", link_address=MAC)]
    assert await hass.config_entries.async_reload(entry.entry_id)
    running: Hub = entry.runtime_data
    await running.search.async_scan().task
    await hass.async_block_till_done()
    assert not running.coordinators, "what is said in clear does not make it one again"
    adapter.devices = [keyed]
    await running.search.async_scan().task
    await until(lambda: running.coordinators)
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "21.0"


@pytest.mark.parametrize("known", (True, False))
async def test_t04_accepted_claim_on_a_keyed_device_must_take_a_key(
    hass: HomeAssistant,
    hub: Hub,
    keyed: FakeDevice,
    adapter: FakeAdapter,
    repair: Repair,
    issue_registry: ir.IssueRegistry,
    settled: Callable[[], object],
    *,
    known: bool,
) -> None:
    subentry_id = await accepted(hass, hub, keyed)
    impostor = claimant_of(keyed, address="coap://192.0.2.66:5683")
    adapter.devices = [impostor]
    keyed.fail()
    await hub.search.async_scan().task
    await until(lambda: issues(issue_registry) == ["identity_changed"])
    await repair.open(f"identity_changed_{subentry_id}")
    new = KEY if known else Credentials(identity="hub", secret="another key")
    adapter.devices.append(FakeDevice(description=keyed.description, values={"t": 22.0}, address=ELSEWHERE))
    adapter.devices[-1].credentials = new
    shown = await repair.answer(next_step_id="accept")
    if not known:
        assert shown["step_id"] == "unlock"
        assert shown["description_placeholders"] == {"device": "Hall thermometer", "address": impostor.address}
        assert (await repair.answer(key="wrong"))["errors"] == {"key": "access_denied"}
        shown = await repair.answer(identity="hub", key="another key")
    assert shown["type"] == "create_entry"
    await hass.async_block_till_done()
    assert pin_of(hub.entry.subentries[subentry_id]).address == ELSEWHERE
    assert hub.credentials.get(keyed.description.id) == new
    assert state_of(hass, SENSOR).state == "22.0"


@pytest.mark.parametrize("proves", (True, False))
async def test_t04_silent_keyed_device_is_looked_for_where_its_hardware_was_seen(
    hass: HomeAssistant,
    hub: Hub,
    keyed: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    settled: Callable[[], object],
    *,
    proves: bool,
) -> None:
    async def seen() -> dict[str, set[str]]:
        return {MAC: {"192.0.2.10", "2001:db8::66", "fe80::1%2"}, OTHER_MAC: {"192.0.2.99"}}

    async_follow_moves(hass, hub, seen)
    subentry_id = await accepted(hass, hub, keyed)
    minute = dt_util.utcnow() + timedelta(minutes=1)
    adapter.inspected.clear()
    async_fire_time_changed(hass, minute)
    await hass.async_block_till_done()
    assert not adapter.inspected, "it is well"

    keyed.fail()
    keyed.answering = True  # elsewhere, which whoever asks at the old address does not see
    keyed.address = "coaps://[2001:db8::66]:5684"
    if not proves:
        keyed.credentials = Credentials(secret="another")
    async_fire_time_changed(hass, minute + timedelta(minutes=1))
    await hass.async_block_till_done()
    await until(settled)
    await hass.async_block_till_done()
    assert set(adapter.inspected) == {(keyed.address, KEY)}
    assert pin_of(hub.entry.subentries[subentry_id]).address == (keyed.address if proves else SECURE)
    assert state_of(hass, SENSOR).state == ("21.0" if proves else "unavailable")
    assert issues(issue_registry) == []
