"""The stick as a part of the house: who waits is let in, and does what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.patience import PATIENCE

from . import stick
from .stick import NAMES, VERBS, StickPart


@pytest.fixture
async def part(loopback: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StickPart]:
    monkeypatch.setattr(stick, "_APART_S", 0.0)
    made = StickPart(host="127.0.0.36")
    await made.start()
    yield made
    await made.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


def do(part: StickPart, verb: str, *words: str) -> dict[str, object]:
    assert VERBS[verb].call(part, *words) is None
    return part.status()


async def open_to_all(part: StickPart) -> None:
    part.stick.network.permit(60)
    await until(lambda: part.status()["joined"] == [*NAMES])


async def test_who_waits_joins_once_the_network_is_open(part: StickPart) -> None:
    assert part.status()["joined"] == []
    assert part.status()["waiting"] == [*NAMES]
    await open_to_all(part)
    assert part.status()["waiting"] == []
    assert do(part, "leave", "leak")["joined"] == [name for name in NAMES if name != "leak"]
    do(part, "join", "all")
    await until(lambda: part.has_joined("leak"))
    part.stick.network.permit(0)
    do(part, "leave", "leak")
    assert do(part, "join", "leak")["waiting"] == ["leak"]
    assert not part.has_joined("leak")


async def test_devices_do_what_they_are_told(part: StickPart) -> None:
    with pytest.raises(ValueError, match="has not joined"):
        do(part, "press", "1")
    await open_to_all(part)
    devices = part.devices
    for verb, name in (("leak", "leak"), ("open", "contact"), ("move", "motion")):
        do(part, verb, "on")
        assert devices[name].value(1, 0x0500, "zone_status") == 1
        do(part, verb, "off")
        assert devices[name].value(1, 0x0500, "zone_status") == 0
    with pytest.raises(ValueError, match="1 to 4"):
        do(part, "press", "5")
    do(part, "press", "4")
    assert do(part, "consume", "1200")["watts"] == 1200
    before = devices["light"].nwk
    do(part, "rejoin", "light")
    assert devices["light"].nwk != before
    assert part.has_joined("light")


async def test_values_move_by_themselves(loopback: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick, "_APART_S", 0.0)
    part = StickPart(host="127.0.0.36", tick=0.01)
    await part.start()
    try:
        await open_to_all(part)
        climate, counted = part.devices["climate"], part.devices["plug"].value(1, 0x0702, "current_summ_delivered")
        warmth = climate.value(1, 0x0402, "measured_value")
        await until(lambda: climate.value(1, 0x0402, "measured_value") != warmth)
        await until(lambda: part.devices["plug"].value(1, 0x0702, "current_summ_delivered") > counted)
    finally:
        await part.stop()


async def test_the_stick_is_pulled_out_and_plugged_in(part: StickPart) -> None:
    port = part.status()["port"]
    for verb, reachable in (("stop", False), ("start", True)):
        waiting = VERBS[verb].call(part)
        assert waiting is not None
        await waiting
        try:
            _, writer = await asyncio.open_connection("127.0.0.36", int(str(port)))
        except ConnectionError:
            assert not reachable
        else:
            writer.close()
            assert reachable
