"""What is done before a Zigbee device or its radio goes: devices forget what the user had us store in them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..audit import OURS
from ..const import DOMAIN, ISSUE_LEFT_BEHIND
from ..things.errors import ThingError
from ..things.stored import Stored, StoredKind
from .binding import GROUPS

if TYPE_CHECKING:
    from ..adapters.zigbee.network import ZigbeeNetwork
    from ..adapters.zigbee.pairing import Step
    from ..adapters.zigbee.thing import ZigbeeThing

type Ours = Mapping[str, frozenset[str]]
"""By a Thing's id, the keys of what the user had us store in it."""

_AT_ONCE: Final = 4


@dataclass(slots=True, kw_only=True)
class Released:
    """What was removed, as the id of a Thing and a key, and the names of those that did not remove theirs."""

    done: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Nobody:
    """Listens to a network that is opened for the last time."""

    def thing_ready(self, thing: ZigbeeThing) -> None:
        """Take no note."""

    def thing_gone(self, thing_id: str) -> None:
        """Take no note."""

    def radio_changed(self, problem: ThingError | None) -> None:
        """Take no note."""

    def joining(self, step: Step) -> None:
        """Take no note."""


def ours_in(known: Mapping[str, Mapping[str, str]]) -> Ours:
    """Return what is ours of what an audit knows of."""
    every = {one: frozenset(key for key, why in keys.items() if why == OURS) for one, keys in known.items()}
    return {one: keys for one, keys in every.items() if keys}


async def async_release(network: ZigbeeNetwork, ours: Ours, *, to: str = "") -> Released:
    """Remove bindings of ours and, where none `to` one device only are meant, groups; one that fails stops no other."""
    released, slots = Released(), asyncio.Semaphore(_AT_ONCE)
    things = {thing.description.id: ieee for ieee, thing in network.things.items()}

    async def release(thing_id: str, key: str) -> None:
        from ..adapters.zigbee.kept import DeviceKeeps  # noqa: PLC0415 (it is there while a network runs)

        ieee = things[thing_id]
        try:
            async with slots:
                await DeviceKeeps(network, ieee).discard(Stored(kind=StoredKind.BINDING, key=key))
            released.done.append((thing_id, key))
        except ThingError:
            released.left.append(network.things[ieee].description.title)

    meant = [(one, key) for one, keys in ours.items() for key in keys if one in things and f" {to}" in key]
    await asyncio.gather(*(release(*one) for one in meant))
    if not to:
        released.left += await _dissolve(network, ours.get(GROUPS, frozenset()))
    released.left = [*dict.fromkeys(released.left)]
    return released


async def _dissolve(network: ZigbeeNetwork, numbers: frozenset[str]) -> list[str]:
    """Dissolve groups; return the names of those that somebody is left in."""
    from ..adapters.zigbee.bindings import DirectBindings  # noqa: PLC0415 (it is there while a network runs)

    direct, left = DirectBindings(network), list[str]()
    for number, name in direct.groups().items():
        if str(number) in numbers:
            try:
                await direct.dissolve(number)
            except ThingError:
                left.append(name)
    return left


@callback
def async_tell_left(hass: HomeAssistant, entry: ConfigEntry, left: list[str]) -> None:
    """Tell the user who still has what was set up here."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{ISSUE_LEFT_BEHIND}_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_LEFT_BEHIND,
        translation_placeholders={"name": entry.title, "devices": ", ".join(f"`{one}`" for one in left)},
    )
