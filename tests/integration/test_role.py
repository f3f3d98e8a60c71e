"""A role in a running Home Assistant: made in the flow, played by the best source; told when nobody is left."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.diagnostics import async_get_config_entry_diagnostics
from custom_components.local_things.role.hub import RoleHub

from .conftest import state_of

CELSIUS = {"unit_of_measurement": "°C", "device_class": "temperature", "state_class": "measurement"}
FAHRENHEIT = {**CELSIUS, "unit_of_measurement": "°F"}
MOTION = {"device_class": "motion"}
OUTSIDE = "sensor.outdoor_temperature"
SOURCE = "sensor.outdoor_temperature_source"
DEGRADED = "binary_sensor.outdoor_temperature_degraded"


async def make(
    hass: HomeAssistant, *sources: str, name: str = "Outdoor temperature", **options: object
) -> ConfigFlowResult:
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await flows.async_configure(menu["flow_id"], {"next_step_id": "role"})
    assert form["step_id"] == "role"
    given = {"name": name, "sources": list(sources), "combination": "first", "freshness": 0, "settle": 60, "quorum": 1}
    done = await flows.async_configure(form["flow_id"], {**given, **options})
    await hass.async_block_till_done()
    return done


async def made(hass: HomeAssistant, *sources: str, name: str = "Outdoor temperature", **options: object) -> ConfigEntry:
    done = await make(hass, *sources, name=name, **options)
    assert done["type"] == "create_entry", done
    entry: ConfigEntry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    return entry


@pytest.fixture
def thermometers(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.garden", "4.0", {**CELSIUS, "friendly_name": "Garden"})
    hass.states.async_set("sensor.roof", "41.0", {**FAHRENHEIT, "friendly_name": "Roof"})


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


def says(hass: HomeAssistant) -> tuple[str, str, str]:
    return state_of(hass, OUTSIDE).state, state_of(hass, SOURCE).state, state_of(hass, DEGRADED).state


@pytest.mark.usefixtures("thermometers")
async def test_it_is_what_its_best_source_is(hass: HomeAssistant) -> None:
    await made(hass, "sensor.garden", "sensor.roof")
    assert says(hass) == ("4.0", "Garden", "off")
    shown = state_of(hass, OUTSIDE).attributes
    assert {name: shown[name] for name in CELSIUS} == CELSIUS
    assert state_of(hass, SOURCE).attributes["entity_id"] == "sensor.garden"


@pytest.mark.usefixtures("thermometers")
async def test_it_falls_back_in_its_own_unit_and_comes_back_with_patience(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await made(hass, "sensor.garden", "sensor.roof")
    hass.states.async_set("sensor.garden", "unavailable")
    await hass.async_block_till_done()
    assert says(hass) == ("5.0", "Roof", "on")
    hass.states.async_set("sensor.garden", "6.0", CELSIUS)
    await pass_time(hass, freezer, 59)
    assert says(hass)[1] == "Roof"
    await pass_time(hass, freezer, 2)
    assert (says(hass)[0], says(hass)[2]) == ("6.0", "off")


@pytest.mark.usefixtures("thermometers")
async def test_a_source_that_only_repeats_itself_is_fresh_and_a_silent_one_is_not(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await made(hass, "sensor.garden", "sensor.roof", freshness=300)
    for _ in range(3):
        await pass_time(hass, freezer, 200)
        hass.states.async_set("sensor.garden", "4.0", {**CELSIUS, "friendly_name": "Garden"})
        hass.states.async_set("sensor.roof", "41.0", {**FAHRENHEIT, "friendly_name": "Roof"})
    assert says(hass)[1] == "Garden"
    await pass_time(hass, freezer, 200)
    hass.states.async_set("sensor.roof", "42.8", {**FAHRENHEIT, "friendly_name": "Roof"})
    await pass_time(hass, freezer, 101)
    assert says(hass)[:2] == ("6.0", "Roof")


@pytest.mark.usefixtures("thermometers")
async def test_the_user_is_told_when_nobody_is_left_and_no_more_when_somebody_is_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, issue_registry: ir.IssueRegistry
) -> None:
    await made(hass, "sensor.garden")
    hass.states.async_remove("sensor.garden")
    await hass.async_block_till_done()
    assert says(hass) == ("unavailable", "unknown", "on")
    assert not issue_registry.issues
    await pass_time(hass, freezer, 121)
    (issue,) = issue_registry.issues.values()
    assert (issue.translation_key, issue.translation_placeholders) == (
        "role_silent",
        {"role": "Outdoor temperature", "count": "1"},
    )
    hass.states.async_set("sensor.garden", "5.5", CELSIUS)
    await hass.async_block_till_done()
    assert not issue_registry.issues
    assert state_of(hass, OUTSIDE).state == "5.5"


async def test_a_role_of_motions_follows_the_majority(hass: HomeAssistant) -> None:
    for name, state in (("one", "on"), ("two", "off"), ("three", "on")):
        hass.states.async_set(f"binary_sensor.{name}", state, MOTION)
    sources = ("binary_sensor.one", "binary_sensor.two", "binary_sensor.three")
    await made(hass, *sources, name="Hall", combination="majority", quorum=2)
    assert state_of(hass, "binary_sensor.hall").state == "on"
    assert state_of(hass, "binary_sensor.hall_degraded").state == "off"
    assert state_of(hass, "binary_sensor.hall").attributes["device_class"] == "motion"
    hass.states.async_set("binary_sensor.one", "off", MOTION)
    await hass.async_block_till_done()
    assert state_of(hass, "binary_sensor.hall").state == "off"


async def test_a_role_may_be_a_text_and_of_openings_of_any_kind(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.mode", "eco")
    await made(hass, "sensor.mode", name="Mode")
    assert state_of(hass, "sensor.mode_2").state == "eco"
    hass.states.async_set("binary_sensor.door", "on", {"device_class": "door"})
    hass.states.async_set("binary_sensor.window", "off", {"device_class": "window"})
    await made(hass, "binary_sensor.door", "binary_sensor.window", name="Way in")
    assert "device_class" not in state_of(hass, "binary_sensor.way_in").attributes


@pytest.mark.usefixtures("thermometers")
@pytest.mark.parametrize(
    ("sources", "options", "wrong"),
    (
        ((), {}, "no_sources"),
        (("sensor.nobody",), {}, "unknown_source"),
        (("sensor.garden", "binary_sensor.door"), {}, "mixed_sources"),
        (("sensor.garden", "sensor.power"), {}, "mixed_sources"),
        (("binary_sensor.door",), {"combination": "median"}, "no_median"),
        (("sensor.garden",), {"quorum": 2}, "quorum"),
    ),
)
async def test_what_cannot_play_it_is_refused_and_nothing_is_lost(
    hass: HomeAssistant, sources: tuple[str, ...], options: dict[str, object], wrong: str
) -> None:
    hass.states.async_set("binary_sensor.door", "on", {"device_class": "door"})
    hass.states.async_set("sensor.power", "40", {"unit_of_measurement": "W", "device_class": "power"})
    form = await make(hass, *sources, **options)  # type: ignore[arg-type]  # none of them is a name
    assert form["errors"] == {"base": wrong}
    mended = {"name": "Outdoor temperature", "sources": ["sensor.garden"], "combination": "first"}
    done = await hass.config_entries.flow.async_configure(form["flow_id"], mended)
    assert done["type"] == "create_entry"


@pytest.mark.usefixtures("thermometers")
async def test_its_sources_can_be_changed_and_it_is_none_of_them(hass: HomeAssistant) -> None:
    entry = await made(hass, "sensor.garden")
    flows = hass.config_entries.options
    form = await flows.async_init(entry.entry_id)
    given = {"combination": "first", "freshness": 0, "settle": 0, "quorum": 1}
    form = await flows.async_configure(form["flow_id"], {**given, "sources": [OUTSIDE]})
    assert form["errors"] == {"base": "own_source"}
    done = await flows.async_configure(form["flow_id"], {**given, "sources": ["sensor.roof"]})
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert (state_of(hass, OUTSIDE).state, state_of(hass, SOURCE).state) == ("5.0", "Roof")


async def test_a_source_is_followed_when_it_is_renamed(hass: HomeAssistant, entity_registry: er.EntityRegistry) -> None:
    old = entity_registry.async_get_or_create("sensor", "test", "1", suggested_object_id="garden")
    hass.states.async_set(old.entity_id, "4.0", CELSIUS)
    entry = await made(hass, old.entity_id)
    entity_registry.async_update_entity(old.entity_id, new_entity_id="sensor.lawn")
    hass.states.async_set("sensor.lawn", "4.5", CELSIUS)
    await hass.async_block_till_done()
    assert entry.options["sources"] == ["sensor.lawn"]
    assert state_of(hass, OUTSIDE).state == "4.5"


@pytest.mark.usefixtures("thermometers")
async def test_it_waits_for_its_sources_after_a_restart_and_leaves_nothing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, issue_registry: ir.IssueRegistry
) -> None:
    entry = await made(hass, "sensor.garden", "sensor.roof")
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.states.async_remove("sensor.garden")
    hass.states.async_remove("sensor.roof")
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert state_of(hass, OUTSIDE).state == "unavailable"
    hub = entry.runtime_data
    assert isinstance(hub, RoleHub)
    assert hub.facts() == {"kind": "number", "sources": 2, "live": 0, "degraded": True, "combination": "first"}
    hass.states.async_set("sensor.roof", "41.0", FAHRENHEIT)
    await hass.async_block_till_done()
    assert float(state_of(hass, OUTSIDE).state) == pytest.approx(5.0)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await pass_time(hass, freezer, 600)
    assert not issue_registry.issues


@pytest.mark.usefixtures("thermometers")
async def test_it_lives_through_sources_that_say_what_is_no_number(hass: HomeAssistant) -> None:
    await made(hass, "sensor.garden", "sensor.roof")
    hass.states.async_set("sensor.garden", "wet", CELSIUS)
    await hass.async_block_till_done()
    assert says(hass)[1] == "Roof"
    hass.states.async_set("sensor.roof", "40.0", {**CELSIUS, "unit_of_measurement": "furlong"})
    await hass.async_block_till_done()
    assert says(hass)[0] == "unavailable"


@pytest.mark.usefixtures("thermometers")
async def test_its_device_stays_while_it_does_and_diagnostics_name_nobody(hass: HomeAssistant) -> None:
    entry = await made(hass, "sensor.garden", "sensor.roof")
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, entry.entry_id), entry.entry_id)
    assert device is not None
    assert not await async_remove_config_entry_device(hass, entry, device)
    told = str(await async_get_config_entry_diagnostics(hass, entry))
    assert "degraded" in told
    assert not any(name in told for name in ("garden", "roof", "Outdoor"))


async def test_another_change_of_a_source_in_the_registry_is_none_of_its_business(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    old = entity_registry.async_get_or_create("sensor", "test", "1", suggested_object_id="garden")
    hass.states.async_set(old.entity_id, "4.0", CELSIUS)
    entry = await made(hass, old.entity_id)
    entity_registry.async_update_entity(old.entity_id, name="Lawn")
    await hass.async_block_till_done()
    assert entry.options["sources"] == ["sensor.garden"]
