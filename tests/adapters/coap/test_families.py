"""Families of devices in the house: met, read, set and proven, over real UDP."""

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.model import ComponentType, Value
from tests.adapters.contract import until
from tests.house import BLIND, OCF_LAMP, TLV_DEVICE, Model, running

from .following import HOST, following, holds


@pytest.mark.parametrize(
    ("model", "kind", "writes"),
    [
        (OCF_LAMP, ComponentType.LIGHT, {"switch": True, "dimming": 0.25, "white": 2000.0}),
        (BLIND, ComponentType.COVER, {"blind/position": 0.3, "blind/tilt": 1.0}),
        (TLV_DEVICE, ComponentType.OUTLET, {"3312/0/5850": True, "3341/0/5527": "Gru\u00df vom Keller"}),
    ],
    ids=lambda one: one.name if isinstance(one, Model) else "",
)
async def test_a_device_is_set_and_says_so(
    adapter: CoapAdapter, model: Model, kind: ComponentType, writes: dict[str, Value]
) -> None:
    async with running(model, address=HOST) as device, following(adapter, device) as thing:
        assert kind in {one.type for one in thing.description.components.values()}
        for name, value in writes.items():
            await thing.write_property(name, value)
            await until(lambda name=name, value=value: holds(thing, name, value))  # type: ignore[misc] # bound now


async def test_an_ocf_lamp_says_who_it_is_and_tells_of_changes(adapter: CoapAdapter) -> None:
    async with running(OCF_LAMP, address=HOST) as device, following(adapter, device) as thing:
        assert thing.description.title == "Reading lamp"
        assert thing.description.id == f"urn:uuid:{OCF_LAMP.identity}"
        schema = thing.description.properties["white"].schema
        assert (schema.minimum, round(schema.maximum or 0)) == (2000.0, 6536)
        device.set("mired", 400)
        await until(lambda: holds(thing, "white", 2500.0))


async def test_a_blind_is_stopped(adapter: CoapAdapter) -> None:
    async with running(BLIND, address=HOST) as device, following(adapter, device) as thing:
        await thing.invoke_action("blind/stop")
        assert device.requests["POST /blind/stop"] == 1
