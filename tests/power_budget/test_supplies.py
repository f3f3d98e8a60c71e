"""What has come to feed Home Assistant since its user let it be managed is managed no more, until they say it again."""

from collections.abc import Mapping
from typing import override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_KIND, DOMAIN, KIND_POE_SWITCH
from custom_components.local_things.power_budget.supplies import feeds_us
from custom_components.local_things.roster import Roster
from custom_components.local_things.things.documents import JsonObject

from .conftest import Kinds
from .dwelling import LOADS, Dwelling, budget_entry

PORT = "switch.port"
THING = "urn:port"


class Ports(Roster):
    """A switch, as far as the budget knows one."""

    fed: frozenset[str] = frozenset()

    @override
    def feeds_us(self, thing_id: str) -> bool:
        return thing_id in self.fed

    @override
    async def async_close(self) -> None:
        """Nothing to stop."""

    @override
    def facts(self) -> JsonObject:
        return {}

    @override
    def facts_of(self, coordinator: object) -> JsonObject:
        return {}


@pytest.fixture
def ports(hass: HomeAssistant) -> Ports:
    """Return a switch that runs, with one port."""
    entry = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: KIND_POE_SWITCH}, state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    entry.runtime_data = ports = Ports()
    registry = er.async_get(hass)
    registry.async_get_or_create("switch", DOMAIN, f"{THING}#power", config_entry=entry, suggested_object_id="port")
    hass.states.async_set(PORT, "on")
    return ports


@pytest.fixture
async def house(hass: HomeAssistant, freezer: FrozenDateTimeFactory, ports: Ports) -> Dwelling:
    """Return a house in which that port is a load."""
    loads: Mapping[str, Mapping[str, object]] = {**LOADS, "Port": {**LOADS["Pump"], "entity": PORT, "nominal": 90.0}}
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(loads))
    await dwelling.start()
    await dwelling.advance(20)
    return dwelling


def issues(hass: HomeAssistant) -> set[str]:
    return {key for _, one in ir.async_get(hass).issues.items() if (key := one.translation_key)}


async def manage(house: Dwelling) -> None:
    mode = house.own("select", "Port", "load_mode")
    await house.call("select", "select_option", mode, option="manage")


async def test_what_comes_to_feed_us_is_managed_no_more_until_its_user_says_so_twice(
    hass: HomeAssistant, ports: Ports, house: Dwelling, told: Kinds
) -> None:
    await manage(house)
    await house.advance(20)
    assert house.shown("select", "Port", "load_mode") == "manage"
    ports.fed = frozenset({THING})
    await house.advance(20)
    assert house.shown("select", "Port", "load_mode") == "observe"
    assert issues(hass) == {"budget_feeds_us"}
    with pytest.raises(ServiceValidationError, match="Port feeds Home Assistant"):
        await manage(house)
    await manage(house)
    await house.advance(20)
    assert house.shown("select", "Port", "load_mode") == "manage"
    assert issues(hass) == set()
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await house.advance(20)
    assert house.shown("select", "Port", "load_mode") == "manage", "what was agreed is remembered"
    assert told() == []


async def test_what_was_agreed_ends_when_it_is_not_managed_any_more(
    hass: HomeAssistant, ports: Ports, house: Dwelling
) -> None:
    ports.fed = frozenset({THING})
    for _ in range(2):
        with pytest.raises(ServiceValidationError):
            await manage(house)
        await manage(house)
        await house.call("select", "select_option", house.own("select", "Port", "load_mode"), option="observe")


async def test_a_dry_run_asks_twice_too(ports: Ports, house: Dwelling) -> None:
    ports.fed = frozenset({THING})
    await house.call("switch", "turn_on", house.own("switch", "", "dry_run"))
    with pytest.raises(ServiceValidationError):
        await manage(house)


async def test_what_is_not_known_withdraws_nothing(hass: HomeAssistant, ports: Ports, house: Dwelling) -> None:
    await manage(house)
    (entry,) = (one for one in hass.config_entries.async_entries(DOMAIN) if one.data[CONF_KIND] == KIND_POE_SWITCH)
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)  # type: ignore[attr-defined]  # that of a test
    assert feeds_us(hass, PORT) is None
    await house.advance(20)
    assert house.shown("select", "Port", "load_mode") == "manage"
    assert feeds_us(hass, "input_boolean.boiler") is False


def test_most_entries_feed_nobody() -> None:
    assert not Roster.feeds_us(Ports(), THING)
