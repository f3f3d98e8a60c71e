"""What a device says it wants of the network, as it is known of every protocol. Advice: nobody here is a firewall."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from .documents import Json, JsonObject
from .errors import Reason, Rejected
from .text import clean

LONGEST_NAME: Final = 253
"""Longest host name (RFC 1035, 2.3.4, as text), and longest URL of a usage description (RFC 8520, 3.5)."""

MOST_NAMES: Final = 32
"""Most names, and most services, that are kept of one description."""

_MARKUP: Final = str.maketrans(dict.fromkeys("{}<>`[]()*|\\", ""))
"""What opens templates and markup; an underscore may be part of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Ports of a device that others in the house may open. `protocol` is tcp, udp, or empty for both."""

    protocol: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a device's description of its usage asks for.

    `internet` is None where that cannot be told; `names` are the names and networks beyond the house. `local` are the
    words of RFC 8520 (section 8) for whom it knows in the house, such as `local-networks`. `serves` is what others in
    the house may open; None where it does not say. `url` is where its maker keeps the description: only ever shown.
    """

    internet: bool | None = None
    names: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    serves: tuple[Service, ...] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        """Clean every text, and keep no more than the most."""
        for name in ("names", "local"):
            texts = dict.fromkeys(_plain(text) for text in getattr(self, name))
            object.__setattr__(self, name, tuple(texts)[:MOST_NAMES])
        object.__setattr__(self, "url", _plain(self.url))
        if self.serves is not None:
            object.__setattr__(self, "serves", self.serves[:MOST_NAMES])

    def admits(self, protocol: str, port: int) -> bool | None:
        """Tell whether somebody in the house may open a port of the device; None where it does not say."""
        if self.serves is None:
            return None
        return any(one.protocol in ("", protocol) and one.lowest <= port <= one.highest for one in self.serves)

    def share(self) -> Self:
        """Return what a stranger may read: neither names nor addresses."""
        return replace(self, names=(), url="")

    def dump(self) -> JsonObject:
        """Write it as JSON."""
        return {**asdict(self), "names": list(self.names), "local": list(self.local), "serves": self._services()}

    def _services(self) -> Json:
        if self.serves is None:
            return None
        return [[one.protocol, one.lowest, one.highest] for one in self.serves]

    @classmethod
    def load(cls, said: Mapping[str, Json]) -> Self:
        """Read what `dump` wrote. Raises Rejected, NOT_A_THING, for anything else."""
        match said:
            case {
                "internet": bool() | None as internet,
                "names": list(names),
                "local": list(local),
                "serves": list() | None as serves,
                "url": str(url),
            }:
                return cls(
                    internet=internet,
                    names=tuple(map(str, names)),
                    local=tuple(map(str, local)),
                    serves=None if serves is None else tuple(map(_service, serves)),
                    url=url,
                )
        raise _malformed()


def _service(said: Json) -> Service:
    match said:
        case [str(protocol), int(lowest), int(highest)]:
            return Service(protocol=protocol, lowest=lowest, highest=highest)
    raise _malformed()


def _plain(text: str) -> str:
    return clean(text[: LONGEST_NAME * 8].translate(_MARKUP), LONGEST_NAME)


def _malformed() -> Rejected:
    return Rejected(Reason.NOT_A_THING, detail="malformed record")
