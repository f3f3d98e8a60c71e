"""The keys by which accepted devices let us in: in a private file of their own, and nowhere else (T10).

What must not come back with a backup, how far the numbers of an OSCORE key have been used, is beside Home Assistant's
caches, which no backup holds and a restore empties (T12). It has the name of its key's fingerprint, and goes with it.
"""

from collections.abc import Collection
from functools import partial
from pathlib import Path
import shutil
from typing import NotRequired, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .things.adapter import Credentials
from .things.security import EdhocKey, OscoreContext

_VERSION = 1


class _OscoreRow(TypedDict):
    """A security context; all but the presence of an ID context is in hexadecimal."""

    master_secret: str
    master_salt: str
    sender_id: str
    recipient_id: str
    id_context: str | None


class _EdhocRow(TypedDict):
    """What keys are agreed on with; all but the path is in hexadecimal."""

    private_key: str
    credential: str
    peer: str
    path: str


class _Row(TypedDict):
    identity: str
    secret: str
    privacy: NotRequired[str]
    authentication: NotRequired[str]
    oscore: NotRequired[_OscoreRow]
    edhoc: NotRequired[_EdhocRow]


def volatile_folder(hass: HomeAssistant, entry_id: str) -> Path:
    """Return where an entry keeps what must not be restored from a backup; it need not be there."""
    return Path(hass.config.cache_path(DOMAIN, entry_id))


class CredentialStore:
    """Credentials by a Thing's id. What is erased is off the disk when the call returns."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file, which only Home Assistant's own user may read; nothing is read before `async_load`."""
        self._hass = hass
        self._store = Store[dict[str, _Row]](
            hass, _VERSION, f"{DOMAIN}.{entry_id}.credentials", private=True, atomic_writes=True
        )
        self._volatile = volatile_folder(hass, entry_id)
        self._rows: dict[str, _Row] = {}

    async def async_load(self, thing_ids: Collection[str]) -> None:
        """Read what was kept, and erase what belongs to none of these Things: they were removed meanwhile."""
        self._rows = await self._store.async_load() or {}
        if left := {thing_id: row for thing_id, row in self._rows.items() if thing_id not in thing_ids}:
            for thing_id in left:
                del self._rows[thing_id]
            await self._async_save()
        await self._hass.async_add_executor_job(_sweep, self._volatile, self._fingerprints)

    def get(self, thing_id: str) -> Credentials | None:
        """Return the credentials of a device; None for one that asks for none."""
        row = self._rows.get(thing_id)
        return _loaded(row) if row else None

    def holder_of(self, credentials: Credentials, *, but: str = "") -> str:
        """Return the Thing, other than `but`, that has this key already, whatever else differs; empty where none has.

        Who has one can pretend to be the other, and two devices with one key would use the same numbers.
        """
        wanted = _kind_and_key(credentials)
        others = ((thing_id, _loaded(row)) for thing_id, row in self._rows.items() if thing_id != but)
        return next((thing_id for thing_id, kept in others if _kind_and_key(kept) == wanted), "")

    async def async_keep(self, thing_id: str, credentials: Credentials) -> None:
        """Keep what a device has accepted; what it had before is erased."""
        before = self._fingerprints
        self._rows[thing_id] = _dumped(credentials)
        await self._async_save()
        await self._async_erase(before)

    async def async_forget(self, thing_id: str) -> None:
        """Erase the credentials of a removed device, and how far its key was used."""
        before = self._fingerprints
        if self._rows.pop(thing_id, None) is not None:
            await self._async_save()
            await self._async_erase(before)

    async def async_remove(self) -> None:
        """Erase the file, and all that is beside the caches."""
        await self._store.async_remove()
        await self._hass.async_add_executor_job(_erase, self._volatile)

    async def _async_save(self) -> None:
        if self._rows:
            await self._store.async_save(self._rows)
        else:
            await self._store.async_remove()

    @property
    def _fingerprints(self) -> frozenset[str]:
        """Of the OSCORE keys that are kept."""
        return frozenset(kept.oscore.fingerprint for kept in map(_loaded, self._rows.values()) if kept.oscore)

    async def _async_erase(self, before: frozenset[str]) -> None:
        """Erase the state of keys that were kept and are no more; a flow may have begun to use others."""
        for fingerprint in before - self._fingerprints:
            await self._hass.async_add_executor_job(partial((self._volatile / fingerprint).unlink, missing_ok=True))


def _kind_and_key(credentials: Credentials) -> tuple[str, bytes]:
    """Return which kind a key is of, and what of it only one device may have: of EDHOC, its own public credential."""
    if credentials.edhoc:
        return "edhoc", credentials.edhoc.peer
    context = credentials.oscore
    return ("oscore", context.master_secret) if context else ("", credentials.key)


def _dumped(credentials: Credentials) -> _Row:
    row = _Row(
        identity=credentials.identity,
        secret=credentials.secret,
        privacy=credentials.privacy,
        authentication=credentials.authentication,
    )
    if context := credentials.oscore:
        row["oscore"] = _OscoreRow(
            master_secret=context.master_secret.hex(),
            master_salt=context.master_salt.hex(),
            sender_id=context.sender_id.hex(),
            recipient_id=context.recipient_id.hex(),
            id_context=None if context.id_context is None else context.id_context.hex(),
        )
    if key := credentials.edhoc:
        row["edhoc"] = _EdhocRow(
            private_key=key.private_key.hex(), credential=key.credential.hex(), peer=key.peer.hex(), path=key.path
        )
    return row


def _loaded(row: _Row) -> Credentials:
    kept, agreed = row.get("oscore"), row.get("edhoc")
    return Credentials(
        identity=row["identity"],
        secret=row["secret"],
        privacy=row.get("privacy", ""),
        authentication=row.get("authentication", ""),
        oscore=_context(kept) if kept else None,
        edhoc=_edhoc(agreed) if agreed else None,
    )


def _edhoc(row: _EdhocRow) -> EdhocKey:
    return EdhocKey(
        private_key=bytes.fromhex(row["private_key"]),
        credential=bytes.fromhex(row["credential"]),
        peer=bytes.fromhex(row["peer"]),
        path=row["path"],
    )


def _context(row: _OscoreRow) -> OscoreContext:
    id_context = row["id_context"]
    return OscoreContext(
        master_secret=bytes.fromhex(row["master_secret"]),
        master_salt=bytes.fromhex(row["master_salt"]),
        sender_id=bytes.fromhex(row["sender_id"]),
        recipient_id=bytes.fromhex(row["recipient_id"]),
        id_context=None if id_context is None else bytes.fromhex(id_context),
        in_use=True,
    )


def _sweep(folder: Path, known: Collection[str]) -> None:
    """Erase all but what bears a known name; in an executor."""
    for path in folder.glob("*"):
        if path.name not in known:
            path.unlink(missing_ok=True)


def _erase(folder: Path) -> None:
    """Erase a folder, and the one above it where it is left empty; in an executor."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent.is_dir() and not any(folder.parent.iterdir()):
        folder.parent.rmdir()
