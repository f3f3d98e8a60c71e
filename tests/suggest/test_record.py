"""The pure parts of the record: the store, the words, the tables, many at once."""

from datetime import datetime
import os
from pathlib import Path
import signal
import sqlite3
import subprocess
import sys
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.rules.flip_flap import Source as By, SourceKind
from custom_components.local_things.rules.origins import SLOW_S, Origins
from custom_components.local_things.suggest.mining.actions import DEEDS, MOMENTARY, TRIGGERS
from custom_components.local_things.suggest.record.model import Change, Source
from custom_components.local_things.suggest.record.sources import BURST, Labels, Noted, Seen, without_bursts
from custom_components.local_things.suggest.record.store import EPOCH, Log
from custom_components.local_things.suggest.record.tables import MOST_WORDS, Tables
from custom_components.local_things.suggest.record.words import DOMAINS, REPEATING, word_of

NOW = EPOCH + 25_000_000.0


def change(time: float, entity: int = 0, state: int = 0, source: Source = Source.DEVICE) -> Change:
    return Change(time=time, entity=entity, state=state, source=source)


# ------------------------------------------------------------------------------------------------------ the store


@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 500).map(lambda tenths: NOW + tenths / 10),
            st.integers(0, 3_000),
            st.integers(0, 3_000),
            st.sampled_from(Source),
        ),
        max_size=60,
    )
)
@settings(max_examples=25, deadline=None)
def test_what_is_written_is_read_in_the_order_of_time(rows: list[tuple[float, int, int, Source]]) -> None:
    import tempfile  # noqa: PLC0415 - hypothesis wants a folder for each example

    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder) / "log")
        log.append(change(*row) for row in rows)
        read = log.read()
        found = list(zip(read.times, read.entities, read.states, read.sources, strict=True))
    assert sorted(found) == sorted((round(time * 10), entity, state, source) for time, entity, state, source in rows)
    assert [one[0] for one in found] == sorted(one[0] for one in found)


def test_more_than_a_tenth_of_a_second_holds_is_a_little_later(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    for _ in range(2):
        log.append(change(NOW, entity) for entity in range(20))
    read = log.read()
    assert sorted(read.entities) == sorted([*range(20), *range(20)])
    assert max(read.times) - min(read.times) == 2


def test_a_row_takes_fifteen_bytes_at_most(tmp_path: Path) -> None:
    log, count = Log(tmp_path / "log"), 50_000
    log.append(
        change(NOW + 29.0 * row, row * 7 % 150, (0, 1, 0, 1, row % 200)[row % 5], Source(row % 3))
        for row in range(count)
    )
    assert log.extent().events == count
    assert log.path.stat().st_size / count <= 15.0


def test_what_is_forgotten_is_not_in_the_file(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    log.append([change(NOW, 5), change(NOW + 86_400, 6), change(NOW + 2 * 86_400, 5)])
    before = log.path.read_bytes()
    assert log.forget_before(NOW + 3_600) == 1
    assert log.forget_entities([6]) == 1
    assert (log.extent().events, log.extent().first) == (1, NOW + 2 * 86_400)
    assert len(log.read(since=NOW + 3 * 86_400).times) == 0
    assert before != log.path.read_bytes()
    assert not list(tmp_path.rglob("*-wal"))


def test_a_log_that_is_not_there_is_empty_and_made_by_nobody_who_reads(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    assert log.extent().events == log.forget_before(NOW) == len(log.read().times) == 0
    assert log.numbers() == (0, 0)
    log.erase()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = Log(tmp_path / "log")
    log.append([change(NOW)])
    log.path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        log.read()
    assert "set aside" in caplog.text
    log.append([change(NOW)])
    assert log.extent().events == 1
    log.erase()
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_killed_while_it_writes_leaves_whole_batches(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from custom_components.local_things.suggest.record.store import Log\n"
        "from custom_components.local_things.suggest.record.model import Change, Source\n"
        "log, row = Log(Path(sys.argv[1])), 0\n"
        "while True:\n"
        "    log.append(Change(time=1.79e9 + row + n, entity=1, state=1, source=Source.DEVICE) for n in range(100))\n"
        "    row += 100; print(row, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout is not None
    for _ in range(5):
        assert process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    events = Log(tmp_path / "log").extent().events
    assert events >= 500
    assert events % 100 == 0


def test_an_hour_that_comes_twice_is_two_hours(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Ljubljana")
    times = [datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold).timestamp() for fold in (0, 1)]
    log = Log(tmp_path / "log")
    log.append(change(time) for time in times)
    read = log.read().times
    assert read[1] - read[0] == 36_000


# ------------------------------------------------------------------------------------------------------ the tables


def test_words_that_a_device_makes_up_are_bounded() -> None:
    tables = Tables()
    rows = tables.rows(
        Noted(time=NOW, entity="event.x", word=f"made up {index}", source=Source.DEVICE, alone=True)
        for index in range(MOST_WORDS + 10)
    )
    assert len(tables.words) == MOST_WORDS
    assert len(rows) == MOST_WORDS - 2
    assert Tables(tables.content()).words == tables.words


def test_an_entity_that_takes_the_name_of_another_takes_no_rows_of_it() -> None:
    tables = Tables({"entities": ["light.a", "light.b"], "words": ["off", "on"]})
    tables.rename({"light.c": "light.d"})
    assert tables.saved == (2, 2)
    tables.rename({"light.a": "light.b"})
    assert tables.grown
    assert list(tables.entities) == ["light.b", "light.b#1"]


# ------------------------------------------------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("entity_id", "state", "attributes", "word"),
    [
        ("light.a", "on", {"brightness": 102}, "on:brightness_pct=40"),
        ("light.a", "on", {"brightness": None}, "on"),
        ("light.a", "off", {"brightness": 3}, "off"),
        ("fan.a", "on", {"percentage": 50}, "on:percentage=50"),
        ("cover.a", "open", {"current_position": 30}, "open:position=30"),
        ("cover.a", "open", {"current_position": 100}, "open"),
        ("cover.a", "closed", {"current_position": 0}, "closed"),
        ("cover.a", "closing", {"current_position": 30}, None),
        ("climate.a", "heat", {"temperature": 21.5}, "heat:temperature=21.5"),
        ("climate.a", "off", {"temperature": 21.5}, "off"),
        ("event.a", "2026-11-20T10:00:00", {"event_type": "press"}, "press"),
        ("event.a", "2026-11-20T10:00:00", {"event_type": {"a": 1}}, None),
        ("button.a", "2026-11-20T10:00:00", {}, "press"),
        ("person.a", "unavailable", {}, "unavailable"),
        ("select.a", "x" * 61, {}, None),
        ("lock.a", "locking", {}, None),
    ],
)
def test_word_of_a_state(entity_id: str, state: str, attributes: dict[str, object], word: str | None) -> None:
    assert word_of(entity_id, state, attributes) == word


def test_everything_that_the_miner_knows_is_listened_to() -> None:
    assert DOMAINS >= TRIGGERS >= DEEDS.keys()
    assert REPEATING == MOMENTARY


# ----------------------------------------------------------------------------------------------------- the sources


def seen(entity: str = "light.a", **more: object) -> Seen:
    given = {"time": NOW, "old": "off", "new": "on", "word": "on", "context": "c", **more}
    return Seen(entity=entity, **given)  # type: ignore[arg-type]  # as the test says


def test_rules_and_their_echoes_have_a_name() -> None:
    origins = Origins()
    origins.started(By(SourceKind.AUTOMATION, "automation.one"), "run", "cause", NOW)
    labels = Labels(origins)
    noted = labels.label(seen(context="run", parent="cause"))
    assert (noted.source, noted.rule) == (Source.RULE, "automation.one")
    assert labels.label(seen("light.b", context="elsewhere", parent="cause")).source is Source.RULE
    assert labels.label(seen("light.b", context="run", parent="cause")).source is Source.RULE


@pytest.mark.parametrize(
    ("action", "new", "after", "source"),
    [
        ("turn_on", "on", 7.0, Source.PERSON),
        ("turn_on", "off", 7.0, Source.DEVICE),
        ("toggle", "on", 7.0, Source.PERSON),
        ("turn_on", "on", SLOW_S + 1, Source.DEVICE),
        ("turn_on", "on", -1.0, Source.DEVICE),
    ],
)
def test_a_late_answer(action: str, new: str, after: float, source: Source) -> None:
    origins = Origins()
    origins.commanded("light.a", action, "tap", "somebody", NOW)
    assert Labels(origins).label(seen(new=new, context="none", time=NOW + after)).source is source


def test_a_late_answer_of_another_in_the_same_context_is_an_echo() -> None:
    origins = Origins()
    for entity in ("light.a", "light.b"):
        origins.commanded(entity, "turn_on", "tap", "somebody", NOW)
    labels = Labels(origins)
    assert labels.label(seen(context="push")).source is Source.PERSON
    assert labels.label(seen("light.b", context="push")).source is Source.SYSTEM


def test_contexts_are_remembered_within_bounds() -> None:
    labels = Labels(Origins(), most=3)
    for index in range(10):
        labels.label(seen(context=f"c{index}", user="somebody"))
    assert labels.label(seen("light.b", context="c0", user="somebody")).source is Source.PERSON
    assert labels.label(seen("light.b", context="c9", user="somebody")).source is Source.SYSTEM


@given(gap=st.floats(0.2, 0.9))
def test_what_comes_one_by_one_is_no_burst(gap: float) -> None:
    noted = [
        Noted(time=NOW + index * gap, entity=f"light.l{index}", word="on", source=Source.DEVICE, alone=True)
        for index in range(30)
    ]
    assert {one.source for one in without_bursts(reversed(noted))} == {Source.DEVICE}


def test_one_entity_that_flaps_is_no_burst() -> None:
    noted = [
        Noted(time=NOW + index / 100, entity="light.a", word="on", source=Source.DEVICE, alone=True)
        for index in range(BURST * 2)
    ]
    assert {one.source for one in without_bursts(noted)} == {Source.DEVICE}
