"""SenML (RFC 8428): a decoded pack becomes resolved records.

Why not a library: of those on the package index kpn-senml and senml fail on current Python, and the rest only write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import math
import re
from typing import Final

from ....things.errors import Reason, Rejected
from ....things.text import clean

MAX_RECORDS: Final = 256
"""Most records read from one pack."""

VERSION: Final = 10
"""The newest SenML version that is understood (RFC 8428, 4.4)."""

_LABELS: Final[Mapping[int, str]] = {
    -6: "bs",
    -5: "bv",
    -4: "bu",
    -3: "bt",
    -2: "bn",
    -1: "bver",
    0: "n",
    1: "u",
    2: "v",
    3: "vs",
    4: "vb",
    5: "s",
    6: "t",
    7: "ut",
    8: "vd",
}
"""CBOR's integer labels (RFC 8428, table 4)."""

_VALUES: Final = ("v", "vb", "vs", "vd")
_NUMERIC_BASES: Final = ("bt", "bv", "bs")

# RFC 8428, 4.5.1, and a leading slash beside: LwM2M 1.1 names its resources by their paths.
_NAME: Final = re.compile(r"[A-Za-z0-9/][A-Za-z0-9:./_-]{0,254}")

_UNIT_LIMIT: Final = 32
_RELATIVE: Final = 2.0**28
"""A time below this is relative to now (RFC 8428, 4.5.3)."""

_TIME_LIMIT: Final = 2.0**40
"""No clock shows a later time, in seconds; it only has to keep sums finite and comparable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenmlRecord:
    """One resolved record: the base name in force and the name after it, and what was measured, and when.

    `time` is in seconds since 1970. `value` is None where a record has only a sum.
    """

    base_name: str
    name: str
    unit: str
    value: bool | float | str | None
    sum: float | None
    time: float

    @property
    def full_name(self) -> str:
        """The globally meaningful name (RFC 8428, 4.5.1)."""
        return self.base_name + self.name


def resolve(pack: object, now: float) -> tuple[SenmlRecord, ...]:
    """Resolve a pack (RFC 8428, 4.6) that JSON or CBOR gave; `now` is in seconds since 1970.

    A record that cannot be read is left out. Raises Rejected, UNREADABLE, for what spoils every record: no pack at
    all, a newer version, a label that must be understood, an unreadable base field; TOO_LARGE past MAX_RECORDS.
    """
    if not isinstance(pack, list) or not pack:
        raise Rejected(Reason.UNREADABLE, detail="not a SenML pack")
    if len(pack) > MAX_RECORDS:
        raise Rejected(Reason.TOO_LARGE, detail=f"more than {MAX_RECORDS} SenML records")
    bases: dict[str, object] = {}
    records = []
    for raw in pack:
        if not isinstance(raw, dict):
            continue
        fields = _fields(raw)
        _take_bases(fields, bases)
        if record := _record(fields, bases, now):
            records.append(record)
    return tuple(records)


def number(value: object) -> float | None:
    """Return `value` as a finite float, or None where it is something else (a bool is something else)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def _fields(raw: dict[object, object]) -> dict[str, object]:
    """Return a record under its JSON labels. Raises Rejected for a label that must be understood (4.4)."""
    fields: dict[str, object] = {}
    for label, value in raw.items():
        # By exact type: True is a key of its own in CBOR, but equals 1 in Python.
        name = _LABELS.get(label) if type(label) is int else label
        if isinstance(name, str):
            if name.endswith("_"):
                raise Rejected(Reason.UNREADABLE, detail=f"SenML label {clean(name, _UNIT_LIMIT)}")
            fields[name] = value
    return fields


def _take_bases(fields: Mapping[str, object], bases: dict[str, object]) -> None:
    """Let the base fields of a record hold from here on (4.1). Raises Rejected where one cannot be read."""
    for name in ("bn", "bu"):
        if name in fields:
            if not isinstance(fields[name], str):
                raise Rejected(Reason.UNREADABLE, detail=f"SenML {name}")
            bases[name] = fields[name]
    for name in _NUMERIC_BASES:
        if name in fields:
            base = number(fields[name])
            if base is None or (name == "bt" and abs(base) > _TIME_LIMIT):
                raise Rejected(Reason.UNREADABLE, detail=f"SenML {name}")
            bases[name] = base
    version = fields.get("bver", VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 < version <= VERSION:
        raise Rejected(Reason.UNREADABLE, detail="SenML version")


def _record(fields: Mapping[str, object], bases: Mapping[str, object], now: float) -> SenmlRecord | None:
    """Resolve one record, or return None where it holds no value or cannot be read."""
    base_name, name = str(bases.get("bn", "")), fields.get("n", "")
    unit = fields.get("u", bases.get("bu", ""))
    time = _plus(fields.get("t", 0), bases.get("bt"))
    if not isinstance(name, str) or not _NAME.fullmatch(base_name + name) or not isinstance(unit, str):
        return None
    if time is None or abs(time) > _TIME_LIMIT:
        return None
    value, total = _value(fields, bases), _plus(fields.get("s"), bases.get("bs"))
    if value is None and total is None:
        return None
    return SenmlRecord(
        base_name=base_name,
        name=name,
        unit=clean(unit, _UNIT_LIMIT),
        value=value,
        sum=total,
        time=time if time >= _RELATIVE else now + time,
    )


def _value(fields: Mapping[str, object], bases: Mapping[str, object]) -> bool | float | str | None:
    """Return the one value of a record; None where there is none, several, or data (`vd`), which is no value here."""
    match [(label, fields[label]) for label in _VALUES if label in fields]:
        case [("v", value)]:
            return _plus(value, bases.get("bv"))
        case [("vb", bool(value))] | [("vs", str(value))]:
            return value
    return None


def _plus(value: object, base: object) -> float | None:
    """Add a base value to `value`, or return None where that is no finite number."""
    own = number(value)
    return None if own is None else number(own + (number(base) or 0.0))
