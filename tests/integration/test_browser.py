"""Who announces itself by DNS-SD is met: real multicast DNS on loopback, and what an announcement says in our words."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address, ip_interface
from typing import cast, override
from unittest.mock import AsyncMock, Mock

from homeassistant.components.zeroconf.const import DATA_INSTANCE
from homeassistant.components.zeroconf.models import HaAsyncZeroconf
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from zeroconf import IPVersion, ServiceStateChange
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from custom_components.local_things.network import browser
from custom_components.local_things.network.browser import Browser, announced
from custom_components.local_things.things.adapter import Announcement, NetworkInterface
from custom_components.local_things.things.errors import Reason, Unreachable
from tests.fake import FakeAdapter
from tests.patience import PATIENCE

TYPE = "_fake._udp.local."
LO = NetworkInterface(name="lo", index=1, addresses=(ip_interface("127.0.0.1/8"),))
ETH0 = NetworkInterface(name="eth0", index=2, addresses=(ip_interface("fe80::1/64"), ip_interface("192.0.2.1/24")))
ETH1 = NetworkInterface(name="eth1", index=3, addresses=(ip_interface("fe80::1/64"),))


def instance(*addresses: str, name: str = "hall", **properties: str) -> AsyncServiceInfo:
    packed = [ip_address(address).packed for address in addresses]
    return AsyncServiceInfo(
        TYPE, f"{name}.{TYPE}", port=8080, addresses=packed, properties=properties, server=f"{name}.local."
    )


def test_an_announcement_says_where_and_what() -> None:
    said = announced("_fake._udp", "hall", instance("192.0.2.7", td="/td", type="Thing"), (ETH0,))
    assert said == Announcement(
        service="_fake._udp",
        name="hall",
        addresses=("192.0.2.7",),
        port=8080,
        properties={"td": "/td", "type": "Thing"},
    )


def test_an_address_of_the_link_comes_last_and_with_every_zone_that_it_may_have() -> None:
    said = announced("_fake._udp", "hall", instance("fe80::7", "192.0.2.7", "fd00::7"), (ETH0, ETH1))
    assert said.addresses == ("fd00::7", "192.0.2.7", "fe80::7%eth0", "fe80::7%eth1")


def test_who_says_nothing_is_announced_with_nothing() -> None:
    said = announced("_fake._udp", "hall", instance(), (ETH0,))
    assert (said.addresses, dict(said.properties)) == ((), {})


class Meeting(FakeAdapter):
    """Remembers who was to be met."""

    def __init__(self) -> None:
        super().__init__()
        self.announcing = ("_fake._udp",)
        self.announcements: asyncio.Queue[Announcement] = asyncio.Queue()

    @override
    async def meet(self, announcement: Announcement) -> tuple[()]:
        self.announcements.put_nowait(announcement)
        if announcement.name == "broken":
            raise Unreachable(Reason.NOT_ANSWERING)
        return ()


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    fake = Meeting()
    monkeypatch.setattr("custom_components.local_things.network.entry.ADAPTERS", (fake.spec,))

    async def loopback_only(hass: HomeAssistant) -> tuple[NetworkInterface, ...]:
        return (LO,)

    monkeypatch.setattr("custom_components.local_things.network.entry.async_enabled_interfaces", loopback_only)
    return fake


@pytest.fixture
async def announcer(multicast_dns: None) -> AsyncIterator[AsyncZeroconf]:
    zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    yield zeroconf
    await zeroconf.async_close()


async def heard(adapter: Meeting) -> Announcement:
    async with asyncio.timeout(PATIENCE):
        return await adapter.announcements.get()


@pytest.mark.parametrize("expected_lingering_timers", [True])  # zeroconf's own, of its closed instances
async def test_who_announces_itself_is_met_once_and_one_that_is_broken_stops_nobody(
    hass: HomeAssistant, announcer: AsyncZeroconf, adapter: Meeting, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    broken, hall = instance("127.0.0.1", name="broken"), instance("127.0.0.1", name="hall", td="/td")
    await (await announcer.async_register_service(broken))
    assert (await heard(adapter)).name == "broken"
    await (await announcer.async_register_service(hall))
    said = await heard(adapter)
    assert (said.name, said.addresses, said.port, said.properties["td"]) == ("hall", ("127.0.0.1",), 8080, "/td")
    await (await announcer.async_update_service(instance("127.0.0.1", name="hall", td="/other")))
    await asyncio.sleep(0.5)
    assert adapter.announcements.empty(), "it was met a moment ago"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_t05_two_thousand_announcements_by_dns_sd_do_not_wait_to_be_met(
    hass: HomeAssistant, adapter: Meeting, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    waiting, answer = 0, asyncio.Event()

    async def meet(*_: object) -> None:
        nonlocal waiting
        waiting += 1
        await answer.wait()

    flooded = Browser(hass, entry.runtime_data, (LO,))
    monkeypatch.setattr(flooded, "_meet", meet)
    zeroconf = Mock()
    for number in range(2000):
        flooded._changed(zeroconf, TYPE, f"{number}.{TYPE}", ServiceStateChange.Added)
    await asyncio.sleep(0)
    assert waiting == browser._MOST_WAITING
    answer.set()


@pytest.mark.usefixtures("multicast_dns")
async def test_where_nobody_can_listen_the_rest_goes_on(
    hass: HomeAssistant,
    adapter: Meeting,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse() -> None:
        raise OSError("no such device")

    monkeypatch.setattr(browser, "_library", refuse)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert "Announcements by DNS-SD are not heard: no such device" in caplog.text


@pytest.mark.usefixtures("multicast_dns")
async def test_the_instance_of_home_assistant_is_listened_on_and_left_open(
    hass: HomeAssistant, adapter: Meeting, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    listened: asyncio.Queue[object] = asyncio.Queue()

    def listen(zeroconf: object, *_: object, **__: object) -> AsyncMock:
        listened.put_nowait(zeroconf)
        return AsyncMock()

    monkeypatch.setattr("zeroconf.asyncio.AsyncServiceBrowser", listen)
    shared = AsyncMock(spec=HaAsyncZeroconf, zeroconf=Mock())
    hass.data[DATA_INSTANCE] = cast(HaAsyncZeroconf, shared)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    async with asyncio.timeout(PATIENCE):
        assert await listened.get() is shared.zeroconf
    assert await hass.config_entries.async_unload(entry.entry_id)
    shared.async_close.assert_not_awaited()


@pytest.mark.parametrize("expected_lingering_timers", [True])  # as above
async def test_one_that_does_not_answer_is_met_again_and_one_that_says_otherwise_soon(
    hass: HomeAssistant,
    announcer: AsyncZeroconf,
    adapter: Meeting,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "_AGAIN_S", (0.1, 0.1))
    monkeypatch.setattr(browser, "_REST_OF_OTHERS_S", 0.1)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await (await announcer.async_register_service(instance("127.0.0.1", name="broken")))
    assert [(await heard(adapter)).name for _ in range(3)] == ["broken"] * 3
    await (await announcer.async_register_service(instance("127.0.0.1")))
    assert (await heard(adapter)).properties == {}
    await (await announcer.async_update_service(instance("127.0.0.1", td="/other")))
    assert (await heard(adapter)).properties == {"td": "/other"}
    await (await announcer.async_unregister_service(instance("127.0.0.1", td="/other")))
    await (await announcer.async_register_service(instance("127.0.0.1", td="/other")))
    await asyncio.sleep(0.5)
    assert adapter.announcements.empty(), "three times are enough, and the same is not news"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_one_that_has_gone_is_not_met(
    hass: HomeAssistant,
    announcer: AsyncZeroconf,
    adapter: Meeting,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "_PATIENCE_MS", 50)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    listening = Browser(hass, entry.runtime_data, (LO,))
    assert await listening._is_settled(announcer.zeroconf, TYPE, f"nobody.{TYPE}")
    assert adapter.announcements.empty()
