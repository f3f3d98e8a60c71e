"""SNMP against a real net-snmp agent, and against agents that no vendor would own up to."""

import asyncio
import builtins
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from ipaddress import ip_address, ip_interface
from itertools import pairwise
import logging
import os
import socket
import threading
from typing import cast, override

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.adapter import Credentials, NetworkInterface
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from custom_components.local_things.transports.snmp import Limits, Oid, SnmpSession, VarBind, oid, open_session
from custom_components.local_things.transports.snmp.engine import Answer, Engine, Request, _Udp4
from tests.house.switch import SimulatedSwitch, User, simulated_switch, why_not
from tests.house.switch.standing import compiled_once, standing_switch

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("loopback"),
]

HASTY = Limits(timeout=0.2)
# As if ::2 were ours: ::1, where the agent is, would be refused as our own.
GATE = AddressGate(
    [NetworkInterface(name="lo", index=1, addresses=(ip_interface("127.0.0.9/8"), ip_interface("::2/126")))]
)
PRIVATE = Credentials(secret="private")
USER = User(name="poeuser", authentication="authpass123", privacy="privpass123")
ADMIN = oid("1.3.6.1.2.1.105.1.1.1.3")
STATUS = oid("1.3.6.1.2.1.105.1.1.1.6")
SYS_NAME = oid("1.3.6.1.2.1.1.5.0")
V3 = Credentials(identity=USER.name, secret=USER.authentication, privacy=USER.privacy)


@pytest.fixture(scope="module")
def standing() -> Iterator[SimulatedSwitch]:
    with compiled_once(), standing_switch(user=USER) as running:
        yield running


@pytest.fixture
async def switch(loopback: None, standing: SimulatedSwitch) -> SimulatedSwitch:
    await standing.reset()
    return standing


@asynccontextmanager
async def session(
    address: str, credentials: Credentials = PRIVATE, limits: Limits = HASTY
) -> AsyncIterator[SnmpSession]:
    opened = await open_session(GATE, address, credentials, limits)
    try:
        yield opened
    finally:
        await opened.close()


# Against the real agent


@pytest.mark.parametrize("who", (Credentials(secret="private"), V3), ids=("v2c", "v3"))
async def test_values_are_got_walked_and_set(switch: SimulatedSwitch, who: Credentials) -> None:
    async with session(switch.address, who) as agent:
        assert await agent.get(SYS_NAME, (*SYS_NAME, 9)) == (b"switch", None)
        assert await agent.walk(ADMIN) == {(1, port): 1 for port in range(1, 9)}
        assert await agent.walk(oid("1.3.6.1.9")) == {}
        assert await agent.get(oid("1.3.6.1.2.1.1.2.0")) == (oid("1.3.6.1.4.1.4413"),)
        (name, value), (other, _) = await agent.next(ADMIN, oid("1.3.6.1.2.1.105.1.3.1.1.2"))
        assert (name, value) == ((*ADMIN, 1, 1), 1)
        assert other[:-1] == oid("1.3.6.1.2.1.105.1.3.1.1.2")
        await agent.set((*ADMIN, 1, 3), 2)
        assert await agent.get((*ADMIN, 1, 3)) == (2,)
        assert agent.link.last_seen
        assert agent.link.round_trip_time
        assert agent.link.retransmissions == 0


async def test_an_old_agent_is_reached_where_there_is_no_ipv4(loopback: None) -> None:
    class Past(AddressGate):
        """The gate takes ::1 for our own."""

        @override
        async def resolve(self, host: str) -> LocalAddress:
            return LocalAddress(ip=ip_address(host))

    old = User(name=USER.name, authentication=USER.authentication, privacy=USER.privacy, digest="SHA")
    async with simulated_switch(ports=2, address="::1", user=old) as switch:
        for who in (PRIVATE, replace(V3, authentication="sha1")):
            agent = await open_session(Past([]), switch.address, who, HASTY)
            assert await agent.walk(ADMIN) == {(1, 1): 1, (1, 2): 1}
            await agent.close()
        stranger = await open_session(Past([]), switch.address, replace(V3, authentication="sha256"), HASTY)
        with pytest.raises(AccessDenied):
            await stranger.get(SYS_NAME)
        await stranger.close()


async def test_who_may_read_may_not_write(switch: SimulatedSwitch) -> None:
    async with session(switch.address, Credentials(secret="public")) as agent:
        assert len(await agent.walk(ADMIN)) == 8
        with pytest.raises(AccessDenied) as refusal:
            await agent.set((*ADMIN, 1, 1), 2)
        assert refusal.value.reason is Reason.READ_ONLY
        assert await agent.get((*ADMIN, 1, 1)) == (1,)


async def test_a_wrong_community_is_silence(switch: SimulatedSwitch) -> None:
    async with session(switch.address, Credentials(secret="wrong")) as agent:
        with pytest.raises(Unreachable) as refusal:
            await agent.get(SYS_NAME)
        assert refusal.value.reason is Reason.NOT_ANSWERING
        assert agent.link.retransmissions == 1
        assert agent.link.last_seen is None


@pytest.mark.parametrize(
    "who",
    (
        Credentials(identity="nobody", secret="authpass123", privacy="privpass123"),
        Credentials(identity="poeuser", secret="authpass124", privacy="privpass123"),
    ),
    ids=("user", "password"),
)
async def test_a_stranger_is_told_that_it_is_one(switch: SimulatedSwitch, who: Credentials) -> None:
    async with session(switch.address, who) as agent:
        for asking in (agent.get(SYS_NAME), agent.walk(ADMIN), agent.set((*ADMIN, 1, 1), 1)):
            with pytest.raises(AccessDenied) as refusal:
                await asking
            assert refusal.value.reason is Reason.ACCESS_DENIED


async def test_the_agent_of_net_snmp_is_silent_on_a_wrong_privacy_password(switch: SimulatedSwitch) -> None:
    who = Credentials(identity="poeuser", secret="authpass123", privacy="privpass124")
    async with session(switch.address, who) as agent:
        with pytest.raises(Unreachable):
            await agent.get(SYS_NAME)


@pytest.mark.parametrize(
    ("name", "value", "error", "reason"),
    (
        ((*ADMIN, 1, 1), 7, Rejected, Reason.REFUSED_BY_DEVICE),
        ((*STATUS, 1, 1), 1, AccessDenied, Reason.READ_ONLY),
    ),
)
async def test_what_cannot_be_set_is_refused(
    switch: SimulatedSwitch, name: Oid, value: int, error: type[ThingError], reason: Reason
) -> None:
    async with session(switch.address) as agent:
        with pytest.raises(error) as refusal:
            await agent.set(name, value)
        assert refusal.value.reason is reason


async def test_an_agent_that_dies_and_comes_back_is_spoken_to_again(switch: SimulatedSwitch) -> None:
    for who in (PRIVATE, V3):  # its engine id is another one each time
        async with session(switch.address, who) as agent:
            assert await agent.get(SYS_NAME) == (b"switch",)
            await switch.stop()
            for asking in (agent.get(SYS_NAME), agent.walk(ADMIN), agent.set((*ADMIN, 1, 1), 1)):
                with pytest.raises(Unreachable):
                    await asking
            await switch.start()
            assert await agent.get(SYS_NAME) == (b"switch",)


async def test_closing_leaves_nothing_and_is_done_twice(switch: SimulatedSwitch) -> None:
    before = asyncio.all_tasks()
    agent = await open_session(GATE, switch.address, Credentials(secret="public"), HASTY)
    await agent.get(SYS_NAME)
    await agent.close()
    await agent.close()
    assert asyncio.all_tasks() <= before
    with pytest.raises(Unreachable):
        await agent.get(SYS_NAME)


async def test_nothing_is_read_from_the_disk_in_the_loop(
    switch: SimulatedSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop_thread, seen = threading.get_ident(), []

    def watched[**P, R](original: Callable[P, R]) -> Callable[P, R]:
        def call(*arguments: P.args, **named: P.kwargs) -> R:
            if threading.get_ident() == loop_thread:
                seen.append(arguments)
            return original(*arguments, **named)

        return call

    for place, name in ((builtins, "open"), (os, "listdir"), (os, "scandir")):
        monkeypatch.setattr(place, name, watched(getattr(place, name)))
    for who in (PRIVATE, V3):
        async with session(switch.address, who) as agent:
            await agent.walk(ADMIN)
            await agent.set((*ADMIN, 1, 1), 1)
    assert not seen
    assert os.listdir(".")  # noqa: PTH208 (what is watched)
    assert seen


async def test_who_gives_up_disturbs_nobody(switch: SimulatedSwitch) -> None:
    async with session(switch.address) as agent:
        asking = asyncio.ensure_future(agent.walk(ADMIN))
        await asyncio.sleep(0.001)
        asking.cancel()
        assert await agent.get(SYS_NAME) == (b"switch",)
        await asyncio.sleep(0.05)  # the answer that nobody waits for
        assert await agent.get(SYS_NAME) == (b"switch",)


# Addresses and credentials


@pytest.mark.parametrize("address", ("", "a b", "127.0.0.1:0", "127.0.0.1:65536", "[::1]x", "[::1]:", "::::"))
async def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await open_session(GATE, address, Credentials(secret="public"))
    assert refusal.value.reason is Reason.BAD_ADDRESS


@pytest.mark.parametrize(
    "address", ("198.51.100.7", "198.51.100.7:161", "[2001:db8::1]:161", "2001:db8::1", "example.com")
)
async def test_an_address_beyond_the_links_is_refused(address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await open_session(GATE, address, Credentials(secret="public"))
    assert refusal.value.reason is Reason.NOT_LOCAL


@pytest.mark.parametrize(
    "who",
    (
        Credentials(secret=""),
        Credentials(secret="0xnothex"),
        Credentials(identity="poeuser", secret="short", privacy="privpass123"),
        Credentials(identity="poeuser", secret="authpass123", privacy=""),
        Credentials(identity="poeuser", secret="authpass123", privacy="privpass123", authentication="md5"),
    ),
)
async def test_credentials_that_are_none_are_refused(who: Credentials) -> None:
    with pytest.raises(AccessDenied) as refusal:
        await open_session(GATE, "127.0.0.1", who)
    assert refusal.value.reason is Reason.BAD_CREDENTIALS


async def test_a_community_may_be_written_in_hexadecimal(switch: SimulatedSwitch) -> None:
    async with session(switch.address, Credentials(secret=f"0x{b'public'.hex()}")) as agent:
        assert await agent.get(SYS_NAME) == (b"switch",)


async def test_an_address_without_a_way_to_it_is_not_answering(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_datagram_endpoint", nowhere)
    with pytest.raises(Unreachable):
        await open_session(GATE, "127.0.0.1", Credentials(secret="public"))


# Strange agents


@contextmanager
def answering(answers: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[bytes, tuple[str, int]]]]]:
    """Serve UDP: each request is answered by the next of `answers`, then by nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        loop, left, heard = asyncio.get_running_loop(), iter(answers), []

        def on_request() -> None:
            request, who = sock.recvfrom(65_535)
            heard.append((request, who))
            if (answer := next(left, None)) is not None:
                sock.sendto(answer, who)

        loop.add_reader(sock, on_request)
        yield f"127.0.0.1:{sock.getsockname()[1]}", heard
        loop.remove_reader(sock)


GARBAGE = (
    b"",
    b"\x30",
    b"\x30\x80\x00\x00",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30" * 60_000,
    b"\x02\x01" * 1_000,
    bytes.fromhex("302902010104067075626c6963a21c020100020100020100"),
    b"\xff" * 65_000,
)


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_is_silence(garbage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with answering([garbage, garbage]) as (address, heard):
        async with session(address, limits=Limits(timeout=0.1)) as agent:
            with pytest.raises(ThingError):
                await agent.get(SYS_NAME)
        assert len(heard) == 2
    # Of a busy machine asyncio tells that something took long.
    assert not [record for record in caplog.records if record.name != "asyncio"]


async def test_what_the_decoders_let_escape_is_caught() -> None:
    def failing(*_: object) -> None:
        raise RecursionError

    wire = _Udp4(loop=asyncio.get_running_loop())
    wire.register_callback(failing)
    wire.agent = None
    wire.datagram_received(b"", None)


async def test_t03_what_a_stranger_sends_to_snmp_is_not_heard() -> None:
    with answering([]) as (address, heard):
        async with session(address, limits=Limits(timeout=0.3)) as agent:
            asking = asyncio.ensure_future(agent.get(SYS_NAME))
            while not heard:
                await asyncio.sleep(0.01)
            # A right answer, but for the place it comes from.
            request, who = heard[0]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.sendto(request.replace(b"\xa0", b"\xa2", 1), ("127.0.0.1", who[1]))
            with pytest.raises(Unreachable):
                await asking


class Script(Engine):
    """An engine whose agent answers as a test says."""

    def __init__(self, answer: Callable[[Request, tuple[Oid, ...], int], Answer]) -> None:
        super().__init__(None, None)
        self.answer = answer
        self.asked: list[tuple[Request, int]] = []
        self.busy = False

    @override
    async def ask(self, request: Request, oids: Iterable[Oid], *, repetitions: int = 0) -> Answer:
        assert not self.busy, "two requests at once"
        self.busy = True
        await asyncio.sleep(0)
        self.busy = False
        self.asked.append((request, repetitions))
        return self.answer(request, tuple(oids), repetitions)

    @override
    async def set(self, name: Oid, value: int) -> Answer:
        return self.answer(Request.SET, (name,), value)


COLUMN = (1, 3)
ROWS: tuple[VarBind, ...] = (*(((1, 3, number), number) for number in range(1, 101)), ((1, 4, 1), 0))


def rows_after(names: tuple[Oid, ...], count: int) -> Answer:
    found = [row for row in ROWS if row[0] > names[0]][: max(1, count)]
    return Answer(varbinds=tuple(found) or ((names[0], None),))


def scripted(answer: Callable[[Request, tuple[Oid, ...], int], Answer], **limits: float) -> tuple[SnmpSession, Script]:
    script = Script(answer)
    return SnmpSession(script, "192.0.2.1", Limits(**limits)), script  # type: ignore[arg-type]  # rows is an int


EXPECTED = {(number,): number for number in range(1, 101)}


async def test_a_column_is_walked_in_few_requests() -> None:
    agent, script = scripted(lambda _, names, count: rows_after(names, count))
    assert await agent.walk(COLUMN) == EXPECTED
    assert script.asked == [(Request.GET_BULK, 25)] * 5


@pytest.mark.parametrize("most", (20, 10, 3, 1))
async def test_an_agent_that_cannot_say_so_much_is_asked_for_less(most: int) -> None:
    agent, script = scripted(lambda _, names, count: Answer(status=1) if count > most else rows_after(names, count))
    assert await agent.walk(COLUMN) == EXPECTED
    halved = sum(1 for (_, before), (_, after) in pairwise(script.asked) if before != after)
    script.asked.clear()
    assert await agent.walk(COLUMN) == EXPECTED  # it is not asked for too much again
    assert len(set(script.asked)) == 1
    assert halved


async def test_an_agent_without_getbulk_is_asked_row_by_row() -> None:
    def answer(request: Request, names: tuple[Oid, ...], count: int) -> Answer:
        return Answer(status=5) if request is Request.GET_BULK else rows_after(names, 1)

    agent, script = scripted(answer)
    assert await agent.walk(COLUMN) == EXPECTED
    assert script.asked.count((Request.GET_BULK, 25)) == 1


async def test_a_lost_answer_does_not_slow_down_what_follows() -> None:
    lost = iter((True,))
    agent, script = scripted(
        lambda _, names, count: Answer(failure="RequestTimedOut") if next(lost, False) else rows_after(names, count)
    )
    assert await agent.walk(COLUMN) == EXPECTED
    assert set(script.asked) == {(Request.GET_BULK, 25)}
    assert agent.link.retransmissions == 1


async def test_an_agent_that_drops_large_answers_is_asked_for_less() -> None:
    agent, script = scripted(
        lambda _, names, count: Answer(failure="RequestTimedOut") if count > 12 else rows_after(names, count)
    )
    assert await agent.walk(COLUMN) == EXPECTED
    assert [count for _, count in script.asked[:4]] == [25, 25, 12, 12]


async def test_silence_ends_after_a_few_requests() -> None:
    agent, script = scripted(lambda _, names, count: Answer(failure="RequestTimedOut"))
    with pytest.raises(Unreachable):
        await agent.walk(COLUMN)
    assert [count for _, count in script.asked] == [25, 25, 12, 1]
    assert script.asked[-1][0] is Request.GET_NEXT


async def test_the_end_as_the_first_version_says_it() -> None:
    def answer(_: Request, names: tuple[Oid, ...], count: int) -> Answer:
        found = tuple(row for row in ROWS[:100] if row[0] > names[0])[: max(1, count)]
        return Answer(varbinds=found) if found else Answer(status=2, varbinds=((names[0], None),))

    agent, _ = scripted(answer)
    assert await agent.walk(COLUMN) == EXPECTED


async def test_the_end_of_all_is_an_end() -> None:
    agent, _ = scripted(lambda _, names, count: Answer(varbinds=((names[0], None),)))
    assert await agent.walk(COLUMN) == {}


async def test_no_rows_at_all_are_an_end() -> None:
    agent, _ = scripted(lambda _, names, count: Answer())
    assert await agent.walk(COLUMN) == {}


@pytest.mark.parametrize(
    "rows",
    (
        (((1, 3, 1), 1), ((1, 3, 1), 1)),
        (((1, 3, 2), 1), ((1, 3, 1), 1)),
        (((1, 3), 1),),
    ),
)
async def test_an_agent_that_does_not_advance_is_an_error(rows: tuple[VarBind, ...]) -> None:
    agent, _ = scripted(lambda _, names, count: Answer(varbinds=rows))
    with pytest.raises(Rejected) as refusal:
        await agent.walk(COLUMN)
    assert refusal.value.reason is Reason.UNREADABLE


async def test_a_column_without_an_end_is_an_error() -> None:
    agent, script = scripted(
        lambda _, names, count: Answer(varbinds=tuple(((*COLUMN, names[0][-1] + n), 0) for n in range(1, 26)))
    )
    with pytest.raises(Rejected) as refusal:
        await agent.walk((1, 3))
    assert refusal.value.reason is Reason.TOO_LARGE
    assert len(script.asked) < 400


async def test_a_walk_takes_only_so_long() -> None:
    async def slowly(*_: object, **__: object) -> Answer:
        await asyncio.sleep(30)
        return Answer()

    agent, script = scripted(lambda *_: Answer(), walk_time=0.05)
    script.ask = slowly  # type: ignore[method-assign]  # an agent that never gets to it
    with pytest.raises(Unreachable):
        await agent.walk(COLUMN)


async def test_too_many_questions_are_asked_in_halves() -> None:
    def answer(_: Request, names: tuple[Oid, ...], count: int) -> Answer:
        return Answer(status=1) if len(names) > 3 else Answer(varbinds=tuple((name, name[-1]) for name in names))

    agent, _ = scripted(answer)
    assert await agent.get(*((1, number) for number in range(10))) == tuple(range(10))
    agent, _ = scripted(lambda *_: Answer(status=1))
    with pytest.raises(Rejected) as refusal:
        await agent.get((1, 2), (1, 3))
    assert refusal.value.words == {"code": "1", "detail": "tooBig"}


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    (
        (Answer(varbinds=()), Rejected, Reason.UNREADABLE),
        (Answer(failure="SerializationError"), Rejected, Reason.UNREADABLE),
        (Answer(failure="NotSent"), Unreachable, Reason.NOT_ANSWERING),
        (Answer(status=16), AccessDenied, Reason.ACCESS_DENIED),
        (Answer(status=99), Rejected, Reason.REFUSED_BY_DEVICE),
    ),
)
async def test_an_answer_that_is_none_is_an_error(answer: Answer, error: type[ThingError], reason: Reason) -> None:
    agent, _ = scripted(lambda *_: answer)
    with pytest.raises(error) as refusal:
        await agent.get(SYS_NAME)
    assert refusal.value.reason is reason


async def test_one_request_is_in_flight() -> None:
    agent, _ = scripted(lambda _, names, count: rows_after(names, count))
    walks = await asyncio.gather(*(agent.walk(COLUMN) for _ in range(5)))
    assert walks == [EXPECTED] * 5


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 2**32 - 1), max_size=4).map(tuple), st.none() | st.integers()), max_size=8
    )
)
def test_whatever_an_agent_says_a_walk_ends(rows: list[tuple[Oid, int | None]]) -> None:
    """Nothing but ThingError comes out, and what comes out lies in the column."""

    async def walk() -> None:
        agent, _ = scripted(
            lambda _, names, count: Answer(varbinds=tuple(cast("list[VarBind]", rows))), rows=50, walk_time=1.0
        )
        try:
            found = await agent.walk((1,))
        except ThingError:
            return
        assert all(((1, *index), value) in rows for index, value in found.items())

    loop = asyncio.SelectorEventLoop()
    try:
        loop.run_until_complete(walk())
    finally:
        loop.close()
