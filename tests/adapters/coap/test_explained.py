"""The adapter follows what users say: a word that does not fit is told, and never costs anybody the device."""

import logging

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.adapter import FoundThing
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.quantities import UNITS as QUANTITY_UNITS, Quantity
from custom_components.local_things.things.units import UNITS
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, uint
from tests.transports.coap.peer import Peer, reply

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])

MODEL = b"""{
  "info": {"title": "Tank"},
  "sdfObject": {"Tank": {"sdfProperty": {"level": {"type": "number", "unit": "cm", "writable": false}}}}
}"""
RESOURCES = {
    ".well-known/core": (b"</x/tank/level>,</x/pump>,</model>;ct=434", 40),
    "model": (MODEL, 434),
    "x/tank/level": (b"142", 0),
    "x/pump": (b"1", 0),
}
GAUGE = Interpretation(quantity=Quantity.ON_OFF, title="Pump", writable=True)
WRONG = Interpretation(quantity=Quantity.MOTION, unit="Cel")


def answer(request: Message) -> list[Message]:
    path = "/".join(value.decode() for number, value in request.options if number == Option.URI_PATH)
    if path not in RESOURCES:
        return [reply(request, code=Code.NOT_FOUND)]
    payload, content_format = RESOURCES[path]
    return [reply(request, payload, options=((Option.CONTENT_FORMAT, uint(content_format)),))]


@pytest.fixture
async def found(adapter: CoapAdapter, peer: Peer) -> FoundThing:
    peer.answer = answer
    return await adapter.inspect(peer.endpoint.uri)


async def test_a_device_that_offers_its_model_needs_no_explanation(adapter: CoapAdapter, found: FoundThing) -> None:
    tank = found.description.properties["x/tank/level"]
    assert tank.quantity is Quantity.DISTANCE
    assert adapter.describe(found.description.id, found.record) == found.description
    thing = adapter.consume(found.description.id, found.record, found.pin)
    await until(lambda: thing.state.values.get("x/tank/level") == 1.42)
    await thing.close()


async def test_an_explained_value_is_read_and_can_be_written(adapter: CoapAdapter, found: FoundThing) -> None:
    said = {"x/pump": GAUGE}
    described = adapter.describe(found.description.id, found.record, said)
    assert described.properties["x/pump"].title == "Pump"
    assert not described.properties["x/pump"].read_only
    thing = adapter.consume(found.description.id, found.record, found.pin, said)
    assert thing.description == described
    await until(lambda: thing.state.values.get("x/pump") is True)
    await thing.close()


async def test_what_does_not_fit_is_told_to_the_form(adapter: CoapAdapter, found: FoundThing) -> None:
    with pytest.raises(Rejected) as caught:
        adapter.describe(found.description.id, found.record, {"x/pump": WRONG})
    assert caught.value.reason is Reason.BAD_MAPPING
    assert caught.value.words["detail"].startswith("x/pump: ")


async def test_what_does_not_fit_never_stops_the_device(
    adapter: CoapAdapter, found: FoundThing, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"x/tank/level": WRONG, "x/pump": GAUGE}
    with caplog.at_level(logging.WARNING):
        thing = adapter.consume(found.description.id, found.record, found.pin, said)
    assert "x/tank/level" in caplog.text
    await until(lambda: thing.state.values.get("x/pump") is True and thing.state.values.get("x/tank/level") == 1.42)
    await thing.close()


async def test_bundled_quirks_are_there(adapter: CoapAdapter) -> None:
    record: JsonObject = {
        "address": "coap://127.0.0.1:5683",
        "links": [[path, {}] for path in ("/obs", "/test", "/large", "/separate", "/query")],
    }
    assert adapter.describe("urn:dev:x:y", record).properties["obs"].quantity is Quantity.TEXT


async def test_units_are_few_and_in_an_order_that_people_expect(adapter: CoapAdapter) -> None:
    assert adapter.units(Quantity.TEMPERATURE) == ("Cel", "K", "[degF]")
    assert adapter.units(Quantity.PRESSURE) == ("Pa", "hPa", "kPa", "bar")
    assert adapter.units(Quantity.POWER) == ("W", "kW", "mW", "MW")
    assert adapter.units(Quantity.DATA_RATE) == ("bit/s", "B/s", "Mbit/s", "MB/s"), "no spellings of the same"
    assert adapter.units(Quantity.MOTION) == adapter.units(Quantity.RESTART) == ()
    for quantity in Quantity:
        units = adapter.units(quantity)
        assert bool(units) is (quantity in QUANTITY_UNITS)
        assert len(units) <= 8
        conversions = [(UNITS[unit].scale, UNITS[unit].offset, UNITS[unit].reciprocal) for unit in units]
        assert len(set(conversions)) == len(conversions)
        assert all(UNITS[unit].fits(quantity) for unit in units)
