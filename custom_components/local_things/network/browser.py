"""Hears who announces itself by DNS-SD (RFC 6763), and has each met.

Home Assistant's own dispatch of such announcements leaves out who has only a link-local address, and its zeroconf
integration cannot be set up on a host without IPv4. So we browse ourselves: on its instance where there is one, else
on one of our own.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv6Address
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.components.zeroconf.const import DATA_INSTANCE
from homeassistant.core import HomeAssistant, callback

from ..things.adapter import Adapter, Announcement, NetworkInterface
from ..things.errors import ThingError, Unreachable
from ..things.traffic import traffic

if TYPE_CHECKING:
    from zeroconf import IPVersion, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

    from .hub import Hub

_LOGGER = logging.getLogger(__name__)

_DOMAIN: Final = ".local."

_MOST_WAITING: Final = 64
"""Announcements that wait to be met, at most: a flood of them is met by later ones (T5)."""

_AT_ONCE: Final = 4
_PATIENCE_MS: Final = 3000
_REST_S: Final = 60.0
"""Shortest time between two meetings of one instance that says the same, however often it announces itself."""
_REST_OF_OTHERS_S: Final = 5.0
"""The same where it says something new: a device that was given another address is to be followed there."""
_AGAIN_S: Final = (5.0, 20.0)
"""How long to leave an instance alone that did not answer: many devices announce themselves before they listen."""


@dataclass(frozen=True, slots=True)
class _Meeting:
    """When an instance was met last, and what it announced; None where it did not answer."""

    when: float
    announcement: Announcement | None


class Browser:
    """Listens for every service that an adapter of the hub knows."""

    def __init__(self, hass: HomeAssistant, hub: Hub, interfaces: tuple[NetworkInterface, ...]) -> None:
        """Listen to nothing before `async_start`."""
        self._hass = hass
        self._hub = hub
        self._interfaces = interfaces
        self._adapters: dict[str, Adapter] = {
            service: adapter for adapter in hub.adapters.values() for service in adapter.services
        }
        self._waiting: set[str] = set()
        self._met: dict[str, _Meeting] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._own: AsyncZeroconf | None = None

    async def run(self) -> None:
        """Listen until cancelled; where that cannot be, devices are found by what else there is."""
        if not self._adapters:
            return
        try:
            instance = await self._instance()
        except (OSError, ImportError) as err:
            _LOGGER.warning("Announcements by DNS-SD are not heard: %s", err)
            return
        from zeroconf.asyncio import AsyncServiceBrowser  # noqa: PLC0415 (imported by now, off the loop)

        types = [f"{service}{_DOMAIN}" for service in self._adapters]
        browser = AsyncServiceBrowser(instance.zeroconf, types, handlers=[self._changed])
        try:
            await asyncio.Event().wait()
        finally:
            await browser.async_cancel()
            if self._own:
                await self._own.async_close()

    async def _instance(self) -> AsyncZeroconf:
        """Return the instance to browse on. Raises OSError and ImportError."""
        # Also where it is not set up: Home Assistant makes one for its web sessions too, and from then on whatever asks
        # for another is given that one.
        if instance := self._hass.data.get(DATA_INSTANCE):
            return instance
        instance_class, versions = await self._hass.async_add_import_executor_job(_library)
        addresses = list(_own_addresses(self._interfaces))
        has_ipv4 = any(":" not in address for address in addresses)
        self._own = instance_class(interfaces=addresses, ip_version=versions.All if has_ipv4 else versions.V6Only)
        return self._own

    @callback
    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        """Have an instance met that is new, or says something new."""
        if state_change.name == "Removed" or name in self._waiting or len(self._waiting) >= _MOST_WAITING:
            return
        now = self._hass.loop.time()
        self._met = {one: met for one, met in self._met.items() if now - met.when < _REST_S}
        self._waiting.add(name)
        task = self._hub.entry.async_create_background_task(
            self._hass, self._meet(zeroconf, service_type, name), "local_things announcement"
        )
        self._hub.tasks.add(task)
        task.add_done_callback(self._hub.tasks.discard)

    async def _meet(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        """Meet an instance, after its rest; again a few times, where it does not answer."""
        last = self._met.get(name)
        rest = last.when + _REST_OF_OTHERS_S - self._hass.loop.time() if last else 0.0
        try:
            for pause in (rest, *_AGAIN_S):
                await asyncio.sleep(pause)
                async with self._slots:
                    if await self._is_settled(zeroconf, service_type, name):
                        return
        finally:
            self._waiting.discard(name)

    async def _is_settled(self, zeroconf: Zeroconf, service_type: str, name: str) -> bool:
        """Meet an instance unless it says what it said a moment ago; tell whether it need not be tried again."""
        from zeroconf.asyncio import AsyncServiceInfo  # noqa: PLC0415 (imported by now)

        service = service_type.removesuffix(_DOMAIN)
        info = AsyncServiceInfo(service_type, name)
        if not await info.async_request(zeroconf, _PATIENCE_MS):
            return True
        announcement = _heard(announced(service, name.removesuffix(f".{service_type}"), info, self._interfaces))
        if not announcement.addresses:
            return True
        if (last := self._met.get(name)) and last.announcement == announcement:
            return True
        self._met[name] = _Meeting(self._hass.loop.time(), announcement)
        try:
            for found in await self._adapters[service].meet(announcement):
                await self._hub.search.async_met(found)
        except ThingError as err:
            _LOGGER.debug("What announces itself as %s cannot be used: %s", name, err)
            self._met[name] = _Meeting(self._hass.loop.time(), None)
            return not isinstance(err, Unreachable)
        return True


def announced(
    service: str, name: str, info: AsyncServiceInfo, interfaces: tuple[NetworkInterface, ...]
) -> Announcement:
    """Say in our words what zeroconf knows of an instance.

    An address of the link has a zone only where the whole instance has no other, so ours are tried for it.
    """
    from zeroconf import IPVersion  # noqa: PLC0415 (imported by now)

    addresses = info.ip_addresses_by_version(IPVersion.All)
    literals = [text for address in sorted(addresses, key=_order) for text in _zoned(address, interfaces)]
    return Announcement(
        service=service,
        name=name,
        addresses=tuple(dict.fromkeys(literals)),
        port=info.port or 0,
        properties={key: value for key, value in info.decoded_properties.items() if value is not None},
    )


def _heard(announcement: Announcement) -> Announcement:
    """Leave out where nobody is listened to: what is in quarantine is not met, by whatever it announces."""
    known = traffic()
    heard = (one for one in announcement.addresses if not known.is_denied((one, announcement.port)))
    return replace(announcement, addresses=tuple(heard))


def _order(address: IPv4Address | IPv6Address) -> tuple[bool, int]:
    """Put what needs no zone before what does, and IPv6 before IPv4."""
    return address.is_link_local, -address.version


def _zoned(address: IPv4Address | IPv6Address, interfaces: tuple[NetworkInterface, ...]) -> Iterator[str]:
    """Yield the address as a literal, one of the link with the name of each link that it may be on."""
    if not (isinstance(address, IPv6Address) and address.is_link_local):
        yield str(address)
        return
    bare = str(IPv6Address(int(address)))
    for one in interfaces:
        if address.scope_id in (None, str(one.index), one.name):
            yield f"{bare}%{one.name}"


def _own_addresses(interfaces: tuple[NetworkInterface, ...]) -> Iterator[str]:
    """Yield the addresses to listen at: every IPv4 one, and the link-local one of each link."""
    for interface in interfaces:
        for own in interface.addresses:
            if isinstance(own, IPv4Interface):
                yield str(own.ip)
            elif own.ip.is_link_local:
                yield f"{own.ip}%{interface.index}"


def _library() -> tuple[type[AsyncZeroconf], type[IPVersion]]:
    """Import zeroconf; in an executor."""
    from zeroconf import IPVersion  # noqa: PLC0415 (as said)
    from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415 (as said)

    return AsyncZeroconf, IPVersion
