"""Direct bindings and groups, over the real zigpy-znp."""

import pytest
import zigpy.zdo.types as zdo

from custom_components.local_things.adapters.zigbee.bindings import DirectBinding, DirectBindings, Target
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from tests.house.radio import Device, devices

from .house import QUICK, Home, until


@pytest.fixture
async def pair(home: Home) -> tuple[DirectBindings, Device, Device]:
    """A light and a remote in a network."""
    lamp, remote = devices.light(), devices.remote()
    for device in (lamp, remote):
        await home.join(device)
    return DirectBindings(home.network, QUICK), lamp, remote


async def test_a_remote_works_a_light_with_the_host_out_of_it(
    home: Home, pair: tuple[DirectBindings, Device, Device]
) -> None:
    bindings, lamp, remote = pair
    source, target = str(remote.ieee), Target(ieee=str(lamp.ieee), endpoint=1)
    assert (1, 6, 1) in bindings.possible(source, str(lamp.ieee))
    await bindings.bind(source, 1, 6, target)
    made = DirectBinding(source=source, endpoint=1, cluster=6, target=target)
    assert made in await bindings.read(source)
    await home.stop()
    remote.send(1, 6, "toggle")
    assert lamp.value(1, 6, "on_off") is True


async def test_bindings_are_listed_and_removed_whoever_made_them(
    pair: tuple[DirectBindings, Device, Device],
) -> None:
    bindings, lamp, remote = pair
    source = str(remote.ieee)
    foreign = zdo.MultiAddress(addrmode=3, ieee=lamp.ieee, endpoint=1)
    remote.bindings += [(1, 8, foreign)]
    listed = await bindings.read(source)
    assert len(listed) == len(remote.bindings)
    assert [one for one in listed if not one.is_ours] == [
        DirectBinding(source=source, endpoint=1, cluster=8, target=Target(ieee=str(lamp.ieee), endpoint=1))
    ]
    await bindings.unbind(next(one for one in listed if not one.is_ours))
    assert all(one.is_ours for one in await bindings.read(source))


async def test_a_remote_works_a_group(pair: tuple[DirectBindings, Device, Device], home: Home) -> None:
    bindings, lamp, remote = pair
    plug = devices.plug()
    await home.join(plug)
    members = [Target(ieee=str(one.ieee), endpoint=1) for one in (lamp, plug)]
    for member in members:
        await bindings.add_member(7, "Downstairs", member)
    assert bindings.groups() == {7: "Downstairs"}
    assert sorted(one.ieee for one in bindings.members(7)) == sorted(one.ieee for one in members)
    await bindings.bind(str(remote.ieee), 1, 6, Target(group=7))
    assert Target(group=7) in [one.target for one in await bindings.read(str(remote.ieee))]
    remote.send(1, 6, "on")
    await until(lambda: lamp.value(1, 6, "on_off") and plug.value(1, 6, "on_off"))
    await bindings.switch(7, is_on=False)
    await until(lambda: not lamp.value(1, 6, "on_off") and not plug.value(1, 6, "on_off"))
    await bindings.remove_member(7, members[0])
    assert [one.ieee for one in bindings.members(7)] == [members[1].ieee]


async def test_what_is_not_there_cannot_be_bound_or_joined(pair: tuple[DirectBindings, Device, Device]) -> None:
    bindings, lamp, remote = pair
    nobody = "00:00:00:00:00:00:00:09"
    refusals = (
        bindings.read(nobody),
        bindings.bind(nobody, 1, 6, Target(group=1)),
        bindings.add_member(1, "x", Target(ieee=str(remote.ieee), endpoint=1)),
        bindings.add_member(1, "x", Target(ieee=str(lamp.ieee), endpoint=0)),
        bindings.switch(99, is_on=True),
    )
    for asking in refusals:
        with pytest.raises(Rejected) as refusal:
            await asking
        assert refusal.value.reason is Reason.NOT_FOUND


async def test_a_device_that_refuses_or_sleeps_is_said(pair: tuple[DirectBindings, Device, Device]) -> None:
    bindings, lamp, remote = pair
    remote.deaf_to_bindings = True
    with pytest.raises(Rejected) as refusal:
        await bindings.bind(str(remote.ieee), 1, 6, Target(ieee=str(lamp.ieee), endpoint=1))
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    assert refusal.value.words["code"] == "NOT_SUPPORTED"
    remote.mute = True
    with pytest.raises(Unreachable):
        await bindings.read(str(remote.ieee))
