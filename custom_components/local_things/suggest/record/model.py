"""What the log holds, and the history a miner gets of it. What comes out of it is in `suggestion.py`.

Words: the state of an entity as text, as Home Assistant has it (`on`, `closed`, `heat`, `home`). Where a person chose a
value with it, the value follows as `state:attribute=value`, and the attribute is named as the argument of the action
that sets it:

| domain | word | unit |
|---|---|---|
| light | `on:brightness_pct=40` | % |
| fan | `on:percentage=50` | % |
| cover | `open:position=30` | %, written once the cover rests |
| climate | `heat:temperature=21.5` | as the entity shows it |

A change of the value alone is a change like any other (`on:brightness_pct=40` → `on:brightness_pct=70`). Values are
logged as they are; the miner rounds them to what the person does. For `event` and `button` entities the word is the
type of the event (`press`), and each occurrence is a row, also if it repeats. `unavailable` and `unknown` may be logged
and are no evidence. Time is UTC; what is said of clocks is in the house's time zone.
"""

from collections.abc import Buffer
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

TENTHS: Final = 10
"""Units of `History.times` in a second."""


class Source(IntEnum):
    """Who caused a change."""

    PERSON = 0
    """Through Home Assistant: the interface, an app, a voice."""
    DEVICE = 1
    """At the device, such as a wall switch, or nobody can tell; what a sensor reports is this."""
    RULE = 2
    """An automation or a script."""
    SYSTEM = 3
    """A start, a device that was away, many entities at once."""


PEOPLE: Final = (Source.PERSON, Source.DEVICE)
"""Sources whose changes of an actuator are evidence of a habit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the miner may know of an entity, as the registries have it when it mines. Never in the log's rows."""

    entity_id: str
    device_class: str | None = None
    device_id: str | None = None
    area_id: str | None = None
    """The entity's area, else its device's."""

    @property
    def domain(self) -> str:
        """The part of the id before the dot."""
        return self.entity_id.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the log. `entity` and `state` index the tables beside it; `time` is s since the epoch."""

    time: float
    entity: int
    state: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The log as the miner gets it: columns of equal length, sorted by time.

    A column is any buffer of native items: `times` int64 (`array("q")`, tenths of a second since the epoch), `entities`
    and `states` int32 (`array("i")`), `sources` int8 (`array("b")`, of `Source`). NumPy arrays are such buffers.
    `entities` index `subjects`, `states` index `words`.
    """

    times: Buffer
    entities: Buffer
    states: Buffer
    sources: Buffer
    subjects: tuple[Subject, ...]
    words: tuple[str, ...]
    time_zone: str
    """IANA name."""
    latitude: float
    longitude: float


def word(state: str, attribute: str | None = None, value: float | None = None) -> str:
    """Return the word of a state, with its value where a person chose one."""
    return state if attribute is None or value is None else f"{state}:{attribute}={value:g}"


def split_word(text: str) -> tuple[str, str | None, float | None]:
    """Return state, attribute and value of a word. What does not read as a value is part of the state."""
    state, colon, rest = text.partition(":")
    attribute, equals, number = rest.partition("=")
    try:
        return (state, attribute, float(number)) if colon and equals and attribute else (text, None, None)
    except ValueError:
        return text, None, None
