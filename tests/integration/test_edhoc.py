"""Agreeing on keys as a user meets it: trusted by its fingerprint, refused, replaced by another, and gone."""

from collections.abc import Callable, Iterator
import importlib
import json
from unittest.mock import AsyncMock, patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.requirements import RequirementsNotFound
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.flows.forms import legible
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.security import fingerprint_of
from tests.house.edhoc import EdhocDevice, edhoc_device
from tests.house.oscore import oscore_device
from tests.transports.coap.edhoc_link import key_pair

from .test_credentials import _files_with as files_with
from .test_house import _value as value, entry, until
from .test_key_text import encoded
from .test_repairs import Repair
from .walking import add_by_address, answer, reconfigure

__all__ = ["entry"]

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]

SENSOR = "sensor.gate_temperature"


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let Home Assistant write to the disk, which the harness otherwise keeps it from."""
    return {}


@pytest.fixture(autouse=True)
def quiet_device() -> None:
    """Keep the devices, which live in this process, from writing down their keys before we have seen to it."""
    importlib.import_module("custom_components.local_things.transports.coap.protected.context")


@pytest.fixture
async def repair(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    assert await async_setup_component(hass, "repairs", {})
    return Repair(hass_client)


@pytest.fixture
def brings() -> Iterator[AsyncMock]:
    """See what is installed."""
    with patch("custom_components.local_things.host.async_process_requirements") as installed:
        yield installed


async def begin(hass: HomeAssistant, entry: MockConfigEntry, device: EdhocDevice, **given: str) -> dict[str, object]:
    """Choose to agree on a key, and let the device know us; return what the form shows then."""
    menu = await add_by_address(hass, entry, device.uri)
    assert menu["menu_options"] == ["edhoc", "oscore", "new_oscore"]
    form = await answer(hass, menu, {"next_step_id": "edhoc"})
    words = form["description_placeholders"]
    assert words is not None
    refused = await answer(hass, form, given)
    assert refused["errors"] == {"public_key": "credential_refused"}, "it was not told of us yet"
    assert refused["description_placeholders"] is not None
    assert refused["description_placeholders"]["credential"] == words["credential"], "the user is just typing it in"
    device.trust(words["credential"])
    return {**await answer(hass, form, given)}


async def add(hass: HomeAssistant, entry: MockConfigEntry, device: EdhocDevice, name: str = "Gate") -> str:
    """Add a device; return the id of its subentry."""
    shown = await begin(hass, entry, device)
    assert shown["step_id"] == "confirm_agreed", shown
    done = await hass.config_entries.subentries.async_configure(str(shown["flow_id"]), {"name": name})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return next(sub.subentry_id for sub in entry.subentries.values() if sub.title == name)


def private_key(entry: MockConfigEntry) -> str:
    hub: Hub = entry.runtime_data
    kept = hub.credentials.get(str(hub.subentries[0].unique_id))
    assert kept is not None
    assert kept.edhoc is not None
    return kept.edhoc.private_key.hex()


async def test_without_the_library_the_user_reads_what_to_do_and_nothing_else_breaks(
    hass: HomeAssistant, entry: MockConfigEntry, brings: AsyncMock
) -> None:
    async with edhoc_device() as gate, oscore_device():
        menu = await add_by_address(hass, entry, gate.uri)
        assert not brings.called, "nobody wanted it yet"
        form = await answer(hass, menu, {"next_step_id": "edhoc"})
        brings.side_effect = RequirementsNotFound(DOMAIN, ["lakers-python"])
        refused = await answer(hass, form, {})
        assert refused["errors"] == {"public_key": "edhoc_missing"}
        assert [call.args[2] for call in brings.call_args_list] == [["lakers-python>=0.6.2,<0.7"]]


async def test_nothing_is_installed_for_who_has_no_such_device(
    hass: HomeAssistant, entry: MockConfigEntry, brings: AsyncMock
) -> None:
    async with oscore_device() as door:
        menu = await add_by_address(hass, entry, door.uri)
        assert menu["menu_options"] == ["oscore", "new_oscore"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not brings.called


async def test_t10_the_key_pair_is_in_the_private_file_alone_and_gone_with_its_device(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    assert await async_setup_component(hass, "diagnostics", {})
    async with edhoc_device() as gate:
        subentry_id = await add(hass, entry, gate)
        await until(lambda: value(hass, SENSOR) == "21.5")
        secret = private_key(entry)
        assert await files_with(hass, secret) == {f"{DOMAIN}.{entry.entry_id}.credentials": 0o600}
        told = json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry)) + caplog.text
        assert secret not in told + repr(hass.states.async_all()) + repr(entry.as_dict())
        assert entry.subentries[subentry_id].data["pin"]["fingerprint"] == fingerprint_of(gate.credential)

        assert await hass.config_entries.async_reload(entry.entry_id)  # agrees on another key
        gate.set("/3303/0/5700", "22.5")
        await until(lambda: value(hass, SENSOR) == "22.5")
        assert private_key(entry) == secret
        hass.config_entries.async_remove_subentry(entry, subentry_id)
        await hass.async_block_till_done()
        assert await files_with(hass, secret) == {}


@pytest.mark.parametrize("written", (lambda it: it.hex(), lambda it: json.dumps({"kccs": encoded(it)})))
async def test_a_device_whose_public_credential_was_entered_is_the_only_one_that_is_taken(
    hass: HomeAssistant, entry: MockConfigEntry, written: Callable[[bytes], str]
) -> None:
    async with edhoc_device() as gate:
        form = await answer(hass, await add_by_address(hass, entry, gate.uri), {"next_step_id": "edhoc"})
        assert form["description_placeholders"] is not None
        ours = form["description_placeholders"]["credential"]
        gate.trust(ours)
        for wrong, error in (
            ("no", "bad_public_key"),
            ("{}", "bad_public_key"),
            ('{"kccs": 1}', "bad_public_key"),
            (ours, "bad_public_key"),
            ("a0", "bad_public_key"),
            (key_pair().credential.hex(), "other_public_key"),
        ):
            refused = await answer(hass, form, {"public_key": wrong})
            assert refused["errors"] == {"public_key": error}, wrong
        shown = await answer(hass, form, {"public_key": written(gate.credential)})
        assert shown["step_id"] == "confirm_agreed"
        words = shown["description_placeholders"]
        assert words is not None
        assert words["fingerprint"] == legible(fingerprint_of(gate.credential))


async def test_a_device_that_only_names_its_key_has_to_be_entered(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with edhoc_device() as gate:
        gate.by_value = False
        form = await answer(hass, await add_by_address(hass, entry, gate.uri), {"next_step_id": "edhoc"})
        words = form["description_placeholders"]
        assert words is not None
        gate.trust(words["credential"])
        assert (await answer(hass, form, {}))["errors"] == {"public_key": "public_key_not_shown"}
        shown = await answer(hass, form, {"public_key": gate.credential.hex()})
        assert shown["step_id"] == "confirm_agreed"


async def test_the_key_of_a_device_that_was_accepted_is_no_others(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with edhoc_device() as gate, edhoc_device("shed", "127.0.0.9") as copy:
        await add(hass, entry, gate)
        await copy.stop()
        copy.have_the_key_of(gate)
        await copy.start()
        form = await answer(hass, await add_by_address(hass, entry, copy.uri), {"next_step_id": "edhoc"})
        words = form["description_placeholders"]
        assert words is not None
        copy.trust(words["credential"])
        assert (await answer(hass, form, {}))["errors"] == {"public_key": "key_in_use"}
        again = await answer(hass, form, {"public_key": gate.credential.hex()})
        assert again["errors"] == {"public_key": "key_in_use"}


async def test_a_device_that_refuses_us_is_shown_our_credential_again(
    hass: HomeAssistant, entry: MockConfigEntry, repair: Repair, issue_registry: ir.IssueRegistry
) -> None:
    async with edhoc_device() as gate:
        subentry_id = await add(hass, entry, gate)
        await until(lambda: value(hass, SENSOR) == "21.5")
        await gate.stop()
        gate.trust("")
        await gate.start()
        assert await hass.config_entries.async_reload(entry.entry_id)  # it would notice by itself, a minute later
        await until(lambda: [issue.translation_key for issue in issue_registry.issues.values()] == ["credentials"])
        assert value(hass, SENSOR) == "unavailable"
        menu = await repair.open(f"credentials_{subentry_id}")
        assert menu["menu_options"] == ["unlock_edhoc", "unlock_oscore"]
        form = await repair.answer(next_step_id="unlock_edhoc")
        words = form["description_placeholders"]
        assert isinstance(words, dict)
        refused = await repair.answer(public_key="")
        assert refused["errors"] == {"public_key": "credential_refused"}
        gate.trust(words["credential"])
        assert (await repair.answer(public_key=""))["type"] == "create_entry"
        await until(lambda: value(hass, SENSOR) == "21.5")
        assert not issue_registry.issues


async def test_t04_a_claimant_at_the_same_address_gets_no_value_in_until_the_user_takes_its_key(
    hass: HomeAssistant, entry: MockConfigEntry, repair: Repair, issue_registry: ir.IssueRegistry
) -> None:
    """It has the name, the ID and the address of the device, but another key, and does not know us."""
    async with edhoc_device() as gate:
        subentry_id = await add(hass, entry, gate)
        await until(lambda: value(hass, SENSOR) == "21.5")
        accepted, secret = gate.credential, private_key(entry)
        await gate.stop()
        gate.rekey()
        gate.trust("")
        gate.values["/3303/0/5700"] = "99"
        await gate.start()
        heard = len(gate.requests)
        assert await hass.config_entries.async_reload(entry.entry_id)
        issue_id = f"identity_changed_{subentry_id}"
        await until(lambda: issue_registry.async_get_issue(DOMAIN, issue_id))
        assert value(hass, SENSOR) == "unavailable"
        assert len(gate.requests) == heard

        menu = await repair.open(issue_id)
        words = menu["description_placeholders"]
        assert isinstance(words, dict)
        assert words["known_fingerprint"] == legible(fingerprint_of(accepted))
        assert words["seen_fingerprint"] == legible(fingerprint_of(gate.credential))
        assert (await repair.answer(next_step_id="accept"))["step_id"] == "protection"
        form = await repair.answer(next_step_id="unlock_edhoc")
        words = form["description_placeholders"]
        assert isinstance(words, dict)
        assert (await repair.answer(public_key=""))["errors"] == {"public_key": "credential_refused"}
        gate.trust(words["credential"])
        assert (await repair.answer(public_key=""))["type"] == "create_entry"
        await until(lambda: value(hass, SENSOR) == "99.0")
        assert entry.subentries[subentry_id].data["pin"]["fingerprint"] == fingerprint_of(gate.credential)
        assert private_key(entry) == secret


async def test_t04_who_is_taken_is_the_one_that_was_shown(
    hass: HomeAssistant, entry: MockConfigEntry, repair: Repair, issue_registry: ir.IssueRegistry
) -> None:
    """Yet another one, which lets us in, has come while the user was looking."""
    async with edhoc_device() as gate:
        subentry_id = await add(hass, entry, gate)
        hub: Hub = entry.runtime_data
        kept = hub.credentials.get(str(hub.subentries[0].unique_id))
        assert kept is not None
        assert kept.edhoc is not None
        issue_id = f"identity_changed_{subentry_id}"
        for trusted in ("", kept.edhoc.credential.hex()):
            await gate.stop()
            gate.rekey()
            gate.trust(trusted)
            await gate.start()
            if not trusted:
                assert await hass.config_entries.async_reload(entry.entry_id)
                await until(lambda: issue_registry.async_get_issue(DOMAIN, issue_id))
                await repair.open(issue_id)
        assert (await repair.answer(next_step_id="accept"))["step_id"] == "protection"
        await repair.answer(next_step_id="unlock_edhoc")
        assert (await repair.answer(public_key=""))["errors"] == {"public_key": "identity_changed"}


async def test_t04_a_device_that_agrees_on_nothing_any_more_is_not_used(
    hass: HomeAssistant, entry: MockConfigEntry, repair: Repair, issue_registry: ir.IssueRegistry
) -> None:
    async with edhoc_device() as gate:
        subentry_id = await add(hass, entry, gate)
        await until(lambda: value(hass, SENSOR) == "21.5")
        await gate.stop()
        gate.offers = False
        await gate.start()
        assert await hass.config_entries.async_reload(entry.entry_id)
        issue_id = f"identity_changed_{subentry_id}"
        await until(lambda: issue_registry.async_get_issue(DOMAIN, issue_id))
        assert value(hass, SENSOR) == "unavailable"
        menu = await repair.open(issue_id)
        assert menu["step_id"] == "weaker"


async def test_a_device_is_given_another_key_pair_and_a_pre_shared_key(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with edhoc_device() as gate:
        subentry_id = await add(hass, entry, gate)
        await until(lambda: value(hass, SENSOR) == "21.5")
        before = private_key(entry)
        menu = await reconfigure(hass, entry, subentry_id, "key")
        assert menu["menu_options"] == ["edhoc", "oscore", "new_oscore"]
        form = await answer(hass, menu, {"next_step_id": "edhoc"})
        words = form["description_placeholders"]
        assert words is not None
        gate.trust(words["credential"])
        assert (await answer(hass, form, {}))["reason"] == "key_replaced"
        await hass.async_block_till_done()
        assert private_key(entry) != before
        assert await files_with(hass, before) == {}
        await gate.stop()
        menu = await reconfigure(hass, entry, subentry_id, "key")
        assert menu["menu_options"] == ["oscore", "new_oscore"], "it is not there to say so"
        await gate.start()
