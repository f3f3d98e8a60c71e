"""What of a Thing is read, and what is followed by which form: the plan, and how far it has come."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
import math

from ....things.documents import Json
from ....things.pacing.bucket import Bucket
from ..binding.protocols import Protocols
from ..description.model import Described, Form, Operation
from ..pace import Pace


@dataclass(slots=True, kw_only=True, eq=False)
class Watch:
    """A property or an event of the TD. `names` are ours of what is in it, `forms` those by which it can be read.

    Times are in seconds of the loop's clock. `due` is when it is read next, `asked_at` when it was read last.
    """

    key: str
    names: tuple[str, ...]
    forms: tuple[Form, ...] = ()
    is_event: bool = False
    due: float = math.inf
    asked_at: float = 0.0
    misses: int = 0
    follow: Follow | None = None

    @property
    def is_told(self) -> bool:
        """Whether the device tells of it by itself, now."""
        return self.follow is not None and self.follow.is_open


@dataclass(slots=True, kw_only=True, eq=False)
class Follow:
    """A form by which the device tells of one watch or of several. `again` is when it may be asked to."""

    form: Form
    watches: tuple[Watch, ...]
    pace: Pace
    again: float = 0.0
    is_open: bool = False
    misses: int = 0
    task: asyncio.Task[None] | None = None
    allowance: Bucket = field(init=False)

    def __post_init__(self) -> None:
        """Fill the allowance."""
        self.allowance = Bucket(self.pace.notifications_per_second, self.pace.notification_burst)

    @property
    def has_state(self) -> bool:
        """Whether there is a present state to tell, as of a property."""
        return not self.watches[0].is_event

    def told(self, name: str, said: Json) -> Iterator[tuple[Watch, Json]]:
        """Yield what was told of each watch; `name` is of the one it is about, where the stream says so."""
        if len(self.watches) == 1:
            yield self.watches[0], said
            return
        parts: Mapping[str, Json] = {name: said} if name else said if isinstance(said, dict) else {}
        for watch in self.watches:
            if watch.key in parts:
                yield watch, parts[watch.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is watched; `all_at_once` are forms by which every property is read together."""

    watches: tuple[Watch, ...]
    follows: tuple[Follow, ...]
    all_at_once: tuple[Form, ...]


def plan(described: Described, protocols: Protocols, pace: Pace, now: float, alive: Form) -> Plan:
    """Say how a Thing is watched; where nothing of it can be read, `alive` tells whether it is there."""
    watches = tuple(_watches(described, protocols, now))
    if not any(watch.forms for watch in watches):
        watches = (*watches, Watch(key="", names=(), forms=(alive,), due=now))
    follows: list[Follow] = []
    for watched, one, every in (
        # What happens cannot be read later, so it comes first.
        ([watch for watch in watches if watch.is_event], Operation.SUBSCRIBE, Operation.SUBSCRIBE_ALL),
        ([watch for watch in watches if not watch.is_event], Operation.OBSERVE, Operation.OBSERVE_ALL),
    ):
        follows += _follows(watched, described, protocols, pace, (one, every))
    kept = tuple(follows[: pace.followed_at_most])
    for follow in kept:
        for watch in follow.watches:
            watch.follow = follow
    return Plan(watches=watches, follows=kept, all_at_once=protocols.usable(described.forms, Operation.READ_ALL))


def _watches(described: Described, protocols: Protocols, now: float) -> Iterator[Watch]:
    """Yield a watch for each property of the TD, which may hold several of ours, and for each event."""
    together: dict[tuple[str, tuple[Form, ...]], list[str]] = {}
    for name in described.description.properties:
        binding = described.bindings[name]
        together.setdefault((binding.key, binding.forms), []).append(name)
    for (key, forms), names in together.items():
        readable = protocols.usable(forms, Operation.READ)
        yield Watch(key=key, names=tuple(names), forms=readable, due=now if readable else math.inf)
    for name in described.description.events:
        yield Watch(key=described.bindings[name].key, names=(name,), is_event=True)


def _follows(
    watches: Iterable[Watch],
    described: Described,
    protocols: Protocols,
    pace: Pace,
    operations: tuple[Operation, Operation],
) -> Iterator[Follow]:
    """Yield how watches of one kind are followed: each by itself, or where there are several, all by one form."""
    one, every = operations
    forms = {
        watch: usable
        for watch in watches
        if (usable := protocols.usable(described.bindings[watch.names[0]].forms if watch.names else (), one))
    }
    if len(forms) > 1 and (together := protocols.usable(described.forms, every)):
        yield Follow(form=together[0], watches=tuple(forms), pace=pace)
        return
    for watch, usable in forms.items():
        yield Follow(form=usable[0], watches=(watch,), pace=pace)
