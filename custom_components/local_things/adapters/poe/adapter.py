"""How a switch is opened: its address says what it is asked by, its credentials who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

import aiohttp

from ...things.adapter import AdapterHost, Credentials
from ...things.errors import Reason, Rejected
from ...transports.gate import AddressGate
from ...transports.http import HttpClient, HttpEndpoint
from ...transports.snmp import LAN as SNMP, Limits, open_session
from .debts import at_once
from .model import Inventory
from .pace import LAN, Pace
from .pin import SwitchPin
from .snmp_source import SnmpSource
from .source import PseSource
from .switch import PoeSwitch
from .ubus import Ubus
from .ubus_source import UbusSource


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSwitch:
    """A switch that was met: enough to show who it is, and what could be done with it."""

    pin: SwitchPin
    title: str
    model: str
    ports: int
    tables: tuple[str, ...]
    writable: bool

    @property
    def id(self) -> str:
        """The id of the Thing."""
        return self.pin.id


async def open_switch(
    host: AdapterHost,
    address: str,
    credentials: Credentials,
    *,
    control: bool,
    known: SwitchPin | None = None,
    pace: Pace = LAN,
    limits: Limits = SNMP,
    written: Callable[[], Awaitable[None]] = at_once,
) -> PoeSwitch:
    """Start to use the switch at `address`: `snmp://host[:port]`, a bare host, or `ubus+http(s)://host`.

    Without `control` nothing is ever set. `written` returns once what the host was asked to remember is on the disk.
    Raises ThingError: the switch must be there now, and be the one that is `known`, if any.
    """
    source = await _open_source(host, address, credentials, limits, known)
    try:
        inventory = await _met(source, known)
        first = await source.sample()
    except BaseException:
        await source.close()
        raise
    pace = pace.chosen(host.settings)
    return PoeSwitch(host, source, inventory, first, control=control, pace=pace, written=written)


async def inspect_switch(
    host: AdapterHost,
    address: str,
    credentials: Credentials,
    *,
    control: bool,
    known: SwitchPin | None = None,
    limits: Limits = SNMP,
) -> FoundSwitch:
    """Meet the switch at `address`, which must be the one that is `known`, if any. Raises ThingError.

    With `control` a port is set to what it is set to already, if the switch can be set at all: AccessDenied, READ_ONLY,
    where these credentials may only read.
    """
    source = await _open_source(host, address, credentials, limits, known)
    try:
        inventory = await _met(source, known)
        sample = await source.sample()
        if control and inventory.switchable:
            await source.prove_access(sample)
    finally:
        await source.close()
    return FoundSwitch(
        pin=inventory.pin,
        title=inventory.name or inventory.model,
        model=inventory.model,
        ports=len(inventory.ports),
        tables=inventory.tables,
        writable=control and inventory.switchable,
    )


async def _met(source: PseSource, known: SwitchPin | None) -> Inventory:
    """Ask a switch what it has, once it has shown to be the one that is known. Raises ThingError."""
    if known:
        known.check(await source.pin())
    return await source.inventory()


async def _open_source(
    host: AdapterHost, address: str, credentials: Credentials, limits: Limits, known: SwitchPin | None
) -> PseSource:
    """Open what the scheme of the address says. Raises ThingError."""
    scheme, separator, place = address.partition("://")
    if not separator:
        scheme, place = "snmp", address
    gate = AddressGate(host.interfaces, host.allowed_networks)
    match scheme:
        case "snmp":
            return SnmpSource(await open_session(gate, place.removesuffix("/"), credentials, limits))
        case "ubus+http" | "ubus+https":
            client = HttpClient(gate, cast("aiohttp.ClientSession", host.web_session))
            endpoint, _ = await HttpEndpoint.parse(address.removeprefix("ubus+"), gate)
            if endpoint.secure:
                # The one that it showed when it was accepted; one that nobody knows is believed, and shown to the user.
                certificate = known.certificate if known else ""
                endpoint = endpoint.showing(certificate or await client.certificate(endpoint))
            return UbusSource(Ubus(client, endpoint, credentials))
    raise Rejected(Reason.BAD_ADDRESS, address=address)
