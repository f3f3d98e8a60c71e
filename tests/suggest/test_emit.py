"""What becomes an automation: all that the miner can bring passes the validator; nothing that is named gets in."""

from collections.abc import Mapping

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, label_registry as lr
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.suggest.emit import UnusableError, automation
from custom_components.local_things.suggest.gate import async_pass
from custom_components.local_things.suggest.guards import is_safe
from custom_components.local_things.suggest.mining.actions import DEEDS
from custom_components.local_things.suggest.record.suggestion import (
    ClockTrigger,
    Condition,
    EventTrigger,
    Evidence,
    StateCondition,
    Suggestion,
    SunCondition,
    SunEvent,
    SunTrigger,
    Target,
    TimeWindow,
    Trigger,
    WeekdayCondition,
)
from custom_components.local_things.suggest.sentences import async_speaker

from .conftest import Home

EVIDENCE = Evidence(opportunities=20, hits=18, wrong=2, lower_bound=0.7, typical_delay=4.0)
DOOR = EventTrigger(entity_id="binary_sensor.door", to_state="on")
LAMP = Target(entity_id="light.lamp", state="on")
WORDS = {"alias": "{target} {state} {trigger}", "description": "{hits} {opportunities} {days}"}

TRIGGERS: Mapping[str, Trigger] = {
    "state": DOOR,
    "from": EventTrigger(entity_id="person.somebody", to_state="not_home", from_state="home"),
    "for": EventTrigger(entity_id="binary_sensor.motion", to_state="off", for_seconds=600),
    "event": EventTrigger(entity_id="event.remote", to_state="short_press"),
    "button": EventTrigger(entity_id="input_button.bell", to_state="press"),
    "clock": ClockTrigger(minute=405, weekdays=(0, 1, 2, 3, 4)),
    "sunset": SunTrigger(event=SunEvent.SUNSET, offset=-1_815),
    "sunrise": SunTrigger(event=SunEvent.SUNRISE, offset=0, weekdays=(5, 6)),
    "later": SunTrigger(event=SunEvent.SUNRISE, offset=3_600),
}
CONDITIONS: Mapping[str, Condition] = {
    "night": SunCondition(up=False),
    "day": SunCondition(up=True),
    "state": StateCondition(entity_id="person.somebody", state="home"),
    "window": TimeWindow(start=1_380, end=360),
    "days": WeekdayCondition(days=(0, 3)),
}
TARGETS = [
    *(
        Target(entity_id=f"{domain}.one", state=state)
        for domain, deed in DEEDS.items()
        for state in sorted(deed.states)
    ),
    *(
        Target(entity_id=f"{domain}.one", state=state, attribute=attribute, value=value)
        for domain, deed in DEEDS.items()
        for attribute in deed.values
        for state in sorted(deed.value_states or deed.states - {"off"})
        for value in (40.0, 21.5)
    ),
]


def suggestion(trigger: Trigger = DOOR, action: Target = LAMP, conditions: tuple[Condition, ...] = ()) -> Suggestion:
    return Suggestion(trigger=trigger, conditions=conditions, action=action, within=30.0, evidence=EVIDENCE)


ALL = {
    **{f"trigger {name}": suggestion(trigger=one) for name, one in TRIGGERS.items()},
    **{f"condition {name}": suggestion(conditions=(one,)) for name, one in CONDITIONS.items()},
    **{f"target {index}": suggestion(action=one) for index, one in enumerate(TARGETS)},
}


async def test_all_that_the_miner_can_bring_is_an_automation_and_a_sentence(home: Home, hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    assert len(ALL) > 30
    for language in ("en", "de", "sl"):
        hass.config.language = language
        speaker = await async_speaker(hass)
        for name, one in ALL.items():
            config = automation(one, speaker.words)
            found = await async_validate_config_item(hass, "an_id", dict(config))
            assert found is not None, name
            assert found.validation_status == "ok", (name, found.validation_error)
            assert config["mode"] == "single"
            sentence = speaker.sentence(one)
            assert sentence.endswith(".")
            assert "{" not in f"{sentence}{config['alias']}{config['description']}"


def test_it_does_only_what_is_not_done_yet() -> None:
    config = automation(suggestion(), WORDS)
    state = {"condition": "state", "entity_id": "light.lamp", "state": "on"}
    assert config["conditions"] == [{"condition": "not", "conditions": [state]}]
    dimmed = Target(entity_id="light.lamp", state="on", attribute="brightness_pct", value=40.0)
    config = automation(suggestion(action=dimmed), WORDS)
    shown = {"condition": "numeric_state", "entity_id": "light.lamp", "attribute": "brightness"}
    assert config["conditions"] == [
        state,
        {"condition": "not", "conditions": [{**shown, "above": 96.9, "below": 107.1}]},
    ]
    same = StateCondition(entity_id="light.lamp", state="on")
    assert automation(suggestion(action=dimmed, conditions=(same,)), WORDS)["conditions"] == config["conditions"]
    assert config["actions"] == [
        {"action": "light.turn_on", "target": {"entity_id": "light.lamp"}, "data": {"brightness_pct": 40}}
    ]


def test_an_event_counts_only_where_it_is_the_one() -> None:
    config = automation(suggestion(trigger=TRIGGERS["event"]), WORDS)
    assert config["triggers"] == [
        {
            "trigger": "state",
            "entity_id": "event.remote",
            "not_from": ["unavailable"],
            "not_to": ["unavailable", "unknown"],
        }
    ]
    conditions = config["conditions"]
    assert isinstance(conditions, list)
    assert conditions[0] == {
        "condition": "state",
        "entity_id": "event.remote",
        "attribute": "event_type",
        "state": "short_press",
    }


PAYLOADS = (
    "{{ states.lock }}",
    "!env_var SUPERVISOR_TOKEN",
    "x: y",
    "\u202eno",
    "on\nactions: []",
    "<img src=x>",
    "%s{0}",
    "",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_t11_text_of_a_device_gets_into_no_rule(payload: str) -> None:
    hostile = [
        suggestion(trigger=EventTrigger(entity_id="event.remote", to_state=payload)),
        suggestion(trigger=EventTrigger(entity_id="select.mode", to_state="on", from_state=payload or "{}")),
        suggestion(trigger=EventTrigger(entity_id=payload, to_state="on")),
        suggestion(conditions=(StateCondition(entity_id="select.mode", state=payload),)),
        suggestion(conditions=(StateCondition(entity_id=payload, state="on"),)),
        suggestion(action=Target(entity_id="light.lamp", state=payload)),
        suggestion(action=Target(entity_id=payload, state="on")),
    ]
    for one in hostile:
        with pytest.raises(UnusableError):
            automation(one, WORDS)


async def test_t14_what_a_device_calls_itself_is_in_no_rule_and_is_nothing_but_text_in_the_sentence(
    home: Home, hass: HomeAssistant
) -> None:
    name = "{{ states('lock.x') }} [link](http://x) \u202e<b>"
    hass.states.async_set("light.lamp", "off", {"friendly_name": name})
    hass.states.async_set("binary_sensor.door", "off", {"friendly_name": name})
    speaker = await async_speaker(hass)
    written = yaml_util.dump(automation(suggestion(), speaker.words))
    assert "link" not in written
    assert "{" not in written
    sentence = speaker.sentence(suggestion())
    assert not {"{", "<", "\u202e"} & set(sentence)


# --------------------------------------------------------------------------------------------- what is never done

NEVER = [
    Target(entity_id="lock.front", state="unlocked"),
    Target(entity_id="lock.front", state="locked"),
    Target(entity_id="valve.water", state="open"),
    Target(entity_id="alarm_control_panel.home", state="disarmed"),
    Target(entity_id="cover.garage", state="open"),
    Target(entity_id="cover.gate", state="closed"),
    Target(entity_id="climate.room", state="heat"),
    Target(entity_id="climate.room", state="auto"),
    Target(entity_id="water_heater.boiler", state="on"),
    Target(entity_id="switch.sauna_heater", state="on"),
    Target(entity_id="switch.garage_door", state="on"),
    Target(entity_id="siren.hall", state="on"),
    Target(entity_id="light.gone", state="on"),
]
MAY = [
    Target(entity_id="light.lamp", state="on"),
    Target(entity_id="cover.blind", state="closed"),
    Target(entity_id="switch.sauna_heater", state="off"),
    Target(entity_id="climate.room", state="off"),
    Target(entity_id="climate.room", state="heat", attribute="temperature", value=20.0),
]


async def learns(home: Home) -> None:
    for target in (*NEVER, *MAY):
        if target.entity_id != "light.gone":
            kind = {"cover.garage": "garage", "cover.gate": "gate"}.get(target.entity_id)
            home.hass.states.async_set(target.entity_id, "off", {"device_class": kind} if kind else {})
    await home.learn()


async def test_t14_what_can_hurt_is_never_suggested(home: Home, hass: HomeAssistant) -> None:
    await learns(home)
    scope = home.suggester.scope
    assert [one for one in NEVER if is_safe(hass, scope, suggestion(action=one))] == []
    assert [one for one in MAY if not is_safe(hass, scope, suggestion(action=one))] == []
    await home.learn(excluded_entities=["light.lamp"])
    assert not is_safe(hass, home.suggester.scope, suggestion())


@pytest.mark.parametrize("what", ("entity", "device"))
async def test_what_is_labelled_safety_is_never_suggested(home: Home, hass: HomeAssistant, what: str) -> None:
    label = lr.async_get(hass).async_create("Safety").label_id
    entry = MockConfigEntry()
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers={("a", "b")})
    lamp = er.async_get(hass).async_get_or_create(
        Platform.LIGHT, "house", "lamp", suggested_object_id="lamp", device_id=device.id, config_entry=entry
    )
    await learns(home)
    assert is_safe(hass, home.suggester.scope, suggestion())
    if what == "entity":
        er.async_get(hass).async_update_entity(lamp.entity_id, labels={label})
    else:
        dr.async_get(hass).async_update_device(device.id, labels={label})
    assert not is_safe(hass, home.suggester.scope, suggestion())


async def test_of_two_suggestions_that_fight_the_better_one_gets_by(home: Home, hass: HomeAssistant) -> None:
    await home.use()
    hass.states.async_set("light.lamp", "off")
    both = [suggestion(), suggestion(action=Target(entity_id="light.lamp", state="off"))]
    for order in (both, both[::-1]):
        passed = await async_pass(hass, [(one, automation(one, WORDS)) for one in order])
        assert passed.suggestions == (order[0],)
    assert (await async_pass(hass, [])).suggestions == ()
