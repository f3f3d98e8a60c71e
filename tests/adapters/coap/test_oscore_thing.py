"""A device that speaks OSCORE alone: met with its key, followed, rebooted, given another key, and never without."""

from collections.abc import AsyncIterator
from dataclasses import replace
import logging
from pathlib import Path

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.adapter import ConsumedThing, Credentials, FoundThing
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected
from custom_components.local_things.transports import neighbours
from tests.adapters.contract import MemoryHost, until
from tests.house.oscore import OscoreDevice, oscore_device
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.oscore_link import context_of, credentials_of
from tests.transports.coap.peer import reply
from tests.transports.coap.test_multicast import GroupPeer

from .conftest import HASTY
from .following import holds

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # of the server, see tests/conftest.py

TEMPERATURE, SWITCH = "3303/0/5700", "3312/0/5850"


@pytest.fixture
def host(tmp_path: Path) -> MemoryHost:
    return MemoryHost(interfaces=(LOOPBACK,), volatile=tmp_path / "volatile")


@pytest.fixture
async def adapter(loopback: None, host: MemoryHost) -> AsyncIterator[CoapAdapter]:
    opened = await CoapAdapter.open(host, timing=FAST, pace=replace(HASTY, slow_poll=0.5))
    yield opened
    await opened.close()


@pytest.fixture
async def device(loopback: None) -> AsyncIterator[OscoreDevice]:
    async with oscore_device() as made:
        yield made


@pytest.fixture
async def found(adapter: CoapAdapter, device: OscoreDevice) -> FoundThing:
    return await adapter.inspect(device.uri, credentials_of(device))


def follow(adapter: CoapAdapter, found: FoundThing, credentials: Credentials | None) -> ConsumedThing:
    if credentials and credentials.oscore:
        credentials = replace(credentials, oscore=replace(credentials.oscore, in_use=True))
    return adapter.consume(found.description.id, found.record, found.pin, credentials=credentials)


async def test_its_links_tell_that_it_wants_a_key(adapter: CoapAdapter, device: OscoreDevice) -> None:
    with pytest.raises(AccessDenied) as denied:
        await adapter.inspect(device.uri)
    assert denied.value.reason is Reason.ACCESS_DENIED
    assert device.requests == []


async def test_a_scan_tells_where_it_is_and_asks_it_no_more(adapter: CoapAdapter) -> None:
    door = await GroupPeer.listening()
    door.answer = lambda message: [reply(message, b"</3303/0/5700>;osc")]
    try:
        for _ in range(2):
            (found,) = [one async for one in adapter.discover()]
            assert found.asks_for_key
            assert found.pin.address == door.endpoint.uri
            assert found.description.id.endswith("_locked")
            assert not found.description.title
        assert {message.path for message in door.requests} == {"/.well-known/core"}
    finally:
        door.close()


async def test_with_a_wrong_key_it_is_not_met(adapter: CoapAdapter, device: OscoreDevice) -> None:
    wrong = replace(context_of(device), master_secret=b"w" * 16)
    with pytest.raises(AccessDenied) as denied:
        await adapter.inspect(device.uri, Credentials(oscore=wrong))
    assert denied.value.reason is Reason.BAD_CREDENTIALS


async def test_it_is_met_with_its_key(adapter: CoapAdapter, device: OscoreDevice, found: FoundThing) -> None:
    assert found.description.serial_number == "oscore-door"
    assert {TEMPERATURE, SWITCH} <= set(found.description.properties)
    again = await adapter.inspect(device.uri, credentials_of(device))
    assert again.description.id == found.description.id
    for secret in (device.master_secret, device.master_salt):
        assert secret.hex() not in repr(found)


async def test_it_is_followed_written_and_found_again(
    adapter: CoapAdapter, device: OscoreDevice, found: FoundThing
) -> None:
    thing = follow(adapter, found, credentials_of(device))
    await until(lambda: holds(thing, TEMPERATURE, 21.5))
    device.set("/3303/0/5700", "22.5")
    await until(lambda: holds(thing, TEMPERATURE, 22.5))
    await thing.write_property(SWITCH, value=True)
    assert device.values["/3312/0/5850"] == "1"
    await device.crash()
    await until(lambda: not thing.state.available)
    await device.start()
    device.set("/3303/0/5700", "23.5")
    await until(lambda: holds(thing, TEMPERATURE, 23.5))
    await thing.close()


async def test_a_device_with_another_key_is_unavailable_until_we_have_it(
    adapter: CoapAdapter, device: OscoreDevice, found: FoundThing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    old = device.master_secret
    thing = follow(adapter, found, credentials_of(device))
    await until(lambda: thing.state.available)
    await device.stop()
    device.rekey()
    await device.start()
    await until(lambda: not thing.state.available and thing.state.reason is Reason.BAD_CREDENTIALS)
    with pytest.raises(AccessDenied):
        await thing.write_property(SWITCH, value=True)
    assert device.values["/3312/0/5850"] == "0"
    await thing.close()
    for secret in (old, device.master_secret, device.master_salt):
        assert secret.hex() not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


async def test_t12_a_key_whose_state_did_not_come_back_is_not_used(
    adapter: CoapAdapter, host: MemoryHost, device: OscoreDevice, found: FoundThing
) -> None:
    restored = MemoryHost(interfaces=(LOOPBACK,), volatile=(host.volatile or Path()) / "restored")
    restarted = await CoapAdapter.open(restored, timing=FAST, pace=HASTY)
    heard = len(device.requests)
    thing = follow(restarted, found, credentials_of(device))
    await until(lambda: thing.state.reason is Reason.KEY_STATE_LOST)
    with pytest.raises(AccessDenied):
        await thing.read_property(TEMPERATURE)
    assert len(device.requests) == heard
    await thing.close()
    await restarted.close()


async def test_t04_a_device_that_has_its_key_may_have_another_network_card(
    adapter: CoapAdapter, device: OscoreDevice, found: FoundThing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def another(_: object) -> str:
        return "02:00:00:00:00:99"

    monkeypatch.setattr(neighbours, "link_address", another)
    pinned = replace(found, pin=replace(found.pin, link_address="02:00:00:00:00:01"))
    thing = follow(adapter, pinned, credentials_of(device))
    await until(lambda: holds(thing, TEMPERATURE, 21.5))
    await thing.close()


async def test_where_a_key_can_be_kept_nowhere_it_is_not_supported(loopback: None, device: OscoreDevice) -> None:
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(LOOPBACK,)), timing=FAST, pace=HASTY)
    with pytest.raises(Rejected) as refusal:
        await adapter.inspect(device.uri, credentials_of(device))
    assert refusal.value.reason is Reason.NOT_SUPPORTED
    await adapter.close()
