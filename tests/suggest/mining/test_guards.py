"""What is never suggested, whatever anybody teaches."""

import pytest

from custom_components.local_things.suggest.mining.actions import DEEDS, may_act, may_set
from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.mining.settings import Settings
from custom_components.local_things.suggest.record.model import Source, Subject

from .diary import Diary, door_and_light

NEVER = [
    ("lock.front", "unlocked", "locked", None),
    ("lock.front", "locked", "unlocked", None),
    ("valve.water", "open", "closed", None),
    ("alarm_control_panel.house", "disarmed", "armed_away", None),
    ("cover.garage", "open", "closed", "garage"),
    ("cover.gate", "open", "closed", "gate"),
    ("water_heater.boiler", "eco", "off", None),
    ("climate.room", "heat", "off", None),
    ("siren.house", "on", "off", None),
]


@pytest.mark.parametrize("taught_by", (Source.DEVICE, Source.PERSON))
@pytest.mark.parametrize(("target", "state", "back", "device_class"), NEVER)
def test_t14_nobody_teaches_what_is_dangerous(
    target: str, state: str, back: str, device_class: str | None, taught_by: Source
) -> None:
    """A device that toggles after each motion, for two months, perfectly; or one that passes for a person."""
    diary = door_and_light(60, target=target, state=state, back=back)
    assert all(may_act(Subject(entity_id="light.a"), one) for one in ("on", "off"))
    diary.subjects[target] = Subject(entity_id=target, device_class=device_class)
    diary.rows = [(when, entity, word, taught_by) for when, entity, word, _ in diary.rows]
    found = mine(diary.history()).suggestions
    assert not [one for one in found if (one.action.entity_id, one.action.state) == (target, state)]


def test_what_the_user_forbids_is_no_action_and_what_is_ignored_is_nothing() -> None:
    history = door_and_light().history()
    assert mine(history).suggestions
    assert not mine(history, settings=Settings(forbidden=frozenset({"light.hall"}))).suggestions
    assert not mine(history, settings=Settings(ignored=frozenset({"binary_sensor.door"}))).suggestions


def test_heating_that_is_off_stays_off() -> None:
    climate = Subject(entity_id="climate.room")
    assert not may_act(climate, "heat")
    assert may_set(climate, "heat", "temperature")
    assert not may_set(climate, "off", "temperature")
    assert not may_set(Subject(entity_id="lock.a"), "locked", "temperature")
    assert not may_set(Subject(entity_id="light.a"), "on", "temperature")
    assert DEEDS["climate"].states >= {"off"}


def test_a_lock_may_be_a_reason() -> None:
    diary = Diary()
    for day in range(30):
        locked = diary.put(diary.at(day, 16.0 + day * 7 % 6), "lock.front", "locked")
        diary.person(locked + 5.0, "light.hall", "off")
        diary.person(locked - 3000.0 - 400 * (day % 7), "light.hall", "on")
        diary.put(locked + 8000.0 + 300 * (day % 9), "lock.front", "unlocked")
    assert "lock.front=locked > light.hall=off" in {one.key for one in mine(diary.history()).suggestions}
