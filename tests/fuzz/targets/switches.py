"""What PoE switches answer: datagrams to our door to SNMP and the library behind it, tables, and ubus."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import cache
import re
from typing import Final, cast

# pysnmp has annotations but no py.typed, as in transports/snmp/engine.py.
from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher  # type: ignore[import-untyped]  # as said
from pysnmp.carrier.base import AbstractTransportDispatcher  # type: ignore[import-untyped]  # as said
from pysnmp.entity import config  # type: ignore[import-untyped]  # as said
from pysnmp.hlapi.v3arch.asyncio import UdpTransportTarget  # type: ignore[import-untyped]  # as said
from pysnmp.hlapi.v3arch.asyncio.cmdgen import LCD  # type: ignore[import-untyped]  # as said

from custom_components.local_things.adapters.poe.neighbourhood import survey
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.adapters.poe.source import PseSource
from custom_components.local_things.adapters.poe.tables import STANDARD, VENDORS
from custom_components.local_things.adapters.poe.ubus import Ubus
from custom_components.local_things.adapters.poe.ubus_source import UbusSource
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.transports.http import HttpClient, HttpEndpoint
from custom_components.local_things.transports.snmp import LAN, Oid, SnmpSession, SnmpValue, oid
from custom_components.local_things.transports.snmp.engine import Answer, Engine, Request, _build, _Udp4
from tests.adapters.poe.memory_agent import MemoryAgent

from ..target import Target
from .registry import GATE

MESSAGE_ID: Final = 0x1234
"""Of every request: an input must have it, to be an answer."""

_V3: Final = b"\x02\x01\x03"
"""The version, as the first member of a message."""

_AGENT: Final = "192.0.2.9", 161
_SYS_NAME: Final = oid("1.3.6.1.2.1.1.5.0")
_WHO: Final = (Credentials(secret="private"), Credentials(identity="user", secret="authpass", privacy="privpass"))


class _Dispatcher(AsyncioDispatcher):  # type: ignore[misc]  # pysnmp has no types
    """The library's, without a timer."""

    register_transport = AbstractTransportDispatcher.register_transport


class _Place(UdpTransportTarget):  # type: ignore[misc]  # as above
    """Where the agent is, without asking the resolver."""

    transport_address = _AGENT


class _Wire:
    """A socket that takes what is sent."""

    def sendto(self, data: bytes) -> None:
        self.sent = data


class _Door:
    """Our engine, its library and its socket's protocol, without a socket."""

    def __init__(self, who: Credentials) -> None:
        self.library, user = _build(who)
        for number in (1, 3):
            messages = self.library.message_processing_subsystems[number]
            messages._cache.new_message_id = lambda: MESSAGE_ID
        loop = asyncio.new_event_loop()
        loop.close()  # it is only kept
        self.udp = _Udp4(loop=loop)
        self.udp.transport = _Wire()
        self.library.register_transport_dispatcher(_Dispatcher(loop=loop))
        config.add_transport(self.library, UdpTransportTarget.TRANSPORT_DOMAIN, self.udp)
        name, _ = LCD.configure(self.library, user, _Place(timeout=LAN.timeout, retries=0), b"")
        self.engine = Engine(self.library, name)
        self.now = 0.0

    async def ask(self, *datagrams: bytes) -> Answer:
        """Ask for a name, and be answered so; then let the library give up."""
        asked = asyncio.ensure_future(self.engine.ask(Request.GET, [_SYS_NAME]))
        await asyncio.sleep(0)
        for datagram in datagrams:
            self.udp.datagram_received(datagram, _AGENT)
        while True:
            await asyncio.sleep(0)
            if asked.done():
                return asked.result()
            self.now += 1.0
            self.library.transport_dispatcher.handle_timer_tick(self.now)


@cache
def doors() -> tuple[_Door, ...]:
    return tuple(_Door(who) for who in _WHO)


def _run[T](work: Coroutine[object, object, T]) -> T:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)


def _datagram(data: bytes) -> None:
    """Answer a request, of SNMPv2c or of v3, with a datagram; every value must be one of ours."""
    is_v3 = _V3 in data[:10]
    answer = _run(doors()[is_v3].ask(data))
    assert isinstance(answer.status, int)
    for name, value in answer.varbinds:
        assert all(type(one) is int for one in name)
        assert value is None or type(value) in (int, bytes, tuple)


_LINE: Final = re.compile(rb"\.?([0-9]{1,10}(?:\.[0-9]{1,10}){0,30})[ =](.*)", re.DOTALL)


def _rows(data: bytes) -> dict[Oid, SnmpValue]:
    """Read the rows of an agent, one in a line: a name, and a number, an OID that begins with a dot, or octets."""
    return {oid(match[1].decode()): _value(match[2]) for line in data.split(b"\n") if (match := _LINE.fullmatch(line))}


def _value(text: bytes) -> SnmpValue:
    if re.fullmatch(rb"-?[0-9]{1,20}", text):
        return int(text)
    if re.fullmatch(rb"(?:\.[0-9]{1,10}){1,30}", text):
        return oid(text.decode())
    return text


class _Agent(MemoryAgent):
    """An agent whose rows are whatever they are."""

    def __init__(self, rows: dict[Oid, SnmpValue]) -> None:
        super().__init__({}, anonymous=True)
        self.rows = rows


def _tables(data: bytes) -> None:
    _run(_looked_at(SnmpSource(SnmpSession(_Agent(_rows(data)), "192.0.2.9", LAN))))


async def _looked_at(source: PseSource) -> None:
    """Do with a switch what is done with one: know it, look at it, see who is behind it, set a port."""
    inventory = await source.inventory()
    assert len(inventory.id_of("1.1")) < 100
    sample = await source.sample()
    for key in tuple(sample.ports)[:3]:
        await source.sample_port(key)
        with suppress(ThingError):
            await source.set_enabled(key, enabled=False)
        with suppress(ThingError):
            await source.set_priority(key, "low")
    with suppress(ThingError):
        await source.prove_access(sample)
    survey({inventory.id: await source.topology()})


class _Web:
    """Answers every request with the same document."""

    def __init__(self, document: bytes) -> None:
        self.payload = document
        self.round_trip_time = 0.0

    async def send(self, *_: object, **__: object) -> object:
        return self


def _ubus(data: bytes) -> None:
    endpoint = HttpEndpoint.literal("http://192.0.2.9:80", GATE)
    _run(_looked_at(UbusSource(Ubus(cast("HttpClient", _Web(data)), endpoint, _WHO[1]))))


TARGETS: Final = (
    Target(
        name="snmp-datagram",
        readers=(_datagram,),
        tokens=(
            *(b"\x30\x82\xff\xff", b"\x02\x01\x01", b"\x02\x01\x03", b"\x04\x07private", b"\xa2", b"\xa8", b"\x30\x80"),
            *(b"\x02\x02\x12\x34", b"\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00", b"\x41\x01\x05", b"\x46\x08"),
            *(b"\x80\x00", b"\x81\x00", b"\x82\x00", b"\x05\x00", b"\x42\x04", b"\x43\x01", b"\x40\x04", b"\x44\x02"),
            *(b"\x24\x80", b"\x00\x00", b"\x84\xff\xff\xff\xff", b"\x06\x82\x10\x00", b"\x02\x82\x10\x00", b"\x09\x01"),
        ),
    ),
    Target(
        name="snmp-tables",
        readers=(_tables,),
        tokens=(
            *(
                ".".join(map(str, column.oid)).encode()
                for table in (*STANDARD, *VENDORS)
                for column in table.columns.values()
            ),
            *(b"1.3.6.1.2.1.17.1.1.0 ", b"1.3.6.1.2.1.17.1.4.1.2.1 ", b"1.3.6.1.2.1.17.7.1.2.2.1.2.", b"\n"),
            *(b"1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.9 ", b"1.3.6.1.2.1.2.2.1.3.1 6", b"1.3.6.1.2.1.31.1.1.1.18.1 x"),
            *(b"1.0.8802.1.1.2.1.4.1.1.4.0.1.1 4", b"1.0.8802.1.1.2.1.4.2.1.4.0.1.1.1.4.192.0.2.5 ", b" -1", b".1.1 "),
            *(b"1.3.6.1.2.1.47.1.3.2.1.2.1.0 .1.3.6.1.2.1.2.2.1.1.7", b"18446744073709551615", b"ge-0/0/1"),
        ),
        largest=8_192,  # an agent is asked for it in some hundred datagrams, between which the loop has its turn
    ),
    Target(
        name="ubus",
        readers=(_ubus,),
        tokens=(
            *(b'{"result":[0,{', b'"ubus_rpc_session":"a"', b'"ports":{', b'"lan1":{', b'"status":"Delivering power"'),
            *(b'"consumption":', b'"budget":', b'"hostname":', b'"model":', b'"release":{', b'"version":', b"1e999"),
            *(b'"macaddr":"02:56:54:53:00:aa"', b'"error":{"code":-32002}', b'"switch":{', b"1e308", b"true"),
        ),
    ),
)
