"""What the interfaces of a resource (`if`) say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceRow:
    """What an interface (`if`) says: `writable` takes values; `links` lists other resources and is no value.

    A `batch` holds the values of other resources, in one pack.
    """

    writable: bool = False
    links: bool = False
    batch: bool = False


INTERFACES: Final[Mapping[str, InterfaceRow]] = {
    "core.s": InterfaceRow(),  # sensor
    "core.p": InterfaceRow(writable=True),  # parameter
    "core.rp": InterfaceRow(),  # read-only parameter
    "core.a": InterfaceRow(writable=True),  # actuator
    "core.b": InterfaceRow(batch=True),  # of what is below it
    "core.lb": InterfaceRow(batch=True),  # linked batch: of what it links to
    "core.ll": InterfaceRow(links=True),  # link list
    "oic.if.a": InterfaceRow(writable=True),  # actuator
    "oic.if.rw": InterfaceRow(writable=True),
    "oic.if.s": InterfaceRow(),  # sensor
    "oic.if.r": InterfaceRow(),
    # Every collection and every resource beside its other interfaces: they say nothing of values.
    "oic.if.ll": InterfaceRow(),
    "oic.if.b": InterfaceRow(),
    "oic.if.baseline": InterfaceRow(),
}
"""The interfaces of CoRE (draft-ietf-core-interfaces) and of OCF (OCF Core Specification, 7.6.3)."""
