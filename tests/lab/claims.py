"""What is claimed of a house that runs, and of what it leaves: sockets, secrets, files, logs."""

import asyncio
import json
from pathlib import Path

from script.demo.boot import DOMAIN
from script.demo.instance import TROUBLE

from .evidence import Evidence, Seen
from .hostile import FIELDS
from .listening import DOCUMENTED, kinds, listening
from .scenario import Life
from .sentinels import SECRETS, SENTINELS, every_file, found_in, held_by
from .sinkhole import HOME, Sinkhole

_LOOKS, _LOOK_AGAIN_S = 3, 4.0


async def of_sockets(evidence: Evidence, hole: Sinkhole, before: frozenset[str]) -> None:
    """Claim of what the integration has open, beside what was before; a scan has more, for its few seconds."""
    stay = listening(hole.hub)
    for _ in range(_LOOKS):
        await asyncio.sleep(_LOOK_AGAIN_S)
        stay &= listening(hole.hub)
    ours = kinds(stay - before)
    what = "what the integration listens on is what SECURITY.md lists"
    seen = [*(f"ours: {one} x{count}" for one, count in ours.items()), *(f"before: {one}" for one in sorted(before))]
    evidence.claim("proof", what, holds=bool(before) and ours == DOCUMENTED, seen=seen)


def of_secrets(evidence: Evidence, config: Path) -> None:
    """Claim of a running house that each secret is in a private file alone."""
    for secret in SECRETS:
        held = found_in(every_file(config), secret)
        private = all(file.name.endswith(".credentials") and file.stat().st_mode & 0o077 == 0 for file in held)
        seen = [f"{file.relative_to(config)} {file.stat().st_mode & 0o777:o}" for file in held]
        evidence.claim("proof", f"the {secret} is in a private file alone", holds=bool(held) and private, seen=seen)


async def of_diagnostics(evidence: Evidence, life: Life) -> None:
    """Claim of what a person may show to others that no secret and no address of the home is in it."""
    shown = {
        entry["title"]: json.dumps(
            await life.instance.request("GET", f"/api/diagnostics/config_entry/{entry['entry_id']}")
        )
        for entry in await life.entries()
    }
    seen = [
        f"{title}: {word}"
        for title, text in shown.items()
        for word in ("10.77.0.", "fd00:77:", "fe80:", *(one for one in SECRETS if held_by(text.encode(), one)))
        if word in text or word in SECRETS
    ]
    what = f"no secret and no address is in the diagnostics of {', '.join(shown)}"
    evidence.claim("proof", what, holds=all(DOMAIN in text for text in shown.values()) and not seen, seen=seen)


def of_backup(evidence: Evidence, files: dict[str, bytes]) -> None:
    """Claim of a backup that what must not be restored is not in it, and secrets are nowhere but in their files."""
    volatile = [name for name in files if "/.cache/" in f"/{name}"]
    what = f"a backup has nothing of .cache, where the counters of keys are ({len(files)} files)"
    evidence.claim("proof", what, holds=bool(files) and not volatile, seen=volatile)
    for secret in SECRETS:
        held = [name for name, content in files.items() if held_by(content, secret)]
        what = f"in a backup, the {secret} is in the file of its keys alone"
        evidence.claim("proof", what, holds=bool(held) and all(".credentials" in name for name in held), seen=held)


def of_fields(evidence: Evidence, run: str, seen: Seen) -> None:
    """Claim that nothing that points elsewhere was followed."""
    followed = [one.name for one in seen.followed]
    evidence.claim(run, f"none of {len(FIELDS)} hostile fields was followed", holds=not followed, seen=followed)


def of_log(evidence: Evidence, run: str, config: Path) -> None:
    """Claim that we made no error."""
    log = (config / "home-assistant.out").read_text(errors="replace")
    ours = [entry for entry in TROUBLE.findall(log) if "local_things" in entry]
    evidence.claim(run, "no error of ours in the log", holds=not ours, seen=ours)


def of_what_is_left(evidence: Evidence, hole: Sinkhole, config: Path) -> None:
    """Claim of a house from which all was removed what its files still hold, and where the sentinels went."""
    left = every_file(config)
    for sentinel in SENTINELS:
        held = [file.relative_to(config).as_posix() for file in found_in(left, sentinel)]
        holds = all(name.startswith("home-assistant_v2.db") for name in held)
        what = f"after all is removed, the {sentinel} is in no file but the recorder's ({len(left)} files)"
        evidence.claim("proof", what, holds=holds, seen=held)
    for sentinel in SENTINELS:
        links = [link for link, file in hole.links.items() if found_in([file], sentinel)]
        what = f"on the wire, the {sentinel} is on the home's link only"
        evidence.claim("proof", what, holds=set(links) <= {HOME}, seen=links)
