"""The ledger: what the budget has changed and not given back. Written to disk before a command is sent."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
import math
from typing import Final, Self

from ..things.documents import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A load that the budget has changed: from what (`wanted`), to what (`level`), and since when.

    `before` is its level when the last command was sent, at `commanded`; `power` is in W, at `wanted`. `times` counts
    how often it was reduced again soon after it had come back, `tries` how often a command was repeated, `contested`
    how often somebody else wrote over it. It stays here, with `level` as wanted, until it is seen to have come back.
    """

    load: str
    wanted: float
    level: float
    before: float
    power: float
    since: float
    commanded: float
    times: int = 1
    tries: int = 0
    contested: int = 0
    obeyed: bool = False

    @property
    def is_returning(self) -> bool:
        """Whether it was told to run as it wants, and is not yet seen to do so."""
        return self.level >= self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """When a load was last allowed more (`at`), to draw so many W, after how many reductions in a short time.

    `starts` are the times at which it was turned on within the last hour.
    """

    at: float
    power: float
    times: int
    starts: tuple[float, ...] = ()


@dataclass(slots=True, kw_only=True)
class Ledger:
    """By load: what is reduced, until when it is left alone, and what has lately come back.

    It is left alone for a while after somebody else has set it, or where it does not obey. `asked` are the times until
    which a load stays reduced because its user wants it so. `saved` is the time at which all this was so.
    """

    saved: float = 0.0

    owned: dict[str, Owned] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    returned: dict[str, Returned] = field(default_factory=dict)

    def dump(self) -> JsonObject:
        """Return it as JSON."""
        return {
            "saved": self.saved,
            "owned": [_jsonable(asdict(one)) for one in self.owned.values()],
            "held": dict(self.held),
            "asked": dict(self.asked),
            "returned": {load: _jsonable(asdict(one)) for load, one in self.returned.items()},
        }

    def dump_of(self, load: str) -> JsonObject:
        """Return what it says of one load as JSON, and when it said so."""
        owned, returned = self.owned.get(load), self.returned.get(load)
        return {
            "load": load,
            "saved": self.saved,
            "owned": _jsonable(asdict(owned)) if owned else None,
            "held": self.held.get(load),
            "asked": self.asked.get(load),
            "returned": _jsonable(asdict(returned)) if returned else None,
        }

    def take_in(self, document: Json) -> None:
        """Let what `dump_of` gave count, instead of what is known of that load. Raises ValueError as `load` does."""
        parts = _object(document, "line", {"load", "saved", "owned", "held", "asked", "returned"})
        load, saved = _text(parts["load"], "line.load"), _number(parts["saved"], "line.saved")
        owned = None if parts["owned"] is None else _record(Owned, parts["owned"], "line.owned")
        returned = None if parts["returned"] is None else _record(Returned, parts["returned"], "line.returned")
        held, asked = (None if parts[of] is None else _number(parts[of], f"line.{of}") for of in ("held", "asked"))
        self.saved = saved
        _put(self.owned, load, owned)
        _put(self.held, load, held)
        _put(self.asked, load, asked)
        _put(self.returned, load, returned)

    @classmethod
    def load(cls, document: Json) -> Self:
        """Return what `dump` gave. Raises ValueError, with the place, for anything that it cannot have given."""
        parts = _object(document, "ledger", {"saved", "owned", "held", "asked", "returned"})
        if not isinstance(parts["owned"], list):
            raise ValueError("ledger.owned: not a list")  # noqa: TRY004 (a bad document, whatever is wrong with it)
        owned = [_record(Owned, one, f"ledger.owned[{place}]") for place, one in enumerate(parts["owned"])]
        held, asked, returned = (_object(parts[name], f"ledger.{name}") for name in ("held", "asked", "returned"))
        ledger = cls(
            saved=_number(parts["saved"], "ledger.saved"),
            owned={one.load: one for one in owned},
            held={load: _number(until, f"ledger.held.{load}") for load, until in held.items()},
            asked={load: _number(until, f"ledger.asked.{load}") for load, until in asked.items()},
            returned={load: _record(Returned, one, f"ledger.returned.{load}") for load, one in returned.items()},
        )
        if len(ledger.owned) != len(owned):
            raise ValueError("ledger.owned: a load twice")
        return ledger

    def at(self, now: float) -> Self:
        """Return it as it counts from `now`: while nobody looked, and who knows how long, no time has passed."""
        pause = now - self.saved
        return replace(
            self,
            saved=now,
            owned={
                load: replace(one, since=one.since + pause, commanded=one.commanded + pause)
                for load, one in self.owned.items()
            },
            held={load: until + pause for load, until in self.held.items()},
            asked={load: until + pause for load, until in self.asked.items()},
            returned={
                load: replace(one, at=one.at + pause, starts=tuple(start + pause for start in one.starts))
                for load, one in self.returned.items()
            },
        )


def _put[T](known: dict[str, T], load: str, what: T | None) -> None:
    if what is None:
        known.pop(load, None)
    else:
        known[load] = what


def _jsonable(record: Mapping[str, object]) -> JsonObject:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}  # type: ignore[misc]  # the fields are plain values


def _object(document: Json, place: str, names: set[str] | None = None) -> JsonObject:
    if not isinstance(document, dict) or (names is not None and document.keys() != names):
        raise ValueError(f"{place}: not an object of {', '.join(sorted(names)) if names else 'loads'}")
    return document


def _number(value: Json, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{place}: not a number")
    return float(value)


def _whole(value: Json, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{place}: not a whole number")
    return value


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{place}: not a name")
    return value


def _truth(value: Json, place: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{place}: neither true nor false")  # noqa: TRY004 (a bad document, whatever is wrong with it)
    return value


def _numbers(value: Json, place: str) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{place}: not a list")  # noqa: TRY004 (a bad document, whatever is wrong with it)
    return tuple(_number(one, place) for one in value)


_READERS: Final[Mapping[object, Callable[[Json, str], object]]] = {
    float: _number,
    int: _whole,
    str: _text,
    bool: _truth,
    tuple[float, ...]: _numbers,
}
"""How a field of a record is read, by its type."""


def _record[T: (Owned, Returned)](kind: type[T], document: Json, place: str) -> T:
    types = {one.name: one.type for one in fields(kind)}
    read = _object(document, place, set(types))
    return kind(**{name: _READERS[types[name]](value, f"{place}.{name}") for name, value in read.items()})  # type: ignore[arg-type]  # each reader gives its field's type
