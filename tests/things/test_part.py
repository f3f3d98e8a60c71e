"""A part of a Thing has the affordances it was given and no others, and the whole goes on without it."""

import pytest

from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import EventAffordance, EventOccurrence, ThingDescription
from custom_components.local_things.things.part import PartOfThing
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeDevice, FakeThing
from tests.things_made import prop


async def test_what_is_no_part_of_it_is_not_there() -> None:
    events = {name: EventAffordance(name=name, quantity=Quantity.PRESS) for name in ("ring", "rattle")}
    properties = {"t": prop("t", Quantity.TEMPERATURE), "h": prop("h", Quantity.HUMIDITY)}
    whole = ThingDescription(id="urn:dev:org:32473-1", title="Bell", properties=properties, events=events)
    device = FakeDevice(description=whole, values={"t": 21.0, "h": 0.5})
    shown = ThingDescription(
        id="urn:dev:org:32473-1-part",
        title="Part",
        properties={"t": properties["t"]},
        events={"ring": events["ring"]},
    )
    part = PartOfThing(FakeThing(device, whole), shown)
    heard: list[EventOccurrence] = []
    end = part.subscribe_events(heard.append)
    device.fire("rattle", "press")
    device.fire("ring", "press")
    end()
    assert [one.name for one in heard] == ["ring"]
    assert dict(part.state.values) == {"t": 21.0}
    for asking in (part.read_property("h"), part.write_property("h", 0.4), part.invoke_action("boom")):
        with pytest.raises(Rejected) as refusal:
            await asking
        assert refusal.value.reason is Reason.NOT_FOUND
    await part.close()
    assert device.values["h"] == 0.5
