"""The coordinator of an accepted device: what its subentry says of it."""

from collections.abc import Callable
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..coordinator import ThingCoordinator
from ..things.adapter import ConsumedThing
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

    @property
    @override
    def subentry_id(self) -> str:
        """The subentry of the device."""
        return self.subentry.subentry_id

    @property
    @override
    def link_address(self) -> str:
        """The hardware address that was pinned when the device was accepted."""
        return pin_of(self.subentry).link_address

    @property
    @override
    def suggested_area(self) -> str:
        """The area that the user chose when the device was accepted."""
        return str(self.subentry.data.get("suggested_area", ""))

    @override
    def name_said(self, affordance: str) -> str:
        """Return what the user calls a property."""
        return name_said(self.subentry, affordance)
