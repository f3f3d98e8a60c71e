"""T11: whatever a device calls itself and what it has, all that Home Assistant holds of it is harmless text."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.template import Template
import pytest

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.model import (
    ActionAffordance,
    Component,
    ComponentType,
    DataSchema,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
    Value,
    ValueType,
)
from custom_components.local_things.things.quantities import Quantity
from custom_components.local_things.things.text import clean
from tests.fake import FakeAdapter, FakeDevice
from tests.hostile_text import PAYLOADS, insist_on_name, insist_on_text, texts
from tests.things_made import BOOLEAN, NUMBER, TEXT, prop

from .conftest import accept
from .walking import scan


def hostile(payload: str) -> tuple[ThingDescription, dict[str, Value]]:
    """Describe a Thing that has the payload in every text there is."""
    said = clean(payload, 255)  # as every adapter does with what is a value; tests/adapters/test_hostile_text.py
    words = DataSchema(type=ValueType.STRING, enum=("on", said))
    description = ThingDescription(
        id="urn:dev:ops:32473-hostile-1",
        title=payload,
        manufacturer=payload,
        model=payload,
        serial_number=payload,
        sw_version=payload,
        components={
            "one": Component(type=ComponentType.LIGHT, title=payload),
            "two": Component(type=ComponentType.OTHER, title=f"2 {payload}"),
        },
        properties={
            "on": PropertyAffordance(
                name="on", component="one", quantity=Quantity.ON_OFF, read_only=False, schema=BOOLEAN, title=payload
            ),
            "t": prop("t", Quantity.TEMPERATURE, component="two", title=payload),
            "n": prop("n", Quantity.UNKNOWN, NUMBER, component="two", title=payload),
            "text": prop("text", Quantity.UNKNOWN, TEXT, component="two", title=payload),
            "mode": prop("mode", Quantity.UNKNOWN, words, component="two", title=payload, read_only=False),
        },
        actions={"act": ActionAffordance(name="act", component="two", title=payload)},
        events={"bell": EventAffordance(name="bell", component="two", title=payload, types=("press",))},
    )
    return description, {"on": True, "t": 20.0, "n": 1.0, "text": said, "mode": said}


def named(hass: HomeAssistant, hub: Hub) -> Iterator[str]:
    """Yield what the device, its entities, its issues and its card are called, wherever Home Assistant keeps it."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), hub.entry.entry_id)
    assert devices
    for device in devices:
        said = (device.name, device.manufacturer, device.model, device.serial_number, device.sw_version)
        yield from (text for text in said if text)
        assert device.configuration_url is None, "a device has no place to send a person to (T1)"
    entities = er.async_entries_for_config_entry(er.async_get(hass), hub.entry.entry_id)
    assert len(entities) >= 5
    for entity in entities:
        yield from (entity.original_name or "", entity.entity_id, entity.suggested_object_id or "")
        if (state := hass.states.get(entity.entity_id)) is not None:
            yield state.name
    yield from (one.title for one in hub.entry.subentries.values())
    for issue in ir.async_get(hass).issues.values():
        yield from texts(issue.translation_placeholders)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_t11_no_text_of_a_device_is_more_than_text(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, payload: str
) -> None:
    description, values = hostile(payload)
    device = FakeDevice(description=description, values=values)
    adapter.devices.append(device)
    await scan(hass, hub.entry)
    hub = hub.entry.runtime_data
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    form = await hass.config_entries.flow.async_configure(card["flow_id"])
    shown = [*texts(card["context"].get("title_placeholders")), *texts(form["description_placeholders"])]
    assert shown
    subentry_id = await accept(hass, hub, device)
    impostor = FakeDevice(description=description, values=values, address="fake://66")
    await hub.identities.async_seen(hub.entry.subentries[subentry_id], impostor.found)
    assert ir.async_get(hass).issues
    for text in (*shown, *named(hass, hub)):
        insist_on_name(text)
        assert Template(text, hass).async_render(parse_result=False) == text.strip()
    for state in hass.states.async_all():
        for text in texts([state.state, dict(state.attributes)]):
            insist_on_text(text)
