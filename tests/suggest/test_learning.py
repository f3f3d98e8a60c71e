"""How learning begins, ends and is asked of: the recorder, poisoned houses, the panel's commands, a run that ends."""

from collections.abc import Callable
from dataclasses import replace
import logging
from pathlib import Path
import threading
from unittest.mock import patch

from homeassistant.components.recorder import get_instance
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Context, HomeAssistant
from homeassistant.requirements import RequirementsNotFound
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from sqlalchemy.exc import OperationalError

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.suggest import nightly, running
from custom_components.local_things.suggest.gate import Passed
from custom_components.local_things.suggest.keeping import folder_of, tables_store
from custom_components.local_things.suggest.offers import Book, Offer, Overrides, Reason, Rejection, rejection
from custom_components.local_things.suggest.record.model import Source
from custom_components.local_things.suggest.record.sources import Noted
from custom_components.local_things.suggest.record.store import Log
from custom_components.local_things.suggest.record.suggestion import (
    ClockTrigger,
    EventTrigger,
    Evidence,
    Mined,
    Suggestion,
    SunEvent,
    SunTrigger,
    Target,
    Verdict,
)
from custom_components.local_things.suggest.record.tables import Tables

from .conftest import Home

LAMP, DOOR = "input_boolean.lamp", "input_boolean.door"
PREFIX = f"{DOMAIN}/suggestions"
DAY = 86_400.0


async def lay(home: Home, noted: list[Noted]) -> None:
    """Let a house have lived before learning is switched on."""
    tables = Tables()
    await home.hass.async_add_executor_job(Log(folder_of(home.hass)).append, tables.rows(noted))
    await tables_store(home.hass).async_save(tables.content())


def follows(trigger: str, target: str, to: str, *, days: int = 40, word: str = "on") -> list[Noted]:
    """Return a log in which somebody does something each time after an event, thrice a day."""
    start = dt_util.utcnow().timestamp() - days * DAY
    found = []
    for count in range(days * 3):
        at = start + count * DAY / 3 + (count * 7919 % 9000)
        back = "off" if to in ("on", "heat") else "closed" if to == "open" else "locked"
        for time, entity, said in (
            (at, trigger, word),
            (at + 4, target, to),
            (at + 100, trigger, "off"),
            (at + 1_500, target, back),
        ):
            found.append(Noted(time=time, entity=entity, word=said, source=Source.DEVICE, alone=True))
    return found


# ------------------------------------------------------------------------------------------------ the recorder


async def test_learning_begins_with_what_the_recorder_knows(
    recorder_mock: object, home: Home, hass: HomeAssistant
) -> None:
    await home.use(
        {
            "id": "follows",
            "alias": "Follows",
            "triggers": [{"trigger": "state", "entity_id": DOOR}],
            "actions": [{"action": "input_boolean.turn_on", "target": {"entity_id": LAMP}}],
        }
    )
    hass.states.async_set("cover.slow", "open", {"current_position": 100})
    hass.states.async_set("light.hall", "off")
    hass.states.async_set("event.bell", "unknown")
    await home.settle()
    await home.call("input_boolean.turn_on", DOOR)
    hass.states.async_set("cover.slow", "closing", context=Context(user_id=home.person))
    for state, attributes in (("on", {"brightness": 102}), ("on", {"brightness": 102, "color": 1}), ("off", {})):
        await home.press("light.hall", state, **attributes)
    await home.press("cover.slow", "closed")
    for second in (1, 2):
        await home.press("event.bell", f"2026-11-20T10:00:0{second}+00:00", event_type="ring")
    await home.press("sensor.power", "12")
    await async_wait_recording_done(hass)
    home.clock.tick(1)
    await home.learn()
    assert [row[1:] for row in await home.rows() if row[3] is not Source.SYSTEM] == [
        (DOOR, "on", Source.PERSON),
        (LAMP, "on", Source.RULE),
        ("light.hall", "on:brightness_pct=40", Source.DEVICE),
        ("light.hall", "off", Source.DEVICE),
        ("cover.slow", "closed", Source.PERSON),
        ("event.bell", "ring", Source.DEVICE),
        ("event.bell", "ring", Source.DEVICE),
    ]
    count = len(await home.rows())
    assert home.entry is not None
    assert await hass.config_entries.async_reload(home.entry.entry_id)
    await home.settle()
    assert len(await home.rows()) == count, "it is taken in once"
    await hass.services.async_call(DOMAIN, "forget_habits", blocking=True)
    assert await hass.config_entries.async_reload(home.entry.entry_id)
    await home.settle()
    assert await home.rows() == [], "what was erased does not come back"


async def test_what_the_recorder_knows_may_not_be_written(
    recorder_mock: object, home: Home, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    await home.call("input_boolean.turn_on", LAMP)
    await async_wait_recording_done(hass)
    home.clock.tick(1)
    with patch.object(Log, "append", side_effect=OSError("no room")):
        await home.learn()
    assert "could not be taken in" in caplog.text


async def test_a_disk_that_fails_ends_nothing(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    with (
        patch.object(Log, "numbers", side_effect=OSError),
        patch.object(Log, "forget_before", side_effect=OSError),
        patch.object(Log, "read", side_effect=OSError),
    ):
        await home.learn(excluded_entities=[DOOR])
        await home.suggester.async_mine()
    assert "cannot be read" in caplog.text
    assert "could not be tidied" in caplog.text
    assert "could not be read" in caplog.text
    assert await home.log() == [(LAMP, "on", Source.PERSON)]


async def test_a_disk_that_takes_nothing_for_long_costs_the_oldest(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.local_things.suggest.keeping.MOST_PENDING", 10)
    await home.learn()
    for index in range(12):
        await home.call(f"input_boolean.turn_{('on', 'off')[index % 2]}", LAMP)
    assert home.suggester.keeper.waiting < 10


async def test_a_recorder_that_cannot_be_read_is_no_end(
    recorder_mock: object, home: Home, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    broken = OperationalError("SELECT", {}, Exception("locked"))
    with patch.object(get_instance(hass), "async_add_executor_job", side_effect=broken):
        await home.learn()
    assert "learning begins with nothing" in caplog.text
    await home.call("input_boolean.turn_on", LAMP)
    assert len(await home.log()) == 1


# ------------------------------------------------------------------------------------------------- poisoned houses


@pytest.mark.parametrize(
    ("target", "to", "offered"),
    [
        ("light.lamp", "on", True),
        ("lock.front", "unlocked", False),
        ("valve.water", "open", False),
        ("cover.garage", "open", False),
        ("climate.room", "heat", False),
        ("switch.front_door_lock", "on", False),
    ],
)
async def test_a_device_that_toggles_teaches_nothing_that_can_hurt(
    home: Home, hass: HomeAssistant, target: str, to: str, offered: bool
) -> None:
    await home.use()
    hass.states.async_set("binary_sensor.motion", "off", {"device_class": "motion"})
    hass.states.async_set(target, "off", {"device_class": "garage"} if target == "cover.garage" else {})
    await lay(home, follows("binary_sensor.motion", target, to))
    await home.learn()
    assert home.suggester.book.mined is not None
    for _ in range(2):
        home.clock.tick(DAY)
        await home.suggester.async_mine()
    found = [offer.suggestion.action for offer in home.suggester.book.offers.values()]
    assert [(one.entity_id, one.state) for one in found if one.state != "off"] == ([(target, to)] if offered else [])


async def test_a_text_that_a_device_makes_up_becomes_no_rule(
    home: Home, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.local_things.suggest")
    await home.use()
    for entity in ("select.mode", "light.lamp"):
        hass.states.async_set(entity, "off")
    await lay(home, follows("select.mode", "light.lamp", "on", word="{{ states.lock }}"))
    await home.learn()
    assert "is no plain word" in caplog.text
    triggers = [offer.suggestion.trigger for offer in home.suggester.book.offers.values()]
    assert "{{" not in str(triggers)


async def test_too_few_days_and_rejected_devices_bring_nothing(home: Home, hass: HomeAssistant) -> None:
    await home.use()
    for entity in ("binary_sensor.motion", "light.lamp"):
        hass.states.async_set(entity, "off")
    await lay(home, follows("binary_sensor.motion", "light.lamp", "on", days=10))
    await home.learn()
    before = home.suggester.book.mined
    await hass.services.async_call(DOMAIN, "find_habits", blocking=True)
    assert before is None
    assert home.suggester.book.mined is not None
    assert not home.suggester.book.offers


# ----------------------------------------------------------------------------------------------------- the commands


async def test_commands_are_for_administrators_and_say_what_is_wrong(
    home: Home, hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> None:
    await home.use()
    for entity in ("binary_sensor.motion", "light.lamp"):
        hass.states.async_set(entity, "off")
    await lay(home, follows("binary_sensor.motion", "light.lamp", "on"))
    await home.learn()
    client = await hass_ws_client(hass)

    async def ask(command: str, **words: object) -> dict[str, object]:
        await client.send_json_auto_id({"type": f"{PREFIX}/{command}", **words})
        while (answer := await client.receive_json())["type"] != "result":
            pass
        return {"error": answer.get("error", {}).get("code"), "result": answer["result"] if answer["success"] else None}

    (offer,) = home.suggester.book.offers.values()
    for command in ("automation", "shadow", "accept", "reject"):
        more = {"accept": {"automation_id": "x"}, "reject": {"reason": "rare"}}.get(command, {})
        assert (await ask(command, suggestion="nothing", **more))["error"] == "not_found"
    assert (await ask("reject", suggestion=offer.id, reason="no reason"))["error"] == "invalid_format"
    await client.send_json_auto_id({"type": f"{PREFIX}/subscribe"})
    assert (await client.receive_json())["success"]
    await client.send_json_auto_id({"type": f"{PREFIX}/mine"})
    told = [await client.receive_json() for _ in range(2)]
    assert {answer["type"] for answer in told} == {"event", "result"}
    await home.settle()
    assert (await ask("accept", suggestion=offer.id, automation_id="gone"))["error"] is None
    assert (await ask("shadow", suggestion=offer.id))["error"] == "not_allowed"
    home.suggester.kept.use(Book(offers={"x": strange()}, mined=1.0))
    assert (await ask("automation", suggestion="x"))["error"] == "not_supported"
    listed = await ask("list")
    assert isinstance(listed["result"], dict)
    (shown,) = listed["result"]["suggestions"]
    assert (shown["kind"], shown["trigger_entity"], listed["result"]["automations_writable"]) == ("sun", None, False)
    await hass.async_add_executor_job(Path(hass.config.path("configuration.yaml")).unlink)
    listed = await ask("list")
    assert isinstance(listed["result"], dict)
    assert listed["result"]["automations_writable"] is False
    assert (await ask("erase"))["error"] is None
    assert home.suggester.book == Book(seeded=True)
    assert not await hass.async_add_executor_job(folder_of(hass).exists)


async def test_commands_say_so_while_nothing_is_learnt_and_to_whom_they_are_not(
    home: Home, hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> None:
    await home.learn()
    client = await hass_ws_client(hass)

    async def ask(command: str) -> dict[str, object]:
        await client.send_json_auto_id({"type": f"{PREFIX}/{command}"})
        answer = await client.receive_json()
        return {"error": answer.get("error", {}).get("code"), "result": answer.get("result")}

    await home.learn(learn=False)
    listed = await ask("list")
    assert isinstance(listed["result"], dict)
    assert (listed["result"]["learning"], listed["result"]["suggestions"]) == (False, [])
    for command in ("mine", "subscribe"):
        assert (await ask(command))["error"] == "not_found"
    hass_admin_user.groups = []
    for command in ("list", "mine", "erase", "subscribe"):
        assert (await ask(command))["error"] == "unauthorized"


EVIDENCE = Evidence(opportunities=20, hits=18, wrong=2, lower_bound=0.7, typical_delay=4.0)


def strange() -> Offer:
    """Return an offer of which no automation can be made."""
    action = Target(entity_id="light.lamp", state="{{ on }}")
    trigger = SunTrigger(event=SunEvent.SUNSET, offset=60)
    return Offer(suggestion=Suggestion(trigger=trigger, action=action, within=30.0, evidence=EVIDENCE), since=0.0)


def test_what_sets_it_off_is_known_by_its_device() -> None:
    offer = strange().suggestion
    for trigger, known in (
        (offer.trigger, "sunset"),
        (ClockTrigger(minute=60), "clock"),
        (EventTrigger(entity_id="binary_sensor.a", to_state="on"), "device of binary_sensor.a"),
    ):
        said = rejection(replace(offer, trigger=trigger), Reason.RARE, 1.0, lambda one: f"device of {one}")
        assert (said.trigger, said.target) == (known, "light.lamp")


def test_what_is_taken_back_is_noticed_within_two_minutes() -> None:
    watch = Overrides()
    offer = strange()
    assert watch.undone(offer, 5.0, "off") is None
    ran = watch.ran(offer, 10.0, "on:brightness_pct=40")
    assert ran.overridden == (False,)
    assert watch.undone(ran, 20.0, "on:brightness_pct=70") is None
    assert watch.undone(ran, 131.0, "off") is None
    undone = watch.undone(ran, 130.0, "off")
    assert undone is not None
    assert undone.overridden == (True,)
    for verdict, note in ((Verdict.UNDONE, "overridden"), (Verdict.FADED, "faded"), (Verdict.SILENT, "silent")):
        book = Book(offers={"x": undone}).judged({undone.suggestion.key: verdict})
        assert [one.value for one in book.offers["x"].notes] == [note]


def test_a_rejection_covers_what_was_meant() -> None:
    said = Rejection(trigger="device", target="light.lamp", effect="on", reason=Reason.WRONG, time=0.0)
    never = Rejection(trigger="device", target="light.lamp", effect="on", reason=Reason.NEVER_DEVICE, time=0.0)
    for other, by_said, by_never in (
        (said, True, True),
        (Rejection(trigger="clock", target="light.lamp", effect="on", reason=Reason.WRONG, time=0.0), False, True),
        (Rejection(trigger="device", target="light.lamp", effect="off", reason=Reason.WRONG, time=0.0), False, True),
        (Rejection(trigger="device", target="light.other", effect="on", reason=Reason.WRONG, time=0.0), False, False),
    ):
        assert said.covers(other, 1e9) is by_said
        assert never.covers(other, 1e9) is by_never


# ------------------------------------------------------------------------------------------------------------ a run


async def test_it_looks_at_night(home: Home, hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Ljubljana")
    home.clock.move_to("2026-10-24T20:00:00+00:00")  # the night after, an hour comes twice
    async_fire_time_changed(hass)
    await home.learn()
    mined = []
    for _ in range(14):
        await home.wait(3_600)
        mined.append(home.suggester.book.mined)
    assert len(set(mined)) == 2, "once"


def slow_miner(began: threading.Event) -> Callable[..., Mined]:
    def mine(*_: object, progress: Callable[[float], None], cancelled: Callable[[], bool], **__: object) -> Mined:
        progress(0.5)
        began.set()
        while not cancelled():
            pass
        return Mined(cancelled=True)

    return mine


@pytest.mark.parametrize("end", ("unload", "erase", "stop"))
async def test_a_run_ends_when_nobody_wants_it_any_more(home: Home, hass: HomeAssistant, end: str) -> None:
    await home.use()
    await home.learn()
    began = threading.Event()
    assert home.entry is not None
    with patch("custom_components.local_things.suggest.mining.mine.mine", slow_miner(began)):
        suggester = home.suggester
        suggester.async_look()
        await hass.async_add_executor_job(began.wait, 20)
        run = suggester.miner.run
        assert run is not None
        assert not await suggester.miner.async_mine(suggester.speaker, lambda: None), "one at a time"
        assert run.progress == 0.5
        if end == "unload":
            assert await hass.config_entries.async_unload(home.entry.entry_id)
        elif end == "erase":
            await suggester.async_erase()
        else:
            hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await home.settle()
    assert suggester.miner.run is None
    assert suggester.book.mined is None


async def test_a_run_that_is_ended_last_brings_nothing(home: Home) -> None:
    await home.use()
    await home.learn()
    suggester = home.suggester

    async def ended(*_: object) -> Passed:
        assert suggester.miner.run is not None
        suggester.miner.run.end()
        return Passed(fights={})

    with patch.object(nightly, "async_pass", ended):
        await suggester.async_mine()
    assert suggester.book.mined is None


async def test_only_the_same_state_settles(home: Home) -> None:
    await home.learn()
    keeper = home.suggester.keeper
    before = Noted(time=100.0, entity="light.a", word="off", source=Source.PERSON, alone=False)
    keeper.note(before)
    assert not keeper.revise(replace(before, word="on:brightness_pct=40"), 5.0)
    assert not keeper.revise(replace(before, entity="light.b"), 5.0)
    assert not keeper.revise(replace(before, time=106.0), 5.0)
    assert keeper.revise(replace(before, time=105.0), 5.0)
    assert keeper.waiting == 1


async def test_without_numpy_learning_goes_on(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    await home.learn()
    missing = RequirementsNotFound("local_things", ["numpy"])
    with patch.object(running, "async_process_requirements", side_effect=missing):
        await home.suggester.async_mine()
    assert "without NumPy" in caplog.text
    await home.call("input_boolean.turn_on", LAMP)
    assert len(await home.log()) == 1


async def test_suggestions_of_before_that_cannot_be_read_are_lost(
    home: Home, hass_storage: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    hass_storage[f"{DOMAIN}.habits"] = {"version": 1, "data": {"is": "Book", "offers": {"x": {"is": "Offer"}}}}
    await home.learn()
    assert "cannot be read" in caplog.text
    assert home.suggester.book.offers == {}
