"""What covers and valves share: something that is opened by a position, by yes or no, or by actions."""

from enum import IntFlag
from typing import cast, override

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity import EntityDescription

from .coordinator import ThingCoordinator
from .entity import EntityPlan, ThingEntity
from .things.errors import Reason
from .things.model import Value

_CLOSED = 0
_OPEN = 100


class OpenableEntity(ThingEntity):
    """Opens and closes. Roles: position (1 is open), value (true is open), open, close, stop."""

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: EntityDescription) -> None:
        """Without a state, both directions are always offered."""
        super().__init__(coordinator, plan, row)
        self._attr_assumed_state = plan.roles.keys().isdisjoint({"position", "value"})

    def offered[F: IntFlag](self, features: type[F]) -> F:
        """Return what the Thing has of the features that covers and valves call alike."""
        offered = {
            "OPEN": self.can("open"),
            "CLOSE": self.can("close"),
            "STOP": "stop" in self.plan.roles,
            "SET_POSITION": self.is_writable("position"),
        }
        return features(sum(features[name] for name, is_offered in offered.items() if is_offered))

    @property
    def position(self) -> int | None:
        """The position in per cent; None while it is not known."""
        return self.per_cent("position")

    @property
    def is_shut(self) -> bool | None:
        """Whether it is closed, by its position, else by its yes or no; None while neither is known."""
        if (position := self.position) is not None:
            return position == _CLOSED
        is_open = self.thing_flag()
        return None if is_open is None else not is_open

    def per_cent(self, role: str) -> int | None:
        """Return the fraction behind a role in per cent; None while it is not known."""
        fraction = self.thing_number(role)
        return None if fraction is None else min(max(round(fraction * 100), _CLOSED), _OPEN)

    def can(self, action: str) -> bool:
        """Tell whether it can be opened or closed ("open", "close")."""
        return action in self.plan.roles or self.is_writable("position") or self.is_writable()

    @override
    async def write(self, value: Value, role: str = "value") -> None:
        """Write, and leave it to the state to tell how far it has come: on its way, a device reports the old value."""
        try:
            await super().write(value, role)
        except HomeAssistantError as err:
            if err.translation_key != Reason.WRITE_NOT_APPLIED:
                raise

    async def set_per_cent(self, role: str, value: object) -> None:
        """Write the fraction behind a role, of a number in per cent that Home Assistant has checked."""
        await self.write(cast(int, value) / 100, role)

    async def open_up(self) -> None:
        """Open it."""
        await self._move("open", is_open=True)

    async def shut(self) -> None:
        """Close it."""
        await self._move("close", is_open=False)

    async def _move(self, action: str, *, is_open: bool) -> None:
        # The device's own action first: it knows its ends.
        if action in self.plan.roles:
            await self.invoke(action)
        elif self.is_writable("position"):
            await self.write(float(is_open), "position")
        else:
            await self.write(is_open)
