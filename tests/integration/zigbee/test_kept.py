"""What Zigbee devices keep that others put there, and what is left of us in them when they, or we, go."""

from unittest.mock import patch

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
import zigpy.zdo.types as zdo

from custom_components.local_things.adapters.zigbee.kept import DeviceKeeps
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.things.errors import Rejected
from custom_components.local_things.things.stored import Stored, StoredKind
from custom_components.local_things.zigbee import entry as zigbee_entry
from tests.adapters.zigbee.house import QUICK, until
from tests.house.radio import Device, devices
from tests.house.radio.behaviours import SCENES
from tests.house.radio.clusters import cluster

from .house import Plugged, hub_of, join
from .test_options import fill, options


def told(hass: HomeAssistant, key: str = "stored") -> list[dict[str, str]]:
    """Return what the user is told of now."""
    issues = ir.async_get(hass).issues.values()
    return [
        issue.translation_placeholders or {}
        for issue in issues
        if issue.domain == DOMAIN and issue.translation_key == key and issue.active
    ]


def direct(device: Device) -> list[zdo.MultiAddress]:
    """Return where a device is bound to besides the stick."""
    stick = device.network.stick
    return [target for _, _, target in device.bindings if target.addrmode != 3 or target.ieee != stick]


async def settled(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Wait until nobody is asked any more."""
    await hass.async_block_till_done()
    await until(lambda: not hub_of(entry).audit._asking)
    await hass.async_block_till_done()


@pytest.fixture
async def pair(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> tuple[Device, Device]:
    """A light and a remote in a network."""
    lamp, remote = devices.light(), devices.remote()
    for device in (lamp, remote):
        await join(hass, entry, plugged, device)
    await settled(hass, entry)
    return lamp, remote


async def bind(hass: HomeAssistant, entry: ConfigEntry, source: Device, target: str) -> None:
    form = await fill(hass, await options(hass, entry, "bind"), {"source": str(source.ieee)})
    await fill(hass, form, {"target": target})


async def test_t16_a_binding_of_a_stranger_is_told_of_when_the_remote_speaks(
    hass: HomeAssistant, entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    lamp, remote = pair
    assert told(hass) == []
    remote.bindings.append((1, 6, zdo.MultiAddress(addrmode=3, ieee=devices.address(66), endpoint=1)))
    asked = remote.requests
    hub_of(entry).audit._due.clear()
    hub_of(entry).audit._look(None)  # type: ignore[arg-type] # the time is of no matter
    await settled(hass, entry)
    assert remote.requests == asked, "a device that sleeps is not woken"
    remote.send(1, 6, "toggle")
    await until(lambda: told(hass))
    (words,) = told(hass)
    assert words["device"] == "Remote"
    assert str(devices.address(66)) in words["what"]
    assert direct(lamp) == []


async def test_what_the_user_binds_here_is_no_strangers(
    hass: HomeAssistant, entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    lamp, remote = pair
    await bind(hass, entry, remote, str(lamp.ieee))
    assert len(direct(remote)) == 2
    hub_of(entry).audit._due.clear()
    remote.send(1, 6, "toggle")
    await until(lambda: hub_of(entry).audit._due.get(_id(entry, remote), 0) > hass.loop.time() + 3600)
    assert told(hass) == []
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert len(hub_of(entry).audit.ours()[_id(entry, remote)]) == 2


def _id(entry: ConfigEntry, device: Device) -> str:
    return hub_of(entry).network.things[str(device.ieee)].description.id


async def test_t16_groups_and_scenes_of_others_are_found_and_removed(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp, plug = devices.light(), devices.plug()
    lamp.endpoints[1].groups = {77}
    lamp.endpoints[1].servers[5] = cluster(5, name_support=0, commands=SCENES)
    lamp.endpoints[1].scenes = {77: {3}, 0: {1}}
    for device in (lamp, plug):
        await join(hass, entry, plugged, device)
    await until(lambda: len(told(hass)) == 3)
    keeps = DeviceKeeps(hub_of(entry).network, str(lamp.ieee), QUICK)
    assert not keeps.is_asleep
    form = await options(hass, entry, "make_group")
    await fill(hass, form, {"name": "Kitchen", "members": [str(lamp.ieee)]})
    found = await keeps.stored()
    assert [one.key for one in found] == ["group 1 77", "scene 1 0 1", "scene 1 77 3"], "our own group is none"
    for one in found:
        await keeps.discard(one)
    assert await keeps.stored() == ()
    assert (lamp.endpoints[1].groups, lamp.endpoints[1].scenes) == ({1}, {77: set(), 0: set()})
    with pytest.raises(Rejected):
        await keeps.discard(Stored(kind=StoredKind.SCENE, key="scene 9 0 1"))
    assert await DeviceKeeps(hub_of(entry).network, str(plug.ieee), QUICK).stored() == ()


async def test_a_binding_is_removed_from_the_device_that_keeps_it(
    entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    _, remote = pair
    group = zdo.MultiAddress(addrmode=1, nwk=9)
    stranger = zdo.MultiAddress(addrmode=3, ieee=devices.address(66), endpoint=2)
    remote.bindings += [(1, 6, group), (1, 8, stranger)]
    keeps = DeviceKeeps(hub_of(entry).network, str(remote.ieee), QUICK)
    assert keeps.is_asleep
    assert [one.key for one in await keeps.stored()] == ["binding 1 6 9", f"binding 1 8 {devices.address(66)}/2"]
    for one in await keeps.stored():
        await keeps.discard(one)
    assert direct(remote) == []
    assert remote.bindings, "how we hear of it stays"


async def test_t10_a_device_that_goes_leaves_no_binding_to_it(
    hass: HomeAssistant, entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    lamp, remote = pair
    await bind(hass, entry, remote, str(lamp.ieee))
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, _id(entry, lamp)), entry.entry_id)
    assert device is not None
    assert await zigbee_entry.async_remove_device(hass, entry, device)
    await hass.async_block_till_done()
    assert direct(remote) == []
    assert told(hass, "left_behind") == []
    assert hub_of(entry).audit.ours() == {}


async def test_t10_the_end_of_the_entry_leaves_no_binding_and_no_group(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    lamp, remote = pair
    stranger = zdo.MultiAddress(addrmode=3, ieee=devices.address(66), endpoint=1)
    remote.bindings.append((1, 8, stranger))
    await bind(hass, entry, remote, str(lamp.ieee))
    form = await options(hass, entry, "make_group")
    await fill(hass, form, {"name": "Kitchen", "members": [str(lamp.ieee)]})
    assert lamp.endpoints[1].groups
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert direct(remote) == [stranger], "what others put there is theirs"
    assert lamp.endpoints[1].groups == set()
    assert told(hass, "left_behind") == []
    assert not plugged.stick.wire.is_used


async def test_t10_who_does_not_answer_at_the_end_is_named(
    hass: HomeAssistant, entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    lamp, remote = pair
    await bind(hass, entry, remote, str(lamp.ieee))
    form = await options(hass, entry, "make_group")
    await fill(hass, form, {"name": "Kitchen", "members": [str(lamp.ieee)]})
    remote.mute = lamp.mute = True
    with patch.object(DeviceKeeps.__init__, "__defaults__", (QUICK,)):
        await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    (words,) = told(hass, "left_behind")
    assert words["devices"] == "`House of Zigbee Remote`, `Kitchen`" or words["devices"] == "`Remote`, `Kitchen`"


async def test_t10_where_the_stick_is_gone_the_user_is_told(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, pair: tuple[Device, Device]
) -> None:
    lamp, remote = pair
    await bind(hass, entry, remote, str(lamp.ieee))
    await hass.config_entries.async_unload(entry.entry_id)
    await plugged.stick.wire.close()
    with patch.object(zigbee_entry, "_FAREWELL_S", 2.0):
        await hass.config_entries.async_remove(entry.entry_id)
    (words,) = told(hass, "left_behind")
    assert words["devices"] == f"`{entry.title}`"
