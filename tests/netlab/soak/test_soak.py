"""The parts of the soak: what it measures by, and the devices. `script/soak` is the whole of it."""

import asyncio
from collections import Counter
from ipaddress import ip_address
import itertools
import json

from hypothesis import given, strategies as st
import pytest

from tests.house.codec import Code, Message, Type
from tests.transports.coap.asking import ask, request, udp

from . import street as module
from .figures import Figure, slope
from .holdings import Holdings, sample
from .places import address_of, taking, uri_of
from .street import PATHS, Street, parts


@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(0, 4))
def test_a_slope_is_that_of_the_line_whatever_a_few_points_say(steep: int, high: int, outliers: int) -> None:
    points = [
        (float(x), float(steep * x + high + (10_000 if x % 7 == 3 and x // 7 < outliers else 0))) for x in range(40)
    ]
    assert slope(points) == steep


def test_there_is_no_slope_of_one_point() -> None:
    with pytest.raises(ValueError, match="too few"):
        slope([(1.0, 2.0), (1.0, 3.0)])


def test_a_figure_is_a_claim_where_it_has_a_bound() -> None:
    assert json.loads(Figure(name="a", value=1.23456, unit="s").line()) == {
        "name": "soak/a",
        "value": 1.235,
        "unit": "s",
    }
    claim = Figure(name="b", value=2, unit="", at_most=1, about=["x"])
    assert not claim.holds
    assert json.loads(claim.line())["holds"] is False
    assert json.loads(claim.line())["about"] == ["x"]
    assert Figure(name="c", value=2, unit="", at_least=2).holds


def test_what_is_held_beyond_what_was_held_is_told() -> None:
    before, after = _holdings(task=1), _holdings(task=2, leak=1)
    assert before.beyond(before) == {}
    assert after.beyond(before) == {"tasks": {"task": 1, "leak": 1}}


def _holdings(**tasks: int) -> Holdings:
    none: Counter[str] = Counter()
    return Holdings(tasks=Counter(tasks), sockets=none, threads=none, timers=none, listeners=none, objects=none)


async def test_a_sample_counts_the_sockets(socket_enabled: None) -> None:
    before = await sample()
    async with udp("127.0.0.1"):
        during = await sample()
    assert (during.sockets - before.sockets, (await sample()).sockets) == (1, before.sockets)
    assert before.memory > 0


def test_every_device_has_a_place_of_its_own_on_the_link() -> None:
    addresses = [address_of(number) for number in range(1000)]
    assert len({ip_address(address) for address in addresses}) == 1000
    assert {ip_address(address).version for address in addresses[:500]} == {4, 6}
    assert uri_of(0) == "coap://10.77.0.2"
    assert uri_of(1) == "coap://[fd00:77::1:1]"
    assert taking(range(2), ["10.77.0.2"]) == "address add fd00:77::1:1/64 dev eth0\n"


def test_the_devices_are_shared_out() -> None:
    shared = parts(10, 3)
    assert [*itertools.chain(*shared)] == [*range(10)]
    assert len(shared) == 3


async def test_devices_change_reboot_lose_their_power_and_all_are_back_at_rest(
    loopback: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"_TURN_S": 0.001, "_CHANGE_S": 0.01, "_REBOOT_S": 0.05, "_DARK_S": (0.0, 0.1)}.items():
        monkeypatch.setattr(module, name, value)
    ports = {number: ("127.0.0.1", port) for number, port in enumerate(range(5701, 5704))}
    street = Street(range(3), 1, ports)
    await street.start()
    try:
        street.live()
        street.live()
        async with asyncio.timeout(20):
            while not (street.cuts > 3 and street.reboots > street.cuts and street.changes > 20):
                await asyncio.sleep(0.01)
        await street.rest()
        street.clear()
        said = street.status()
        assert (said["changes"], said["device"]) == (street.changes, "street-0")
        values = said["values"]
        assert isinstance(values, list)
        async with udp("127.0.0.1") as sock:
            for number, place in ports.items():
                for path, value in zip(PATHS.values(), values[number], strict=True):
                    answer = await ask(sock, place, request(Code.GET, f"/{path}"))
                    assert _is_told(answer, value)
    finally:
        await street.stop()


def _is_told(answer: Message, value: float) -> bool:
    return answer.type is Type.ACK and float(answer.payload) == value
