"""The table of docs/users/coap-devices.md: what each recorded family exposes, and the entities that come of it.

`python -m tests.adapters.coap.family_table` writes it anew.
"""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Final

from custom_components.local_things.adapters.coap.description.binding import Binding
from custom_components.local_things.discovery import plan

from .replay import REPLAYS, Replay

ROOT: Final = Path(__file__).parents[3]
DOCUMENT: Final = ROOT / "docs/users/coap-devices.md"
BEGIN: Final = "<!-- Written by tests/adapters/coap/family_table.py from the recorded devices; a test compares. -->"
END: Final = "<!-- End of what is written. -->"

_NAMES: Final = json.loads((ROOT / "custom_components/local_things/translations/en.json").read_text())["entity"]


def inside(binding: Binding) -> str:
    """Return what of a resource becomes something: a record of a pack, or where it is in a map."""
    return binding.record or "/".join(map(str, binding.key))


def rows(replay: Replay) -> Iterator[tuple[str, str]]:
    """Yield each resource that becomes something, and the entity it becomes."""
    described = replay.described()
    for entity in plan(described.description):
        name = "" if entity.main else _NAMES[entity.platform.value][entity.key]["name"]
        bindings = [described.bindings[role] for role in entity.roles.values()]
        resources = " ".join(f"`{one.path}`" + (f" (`{inner}`)" if (inner := inside(one)) else "") for one in bindings)
        words = f"{entity.platform.value.replace('_', ' ')} {f'“{name}”' if name else 'by the name of the device'}"
        yield resources, words if entity.enabled else f"{words}, disabled"


def table() -> str:
    """Return the whole table."""
    lines = ["| Device | Resource | Entity |", "|---|---|---|"]
    for replay in REPLAYS:
        maker, model, firmware = replay.name.split("_")
        device = f"{maker} {model} {firmware}"
        lines += [f"| {device} | {resource} | {entity} |" for resource, entity in rows(replay)]
    return "\n".join(lines)


def written() -> str:
    """Return the table as the document has it."""
    return DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0].strip()


if __name__ == "__main__":
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    tail = rest.partition(END)[2]
    DOCUMENT.write_text(f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}")
