"""The Web of Things adapter against Things of the house, over real HTTP and CoAP on loopback."""

from collections.abc import AsyncIterator
import json
from typing import override

import pytest

from custom_components.local_things.adapters import ADAPTERS
from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.things.adapter import FoundThing
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.quantities import Quantity
from tests.adapters.contract import AdapterContract, MemoryHost, Rig
from tests.house.wot.on_coap import CoapThing
from tests.house.wot.on_http import HttpThing
from tests.house.wot.thing import Thing
from tests.transports.coap import FAST
from tests.transports.coap.peer import Peer, reply

from .device import td, temperature
from .rows import HASTY, HURRIED, PLUG

SPEC = next(spec for spec in ADAPTERS if spec.name == "wot")


def rig_of(adapter: WotAdapter, server: HttpThing | CoapThing, address: str) -> Rig:
    thing = server.thing
    return Rig(
        spec=SPEC,
        adapter=adapter,
        address=address,
        switch="on",
        sensor="load",
        set_sensor=lambda value: thing.set("load", value),
        vanish=thing.fail,
        come_back=thing.recover,
        lie=thing.lie,
        refuse=lambda: thing.refuse(401),
    )


class TestCoapThingsKeepTheContract(AdapterContract):
    """The shared suite, with a Thing over CoAP that is found by multicast."""

    @pytest.fixture
    async def rig(self, adapter: WotAdapter) -> AsyncIterator[Rig]:
        server = CoapThing(Thing(PLUG), address="127.0.0.21", port=5683, multicast=True)
        await server.start()
        yield rig_of(adapter, server, f"coap://127.0.0.21:{server.port}")
        await server.stop()


class TestHttpThingsKeepTheContract(AdapterContract):
    """The shared suite, with a Thing over HTTP, which no multicast finds."""

    @pytest.fixture
    async def rig(self, adapter: WotAdapter) -> AsyncIterator[Rig]:
        server = HttpThing(Thing(PLUG), address="127.0.0.22")
        await server.start()
        yield rig_of(adapter, server, f"http://127.0.0.22:{server.port}")
        await server.stop()

    @override
    async def test_a_scan_meets_the_device_once_and_as_inspection_does(self, rig: Rig, found: FoundThing) -> None:
        assert await rig.adapter.inspect(f"{rig.address}/.well-known/wot") == found


async def test_the_adapter_opens_with_nothing_but_its_host(host: MemoryHost) -> None:
    opened = await SPEC.open(host)
    assert "°C" in opened.units(Quantity.TEMPERATURE) or "Cel" in opened.units(Quantity.TEMPERATURE)
    assert "_wot._tcp" in opened.services
    await opened.close()


async def test_an_explanation_that_does_not_fit_costs_only_itself(
    adapter: WotAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    server = HttpThing(Thing(PLUG), address="127.0.0.22")
    await server.start()
    found = await adapter.inspect(server.origin)
    said = {"load": Interpretation(quantity=Quantity.TEMPERATURE, unit="no unit")}
    with pytest.raises(Rejected) as refusal:
        adapter.describe(found.description.id, found.record, said)
    assert refusal.value.reason is Reason.BAD_MAPPING
    thing = adapter.consume(found.description.id, found.record, found.pin, said)
    assert "is passed over" in caplog.text
    caplog.clear()
    await thing.close()
    await server.stop()


async def test_titles_are_in_the_language_of_the_house(host: MemoryHost, peer: Peer) -> None:
    said = temperature({"href": "/t"}, title="Temperature", titles={"sl": "Temperatura", "de": "Temperatur"})
    document = json.dumps(td(properties={"t": said}, titles={"sl": "Termometer"}, title="Thermometer")).encode()
    peer.answer = lambda request: [reply(request, document if request.path == "/td" else b"21.5")]
    host.language = "sl"
    adapter = await WotAdapter.open(host, pace=HASTY, http_timing=HURRIED, coap_timing=FAST)
    try:
        found = await adapter.inspect(f"coap://{peer.endpoint.address}:{peer.endpoint.port}/td")
        assert (found.description.title, found.description.properties["t"].title) == ("Termometer", "Temperatura")
        host.language = "de"  # the user chose another one meanwhile: what is remembered has all of them
        again = adapter.describe(found.description.id, found.record)
        assert (again.title, again.properties["t"].title) == ("Thermometer", "Temperatur")
    finally:
        await adapter.close()
