"""The tables of watts of the vendors, and the two standard tables they stand beside: data, and nothing else.

Where a vendor's table says what the standard one says too, the vendor's is believed. No vendor's table is known by
sysObjectID: it is asked for.
"""

from typing import Final

from ...transports.snmp import oid
from .columns import OFF, ON, Column, Index, PortTable, Role, table

_MILLI: Final = 0.001
_DECI: Final = 0.1
_PER_MILLIJOULE: Final = 1 / 3_600_000
"""Watt hours in a millijoule."""

_TRUTH: Final = {1: ON, 2: OFF}
_STATUS: Final = {1: "disabled", 2: "searching", 3: "delivering_power", 4: "fault", 5: "test", 6: "fault"}
_PRIORITY: Final = {1: "critical", 2: "high", 3: "low"}
_CLASS: Final = {number: str(number - 1) for number in range(1, 6)}
_CLASS_BT: Final = {number: str(number - 1) for number in range(1, 10)}

_STANDARD_WORDS: Final = {
    Role.ADMIN: (3, _TRUTH),
    Role.STATUS: (6, _STATUS),
    Role.PRIORITY: (7, _PRIORITY),
    Role.CLASS: (10, _CLASS),
}

STANDARD: Final = (
    table(
        "rfc3621",
        "POWER-ETHERNET-MIB, most switches",
        "standard",
        "1.3.6.1.2.1.105.1.1.1",
        known_by=Role.ADMIN,
        words=_STANDARD_WORDS,
        watts={Role.DENIED: (12, 1.0)},
    ),
    table(
        "ieee8023",
        "IEEE8023-POWER-ETHERNET-MIB (IEEE 802.3.1)",
        "other software",
        "1.3.111.2.802.3.1.8.1.1.1",
        known_by=Role.ADMIN,
        words=_STANDARD_WORDS,
        watts={Role.DENIED: (12, 1.0), Role.POWER: (15, _MILLI), Role.ENERGY: (17, _PER_MILLIJOULE)},
    ),
)
"""The first that an agent has is the table of its ports; without one, the vendor's is."""

_FASTPATH_FAULT: Final = {2: "short_circuit", 3: "overload", 4: "denied"}


def _radlan(key: str, vendors: str, evidence: str, root: str) -> PortTable:
    """Radlan, later Marvell, and those who build on it: rlPethPsePortEntry."""
    return table(key, vendors, evidence, root, watts={Role.POWER: (5, _MILLI), Role.LIMIT: (6, _MILLI)})


def _fastpath(key: str, vendors: str, evidence: str, root: str) -> PortTable:
    """Broadcom FASTPATH and those who build on it: agentPethPsePortEntry."""
    return table(
        key,
        vendors,
        evidence,
        root,
        watts={Role.POWER: (2, _MILLI), Role.LIMIT: (1, _MILLI)},
        words={Role.FAULT: (9, _FASTPATH_FAULT), Role.RESET: (10, {1: ON})},
    )


def _only_power(
    key: str, vendors: str, evidence: str, column: str, *, scale: float = _MILLI, index: Index = Index.GROUP_PORT
) -> PortTable:
    """Make a table of which only the watts are known."""
    root, _, number = column.rpartition(".")
    return table(key, vendors, evidence, root, index=index, watts={Role.POWER: (int(number), scale)})


VENDORS: Final = (
    table(
        "cisco_ext",
        "Cisco IOS, IOS-XE",
        "MIB, capture",
        "1.3.6.1.4.1.9.9.402.1.2.1",
        watts={Role.POWER: (9, _MILLI), Role.ALLOCATED: (7, _MILLI)},
        # auto, static, limit, disable
        words={Role.ADMIN: (1, {1: ON, 2: ON, 3: ON, 4: OFF})},
    ),
    _radlan("cisco_sb", "Cisco Small Business, CBS", "MIB, capture", "1.3.6.1.4.1.9.6.1.101.108.1.1"),
    _radlan("radlan", "Marvell, Eltex", "capture", "1.3.6.1.4.1.89.108.1.1"),
    _radlan("linksys", "Linksys", "capture", "1.3.6.1.4.1.3955.1000.201.108.1.1"),
    _radlan("dlink_3100", "D-Link 3100", "other software", "1.3.6.1.4.1.171.10.94.89.89.108.1.1"),
    _fastpath("fastpath", "Ubiquiti EdgeSwitch, Broadcom", "MIB", "1.3.6.1.4.1.4413.1.1.15.1.1.1"),
    _fastpath("netgear_10", "Netgear, managed", "MIB, capture", "1.3.6.1.4.1.4526.10.15.1.1.1"),
    _fastpath("netgear_11", "Netgear, smart", "capture", "1.3.6.1.4.1.4526.11.15.1.1.1"),
    _fastpath("dell_dnos6", "Dell DNOS 6", "other software", "1.3.6.1.4.1.674.10895.5000.2.6132.1.1.15.1.1.1"),
    table(
        "hp_icf",
        "HPE Aruba AOS-S, ProCurve",
        "MIB",
        "1.3.6.1.4.1.11.2.14.11.1.9.1.1.1",
        watts={Role.POWER: (8, _MILLI)},
        words={Role.FAULT: (9, {1: "denied"})},
    ),
    _only_power("hp_icf_old", "HPE ProCurve, older firmware", "MIB", "1.3.6.1.4.1.11.2.14.11.1.9.1.1.1.3"),
    table(
        "aruba_cx",
        "HPE Aruba CX",
        "MIB",
        "1.3.6.1.4.1.47196.4.1.1.3.8.1.1.1",
        watts={Role.POWER: (7, _MILLI), Role.ALLOCATED: (6, _MILLI)},
        words={Role.CLASS: (12, _CLASS_BT)},
    ),
    table(
        "mikrotik",
        "MikroTik RouterOS, SwOS",
        "MIB, capture",
        "1.3.6.1.4.1.14988.1.1.15.1.1",
        index=Index.IF_INDEX,
        writable=False,
        watts={Role.POWER: (6, _DECI)},
        words={
            Role.STATUS: (
                3,
                # An empty port reports 5, short circuit.
                {1: "disabled", 2: "searching", 3: "delivering_power", 4: "overload", 5: "searching"}
                | dict.fromkeys(range(6, 15), "fault"),
            )
        },
    ),
    table(
        "tplink",
        "TP-Link JetStream, Omada",
        "MIB, capture",
        "1.3.6.1.4.1.11863.6.56.1.1.2.1.1",
        index=Index.PORT,
        watts={Role.POWER: (7, _DECI), Role.LIMIT: (4, _DECI)},
        words={
            Role.ADMIN: (2, {1: ON, 0: OFF}),
            Role.PRIORITY: (3, {0: "high", 1: "medium", 2: "low"}),
            Role.CLASS: (10, {number: str(number) for number in range(5)}),
            Role.STATUS: (
                11,
                {0: "searching", 1: "requesting_power", 2: "delivering_power", 3: "overload", 4: "short_circuit"}
                | dict.fromkeys(range(5, 10), "fault"),
            ),
        },
    ),
    _only_power("zyxel", "Zyxel", "other software", "1.3.6.1.4.1.890.1.15.3.59.2.1.1.1", index=Index.PORT),
    PortTable(
        key="dlink_sw",
        vendors="D-Link, DLINKSW-POE-MIB",
        evidence="MIB",
        columns={
            Role.POWER: Column(oid=oid("1.3.6.1.4.1.171.14.24.1.3.2.2.1.4"), scale=_MILLI),
            # auto, never, static
            Role.ADMIN: Column(oid=oid("1.3.6.1.4.1.171.14.24.1.3.1.1.1.1"), words={1: ON, 2: OFF, 3: ON}),
        },
    ),
    table(
        "huawei",
        "Huawei VRP",
        "MIB, capture",
        "1.3.6.1.4.1.2011.5.25.195.3.1",
        index=Index.IF_INDEX,
        watts={Role.POWER: (10, _MILLI), Role.LIMIT: (5, _MILLI)},
        words={Role.ADMIN: (3, _TRUTH), Role.CLASS: (8, {number: str(number) for number in range(9)})},
    ),
    table(
        "h3c",
        "H3C, Comware",
        "MIB",
        "1.3.6.1.4.1.25506.2.14.1.1",
        watts={Role.POWER: (5, _MILLI), Role.LIMIT: (6, _MILLI)},
    ),
    table(
        "extreme",
        "Extreme",
        "MIB",
        "1.3.6.1.4.1.1916.1.27.2.1.1",
        watts={Role.POWER: (6, _MILLI)},
        words={Role.RESET: (5, {1: ON})},
    ),
    _only_power("enterasys", "Enterasys", "other software", "1.3.6.1.4.1.5624.1.2.50.1.5.1.1.2"),
    _only_power("baystack", "Nortel BayStack", "other software", "1.3.6.1.4.1.45.5.8.1.1.1.7"),
    _only_power("cnmatrix", "Cambium cnMatrix", "other software", "1.3.6.1.4.1.2076.103.1.3.1.5"),
    _only_power("luxul", "Luxul", "other software", "1.3.6.1.4.1.57353.2.10.1.4.1.4", scale=_DECI),
    _only_power("rfc3621_15", "a few that add it to RFC 3621", "other software", "1.3.6.1.2.1.105.1.1.1.15"),
)
"""Of several that an agent has the first is taken."""

NOMINAL: Final = oid("1.3.6.1.2.1.105.1.3.1.1.2")
OPERATING: Final = oid("1.3.6.1.2.1.105.1.3.1.1.3")
CONSUMPTION: Final = oid("1.3.6.1.2.1.105.1.3.1.1.4")
"""Columns of pethMainPseEntry (RFC 3621), by group: watts, on(1) off(2) faulty(3), watts."""

TPLINK_LIMIT: Final = oid("1.3.6.1.4.1.11863.6.56.1.1.1.1.0")
TPLINK_USED: Final = oid("1.3.6.1.4.1.11863.6.56.1.1.1.3.0")
"""The same for TP-Link's switches, in tenths of a watt."""

CLASS_WATTS: Final = {"0": 15.4, "1": 4.0, "2": 7.0, "3": 15.4, "4": 30.0, "5": 45.0, "6": 60.0, "7": 75.0, "8": 90.0}
"""What a switch must have ready for a powered device of a class (IEEE 802.3, table 145-11)."""
