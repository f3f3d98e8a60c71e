"""Keys are kept where only Home Assistant reads them, are told to nobody, and go with their device (T10)."""

import asyncio
import json
import logging
from pathlib import Path
import stat

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
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
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept
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


async def test_a_key_is_in_one_private_file_alone_and_nowhere_once_its_device_is_removed(
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
