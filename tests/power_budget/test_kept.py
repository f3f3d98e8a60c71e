"""What the budget notes before it acts, and what of it counts at the next start."""

import os
from pathlib import Path
import stat

from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.power.ledger import Ledger, Owned, Returned
from custom_components.local_things.power_budget import kept as module
from custom_components.local_things.power_budget.kept import Kept


def owned(load: str, level: float = 0.0) -> Owned:
    """Return a load that is reduced."""
    return Owned(
        load=load, wanted=1.0, level=level, before=1.0, power=2300.0, since=500.0, commanded=500.0, obeyed=True
    )


@pytest.fixture
async def kept(hass: HomeAssistant) -> Kept:
    """Return what a new budget remembers."""
    one = Kept(hass, "entry")
    await one.async_load()
    return one


@pytest.fixture
def file(hass: HomeAssistant) -> Path:
    """Return the file of the journal."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.entry.journal"))


def contents(file: Path) -> bytes:
    """Return what is in it."""
    return file.read_bytes() if file.exists() else b"gone"


def put(file: Path, data: bytes) -> None:
    """Put this into it."""
    file.write_bytes(data)


def mode(file: Path) -> int:
    """Return who may read it."""
    return stat.S_IMODE(file.stat().st_mode)


async def again(hass: HomeAssistant, kept: Kept) -> Kept:
    """Return what is known after Home Assistant was killed."""
    await kept._journal.async_close()
    other = Kept(hass, "entry")
    await other.async_load()
    return other


async def test_what_was_noted_counts_though_nothing_was_saved(hass: HomeAssistant, kept: Kept, file: Path) -> None:
    kept.ledger = Ledger(saved=600.0, owned={"a": owned("a"), "b": owned("b")}, held={"a": 900.0}, asked={"b": 700.0})
    kept.ledger.returned["b"] = Returned(at=400.0, power=100.0, times=2, starts=(1.0, 2.0))
    kept.before["a"] = "heat"
    await kept.async_note(["a", "b"])
    assert mode(file) == 0o600
    other = await again(hass, kept)
    assert other.ledger == kept.ledger
    assert other.before == {"a": "heat"}


async def test_what_was_noted_last_counts(hass: HomeAssistant, kept: Kept) -> None:
    kept.ledger = Ledger(owned={"a": owned("a")}, held={"a": 1.0}, asked={"a": 1.0})
    await kept.async_note(["a"])
    kept.ledger = Ledger(saved=700.0, owned={"b": owned("b")})
    await kept.async_note(["a", "b"])
    assert (await again(hass, kept)).ledger == kept.ledger


async def test_what_was_saved_later_counts_more(hass: HomeAssistant, kept: Kept, file: Path) -> None:
    kept.ledger.owned["a"] = owned("a")
    await kept.async_note(["a"])
    noted = contents(file)
    kept.ledger.owned.clear()
    await kept.async_save()
    assert contents(file) == b""
    put(file, noted)  # as if it had been killed before the journal was emptied
    assert (await again(hass, kept)).ledger.owned == {}


async def test_line_that_is_noted_while_all_is_saved_is_not_lost(hass: HomeAssistant, kept: Kept) -> None:
    await kept.async_note(["a"])
    lines = kept._journal.lines
    kept.ledger.owned["b"] = owned("b")
    await kept.async_note(["b"])
    kept._journal.clear(lines)
    assert (await again(hass, kept)).ledger.owned == {"b": owned("b")}


async def test_torn_and_wrong_lines_spoil_no_others(
    hass: HomeAssistant, kept: Kept, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept.ledger.owned["a"] = owned("a")
    await kept.async_note(["a"])
    torn, wrong = b'\n{"line": 2, "load": "torn', b'\n{"line": 3, "load": "b", "owned": 7}\n[]\n{"line": true}'
    put(file, contents(file) + torn + wrong)
    kept._line = 3
    kept.ledger.owned["c"] = owned("c")
    await kept.async_note(["c"])
    other = await again(hass, kept)
    assert set(other.ledger.owned) == {"a", "c"}
    assert "A line of the journal of the power budget cannot be read" in caplog.text


async def test_long_journal_begins_anew(
    hass: HomeAssistant, kept: Kept, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_LINES", 2)
    kept.ledger.owned["a"] = owned("a")
    for _ in range(2):
        await kept.async_note(["a"])
        await kept.async_noted()
    assert contents(file).count(b"\n") == 2
    await kept.async_note(["a"])
    await kept.async_noted()
    assert contents(file) == b""
    assert (await again(hass, kept)).ledger.owned == {"a": owned("a")}
    await kept.async_remove()
    assert contents(file) == b"gone"


async def test_disk_that_takes_nothing_is_told_of_and_stops_nobody(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    await kept.async_note(["a"])
    await kept.async_noted()
    assert "may not outlive a power failure" in caplog.text
    monkeypatch.setattr(os, "write", full)
    await kept.async_note(["a"])
    assert "cannot be written down" in caplog.text


async def test_closed_journal_is_opened_again_by_what_is_noted(hass: HomeAssistant, kept: Kept) -> None:
    await kept.async_close()
    await kept._journal.async_sync()
    kept._journal.clear(0)
    kept.ledger.owned["a"] = owned("a")
    await kept.async_note(["a"])
    assert (await again(hass, kept)).ledger.owned == {"a": owned("a")}
