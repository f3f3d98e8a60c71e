"""A simulated CC2652 with Z-Stack 3.30: the MT commands that zigpy-znp uses, in front of a `Network`."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import zigpy.types as zt
import zigpy.zdo.types as zdo
import zigpy_znp.commands as c
import zigpy_znp.types as t

from . import zdo as answers
from .device import Device
from .frames import HOME_AUTOMATION, STICK, Frame
from .network import Network
from .nvram import Nvram
from .wire import Wire

_OK: Final = t.Status.SUCCESS
_PAGE: Final = 240
_CHANNELS: Final = 16
_QUIET: Final = 20
_VERSION: Final = {"TransportRev": 2, "ProductId": 1, "MajorRel": 2, "MinorRel": 7, "MaintRel": 1}
_DESCRIPTOR: Final = (0, 64, 143, 0, 80, 160, 11265, 160, 0)

type _Answers = Iterator[Any]
type _Handler = Callable[[Any], _Answers]


class Stick:
    """One coordinator on TCP. `network` and `nvram` outlive the link; `asked` counts commands by their name."""

    def __init__(self, network: Network, host: str = "127.0.0.1", port: int = 0) -> None:
        """Stand in front of a mesh. Port 0 is any free one."""
        self.network = network
        self.nvram = Nvram(network.stick)
        self.wire = Wire(self._take, host, port)
        self.permits: list[int] = []
        self.asked: dict[str, int] = {}
        self._endpoints: dict[int, Any] = {}
        self._handlers = self._all_handlers()
        network.to_host = self._from_the_air
        network.on_join = self._joined
        network.on_leave = self._left

    def _take(self, frame: Any) -> None:
        command = c.COMMANDS_BY_ID.get(frame.header)
        name = command.__qualname__.removesuffix(".Req") if command else hex(frame.header)
        self.asked[name] = self.asked.get(name, 0) + 1
        handler = self._handlers.get(name)
        if handler is None:
            self.wire.send(
                c.RPCError.CommandNotRecognized.Rsp(
                    ErrorCode=t.ErrorCode.INVALID_COMMAND_ID, RequestHeader=frame.header
                )
            )
            return
        for said in handler(command.from_frame(frame, align=True)):
            self.wire.send(said)

    def _all_handlers(self) -> dict[str, _Handler]:
        accepted = (
            "UTIL.LEDControl",
            "AppConfig.BDBSetChannel",
            "AppConfig.BDBSetJoinUsesInstallCodeKey",
            "ZDO.MsgCallbackRegister",
            "ZDO.ExtRouteDisc",
            "ZDO.MgmtNWKUpdateReq",
        )
        return {
            **dict.fromkeys(accepted, _accept),
            "SYS.Ping": _ping,
            "SYS.Version": _version,
            "SYS.SetTxPower": lambda asked: iter([asked.Rsp(StatusOrPower=0)]),
            "SYS.ResetReq": self._reset,
            "SYS.OSALNVLength": lambda asked: iter([asked.Rsp(ItemLen=len(self.nvram.get(asked.Id)))]),
            "SYS.OSALNVRead": self._read_item,
            "SYS.OSALNVReadExt": self._read_item,
            "SYS.OSALNVWrite": self._write_item,
            "SYS.OSALNVWriteExt": self._write_item,
            "SYS.OSALNVItemInit": self._init_item,
            "SYS.OSALNVDelete": self._delete_item,
            "SYS.NVLength": lambda asked: iter([asked.Rsp(Length=len(self.nvram.get(asked.SubId, asked.ItemId)))]),
            "SYS.NVRead": self._read_row,
            "SYS.NVWrite": self._write_row,
            "SYS.NVCreate": self._create_row,
            "SYS.NVDelete": self._delete_row,
            "UTIL.AssocFindDevice": lambda asked: iter([asked.Rsp(Device=t.Bytes(bytes(36)))]),
            "AppConfig.BDBStartCommissioning": self._start,
            "AppConfig.BDBAddInstallCode": self._install_code,
            "ZDO.ExtRouteChk": lambda asked: iter([asked.Rsp(Status=c.zdo.RoutingStatus.SUCCESS)]),
            "ZDO.MgmtPermitJoinReq": self._permit,
            "AF.Register": self._register,
            "AF.DataRequestExt": self._transmit,
        }

    # SYS

    def _reset(self, _: Any) -> _Answers:
        self.nvram.boot()
        self.network.stick = self.nvram.address
        self._endpoints.clear()
        yield c.SYS.ResetInd.Callback(Reason=t.ResetReason.PowerUp, **_VERSION)

    def _read_item(self, asked: Any) -> _Answers:
        item = self.nvram.get(asked.Id)
        status = _OK if item else t.Status.INVALID_PARAMETER
        yield asked.Rsp(Status=status, Value=t.ShortBytes(item[asked.Offset :][:_PAGE]))

    def _write_item(self, asked: Any) -> _Answers:
        self.nvram.patch(asked.Id, asked.Offset, bytes(asked.Value))
        yield asked.Rsp(Status=_OK)

    def _init_item(self, asked: Any) -> _Answers:
        self.nvram.put(asked.Id, bytes(asked.Value).ljust(asked.ItemLen, b"\xff"))
        yield asked.Rsp(Status=t.Status.NV_ITEM_UNINIT)

    def _delete_item(self, asked: Any) -> _Answers:
        yield asked.Rsp(Status=_OK if self.nvram.delete(asked.Id) else t.Status.NV_OPER_FAILED)

    def _read_row(self, asked: Any) -> _Answers:
        item = self.nvram.get(asked.SubId, asked.ItemId)
        status = _OK if item else t.Status.FAILURE
        yield asked.Rsp(Status=status, Value=t.ShortBytes(item[asked.Offset :][: asked.Length]))

    def _write_row(self, asked: Any) -> _Answers:
        self.nvram.patch(asked.SubId, asked.Offset, bytes(asked.Value), asked.ItemId)
        yield asked.Rsp(Status=_OK)

    def _create_row(self, asked: Any) -> _Answers:
        self.nvram.put(asked.SubId, bytes(asked.Length), asked.ItemId)
        yield asked.Rsp(Status=t.Status.NV_ITEM_UNINIT)

    def _delete_row(self, asked: Any) -> _Answers:
        yield asked.Rsp(Status=_OK if self.nvram.delete(asked.SubId, asked.ItemId) else t.Status.NV_OPER_FAILED)

    # Network

    def _start(self, asked: Any) -> _Answers:
        yield asked.Rsp(Status=_OK)
        yield c.ZDO.StateChangeInd.Callback(State=t.DeviceState.StartingAsCoordinator)
        self.nvram.form()
        yield c.ZDO.StateChangeInd.Callback(State=t.DeviceState.StartedAsCoordinator)
        yield c.AppConfig.BDBCommissioningNotification.Callback(
            Status=c.app_config.BDBCommissioningStatus.Success,
            Mode=c.app_config.BDBCommissioningMode.NwkFormation,
            RemainingModes=c.app_config.BDBCommissioningMode.NONE,
        )

    def _install_code(self, asked: Any) -> _Answers:
        self.network.install_codes.add(zt.EUI64(asked.IEEE))
        yield asked.Rsp(Status=_OK)

    def _permit(self, asked: Any) -> _Answers:
        yield asked.Rsp(Status=_OK)
        self.permits.append(int(asked.Duration))
        self.network.permit(int(asked.Duration))
        source = STICK if asked.AddrMode == t.AddrMode.Broadcast else asked.Dst
        yield c.ZDO.MgmtPermitJoinRsp.Callback(Src=source, Status=t.ZDOStatus.SUCCESS)

    def _register(self, asked: Any) -> _Answers:
        self._endpoints[int(asked.Endpoint)] = asked
        yield asked.Rsp(Status=_OK)

    # Host to air

    def _transmit(self, asked: Any) -> _Answers:
        """Send, and confirm before the answer comes, as the firmware does; ZDO and broadcasts are not confirmed."""
        yield asked.Rsp(Status=_OK)
        frame = self._frame(asked)
        own = frame.destination == STICK and frame.group is None
        reached = own or frame.group is not None or self.network.is_there(frame.destination)
        if own or (frame.destination_endpoint != 0 and not frame.is_broadcast):
            status = _OK if reached else t.Status.MAC_NO_ACK
            yield c.AF.DataConfirm.Callback(Status=status, Endpoint=asked.SrcEndpoint, TSN=asked.TSN)
        if not own:
            self.network.from_host(frame)
        elif frame.destination_endpoint == 0:
            self._own_zdo(frame)

    def _frame(self, asked: Any) -> Frame:
        address = asked.DstAddrModeAddress
        frame = Frame(
            source_endpoint=int(asked.SrcEndpoint),
            destination_endpoint=int(asked.DstEndpoint),
            profile=HOME_AUTOMATION,
            cluster=int(asked.ClusterId),
            payload=bytes(asked.Data),
        )
        if address.mode == t.AddrMode.Group:
            frame.destination, frame.group, frame.destination_endpoint = None, int(address.address), 0xFF
        elif address.mode == t.AddrMode.IEEE:
            frame.destination = self.network.address_of(address.address)
        else:
            frame.destination = int(address.address)
            frame.is_broadcast = address.mode == t.AddrMode.Broadcast
        return frame

    def _own_zdo(self, frame: Frame) -> None:
        """Answer what the host asks of the stick's own ZDO."""
        if (said := self._own_answer(frame)) is None:
            return
        command, arguments = said
        payload = answers.response(frame.payload[0], command, *arguments)
        self._from_the_air(Frame(cluster=int(command), payload=payload))

    def _own_answer(self, frame: Frame) -> tuple[zdo.ZDOCmd, tuple[object, ...]] | None:  # noqa: PLR0911 - a table
        done = zdo.Status.SUCCESS
        match frame.cluster:
            case zdo.ZDOCmd.Node_Desc_req:
                return zdo.ZDOCmd.Node_Desc_rsp, (done, 0, zdo.NodeDescriptor(*_DESCRIPTOR))
            case zdo.ZDOCmd.Active_EP_req:
                return zdo.ZDOCmd.Active_EP_rsp, (done, 0, list(self._endpoints))
            case zdo.ZDOCmd.Simple_Desc_req:
                return zdo.ZDOCmd.Simple_Desc_rsp, (done, 0, self._simple_descriptor(frame.payload[3]))
            case zdo.ZDOCmd.Mgmt_Lqi_req:
                return zdo.ZDOCmd.Mgmt_Lqi_rsp, answers.page(frame.payload[1], self.network.neighbours(None))
            case zdo.ZDOCmd.Mgmt_Rtg_req:
                return zdo.ZDOCmd.Mgmt_Rtg_rsp, answers.routes(frame.payload[1], {})
            case zdo.ZDOCmd.Mgmt_NWK_Update_req:
                quiet = [_QUIET] * _CHANNELS
                return zdo.ZDOCmd.Mgmt_NWK_Update_rsp, (done, zt.Channels.ALL_CHANNELS, 10, 1, quiet)
        return None

    def _simple_descriptor(self, number: int) -> zdo.SizePrefixedSimpleDescriptor:
        registered = self._endpoints[number]
        return zdo.SizePrefixedSimpleDescriptor(
            endpoint=registered.Endpoint,
            profile=registered.ProfileId,
            device_type=registered.DeviceId,
            device_version=0,
            input_clusters=list(registered.InputClusters),
            output_clusters=list(registered.OutputClusters),
        )

    # Air to host

    def _from_the_air(self, frame: Frame) -> None:
        if frame.destination_endpoint == 0:
            self.wire.send(
                c.ZDO.MsgCbIncoming.Callback(
                    Src=frame.source,
                    IsBroadcast=t.Bool(frame.is_broadcast),
                    ClusterId=frame.cluster,
                    SecurityUse=0,
                    TSN=frame.payload[0],
                    MacDst=0,
                    Data=t.Bytes(frame.payload[1:]),
                )
            )
            return
        self.wire.send(
            c.AF.IncomingMsg.Callback(
                GroupId=frame.group or 0,
                ClusterId=frame.cluster,
                SrcAddr=frame.source,
                SrcEndpoint=frame.source_endpoint,
                DstEndpoint=frame.destination_endpoint if frame.group is None else 1,
                WasBroadcast=t.Bool(frame.is_broadcast),
                LQI=frame.lqi,
                SecurityUse=t.Bool(False),
                TimeStamp=0,
                TSN=0,
                Data=t.ShortBytes(frame.payload),
                MacSrcAddr=frame.source,
                MsgResultRadius=29,
            )
        )

    def _joined(self, device: Device) -> None:
        self.wire.send(c.ZDO.TCDevInd.Callback(SrcNwk=device.nwk, SrcIEEE=device.ieee, ParentNwk=device.parent))
        if device.parent != STICK:  # the route record that comes with its first answer
            route = c.ZDO.SrcRtgInd.Callback(DstAddr=device.nwk, Relays=t.NWKList([device.parent]))
            self.network.later(0.01, lambda: self.wire.send(route))

    def _left(self, device: Device) -> None:
        no = t.Bool(False)
        self.wire.send(c.ZDO.LeaveInd.Callback(NWK=device.nwk, IEEE=device.ieee, Request=no, Remove=no, Rejoin=no))


def _accept(asked: Any) -> _Answers:
    yield asked.Rsp(Status=_OK)


def _ping(asked: Any) -> _Answers:
    can = t.MTCapabilities
    yield asked.Rsp(Capabilities=can.SYS | can.AF | can.ZDO | can.UTIL | can.APP_CNF | can.GP)


def _version(asked: Any) -> _Answers:
    yield asked.Rsp(
        **_VERSION,
        CodeRevision=20230507,
        BootloaderBuildType=c.sys.BootloaderBuildType.NON_BOOTLOADER_BUILD,
        BootloaderRevision=0xFFFFFFFF,
    )
