"""OSCORE keys at rest: whole in the private file; how far each was used, where no backup takes it (T10, T12)."""

import asyncio
from dataclasses import replace

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.credentials import CredentialStore, volatile_folder
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.security import OscoreContext

CONTEXT = OscoreContext(
    master_secret=b"0123456789abcdef", master_salt=b"salt", recipient_id=b"\1", id_context=b"\0", in_use=True
)


@pytest.fixture
def store(hass: HomeAssistant, entry: MockConfigEntry) -> CredentialStore:
    """Return the store of the entry."""
    return CredentialStore(hass, entry.entry_id)


@pytest.mark.parametrize("context", (CONTEXT, replace(CONTEXT, master_salt=b"", sender_id=b"\2", id_context=None)))
async def test_a_security_context_is_kept_whole(
    hass: HomeAssistant, entry: MockConfigEntry, store: CredentialStore, context: OscoreContext
) -> None:
    await store.async_keep("a", Credentials(oscore=replace(context, in_use=False)))
    restarted = CredentialStore(hass, entry.entry_id)
    await restarted.async_load({"a"})
    kept = restarted.get("a")
    assert kept is not None
    assert kept.oscore == context
    assert kept.oscore.in_use


async def test_a_row_of_an_older_version_is_read(
    hass: HomeAssistant, entry: MockConfigEntry, store: CredentialStore
) -> None:
    old = Store[dict[str, dict[str, str]]](hass, 1, f"{DOMAIN}.{entry.entry_id}.credentials", private=True)
    await old.async_save({"a": {"identity": "hub", "secret": "0x00"}})
    await store.async_load({"a"})
    assert store.get("a") == Credentials(identity="hub", secret="0x00")


async def test_a_key_has_one_holder(store: CredentialStore) -> None:
    await store.async_keep("a", Credentials(oscore=CONTEXT))
    await store.async_keep("b", Credentials(identity="hub", secret="0x6b6579"))
    same = Credentials(oscore=replace(CONTEXT, recipient_id=b"\7", master_salt=b"", id_context=None))
    assert store.holder_of(same) == "a"
    assert store.holder_of(same, but="a") == ""
    assert store.holder_of(Credentials(identity="other", secret="key")) == "b"
    assert store.holder_of(Credentials(secret=CONTEXT.master_secret.decode())) == ""


async def test_how_far_a_key_was_used_goes_with_it(
    hass: HomeAssistant, entry: MockConfigEntry, store: CredentialStore
) -> None:
    folder = volatile_folder(hass, entry.entry_id)
    other = replace(CONTEXT, master_secret=b"f" * 16)

    def write(*contexts: OscoreContext) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for context in contexts:
            (folder / context.fingerprint).write_text("1")

    def names() -> set[str]:
        return {path.name for path in folder.glob("*")}

    await asyncio.to_thread(write, CONTEXT, other)
    await store.async_keep("a", Credentials(oscore=CONTEXT))
    assert names() == {CONTEXT.fingerprint, other.fingerprint}, "a flow may be about to keep the other"
    await store.async_keep("a", Credentials(oscore=other))
    assert names() == {other.fingerprint}
    await asyncio.to_thread(write, CONTEXT)
    await store.async_load({"a"})
    assert names() == {other.fingerprint}
    await store.async_forget("a")
    assert names() == set()
    await asyncio.to_thread(write, other)
    await store.async_remove()
    assert not folder.parent.exists()
    await asyncio.to_thread(write, other)
    await asyncio.to_thread((folder.parent / "another entry").mkdir)
    await store.async_remove()
    assert not folder.exists()
    assert folder.parent.exists()
