"""Write a configuration folder from which Home Assistant starts already onboarded.

Run with the Python of the Home Assistant that shall start from it: everything is written through that version's own
store classes, so that versions and shapes are right. What exists is kept. The integration itself is linked in.

Usage: python -m script.demo.seed FOLDER PORT
"""

import argparse
import asyncio
from datetime import timedelta
import json
from pathlib import Path
import secrets

from homeassistant import runner
from homeassistant.auth import AuthManager, auth_manager_from_config
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN, User
from homeassistant.auth.providers.homeassistant import HassAuthProvider
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.storage import Store

from .living import live_in

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "local_things"

ACCESS_FILE = ".demo_access.json"
"""User name, password and token of the demo's user, readable by its owner only."""

USER = "demo"

CONFIGURATION = """\
# No default_config: it brings cloud, Bluetooth and mDNS, and this house stays on the loopback interface.
homeassistant:
  name: Demo house
  latitude: 46.05
  longitude: 14.51
  elevation: 300
  unit_system: metric
  currency: EUR
  country: SI
  time_zone: Europe/Ljubljana
  language: en
config:
energy:
history:
logbook:
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
logger:
  default: warning
  logs:
    custom_components.local_things: info
"""

FILES = {
    "configuration.yaml": CONFIGURATION,
    "automations.yaml": "[]\n",
    "scripts.yaml": "{}\n",
    "scenes.yaml": "[]\n",
}


def write_files(folder: Path) -> None:
    """Write the YAML files that are not there and link the integration in."""
    (folder / "custom_components").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, content in FILES.items():
        if not (folder / name).exists():
            (folder / name).write_text(content)
    link = folder / "custom_components" / INTEGRATION.name
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(INTEGRATION)


async def write_store(hass: HomeAssistant, version: int, key: str, content: dict[str, object]) -> None:
    """Write one file of `.storage`, unless it exists."""
    store = Store[dict[str, object]](hass, version, key, private=True)
    if await store.async_load() is None:
        await store.async_save(content)


async def add_user(auth: AuthManager) -> tuple[User, dict[str, str]]:
    """Create the demo's user, who may do everything, with a password of its own and a token for scripts."""
    provider = auth.auth_providers[0]
    if not isinstance(provider, HassAuthProvider):
        raise TypeError("the first authentication provider is not Home Assistant's own")
    await provider.async_initialize()
    password = secrets.token_urlsafe(9)
    await provider.async_add_auth(USER, password)
    user = await auth.async_create_user(USER, group_ids=[GROUP_ID_ADMIN])
    await auth.async_link_user(user, await provider.async_get_or_create_credentials({"username": USER}))
    refresh = await auth.async_create_refresh_token(
        user,
        client_name="script/run",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=3650),
    )
    return user, {"user": USER, "password": password, "token": auth.async_create_access_token(refresh)}


async def seed(folder: Path, port: int) -> None:
    """Make `folder` whole: files, the user, and every step of the onboarding marked as done."""
    write_files(folder)
    hass = HomeAssistant(str(folder))
    hass.config_entries = ConfigEntries(hass, {})
    await hass.config_entries.async_initialize()
    dr.async_setup(hass)
    await asyncio.gather(dr.async_load(hass), er.async_load(hass))
    hass.auth = await auth_manager_from_config(hass, [{"type": "homeassistant"}], [])

    access_file = folder / ACCESS_FILE
    if not access_file.exists():
        user, access = await add_user(hass.auth)
        person = {"id": USER, "name": USER, "user_id": user.id, "device_trackers": []}
        await write_store(hass, 2, "person", {"items": [person]})
        access_file.touch(mode=0o600)
        access_file.write_text(json.dumps(access))
    await asyncio.to_thread(live_in, folder)
    await write_onboarding(hass)
    await write_http(hass, port)
    # The user's own store saves with a delay; stopping writes what is still held back.
    await hass.async_stop(force=True)


async def write_onboarding(hass: HomeAssistant) -> None:
    """Answer what a new Home Assistant asks, and keep it on the loopback interface."""
    await write_store(hass, 4, "onboarding", {"done": ["user", "core_config", "analytics", "integration"]})
    await write_store(hass, 1, "core.analytics", {"onboarded": True, "preferences": {}, "uuid": None})
    await write_store(hass, 1, "core.network", {"configured_adapters": ["lo"]})


async def write_http(hass: HomeAssistant, port: int) -> None:
    """Bind the frontend to 127.0.0.1 and `port`, which may change from start to start.

    The settings live in a store since 2026.8; a YAML block would be a trial that reverts itself after five minutes.
    """
    from homeassistant.components.http import config  # noqa: PLC0415 - only importable once auth is

    stable = config.HTTP_STORAGE_SCHEMA({"server_host": ["127.0.0.1"], "server_port": port})
    stable |= {"created_at": "2026-01-01T00:00:00+00:00", "error": None, "error_message": None}
    store = Store[dict[str, object]](
        hass, config.STORAGE_VERSION, config.STORAGE_KEY, minor_version=config.STORAGE_MINOR_VERSION, private=True
    )
    await store.async_save({"stable": stable, "pending": None, "yaml_migration_done": True})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    asyncio.run(seed(arguments.folder.absolute(), arguments.port), loop_factory=runner.create_event_loop)
