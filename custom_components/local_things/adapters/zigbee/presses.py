"""What a command that a device sends means: a press, or a value that it tells no other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import re
from typing import Final

from . import tables as t
from .described import EventBinding
from .node import Trigger
from .rows import Raw

_PREFIX: Final = re.compile(r"^remote_(?:button_)?")
_UNNAMED: Final = "button"
_ZONE_CHANGED: Final = "status_change_notification"
_TURNS: Final = {"on": True, "on_with_timed_off": True, "on_with_recall_global_scene": True, "off": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A command that a device sent of its own accord."""

    endpoint: int
    cluster: int
    command: str
    arguments: Sequence[Raw] = ()
    parameters: Mapping[str, Raw] = field(default_factory=dict)


def button_of(trigger: Trigger) -> str:
    """Return the button of a trigger as a word: quirks write "Button 1", "button_1" and, of a single one, the press."""
    word = _word(trigger.button)
    return _UNNAMED if not word or word == _word(trigger.press) else word


def press_of(trigger: Trigger) -> str:
    """Return how it is pressed as a word: "short_press" of "remote_button_short_press"."""
    return _PREFIX.sub("", _word(trigger.press)) or _UNNAMED


def meant_by(binding: EventBinding, spoken: Spoken) -> str | None:
    """Return which type of an event a command is; None for none of it."""
    if binding.triggers:
        return next((press_of(one) for one in binding.triggers if _matches(one, spoken)), None)
    is_here = (binding.endpoint, binding.cluster) == (spoken.endpoint, spoken.cluster)
    return spoken.command if is_here and spoken.command in binding.commands else None


def told_by(spoken: Spoken) -> tuple[int, Raw] | None:
    """Return the attribute, and its value, that a command tells: a zone's status, or how a contact turned."""
    if spoken.cluster == t.IAS_ZONE and spoken.command == _ZONE_CHANGED and spoken.arguments:
        return t.ZONE_STATUS, spoken.arguments[0]
    if spoken.cluster == t.ON_OFF and spoken.command in _TURNS:
        return t.CLIENT_CONTACT.attribute, _TURNS[spoken.command]
    return None


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text.strip().lower()).strip("_")


def _matches(trigger: Trigger, spoken: Spoken) -> bool:
    """Tell whether a command is what a trigger waits for; what a trigger does not say may be anything."""
    if trigger.command != spoken.command:
        return False
    if trigger.endpoint not in {None, spoken.endpoint} or trigger.cluster not in {None, spoken.cluster}:
        return False
    if trigger.arguments is not None and trigger.arguments != tuple(spoken.arguments)[: len(trigger.arguments)]:
        return False
    return all(spoken.parameters.get(name) == value for name, value in trigger.parameters.items())
