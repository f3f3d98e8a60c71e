"""Adding a budget, its limits and its loads through the forms."""

from collections.abc import Mapping
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder import Recorder
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN, SUBENTRY_LIMIT, SUBENTRY_LOAD
from custom_components.local_things.power_budget import listening, suggest
from custom_components.local_things.power_budget.kept import Kept

from .dwelling import BOILER, CHARGER, HELPERS, METERS, Dwelling

MAIN = {"name": "Main fuse", "limit_kind": "breaker_b", "rating": 16, "phases": ["L1", "L2", "L3"]}
METERED = {f"meter_{phase.lower()}": meter for phase, meter in METERS.items()}


@pytest.fixture
async def helpers(hass: HomeAssistant) -> None:
    """Set the helpers of the house up."""
    for domain, config in HELPERS.items():
        assert await async_setup_component(hass, domain, {domain: config})


class Walk:
    """One flow, step by step."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.result: Mapping[str, object] = {}

    async def begin(self) -> None:
        flow = self.hass.config_entries.flow
        menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        assert "power_budget" in menu["menu_options"]
        self.result = await flow.async_configure(menu["flow_id"], {"next_step_id": "power_budget"})

    async def answer(self, data: Mapping[str, object] | None = None) -> None:
        flow_id = str(self.result["flow_id"])
        self.result = await self.hass.config_entries.flow.async_configure(flow_id, None if data is None else dict(data))

    def step(self) -> object:
        return self.result.get("step_id")

    def default(self, field: str) -> object:
        """Return what a field shows before anything is typed."""
        schema = self.result["data_schema"].schema  # type: ignore[attr-defined]  # a form's
        (key,) = [key for key in schema if key == field]
        suggested = (key.description or {}).get("suggested_value")
        return suggested if suggested is not None else key.default()


async def listen(walk: Walk, freezer: FrozenDateTimeFactory, period: float) -> None:
    """Let the meters report a few times, as the flow listens."""
    await walk.answer(METERED)
    assert walk.result["type"] is FlowResultType.SHOW_PROGRESS
    hass = walk.hass
    for _ in range(listening.GAPS + 1):
        freezer.tick(timedelta(seconds=period))
        for meter in METERS.values():
            await hass.services.async_call("input_number", "set_value", {"entity_id": meter, "value": 3}, blocking=True)
    await hass.async_block_till_done()
    await walk.answer()


@pytest.mark.usefixtures("helpers")
@pytest.mark.parametrize(
    ("period", "step", "reserve"), ((2.0, "protects", 0.0), (20.0, "with_reserve", 9.0), (60.0, "shapes_only", 0.0))
)
async def test_meter_is_listened_to_and_judged(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    period: float,
    step: str,
    reserve: float,
) -> None:
    walk = Walk(hass)
    await walk.begin()
    await walk.answer(MAIN)
    await listen(walk, freezer, period)
    assert walk.step() == step
    assert walk.result["description_placeholders"]["period"] == f"{period:.0f}"  # type: ignore[index]  # a form's
    assert walk.default("reserve") == reserve
    await walk.answer({"reserve": 16})
    assert walk.result["errors"] == {"reserve": "reserve_too_large"}
    await walk.answer({"reserve": reserve})
    assert walk.step() == "budget_loads"
    await walk.answer({"entities": [BOILER, CHARGER]})
    assert walk.result["type"] is FlowResultType.CREATE_ENTRY
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    (main,) = entry.get_subentries_of_type(SUBENTRY_LIMIT)
    assert main.title == "Main fuse"
    assert main.data["meters"] == {phase: [meter] for phase, meter in METERS.items()}
    assert main.data["reserve"] == reserve
    loads = {one.data["entity"]: one for one in entry.get_subentries_of_type(SUBENTRY_LOAD)}
    assert set(loads) == {BOILER, CHARGER}
    assert loads[CHARGER].data["nominal"] == 16 * 230 * 3
    assert not entry.runtime_data.budget.armed
    modes = [state.state for state in hass.states.async_all("select") if state.entity_id.endswith("_mode")]
    assert modes == ["observe", "observe"]


@pytest.mark.usefixtures("helpers")
async def test_limit_without_a_meter_or_phases(hass: HomeAssistant) -> None:
    walk = Walk(hass)
    await walk.begin()
    await walk.answer({**MAIN, "phases": []})
    assert walk.result["errors"] == {"phases": "phases_needed"}
    await walk.answer({**MAIN, "limit_kind": "contract_it", "rating": 3000})
    assert walk.step() == "budget_meter"
    await walk.answer({})
    assert walk.step() == "budget_loads"
    await walk.answer({"entities": []})
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.async_block_till_done()
    (limit,) = entry.runtime_data.house.site.limits.values()
    assert limit.phases == ()
    assert entry.runtime_data.house.meters == ()


async def test_meters_of_the_phases_and_loads_with_a_meter_are_suggested(hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    owner = MockConfigEntry(domain="test")
    owner.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=owner.entry_id, identifiers={("test", "meter")})
    for number in "123":
        entity = registry.async_get_or_create(
            "sensor", "test", number, suggested_object_id=f"meter_current_l{number}", device_id=device.id
        )
        hass.states.async_set(entity.entity_id, "3", {"device_class": "current", "unit_of_measurement": "A"})
    plug = dr.async_get(hass).async_get_or_create(config_entry_id=owner.entry_id, identifiers={("test", "plug")})
    switch = registry.async_get_or_create("switch", "test", "plug", device_id=plug.id, suggested_object_id="plug")
    power = registry.async_get_or_create("sensor", "test", "power", device_id=plug.id, suggested_object_id="plug_power")
    hass.states.async_set(switch.entity_id, "on")
    hass.states.async_set(power.entity_id, "1.5", {"device_class": "power", "unit_of_measurement": "kW"})
    walk = Walk(hass)
    await walk.begin()
    await walk.answer(MAIN)
    assert [walk.default(f"meter_l{number}") for number in "123"] == [
        f"sensor.meter_current_l{number}" for number in "123"
    ]
    await walk.answer({})
    assert walk.default("entities") == ["switch.plug"]
    await walk.answer({"entities": ["switch.plug"]})
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    (load,) = entry.get_subentries_of_type(SUBENTRY_LOAD)
    assert load.data["power"] == "sensor.plug_power"
    assert load.data["nominal"] == 1500
    await hass.async_block_till_done()


# ----------------------------------------------------------------------------------------------------- subentries


async def subflow(hass: HomeAssistant, entry: ConfigEntry, kind: str, subentry_id: str = "") -> Mapping[str, object]:
    context = {"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id} if subentry_id else {"source": SOURCE_USER}
    return await hass.config_entries.subentries.async_init((entry.entry_id, kind), context=context)  # type: ignore[arg-type]  # either


async def fill(hass: HomeAssistant, form: Mapping[str, object], data: Mapping[str, object]) -> Mapping[str, object]:
    return await hass.config_entries.subentries.async_configure(str(form["flow_id"]), dict(data))


async def test_limit_below_another_is_added_and_changed(hass: HomeAssistant, dwelling: Dwelling) -> None:
    entry, main = dwelling.entry, dwelling.subentry("Main").subentry_id
    form = await subflow(hass, entry, SUBENTRY_LIMIT)
    kitchen = {"name": "Kitchen", "limit_kind": "breaker_b", "rating": 13, "phases": ["L1"], "parents": [main]}
    form = await fill(hass, form, {**kitchen, "reserve": 14})
    assert form["errors"] == {"reserve": "reserve_too_large"}
    form = await fill(hass, form, kitchen)
    done = await fill(hass, form, {"meter_l1": METERS["L1"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    below = dwelling.subentry("Kitchen")
    assert dwelling.hub.house.site.limits[below.subentry_id].parents == (main,)

    form = await subflow(hass, entry, SUBENTRY_LIMIT, main)
    form = await fill(
        hass,
        form,
        {"name": "Main", "limit_kind": "breaker_b", "rating": 16, "phases": ["L1"], "parents": [below.subentry_id]},
    )
    assert form["errors"] == {"parents": "carries_itself"}
    form = await fill(hass, form, {"name": "House", "limit_kind": "breaker_c", "rating": 25, "phases": ["L1"]})
    done = await fill(hass, form, {"meter_l1": METERS["L1"]})
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert dwelling.hub.house.site.limits[main].rating == 25


async def test_loads_are_added_several_at_once_and_changed(hass: HomeAssistant, dwelling: Dwelling) -> None:
    form = await subflow(hass, dwelling.entry, SUBENTRY_LOAD)
    done = await fill(hass, form, {"entities": [BOILER]})
    assert done["reason"] == "no_new_load"
    form = await subflow(hass, dwelling.entry, SUBENTRY_LOAD)
    done = await fill(hass, form, {"entities": [BOILER, "input_boolean.oven", "input_boolean.charger"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert len(dwelling.hub.house.loads) == 5
    oven = dwelling.subentry("oven")
    form = await subflow(hass, dwelling.entry, SUBENTRY_LOAD, oven.subentry_id)
    settings = {
        "name": "Oven",
        "nominal": 3000,
        "phases": ["L2"],
        "importance": 5,
        "last_resort": True,
        "throttles": True,
        "min_on": 2,
        "min_off": 1,
        "max_shed": 30,
        "restores": False,
    }
    done = await fill(hass, form, settings)
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    load = dwelling.hub.house.loads[oven.subentry_id].load
    assert (load.title, load.nominal, load.last_resort, load.max_shed) == ("Oven", 3000, True, 1800)
    assert not load.auto_restore


async def test_load_that_is_added_while_the_budget_begins_is_not_lost(
    hass: HomeAssistant, dwelling: Dwelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Kept.async_load

    async def add_and_load(kept: Kept) -> None:
        monkeypatch.setattr(Kept, "async_load", load)
        form = await subflow(hass, dwelling.entry, SUBENTRY_LOAD)
        await fill(hass, form, {"entities": ["input_boolean.oven"]})
        await load(kept)

    monkeypatch.setattr(Kept, "async_load", add_and_load)
    await hass.config_entries.async_reload(dwelling.entry.entry_id)
    await hass.async_block_till_done()
    assert len(dwelling.hub.house.loads) == 4


async def test_tariff_window_has_meters_that_add_up(hass: HomeAssistant, dwelling: Dwelling) -> None:
    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT)
    form = await fill(hass, form, {"name": "Tariff", "limit_kind": "window_15", "rating": 6000, "share": 90})
    await fill(hass, form, {"total": list(METERS.values())})
    await hass.async_block_till_done()
    tariff = dwelling.subentry("Tariff")
    assert tariff.data["meters"] == {"": list(METERS.values())}
    limit = dwelling.hub.house.site.limits[tariff.subentry_id]
    assert limit.share == 0.9

    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT, tariff.subentry_id)
    form = await fill(hass, form, {"name": "Tariff", "limit_kind": "window_15", "rating": 5000, "parents": []})
    key, _ = form["data_schema"].schema  # type: ignore[attr-defined]  # a form's
    assert key.description == {"suggested_value": list(METERS.values())}
    await fill(hass, form, {"total": list(METERS.values())})
    await hass.async_block_till_done()

    # With two limits there is a choice.
    form = await subflow(hass, dwelling.entry, SUBENTRY_LOAD)
    await fill(hass, form, {"entities": ["input_boolean.oven"], "limits": [tariff.subentry_id]})
    await hass.async_block_till_done()
    oven = dwelling.subentry("oven")
    assert dwelling.hub.house.loads[oven.subentry_id].load.limits == (tariff.subentry_id,)
    form = await subflow(hass, dwelling.entry, SUBENTRY_LOAD, oven.subentry_id)
    assert "limits" in form["data_schema"].schema  # type: ignore[attr-defined]  # a form's

    # What was below a limit that is gone is below the main ones.
    hass.config_entries.async_remove_subentry(dwelling.entry, tariff.subentry_id)
    await hass.async_block_till_done()
    assert dwelling.hub.house.loads[oven.subentry_id].load.limits == (dwelling.subentry("Main").subentry_id,)


async def test_limit_of_a_diamond_does_not_carry_itself(hass: HomeAssistant, dwelling: Dwelling) -> None:
    main = dwelling.subentry("Main").subentry_id
    data = {"limit_kind": "breaker_b", "rating": 13, "phases": ["L1"]}
    for name in ("Left", "Right"):
        form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT)
        form = await fill(hass, form, {**data, "name": name, "parents": [main]})
        await fill(hass, form, {})
        await hass.async_block_till_done()
    both = [dwelling.subentry(name).subentry_id for name in ("Left", "Right")]
    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT)
    form = await fill(hass, form, {**data, "name": "Below", "parents": both})
    await fill(hass, form, {})
    await hass.async_block_till_done()
    below = dwelling.subentry("Below").subentry_id
    form = await subflow(hass, dwelling.entry, SUBENTRY_LIMIT, below)
    form = await fill(hass, form, {**data, "name": "Below", "parents": both})
    assert form["step_id"] == "meter"
    assert (await fill(hass, form, {}))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_energy_dashboard_knows_the_grid_and_the_loads(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "energy", {})
    manager = await async_get_manager(hass)
    assert list(await suggest.grid_meters(hass)) == []
    await manager.async_update(
        {
            "energy_sources": [
                {
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
            ],
            "device_consumption": [{"stat_consumption": "sensor.plug_energy", "stat_rate": "sensor.plug_power"}],
        }
    )
    hass.states.async_set("sensor.grid", "900", {"device_class": "power", "unit_of_measurement": "W"})
    assert await suggest.grid_meters(hass) == ["sensor.grid"]
    assert await suggest.likely_loads(hass) == [], "its device is not known"


async def test_voltage_is_changed(hass: HomeAssistant, dwelling: Dwelling) -> None:
    form = await dwelling.entry.start_reconfigure_flow(hass)
    done = await hass.config_entries.flow.async_configure(form["flow_id"], {"voltage": 120})
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert dwelling.hub.house.site.voltage == 120


async def test_nothing_is_heard_of_a_meter_that_is_silent(hass: HomeAssistant) -> None:
    assert await listening.async_period(hass, ["sensor.nothing"], longest=0.01) == 0.01
