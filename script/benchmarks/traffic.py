"""How much the devices of the simulated house send in their busiest minute, as the wires count it.

Each device of the house that speaks CoAP is met, then followed as Home Assistant would, for five minutes; its values
move every second, faster than a household's. What the busiest sends is compared with the floor below which the peak
detector finds nothing (network/peaks.py).
"""

import asyncio
from typing import Final

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.network.peaks import FLOOR
from custom_components.local_things.things.traffic import Counters, Traffic, traffic
from tests.adapters.contract import MemoryHost
from tests.house import house, house_address
from tests.house.devices import HOUSE
from tests.transports.coap import LOOPBACK

from .parts.figures import report

TICK: Final = 1.0
MINUTES: Final = 5
MINUTE: Final = 60.0

type _Sent = tuple[int, int]
"""Messages and bytes."""


def _counters(counted: Traffic, name: str) -> Counters:
    if (counters := counted.of(name)) is None:
        raise RuntimeError(f"{name} is not counted")
    return counters


def _sent(counted: Traffic) -> dict[str, _Sent]:
    counters = {model.name: _counters(counted, model.name) for model in HOUSE}
    return {name: (one.received, one.received_octets) for name, one in counters.items()}


async def _measure() -> dict[str, _Sent]:
    """Return the most messages and the most bytes that each device sent in a minute."""
    counted = traffic()
    counted.assign({(house_address(model), 0): model.name for model in HOUSE}, set())
    most: dict[str, _Sent] = {}
    async with house(port=0, multicast=False, tick=TICK) as devices:
        adapter = await CoapAdapter.open(MemoryHost(interfaces=(LOOPBACK,)))
        before = _sent(counted)
        things = []
        for device in devices.values():
            found = await adapter.inspect(device.uri)
            things.append(adapter.consume(found.description.id, found.record, found.pin))
        for _ in range(MINUTES):
            await asyncio.sleep(MINUTE)
            now = _sent(counted)
            for name, (messages, octets) in now.items():
                minute = messages - before[name][0], octets - before[name][1]
                had = most.get(name, (0, 0))
                most[name] = max(had[0], minute[0]), max(had[1], minute[1])
            before = now
        await asyncio.gather(*(thing.close() for thing in things))
        await adapter.close()
    return most


def main() -> None:
    """Measure, print the busiest."""
    most = asyncio.run(_measure())
    for unit, place, floor in (("messages", 0, FLOOR.messages), ("bytes", 1, FLOOR.octets)):
        name = max(most, key=lambda one: most[one][place])
        report(f"traffic/{unit}-per-minute/{name}", most[name][place], unit, "the floor", most[name][place] / floor)


if __name__ == "__main__":
    main()
