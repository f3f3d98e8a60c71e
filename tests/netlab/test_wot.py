"""node-wot, over a link that knows IPv6 only: described, read, observed, written, invoked, heard, killed and back."""

import asyncio
from contextlib import ExitStack
from functools import partial
import json

import pytest

from custom_components.local_things.things.adapter import ConsumedThing
from custom_components.local_things.things.errors import Rejected
from custom_components.local_things.things.model import EventOccurrence, Value
from tests.adapters.contract import until
from tests.patience import PATIENCE

from .lab import Flavour, Lab, network_lab
from .servient import MISSING, PORTS, Servient, servient
from .wot import wot_adapter

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=MISSING), pytest.mark.xdist_group("netlab")]

AT_FIRST: dict[str, Value] = {
    "temperature": 21.5,
    "on": False,
    "brightness": 0.4,
    "label": "pantry",
    "power/watts": 2.1,
    "power/grade": 1.0,
}
"""What wot.js holds, in the units of the model."""

TOLD: tuple[tuple[str, object, dict[str, Value]], ...] = (
    ("temperature", 22.5, {"temperature": 22.5}),
    ("on", True, {"on": True}),
    ("brightness", 55, {"brightness": 0.55}),
    ("label", "larder", {"label": "larder"}),
    ("power", {"watts": 3.5, "grade": 2}, {"power/watts": 3.5, "power/grade": 2.0}),
)
"""What the servient is told of each of its properties, and what is seen of it."""

WRITTEN: dict[str, Value] = {"on": False, "brightness": 0.66, "label": "cellar"}


@pytest.mark.parametrize("protocol", ["http", "coap"])
def test_a_servient_is_described_read_observed_written_invoked_heard_killed_and_back(
    network: None, protocol: str
) -> None:
    with network_lab(Flavour.IPV6_ONLY) as lab:
        lab.hub.live(partial(meet, lab, protocol, protocol, lose=True))


def test_of_the_many_forms_of_a_servient_on_both_those_are_chosen_that_work(network: None) -> None:
    with network_lab(Flavour.IPV6_ONLY) as lab:
        lab.hub.live(partial(meet, lab, "http,coap", "coap", lose=False))


async def meet(lab: Lab, protocols: str, at: str, *, lose: bool) -> None:
    """Do with a servient all that there is to do."""
    with ExitStack() as life:
        running = life.enter_context(servient(lab.lan, protocols))
        async with wot_adapter(lab.hub) as adapter:
            found = await adapter.inspect(f"{at}://[fd00:77::2]:{PORTS[at]}/pantry")
            assert found.description.properties.keys() == AT_FIRST.keys()
            assert found.description.title == "Pantry"
            assert found.pin.link_address == lab.lan.hardware()
            thing = adapter.consume(found.description.id, found.record, found.pin)
            try:
                await until(lambda: thing.state.values == AT_FIRST)
                await hear(running, thing)
                await use(thing)
                if lose:
                    life.close()
                    await until(lambda: not thing.state.available)
                    running = life.enter_context(servient(lab.lan, protocols))
                    await until(lambda: thing.state.available and thing.state.values == AT_FIRST)
                    await hear(running, thing)
            finally:
                await thing.close()


async def hear(running: Servient, thing: ConsumedThing) -> None:
    """See every property change, and an event happen, more than once."""
    for name, value, seen in TOLD:
        running.tell(name, value)
        await until(lambda seen=seen: thing.state.values.items() >= seen.items())  # type: ignore[misc]  # a default
    heard: list[EventOccurrence] = []
    forget = thing.subscribe_events(heard.append)
    for count in (1, 2):
        async with asyncio.timeout(PATIENCE):
            while len(heard) < count:
                running.tell("overheated", 31)  # one that happens between two longpolls, nobody hears
                await asyncio.sleep(0.3)
    forget()
    assert {one.name for one in heard} == {"overheated"}


async def use(thing: ConsumedThing) -> None:
    """Read and write every property that can be, and invoke the actions."""
    for name, value in WRITTEN.items():
        await thing.write_property(name, value)
    await until(lambda: thing.state.values.items() >= WRITTEN.items())
    for name, value in thing.state.values.items():
        assert await thing.read_property(name) == value
    assert "3" in json.dumps(await thing.invoke_action("blink", {"times": 3}))
    with pytest.raises(Rejected):
        await thing.invoke_action("blink", {"times": "many"})
    await thing.invoke_action("restore")
    await until(lambda: thing.state.values["brightness"] == AT_FIRST["brightness"])
