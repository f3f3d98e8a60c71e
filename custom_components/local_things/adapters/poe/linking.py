"""Which device hangs at which port of a switch, and which ports nothing but a person may turn off.

Pure: tables in, links out; the same facts in any order give the same links. The chain is address → hardware address →
forwarding database → interface → port that feeds. Each step can be missing for a while, as tables forget within
minutes, so what was found last is given back in and kept until something speaks against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from .neighbourhood import NOBODY, Address, Kind, Neighbourhood, Occupants, Place, PsePort, hinted_mac, survey
from .topology import Topology


class Evidence(StrEnum):
    """How it is known that a device hangs at a port, the strongest first."""

    LLDP = "lldp"
    """It introduced itself there, by its hardware address or a management address (IEEE 802.1AB)."""
    NEIGHBOUR = "neighbour"
    """The kernel's neighbour table says which hardware answers at its address, the switch where that hardware is."""
    EUI_64 = "eui_64"
    """Its IPv6 address looks made of a hardware address (RFC 4291, appendix A): a hint, which may be long untrue."""


class Protection(StrEnum):
    """Why a port must never be turned off but by a person."""

    HOME_ASSISTANT = "home_assistant"
    """The way to Home Assistant itself."""
    ROUTER = "router"
    SWITCH = "switch"
    """Another bridge or router is there, or so many devices that one must be."""
    UPLINK = "uplink"
    """It is no port that is known to feed anybody, or not known which interface it is."""
    UNKNOWN = "unknown"
    """The switch does not tell where Home Assistant or a router is, so it may be here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What is known of a device from elsewhere: its addresses, and its hardware as the kernel's neighbour table has it.

    `mac` is lower case with colons, "" where the table does not know.
    """

    addresses: frozenset[Address] = frozenset()
    mac: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The hardware addresses that must stay reachable: Home Assistant's own, and those of its routers."""

    home_assistant: frozenset[str] = frozenset()
    routers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A device hangs at a port. `seen` is False where no table says so any more, and nothing speaks against it.

    `mac` is "" where it introduced itself without its hardware address.
    """

    mac: str
    port: PsePort
    evidence: Evidence
    seen: bool = True


type Subject = tuple[str, str]
"""Whose port is looked for: a hardware address, else, after "", the id of a device that has told none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What was found: the link of each device by its id; and what has to be remembered for the next time."""

    devices: Mapping[str, Link] = field(default_factory=dict)
    protections: Mapping[PsePort, frozenset[Protection]] = field(default_factory=dict)
    occupants: Mapping[Place, Occupants] = field(default_factory=dict)
    anchors: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    """By switch and hardware address of the household: the interfaces where it was seen last."""
    places: Mapping[Subject, Place] = field(default_factory=dict)
    """Where each was found last, at a port that feeds or another."""

    def protection(self, port: PsePort) -> frozenset[Protection]:
        """Return why a port must not be turned off by itself; empty where it may."""
        return self.protections.get(port, frozenset({Protection.UPLINK}))

    def at(self, port: PsePort) -> tuple[str, ...]:
        """Return the ids of the devices at a port."""
        return tuple(sorted(name for name, one in self.devices.items() if one.port == port))


NOTHING: Final = Links()


def link(
    topologies: Mapping[str, Topology], household: Household, devices: Mapping[str, Device], before: Links = NOTHING
) -> Links:
    """Find the port of each device, and the ports that are protected.

    `topologies` are by the switches' ids; of one that does not answer, its last one without entries and neighbours:
    what is not in it is gone. `before` is what was returned the last time.
    """
    around = survey(topologies)
    places = around.macs.keys() | around.capabilities.keys() | before.occupants.keys()
    occupants = {
        place: found
        for place in places
        if place[0] in topologies and (found := around.occupants(place, before.occupants.get(place, NOBODY))) != NOBODY
    }
    anchors = _anchors(around, household, topologies.keys(), before)
    finder = _Finder(around, occupants, before)
    return Links(
        devices=finder.links(devices),
        protections={
            port: frozenset(_protection(place, household, occupants, anchors)) for place, port in around.ports.items()
        },
        occupants=occupants,
        anchors=anchors,
        places=finder.found,
    )


def _anchors(
    around: Neighbourhood, household: Household, switches: Iterable[str], before: Links
) -> dict[tuple[str, str], frozenset[int]]:
    """Return where each switch sees the household, or saw it last."""
    found = {}
    for switch in switches:
        for mac in household.home_assistant | household.routers:
            seen = around.places.get(mac, frozenset()) | around.by_mac.get(mac, frozenset())
            here = frozenset(index for there, index in seen if there == switch)
            if here := here or before.anchors.get((switch, mac), frozenset()):
                found[switch, mac] = here
    return found


def _protection(
    place: Place,
    household: Household,
    occupants: Mapping[Place, Occupants],
    anchors: Mapping[tuple[str, str], frozenset[int]],
) -> Iterable[Protection]:
    """Yield why a port must not be turned off by itself.

    Wherever the household is seen counts, not only where it is plugged in: what lies between must stay, too.
    """
    switch, index = place
    rows = ((Protection.HOME_ASSISTANT, household.home_assistant), (Protection.ROUTER, household.routers))
    for protection, macs in rows:
        if any(index in anchors.get((switch, mac), ()) for mac in macs):
            yield protection
    if occupants.get(place, NOBODY).kind is Kind.SWITCH:
        yield Protection.SWITCH
    if not any(there == switch for there, _ in anchors):
        yield Protection.UNKNOWN


def _subject(mac: str, name: str) -> Subject:
    return mac, "" if mac else name


class _Finder:
    """Finds the links of all devices in one picture."""

    def __init__(self, around: Neighbourhood, occupants: Mapping[Place, Occupants], before: Links) -> None:
        self._around = around
        self._occupants = occupants
        self._before = before
        self.found: dict[Subject, Place] = {}
        self._places = {port: place for place, port in around.ports.items()}
        # What several devices have at one hardware address differs at most in its evidence: the strongest comes last.
        strongest_last = sorted(before.devices.items(), key=lambda one: _RANK[one[1].evidence], reverse=True)
        self._remembered = {_subject(one.mac, name): one for name, one in strongest_last}

    def links(self, devices: Mapping[str, Device]) -> dict[str, Link]:
        """Return the link of each device that has one."""
        hardware = {name: self._hardware(name, device) for name, device in devices.items()}
        # A hint must not move anything: only those add their addresses whose hardware is known.
        addresses: defaultdict[Subject, frozenset[Address]] = defaultdict(frozenset)
        for name, known in hardware.items():
            if known and known[1] is not Evidence.EUI_64:
                addresses[_subject(known[0], name)] |= devices[name].addresses
        links = {}
        for name, known in hardware.items():
            if known and (found := self._link(_subject(known[0], name), known[1], addresses)):
                links[name] = found
        return links

    def _hardware(self, name: str, device: Device) -> tuple[str, Evidence] | None:
        """Return the hardware address of a device and how it is known; what contradicts itself is not believed."""
        if device.mac:
            return device.mac, Evidence.NEIGHBOUR
        introduced = self._around.hardware_of(device.addresses)
        if len(introduced) == 1:
            return next(iter(introduced)), Evidence.LLDP
        # The kernel forgets a device that has fallen silent: just when its port is asked for.
        old = self._before.devices.get(name)
        if old is not None and old.evidence is not Evidence.EUI_64:
            return old.mac, old.evidence
        hints = {hint for address in device.addresses if (hint := hinted_mac(address))}
        return (hints.pop(), Evidence.EUI_64) if len(hints) == 1 else None

    def _link(
        self, subject: Subject, evidence: Evidence, addresses: Mapping[Subject, frozenset[Address]]
    ) -> Link | None:
        """Return the link of some hardware; all but its evidence is the same for every device that has it."""
        mac, old = subject[0], self._remembered.get(subject)
        introduced = self._around.introduced_at(mac, addresses.get(subject, frozenset()))
        if not mac and len(introduced) > 1:
            introduced = frozenset()
        place = self._place(subject, introduced, old)
        seen = place is not None
        place = place or self._kept(mac, old)
        if place is None:
            return None
        self.found[subject] = place
        port = self._around.ports.get(place)
        if port is None:
            return None
        if evidence is not Evidence.EUI_64:
            stays = old is not None and old.port == port and old.evidence is Evidence.LLDP
            evidence = Evidence.LLDP if stays or place in introduced else Evidence.NEIGHBOUR
        return Link(mac=mac, port=port, evidence=evidence, seen=seen)

    def _place(self, subject: Subject, introduced: frozenset[Place], old: Link | None) -> Place | None:
        """Return where the tables say this is; None where they do not say.

        Behind a switch or an access point it hangs at no port of ours, unless it is the one that introduced itself.
        """
        mac, last = subject[0], self._before.places.get(subject)
        seen = self._around.places.get(mac, frozenset())
        introduced_before = self._places.get(old.port) if old and old.evidence is Evidence.LLDP else None

        def order(place: Place) -> tuple[bool, bool, int, bool, bool, Place]:
            """What two tables agree on; the edge, where the fewest are; where it was not before; where it was last."""
            known = self._before.occupants.get(place, NOBODY).macs
            return (
                place not in seen or place not in introduced,
                place not in seen,
                len(self._around.macs_at(place)),
                mac in known,
                place != last,
                place,
            )

        candidates = (
            place
            for place in seen | introduced
            if place in introduced
            or place == introduced_before
            or self._occupants.get(place, NOBODY).kind is Kind.STATIONS
        )
        return min(candidates, key=order, default=None)

    def _kept(self, mac: str, old: Link | None) -> Place | None:
        """Return where it was last, unless its switch sees it elsewhere now, or somebody new in its stead."""
        place = self._places.get(old.port) if old else None
        if place is None or any(switch == place[0] for switch, _ in self._around.places.get(mac, ())):
            return None
        newcomers = self._around.macs_at(place) - self._before.occupants.get(place, NOBODY).macs
        return None if newcomers else place


_RANK: Final = {evidence: rank for rank, evidence in enumerate(Evidence)}
