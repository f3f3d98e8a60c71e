"""The formats of LwM2M, read for the one value at a path (OMA-TS-LightweightM2M_Core 1.2, 7.4).

A device asked for a resource may answer with it, with its whole instance or with its whole object.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import re
from typing import Final, Never

from ....things.errors import Reason, Rejected
from ....transports.untrusted import load_cbor, load_json
from .senml import number
from .tlv import TlvValue, read_values

_RESOURCE: Final = 3
_LONGEST_PATH: Final = 4
_LONGEST_BASE: Final = len("65535/65535/65535/65535")
_IDS: Final = range(65_536)
_PATH: Final = re.compile(r"/?\d{1,5}(?:/\d{1,5}){0,3}/?", re.ASCII)
_JSON_VALUES: Final = ("v", "bv", "sv", "ov")

type Path = tuple[int, ...]
"""The ids of object, instance, resource and resource instance, as many as are known."""

type Lwm2mValue = bool | int | float | str | TlvValue


def read_tlv(payload: bytes, path: str) -> Lwm2mValue:
    """Return what TLV (Content-Format 11542) says is at `path`. Raises Rejected: UNREADABLE, TOO_LARGE."""
    return _value_at(path, (_Leaf(path=(None, *where), value=value) for where, value in read_values(payload)))


def read_json(payload: bytes, path: str) -> Lwm2mValue:
    """Return what LwM2M JSON (11543; that of LwM2M 1.0, no SenML) says is at `path`. Raises as `read_tlv`."""
    return _value_at(path, _json_leaves(load_json(payload)))


def read_cbor(payload: bytes, path: str) -> Lwm2mValue:
    """Return what LwM2M CBOR (11544) says is at `path`. Raises as `read_tlv`."""
    return _value_at(path, _cbor_leaves(load_cbor(payload), ()))


def ids_of(path: str) -> Path:
    """Return the ids in a path such as "/3303/0/5700"; none where it is something else."""
    if not _PATH.fullmatch(path):
        return ()
    ids = tuple(map(int, path.strip("/").split("/")))
    return ids if all(one in _IDS for one in ids) else ()


# ------------------------------------------------------------------------------------------------------ values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """One value and where it is; an id that the payload leaves unsaid is None. `time` orders a series, in seconds."""

    path: tuple[int | None, ...]
    value: Lwm2mValue
    time: float = 0.0


def _value_at(path: str, leaves: Iterable[_Leaf]) -> Lwm2mValue:
    """Return the newest value at `path`, of equally new ones the last; outside the OMA objects the only value.

    Raises Rejected where there is none, or where a resource has several instances.
    """
    asked = ids_of(path)
    held = [leaf for leaf in leaves if all(said in {None, one} for said, one in zip(leaf.path, asked, strict=False))]
    if len({leaf.path for leaf in held}) != 1:
        _refuse("no value at this path, or several")
    return max(reversed(held), key=lambda leaf: leaf.time).value


def _refuse(detail: str) -> Never:
    """Raise the error for a payload that is not what it should be; `detail` is ours, never the device's."""
    raise Rejected(Reason.UNREADABLE, detail=detail)


# ------------------------------------------------------------------------------------------------------ JSON


def _json_leaves(document: object) -> Iterator[_Leaf]:
    """Yield the values of a document; an entry that cannot be read is left out. Raises Rejected."""
    match document:
        case {"e": list(entries), **fields}:
            base, base_time = fields.get("bn", ""), number(fields.get("bt", 0))
        case _:
            _refuse("not LwM2M JSON")
    if not isinstance(base, str) or base_time is None:
        _refuse("base of LwM2M JSON")
    # Once for all entries: a device could make the base as long as a payload, and the entries many.
    base = base.strip("/")
    if len(base) > _LONGEST_BASE:
        _refuse("no value at this path, or several")
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        path, value, time = _json_path(base, entry.get("n", "")), _json_value(entry), number(entry.get("t", 0))
        if path is not None and value is not None and time is not None:
            yield _Leaf(path=path, value=value, time=base_time + time)


def _json_path(base: str, name: object) -> tuple[int | None, ...] | None:
    """Return where an entry is, or None. Without a base it is what was asked for, or in what that is in.

    Some write the base without the slash at its end, so that base and name cannot just be strung together.
    """
    if not isinstance(name, str):
        return None
    ids = ids_of(f"{base}/{name.strip('/')}")
    if base or len(ids) >= _RESOURCE:
        return ids if len(ids) >= _RESOURCE else None
    if ids:  # a resource, or an instance and a resource
        return (None,) * (_RESOURCE - len(ids)) + ids
    return None if name else (None,)


def _json_value(entry: dict[str, object]) -> Lwm2mValue | None:
    """Return the one value of an entry, or None; an object link is a text."""
    match [(label, entry[label]) for label in _JSON_VALUES if label in entry]:
        case [("v", int() | float() as value)] if not isinstance(value, bool):
            return value
        case [("bv", bool(value))] | [("sv" | "ov", str(value))]:
            return value
    return None


# ------------------------------------------------------------------------------------------------------ CBOR


def _cbor_leaves(node: object, path: Path) -> Iterator[_Leaf]:
    """Yield the values below `path`: a key adds one id, or several. What else there is is passed over."""
    match node:
        case dict():
            for key, inner in node.items():
                ids = path + (key if isinstance(key, tuple) else (key,))
                # By exact type: True is a key of its own, but equals 1. A text is a device behind a gateway.
                if len(path) < len(ids) <= _LONGEST_PATH and all(type(one) is int and one in _IDS for one in ids):
                    yield from _cbor_leaves(inner, ids)
        case bool() | str() | int() | float() if len(path) >= _RESOURCE:
            if isinstance(node, str | bool) or number(node) is not None:
                yield _Leaf(path=path, value=node)
