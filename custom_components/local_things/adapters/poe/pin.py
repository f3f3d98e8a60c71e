"""By what a switch is known again. Imports no library, as flows show it before any is needed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Final, Self

from ...things.errors import Reason, Rejected
from ...things.text import label

_URN: Final = "urn:dev:mac:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPin:
    """What a switch said of itself when it was accepted; empty what it does not say.

    `mac` is its own hardware address, lower case with colons; `chassis` its LLDP chassis id (IEEE 802.1AB, 8.5.2);
    `engine` its SNMP engine id (RFC 3411, section 5) and `certificate` the SHA-256 of what it shows over HTTPS, both in
    hexadecimal. Whoever wants to can say all but the last two, too: only SNMPv3 and HTTPS prove anything.
    """

    mac: str = ""
    serial_number: str = ""
    chassis: str = ""
    engine: str = ""
    certificate: str = ""

    def __post_init__(self) -> None:
        """Clean the texts."""
        for name in ("serial_number", "chassis"):
            object.__setattr__(self, name, label(getattr(self, name)))

    @classmethod
    def load(cls, words: Mapping[str, str]) -> Self:
        """Return what words say, as `check` raises them; others are left out."""
        return cls(**{one.name: words[one.name] for one in fields(cls) if one.name in words})

    @classmethod
    def of(cls, thing_id: str) -> Self:
        """Return what the id of a switch says of it."""
        digits = thing_id.removeprefix(_URN).replace("fffe", "", 1)
        return cls(mac=":".join(digits[at : at + 2] for at in range(0, len(digits), 2)))

    @property
    def id(self) -> str:
        """The id of the Thing (RFC 9039, 4.1: an EUI-48 is written as the EUI-64 that stands for it)."""
        digits = self.mac.replace(":", "")
        return f"{_URN}{digits[:6]}fffe{digits[6:]}"

    def check(self, seen: SwitchPin) -> None:
        """See that nothing differs that both say. Raises Rejected, IDENTITY_CHANGED, whose words are what was seen."""
        known = asdict(self)
        if any(value and known[name] and value != known[name] for name, value in asdict(seen).items()):
            raise Rejected(Reason.IDENTITY_CHANGED, **asdict(seen))

    def replaced_by(self, seen: SwitchPin) -> SwitchPin:
        """Return the pin of a switch that takes the place of this one; what could not be asked it has to show yet."""
        return seen if seen.mac else replace(seen, mac=self.mac)
