"""What is done to a radio before it is used: looked at, given a new network, or the network of a backup."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from zigpy.application import ControllerApplication
from zigpy.backups import NetworkBackup
from zigpy.exceptions import RadioException, ZigbeeException

from ...things.errors import Reason, Rejected, Unreachable
from .radio import OwnRadio, RadioSettings

_DATABASE = "trial.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFacts:
    """The network of a radio: the radio's EUI-64, hexadecimal with colons, and the channel. Its keys stay there."""

    ieee: str
    channel: int


async def look_at(settings: RadioSettings) -> NetworkFacts:
    """Return what a radio is on, and change nothing. Raises NetworkMissing, Unreachable, Rejected."""
    async with _opened(settings, form=False) as app:
        return _facts(app)


async def form_anew(settings: RadioSettings) -> NetworkFacts:
    """Form a network in place of the one that there may be: its devices are lost. Raises ThingError."""
    return await _changed(settings, ControllerApplication.form_network)


async def restore(settings: RadioSettings, backup: str) -> NetworkFacts:
    """Write the network of a backup to a radio: zigpy's JSON, or the open coordinator format. Raises ThingError."""
    network = _read(backup)

    async def write(app: ControllerApplication) -> None:
        await app.backups.restore_backup(network, create_new=False)

    return await _changed(settings, write)


async def _changed(settings: RadioSettings, change: Callable[[ControllerApplication], Awaitable[None]]) -> NetworkFacts:
    """Change what a radio is on; return what it says when it is opened again. Raises ThingError."""
    async with _opened(settings, form=True) as app:  # a blank one is to be on some network to be written to
        try:
            await change(app)
        except (ZigbeeException, RadioException, OSError, TimeoutError) as err:
            raise Unreachable(Reason.NOT_ANSWERING, address=settings.path) from err
    return await look_at(settings)


@asynccontextmanager
async def _opened(settings: RadioSettings, *, form: bool) -> AsyncIterator[ControllerApplication]:
    """Open a radio with a database that nobody needs afterwards."""
    folder = await asyncio.to_thread(TemporaryDirectory)
    radio = OwnRadio(replace(settings, database=Path(folder.name) / _DATABASE, form=form))
    try:
        yield await radio.open(lambda: None)
    finally:
        await radio.close()
        await asyncio.to_thread(folder.cleanup)


def _facts(app: ControllerApplication) -> NetworkFacts:
    return NetworkFacts(ieee=str(app.state.node_info.ieee), channel=int(app.state.network_info.channel))


def _read(backup: str) -> NetworkBackup:
    """Read a backup. Raises Rejected, OUT_OF_RANGE: what somebody pasted is none."""
    try:
        found = NetworkBackup.from_dict(json.loads(backup))
        is_whole = found.is_complete()
    except Exception as err:  # zigpy trusts its own files: what it meets first in another's may be anything
        raise Rejected(Reason.OUT_OF_RANGE, name="backup") from err
    if not is_whole:
        raise Rejected(Reason.OUT_OF_RANGE, name="backup")
    return found
