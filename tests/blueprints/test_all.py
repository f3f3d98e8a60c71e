"""What is true of every blueprint."""

from collections.abc import Callable, Iterator
from pathlib import Path
import re

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.helpers import selector
from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest

from tests.project.repository import ROOT

from .conftest import BLUEPRINTS, House

FILES = sorted(BLUEPRINTS.rglob("*.yaml"))
SCHEMAS: dict[str, Callable[[object], object]] = {"automation": AUTOMATION_BLUEPRINT_SCHEMA, "script": BLUEPRINT_SCHEMA}
WITHOUT_TEMPLATES = {
    "arrival_leave",
    "device_schedule",
    "keep_in_band",
    "motion_light",
    "privacy_shutters",
    "room_button",
    "room_motion_light",
    "scene_controller",
    "blink_lights",
}
"""They decide over lights, power and doors, and do it without any template."""

DEVICE_TEXT = re.compile(r"\.(state|attributes|name|friendly_name)\b|state_attr|states\.")


def load(path: Path) -> Blueprint:
    domain = path.relative_to(BLUEPRINTS).parts[0]
    return Blueprint(load_yaml_dict(path), expected_domain=domain, path=path.name, schema=SCHEMAS[domain])


def sections(blueprint: Blueprint) -> dict[str, dict[str, object]]:
    return dict(blueprint.metadata["input"])


def templates(path: Path) -> Iterator[str]:
    yield from re.findall(r"\{\{.*?\}\}|\{%.*?%\}", path.read_text())


def test_there_are_blueprints() -> None:
    assert len(FILES) >= 12
    assert {path.relative_to(BLUEPRINTS).parts[:2] for path in FILES} == {
        ("automation", "local_things"),
        ("script", "local_things"),
    }
    assert {path.stem for path in FILES} >= WITHOUT_TEMPLATES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_blueprint_is_whole_and_fetches_nothing(path: Path) -> None:
    blueprint = load(path)
    assert blueprint.validate() is None
    assert blueprint.metadata["author"] == "Local Things"
    assert blueprint.metadata["homeassistant"] == {"min_version": "2026.10.0"}
    assert "source_url" not in blueprint.metadata
    assert "http" not in path.read_text()
    assert len(blueprint.metadata["description"]) > 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_input_stands_in_a_section_with_a_name_and_a_selector(path: Path) -> None:
    blueprint = load(path)
    for section in sections(blueprint).values():
        assert {"name", "icon", "input"} <= set(section)
        inputs = section["input"]
        assert isinstance(inputs, dict)
        assert inputs
        for one in inputs.values():
            assert one["name"]
            assert one["selector"]
            assert "default" in one or not section.get("collapsed"), "what is folded away needs no answer"
    defaults = [one for one in blueprint.inputs.values() if "default" in one]
    assert len(defaults) >= len(blueprint.inputs) - 4


def test_every_default_is_one_that_the_form_accepts() -> None:
    inputs = [one for path in FILES for one in load(path).inputs.values() if one.get("default", []) != []]
    assert len(inputs) > 30
    for one in inputs:
        probatio.Schema(selector.selector(one["selector"]))(one["default"])


def answer(wanted: dict[str, dict[str, object]]) -> object:
    """Return what a user may choose in a form's field, of entities that are not there."""
    ((kind, config),) = wanted.items()
    if kind == "area":
        return "room"
    assert kind == "entity"
    domain = re.search(r"'domain': \[?'(\w+)'", str(config))
    entity_id = f"{domain[1] if domain else 'sensor'}.some"
    return [entity_id] if config.get("multiple") else entity_id


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_nothing_but_the_open_questions_must_be_answered(house: House, path: Path) -> None:
    inputs = load(path).inputs
    answers = {key: answer(one["selector"]) for key, one in inputs.items() if "default" not in one}
    assert answers or path.stem == "low_battery"
    await house.use(path.stem, domain=path.relative_to(BLUEPRINTS).parts[0], **answers)
    assert house.taken() == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_old_keywords_are_not_used(path: Path) -> None:
    assert not re.search(
        r"^\s*(- )?(platform|service|action_template|trigger_variables):", path.read_text(), re.MULTILINE
    )
    body = {"sequence"} if path.parts[-3] == "script" else {"triggers", "actions"}
    assert body <= set(load(path).data)
    assert not {"trigger", "condition", "action"} & set(load(path).data)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_templates_stand_only_where_nothing_else_can(path: Path) -> None:
    found = list(templates(path))
    if path.stem in WITHOUT_TEMPLATES:
        assert found == []
    assert [one for one in found if DEVICE_TEXT.search(one)] == [], "what a device says is put into no text"


def test_nobody_is_notified_who_is_not_there() -> None:
    """Without a notify integration a run that asks for the action ends; test_leak.py shows it."""
    texts = {path.stem: path.read_text() for path in FILES if "notify.send_message" in path.read_text()}
    assert len(texts) >= 5
    for name, text in texts.items():
        assert text.count("notify.send_message") == text.count("There is somebody to notify") > 0, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_documented_with_every_input(path: Path) -> None:
    blueprint = load(path)
    text = (ROOT / "docs/users/blueprints.md").read_text()
    assert f"## {blueprint.name}\n" in text
    chapter = text.split(f"## {blueprint.name}\n")[1].partition("\n## ")[0]
    assert path.name in chapter
    assert [one["name"] for one in blueprint.inputs.values() if f"**{one['name']}**" not in chapter] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_exercised(path: Path) -> None:
    assert (Path(__file__).parent / f"test_{path.stem}.py").is_file()
