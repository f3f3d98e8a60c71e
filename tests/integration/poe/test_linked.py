"""What a device is shown of its port is the port itself, in part."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.local_things.poe_switch.linked import is_linked, linked_thing
from custom_components.local_things.things.model import ActionAffordance, EventOccurrence, ThingDescription, ThingState
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeDevice, FakeThing
from tests.things_made import prop

from .house import SWITCH_ID, foreign_device, mac


async def test_a_linked_thing_is_a_part_of_the_port(hass: HomeAssistant) -> None:
    description = ThingDescription(
        id=f"{SWITCH_ID}_port-1-1",
        title="Port 1",
        properties={"power": prop("power", Quantity.POWER), "energy": prop("energy", Quantity.ENERGY)},
        actions={"power_cycle": ActionAffordance(name="power_cycle", quantity=Quantity.POWER_CYCLE)},
    )
    port = FakeDevice(description=description, values={"power": 4.5, "energy": 7.0})
    of_port = FakeThing(port, description)
    device = foreign_device(hass, mac(1))
    thing = linked_thing(SWITCH_ID, of_port, device)
    assert is_linked(thing.description.id)
    assert not is_linked(description.id)
    assert {name: one.quantity for name, one in thing.description.affordances.items()} == {
        "power": Quantity.PSE_POWER,
        "power_cycle": Quantity.POWER_CYCLE,
    }
    assert thing.link is port.link
    states: list[ThingState] = []
    events: list[EventOccurrence] = []
    end, end_events = thing.subscribe(states.append), thing.subscribe_events(events.append)
    port.set("power", 5.0)
    assert [dict(state.values) for state in states] == [{"power": 4.5}, {"power": 5.0}]
    assert dict(thing.state.values) == {"power": 5.0}
    assert await thing.read_property("power") == 5.0
    await thing.write_property("power", 6.0)
    await thing.invoke_action("power_cycle")
    assert (port.values["power"], port.invoked, events) == (6.0, ["power_cycle"], [])
    end()
    end_events()
    await thing.close()
    assert port.things == [of_port], "the port goes on without it"
    assert dr.async_get(hass).async_get(device.id) is device
