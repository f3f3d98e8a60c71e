"""Keys are kept where only Home Assistant reads them, are told to nobody, and go with their device (T10)."""

import asyncio
import base64
import json
import logging
from pathlib import Path
import stat

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, MATCH_ALL
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.credentials import CredentialStore
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason
from custom_components.local_things.things.security import OscoreContext
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept
from .test_repairs import Repair
from .walking import add_by_address, answer, reconfigure

SENTINEL = "sentinel-8d1f5c"
"""Nothing else on this machine is spelled so."""

FIRST, SECOND = f"first-{SENTINEL}", f"second-{SENTINEL}"


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let Home Assistant write to the disk, which the harness otherwise keeps it from."""
    return {}


@pytest.fixture
def store(hass: HomeAssistant, entry: MockConfigEntry) -> CredentialStore:
    """Return the store of the entry."""
    return CredentialStore(hass, entry.entry_id)


async def _files_with(hass: HomeAssistant, text: str) -> dict[str, int]:
    """Return every file under the configuration folder that holds `text`, with its mode."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)  # what is to be written later is written now
    await hass.async_block_till_done()

    def search() -> dict[str, int]:
        files = [path for path in Path(hass.config.config_dir).rglob("*") if path.is_file()]
        assert any(path.name == "core.config_entries" for path in files)
        return {path.name: stat.S_IMODE(path.stat().st_mode) for path in files if text.encode() in path.read_bytes()}

    return await asyncio.to_thread(search)


async def test_a_new_entry_has_no_keys(store: CredentialStore) -> None:
    await store.async_load(())
    assert store.get("urn:dev:mac:0") is None
    await store.async_forget("urn:dev:mac:0")
    await store.async_remove()


async def test_what_is_kept_is_there_after_a_restart_and_what_is_forgotten_is_not(
    hass: HomeAssistant, entry: MockConfigEntry, store: CredentialStore
) -> None:
    key = Credentials(identity="hub", secret="0x00")
    for thing_id in ("a", "b", "c"):
        await store.async_keep(thing_id, key)
    await store.async_forget("c")

    restarted = CredentialStore(hass, entry.entry_id)
    await restarted.async_load({"a", "c"})
    assert [restarted.get(thing_id) for thing_id in ("a", "b", "c")] == [key, None, None]
    again = CredentialStore(hass, entry.entry_id)
    await again.async_load({"a", "b", "c"})
    assert again.get("b") is None, "the key of a device that was removed meanwhile is off the disk"


async def test_t10_a_key_is_in_one_private_file_alone_and_nowhere_once_its_device_is_removed(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    adapter: FakeAdapter,
    hass_client: ClientSessionGenerator,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    device = FakeDevice(description=thermometer(), values={"t": 20.0}, credentials=Credentials(secret=FIRST))
    adapter.devices = [device]
    form = await add_by_address(hass, entry, "fake://10")
    shown = [form, await answer(hass, form, {"key": f"wrong-{SENTINEL}"}), await answer(hass, form, {"key": FIRST})]
    shown.append(await answer(hass, form, {"name": "Cellar"}))
    await hass.async_block_till_done()
    (subentry_id,) = entry.subentries

    device.credentials = Credentials(secret=SECOND)  # changed at the device
    device.push()
    assert [issue.translation_key for issue in issue_registry.issues.values()] == ["credentials"]
    registered = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, device.description.id), entry.entry_id)
    assert registered is not None
    with pytest.raises(HomeAssistantError) as refusal:
        await hass.services.async_call(
            DOMAIN,
            "read",
            {"device_id": registered.id, "property": "t"},
            blocking=True,
            return_response=True,
        )
    form = await reconfigure(hass, entry, subentry_id, "address")
    form = await answer(hass, form, {"address": "fake://10"})
    shown += [form, await answer(hass, form, {"key": SECOND})]
    await hass.async_block_till_done()
    assert hub.credentials.get(device.description.id) == Credentials(secret=SECOND)

    told = [
        *(repr(one) for one in (*shown, refusal.value, *hass.states.async_all(), *issue_registry.issues.values())),
        json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry)),
        repr(hub.credentials.get(device.description.id)),
        repr(entry.as_dict()),
    ]
    assert [text for text in told if SENTINEL in text] == []
    assert await _files_with(hass, SENTINEL) == {f"{DOMAIN}.{entry.entry_id}.credentials": 0o600}
    assert await _files_with(hass, FIRST) == {}, "a key that was changed is gone"

    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    assert await _files_with(hass, SENTINEL) == {}
    assert SENTINEL not in caplog.text


SECRETS = {name: f"{name}-{SENTINEL}".encode() for name in ("typed", "wrong", "salt", "second", "pasted")}
PASTED = base64.urlsafe_b64encode(SECRETS["pasted"]).decode()


async def _type_oscore(hass: HomeAssistant, entry: MockConfigEntry, device: FakeDevice) -> list[object]:
    """Accept a device with its OSCORE key, after some that are wrong; return what was shown."""
    device.credentials = Credentials(
        oscore=OscoreContext(master_secret=SECRETS["typed"], master_salt=SECRETS["salt"], recipient_id=b"\1")
    )
    form = await answer(hass, await add_by_address(hass, entry, device.address), {"next_step_id": "oscore"})
    tries = (SECRETS["wrong"].hex(), f"no-{SENTINEL}", f'{{"{SENTINEL}": 0}}', SECRETS["typed"].hex())
    rest = {"master_salt": SECRETS["salt"].hex(), "recipient_id": "01"}
    shown = [await answer(hass, form, {"master_secret": one, **rest}) for one in tries]
    assert [(one.get("errors") or {}).get("master_secret") for one in shown] == [
        "access_denied",
        "not_hexadecimal",
        "bad_key_text",
        None,
    ]
    return [form, *shown, await answer(hass, form, {"name": "Cellar"})]


async def _paste_pre_shared(
    hass: HomeAssistant, entry: MockConfigEntry, device: FakeDevice
) -> tuple[str, list[object]]:
    """Accept a device with its pre-shared key, after one that was made here; return that, and what was shown."""
    device.credentials = Credentials(identity="hub", secret=f"0x{SECRETS['pasted'].hex()}")
    form = await answer(hass, await add_by_address(hass, entry, device.address), {"next_step_id": "new_key"})
    assert form["description_placeholders"] is not None
    made = form["description_placeholders"]["key"]
    assert (await answer(hass, form, {}))["errors"] == {"base": "access_denied"}
    hass.config_entries.subentries.async_abort(form["flow_id"])
    form = await answer(hass, await add_by_address(hass, entry, device.address), {"next_step_id": "credentials"})
    shown = [await answer(hass, form, {"key": json.dumps({"kty": "oct", "kid": "hub", "k": PASTED})})]
    return made, [*shown, await answer(hass, form, {"name": "Safe"})]


async def _mend_oscore(device: FakeDevice, issue_registry: ir.IssueRegistry, repair: Repair) -> list[object]:
    """Let a device refuse its key, and give it another in the repair; return what was shown."""
    device.error, device.reason = AccessDenied(Reason.BAD_CREDENTIALS), Reason.BAD_CREDENTIALS
    device.push()
    (issue,) = issue_registry.issues.values()
    given = {"master_secret": SECRETS["second"].hex(), "recipient_id": "01"}
    shown = [issue, await repair.open(issue.issue_id), await repair.answer(**given)]
    device.error, device.reason = None, None
    device.credentials = Credentials(oscore=OscoreContext(master_secret=SECRETS["second"], recipient_id=b"\1"))
    return [*shown, await repair.answer(**given)]


async def test_t10_no_form_of_a_key_is_told_to_anybody_and_none_outlives_its_device(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    adapter: FakeAdapter,
    hass_client: ClientSessionGenerator,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    happened: list[Event] = []
    hass.bus.async_listen(MATCH_ALL, happened.append)
    plain = FakeDevice(description=thermometer(), values={"t": 20.0}, address="coap://192.0.2.1:5683")
    secure = FakeDevice(description=thermometer(2), values={"t": 20.0}, address="coaps://192.0.2.2:5684")
    adapter.devices = [plain, secure]
    shown = await _type_oscore(hass, entry, plain)
    made, more = await _paste_pre_shared(hass, entry, secure)
    await hass.async_block_till_done()
    assert len(entry.subentries) == 2
    shown += [*more, *await _mend_oscore(plain, issue_registry, Repair(hass_client))]
    await hass.async_block_till_done()

    forms = {made, SENTINEL, PASTED, *(one.hex() for one in SECRETS.values()), *map(repr, SECRETS.values())}
    told = [
        *map(repr, (*shown, *hass.states.async_all(), *happened)),
        *(repr(hub.credentials.get(one.description.id)) for one in (plain, secure)),
        json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry)),
        repr(entry.as_dict()),
        caplog.text,
    ]
    assert happened
    assert [(form, text) for form in forms for text in told if form in text] == []
    private = {f"{DOMAIN}.{entry.entry_id}.credentials": 0o600}
    for kept in ("second", "pasted"):
        assert await _files_with(hass, SECRETS[kept].hex()) == private
    for gone in (made, SENTINEL, *(SECRETS[name].hex() for name in ("typed", "wrong", "salt"))):
        assert await _files_with(hass, gone) == {}

    for subentry_id in tuple(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    for form in forms:
        assert await _files_with(hass, form) == {}
        assert form not in caplog.text


async def test_the_keys_go_with_the_entry(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 20.0})
    adapter.devices = [device]
    await hub.credentials.async_keep(device.description.id, Credentials(secret=FIRST))
    await accept(hass, hub, device)
    assert await _files_with(hass, SENTINEL)
    await hass.config_entries.async_remove(entry.entry_id)
    assert await _files_with(hass, SENTINEL) == {}
