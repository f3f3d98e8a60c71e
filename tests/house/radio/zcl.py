"""How a simulated device answers ZCL frames (Zigbee Cluster Library, chapter 2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zigpy.zcl import foundation

from .clusters import SimCluster
from .frames import Frame

if TYPE_CHECKING:
    from .device import Device, Endpoint

_Command = foundation.GeneralCommand
_Status = foundation.Status
_ASKED_OF_CLIENTS = (_Command.Read_Attributes, _Command.Write_Attributes, _Command.Configure_Reporting)
_IAS_ZONE = 0x0500
_CIE_ADDRESS = 0x0010


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A frame that reached an endpoint."""

    device: Device
    endpoint: Endpoint
    cluster: SimCluster
    header: foundation.ZCLHeader
    body: bytes
    is_unicast: bool

    def general(self, command: foundation.GeneralCommand, *arguments: object, **named: object) -> bytes:
        """Write the answer that is a general command."""
        header = foundation.ZCLHeader.general(
            tsn=self.header.tsn,
            command_id=command,
            manufacturer=self.header.manufacturer,
            direction=self.header.frame_control.direction.flip(),
        )
        schema: Any = foundation.GENERAL_COMMANDS[command].schema
        return header.serialize() + bytes(schema(*arguments, **named).serialize())

    def default(self, status: foundation.Status) -> bytes | None:
        """Write a Default Response, where one is due (2.5.12)."""
        silent = status is _Status.SUCCESS and self.header.frame_control.disable_default_response
        if not self.is_unicast or silent:
            return None
        return self.general(_Command.Default_Response, command_id=self.header.command_id, status=status)


def answer(device: Device, endpoint: Endpoint, frame: Frame) -> bytes | None:
    """Return what an endpoint answers to a frame; None for nothing."""
    header, body = foundation.ZCLHeader.deserialize(frame.payload)
    to_client = header.frame_control.direction == foundation.Direction.Server_to_Client
    if to_client and not (header.frame_control.is_general and header.command_id in _ASKED_OF_CLIENTS):
        return None  # an answer, or a notification
    cluster = (endpoint.clients if to_client else endpoint.servers).get(frame.cluster)
    request = _Request(
        device=device,
        endpoint=endpoint,
        cluster=cluster or SimCluster(id=frame.cluster),
        header=header,
        body=body,
        is_unicast=not frame.is_broadcast and frame.group is None,
    )
    if cluster is None:
        return request.default(_Status.UNSUPPORTED_CLUSTER)
    return _general(request) if header.frame_control.is_general else _of_cluster(request)


def _general(request: _Request) -> bytes | None:
    if request.header.command_id == _Command.Default_Response:
        return None
    handler = _HANDLERS.get(_Command(request.header.command_id))
    if handler is None:
        return request.default(_Status.UNSUP_GENERAL_COMMAND)
    schema: Any = foundation.GENERAL_COMMANDS[_Command(request.header.command_id)].schema
    asked, _ = schema.deserialize(request.body)
    return handler(request, asked)


def _read(request: _Request, asked: Any) -> bytes:
    cluster = request.cluster
    return request.general(
        _Command.Read_Attributes_rsp,
        [
            foundation.ReadAttributeRecord(one, _Status.SUCCESS, cluster.typed(one))
            if one in cluster.attributes
            else foundation.ReadAttributeRecord(one, _Status.UNSUPPORTED_ATTRIBUTE)
            for one in asked.attribute_ids
        ],
    )


def _write(request: _Request, asked: Any) -> bytes:
    cluster, device = request.cluster, request.device
    results: list[Any] = []
    changed: list[int] = []
    for one in asked.attributes:
        number = int(one.attrid)
        accepted = number in cluster.writable
        if accepted:
            device.writes.append((request.endpoint.id, cluster.id, number, one.value.value))
            if not device.liar:
                cluster.attributes[number] = one.value.value
                changed.append(number)
        status = _Status.SUCCESS if accepted else _Status.READ_ONLY
        results.append(foundation.WriteAttributesStatusRecord(status, one.attrid))
    if all(one.status is _Status.SUCCESS for one in results):
        results = results[:1]
    if cluster.id == _IAS_ZONE and _CIE_ADDRESS in changed:
        device.network.later(0.01, lambda: _ask_to_enrol(device, request.endpoint.id))
    elif due := [one for one in changed if one in cluster.reporting]:
        device.network.later(0.0, lambda: device.report(request.endpoint.id, cluster.id, *due))
    return request.general(_Command.Write_Attributes_rsp, foundation.WriteAttributesResponse(results))


def _ask_to_enrol(device: Device, endpoint: int) -> None:
    """Send the Zone Enroll Request (8.2.2.4.2), as a zone does that has been told who its panel is."""
    zone = device.endpoints[endpoint].servers[_IAS_ZONE]
    device.send(endpoint, _IAS_ZONE, "enroll", zone.attributes[zone.attribute("zone_type")], device.maker_code)


def _configure(request: _Request, asked: Any) -> bytes:
    results = foundation.ConfigureReportingResponse()
    for one in asked.config_records:
        change = getattr(one, "reportable_change", None)
        if int(one.attrid) not in request.cluster.attributes:
            status = _Status.UNSUPPORTED_ATTRIBUTE
            results.append(
                foundation.ConfigureReportingResponseRecord(
                    status=status, direction=foundation.ReportingDirection.SendReports, attrid=one.attrid
                )
            )
            continue
        request.cluster.reporting[int(one.attrid)] = (int(one.min_interval), int(one.max_interval), change)
    if not results:
        results.append(foundation.ConfigureReportingResponseRecord(status=_Status.SUCCESS))
    return request.general(_Command.Configure_Reporting_rsp, results)


_HANDLERS = {
    _Command.Read_Attributes: _read,
    _Command.Write_Attributes: _write,
    _Command.Write_Attributes_Undivided: _write,
    _Command.Configure_Reporting: _configure,
}


def _of_cluster(request: _Request) -> bytes | None:
    cluster, header = request.cluster, request.header
    definition = next((one for one in cluster.definition.ServerCommandDefs if one.id == header.command_id), None)
    if definition is None:
        return request.default(_Status.UNSUP_CLUSTER_COMMAND)
    arguments, _ = definition.schema.deserialize(request.body)
    request.device.received.append((request.endpoint.id, cluster.id, definition.name))
    behaviour = cluster.commands.get(definition.name)
    said = None
    if behaviour is not None and not request.device.liar:
        said = behaviour(request.device, request.endpoint, cluster, arguments)
    if not isinstance(said, tuple):
        return request.default(_Status.SUCCESS if said is None else said)
    if not request.is_unicast:
        return None
    response = getattr(cluster.definition.ClientCommandDefs, said[0])
    answered = foundation.ZCLHeader.cluster(
        tsn=header.tsn, command_id=response.id, direction=foundation.Direction.Server_to_Client
    )
    return answered.serialize() + bytes(response.schema(*said[1]).serialize())
