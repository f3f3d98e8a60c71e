"""A device that agrees on its keys: met, pinned by its public key, followed, rebooted, and replaced by a claimant."""

from collections.abc import AsyncIterator
from dataclasses import replace
import logging
from pathlib import Path

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.adapter import ConsumedThing, Credentials, FoundThing
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected
from custom_components.local_things.things.security import fingerprint_of
from tests.adapters.contract import MemoryHost, until
from tests.house.edhoc import EdhocDevice, edhoc_device
from tests.house.oscore import oscore_device
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.edhoc_link import introduced
from tests.transports.coap.peer import Peer, reply

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
async def device(loopback: None) -> AsyncIterator[EdhocDevice]:
    async with edhoc_device() as made:
        yield made


@pytest.fixture
def credentials(device: EdhocDevice) -> Credentials:
    return introduced(device)


@pytest.fixture
async def found(adapter: CoapAdapter, device: EdhocDevice, credentials: Credentials) -> FoundThing:
    return await adapter.inspect(device.uri, credentials)


def follow(adapter: CoapAdapter, found: FoundThing, credentials: Credentials) -> ConsumedThing:
    known = credentials.of(found.credential)
    return adapter.consume(found.description.id, found.record, found.pin, credentials=known)


async def test_its_links_tell_where_it_agrees_on_keys(adapter: CoapAdapter, device: EdhocDevice) -> None:
    with pytest.raises(AccessDenied) as denied:
        await adapter.inspect(device.uri)
    assert (denied.value.reason, denied.value.words["edhoc"]) == (Reason.ACCESS_DENIED, "/.well-known/edhoc")


@pytest.mark.parametrize(
    ("links", "path"),
    (
        ("</.well-known/edhoc>", "/.well-known/edhoc"),
        ('</.well-known/edhoc>;rt="core.edhoc"', "/.well-known/edhoc"),
        ('</agree>;rt="x core.edhoc"', "/agree"),
        ('<coap://192.0.2.9/agree>;rt="core.edhoc"', ""),
        ('</agree>;rt="core.edhoc";anchor="coap://192.0.2.9/"', ""),
        ("</x/.well-known/edhoc>", ""),
        ("</.well-known/other>", ""),
    ),
)
async def test_where_it_agrees_is_read_as_it_says_and_never_elsewhere(
    adapter: CoapAdapter, peer: Peer, links: str, path: str
) -> None:
    peer.answer = lambda request: [reply(request, f"</3303/0/5700>;osc,{links}".encode())]
    with pytest.raises(AccessDenied) as denied:
        await adapter.inspect(peer.endpoint.uri)
    assert denied.value.words["edhoc"] == path


async def test_one_that_has_a_key_already_offers_nothing(adapter: CoapAdapter) -> None:
    async with oscore_device() as door:
        with pytest.raises(AccessDenied) as denied:
            await adapter.inspect(door.uri)
    assert denied.value.words["edhoc"] == ""


async def test_it_is_met_and_pinned_by_its_public_key(
    adapter: CoapAdapter, device: EdhocDevice, credentials: Credentials, found: FoundThing
) -> None:
    assert found.description.serial_number == "oscore-gate"
    assert {TEMPERATURE, SWITCH} <= set(found.description.properties)
    assert not [path for path in found.description.affordances if "edhoc" in path]
    assert found.credential == device.credential
    assert found.pin.fingerprint == fingerprint_of(device.credential)
    assert credentials.edhoc is not None
    assert credentials.edhoc.private_key.hex() not in repr((found, credentials))


async def test_it_is_followed_written_and_agreed_with_anew_after_it_rebooted(
    adapter: CoapAdapter, device: EdhocDevice, credentials: Credentials, found: FoundThing
) -> None:
    thing = follow(adapter, found, credentials)
    await until(lambda: holds(thing, TEMPERATURE, 21.5))
    await thing.write_property(SWITCH, value=True)
    assert device.values["/3312/0/5850"] == "1"
    await device.crash()
    await until(lambda: not thing.state.available)
    await device.start()
    device.set("/3303/0/5700", "23.5")
    await until(lambda: holds(thing, TEMPERATURE, 23.5))
    await thing.close()


async def test_one_that_forgot_us_is_unavailable_until_it_knows_us_again(
    adapter: CoapAdapter,
    device: EdhocDevice,
    credentials: Credentials,
    found: FoundThing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert credentials.edhoc is not None
    thing = follow(adapter, found, credentials)
    await until(lambda: thing.state.available)
    await device.stop()
    device.trust("")
    await device.start()
    await until(lambda: thing.state.reason is Reason.BAD_CREDENTIALS)
    with pytest.raises(AccessDenied):
        await thing.write_property(SWITCH, value=True)
    device.trust(credentials.edhoc.credential.hex())
    await until(lambda: thing.state.available)
    assert device.values["/3312/0/5850"] == "0"
    await thing.close()
    assert credentials.edhoc.private_key.hex() not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


async def test_t04_a_device_with_another_key_is_not_followed(
    adapter: CoapAdapter, device: EdhocDevice, credentials: Credentials, found: FoundThing
) -> None:
    """It has the same name, ID and address, and lets us in."""
    thing = follow(adapter, found, credentials)
    await until(lambda: holds(thing, TEMPERATURE, 21.5))
    await device.stop()
    device.rekey()
    device.values["/3303/0/5700"] = "99"
    await device.start()
    heard = len(device.requests)
    await until(lambda: thing.state.reason is Reason.IDENTITY_CHANGED)
    with pytest.raises(Rejected):
        await thing.read_property(TEMPERATURE)
    assert not thing.state.available
    assert len(device.requests) == heard
    await thing.close()


async def test_t04_who_agrees_on_nothing_is_another(
    adapter: CoapAdapter, device: EdhocDevice, credentials: Credentials, found: FoundThing
) -> None:
    thing = follow(adapter, found, credentials)
    await until(lambda: thing.state.available)
    await device.stop()
    device.offers = False
    await device.start()
    await until(lambda: not thing.state.available and thing.state.reason is Reason.IDENTITY_CHANGED)
    await thing.close()


async def test_without_the_library_it_says_so_and_others_are_met(
    adapter: CoapAdapter, host: MemoryHost, device: EdhocDevice, credentials: Credentials, found: FoundThing
) -> None:
    host.brings = False
    thing = follow(adapter, found, credentials)
    await until(lambda: thing.state.reason is Reason.EDHOC_MISSING)
    await thing.close()
    with pytest.raises(AccessDenied) as denied:
        await adapter.inspect(device.uri, credentials)
    assert denied.value.reason is Reason.EDHOC_MISSING
