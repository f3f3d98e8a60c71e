"""A fight that was seen, as it is kept over a restart: with what its rules did then, to see when one was changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from ..rules.flip_flap import FlipFlap, Source, SourceKind
from ..things.documents import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Fight:
    """A fight that was seen, and the hash of what each of its rules did then (survey.py)."""

    flip_flap: FlipFlap
    prints: Mapping[str, str]
    """Only of the rules that were looked at."""

    @classmethod
    def seen(cls, flip_flap: FlipFlap, prints: Mapping[str, str]) -> Self:
        """Return what to keep of a fight; `prints` are of all rules, by their entities."""
        rules = {source.id for source in flip_flap.sources}
        return cls(flip_flap=flip_flap, prints={rule: prints[rule] for rule in rules & prints.keys()})

    def still(self, prints: Mapping[str, str]) -> Self | None:
        """Return it as it stands after a look; None if one of its rules does something else now, or nothing."""
        if any(prints.get(rule) != print_ for rule, print_ in self.prints.items()):
            return None
        return replace(self, prints=self.seen(self.flip_flap, prints).prints)

    def as_json(self) -> JsonObject:
        """Return it as it is written."""
        one = self.flip_flap
        return {
            "entity": one.entity,
            "states": [*one.states],
            "sources": [[source.kind, source.id] for source in one.sources],
            "times": [*one.times],
            "prints": {**self.prints},
        }

    @classmethod
    def from_json(cls, written: JsonObject) -> Self | None:
        """Return what was written; None where it is not that."""
        match written:
            case {
                "entity": str(entity),
                "states": [str(old), str(new)],
                "sources": [[str(kind), str(rule)], [str(other_kind), str(other)]],
                "times": [*times],
                "prints": dict(prints),
            } if times and all(isinstance(one, int | float) for one in times) and {kind, other_kind} <= {*SourceKind}:
                return cls(
                    flip_flap=FlipFlap(
                        entity=entity,
                        states=(old, new),
                        sources=(Source(SourceKind(kind), rule), Source(SourceKind(other_kind), other)),
                        times=tuple(one for one in times if isinstance(one, int | float)),
                    ),
                    prints={one: print_ for one, print_ in prints.items() if isinstance(print_, str)},
                )
        return None
