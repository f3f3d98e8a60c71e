"""What a device may write wherever it may write (T11), and what must hold of any text that is kept of it."""

from collections.abc import Iterator
from typing import Final
import unicodedata

PAYLOADS: Final = {
    "template": "{{ states('lock.front') }}",
    "statement": "{% for one in states.lock %}{{ one }}{% endfor %}",
    "YAML tag": "!env_var SUPERVISOR_TOKEN",
    "YAML document": "x\n---\nactions: !include secrets.yaml",
    "format string": "{0.__class__.__mro__}",
    "HTML": "<img src=x onerror=alert(1)>",
    "picture": "![x](http://203.0.113.9/x.png)",
    "bidi": "front\u202erood\u202c \u2066x\u2069",
    "hidden": "a\u200bb\ufeffc\x00d\x1b[31m\x9b\u2028e",
    "very long": "x" * 100_000,
    "very long and braced": "{" * 100_000,
    "entity": "x lock.front_door unlock",
}
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST: Final = 300
"""A value has 255 characters, a name 64 and ours around it."""


def texts(value: object) -> Iterator[str]:
    """Yield every text in a value of any shape, the keys among them."""
    match value:
        case str():
            yield value
        case dict():
            for key, held in value.items():
                yield from texts(key)
                yield from texts(held)
        case list() | tuple() | set() | frozenset():
            for held in value:
                yield from texts(held)


def insist_on_text(text: str) -> None:
    """Insist on a text that hides nothing and has an end."""
    assert not [char for char in text if unicodedata.category(char) in _HIDDEN], text[:LONGEST]
    assert len(text) <= LONGEST


def insist_on_name(text: str) -> None:
    """Insist on a text that is no markup and no template either."""
    insist_on_text(text.replace("\n", " "))
    assert not set("{}<>") & set(text), text
