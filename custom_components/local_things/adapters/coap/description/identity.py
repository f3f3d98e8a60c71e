"""Who a device is: an id that outlives its address, from the best evidence it gives (threat T4: never the address).

An id only names. What proves that a device is still the same one is the pin (things/adapter.py).
"""

from collections.abc import Mapping
import re
from typing import Final
from uuid import UUID, uuid5

from ....things.documents import Json
from ....things.identity import eui_64, hardware_urn
from .record import CoapRecord

_NAMESPACE: Final = UUID("6f1c2f0e-8b57-4a3d-9a55-0d6e2b7c4f18")
"""Our own namespace for name-based UUIDs (RFC 9562, 5.5): drawn once, never to change."""

_ORDINARY: Final = r"[A-Za-z0-9.-]+(?::[A-Za-z0-9.-]+)*"
_BODY: Final = re.compile(
    r"(?P<hex>(?:mac|ow):(?:[0-9a-f]{2})+)"
    rf"|(?:org|os):[1-9][0-9]*-{_ORDINARY}"
    rf"|ops:[1-9][0-9]*-[A-Za-z0-9.]+-{_ORDINARY}"
    rf"|(?!(?:mac|ow|org|os|ops):)[a-z][a-z0-9]*:{_ORDINARY}"
)
"""The body of a DEV URN (RFC 9039, 3.2). Subtypes are lower case in use, though its grammar says upper."""

_LONGEST: Final = 128
_PORT: Final = re.compile(r"[a-z+]+://.+:([0-9]{1,5})", re.ASCII)
_USUAL_PORTS: Final = frozenset({"5683", "5684"})
"""Of CoAP, and of CoAP over DTLS (RFC 7252, 6.1 and 6.2): the one device may be reached at both."""

_UUID_URN: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def thing_id(record: Mapping[str, Json], link_address: str, address: str) -> str:
    """Return the id of the device in `record`, which answered at `address` from the hardware `link_address`.

    In this order, each weaker than the one before:
    1. The `urn:dev:…` it puts before its SenML names, or the `urn:uuid:…` that it is to OCF (its `piid`, else its `di`,
       which is no DEV URN): made to be this. A device can claim another's.
    2. `urn:uuid:…` of its manufacturer, model and serial number: stable, if the maker numbers its devices. Example
       firmware often has one serial number for all; two such devices are taken for one.
    3. `urn:dev:mac:…` of the link-layer address: stable as long as it is not random, and empty beyond a router. A
       server at a port of its own is a component of that hardware (`…_5700`, RFC 9039, 3.2): there may be several.
    4. `urn:uuid:…` of the address: a device that declares nothing becomes another one when its address changes.

    Raises Rejected, NOT_A_THING, where the record is malformed.
    """
    typed = CoapRecord.load(record)
    if declared := device_urn(typed.base_name) or _uuid_urn(typed.base_name):
        return declared
    manufacturer, model, serial = (typed.device.get(key, "").strip() for key in ("manufacturer", "model", "serial"))
    # "0", "----" and the like fill the field without numbering anything.
    if len(set(serial)) > 1:
        return f"urn:uuid:{uuid5(_NAMESPACE, f'serial|{manufacturer}|{model}|{serial}')}"
    if hardware := hardware_urn(link_address):
        return f"{hardware}{_component(address)}"
    return f"urn:uuid:{uuid5(_NAMESPACE, f'address|{address}')}"


def _uuid_urn(base_name: str) -> str:
    """Return the UUID URN (RFC 9562, 4) that an OCF device is, or ""."""
    return base_name if _UUID_URN.fullmatch(base_name) else ""


def _component(address: str) -> str:
    """Return what tells the server at `address` from the others on its hardware; nothing at a port of CoAP's own."""
    found = _PORT.fullmatch(address)
    return f"_{found[1]}" if found and found[1] not in _USUAL_PORTS else ""


def device_urn(base_name: str) -> str:
    """Return the DEV URN (RFC 9039) that a SenML base name holds, in its one spelling, or "" where it holds none.

    What a base name adds for the names that follow is cut off: separators, a path, and components (`_…`), which name
    parts of a device. Scheme, namespace and subtype become lower case, and so do hexadecimal digits; other
    identifiers are kept as they are, because case tells them apart (3.2.1).
    """
    scheme, namespace, rest = [*base_name.split(":", 2), "", ""][:3]
    if f"{scheme}:{namespace}".lower() != "urn:dev" or len(rest) > _LONGEST:
        return ""
    subtype, colon, identifier = re.split("[_/]", rest, maxsplit=1)[0].rstrip(":.-").partition(":")
    subtype = subtype.lower()
    if subtype in {"mac", "ow"}:
        identifier = identifier.lower()
    body = f"{subtype}{colon}{identifier}"
    if not _BODY.fullmatch(body):
        return ""
    return f"urn:dev:mac:{eui_64(identifier)}" if subtype == "mac" else f"urn:dev:{body}"
