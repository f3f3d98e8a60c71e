"""OSCORE the whole way: keys are typed in, revoked and erased, and no number of one is used twice (T10, T12)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import importlib
import json
import logging
from pathlib import Path, PurePath
import shutil
import tarfile

from homeassistant.backup_restore import KEEP_BACKUPS, _clear_configuration_directory
from homeassistant.components.backup.const import EXCLUDE_FROM_BACKUP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from securetar import atomic_contents_add

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.credentials import volatile_folder
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from tests.house.oscore import DEVICE_ID, HUB_ID, OscoreDevice, oscore_device
from tests.transports.coap.oscore_link import Meddler, Sealed, context_of, credentials_of, meddled

from .test_credentials import _files_with as files_with
from .test_house import _value as value, entry, until

__all__ = ["entry"]

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let Home Assistant write to the disk, which the harness otherwise keeps it from."""
    return {}


@pytest.fixture(autouse=True)
def quiet_device() -> None:
    """Keep the devices, which live in this process, from writing down their keys before we have seen to it."""
    importlib.import_module("custom_components.local_things.transports.coap.protected.context")


async def add(hass: HomeAssistant, entry: MockConfigEntry, device: OscoreDevice, address: str, name: str) -> list[str]:
    """Add a device by its address, with its key as it stands on its sheet; return all that was shown."""
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "thing"), context={"source": "user"})
    shown = [await flows.async_configure(form["flow_id"], {"address": address})]
    assert shown[-1]["step_id"] == "protection", shown
    shown.append(await flows.async_configure(form["flow_id"], {"next_step_id": "oscore"}))
    key = {
        "master_secret": device.master_secret.hex(),
        "master_salt": device.master_salt.hex(),
        "sender_id": HUB_ID.hex(),
        "recipient_id": DEVICE_ID.hex(),
    }
    wrong = await flows.async_configure(form["flow_id"], {**key, "master_secret": "00" * 16})
    assert wrong["errors"] == {"master_secret": "bad_credentials"}
    shown += [wrong, await flows.async_configure(form["flow_id"], key)]
    assert shown[-1]["step_id"] == "confirm_protected", shown
    shown.append(await flows.async_configure(form["flow_id"], {"name": name}))
    await hass.async_block_till_done()
    return [repr(one) for one in shown]


def states_kept(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    folder = volatile_folder(hass, entry.entry_id)
    return {path.name for path in folder.glob("*")}


async def switch(hass: HomeAssistant, entity_id: str, action: str) -> None:
    await hass.services.async_call("switch", action, {"entity_id": entity_id}, blocking=True)


async def test_t10_of_two_devices_one_is_revoked_and_nothing_of_its_key_is_left_while_the_other_works(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert await async_setup_component(hass, "diagnostics", {})
    hub: Hub = entry.runtime_data
    async with oscore_device() as door, oscore_device("meter", "127.0.0.30") as meter:
        shown = await add(hass, entry, door, door.uri, "Door") + await add(hass, entry, meter, meter.uri, "Meter")
        await until(
            lambda: (value(hass, "sensor.door_temperature"), value(hass, "sensor.meter_temperature")) == ("21.5",) * 2
        )
        for name, device in (("door", door), ("meter", meter)):
            await switch(hass, f"switch.{name}", "turn_on")  # with a key, it may be switched without being asked
            assert device.values["/3312/0/5850"] == "1"
        shown += [repr(one) for one in (*hass.states.async_all(), *issue_registry.issues.values(), entry.as_dict())]
        shown.append(json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry)))
        secrets = [secret.hex() for one in (door, meter) for secret in (one.master_secret, one.master_salt)]
        told = (*shown, *caplog.text.splitlines())
        assert [text for text in told for secret in secrets if secret in text] == []
        private = {f"{DOMAIN}.{entry.entry_id}.credentials": 0o600}
        assert [await files_with(hass, secret) for secret in secrets] == [private] * 4
        kept = [context_of(one).fingerprint for one in (door, meter)]
        assert set(kept) <= states_kept(hass, entry)

        revoked = next(one for one in hub.subentries if one.title == "Door")
        hass.config_entries.async_remove_subentry(entry, revoked.subentry_id)
        await hass.async_block_till_done()
        assert [await files_with(hass, secret) for secret in secrets] == [{}, {}, private, private]
        assert states_kept(hass, entry) & set(kept) == {kept[1]}
        meter.set("/3303/0/5700", "7.5")
        await until(lambda: value(hass, "sensor.meter_temperature") == "7.5")
        await switch(hass, "switch.meter", "turn_off")
        assert meter.values["/3312/0/5850"] == "0"
        assert value(hass, "sensor.door_temperature") == "none"

        hass.config_entries.async_remove_subentry(entry, hub.subentries[0].subentry_id)
        await hass.async_block_till_done()
        assert [await files_with(hass, secret) for secret in secrets] == [{}] * 4
        assert not states_kept(hass, entry) & set(kept)
        assert await hass.config_entries.async_reload(entry.entry_id)  # what was typed in wrongly goes now
        assert states_kept(hass, entry) == set()


# ------------------------------------------------------------------------------------------------------- backups


def taken(path: PurePath) -> bool:
    """Tell whether Home Assistant's own backup leaves a path out (components/backup/manager.py)."""
    return any(path.full_match(f"data/{exclude}") for exclude in EXCLUDE_FROM_BACKUP)


def taken_but_for_nothing(_: PurePath) -> bool:
    """Leave nothing out, as somebody may who copies the folder."""
    return False


def back_up(config: Path, archive: Path, left_out: Callable[[PurePath], bool]) -> None:
    with tarfile.open(archive, "w") as tar:
        atomic_contents_add(tar, config, file_filter=left_out, arcname="data")


def restore(config: Path, archive: Path) -> None:
    """Do what Home Assistant does when it starts (backup_restore.py)."""
    _clear_configuration_directory(config, KEEP_BACKUPS)
    with tarfile.open(archive) as tar:
        tar.extractall(archive.parent / "extracted", filter="tar")
    shutil.copytree(archive.parent / "extracted" / "data", config, dirs_exist_ok=True)


def pairs(way: Meddler) -> list[tuple[bytes | None, bytes]]:
    """Return whose key and which number each request on the wire was sent with, each sent once or again as it was."""
    seals = dict.fromkeys(seal for seal in map(Sealed.read, way.requests) if seal)
    assert len(seals) > 3
    return [(seal.kid, seal.number) for seal in seals]


@asynccontextmanager
async def stopped(hass: HomeAssistant, entry: MockConfigEntry) -> AsyncIterator[None]:
    assert await hass.config_entries.async_unload(entry.entry_id)
    yield
    assert await hass.config_entries.async_setup(entry.entry_id)


@pytest.mark.parametrize("left_out", (taken, taken_but_for_nothing))
async def test_t12_talk_back_up_talk_restore_talk_and_no_number_is_used_twice(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    tmp_path_factory: pytest.TempPathFactory,
    left_out: Callable[[PurePath], bool],
) -> None:
    config, archive = Path(hass.config.config_dir), tmp_path_factory.mktemp("backups") / "backup.tar"
    async with oscore_device() as door, meddled(door) as way:
        await add(hass, entry, door, way.endpoint.uri, "Door")

        async def talk(shown: str) -> None:
            door.set("/3303/0/5700", shown)
            await until(lambda: value(hass, "sensor.door_temperature") == shown)
            for action in ("turn_on", "turn_off"):
                await switch(hass, "switch.door", action)

        await talk("1.5")
        async with stopped(hass, entry):
            await asyncio.to_thread(back_up, config, archive, left_out)
        await talk("2.5")
        await talk("3.5")
        async with stopped(hass, entry):
            await asyncio.to_thread(restore, config, archive)
        if left_out is taken:
            await until(lambda: [issue.translation_key for issue in issue_registry.issues.values()] == ["credentials"])
            used = pairs(way)
            assert value(hass, "sensor.door_temperature") == "unavailable"
            (subentry,) = entry.subentries.values()
            await door.stop()
            door.rekey()
            await door.start()
            way.requests.clear()
            hub: Hub = entry.runtime_data
            await hub.async_admit(subentry, Credentials(oscore=credentials_of(door).oscore))
            assert len(set(used)) == len(used)
        await talk("4.5")
        used = pairs(way)
        assert len(set(used)) == len(used)
        assert not issue_registry.issues
