"""All of our blueprints at once in one running house: the advisor tells of those that fight, and of no other."""

import asyncio
from functools import partial
import shutil

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.local_things.const import DOMAIN
from tests.rules.instances import BLUEPRINTS, CLASSES, INPUTS, ROOM, is_script, names
from tests.rules.test_blueprint_pairs import FIGHTS

from .conftest import Rules

NEEDED = ("homeassistant", "persistent_notification", "event", "illuminance", "light", "motion", "occupancy")
"""What Home Assistant always sets up, as far as the blueprints' triggers and conditions come from it."""


def named(value: object) -> set[str]:
    """Return the entity ids in the inputs of a blueprint."""
    if isinstance(value, dict):
        return set().union(*(named(one) for key, one in value.items() if key != "action"))
    if isinstance(value, list):
        return set().union(*map(named, value))
    return {value} if isinstance(value, str) and "." in value else set()


async def test_the_advisor_tells_of_the_blueprints_that_fight(rules: Rules, hass: HomeAssistant) -> None:
    await asyncio.to_thread(partial(shutil.copytree, BLUEPRINTS, hass.config.path("blueprints"), dirs_exist_ok=True))
    for component in NEEDED:
        assert await async_setup_component(hass, component, {})
    area = ar.async_get(hass).async_get_or_create("Room")
    entities = set().union(*(named(dict(inputs)) for inputs in INPUTS.values()), *ROOM.values())
    assert len(entities) > 10
    for entity_id in sorted(entities):
        domain, _, name = entity_id.partition(".")
        attributes = {"device_class": CLASSES[entity_id]} if entity_id in CLASSES else {}
        if entity_id in ROOM["room"]:
            entry = er.async_get(hass).async_get_or_create(domain, "house", name, suggested_object_id=name)
            er.async_get(hass).async_update_entity(entry.entity_id, area_id=area.id)
        hass.states.async_set(entity_id, "off", attributes)

    def config(name: str) -> dict[str, object]:
        inputs = {key: area.id if key == "area" else value for key, value in INPUTS[name].items()}
        return {"alias": name, "use_blueprint": {"path": f"local_things/{name}.yaml", "input": inputs}}

    all_names = await hass.async_add_executor_job(names)
    scripts = {name: config(name) for name in all_names if is_script(name)}
    await rules.use(*({"id": name, **config(name)} for name in all_names if not is_script(name)), **scripts)
    await rules.advise(unsure=True)
    assert rules.hub.facts()["read"] == len(all_names)
    told = [one for one in ir.async_get(hass).issues.values() if one.domain == DOMAIN]
    pairs = {
        frozenset({(one.translation_placeholders or {})["first"], (one.translation_placeholders or {})["second"]})
        for one in told
    }
    assert {one.translation_key for one in told} == {"rule_opposite"}
    assert pairs == FIGHTS.keys()
    await rules.use()  # triggers of time would outlive the test
