"""What is asked of an agent and what it answers, in plain Python: nobody beyond this package sees a pysnmp object."""

from dataclasses import dataclass
from typing import Final

type Oid = tuple[int, ...]
"""The numbers of an OBJECT IDENTIFIER."""

type SnmpValue = int | bytes | Oid | None
"""INTEGER, counters, gauges and ticks; octets, empty where there were too many; an OID; None: no such instance."""

type VarBind = tuple[Oid, SnmpValue]
"""A name and its value (RFC 3416, section 3)."""

MAX_OCTETS: Final = 4_096
"""Longest octet string that is kept: a text of sysDescr has at most 255, a port list of a large switch 512."""


def oid(text: str) -> Oid:
    """Return the numbers of `text`: "1.3.6.1.2.1.1.5.0"."""
    return tuple(map(int, text.strip(".").split(".")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How an agent is asked, and how much of it is heard. Times in seconds.

    A request is sent once more when it is not answered within `timeout`, and then, where it asks for several rows, for
    half of them, and for one. `walk_time` is for one column, `rows` its longest, `octets` those of all its texts.
    """

    timeout: float = 2.0
    max_repetitions: int = 25
    rows: int = 8_192
    octets: int = 2**21
    walk_time: float = 30.0


LAN: Final = Limits()
