"""docs/users/coap-devices.md says what becomes of each recorded device, and is right."""

from .family_table import rows, table, written
from .replay import REPLAYS


def test_every_recorded_family_becomes_something() -> None:
    assert len(REPLAYS) >= 6
    for replay in REPLAYS:
        assert list(rows(replay)), replay.name


def test_the_document_has_the_table() -> None:
    assert written() == table(), "run: python -m tests.adapters.coap.family_table"
