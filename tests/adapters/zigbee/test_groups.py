"""A group as a Thing: what its members have in common, what they say together, and who is asked what."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from zigpy.endpoint import Endpoint

from custom_components.local_things.adapters.zigbee.bindings import DirectBindings, Target
from custom_components.local_things.adapters.zigbee.group import GroupThing
from custom_components.local_things.adapters.zigbee.grouped import Member, group_of
from custom_components.local_things.adapters.zigbee.groups import Groups
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.errors import Reason, ThingError, Unreachable
from custom_components.local_things.things.model import ComponentType, ThingState
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import Device, devices

from .house import QUICK, Home, until


class Told:
    """What the groups told."""

    def __init__(self) -> None:
        self.ready: list[GroupThing] = []
        self.gone: list[str] = []


class Street:
    """A network with groups."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.told = Told()
        self.groups = Groups(home.network, self.told.ready.append, self.told.gone.append, QUICK)
        self.direct = DirectBindings(home.network, QUICK)

    async def group(self, number: int, name: str, *members: Device) -> GroupThing:
        """Make a group as a user does."""
        for one in members:
            if str(one.ieee) not in self.home.network.things:
                await self.home.join(one)
        with self.groups.held():
            for one in members:
                await self.direct.add_member(number, name, Target(ieee=str(one.ieee), endpoint=1))
        await until(lambda: number in self.groups.things)
        return self.groups.things[number]


@pytest.fixture
async def street(home: Home) -> AsyncIterator[Street]:
    made = Street(home)
    yield made
    made.groups.stop()
    for thing in made.groups.things.values():
        await thing.close()


def name_of(thing: GroupThing, quantity: Quantity) -> str:
    (name,) = (one.name for one in thing.description.affordances.values() if one.quantity is quantity)
    return name


def said(thing: GroupThing, quantity: Quantity) -> object:
    return thing.state.values.get(name_of(thing, quantity))


async def refused(asking: object) -> ThingError:
    with pytest.raises(ThingError) as refusal:
        await asking  # type: ignore[misc]  # each is a coroutine
    return refusal.value


async def test_a_group_has_what_all_its_members_have(street: Street) -> None:
    lamp, plug, blind = devices.light(), devices.plug(), devices.cover()
    lamps = await street.group(1, "Lamps", lamp, devices.light(20))
    quantities = {one.quantity for one in lamps.description.properties.values()}
    assert {Quantity.ON_OFF, Quantity.LEVEL, Quantity.COLOR_TEMPERATURE} <= quantities
    assert Quantity.BATTERY not in quantities
    assert {one.type for one in lamps.description.components.values()} == {ComponentType.LIGHT}
    assert lamps.description.actions == {}, "nobody identifies a group"
    assert lamps.description.title == "Lamps"
    assert lamps.description.id.endswith("_group-1")
    mixed = await street.group(2, "Mixed", lamp, plug)
    assert [one.quantity for one in mixed.description.properties.values()] == [Quantity.ON_OFF]
    assert {one.type for one in mixed.description.components.values()} == {ComponentType.OTHER}
    blinds = await street.group(3, "Blinds", blind, devices.cover(21))
    assert {Quantity.OPEN, Quantity.CLOSE, Quantity.STOP} == {
        one.quantity for one in blinds.description.actions.values()
    }
    assert street.told.ready == [lamps, mixed, blinds]


def member(thing: ZigbeeThing) -> Member:
    return Member(described=thing.described, endpoint=1)


async def test_a_range_is_what_all_can(home: Home) -> None:
    warm, cold = devices.light(), devices.light(20)
    colour = cold.endpoints[1].servers[0x0300]
    colour.attributes[colour.attribute("color_temp_physical_min")] = 250
    grouped = group_of("urn:dev:mac:1_group-1", "x", [member(await home.join(one)) for one in (warm, cold)])
    assert grouped is not None
    (white,) = (
        one for one in grouped.described.description.properties.values() if one.quantity is Quantity.COLOR_TEMPERATURE
    )
    assert (white.schema.minimum, white.schema.maximum) == (2000, 4000)
    sensor = await home.join(devices.climate_sensor())
    assert group_of("urn:dev:mac:1_group-1", "x", [member(sensor)]) is None


async def test_values_are_those_of_who_is_on_and_there(street: Street) -> None:
    lamp, other = devices.light(), devices.light(20)
    thing = await street.group(1, "Lamps", lamp, other)
    states: list[ThingState] = []
    end = thing.subscribe(states.append)
    assert states == [thing.state]
    lamp.set(1, 6, on_off=True)
    lamp.set(1, 8, current_level=127)
    await until(lambda: said(thing, Quantity.LEVEL) == 0.5)
    assert said(thing, Quantity.ON_OFF) is True
    other.set(1, 6, on_off=True)
    await until(lambda: said(thing, Quantity.LEVEL) == 0.75)
    street.home.network.things[str(lamp.ieee)].lost()
    await until(lambda: said(thing, Quantity.LEVEL) == 1.0)
    street.home.network.things[str(other.ieee)].lost()
    await until(lambda: not thing.state.available)
    assert thing.link.last_seen is not None
    end()
    thing.subscribe_events(lambda _: None)()


async def test_what_cannot_be_done_is_said(street: Street) -> None:
    lamp, blind = devices.light(), devices.cover()
    lamps, blinds = await street.group(1, "Lamps", lamp), await street.group(2, "Blinds", blind)
    switch, stop = name_of(lamps, Quantity.ON_OFF), name_of(blinds, Quantity.STOP)
    assert (await refused(lamps.read_property("nothing"))).reason is Reason.NOT_FOUND
    assert (await refused(lamps.write_property("nothing", True))).reason is Reason.READ_ONLY
    assert (await refused(lamps.write_property(switch, "on"))).reason is Reason.OUT_OF_RANGE
    assert (await refused(lamps.invoke_action(stop))).reason is Reason.NOT_FOUND
    await blinds.invoke_action(stop)
    await until(lambda: (1, 0x0102, "stop") in blind.received)
    lamp.endpoints[1].servers[6].attributes[0] = True
    assert await lamps.read_property(switch) is True
    assert await lamps.read_property(name_of(lamps, Quantity.LEVEL)) == 1.0
    lamp.away = True
    assert isinstance(await refused(lamps.read_property(switch)), Unreachable)
    street.home.network.things[str(lamp.ieee)].lost()
    await until(lambda: not lamps.state.available)
    assert isinstance(await refused(lamps.write_property(switch, False)), Unreachable)
    assert isinstance(await refused(lamps.read_property(switch)), Unreachable)


async def test_a_colour_is_that_of_the_first(street: Street) -> None:
    lamps = devices.light(), devices.light(20)
    for lamp in lamps:
        colour = lamp.endpoints[1].servers[0x0300]
        colour.attributes[colour.attribute("color_capabilities")] = 0b01000
    thing = await street.group(1, "Lamps", *lamps)
    name = name_of(thing, Quantity.COLOR)
    await thing.write_property(name, "#ff0000")
    await until(lambda: str(thing.state.values.get(name)).startswith("#f"))
    assert len({one.value(1, 0x0300, "current_x") for one in lamps}) == 1


async def test_who_is_as_told_already_is_asked_and_who_lies_is_named(street: Street) -> None:
    lamp, other = devices.light(), devices.light(20)
    thing = await street.group(1, "Lamps", lamp, other)
    turn = partial(thing.write_property, name_of(thing, Quantity.ON_OFF))
    asked = lamp.requests
    await turn(True)
    assert lamp.requests == asked + 1, "its report was enough"
    asked = lamp.requests
    await turn(True)
    assert lamp.requests > asked + 1, "it reports nothing new"
    other.liar = True
    refusal = await refused(turn(False))
    assert refusal.reason is Reason.WRITE_NOT_APPLIED
    assert refusal.words["device"] == "Colour light"


def endpoint_of(street: Street, device: Device) -> Endpoint:
    endpoint = street.home.network.device(str(device.ieee)).endpoints[1]
    assert isinstance(endpoint, Endpoint)
    return endpoint


async def test_what_others_do_to_groups_is_followed(street: Street) -> None:
    lamp, sensor = devices.light(), devices.climate_sensor()
    app = street.home.network.application
    for one in (lamp, sensor):
        await street.home.join(one)
    street.groups.changed()
    app.groups.add_group(9, None)
    await until(lambda: street.groups._due is None)
    assert street.groups.things == {}, "nobody is in it"
    app.groups[9].add_member(endpoint_of(street, lamp))
    await until(lambda: 9 in street.groups.things)
    thing = street.groups.things[9]
    assert street.groups.number_of(thing.description.id) == 9
    assert street.groups.number_of("urn:dev:mac:2") is None
    app.groups[9].add_member(endpoint_of(street, sensor))
    await until(lambda: street.told.gone == [thing.description.id])
    assert street.groups.things == {}, "they have nothing in common"
    app.groups[9].remove_member(endpoint_of(street, sensor))
    await until(lambda: 9 in street.groups.things)
    app.groups.remove_group(9)
    await until(lambda: len(street.told.gone) == 2)
    # A group without a radio stays as it is.
    await street.group(10, "Ten", lamp)
    await street.home.network.stop()
    street.groups.changed()
    await until(lambda: street.groups._due is None)
    assert 10 in street.groups.things
    street.groups.changed()
