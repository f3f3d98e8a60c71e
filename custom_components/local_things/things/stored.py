"""What is stored in a device that has it act beside us: bindings to others, groups it is in, scenes it keeps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from .adapter import ConsumedThing
from .part import PartOfThing
from .text import label


class StoredKind(StrEnum):
    """What is stored; each is the key of one translated phrase."""

    BINDING = "binding"
    GROUP = "group"
    SCENE = "scene"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One thing that is stored in a device. `key` tells it from the others there, and stays as it is.

    `source` is what of the device it is about, `target` whom it has to do with: text of devices, to be shown.
    """

    kind: StoredKind
    key: str
    source: str = ""
    target: str = ""

    def __post_init__(self) -> None:
        """Clean the texts."""
        object.__setattr__(self, "source", label(self.source))
        object.__setattr__(self, "target", label(self.target))


@runtime_checkable
class AuditedThing(Protocol):
    """A Thing that can be asked what is stored in it. Few can, so the port does not ask it of every ConsumedThing."""

    @property
    def is_asleep(self) -> bool:
        """Whether the device listens only just after it spoke, so that it is not to be asked at other times."""

    async def stored(self) -> tuple[Stored, ...]:
        """Ask the device what is stored in it, but for what it needs to speak to us. Raises ThingError."""

    async def discard(self, stored: Stored) -> None:
        """Have the device forget it, and see that it did. Raises ThingError."""


def audited(thing: ConsumedThing) -> AuditedThing | None:
    """Return what can be asked what is stored in the device of `thing`; None where nothing can."""
    whole: object = thing
    while isinstance(whole, PartOfThing):
        whole = whole.whole
    return whole if isinstance(whole, AuditedThing) else None
