"""What opens a switch is in a private file, and nowhere else; and it goes with the switch."""

import asyncio
from pathlib import Path
import stat

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.const import DOMAIN
from tests.house.switch import SimulatedSwitch

from .house import USER, add, by_user, hub_of


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let Home Assistant write to the disk, which the harness otherwise keeps it from."""
    return {}


async def files(hass: HomeAssistant) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of every file under the configuration folder."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)  # what is to be written later is written now
    await hass.async_block_till_done()

    def read() -> dict[str, tuple[int, bytes]]:
        found = [path for path in Path(hass.config.config_dir).rglob("*") if path.is_file()]
        return {path.name: (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) for path in found}

    return await asyncio.to_thread(read)


async def test_credentials_are_in_the_private_store_and_nowhere_else(
    hass: HomeAssistant, switch: SimulatedSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await add(hass, switch, by_user(USER))
    hub_of(entry).memory.keep_adapter("links", {"some": {}})
    private = f"{DOMAIN}.{entry.entry_id}.credentials"
    written = await files(hass)
    assert {"core.config_entries", f"{DOMAIN}.{entry.entry_id}"} <= written.keys()
    for secret in (USER.authentication, USER.privacy):
        assert {name: mode for name, (mode, text) in written.items() if secret.encode() in text} == {private: 0o600}
        assert secret not in caplog.text

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not [name for name in await files(hass) if entry.entry_id in name]
