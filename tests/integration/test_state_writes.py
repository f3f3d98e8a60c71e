"""A change is written where it belongs, and nowhere else: a device may have hundreds of entities."""

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, EventStateReportedData, HomeAssistant, callback
import pytest

from tests.fake import FakeDevice
from tests.things_made import everything

from .conftest import Run, state_of

OTHERS = 20


@pytest.fixture
async def device(run: Run) -> FakeDevice:
    return await run(*everything())


@pytest.fixture
def written(hass: HomeAssistant, device: FakeDevice) -> list[str]:
    """The entities whose state is written from now on, whether or not it changes by that."""
    seen: list[str] = []

    @callback
    def listener(event: Event[EventStateChangedData] | Event[EventStateReportedData]) -> None:
        seen.append(event.data["entity_id"])

    @callback
    def everything_counts(_: object) -> bool:
        return True

    hass.bus.async_listen(EVENT_STATE_CHANGED, listener)
    hass.bus.async_listen(EVENT_STATE_REPORTED, listener, event_filter=everything_counts)
    return seen


def _entity_of(hass: HomeAssistant, value: str) -> str:
    (entity_id,) = [state.entity_id for state in hass.states.async_all() if state.state == value]
    return entity_id


async def test_one_value_is_one_write(hass: HomeAssistant, device: FakeDevice, written: list[str]) -> None:
    device.set("temperature", 77.25)
    await hass.async_block_till_done()
    assert written == [_entity_of(hass, "77.25")]
    assert len(hass.states.async_all()) > OTHERS


async def test_a_lamp_is_written_for_each_of_its_values(
    hass: HomeAssistant, device: FakeDevice, written: list[str]
) -> None:
    device.set("lamp/on", False)
    device.set("lamp/on", True)
    device.set("lamp/level", 0.2)
    device.set("lamp/level", 0.9)
    await hass.async_block_till_done()
    assert len(written) == 4
    (lamp,) = set(written)
    assert state_of(hass, lamp).attributes["brightness"] == round(0.9 * 255)


async def test_nothing_new_is_no_write(hass: HomeAssistant, device: FakeDevice, written: list[str]) -> None:
    device.push()
    await hass.async_block_till_done()
    assert not written


async def test_a_value_that_is_gone_is_written(hass: HomeAssistant, device: FakeDevice, written: list[str]) -> None:
    device.set("temperature", 77.25)
    written.clear()
    del device.values["temperature"]
    device.push()
    await hass.async_block_till_done()
    assert len(written) == 1
    assert state_of(hass, written[0]).state == "unknown"


async def test_silence_is_written_everywhere(hass: HomeAssistant, device: FakeDevice, written: list[str]) -> None:
    device.fail()
    await hass.async_block_till_done()
    assert len(set(written)) > OTHERS
    assert {entity_id: state_of(hass, entity_id).state for entity_id in written} == {
        **dict.fromkeys(written, STATE_UNAVAILABLE),
        "sensor.everything_connection": "not_answering",
    }
