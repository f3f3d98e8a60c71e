"""What a value means where its device does not say: the words of a user, or of a quirk table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import logging
from typing import Final, Self

from .documents import Json, JsonObject
from .errors import Reason, Rejected
from .quantities import Quantity
from .text import LABEL_LIMIT, clean, label

_LOGGER = logging.getLogger(__name__)

_KEYS: Final = frozenset({"quantity", "unit", "title", "writable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """What one property means: its quantity, the unit on the wire ("": the usual one), a title, and if it is written.

    As JSON: {"quantity": "temperature", "unit": "degF", "title": "Boiler", "writable": false}; all but `quantity` may
    be absent. Each adapter knows the units it can read (`Adapter.units`).
    """

    quantity: Quantity
    unit: str = ""
    title: str = ""
    writable: bool = False

    def __post_init__(self) -> None:
        """Clean the texts."""
        object.__setattr__(self, "unit", clean(self.unit, LABEL_LIMIT))
        object.__setattr__(self, "title", label(self.title))

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read one from JSON. Raises Rejected, BAD_MAPPING, whose detail says what is wrong."""
        if not isinstance(document, dict):
            raise _bad("what a value means is an object")
        if others := document.keys() - _KEYS:
            raise _bad(f'"{min(others)}" is not known here')
        quantity, writable = document.get("quantity"), document.get("writable", False)
        unit, title = document.get("unit", ""), document.get("title", "")
        if not isinstance(quantity, str) or quantity not in set(Quantity):
            raise _bad(f'"{quantity}" is no known quantity')
        if not isinstance(unit, str) or not isinstance(title, str) or not isinstance(writable, bool):
            raise _bad('"unit" and "title" are texts, and "writable" is true or false')
        return cls(quantity=Quantity(quantity), unit=unit, title=title, writable=writable)

    def dump(self) -> JsonObject:
        """Write it as JSON."""
        return {"quantity": self.quantity.value, "unit": self.unit, "title": self.title, "writable": self.writable}


type Interpretations = Mapping[str, Interpretation]
"""Interpretations by the name of the property."""


def follow[T](
    offers: Iterable[T],
    interpretations: Interpretations,
    *,
    name: Callable[[T], str],
    act: Callable[[T, Interpretation], T],
) -> tuple[tuple[T, ...], Mapping[str, Rejected]]:
    """Return `offers`, each as `act` makes it of what was said of it, and by name why something said was not followed.

    What does not fit (`act` raises Rejected) leaves its offer as it was. What speaks of no offer is passed over: the
    firmware may have changed, and may change back.
    """
    followed: list[T] = []
    misfits: dict[str, Rejected] = {}
    for offer in offers:
        said = interpretations.get(name(offer))
        try:
            followed.append(act(offer, said) if said else offer)
        except Rejected as err:
            misfits[name(offer)] = err
            followed.append(offer)
    return tuple(followed), misfits


def insist_on(misfits: Mapping[str, Rejected]) -> None:
    """Raise why something said was not followed, where anything was not."""
    for misfit in misfits.values():
        raise misfit


def pass_over(misfits: Mapping[str, Rejected], thing_id: str) -> None:
    """Go on without what was not followed: one word that does not fit must not cost the user the whole device."""
    for misfit in misfits.values():
        _LOGGER.warning("An explanation of a value of %s is passed over: %s", thing_id, misfit)


def _bad(detail: str) -> Rejected:
    """Make the error for what is no interpretation."""
    return Rejected(Reason.BAD_MAPPING, detail=detail)
