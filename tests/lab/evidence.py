"""What was seen, and whether it is what was claimed: readable lines for people, JSON for machines."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import re
from typing import Final

from homeassistant.components.network.const import PUBLIC_TARGET_IP

from .calls import Call, calls
from .hostile import FIELDS, Field
from .packets import Packet, packets
from .sinkhole import OUT, Sinkhole

_LOCAL_NAMES: Final = (".local.", ".home.arpa.")
_DROPPED: Final = re.compile(r"(\d+) packets? dropped by kernel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that a run put on a link, or asked its kernel to."""

    packets: tuple[Packet, ...]
    calls: tuple[Call, ...]
    names: tuple[str, ...]
    dropped: int

    @classmethod
    def of(cls, hole: Sinkhole) -> Seen:
        """Read the records of a lab that has ended."""
        logs = (Path(f"{file.parent}/{link}.log").read_text() for link, file in hole.links.items())
        return cls(
            packets=tuple(packet for link, file in hole.links.items() for packet in packets(link, file)),
            calls=tuple(calls(hole.calls)),
            names=hole.names,
            dropped=sum(int(found) for log in logs for found in _DROPPED.findall(log)),
        )

    @property
    def foreign_names(self) -> list[str]:
        """The names asked for that are not the home's own."""
        return [name for name in self.names if not f"{name.rstrip('.')}.".endswith(_LOCAL_NAMES)]

    @property
    def strays(self) -> list[Packet]:
        """The packets that must not be."""
        return [packet for packet in self.packets if not packet.is_allowed]

    @property
    def stray_calls(self) -> list[Call]:
        """The calls that must not be."""
        return [call for call in self.calls if not call.is_allowed and not call.sends_nothing]

    def reaches(self, target: Field) -> bool:
        """Tell whether a field of a hostile device was followed."""
        if target.is_name:
            return any(name.rstrip(".") == target.host for name in self.names)
        # A call is enough: the kernel may refuse it for an error that an earlier packet of the socket met.
        sent = (str(packet.destination) for packet in self.packets if packet.link == OUT)
        return target.host in {*sent, *(str(call.target) for call in self.stray_calls)}

    @property
    def followed(self) -> list[Field]:
        """The fields of the hostile devices that were followed."""
        return [one for one in FIELDS if self.reaches(one)]


@dataclass(slots=True)
class Evidence:
    """What was claimed, and what was seen of it."""

    claims: list[dict[str, object]] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)

    def claim(self, run: str, what: str, *, holds: bool, seen: Iterable[str] = ()) -> None:
        """Take note of a claim, and tell it at once."""
        counted = [f"{text} (x{times})" if times > 1 else text for text, times in Counter(seen).most_common()]
        self.claims.append({"run": run, "claim": what, "holds": holds, "seen": counted})
        print(f"{'ok ' if holds else 'NOT'}  {run}: {what}", *(f"\n       {line}" for line in counted[:20]), flush=True)  # noqa: T201

    @property
    def holds(self) -> bool:
        """Whether everything did."""
        return bool(self.claims) and all(one["holds"] for one in self.claims)

    def write(self, file: Path) -> None:
        """Write all of it as JSON."""
        file.write_text(json.dumps(asdict(self) | {"holds": self.holds}, indent=2) + "\n")


def judge(evidence: Evidence, run: str, seen: Seen) -> None:
    """Claim of a run that nothing left the home."""
    evidence.figures[run] = {
        "packets": dict(Counter(packet.link for packet in seen.packets)),
        "destinations": dict(Counter(packet.where for packet in seen.packets).most_common(60)),
        "calls": len(seen.calls),
        "names": len(seen.names),
    }
    links = ", ".join(f"{count} on {link}" for link, count in Counter(one.link for one in seen.packets).items())
    evidence.claim(run, f"no packet was lost to the capture ({links})", holds=seen.dropped == 0 and bool(seen.packets))
    evidence.claim(
        run, "no packet left the home network", holds=not seen.strays, seen=(one.where for one in seen.strays)
    )
    evidence.claim(
        run,
        f"no system call sent elsewhere ({len(seen.calls)} seen)",
        holds=bool(seen.calls) and not seen.stray_calls,
        seen=(one.where for one in seen.stray_calls),
    )
    evidence.claim(run, "no name was asked for", holds=not seen.foreign_names, seen=seen.foreign_names)
    asked = {str(one.target) for one in seen.calls if one.sends_nothing and not one.is_allowed}
    what = f"no route elsewhere was asked for but Home Assistant's own ({PUBLIC_TARGET_IP}, nothing is sent)"
    evidence.claim(run, what, holds=asked <= {PUBLIC_TARGET_IP}, seen=sorted(asked))
