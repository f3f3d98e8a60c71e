"""What a description offers, one value, action or event at a time, with the reasons why others were left out. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.model import MAX_AFFORDANCES, ComponentType
from ....things.quantities import ACTIONS, EVENTS, Quantity
from ....things.text import clean
from .forms import Found, Wires, forms_of
from .meaning import candidates_of, meaning_of, types_in
from .model import Binding, Form, Key, Member, Operation
from .schema import Scalar, taken_apart, title_of, unreadable

_LONGEST_KEY: Final = 64

OCCURRED: Final = "occurred"
PRESSED: Final = "press"
"""The type of an event that has no types, and of a button's."""

_OF_PROPERTIES: Final = (Operation.READ, Operation.WRITE)
_READS: Final = frozenset({Operation.READ, Operation.OBSERVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One affordance. `parent` is what it is a member of, "" for what stands alone; `scalar` is a property's value.

    `types` are those of an event, and `needs_input` is of an action.
    """

    name: str
    title: str
    parent: str
    parent_title: str = ""
    quantity: Quantity
    component: ComponentType
    binding: Binding
    scalar: Scalar | None = None
    read_only: bool = True
    types: tuple[str, ...] = ()
    needs_input: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a description offers, and why it does not offer the rest, by name."""

    properties: tuple[Offer, ...]
    actions: tuple[Offer, ...]
    events: tuple[Offer, ...]
    refused: Mapping[str, Rejected]


def offers_of(td: Mapping[str, Json], wires: Wires, *, wrapped: bool, language: str) -> Offers:
    """Return what a description offers. Raises Rejected, OFF_HOST, where some of it is to be had elsewhere only."""
    reader = _Reader(wires, wrapped=wrapped, language=language)
    return Offers(
        properties=tuple(reader.properties(td)),
        actions=tuple(reader.actions(td)),
        events=tuple(reader.events(td)),
        refused=reader.refused,
    )


class _Reader:
    """Reads the affordances of one description and gives them names."""

    def __init__(self, wires: Wires, *, wrapped: bool, language: str) -> None:
        self._wires = wires
        self._wrapped = wrapped
        self._language = language
        self._names: set[str] = set()
        self.refused: dict[str, Rejected] = {}

    def properties(self, td: Mapping[str, Json]) -> Iterator[Offer]:
        """Yield the values of every property."""
        for key, said in self._each(td, "properties"):
            if (found := self._found(key, said, _OF_PROPERTIES)) is None:
                continue
            taken = taken_apart(said)
            for path, why in taken.refused.items():
                self._refuse(_joined((key, *path)), why)
            for scalar in taken.scalars:
                if (offer := self._property(key, said, scalar, found)) is not None:
                    yield offer

    def _property(self, key: str, said: Mapping[str, Json], scalar: Scalar, found: Found) -> Offer | None:
        """Return one value of a property; None where there is no room for it."""
        forms = tuple(_allowed(scalar.said, found.forms))
        read_only = not any(Operation.WRITE in form.operations for form in forms)
        if not forms:
            self._refuse(_joined((key, *scalar.path)), Rejected(Reason.NO_FORM))
            return None
        if (name := self._named((key, *scalar.path), "property")) is None:
            return None
        names = (key, *(step for step in scalar.path if isinstance(step, str)))
        meaning = meaning_of(scalar, names, writable=not read_only)
        shared = bool(scalar.path) and not read_only
        return Offer(
            name=name,
            title=title_of(scalar.said, self._language) or (title_of(said, self._language) if not scalar.path else ""),
            parent=_joined((key, *scalar.path[:-1])) if scalar.path else "",
            parent_title=title_of(said, self._language),
            quantity=meaning.member.quantity,
            component=meaning.component,
            scalar=scalar,
            read_only=read_only or scalar.type is None,
            binding=Binding(key=key, forms=forms, member=meaning.member, shared=shared, wrapped=self._wrapped),
        )

    def actions(self, td: Mapping[str, Json]) -> Iterator[Offer]:
        """Yield every action."""
        for key, said in self._each(td, "actions"):
            found = self._found(key, said, (Operation.INVOKE,))
            if found is None or (name := self._named((key,), "action")) is None:
                continue
            needs_input = _needs(said.get("input"))
            candidates = candidates_of(types_in(said), (key,), writable=True)
            quantity = next((one.quantity for one in candidates if one.quantity in ACTIONS), Quantity.UNKNOWN)
            yield Offer(
                name=name,
                title=title_of(said, self._language),
                parent="",
                # What does nothing without being told how is no button.
                quantity=Quantity.UNKNOWN if needs_input else quantity,
                component=ComponentType.OTHER,
                needs_input=needs_input,
                binding=Binding(key=key, forms=found.forms, wrapped=self._wrapped),
            )

    def events(self, td: Mapping[str, Json]) -> Iterator[Offer]:
        """Yield every event, with what it tells."""
        for key, said in self._each(td, "events"):
            found = self._found(key, said, (Operation.SUBSCRIBE,))
            if found is None or (name := self._named((key,), "event")) is None:
                continue
            members, kinds = self._told(key, said.get("data"))
            candidates = candidates_of(types_in(said), (key,), writable=False)
            quantity = next((one.quantity for one in candidates if one.quantity in EVENTS), Quantity.UNKNOWN)
            yield Offer(
                name=name,
                title=title_of(said, self._language),
                parent="",
                quantity=quantity,
                component=ComponentType.OTHER,
                types=kinds.schema.enum if kinds else (PRESSED if quantity is Quantity.PRESS else OCCURRED,),
                binding=Binding(key=key, forms=found.forms, wrapped=self._wrapped, members=members, kinds=kinds),
            )

    def _told(self, key: str, data: Json) -> tuple[Mapping[str, Member], Member | None]:
        """Return what an event tells, by name, and which of it is a word that tells its type."""
        if not isinstance(data, dict):
            return {}, None
        taken = taken_apart(data)
        for path, why in taken.refused.items():
            self._refuse(_joined((key, *path)), why)
        members: dict[str, Member] = {}
        for scalar in taken.scalars:
            names = (key, *(step for step in scalar.path if isinstance(step, str)))
            member = meaning_of(scalar, names, writable=False).member
            members.setdefault(_joined(scalar.path) or "value", member)
        whole = members.get("value")
        kinds = whole if whole and not whole.path and whole.schema.enum else None
        return members, kinds

    def _each(self, td: Mapping[str, Json], kind: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
        """Yield the affordances of a kind that are any."""
        named = td.get(kind)
        for key, said in named.items() if isinstance(named, dict) else ():
            if isinstance(said, dict):
                yield key, said
            else:
                self._refuse(_joined((key,)), unreadable("no affordance"))

    def _found(self, key: str, said: Mapping[str, Json], usual: tuple[Operation, ...]) -> Found | None:
        """Return how an affordance is spoken to; None where it cannot be. Raises Rejected, OFF_HOST."""
        found = forms_of(said.get("forms"), usual, self._wires)
        if found.forms:
            return found
        why = found.refusal()
        if why.reason is Reason.OFF_HOST:
            raise why
        self._refuse(_joined((key,)), why)
        return None

    def _named(self, path: Key, kind: str) -> str | None:
        """Return a name of its own for an affordance; None where there is no room for more."""
        joined = _joined(path)
        if len(self._names) >= MAX_AFFORDANCES:
            self._refuse(joined, Rejected(Reason.TOO_LARGE, size=">", limit=str(MAX_AFFORDANCES)))
            return None
        name, count = joined or kind, 1
        while name in self._names:
            name = f"{kind}/{joined}" if count == 1 else f"{kind}/{joined}/{count}"
            count += 1
        self._names.add(name)
        return name

    def _refuse(self, name: str, why: Rejected) -> None:
        if len(self.refused) < MAX_AFFORDANCES:
            self.refused.setdefault(name, why)


def _allowed(said: Mapping[str, Json], forms: Iterable[Form]) -> Iterator[Form]:
    """Yield forms without what the schema forbids: to write what is only read, to read what is only written."""
    forbidden = frozenset(
        (
            *((Operation.WRITE,) if said.get("readOnly") is True else ()),
            *(_READS if said.get("writeOnly") is True else ()),
        )
    )
    for form in forms:
        if operations := form.operations - forbidden:
            yield replace(form, operations=operations)


def _joined(path: Key) -> str:
    """Return a name made of where something is: "power/watts"."""
    return "/".join(part for step in path if (part := clean(str(step), _LONGEST_KEY)))


def _needs(schema: Json) -> bool:
    """Tell whether an action does nothing without input: a value, or an object that has to have some members."""
    if not isinstance(schema, dict) or not schema:
        return False
    if schema.get("type") == "null":
        return False
    return bool(schema.get("required")) if schema.get("type") == "object" or "properties" in schema else True
