"""A simulated Zigbee device: what it is, and what it says of its own accord."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import zigpy.types as zt
from zigpy.zcl import foundation
import zigpy.zdo.types as zdo

from .clusters import SimCluster
from .frames import HOME_AUTOMATION, STICK, Frame

if TYPE_CHECKING:
    from .network import Network

_BASIC = 0x0000
_IAS_ZONE = 0x0500
_IEEE_MODE = 3


@dataclass(kw_only=True)
class Endpoint:
    """One endpoint: its server and client clusters by number, the groups it is in, and its scenes by group."""

    id: int
    device_type: int
    servers: dict[int, SimCluster]
    clients: dict[int, SimCluster] = field(default_factory=dict)
    profile: int = HOME_AUTOMATION
    groups: set[int] = field(default_factory=set)
    scenes: dict[int, set[int]] = field(default_factory=dict)


@dataclass(kw_only=True, eq=False)
class Device:
    """One device. While `mute` it takes what it is sent and answers nothing; while `away` nobody acknowledges.

    `received` is every cluster command that reached it: endpoint, cluster, name. `parent` is the short address of
    the router that it joins through, `routes` of whom it sends what goes to others to.
    """

    ieee: zt.EUI64
    nwk: int
    manufacturer: str
    model: str
    endpoints: dict[int, Endpoint]
    is_router: bool = False
    is_mains: bool = False
    maker_code: int = 0x1234
    lqi: int = 200
    parent: int = STICK
    routes: dict[int, int] = field(default_factory=dict)
    mute: bool = False
    away: bool = False
    deaf_to_bindings: bool = False
    liar: bool = False
    bindings: list[tuple[int, int, zdo.MultiAddress]] = field(default_factory=list)
    received: list[tuple[int, int, str]] = field(default_factory=list)
    writes: list[tuple[int, int, int, Any]] = field(default_factory=list)
    requests: int = 0
    network: Network = field(init=False)
    _sequence: int = 0

    def __post_init__(self) -> None:
        """Every first endpoint says who the device is."""
        source = 1 if self.is_mains else 3
        for endpoint in self.endpoints.values():
            basic = endpoint.servers.setdefault(_BASIC, SimCluster(id=_BASIC))
            basic.attributes = {0: 3, 1: 1, 4: self.manufacturer, 5: self.model, 7: source, **basic.attributes}

    @property
    def node_descriptor(self) -> zdo.NodeDescriptor:
        """What it is in the network (Zigbee specification, 2.3.2.3)."""
        flags = zdo.NodeDescriptor.MACCapabilityFlags
        capabilities = flags.AllocateAddress
        if self.is_router:
            capabilities |= flags.FullFunctionDevice
        if self.is_mains:
            capabilities |= flags.MainsPowered | flags.RxOnWhenIdle
        return zdo.NodeDescriptor(
            logical_type=zdo.LogicalType.Router if self.is_router else zdo.LogicalType.EndDevice,
            complex_descriptor_available=0,
            user_descriptor_available=0,
            reserved=0,
            aps_flags=0,
            frequency_band=zdo.NodeDescriptor.FrequencyBand.Freq2400MHz,
            mac_capability_flags=capabilities,
            manufacturer_code=self.maker_code,
            maximum_buffer_size=82,
            maximum_incoming_transfer_size=82,
            server_mask=11264,
            maximum_outgoing_transfer_size=82,
            descriptor_capability_field=0,
        )

    def next_sequence(self) -> int:
        """Count a frame of its own."""
        self._sequence = (self._sequence + 1) % 256
        return self._sequence

    def value(self, endpoint: int, number: int, name: str) -> Any:
        """Return an attribute of a server cluster."""
        sim = self.endpoints[endpoint].servers[number]
        return sim.attributes[sim.attribute(name)]

    def set(self, endpoint: int, number: int, **values: Any) -> None:
        """Let attributes of a server cluster change, and report those of which reporting is configured."""
        sim = self.endpoints[endpoint].servers[number]
        changed = {sim.attribute(name): value for name, value in values.items()}
        sim.attributes.update(changed)
        if due := [one for one in changed if one in sim.reporting]:
            self.report(endpoint, number, *due)

    def report(self, endpoint: int, number: int, *attributes: int, unasked: bool = False) -> None:
        """Send Report Attributes to every binding; where there is none, to the stick if `unasked`."""
        sim = self.endpoints[endpoint].servers[number]
        header = foundation.ZCLHeader.general(
            tsn=self.next_sequence(),
            command_id=foundation.GeneralCommand.Report_Attributes,
            direction=foundation.Direction.Server_to_Client,
        )
        schema = foundation.GENERAL_COMMANDS[foundation.GeneralCommand.Report_Attributes].schema
        records = [foundation.Attribute(one, sim.typed(one)) for one in attributes]
        self._say(endpoint, number, header.serialize() + schema(records).serialize(), unasked=unasked)

    def send(self, endpoint: int, number: int, name: str, *arguments: object, **named: object) -> None:
        """Send a cluster command: of a client cluster (a remote), or what a server notifies (an IAS zone)."""
        sim = self.endpoints[endpoint].servers.get(number)
        definition = (sim or self.endpoints[endpoint].clients[number]).definition
        notified = getattr(definition.ClientCommandDefs, name, None) if sim else None
        command = notified or getattr(definition.ServerCommandDefs, name)
        to_client = foundation.Direction.Server_to_Client
        header = foundation.ZCLHeader.cluster(
            tsn=self.next_sequence(),
            command_id=command.id,
            direction=to_client if notified else foundation.Direction.Client_to_Server,
        )
        payload = header.serialize() + command.schema(*arguments, **named).serialize()
        self._say(endpoint, number, payload, unasked=notified is not None)

    def alarm(self, endpoint: int = 1, status: int = 1) -> None:
        """Send the Zone Status Change Notification of an enrolled IAS zone (ZCL 8.2.2.4.1)."""
        sim = self.endpoints[endpoint].servers[_IAS_ZONE]
        sim.attributes[sim.attribute("zone_status")] = status
        if sim.attributes[sim.attribute("zone_state")]:
            self.send(endpoint, _IAS_ZONE, "status_change_notification", status, 0, 0, 0)

    def targets(self, endpoint: int, number: int) -> Iterator[zdo.MultiAddress]:
        """Yield where a cluster is bound to."""
        for source, bound, destination in self.bindings:
            if (source, bound) == (endpoint, number):
                yield destination

    def _say(self, endpoint: int, number: int, payload: bytes, *, unasked: bool) -> None:
        targets: list[zdo.MultiAddress | None] = list(self.targets(endpoint, number))
        profile = self.endpoints[endpoint].profile
        for target in targets or ([None] if unasked else []):
            frame = Frame(
                source=self.nwk,
                source_endpoint=endpoint,
                profile=profile,
                cluster=number,
                payload=payload,
                lqi=self.lqi,
            )
            if target is None:
                frame.destination, frame.destination_endpoint = STICK, 1
            elif target.addrmode == _IEEE_MODE:
                frame.destination = self.network.address_of(target.ieee)
                frame.destination_endpoint = target.endpoint
            else:
                frame.destination, frame.group, frame.destination_endpoint = None, int(target.nwk), 0xFF
            self.network.from_device(self, frame)
