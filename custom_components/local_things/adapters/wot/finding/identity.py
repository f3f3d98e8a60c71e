"""Who a Thing is: an id that outlives its address, from the best evidence it gives (threat T4: never the address).

An id only names. What proves that a device is still the same one is the pin (things/adapter.py).
"""

from collections.abc import Mapping
import re
from typing import Final
from uuid import UUID, uuid5

from ....things.documents import Json
from ....things.identity import hardware_urn

_NAMESPACE: Final = UUID("b72489ee-9af0-459e-95bc-003ec93481c4")
"""Our own namespace for name-based UUIDs (RFC 9562, 5.5): drawn once, never to change."""

_OWN: Final = re.compile(r"urn:(?:dev|uuid):[A-Za-z0-9.:_-]{1,240}")
_LONGEST: Final = 2_048

WELL_KNOWN: Final = "/.well-known/wot"
ROOTS: Final = (WELL_KNOWN, "/")
"""Where a device that is one Thing has its description."""


def thing_id(td: Mapping[str, Json], link_address: str, origin: str, target: str) -> str:
    """Return the id of the Thing whose description was at `target` of `origin`, on the hardware `link_address`.

    In this order, each weaker than the one before:
    1. The `urn:dev:…` or `urn:uuid:…` that is its `id`: made to be this. A device can claim another's.
    2. `urn:uuid:…` of any other `id`: most servers make one of their name.
    3. `urn:dev:mac:…` of the link-layer address: stable as long as it is not random, and empty beyond a router. Of a
       Thing beside others on its hardware, `urn:uuid:…` of that and of where its description is.
    4. `urn:uuid:…` of the address: a device that declares nothing becomes another one when its address changes.
    """
    declared = td.get("id")
    if isinstance(declared, str) and declared.strip():
        return declared if _OWN.fullmatch(declared) else _named("id", declared[:_LONGEST])
    hardware = hardware_urn(link_address)
    if hardware and target in ROOTS:
        return hardware
    return _named("hardware", f"{hardware}{target}") if hardware else _named("address", f"{origin}{target}")


def _named(kind: str, name: str) -> str:
    return f"urn:uuid:{uuid5(_NAMESPACE, f'{kind}|{name}')}"
