"""The memory of the simulated stick: what Z-Stack 3.30 keeps, as zigpy-znp reads and writes it."""

import os
from typing import Any, Final

import zigpy.types as zt
import zigpy_znp.types as t
from zigpy_znp.types.nvids import ExNvIds, OsalNvIds

_TABLE_SIZE: Final = 4
_NOBODY: Final = t.EUI64.convert("ff:ff:ff:ff:ff:ff:ff:ff")
_LEGACY: Final = int(ExNvIds.LEGACY)
_CHANNEL: Final = 15
_FIRST_COUNTER: Final = 2500


def _bytes(value: Any) -> bytes:
    """Write a value as the firmware lays it out: structures are aligned."""
    aligned = isinstance(value, (t.CStruct, t.BaseListType))
    return bytes(value.serialize(align=True) if aligned else value.serialize())


class Nvram:
    """Items by table and number. It outlives the link to the host, as the stick's flash does."""

    def __init__(self, ieee: zt.EUI64) -> None:
        """Hold what a stick holds that comes from the shop."""
        self.ieee = ieee
        self._items: dict[tuple[int, int], bytes] = {}
        self.boot()

    def get(self, number: int, table: int = _LEGACY) -> bytes:
        """Return an item; empty where there is none."""
        return self._items.get((int(table), int(number)), b"")

    def put(self, number: int, value: Any, table: int = _LEGACY) -> None:
        """Set an item."""
        self._items[int(table), int(number)] = value if isinstance(value, bytes) else _bytes(value)

    def patch(self, number: int, offset: int, value: bytes, table: int = _LEGACY) -> None:
        """Overwrite a part of an item."""
        item = bytearray(self.get(number, table))
        item[offset : offset + len(value)] = value
        self.put(number, bytes(item), table)

    def delete(self, number: int, table: int = _LEGACY) -> bool:
        """Remove an item; False where there was none."""
        return self._items.pop((int(table), int(number)), None) is not None

    def boot(self) -> None:
        """Do what the firmware does when it starts: forget what it was told to, make what is missing."""
        if self.get(OsalNvIds.STARTUP_OPTION) not in {b"", b"\0"}:
            self._items.clear()
        for number, value in _FROM_THE_SHOP.items():
            if not self.get(number):
                self.put(number, value)
        if not self.get(OsalNvIds.EXTADDR):
            self.put(OsalNvIds.EXTADDR, self.ieee)

    @property
    def address(self) -> zt.EUI64:
        """The hardware address that is in use: a network that moves to another stick takes it along."""
        return zt.EUI64.deserialize(self.get(OsalNvIds.EXTADDR))[0]

    @property
    def is_formed(self) -> bool:
        """Whether the stick is on a network."""
        return self.get(OsalNvIds.BDBNODEISONANETWORK) == b"\x01"

    def form(self) -> None:
        """Form a network from what was configured before, once."""
        if self.is_formed:
            return
        key = t.KeyData(self.get(OsalNvIds.PRECFGKEY) or os.urandom(16))
        extended, _ = t.EUI64.deserialize(self.get(OsalNvIds.APS_USE_EXT_PANID) or os.urandom(8))
        keys = t.NwkKeyDesc(KeySeqNum=0, Key=key)
        channels = t.Channels.from_channel_list([_CHANNEL])
        nib, _ = t.NIB.deserialize(bytes(t.NIB.get_size(align=True)), align=True)
        self.put(
            OsalNvIds.NIB,
            nib.replace(
                nwkDevAddress=0,
                nwkCoordAddress=0,
                nwkCoordExtAddress=self.ieee,
                nwkPanId=0x1A62,
                nwkLogicalChannel=_CHANNEL,
                channelList=channels,
                extendedPANID=extended,
                nwkKeyLoaded=True,
                SecurityLevel=5,
                nwkProtocolVersion=2,
                nwkManagerAddr=0,
                nwkUpdateId=0,
                nwkState=t.NwkState.NWK_ROUTER,
            ),
        )
        self.put(OsalNvIds.NWK_ACTIVE_KEY_INFO, keys)
        self.put(OsalNvIds.NWK_ALTERN_KEY_INFO, keys)
        self.put(OsalNvIds.TCLK_SEED, t.KeyData(os.urandom(16)))
        self.put(OsalNvIds.BDBNODEISONANETWORK, t.uint8_t(1))
        self.put(OsalNvIds.EXTENDED_PAN_ID, extended)
        self.put(OsalNvIds.CHANLIST, channels)
        self.put(OsalNvIds.APS_LINK_KEY_TABLE, t.Bytes(b"\xff" * 20))
        self._empty_tables(extended)

    def _empty_tables(self, extended: Any) -> None:
        empty = {
            ExNvIds.ADDRMGR: t.AddrMgrEntry(type=t.AddrMgrUserType(0xFF), nwkAddr=0xFFFF, extAddr=_NOBODY),
            ExNvIds.TCLK_TABLE: t.TCLKDevEntry(
                txFrmCntr=0,
                rxFrmCntr=0,
                extAddr=t.EUI64([0] * 8),
                keyAttributes=t.KeyAttributes.DEFAULT_KEY,
                keyType=t.KeyType.NONE,
                SeedShift_IcIndex=0,
            ),
            ExNvIds.APS_KEY_DATA_TABLE: t.APSKeyDataTableEntry(
                Key=t.KeyData([0] * 16), TxFrameCounter=0, RxFrameCounter=0
            ),
            ExNvIds.NWK_SEC_MATERIAL_TABLE: t.NwkSecMaterialDesc(FrameCounter=0xFFFFFFFF, ExtendedPanID=_NOBODY),
        }
        for table, value in empty.items():
            for place in range(_TABLE_SIZE):
                self.put(place, value, table)
        material = t.NwkSecMaterialDesc(FrameCounter=_FIRST_COUNTER, ExtendedPanID=extended)
        self.put(0, material, ExNvIds.NWK_SEC_MATERIAL_TABLE)


_FROM_THE_SHOP: Final = {
    OsalNvIds.LOGICAL_TYPE: t.uint8_t(0),
    OsalNvIds.STARTUP_OPTION: t.uint8_t(0),
    OsalNvIds.CONCENTRATOR_ENABLE: t.uint8_t(0),
    OsalNvIds.CONCENTRATOR_DISCOVERY: t.uint8_t(60),
    OsalNvIds.CONCENTRATOR_RC: t.uint8_t(0),
    OsalNvIds.SRC_RTG_EXPIRY_TIME: t.uint8_t(10),
    OsalNvIds.NWK_CHILD_AGE_ENABLE: t.uint8_t(0),
    OsalNvIds.BCAST_DELIVERY_TIME: t.uint8_t(30),
    OsalNvIds.ZDO_DIRECT_CB: t.uint8_t(0),
    OsalNvIds.PRECFGKEYS_ENABLE: t.uint8_t(0),
    OsalNvIds.PANID: t.uint16_t(0xFFFF),
}
"""What the firmware makes on its first start, and zigpy-znp expects to be there."""
