"""How the user says what a value means, takes it back, and shares it."""

from dataclasses import replace
import json

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_INTERPRETATIONS
from custom_components.local_things.flows import mapping
from custom_components.local_things.network.accepted import interpretations_of
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.mapping import MappingDocument
from custom_components.local_things.things.model import ThingDescription
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import prop, thermometer

from .conftest import accept
from .walking import answer, reconfigure

BOILER = Interpretation(quantity=Quantity.TEMPERATURE, unit="milli °C", title="Boiler", writable=True)


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put a device on the wire of which only one value is understood."""
    description = ThingDescription(
        id="urn:dev:mac:0024befffe809999",
        title="Tank",
        manufacturer="Maker",
        model="T1",
        serial_number="S-4711",
        sw_version="1.0",
        properties={
            "t": prop("t", Quantity.TEMPERATURE),
            "x/1": prop("x/1", Quantity.UNKNOWN, title="X {{ 1 }}"),
            "x/2": prop("x/2", Quantity.UNKNOWN),
        },
    )
    made = FakeDevice(description=description, values={"t": 20.0, "x/1": 65.0})
    adapter.devices = [made]
    return made


@pytest.fixture
async def subentry_id(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> str:
    """Accept the device."""
    return await accept(hass, hub, device)


def _said(hub: Hub, subentry_id: str) -> dict[str, Interpretation]:
    return {**interpretations_of(hub.entry.subentries[subentry_id])}


def _options(form: SubentryFlowResult, field: str) -> list[object]:
    assert form["data_schema"] is not None
    (selector,) = [one for key, one in form["data_schema"].schema.items() if key == field]
    return list(selector.config["options"])


def _fields(form: SubentryFlowResult) -> list[str]:
    assert form["data_schema"] is not None
    return [str(key) for key in form["data_schema"].schema]


async def _explain(hass: HomeAssistant, hub: Hub, subentry_id: str, name: str, **meaning: object) -> str:
    """Explain a value; return how the flow ends."""
    form = await reconfigure(hass, hub.entry, subentry_id, "explain")
    form = await answer(hass, form, {"property": name, "quantity": meaning.pop("quantity")})
    done = await answer(hass, form, {"writable": False, **meaning})
    await hass.async_block_till_done()
    return str(done.get("reason"))


# ---------------------------------------------------------------------------------------------------- explaining


async def test_a_device_without_values_asks_nothing(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    button = FakeDevice(description=replace(thermometer(), properties={}))
    adapter.devices = [button]
    done = await reconfigure(hass, entry, await accept(hass, hub, button), "explain")
    assert done["reason"] == "nothing_to_explain"


@pytest.mark.parametrize("step", ("explain", "import_mapping", "share_mapping"))
async def test_a_device_without_a_record_must_be_met_first(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, subentry_id: str, step: str
) -> None:
    hub.memory.forget(device.description.id)
    assert (await reconfigure(hass, entry, subentry_id, step))["reason"] == "not_described"


async def test_a_network_that_does_not_run_explains_nothing(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await reconfigure(hass, entry, subentry_id, "explain"))["reason"] == "not_running"


async def test_values_are_listed_with_what_they_say_first_what_nobody_understands(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str
) -> None:
    form = await reconfigure(hass, entry, subentry_id, "explain")
    assert _options(form, "property") == [
        {"value": "x/1", "label": "x/1 (X 1): 65.0"},
        {"value": "x/2", "label": "x/2"},
        {"value": "t", "label": "t: 20.0 °C"},
    ]
    assert {"unknown", "press", "restart", "open"}.isdisjoint({str(one) for one in _options(form, "quantity")})
    assert _fields(form) == ["property", "quantity"], "there is nothing to forget yet"
    again = await answer(hass, form, {"property": "x/1"})
    assert again["errors"] == {"quantity": "quantity_missing"}


async def test_an_explained_value_becomes_an_entity_of_its_own_kind_without_a_reload(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    subentry_id: str,
    device: FakeDevice,
    entity_registry: er.EntityRegistry,
) -> None:
    before = {one.unique_id: one for one in er.async_entries_for_config_entry(entity_registry, entry.entry_id)}
    unknown = before[f"{device.description.id}?unknown#x/1"]
    assert unknown.disabled_by is er.RegistryEntryDisabler.INTEGRATION

    form = await reconfigure(hass, entry, subentry_id, "explain")
    form = await answer(hass, form, {"property": "x/1", "quantity": "temperature"})
    assert form["step_id"] == "meaning"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["property"] == "x/1 (X 1): 65.0"
    assert _options(form, "unit") == ["°C", "milli °C"]
    wrong = await answer(hass, form, {"unit": "furlong", "title": "Boiler", "writable": False})
    assert wrong["errors"] == {"base": "bad_mapping"}
    assert wrong["description_placeholders"] is not None
    assert wrong["description_placeholders"]["detail"] == "furlong"
    done = await answer(hass, form, {"unit": "milli °C", "title": "{Boiler}", "writable": True})
    assert done["reason"] == "explained"
    await hass.async_block_till_done()

    assert hub is entry.runtime_data, "nothing was reloaded"
    assert _said(hub, subentry_id) == {"x/1": BOILER}
    after = {one.unique_id: one for one in er.async_entries_for_config_entry(entity_registry, entry.entry_id)}
    assert f"{device.description.id}?unknown#x/1" not in after, "the old entity does not linger"
    assert after[f"{device.description.id}#x/1"].disabled_by is None
    assert after[f"{device.description.id}#x/1"].original_name == "Boiler", "it is called what the user calls it"
    assert after[f"{device.description.id}?unknown#x/2"] == before[f"{device.description.id}?unknown#x/2"]
    assert len(device.things) == 1

    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert f"{device.description.id}#x/1" in {
        one.unique_id for one in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    }


async def test_what_was_said_is_offered_again_and_can_be_taken_back(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str, entity_registry: er.EntityRegistry
) -> None:
    await _explain(hass, hub, subentry_id, "x/1", quantity="temperature", unit="milli °C", title="Boiler")
    form = await reconfigure(hass, entry, subentry_id, "explain")
    assert _options(form, "property")[0] == {"value": "x/1", "label": "x/1 (Boiler): 65.0 °C"}
    form = await answer(hass, form, {"property": "x/1", "quantity": "temperature", "forget": False})
    assert form["data_schema"] is not None
    suggested = {str(key): (key.description or {}).get("suggested_value") for key in form["data_schema"].schema}
    assert suggested == {"unit": "milli °C", "title": "Boiler", "writable": False}

    form = await reconfigure(hass, entry, subentry_id, "explain")
    done = await answer(hass, form, {"property": "x/1", "forget": True})
    assert done["reason"] == "explained"
    await hass.async_block_till_done()
    assert _said(hub, subentry_id) == {}
    known = {
        one.unique_id.removeprefix("urn:dev:mac:0024befffe809999")
        for one in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    }
    assert known >= {"#t", "?unknown#x/1"}
    assert "#x/1" not in known


async def test_a_quantity_without_a_unit_asks_for_none(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str
) -> None:
    form = await reconfigure(hass, entry, subentry_id, "explain")
    form = await answer(hass, form, {"property": "x/2", "quantity": "text"})
    assert _fields(form) == ["title", "writable"]
    await answer(hass, form, {"writable": False})
    assert _said(hub, subentry_id) == {"x/2": Interpretation(quantity=Quantity.TEXT)}
    form = await reconfigure(hass, entry, subentry_id, "explain")
    form = await answer(hass, form, {"property": "x/2", "quantity": "power"})
    assert form["data_schema"] is not None
    assert form["data_schema"]({}) == {"unit": "W", "writable": False}, "what was said of another quantity is no guide"


async def test_what_was_said_of_a_value_that_is_gone_can_be_taken_back(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str
) -> None:
    subentry = entry.subentries[subentry_id]
    await hub.async_explain(subentry, {"x/9": BOILER})
    form = await reconfigure(hass, entry, subentry_id, "explain")
    assert {"value": "x/9", "label": "x/9"} in _options(form, "property")
    await answer(hass, form, {"property": "x/9", "forget": True})
    assert _said(hub, subentry_id) == {}


async def test_a_device_that_was_let_go_is_explained_and_stays_let_go(
    hass: HomeAssistant, hub: Hub, subentry_id: str, device: FakeDevice
) -> None:
    device.answering = False  # or the next search would find it again
    await hub.coordinators[subentry_id].async_suspend(Reason.IDENTITY_CHANGED)
    assert await _explain(hass, hub, subentry_id, "x/1", quantity="temperature") == "explained"
    assert not device.things
    await hub.async_adopt(hub.entry.subentries[subentry_id], device.found)
    assert hub.coordinators[subentry_id].description.properties["x/1"].quantity is Quantity.TEMPERATURE


async def test_a_device_that_does_not_run_is_explained_and_starts(
    hass: HomeAssistant, hub: Hub, subentry_id: str, device: FakeDevice
) -> None:
    coordinator = hub.coordinators.pop(subentry_id)
    await coordinator.async_shutdown_thing()
    assert await _explain(hass, hub, subentry_id, "x/1", quantity="temperature") == "explained"
    assert len(device.things) == 1


async def test_what_does_not_fit_any_more_does_not_keep_a_device_from_starting(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    subentry_id: str,
    device: FakeDevice,
    caplog: pytest.LogCaptureFixture,
) -> None:
    subentry = entry.subentries[subentry_id]
    misfit = {"x/1": {"quantity": "temperature", "unit": "furlong"}, "x/2": {"quantity": "text"}}
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, CONF_INTERPRETATIONS: misfit})
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert "does not fit any more" in caplog.text
    (thing,) = device.things
    assert thing.description.properties["x/1"].quantity is Quantity.UNKNOWN
    form = await reconfigure(hass, entry, subentry_id, "explain")
    done = await answer(hass, form, {"property": "x/1", "forget": True})
    assert done["reason"] == "explained"
    running: Hub = entry.runtime_data
    assert set(_said(running, subentry_id)) == {"x/2"}
    assert device.things[0].description.properties["x/2"].quantity is Quantity.TEXT


# ------------------------------------------------------------------------------------------------------- sharing


@pytest.mark.parametrize(
    ("text", "error", "detail"),
    (
        ("no", "bad_mapping", "JSON"),
        ("{}", "bad_mapping", "not a mapping"),
        ('{"local_things_mapping": 1, "properties": {"x/1": {"quantity": "joy"}}}', "bad_mapping", "joy"),
        (
            '{"local_things_mapping": 1, "properties": {"x/1": {"quantity": "power", "unit": "hp"}}}',
            "bad_mapping",
            "hp",
        ),
        ('{"local_things_mapping": 1, "properties": {"y": {"quantity": "power"}}}', "other_device", ""),
    ),
)
async def test_a_mapping_that_does_not_fit_is_refused_and_changes_nothing(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str, text: str, error: str, detail: str
) -> None:
    form = await reconfigure(hass, entry, subentry_id, "import_mapping")
    assert form["step_id"] == "import_mapping"
    wrong = await answer(hass, form, {"mapping": text})
    assert wrong["errors"] == {"mapping": error}
    assert wrong["description_placeholders"] is not None
    assert detail in wrong["description_placeholders"].get("detail", "")
    assert _said(hub, subentry_id) == {}
    good = {"local_things_mapping": 1, "properties": {"x/1": BOILER.dump(), "y": {"quantity": "power"}}}
    done = await answer(hass, form, {"mapping": json.dumps(good)})
    assert done["reason"] == "explained"
    assert _said(hub, subentry_id) == {"x/1": BOILER}


async def test_what_one_owner_shares_another_can_import(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str, device: FakeDevice
) -> None:
    assert (await reconfigure(hass, entry, subentry_id, "share_mapping"))["reason"] == "nothing_explained"
    await _explain(
        hass, hub, subentry_id, "x/1", quantity="temperature", unit="milli °C", title="Boiler", writable=True
    )

    form = await reconfigure(hass, entry, subentry_id, "share_mapping")
    assert form["data_schema"] is not None
    (field,) = form["data_schema"].schema
    shared = field.description["suggested_value"]
    for private in ("S-4711", device.address, device.description.id, "0024be"):
        assert private not in shared
    assert json.loads(shared)["device"] == {"manufacturer": "Maker", "model": "T1", "firmware": "1.0"}
    done = await answer(hass, form, {"mapping": shared})
    assert done["reason"] == "mapping_shown"

    await hub.async_explain(entry.subentries[subentry_id], {})
    form = await reconfigure(hass, entry, subentry_id, "import_mapping")
    await answer(hass, form, {"mapping": shared})
    assert _said(hub, subentry_id) == {"x/1": BOILER}


async def test_a_mapping_that_nobody_could_read_is_not_shown(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, subentry_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dump(document: MappingDocument) -> str:
        raise Rejected(Reason.TOO_LARGE)

    monkeypatch.setattr(mapping, "dump_mapping", dump)
    await _explain(hass, hub, subentry_id, "x/1", quantity="temperature")
    assert (await reconfigure(hass, entry, subentry_id, "share_mapping"))["reason"] == "mapping_too_large"
