"""What the set-up suggests of devices that control and measure several things, as a panel of relays does."""

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.flows import budget_forms as forms, budget_load_forms as load_forms
from custom_components.local_things.power_budget import suggest

POWER = {"device_class": "power", "unit_of_measurement": "W"}


class Rack:
    """Devices with entities, made as they are named."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.owner = MockConfigEntry(domain="test")
        self.owner.add_to_hass(hass)

    def add(self, device: str, *entities: str, title: str = "") -> None:
        """Add a device with entities by their ids; an entity is called by the last word of its own."""
        made = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.owner.entry_id, identifiers={("test", device)}, name=device
        )
        for entity_id in entities:
            domain, _, name = entity_id.partition(".")
            er.async_get(self.hass).async_get_or_create(
                domain,
                "test",
                entity_id,
                suggested_object_id=name,
                device_id=made.id,
                has_entity_name=True,
                original_name=title or name.rpartition("_")[2],
            )
            self.hass.states.async_set(
                entity_id, "1500" if domain == "sensor" else "on", POWER if domain == "sensor" else {}
            )


@pytest.fixture
def rack(hass: HomeAssistant) -> Rack:
    made = Rack(hass)
    made.add(
        "Panel",
        *("switch.panel_oven", "switch.panel_water_heater", "switch.panel_charger", "number.panel_charger_level"),
        *("sensor.panel_power_oven", "sensor.panel_power_water_heater", "sensor.panel_power_charger"),
        *("sensor.panel_power_main", "switch.panel_garden"),
    )
    return made


@pytest.mark.parametrize(
    ("load", "meter"),
    (
        ("switch.panel_oven", "sensor.panel_power_oven"),
        ("switch.panel_water_heater", "sensor.panel_power_water_heater"),
        ("number.panel_charger_level", "sensor.panel_power_charger"),
        ("switch.panel_garden", ""),
        ("switch.unknown", ""),
    ),
)
def test_load_of_a_panel_has_the_meter_that_is_called_like_it(
    hass: HomeAssistant, rack: Rack, load: str, meter: str
) -> None:
    assert suggest.power_meter(hass, load) == meter


async def test_number_is_turned_off_by_the_switch_that_is_called_like_it(hass: HomeAssistant, rack: Rack) -> None:
    assert suggest.off_switch(hass, "number.panel_charger_level") == "switch.panel_charger"
    assert suggest.off_switch(hass, "switch.panel_charger") == ""
    rack.add("Wallbox", "number.garage_current", "switch.wallbox_lock", "sensor.garage_power")
    assert suggest.off_switch(hass, "number.garage_current") == "", "a lock turns nothing off"
    likely = await suggest.likely_loads(hass)
    assert likely[:2] == ["number.panel_charger_level", "number.garage_current"], "what is throttled comes first"
    assert "switch.panel_charger" not in likely


def test_load_is_called_as_a_person_would(hass: HomeAssistant, rack: Rack) -> None:
    rack.add("Boiler plug", "switch.boiler_plug", "sensor.boiler_plug_power")
    rack.add("Wallbox", "switch.wallbox", "number.wallbox_current", "sensor.wallbox_power")
    hass.states.async_set("switch.helper", "on", {"friendly_name": "A helper"})
    titles = {
        "switch.panel_oven": "oven",
        "number.panel_charger_level": "charger",
        "switch.boiler_plug": "Boiler plug",
        "number.wallbox_current": "Wallbox",
        "switch.helper": "A helper",
        "switch.nobody": "switch.nobody",
    }
    assert {one: suggest.load_title(hass, one) for one in titles} == titles


def test_first_is_missed_least_and_times_are_those_of_its_kind(hass: HomeAssistant, rack: Rack) -> None:
    hass.states.async_set("climate.room", "heat")
    hass.states.async_set("water_heater.boiler", "eco")
    names = ["number.panel_charger_level", "water_heater.boiler", "switch.panel_oven", "climate.room"]
    found = {one: data for one, _, data in load_forms.ticked(hass, {"entities": [*names]}, 3)}
    assert [found[name]["importance"] for name in names] == [1, 2, 3, 5]
    assert found["number.panel_charger_level"]["off_entity"] == "switch.panel_charger"
    assert found["water_heater.boiler"]["max_shed"] == 180
    assert (found["climate.room"]["max_shed"], found["climate.room"]["min_off"]) == (30, 5)
    (alone,) = load_forms.ticked(hass, {"entities": ["switch.panel_oven"]}, 3)
    assert alone[2]["importance"] == 3


def test_those_that_are_called_alike_are_told_apart(hass: HomeAssistant, rack: Rack) -> None:
    rack.add("Cellar", "switch.cellar_oven", "switch.cellar_light")
    for entity_id, name in (("switch.panel_oven", "Panel oven"), ("switch.cellar_oven", "Cellar oven")):
        hass.states.async_set(entity_id, "on", {"friendly_name": name})
    found = load_forms.ticked(hass, {"entities": ["switch.panel_oven", "switch.cellar_oven", "switch.cellar_light"]}, 1)
    assert [title for _, title, _ in found] == ["Panel oven", "Cellar oven", "light"]


async def test_what_measures_others_beside_its_own_is_no_load(
    recorder_mock: Recorder, hass: HomeAssistant, rack: Rack
) -> None:
    rack.add("Kitchen circuit", "switch.kitchen", "sensor.kitchen_power")
    rack.add("Dishwasher", "switch.dishwasher", "sensor.dishwasher_power")
    assert "switch.kitchen" in await suggest.likely_loads(hass)
    assert await async_setup_component(hass, "energy", {})
    await (await async_get_manager(hass)).async_update(
        {
            "energy_sources": [],
            "device_consumption": [
                {"stat_consumption": "sensor.kitchen_energy", "stat_rate": "sensor.kitchen_power"},
                {
                    "stat_consumption": "sensor.dishwasher_energy",
                    "stat_rate": "sensor.dishwasher_power",
                    "included_in_stat": "sensor.kitchen_energy",
                },
            ],
        }
    )
    likely = await suggest.likely_loads(hass)
    assert "switch.kitchen" not in likely
    assert "switch.dishwasher" in likely
    (first, *_) = [one for one in likely if one.startswith("switch.")]
    assert first == "switch.dishwasher", "the dashboard's come first"


async def test_single_phase_has_the_meter_of_the_grid(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "energy", {})
    hass.states.async_set("sensor.grid", "900", POWER)
    source = {
        "type": "grid",
        "stat_energy_from": "sensor.energy",
        "stat_energy_to": None,
        "stat_cost": None,
        "entity_energy_price": None,
        "number_energy_price": None,
        "stat_compensation": None,
        "entity_energy_price_export": None,
        "number_energy_price_export": None,
        "stat_rate": "sensor.grid",
        "cost_adjustment_day": 0,
    }
    await (await async_get_manager(hass)).async_update({"energy_sources": [source]})  # type: ignore[typeddict-item]  # one
    assert await forms.suggested_meters(hass, {"phases": ["L1"]}) == {"meter_l1": "sensor.grid"}
    assert await forms.suggested_meters(hass, {"phases": []}) == {"total": ["sensor.grid"]}
    assert await forms.suggested_meters(hass, {"phases": ["L1", "L2", "L3"]}) == {}


async def test_currents_of_the_phases_add_up_for_a_contract(hass: HomeAssistant, rack: Rack) -> None:
    rack.add("Main", "sensor.main_l1", "sensor.main_l2", "sensor.main_l3")
    assert await forms.suggested_meters(hass, {"phases": []}) == {
        "total": ["sensor.main_l1", "sensor.main_l2", "sensor.main_l3"]
    }


def test_limit_that_is_the_only_one_is_carried_by_none() -> None:
    assert "parents" in forms.limit_schema({"id": "Main"}).schema
    assert "parents" not in forms.limit_schema({}).schema
