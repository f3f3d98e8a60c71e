"""Devices replayed from files: what each announced and answered, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path

from custom_components.local_things.adapters.coap.describe import Described, describe
from custom_components.local_things.adapters.coap.identity import thing_id
from custom_components.local_things.adapters.coap.linkformat import own_links, parse_links
from custom_components.local_things.adapters.coap.record import absorb, new_record, probes
from custom_components.local_things.things.adapter import JsonObject

ADDRESS = "coap://127.0.0.11:5683"
THING_ID = "urn:dev:example:one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One file of `records/`."""

    name: str
    well_known_core: str
    representations: Mapping[str, tuple[bytes, int | None]]
    quantities: Mapping[str, str]
    values: Mapping[str, object]
    writable: frozenset[str]
    id: str | None

    def record(self) -> JsonObject:
        """Meet the device as the adapter does."""
        record = meet(self.well_known_core)
        for probe in probes(own_links(parse_links(self.well_known_core), nobody)):
            if probe.path in self.representations:
                record = absorb(record, probe, *self.representations[probe.path])
        return record

    def described(self) -> Described:
        """Describe the device."""
        record = self.record()
        return describe(thing_id(record, "", "127.0.0.11"), record)


def nobody(host: str) -> bool:
    """Every host is a stranger."""
    return False


def meet(well_known_core: str) -> JsonObject:
    """Return the record of a device with these links, before anything of it was read."""
    return new_record(ADDRESS, own_links(parse_links(well_known_core), nobody))


def describe_links(well_known_core: str, **learnt: JsonObject) -> Described:
    """Describe a device with these links and what probes taught: `packs`, `units`, `titles`, `device`."""
    return describe(THING_ID, {**meet(well_known_core), **learnt})


def _load(path: Path) -> Replay:
    data = json.loads(path.read_text())
    representations = {
        where: (bytes.fromhex(said["hex"]) if "hex" in said else said["text"].encode(), said.get("content_format"))
        for where, said in data["representations"].items()
    }
    return Replay(
        name=path.stem,
        well_known_core=data["well_known_core"],
        representations=representations,
        quantities=data["quantities"],
        values=data["values"],
        writable=frozenset(data["writable"]),
        id=data.get("id"),
    )


REPLAYS = tuple(_load(path) for path in sorted((Path(__file__).parent / "records").glob("*.json")))
