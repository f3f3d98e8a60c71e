"""What the numbers in the log stand for: entity ids and words, each known by its place."""

from collections.abc import Iterable, Mapping
from typing import Final, TypedDict

from .model import Change, Source
from .sources import Noted

MOST_WORDS: Final = 8_000
"""A house has some hundred; beyond, a device makes them up, and its words are no longer logged."""


class TablesContent(TypedDict):
    """How the tables are kept."""

    entities: list[str]
    words: list[str]


class Tables:
    """Grow and are never sorted anew."""

    def __init__(self, content: TablesContent | None = None) -> None:
        """Take in what was kept. The words that come most often have the smallest numbers."""
        self.entities = {one: index for index, one in enumerate(content["entities"] if content else ())}
        self.words = {one: index for index, one in enumerate(content["words"] if content else ("off", "on"))}
        self.saved = len(self.entities), len(self.words)
        """How much of them is on disk."""

    @property
    def grown(self) -> bool:
        """Tell whether there is something that is not on disk."""
        return self.saved != (len(self.entities), len(self.words))

    def rows(self, noted: Iterable[Noted]) -> list[Change]:
        """Return rows for the log; what is new gets its number."""
        found = []
        for one in noted:
            if one.word not in self.words and len(self.words) >= MOST_WORDS:
                continue
            found.append(
                Change(
                    time=one.time,
                    entity=self.entities.setdefault(one.entity, len(self.entities)),
                    state=self.words.setdefault(one.word, len(self.words)),
                    source=Source(one.source),
                )
            )
        return found

    def rename(self, renamed: Mapping[str, str]) -> None:
        """Know entities by their new ids; one whose id another had keeps its own rows, the other's stay unnamed."""
        names = list(self.entities)
        for old, new in renamed.items():
            if old in self.entities:
                if new in self.entities:
                    names[self.entities[new]] = f"{new}#{self.entities[new]}"
                names[self.entities[old]] = new
        if names != list(self.entities):
            self.entities = {one: index for index, one in enumerate(names)}
            self.saved = (-1, -1)

    def content(self) -> TablesContent:
        """Return them as they are kept."""
        return {"entities": list(self.entities), "words": list(self.words)}
