"""Our blueprints, each filled in for one small house in which they share the lamp, the plug and every sensor."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint, BlueprintInputs
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.util.yaml import load_yaml_dict

from tests.project.repository import ROOT

BLUEPRINTS: Final = ROOT / "blueprints"
LAMP: Final = "light.lamp"
PLUG: Final = "switch.plug"
ROOM: Final[Mapping[str, tuple[str, ...]]] = {
    "room": (LAMP, PLUG, "binary_sensor.motion", "sensor.lux", "event.button"),
}

CLASSES: Final[Mapping[str, str]] = {"binary_sensor.motion": "motion", "sensor.lux": "illuminance"}

type Inputs = Mapping[str, object]

INPUTS: Final[Mapping[str, Inputs]] = {
    "arrival_leave": {"persons": ["person.one"], "lights": [LAMP], "things_off": [LAMP, PLUG]},
    "blink_lights": {"lights": [LAMP]},
    "device_schedule": {"switches": [PLUG], "schedule": "schedule.hours"},
    "keep_in_band": {"sensor": "sensor.temperature", "raising": [PLUG]},
    "leak": {"sensors": ["binary_sensor.leak"], "switched_off": [PLUG], "lights": [LAMP], "valves": ["valve.water"]},
    "left_open": {"contacts": ["binary_sensor.door"]},
    "low_battery": {},
    "motion_light": {"sensors": ["binary_sensor.motion"], "lights": [LAMP], "illuminance": "sensor.lux"},
    "overload": {"alarms": ["binary_sensor.overload"], "can_wait": [LAMP, PLUG]},
    "power_cycle": {"witness": "binary_sensor.ping", "power": PLUG},
    "presence_simulation": {"persons": ["person.one"], "lights": [LAMP]},
    "privacy_shutters": {"covers": ["cover.shutter"], "lights": [LAMP], "illuminance": "sensor.lux"},
    "room_button": {"area": "room"},
    "room_motion_light": {"area": "room"},
    "safe_state": {"watched": ["sensor.temperature"], "things_off": [PLUG], "things_on": [LAMP]},
    "scene_controller": {
        "controller": ["event.button"],
        "first_actions": [{"action": "light.turn_on", "target": {"entity_id": LAMP}}],
        "second_actions": [{"action": "light.turn_off", "target": {"entity_id": LAMP}}],
    },
    "silent_device": {"watched": ["sensor.temperature"]},
}
"""What each blueprint is filled in with, by its name."""


@cache
def blueprint(name: str) -> Blueprint:
    """Return a blueprint of ours. Blocks."""
    path = next(BLUEPRINTS.rglob(f"{name}.yaml"))
    domain = path.relative_to(BLUEPRINTS).parts[0]
    schema = AUTOMATION_BLUEPRINT_SCHEMA if domain == "automation" else BLUEPRINT_SCHEMA
    return Blueprint(load_yaml_dict(path), expected_domain=domain, path=path.name, schema=schema)


def instance(name: str, ident: str = "", **other: object) -> dict[str, object]:
    """Return an automation (or script) of a blueprint as Home Assistant holds it; `other` inputs come on top."""
    config = {
        "id": ident or name,
        "alias": name,
        "use_blueprint": {"path": f"local_things/{name}.yaml", "input": {**INPUTS[name], **other}},
    }
    return dict(BlueprintInputs(blueprint(name), config).async_substitute())


def is_script(name: str) -> bool:
    """Tell whether a blueprint makes a script."""
    return str(blueprint(name).domain) == "script"


def names() -> list[str]:
    """Return the names of all blueprints there are. Blocks."""
    return sorted(Path(path).stem for path in BLUEPRINTS.rglob("*.yaml"))
