"""A log made ready: rows that mean something, as columns in the three orders in which they are looked at.

An *atom* is an entity in a state, values aside. Entities and states are numbered by their names, so that the order of
the log's own tables has no influence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..record.model import Subject
from .days import Calendar, Times

type Atoms = NDArray[np.int32]
type Sources = NDArray[np.int8]

NOTHING: Final = frozenset({"", "unavailable", "unknown", "None"})
"""States that say nothing; what an entity was before holds on."""
ABSENT: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """Changes of one entity that carry a value, in order; the state may have changed with it or not."""

    times: Times
    atoms: Atoms
    values: NDArray[np.float64]
    sources: Sources
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Changes of state of the entities that matter. Rows of `times`, `atoms`, `next` are in order of time."""

    calendar: Calendar
    subjects: tuple[Subject, ...]
    states: tuple[str, ...]
    atom_entity: Atoms
    atom_state: Atoms
    times: Times
    atoms: Atoms
    next: Times
    """When the same atom comes again."""
    by_atom: Times
    atom_sources: Sources
    atom_begin: NDArray[np.int64]
    """Rows of atom `a` are `by_atom[atom_begin[a]:atom_begin[a + 1]]`, with their sources."""
    by_entity: Times
    """In order of entity and time."""
    entity_atoms: Atoms
    entity_begin: NDArray[np.int64]
    """Rows of entity `e` are `entity_begin[e]` to `entity_begin[e + 1]`."""
    valued: dict[int, Valued]
    active_days: int
    """Local days on which anything changed."""

    @property
    def count(self) -> int:
        """So many atoms there are."""
        return len(self.atom_entity)

    def occurrences(self, atom: int) -> Times:
        """Return when an atom came about."""
        return self.by_atom[self.atom_begin[atom] : self.atom_begin[atom + 1]]

    def sources(self, atom: int) -> Sources:
        """Return who brought each of them about."""
        return self.atom_sources[self.atom_begin[atom] : self.atom_begin[atom + 1]]

    def subject(self, atom: int) -> Subject:
        """Return whose state an atom is."""
        return self.subjects[int(self.atom_entity[atom])]

    def state(self, atom: int) -> str:
        """Return the state of an atom."""
        return self.states[int(self.atom_state[atom])]

    def entity(self, entity_id: str) -> int:
        """Return the number of an entity, or ABSENT."""
        return next((index for index, one in enumerate(self.subjects) if one.entity_id == entity_id), ABSENT)

    def atom(self, entity_id: str, state: str) -> int:
        """Return the atom of a state of an entity, or ABSENT if it never came about."""
        for atom in np.flatnonzero(self.atom_entity == self.entity(entity_id)):
            if self.state(int(atom)) == state:
                return int(atom)
        return ABSENT

    def rows_of(self, entity: int) -> slice:
        """Return which rows of `by_entity` and `entity_atoms` are an entity's."""
        return slice(int(self.entity_begin[entity]), int(self.entity_begin[entity + 1]))

    def atoms_at(self, entity: int, times: Times) -> Atoms:
        """Return in which atom an entity is at each time; ABSENT before its first."""
        rows = self.rows_of(entity)
        if rows.start == rows.stop:
            return np.full(len(times), ABSENT, np.int32)
        at = np.searchsorted(self.by_entity[rows], times, "right") - 1
        return np.where(at >= 0, self.entity_atoms[rows][at], ABSENT).astype(np.int32)

    def all_at(self, entities: Sequence[int], times: Times) -> Atoms:
        """Return the atoms of several entities, a row for each."""
        there = np.empty((len(entities), len(times)), np.int32)
        for row, entity in enumerate(entities):
            there[row] = self.atoms_at(entity, times)
        return there

    def tally(self, atoms: Atoms) -> NDArray[np.int64]:
        """Count each atom in a table."""
        return np.bincount(atoms.ravel() + 1, minlength=self.count + 1)[1:]

    def since(self, entity: int, times: Times) -> Times:
        """Return when an entity came to the state it is in at each time; 0 before its first."""
        rows = self.rows_of(entity)
        if rows.start == rows.stop:
            return np.zeros(len(times), np.int32)
        at = np.searchsorted(self.by_entity[rows], times, "right") - 1
        return np.where(at >= 0, self.by_entity[rows][at], 0).astype(np.int32)
