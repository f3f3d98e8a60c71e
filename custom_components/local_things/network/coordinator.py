"""The coordinator of an accepted device: what its subentry says of it."""

from collections.abc import Callable
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..const import CONF_PIN
from ..coordinator import ThingCoordinator
from ..things.adapter import ConsumedThing
from ..things.traffic import Counters, traffic
from .accepted import name_said, pin_of


class AcceptedCoordinator(ThingCoordinator):
    """Follows the Thing of one subentry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subentry: ConfigSubentry,
        thing: ConsumedThing,
        on_lost: Callable[[], None],
    ) -> None:
        """Follow `thing`, which the user accepted as `subentry`."""
        super().__init__(hass, entry, subentry.title, thing, on_lost)
        self.subentry = subentry
        pinned = pin_of(subentry).link_address
        others = (other for other in entry.subentries.values() if other.subentry_id != subentry.subentry_id)
        self._has_own_link = not any(other.data.get(CONF_PIN, {}).get("link_address") == pinned for other in others)

    @property
    @override
    def subentry_id(self) -> str:
        """The subentry of the device."""
        return self.subentry.subentry_id

    @property
    @override
    def link_address(self) -> str:
        """The hardware address that was pinned when the device was accepted; "" where another one has the same.

        Such devices are behind a gateway, or servers of one machine. Home Assistant would make one device of them.
        """
        return pin_of(self.subentry).link_address if self._has_own_link else ""

    @property
    @override
    def is_counted(self) -> bool:
        """The wires of this network count."""
        return True

    @property
    @override
    def traffic(self) -> Counters | None:
        """What the device sent and was sent."""
        return traffic().of(self.description.id)

    @property
    @override
    def suggested_area(self) -> str:
        """The area that the user chose when the device was accepted."""
        return str(self.subentry.data.get("suggested_area", ""))

    @override
    def name_said(self, affordance: str) -> str:
        """Return what the user calls a property."""
        return name_said(self.subentry, affordance)
