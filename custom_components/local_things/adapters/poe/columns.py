"""How a table of a switch is written down: which column says what, in which words or scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final

from ...transports.snmp import Oid, oid

ON: Final = "on"
OFF: Final = "off"


class Index(Enum):
    """What the rows of a table are counted by."""

    GROUP_PORT = "pethPsePortGroupIndex.pethPsePortIndex of RFC 3621"
    PORT = "the port's number"
    IF_INDEX = "ifIndex of RFC 2863"


class Role(StrEnum):
    """What a column tells of a port."""

    ADMIN = "admin"
    STATUS = "status"
    FAULT = "fault"
    PRIORITY = "priority"
    CLASS = "class"
    POWER = "power"
    ALLOCATED = "allocated"
    LIMIT = "limit"
    DENIED = "denied"
    ENERGY = "energy"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: words by number, or a scale that makes of the number the quantity's unit (W, Wh, a count).

    Of a column that is written the first number of a word is the one that is sent.
    """

    oid: Oid
    index: Index = Index.GROUP_PORT
    words: Mapping[int, str] = field(default_factory=dict)
    scale: float = 1.0

    def __post_init__(self) -> None:
        """Freeze the words."""
        object.__setattr__(self, "words", MappingProxyType(dict(self.words)))

    def number(self, word: str) -> int | None:
        """Return what is sent for `word`; None where the column has no such word."""
        return next((number for number, one in self.words.items() if one == word), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortTable:
    """A table of ports, by the vendors that have it. An agent has it where it has the column of `known_by`.

    `writable` is False where the vendor documents that nothing can be set. `evidence` is how we know: "standard", "MIB"
    (read in the vendor's), "capture" (seen in a recording of a device), "other software" (only there).
    """

    key: str
    vendors: str
    columns: Mapping[Role, Column]
    evidence: str
    writable: bool = True
    known_by: Role = Role.POWER

    def __post_init__(self) -> None:
        """Freeze the columns."""
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    @property
    def probe(self) -> Oid:
        """The column by which the table is known to be there."""
        return self.columns[self.known_by].oid


def table(  # noqa: PLR0913 (one argument for each thing a row says)
    key: str,
    vendors: str,
    evidence: str,
    root: str,
    *,
    index: Index = Index.GROUP_PORT,
    writable: bool = True,
    known_by: Role = Role.POWER,
    watts: Mapping[Role, tuple[int, float]],
    words: Mapping[Role, tuple[int, Mapping[int, str]]] | None = None,
) -> PortTable:
    """Make a table whose columns have one root: of each role its last number, and its scale or its words."""
    scaled = {
        role: Column(oid=(*oid(root), number), index=index, scale=scale) for role, (number, scale) in watts.items()
    }
    spoken = {
        role: Column(oid=(*oid(root), number), index=index, words=said)
        for role, (number, said) in (words or {}).items()
    }
    columns = {**scaled, **spoken}
    return PortTable(key=key, vendors=vendors, evidence=evidence, columns=columns, writable=writable, known_by=known_by)
