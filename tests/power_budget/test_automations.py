"""Automations of Home Assistant that react to a power budget and ask how it stands."""

import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.condition import async_get_all_descriptions as all_conditions
from homeassistant.helpers.trigger.descriptions import async_get_all_descriptions as all_triggers
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.local_things.condition import CONDITIONS
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.trigger import TRIGGERS
from tests.project.repository import INTEGRATION

from .dwelling import Dwelling

WHERE = {
    "budget_infeasible": ("binary_sensor", "", "infeasible"),
    "limit_exceeded": ("binary_sensor", "Main", "overload"),
    "limit_is_exceeded": ("binary_sensor", "Main", "overload"),
    "load_is_reduced": ("sensor", "Boiler", "load_status"),
    "load_restored": ("sensor", "Boiler", "load_status"),
    "load_shed": ("sensor", "Boiler", "load_status"),
}


def target(dwelling: Dwelling, name: str) -> dict[str, object]:
    """Return the entity that a trigger or condition is about."""
    return {"entity_id": dwelling.own(*WHERE[name])}


def rule(dwelling: Dwelling, name: str, *conditions: str, wanted: bool = True) -> dict[str, object]:
    """Return an automation that says the name of its trigger, and the reason of the load."""
    reason = "{{ trigger.to_state.attributes.get('reason', '') }}"
    asked = [
        {"condition": f"{DOMAIN}.{one}", "target": target(dwelling, one), "options": {"behavior": "any"}}
        for one in conditions
    ]
    return {
        "alias": f"{name} {' '.join(conditions)} {wanted}",
        "triggers": [{"trigger": f"{DOMAIN}.{name}", "target": target(dwelling, name), "options": {}}],
        "conditions": asked if wanted else [{"condition": "not", "conditions": asked}],
        "actions": [{"action": "test.say", "data": {"what": name, "why": reason}}],
    }


async def test_what_the_budget_does_triggers_automations(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    calls = async_mock_service(hass, "test", "say")
    names = sorted(TRIGGERS)
    assert await async_setup_component(hass, "automation", {"automation": [rule(dwelling, name) for name in names]})
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(40)
    assert [call.data["what"] for call in calls] == ["limit_exceeded", "load_shed"]
    assert calls[1].data["why"].startswith("Boiler off: Main L1 at 18.0 of 15.7 A")
    dwelling.base["L1"] = 2.0
    await dwelling.advance(300)
    assert [call.data["what"] for call in calls][2:] == ["load_restored"]
    dwelling.base["L3"] = 18.0
    await dwelling.advance(60)
    assert sorted(call.data["what"] for call in calls[3:]) == ["budget_infeasible", "limit_exceeded"]


async def test_automations_ask_how_the_budget_stands(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    calls = async_mock_service(hass, "test", "say")
    rules = [
        rule(dwelling, "load_shed", "load_is_reduced"),
        rule(dwelling, "load_shed", "load_is_reduced", wanted=False),
        rule(dwelling, "limit_exceeded", "limit_is_exceeded"),
        rule(dwelling, "load_restored", "limit_is_exceeded"),
        rule(dwelling, "load_restored", "limit_is_exceeded", "load_is_reduced", wanted=False),
    ]
    assert await async_setup_component(hass, "automation", {"automation": rules})
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(40)
    assert sorted(call.data["what"] for call in calls) == ["limit_exceeded", "load_shed"]
    dwelling.base["L1"] = 2.0
    await dwelling.advance(300)
    assert [call.data["what"] for call in calls[2:]] == ["load_restored"]


async def test_whole_devices_can_be_named(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    calls = async_mock_service(hass, "test", "say")
    device = er.async_get(hass).async_get(dwelling.own("sensor", "Boiler", "load_status"))
    assert device is not None
    one = {**rule(dwelling, "load_shed"), "triggers": []}
    one["triggers"] = [{"trigger": f"{DOMAIN}.load_shed", "target": {"device_id": device.device_id}, "options": {}}]
    assert await async_setup_component(hass, "automation", {"automation": [one]})
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(40)
    assert [call.data["what"] for call in calls] == ["load_shed"]


async def test_each_is_described_for_the_editor(hass: HomeAssistant, dwelling: Dwelling) -> None:
    assert await async_setup_component(hass, "automation", {"automation": []})
    icons, texts = ((INTEGRATION / name).read_text() for name in ("icons.json", "translations/en.json"))
    for kind, known, described in (
        ("trigger", TRIGGERS, await all_triggers(hass)),
        ("condition", CONDITIONS, await all_conditions(hass)),
    ):
        assert known
        assert set(json.loads(icons)[f"{kind}s"]) == set(json.loads(texts)[f"{kind}s"]) == set(known)
        for name in known:
            one = described[f"{DOMAIN}.{name}"]
            assert one is not None
            assert one["target"]
            assert set(one["fields"]) == set(json.loads(texts)[f"{kind}s"][name]["fields"])
            assert set(json.loads(icons)[f"{kind}s"][name]) == {kind}
