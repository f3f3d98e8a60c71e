"""The few templates that people write where a condition would do → guards. All others are left to Home Assistant."""

from collections.abc import Callable
import re
from typing import Final

from ..things.documents import Json
from .guard import Guard, every, negated
from .reading import is_entity_id
from .values import Values, between, number, values

type StateOf = Callable[[str, Values], Guard]
"""Entity and the states it may have → guard."""

_WHOLE: Final = re.compile(r"\s*\{\{(?!\{)-?([^{}]*?)-?\}\}\s*")
_TEXT: Final = r"""(?:'([^'"\\]*)'|"([^'"\\]*)")"""
_IS_STATE: Final = re.compile(rf"(not\s+)?is_state\(\s*{_TEXT}\s*,\s*{_TEXT}\s*\)")
_STATES: Final = re.compile(rf"states\(\s*{_TEXT}\s*\)\s*(==|!=)\s*{_TEXT}")
_NUMBER: Final = re.compile(
    rf"\(?\s*states\(\s*{_TEXT}\s*\)\s*\|\s*(?:float|int)\s*(?:\(\s*(-?[\d.]*)\s*\))?\s*\)?\s*(<=|>=|<|>)\s*(-?[\d.]+)"
)


def read_template(template: Json, state_of: StateOf) -> Guard | None:
    """Return what a template asks for; None if it asks for anything but states of entities, joined by `and`."""
    whole = _WHOLE.fullmatch(template) if isinstance(template, str) else None
    if whole is None:
        return None
    guards = [_term(term.strip(), state_of) for term in re.split(r"\sand\s", whole[1])]
    known = [guard for guard in guards if guard is not None]
    return every(known) if len(known) == len(guards) else None


def _term(term: str, state_of: StateOf) -> Guard | None:
    if found := _IS_STATE.fullmatch(term):
        negative, entity, state = found[1], found[2] or found[3], found[4] or found[5]
    elif found := _STATES.fullmatch(term):
        negative, entity, state = found[3] == "!=", found[1] or found[2], found[4] or found[5]
    else:
        return _compared(term, state_of)
    if entity is None or state is None or not is_entity_id(entity):
        return None
    guard = state_of(entity, values(state))
    return negated(guard) if negative else guard


def _compared(term: str, state_of: StateOf) -> Guard | None:
    """Return the guard of a state as a number; what is no number is what the template says it is then."""
    found = _NUMBER.fullmatch(term)
    if found is None or not is_entity_id(entity := found[1] or found[2] or ""):
        return None
    sign, limit, instead = found[4], number(found[5]), number(found[3])
    if limit is None:
        return None
    wanted = between(low=limit) if ">" in sign else between(high=limit)
    wanted |= values(limit) if "=" in sign else Values()
    return state_of(entity, wanted | _WORDS if instead is not None and values(instead).within(wanted) else wanted)


_WORDS: Final = ~between() & ~values()
