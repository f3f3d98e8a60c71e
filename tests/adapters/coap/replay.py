"""Devices replayed from files: what each announced and answered, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path

import cbor2

from custom_components.local_things.adapters.coap.description.describe import Described, describe
from custom_components.local_things.adapters.coap.description.identity import thing_id
from custom_components.local_things.adapters.coap.description.record import new_record
from custom_components.local_things.adapters.coap.finding.probing import absorb, next_probe
from custom_components.local_things.adapters.coap.quirks import load_quirks
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.transports.linkformat import own_links, parse_links

ADDRESS = "coap://127.0.0.11:5683"
THING_ID = "urn:dev:example:one"
QUIRKS = load_quirks()


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
        record, asked = meet(self.well_known_core), set[str]()
        while probe := next_probe(record, asked):
            asked.add(probe.path)
            if probe.path in self.representations:
                record = absorb(record, probe, *self.representations[probe.path])
        return record

    def described(self) -> Described:
        """Describe the device, with the quirks that come with the integration."""
        record = self.record()
        return describe(thing_id(record, "", "127.0.0.11"), record, quirks=QUIRKS)


def nobody(host: str) -> bool:
    """Every host is a stranger."""
    return False


def meet(well_known_core: str) -> JsonObject:
    """Return the record of a device with these links, before anything of it was read."""
    return new_record(ADDRESS, own_links(parse_links(well_known_core), nobody))


def describe_links(well_known_core: str, **learnt: JsonObject) -> Described:
    """Describe a device with these links and what probes taught: `packs`, `units`, `titles`, `device`."""
    return describe(THING_ID, {**meet(well_known_core), **learnt})


def _payload(said: Mapping[str, object]) -> bytes:
    """Return the bytes of a representation, which stand in the file as they are, as CBOR's content, or as text."""
    match said:
        case {"hex": str(digits)}:
            return bytes.fromhex(digits)
        case {"cbor": content}:
            return cbor2.dumps(content)
    return str(said["text"]).encode()


def _load(path: Path) -> Replay:
    data = json.loads(path.read_text())
    representations = {
        where: (_payload(said), said.get("content_format")) for where, said in data["representations"].items()
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
