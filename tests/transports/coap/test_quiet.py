"""The library's log on a network where anyone may send anything."""

import logging

import pytest

from custom_components.local_things.transports.coap.quiet import LINES_PER_MINUTE, QuietFilter, library_logger


def _record(text: str) -> logging.LogRecord:
    problem = ValueError(text)
    return logging.LogRecord("x", logging.ERROR, "x.py", 1, text, (), (ValueError, problem, None))


def test_three_lines_a_minute_pass_and_no_traceback() -> None:
    now = 100.0
    quiet = QuietFilter(lambda: now)
    records = [_record(f"line {i}") for i in range(1000)]
    passed = [record for record in records if quiet.filter(record)]
    assert len(passed) == LINES_PER_MINUTE
    assert not any(record.exc_info or record.exc_text for record in passed)
    debugging = _record("asked for")
    debugging.levelno = logging.DEBUG
    assert quiet.filter(debugging)
    now += 60
    assert quiet.filter(_record("the next minute"))


def test_the_logger_is_filtered_once() -> None:
    assert library_logger() is library_logger()
    assert len([one for one in library_logger().filters if isinstance(one, QuietFilter)]) == 1


@pytest.fixture(autouse=True)
def forget_earlier_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_logger(), "filters", [])
