"""What tables of several vendors look like, written by us from their OIDs and scales; no device was recorded for it.

Three ports each, or as many as the point takes: one draws 12.3 W, one is empty, one is switched off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from custom_components.local_things.transports.snmp import SnmpValue

PETH = "1.3.6.1.2.1.105.1.1.1"
MAIN = "1.3.6.1.2.1.105.1.3.1.1"


def standard(*ports: str, priority: int = 3) -> dict[str, SnmpValue]:
    """RFC 3621 for three ports: one that delivers to a class 3, one that searches, one that is disabled."""
    rows: dict[str, SnmpValue] = {f"{MAIN}.2.1": 370, f"{MAIN}.3.1": 1, f"{MAIN}.4.1": 12}
    for port, admin, status in zip(ports, (1, 1, 2), (3, 2, 1), strict=True):
        rows |= {f"{PETH}.{column}.{port}": value for column, value in ((3, admin), (6, status), (7, priority))}
        rows |= {f"{PETH}.10.{port}": 4, f"{PETH}.12.{port}": 0}
    return rows


def watts(column: str, *values: int, index: tuple[str, ...] = ("1.1", "1.2", "1.3")) -> dict[str, SnmpValue]:
    """One column of three numbers."""
    return {f"{column}.{place}": value for place, value in zip(index, values, strict=True)}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What an agent holds, and what it means: the tables, and of three ports key, status, watts and interface."""

    rows: Mapping[str, SnmpValue]
    tables: tuple[str, ...]
    ports: tuple[str, str, str] = ("1.1", "1.2", "1.3")
    statuses: tuple[str, str, str] = ("delivering_power", "searching", "disabled")
    power: tuple[float | None, ...] = (12.3, 0.0, 0.0)
    interfaces: tuple[int | None, ...] = (None, None, None)
    enabled: tuple[bool, bool, bool] = (True, True, False)
    power_class: str | None = "3"
    switchable: bool = True
    extra: Mapping[str, object] = field(default_factory=dict)
    """Of the first port, by the names of PortSample."""


STANDARD = standard("1.1", "1.2", "1.3")
ETHERNET = {f"1.3.6.1.2.1.2.2.1.3.{index}": 6 for index in (1, 2, 3)}
CISCO = "1.3.6.1.4.1.9.9.402.1.2.1"
TPLINK = "1.3.6.1.4.1.11863.6.56.1.1.2.1.1"
MIKROTIK = "1.3.6.1.4.1.14988.1.1.15.1.1"
HUAWEI = "1.3.6.1.4.1.2011.5.25.195.3.1"
FASTPATH = "1.3.6.1.4.1.4413.1.1.15.1.1.1"
NETGEAR = "1.3.6.1.4.1.4526.10.15.1.1.1"
RADLAN = "1.3.6.1.4.1.89.108.1.1"
LINKSYS = "1.3.6.1.4.1.3955.1000.201.108.1.1"
ARUBA = "1.3.6.1.4.1.47196.4.1.1.3.8.1.1.1"
DLINK = "1.3.6.1.4.1.171.14.24.1.3"
IEEE = "1.3.111.2.802.3.1.8.1.1.1"

SHAPES = {
    "the standard table alone": Shape(rows=STANDARD, tables=("rfc3621",), power=(None, None, None)),
    "cisco_ext": Shape(
        rows=STANDARD
        | watts(f"{CISCO}.9", 12300, 0, 0)
        | watts(f"{CISCO}.7", 15400, 0, 0)
        | watts(f"{CISCO}.1", 1, 1, 4)
        | watts(f"{CISCO}.11", 1010, 1011, 1012)
        | {
            f"1.3.6.1.2.1.47.1.3.2.1.2.{1009 + port}.0": (1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 10100 + port)
            for port in (1, 2, 3)
        },
        tables=("rfc3621", "cisco_ext"),
        interfaces=(10101, 10102, 10103),
        extra={"allocated": 15.4},
    ),
    "cisco_sb": Shape(
        rows=STANDARD | ETHERNET | watts("1.3.6.1.4.1.9.6.1.101.108.1.1.5", 12300, 0, 0),
        tables=("rfc3621", "cisco_sb"),
        interfaces=(1, 2, 3),
    ),
    "radlan": Shape(
        rows=STANDARD | watts(f"{RADLAN}.5", 12300, 0, 0) | watts(f"{RADLAN}.6", 30000, 30000, 30000),
        tables=("rfc3621", "radlan"),
        extra={"limit": 30.0},
    ),
    "linksys, whose first port is 49": Shape(
        rows=standard("1.49", "1.50", "1.51")
        | watts(f"{LINKSYS}.5", 12300, 0, 0, index=("1.49", "1.50", "1.51"))
        | {f"1.3.6.1.2.1.2.2.1.3.{index}": 6 for index in range(1, 60)},
        tables=("rfc3621", "linksys"),
        ports=("1.49", "1.50", "1.51"),
        interfaces=(49, 50, 51),
    ),
    "fastpath": Shape(
        rows=STANDARD
        | watts(f"{FASTPATH}.1", 15400, 15400, 15400)
        | watts(f"{FASTPATH}.2", 12300, 0, 0)
        | watts(f"{FASTPATH}.9", 0, 1, 0)
        | watts(f"{FASTPATH}.10", 0, 0, 0),
        tables=("rfc3621", "fastpath"),
        extra={"limit": 15.4},
    ),
    "netgear, by bridge port": Shape(
        rows=STANDARD
        | watts(f"{NETGEAR}.2", 12300, 0, 0)
        | {f"1.3.6.1.2.1.17.1.4.1.2.{port}": 100 + port for port in (1, 2, 3)}
        | ETHERNET,
        tables=("rfc3621", "netgear_10"),
        interfaces=(101, 102, 103),
    ),
    "dell_dnos6": Shape(
        rows=STANDARD | watts("1.3.6.1.4.1.674.10895.5000.2.6132.1.1.15.1.1.1.2", 12300, 0, 0),
        tables=("rfc3621", "dell_dnos6"),
    ),
    "hp_icf": Shape(
        rows=STANDARD | watts("1.3.6.1.4.1.11.2.14.11.1.9.1.1.1.8", 12300, 0, 0), tables=("rfc3621", "hp_icf")
    ),
    "hp_icf_old": Shape(
        rows=STANDARD | watts("1.3.6.1.4.1.11.2.14.11.1.9.1.1.1.3", 12300, 0, 0), tables=("rfc3621", "hp_icf_old")
    ),
    "aruba_cx, which knows class 6": Shape(
        rows=STANDARD
        | watts(f"{ARUBA}.7", 12300, 0, 0)
        | watts(f"{ARUBA}.6", 60000, 0, 0)
        | watts(f"{ARUBA}.12", 7, 1, 1),
        tables=("rfc3621", "aruba_cx"),
        power_class="6",
        extra={"allocated": 60.0},
    ),
    "mikrotik, read-only and by ifIndex": Shape(
        rows=watts(f"{MIKROTIK}.6", 123, 0, 0, index=("4", "5", "9"))
        | watts(f"{MIKROTIK}.3", 3, 5, 1, index=("4", "5", "9")),
        tables=("mikrotik",),
        ports=("1.4", "1.5", "1.9"),
        interfaces=(4, 5, 9),
        power_class=None,
        switchable=False,
    ),
    "tplink, without the standard table": Shape(
        rows=watts(f"{TPLINK}.7", 123, 0, 0, index=("1", "2", "3"))
        | watts(f"{TPLINK}.2", 1, 1, 0, index=("1", "2", "3"))
        | watts(f"{TPLINK}.3", 1, 2, 2, index=("1", "2", "3"))
        | watts(f"{TPLINK}.4", 300, 300, 300, index=("1", "2", "3"))
        | watts(f"{TPLINK}.10", 3, 5, 5, index=("1", "2", "3"))
        | watts(f"{TPLINK}.11", 2, 0, 0, index=("1", "2", "3"))
        | {"1.3.6.1.4.1.11863.6.56.1.1.1.1.0": 1500, "1.3.6.1.4.1.11863.6.56.1.1.1.3.0": 123},
        tables=("tplink",),
        extra={"limit": 30.0, "priority": "medium"},
    ),
    "zyxel, by port": Shape(
        rows=STANDARD | watts("1.3.6.1.4.1.890.1.15.3.59.2.1.1.1", 12300, 0, 0, index=("1", "2", "3")),
        tables=("rfc3621", "zyxel"),
    ),
    "dlink_sw": Shape(
        rows=STANDARD | watts(f"{DLINK}.2.2.1.4", 12300, 0, 0) | watts(f"{DLINK}.1.1.1.1", 1, 3, 2),
        tables=("rfc3621", "dlink_sw"),
    ),
    "huawei, by ifIndex and without a status": Shape(
        rows=watts(f"{HUAWEI}.10", 12300, 0, 0, index=("7", "8", "9"))
        | watts(f"{HUAWEI}.3", 1, 1, 2, index=("7", "8", "9"))
        | watts(f"{HUAWEI}.5", 30000, 30000, 30000, index=("7", "8", "9"))
        | watts(f"{HUAWEI}.8", 3, 0, 0, index=("7", "8", "9")),
        tables=("huawei",),
        ports=("1.7", "1.8", "1.9"),
        interfaces=(7, 8, 9),
        extra={"limit": 30.0},
    ),
    "huawei beside the standard table": Shape(
        rows=STANDARD
        | {f"1.3.6.1.2.1.17.1.4.1.2.{port}": 6 + port for port in (1, 2, 3)}
        | watts(f"{HUAWEI}.10", 12300, 0, 0, index=("7", "8", "9")),
        tables=("rfc3621", "huawei"),
        interfaces=(7, 8, 9),
    ),
    "h3c": Shape(rows=STANDARD | watts("1.3.6.1.4.1.25506.2.14.1.1.5", 12300, 0, 0), tables=("rfc3621", "h3c")),
    "extreme": Shape(
        rows=STANDARD | watts("1.3.6.1.4.1.1916.1.27.2.1.1.6", 12300, 0, 0), tables=("rfc3621", "extreme")
    ),
    "luxul, in tenths": Shape(
        rows=STANDARD | watts("1.3.6.1.4.1.57353.2.10.1.4.1.4", 123, 0, 0), tables=("rfc3621", "luxul")
    ),
    "a juniper, without watts": Shape(
        rows=standard("1.1", "1.2", "1.3")
        | {f"1.3.6.1.2.1.31.1.1.1.1.{513 + n}": f"ge-0/0/{n}".encode() for n in range(3)},
        tables=("rfc3621",),
        power=(None, None, None),
        interfaces=(513, 514, 515),
    ),
    "ieee8023": Shape(
        rows={f"{IEEE}.{name.removeprefix(PETH + '.')}": value for name, value in STANDARD.items() if PETH in name}
        | watts(f"{IEEE}.15", 12300, 0, 0)
        | watts(f"{IEEE}.17", 7_200_000, 0, 0),
        tables=("ieee8023",),
        extra={"energy": 2.0},
    ),
}
