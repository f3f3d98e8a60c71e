"""How a simulated device answers what is asked of its ZDO (Zigbee specification, 2.4)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import zigpy.types as zt
import zigpy.zdo.types as zdo

from .frames import Frame

if TYPE_CHECKING:
    from .device import Device

_PER_PAGE = 2
_OK = zdo.Status.SUCCESS


def answer(device: Device, frame: Frame) -> tuple[int, bytes] | None:
    """Return the cluster and the payload of the response; None where it stays silent."""
    said = _answer(device, frame.cluster, _arguments(frame))
    if said is None:
        return None
    command, arguments = said
    return int(command), response(frame.payload[0], command, *arguments)


def response(sequence: int, command: zdo.ZDOCmd, *arguments: object) -> bytes:
    """Write a ZDO message."""
    return bytes([sequence]) + bytes(zt.serialize(arguments, zdo.CLUSTERS[command][1]))


def page(start: int, neighbours: list[zdo.Neighbor]) -> tuple[object, ...]:
    """Return the arguments of a Mgmt_Lqi_rsp."""
    part = neighbours[start : start + _PER_PAGE]
    return _OK, zdo.Neighbors(Entries=len(neighbours), StartIndex=start, NeighborTableList=part)


def routes(start: int, known: Mapping[int, int]) -> tuple[object, ...]:
    """Return the arguments of a Mgmt_Rtg_rsp of who sends to these by way of those."""
    rows = [
        zdo.Route(
            DstNWK=target,
            RouteStatus=zdo.RouteStatus.Active,
            MemoryConstrained=0,
            ManyToOne=0,
            RouteRecordRequired=0,
            Reserved=0,
            NextHop=through,
        )
        for target, through in known.items()
    ]
    return _OK, zdo.Routes(Entries=len(rows), StartIndex=start, RoutingTableList=rows[start : start + _PER_PAGE])


def _arguments(frame: Frame) -> list[Any]:
    arguments, _ = zt.deserialize(frame.payload[1:], zdo.CLUSTERS[zdo.ZDOCmd(frame.cluster)][1])
    return list(arguments)


def _answer(device: Device, cluster: int, asked: list[Any]) -> tuple[zdo.ZDOCmd, tuple[object, ...]] | None:  # noqa: C901, PLR0911 - a table of questions
    match cluster:
        case zdo.ZDOCmd.Node_Desc_req:
            return zdo.ZDOCmd.Node_Desc_rsp, (_OK, device.nwk, device.node_descriptor)
        case zdo.ZDOCmd.Active_EP_req:
            return zdo.ZDOCmd.Active_EP_rsp, (_OK, device.nwk, list(device.endpoints))
        case zdo.ZDOCmd.Simple_Desc_req:
            return zdo.ZDOCmd.Simple_Desc_rsp, (_OK, device.nwk, _simple_descriptor(device, asked[1]))
        case zdo.ZDOCmd.Bind_req:
            return zdo.ZDOCmd.Bind_rsp, (_bind(device, asked),)
        case zdo.ZDOCmd.Unbind_req:
            return zdo.ZDOCmd.Unbind_rsp, (_unbind(device, asked),)
        case zdo.ZDOCmd.Mgmt_Bind_req:
            return zdo.ZDOCmd.Mgmt_Bind_rsp, _bindings(device, asked[0])
        case zdo.ZDOCmd.Mgmt_Leave_req:
            device.network.later(0.0, lambda: device.network.leave(device))
            return zdo.ZDOCmd.Mgmt_Leave_rsp, (_OK,)
        case zdo.ZDOCmd.Mgmt_Permit_Joining_req:
            return zdo.ZDOCmd.Mgmt_Permit_Joining_rsp, (_OK,)
        case zdo.ZDOCmd.Mgmt_Lqi_req:
            return zdo.ZDOCmd.Mgmt_Lqi_rsp, page(asked[0], device.network.neighbours(device))
        case zdo.ZDOCmd.Mgmt_Rtg_req:
            return zdo.ZDOCmd.Mgmt_Rtg_rsp, routes(asked[0], device.routes)
        case zdo.ZDOCmd.IEEE_addr_req if asked[0] == device.nwk:
            return zdo.ZDOCmd.IEEE_addr_rsp, (_OK, device.ieee, device.nwk, 0, 0, [])
        case zdo.ZDOCmd.NWK_addr_req if asked[0] == device.ieee:
            return zdo.ZDOCmd.NWK_addr_rsp, (_OK, device.ieee, device.nwk, 0, 0, [])
    return None


def _simple_descriptor(device: Device, number: int) -> zdo.SizePrefixedSimpleDescriptor:
    endpoint = device.endpoints[number]
    return zdo.SizePrefixedSimpleDescriptor(
        endpoint=endpoint.id,
        profile=endpoint.profile,
        device_type=endpoint.device_type,
        device_version=1,
        input_clusters=list(endpoint.servers),
        output_clusters=list(endpoint.clients),
    )


def _bind(device: Device, asked: list[Any]) -> zdo.Status:
    _, endpoint, cluster, destination = asked
    if device.deaf_to_bindings:
        return zdo.Status.NOT_SUPPORTED
    entry = (endpoint, cluster, destination)
    if entry not in device.bindings:
        device.bindings.append(entry)
    return _OK


def _unbind(device: Device, asked: list[Any]) -> zdo.Status:
    _, endpoint, cluster, destination = asked
    entry = (endpoint, cluster, destination)
    if entry not in device.bindings:
        return zdo.Status.NO_ENTRY
    device.bindings.remove(entry)
    return _OK


def _bindings(device: Device, start: int) -> tuple[object, ...]:
    rows = [
        zdo.Binding(SrcAddress=device.ieee, SrcEndpoint=endpoint, ClusterId=cluster, DstAddress=destination)
        for endpoint, cluster, destination in device.bindings
    ]
    part = rows[start : start + _PER_PAGE]
    return _OK, len(rows), start, part
