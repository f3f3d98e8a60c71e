"""Puts our blueprints into the user's blueprint folder and keeps them new; what the user edited or deleted stays so."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
import logging
from pathlib import Path
from typing import Final

from homeassistant.const import SERVICE_RELOAD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.file import WriteError, write_utf8_file_atomic

from .const import DOMAIN, ISSUE_BLUEPRINT
from .memory import Memory

_LOGGER = logging.getLogger(__name__)

_FOLDER: Final = "blueprints"
_DOMAINS: Final = ("automation", "script")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What one installation did."""

    hashes: Mapping[str, str]
    """SHA-256 of what was written last, by name: the path in the blueprint folder, domain/local_things/file."""

    written: frozenset[str]
    """The domains of which a file was written."""

    outdated: frozenset[str]
    """The names of files that are not as we left them, while ours is newer than what they were made of."""


async def async_install_blueprints(hass: HomeAssistant, memory: Memory) -> None:
    """Install the blueprints of those domains that are set up.

    Home Assistant adds its own examples only while a domain's folder does not exist, so ours never come first.
    """
    domains = [domain for domain in _DOMAINS if domain in hass.config.components]
    outcome = await hass.async_add_executor_job(_install, _users_folder(hass), domains, memory.blueprints())
    memory.keep_blueprints(outcome.hashes)
    for name in outcome.outdated:
        _offer(hass, name)
    for domain in sorted(outcome.written):
        # Forgets what was read before, and takes an updated blueprint into the rules that use it.
        await hass.services.async_call(domain, SERVICE_RELOAD)


async def async_settle_blueprint(hass: HomeAssistant, memory: Memory, name: str, *, replace: bool) -> None:
    """Replace an edited blueprint by ours, or leave it until ours changes again. Raises OSError or WriteError."""
    users = _users_folder(hass) if replace else None
    ours = await hass.async_add_executor_job(_settle, name, users)
    memory.keep_blueprints({**memory.blueprints(), name: ours})
    if replace:
        await hass.services.async_call(name.partition("/")[0], SERVICE_RELOAD)


async def async_remove_blueprints(hass: HomeAssistant, memory: Memory) -> None:
    """Remove the blueprints that are as we left them and that no rule uses; what a user edited is the user's."""
    used = {name for name in memory.blueprints() if _is_used(hass, name)}
    for name in memory.blueprints():
        ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_BLUEPRINT}_{name}")
    ours = {name: last for name, last in memory.blueprints().items() if name not in used}
    removed = await hass.async_add_executor_job(_remove, _users_folder(hass), ours)
    for domain in sorted(removed & hass.config.components):
        await hass.services.async_call(domain, SERVICE_RELOAD)


def _is_used(hass: HomeAssistant, name: str) -> bool:
    """Tell whether an automation or a script is made of a blueprint."""
    # Not at the top: a house has not always both of them.
    if name.startswith("script/"):
        from homeassistant.components.script import scripts_with_blueprint as users  # noqa: PLC0415 (as said)
    else:
        from homeassistant.components.automation import automations_with_blueprint as users  # noqa: PLC0415 (as said)
    return bool(users(hass, name.partition("/")[2]))


def _remove(users: Path, ours: Mapping[str, str]) -> frozenset[str]:
    """Remove files that are as they were written, and folders of ours that are empty; return the domains. Blocks."""
    removed = set[str]()
    for name, last in ours.items():
        try:
            if _hash_of(users / name) == last:
                (users / name).unlink()
                removed.add(name.partition("/")[0])
            (users / name).parent.rmdir()
        except OSError as err:  # the folder is not empty, mostly
            _LOGGER.debug("The blueprint %s stays: %s", name, err)
    return frozenset(removed)


def _users_folder(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(_FOLDER))


def _offer(hass: HomeAssistant, name: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{ISSUE_BLUEPRINT}_{name}",
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_BLUEPRINT,
        translation_placeholders={"file": name},
        data={"issue": ISSUE_BLUEPRINT, "blueprint": name},
    )


def source_folder(package: Path) -> Path:
    """Return where our blueprints are: in the package in a release, beside custom_components in a checkout. Blocks.

    A configuration folder looks like a checkout, but its blueprints are the user's; only a checkout has a hacs.json.
    """
    root = package.resolve().parents[1]  # in a development setup custom_components may be a symbolic link
    return (root if (root / "hacs.json").is_file() else package) / _FOLDER


def _install(users: Path, domains: list[str], hashes: Mapping[str, str]) -> _Outcome:
    """Write what is missing or untouched and not the newest; one file that fails never stops another. Blocks."""
    source = source_folder(Path(__file__).parent)
    known, written, outdated = dict(hashes), set[str](), set[str]()
    for path in sorted(path for domain in domains for path in (source / domain / DOMAIN).glob("*.yaml")):
        name = path.relative_to(source).as_posix()
        try:
            content = path.read_bytes()
            ours, there, last = _hash(content), _hash_of(users / name), hashes.get(name)
            if there in (ours, last):
                if there != ours:
                    _write(users / name, content)
                    written.add(name.partition("/")[0])
                known[name] = ours
            elif there and ours != last:  # not as we left it; without a file the user deleted it
                outdated.add(name)
        except (OSError, WriteError) as err:
            _LOGGER.warning("The blueprint %s cannot be installed: %s", name, err)
    return _Outcome(hashes=known, written=frozenset(written), outdated=frozenset(outdated))


def _settle(name: str, users: Path | None) -> str:
    """Write ours where there is a folder to write to; return its hash. Blocks."""
    content = (source_folder(Path(__file__).parent) / name).read_bytes()
    if users:
        _write(users / name, content)
    return _hash(content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_utf8_file_atomic(str(path), content, mode="wb")


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _hash_of(path: Path) -> str | None:
    return _hash(path.read_bytes()) if path.is_file() else None
