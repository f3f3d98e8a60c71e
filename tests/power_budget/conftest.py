"""A house with a power budget."""

from collections.abc import Callable

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.local_things.const import EVENT_DECISION

from .dwelling import Dwelling, budget_entry


@pytest.fixture
async def dwelling(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Dwelling:
    """Return a house whose meters have been heard for a while; nothing is managed and nothing is armed."""
    house = Dwelling(hass=hass, freezer=freezer, entry=budget_entry())
    await house.start()
    await house.advance(120)
    return house


@pytest.fixture
def decisions(hass: HomeAssistant) -> list[Event]:
    """Return the decisions from now on."""
    return async_capture_events(hass, EVENT_DECISION)


type Kinds = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def told(decisions: list[Event]) -> Kinds:
    """Return what tells type and load of every decision so far."""
    return lambda: [(one.data["type"], one.data["load"]) for one in decisions]
