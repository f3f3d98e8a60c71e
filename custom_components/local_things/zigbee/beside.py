"""What we add to a device of ZHA: its presses as events, and how the exchange with it goes."""

from dataclasses import replace
from typing import override

from ..things.adapter import ConsumedThing
from ..things.part import PartOfThing


class BesideThing(PartOfThing):
    """A device of which ZHA shows everything that it can: only what it shows nobody is left."""

    def __init__(self, whole: ConsumedThing) -> None:
        """Leave out whatever would be there twice."""
        super().__init__(whole, replace(whole.description, properties={}, actions={}, is_wireless=False))

    @override
    async def close(self) -> None:
        """Stop listening to the device, whose only part this is."""
        await self._whole.close()
