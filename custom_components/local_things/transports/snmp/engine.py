"""pysnmp, and nothing of it beyond this file: one engine for one agent, which sends a request and returns its answer.

Its high-level API resolves each name of each request in its MIBs; what is below it (`entity.rfc3413`) does not, and is
as public. The engine is built and its MIBs are read from disk in a thread, or Home Assistant's loop waits for both.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
import hashlib
import logging
from typing import Final, override

# pysnmp has annotations but no py.typed; this file is the typed door to it.
from pyasn1.type import univ  # type: ignore[import-untyped]  # no py.typed
from pysnmp.carrier.asyncio.dgram.udp import UdpAsyncioTransport  # type: ignore[import-untyped]  # no py.typed
from pysnmp.carrier.asyncio.dgram.udp6 import Udp6AsyncioTransport  # type: ignore[import-untyped]  # no py.typed
from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher  # type: ignore[import-untyped]  # no py.typed
from pysnmp.entity import config  # type: ignore[import-untyped]  # no py.typed
from pysnmp.entity.rfc3413 import cmdgen  # type: ignore[import-untyped]  # no py.typed
from pysnmp.error import PySnmpError  # type: ignore[import-untyped]  # no py.typed
from pysnmp.hlapi.v3arch.asyncio import (  # type: ignore[import-untyped]  # no py.typed
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC192_SHA256,
    USM_KEY_TYPE_MASTER,
    USM_PRIV_CFB128_AES,
    CommunityData,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
)
from pysnmp.hlapi.v3arch.asyncio.cmdgen import LCD  # type: ignore[import-untyped]  # no py.typed
from pysnmp.proto import rfc1902  # type: ignore[import-untyped]  # no py.typed
from pysnmp.proto.secmod.rfc3414 import localkey  # type: ignore[import-untyped]  # no py.typed
from pysnmp.smi.view import MibViewController  # type: ignore[import-untyped]  # no py.typed

from ...things.adapter import Credentials
from ...things.errors import AccessDenied, Reason
from ..gate import LocalAddress
from .values import MAX_OCTETS, Oid, SnmpValue, VarBind

_LOGGER = logging.getLogger(__name__)

NOT_SENT: Final = "NotSent"
"""The failure of a request for which there was no way out."""

_NULL: Final = univ.Null("")
_SHORTEST_PASSWORD: Final = 8
"""Of SNMPv3 (RFC 3414, 11.2)."""

_SHA_256: Final = hashlib.sha256, USM_AUTH_HMAC192_SHA256
_ALGORITHMS: Final = {"": _SHA_256, "sha256": _SHA_256, "sha1": (hashlib.sha1, USM_AUTH_HMAC96_SHA)}
"""Of authentication: SHA-256 (RFC 7860), or SHA-1 (RFC 3414) for older switches, which know nothing better."""

_LARGEST: Final = 8_192
"""Bytes of a datagram that is read: the library takes 40 µs for each value in it, and 64 KiB hold thousands.

An agent whose answer is dropped is asked for fewer rows, as one that is silent.
"""

_COARSEST_TICK: Final = 0.25
"""The library looks for what is overdue at every tick, also when nothing is: a tenth of a second is its own default."""


class Request(Enum):
    """What a request asks for (RFC 3416, section 4.2)."""

    GET = cmdgen.GetCommandGenerator
    GET_NEXT = cmdgen.NextCommandGeneratorSingleRun
    GET_BULK = cmdgen.BulkCommandGeneratorSingleRun
    SET = cmdgen.SetCommandGenerator


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response: `failure` names what went wrong before there was one, `status` is its error-status (RFC 3416, 3)."""

    failure: str = ""
    status: int = 0
    varbinds: tuple[VarBind, ...] = ()


class _Udp4(UdpAsyncioTransport):  # type: ignore[misc]  # pysnmp has no types
    """The library's socket, connected: the kernel drops what comes from anybody but the agent."""

    @override
    def send_message(self, outgoingMessage: bytes, transportAddress: object) -> None:
        self.agent = transportAddress
        self.transport.sendto(outgoingMessage)

    @override
    def datagram_received(self, datagram: bytes, transportAddress: object) -> None:
        if len(datagram) > _LARGEST:
            return
        try:
            # The agent's address as it was sent to: a zone is written in more than one way.
            self._callback_function(self, self.agent, datagram)
        except Exception:  # the library lets escape what its decoders raise
            _LOGGER.debug("Dropped a datagram that is no answer", exc_info=True)


class _Udp6(Udp6AsyncioTransport):  # type: ignore[misc]  # pysnmp has no types
    """The same for IPv6."""

    send_message = _Udp4.send_message
    datagram_received = _Udp4.datagram_received


class Engine:
    """One agent: a socket, who we are to it, and requests. Nothing here waits its turn or tries again."""

    def __init__(self, engine: object, target: object) -> None:
        """Wrap what `open_engine` has made."""
        self._engine = engine
        self._target = target

    async def ask(self, request: Request, oids: Iterable[Oid], *, repetitions: int = 0) -> Answer:
        """Send a request and wait for its answer, or until the library gives up. Raises nothing of the wire's doing."""
        return await self._send(request, [(name, _NULL) for name in oids], repetitions)

    async def set(self, name: Oid, value: int) -> Answer:
        """Set one INTEGER."""
        return await self._send(Request.SET, [(name, rfc1902.Integer32(value))], 0)

    async def _send(self, request: Request, varbinds: list[tuple[Oid, object]], repetitions: int) -> Answer:
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def on_answer(*answer: object) -> None:
            if not answered.done():
                answered.set_result(_answer(*answer))

        bulk = (0, repetitions) if request is Request.GET_BULK else ()
        try:
            request.value().send_varbinds(self._engine, self._target, None, b"", *bulk, varbinds, on_answer)
        except (PySnmpError, OSError) as err:
            _LOGGER.debug("A request could not be sent: %s", err)
            return Answer(failure=NOT_SENT)
        return await answered

    async def close(self) -> None:
        """Close the socket and end the timer."""
        dispatcher = self._engine.transport_dispatcher  # type: ignore[attr-defined]  # pysnmp has no types
        if dispatcher is not None:
            timer = dispatcher.loopingcall
            self._engine.close_dispatcher()  # type: ignore[attr-defined]  # as above
            await asyncio.gather(timer, return_exceptions=True)


async def open_engine(address: LocalAddress, port: int, credentials: Credentials, patience: float) -> Engine:
    """Make an engine for the agent at an address that passed the gate. Nothing is sent.

    It gives up on an answer after `patience` seconds. Raises AccessDenied, BAD_CREDENTIALS, where the credentials are
    none of SNMP's, and OSError.
    """
    built, who = await asyncio.to_thread(_build, credentials)
    ipv6 = address.ip.version == 6  # noqa: PLR2004 (the number of the protocol)
    kind = Udp6TransportTarget if ipv6 else UdpTransportTarget
    target = await kind.create((str(address), port), timeout=patience, retries=0)
    loop = asyncio.get_running_loop()
    wire = (_Udp6 if ipv6 else _Udp4)(loop=loop)
    await loop.create_datagram_endpoint(lambda: wire, remote_addr=(str(address), port))
    dispatcher = AsyncioDispatcher(timeout=min(_COARSEST_TICK, patience / 2), loop=loop)
    built.register_transport_dispatcher(dispatcher)
    config.add_transport(built, kind.TRANSPORT_DOMAIN, wire)
    name, _ = LCD.configure(built, who, target, b"")
    return Engine(built, name)


def _build(credentials: Credentials) -> tuple[SnmpEngine, CommunityData | UsmUserData]:
    """Build an engine, with its MIBs, and the keys; all of it takes a quarter of a second."""
    who = _who(credentials)
    engine = SnmpEngine()
    view = MibViewController(engine.get_mib_builder())
    engine.cache["mibViewController"] = view
    view.mibBuilder.load_modules()
    return engine, who


def _who(credentials: Credentials) -> CommunityData | UsmUserData:
    """Say who we are: a community of SNMPv2c, or a user of SNMPv3 with AES-128 (RFC 3826)."""
    secret, privacy = _bytes(credentials.secret), _bytes(credentials.privacy)
    if not credentials.identity:
        if not secret:
            raise AccessDenied(Reason.BAD_CREDENTIALS)
        return CommunityData(secret, mpModel=1)  # noqa: S508 (most switches have nothing better set up)
    if min(len(secret), len(privacy)) < _SHORTEST_PASSWORD or credentials.authentication not in _ALGORITHMS:
        raise AccessDenied(Reason.BAD_CREDENTIALS)
    digest, protocol = _ALGORITHMS[credentials.authentication]
    return UsmUserData(
        credentials.identity,
        localkey.hash_passphrase(secret, digest),
        localkey.hash_passphrase(privacy, digest),
        authProtocol=protocol,
        privProtocol=USM_PRIV_CFB128_AES,
        authKeyType=USM_KEY_TYPE_MASTER,
        privKeyType=USM_KEY_TYPE_MASTER,
    )


def _bytes(secret: str) -> bytes:
    """Return the bytes of a secret as `Credentials` says. Raises AccessDenied, BAD_CREDENTIALS."""
    try:
        return bytes.fromhex(secret[2:]) if secret.startswith("0x") else secret.encode()
    except ValueError as err:
        raise AccessDenied(Reason.BAD_CREDENTIALS) from err


def _answer(*answer: object) -> Answer:
    """Read what the library calls back with: engine, handle, indication, status, index, varbinds, context."""
    _, _, indication, status, _, varbinds, _ = answer
    if indication:
        # One of pysnmp.proto.errind, or a text of its own.
        return Answer(failure=indication if isinstance(indication, str) else type(indication).__name__)
    values = tuple((name.asTuple(), _value(value)) for name, value in varbinds)  # type: ignore[attr-defined]  # as above
    return Answer(status=int(status), varbinds=values)  # type: ignore[call-overload]  # as above


def _value(value: object) -> SnmpValue:
    """Return a value in plain Python."""
    if isinstance(value, univ.Null):  # noSuchObject, noSuchInstance, endOfMibView; to the library all are octets too
        return None
    if isinstance(value, univ.Integer):
        return int(value)
    if isinstance(value, univ.OctetString):
        octets: bytes = value.asOctets()
        return octets if len(octets) <= MAX_OCTETS else b""
    numbers: Oid = value.asTuple()  # type: ignore[attr-defined]  # an OBJECT IDENTIFIER is the last kind there is
    return numbers
