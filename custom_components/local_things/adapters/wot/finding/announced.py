"""What announced itself by DNS-SD (W3C WoT Discovery, 6.1), and where its description is."""

from collections.abc import Iterator
from dataclasses import dataclass
import logging
import re
from typing import Final

from ....things.adapter import Announcement
from ....things.errors import Rejected
from ....transports.gate import AddressGate
from .fetching import Source
from .identity import WELL_KNOWN

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """A service type: the schemes it may say, the usual first; the key of its path, and the path where none is said."""

    schemes: tuple[str, ...]
    path: str = "td"
    usual: str = WELL_KNOWN


_SERVICES: Final = {
    "_wot._tcp": _Service(schemes=("http", "https", "coap+tcp")),
    "_wot._udp": _Service(schemes=("coap", "coaps")),
    # The framework of WebThings, and its library for microcontrollers.
    "_webthing._tcp": _Service(schemes=("http", "https"), path="path", usual="/"),
}
"""Directories have a subtype of their own (`_directory._sub._wot._tcp`), and are found under `_wot._tcp` too."""

SERVICES: Final = tuple(_SERVICES)

_TARGET: Final = re.compile(r"/[!-~]{0,255}")


def sources_of(announcement: Announcement, gate: AddressGate) -> Iterator[Source]:
    """Yield where the description may be, at each address of whoever announced it that is on our links."""
    service = _SERVICES.get(announcement.service)
    if service is None:
        return
    said = announcement.properties
    scheme = said.get("scheme", service.schemes[0])
    if said.get("tls") == "1":
        scheme = "https"
    path = said.get(service.path) or service.usual
    target = path if path.startswith("/") else f"/{path}"
    if scheme not in service.schemes or not _TARGET.fullmatch(target):
        return
    for address in announcement.addresses:
        host = f"[{address}]" if ":" in address else address
        try:
            yield Source.literal(f"{scheme}://{host}:{announcement.port}", target, gate)
        except Rejected as err:
            _LOGGER.debug("%s is not asked: %s", announcement.name, err)
