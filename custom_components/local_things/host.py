"""What Home Assistant gives an adapter: the enabled links, the user's choices, a memory and the shared web session."""

from collections.abc import Callable, Mapping
from ipaddress import ip_interface, ip_network
import logging
from pathlib import Path
from typing import Protocol

from homeassistant.components import network
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.requirements import RequirementsNotFound, async_process_requirements

from .broker import broker_of
from .const import CONF_ALLOWED_NETWORKS, DOMAIN, NETWORK_UNIQUE_ID
from .things.adapter import MessageBroker, NetworkInterface
from .things.documents import Json, JsonObject

_LOGGER = logging.getLogger(__name__)


class AdapterMemory(Protocol):
    """What keeps the memory of adapters."""

    def adapter(self, name: str) -> JsonObject:
        """Return what the adapter asked to remember last."""

    def keep_adapter(self, name: str, memory: JsonObject) -> None:
        """Keep an adapter's memory."""


class Host:
    """What one adapter of an entry is given (an AdapterHost)."""

    def __init__(
        self,
        hass: HomeAssistant,
        name: str,
        memory: AdapterMemory,
        interfaces: tuple[NetworkInterface, ...],
        *,
        settings: Mapping[str, Json],
        wake: Callable[[], None],
        volatile: Path | None = None,
    ) -> None:
        """Serve the adapter `name` with what is known now; `wake` is asked for a scan."""
        self.interfaces = interfaces
        self.allowed_networks = tuple(ip_network(text) for text in declared_networks(hass))
        self.settings = settings
        self.volatile = volatile
        self.web_session: object = async_get_clientsession(hass)
        self.wake = wake
        self._hass = hass
        self._name = name
        self._memory = memory

    @property
    def broker(self) -> MessageBroker | None:
        """The MQTT broker, while there is one."""
        return broker_of(self._hass)

    @property
    def language(self) -> str:
        """The language that the user chose for Home Assistant."""
        return self._hass.config.language

    async def bring(self, requirement: str) -> bool:
        """Install a library as Home Assistant does those of a manifest, if it is not there."""
        try:
            await async_process_requirements(self._hass, DOMAIN, [requirement], is_built_in=False)
        except RequirementsNotFound as err:
            _LOGGER.debug("What %s needs cannot be had: %s", self._name, err)
            return False
        return True

    def recall(self) -> JsonObject:
        """Return what the adapter asked to remember last."""
        return self._memory.adapter(self._name)

    def remember(self, memory: JsonObject) -> None:
        """Keep `memory` for the adapter."""
        self._memory.keep_adapter(self._name, memory)


def declared_networks(hass: HomeAssistant) -> tuple[str, ...]:
    """Return the networks that the user declared to be local, in the network entry."""
    entry: ConfigEntry | None = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)
    return tuple(entry.data.get(CONF_ALLOWED_NETWORKS, ())) if entry else ()


async def async_enabled_interfaces(hass: HomeAssistant) -> tuple[NetworkInterface, ...]:
    """Return the interfaces that the user enabled in Settings → System → Network."""
    return tuple(
        NetworkInterface(
            name=adapter["name"],
            index=adapter["index"],
            addresses=tuple(
                ip_interface(f"{address['address'].partition('%')[0]}/{address['network_prefix']}")
                for address in (*adapter["ipv4"], *adapter["ipv6"])
            ),
        )
        for adapter in await network.async_get_adapters(hass)
        if adapter["enabled"] and adapter["index"] is not None
    )
