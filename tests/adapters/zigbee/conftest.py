"""The simulated stick, and a network of ours on it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house.radio import plugged_in

from .house import Home, end_answers


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the wait for the pins of a serial port, which a socket has not."""
    monkeypatch.setattr("zigpy_znp.api.BOOTLOADER_PIN_TOGGLE_DELAY", 0)


@pytest.fixture
async def plugged(loopback: None, tmp_path: Path) -> AsyncIterator[Home]:
    """A stick, and a network that is not started."""
    # The harness lets the loop trace every callback, and a stick that starts has thousands.
    asyncio.get_running_loop().set_debug(False)
    async with plugged_in() as (stick, path):
        home = Home(stick=stick, path=path, folder=tmp_path)
        yield home
        await home.stop()
        await end_answers()


@pytest.fixture
async def home(plugged: Home) -> Home:
    """A network that runs."""
    await plugged.start()
    return plugged
