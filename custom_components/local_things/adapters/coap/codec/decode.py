"""Representations become values and events. No I/O; SenML needs the clock."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from ....things.errors import Reason, Rejected
from ....things.model import EventOccurrence, Value
from ....things.quantities import Quantity
from ....transports.untrusted import load_text
from ..description.binding import Binding
from ..description.describe import Described
from ..description.maps import at, sole
from ..formats.payload import ContentFormat, Held, Map, read_payload
from ..formats.senml import SenmlRecord
from .conversion import count_of, value_of

MAX_PRESSES: Final = 5
"""Most occurrences made of one jump of a counter: what was pressed during an outage is history."""


def decode(payload: bytes, content_format: int | None, path: str, described: Described) -> dict[str, Value]:
    """Return the values of the properties that the resource at `path` feeds, by affordance name.

    A bad value is left out. Raises Rejected: UNSUPPORTED_FORMAT, TOO_LARGE, or UNREADABLE, also where every value is
    bad. A pack that says nothing about these properties gives no values and is no error.
    """
    properties = described.description.properties
    names = tuple(name for name in described.resources.get(path, ()) if name in properties)
    readings = _readings(payload, content_format, path, described, names)
    values = ((name, value_of(said, unit, properties[name], described.bindings[name])) for name, said, unit in readings)
    return _those_that_fit(values, "no value that fits")


def decode_events(payload: bytes, content_format: int | None, path: str, described: Described) -> dict[str, int]:
    """Return the counters of the events that the resource at `path` feeds, by affordance name; a boolean counts as 0/1.

    Events leave no value behind, so `decode` never gives them: whoever observes keeps the last counter of each event
    and asks `occurrences` what happened between the two. Raises as `decode`.
    """
    events = described.description.events
    names = tuple(name for name in described.resources.get(path, ()) if name in events)
    readings = _readings(payload, content_format, path, described, names)
    return _those_that_fit(((name, count_of(said)) for name, said, _ in readings), "no counter")


def occurrences(name: str, previous: int | None, present: int) -> tuple[EventOccurrence, ...]:
    """Return what happened to an event whose counter was `previous` and is `present`: one press per step up.

    Nothing happened where there is no `previous` (the first reading, or the first after the device was lost: forget
    the counter then) and where the counter fell (the button was let go, or the device restarted).
    """
    presses = 0 if previous is None else min(max(present - previous, 0), MAX_PRESSES)
    return (EventOccurrence(name=name, type="press"),) * presses


# ------------------------------------------------------------------------------------------------------ reading


def _those_that_fit[T](read: Iterable[tuple[str, T | None]], otherwise: str) -> dict[str, T]:
    """Return what was read without what does not fit (None). Raises Rejected where there is something and none fits."""
    every = tuple(read)
    fitting = {name: value for name, value in every if value is not None}
    if every and not fitting:
        raise Rejected(Reason.UNREADABLE, detail=otherwise)
    return fitting


def _readings(
    payload: bytes, content_format: int | None, path: str, described: Described, names: tuple[str, ...]
) -> Iterator[tuple[str, object, str]]:
    """Yield for each of `names` that the payload speaks of: its name, what was said, and the unit beside it."""
    if not names:
        return
    bindings = {name: described.bindings[name] for name in names}
    alone = len(described.resources[path]) == 1
    if alone and content_format == ContentFormat.JSON and _is_unknown(described, names[0]):
        held = _unknown_json(payload, path)
    else:
        held = read_payload(payload, content_format, path)
    match held:
        case tuple():
            yield from _of_pack(held, bindings, alone=alone)
        case dict():
            yield from _of_map(held, bindings, alone=alone)
        case _:
            for name, binding in bindings.items():
                # A bare value cannot be told to be one of several.
                yield name, None if binding.record or (binding.key and not alone) else held, ""


def _is_unknown(described: Described, name: str) -> bool:
    """Tell whether nobody knows what a whole resource means."""
    binding = described.bindings[name]
    is_whole = not (binding.record or binding.key)
    return is_whole and described.description.affordances[name].quantity is Quantity.UNKNOWN


def _unknown_json(payload: bytes, path: str) -> Held:
    """Read JSON that nobody understands: where it is no single value, it is the text it is."""
    with suppress(Rejected):
        if isinstance(held := read_payload(payload, ContentFormat.JSON, path), str | int | float):
            return held
    return load_text(payload)


def _of_map(held: Map, bindings: Mapping[str, Binding], *, alone: bool) -> Iterator[tuple[str, object, str]]:
    """Yield what a map says; it need not speak of all that it can hold."""
    for name, binding in bindings.items():
        if binding.record:
            yield name, None, ""
        elif not binding.key:
            yield name, *sole(held)
        elif (said := at(held, binding.key)) is not None or alone:
            unit = at(held, (*binding.key[:-1], binding.unit_key)) if binding.unit_key else ""
            yield name, said, unit if isinstance(unit, str) else ""


def _of_pack(
    held: tuple[SenmlRecord, ...], bindings: Mapping[str, Binding], *, alone: bool
) -> Iterator[tuple[str, object, str]]:
    """Yield what a pack says."""
    if not held:
        raise Rejected(Reason.UNREADABLE, detail="no SenML record that can be read")
    latest = _latest(held)
    for name, binding in bindings.items():
        if record := _find(latest, binding, alone=alone):
            yield name, record.value, record.unit
        elif alone:
            yield name, None, ""


def _latest(records: tuple[SenmlRecord, ...]) -> dict[str, SenmlRecord]:
    """Return the newest record of each full name; of equally new ones the last."""
    latest: dict[str, SenmlRecord] = {}
    for record in records:
        known = latest.get(record.full_name)
        if record.value is not None and (known is None or record.time >= known.time):
            latest[record.full_name] = record
    return latest


def _find(latest: Mapping[str, SenmlRecord], binding: Binding, *, alone: bool) -> SenmlRecord | None:
    """Return the record that a binding names, wholly or after the base name.

    Where a resource feeds one affordance (`alone`), its only record is meant, whatever its name.
    """
    if alone and len(latest) == 1:
        return next(iter(latest.values()))
    wanted = binding.record or (binding.path if alone else "")
    if wanted in latest:
        return latest[wanted]
    return next((record for record in latest.values() if record.name == wanted), None)
