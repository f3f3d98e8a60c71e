"""The ledger survives a restart, and nothing but a ledger is taken for one."""

import json

import pytest

from custom_components.local_things.power.ledger import Ledger, Owned, Returned
from custom_components.local_things.things.documents import Json, JsonObject

NOW = 1000.0
OWNED = Owned(load="a", wanted=1.0, level=0.0, before=1.0, power=2000.0, since=500.0, commanded=900.0, obeyed=True)


def ledger() -> Ledger:
    return Ledger(
        saved=NOW,
        owned={"a": OWNED},
        held={"b": 2000.0},
        asked={"d": 3000.0},
        returned={"c": Returned(at=800.0, power=1.0, times=2, starts=(800.0,))},
    )


def test_it_is_the_same_after_a_restart() -> None:
    assert Ledger.load(json.loads(json.dumps(ledger().dump(), allow_nan=False))) == ledger()
    assert Ledger.load(Ledger().dump()) == Ledger()


def changed(path: str, value: Json) -> JsonObject:
    """Return a dumped ledger with one value in another's place; `path` is like owned.0.since."""
    document: JsonObject = ledger().dump()
    *way, last = path.split(".")
    part: object = document
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]  # type: ignore[index]  # a document of its own
    part[last] = value  # type: ignore[index]  # as above
    return document


@pytest.mark.parametrize(
    ("document", "place"),
    (
        (None, "ledger: not an object"),
        ([], "ledger: not an object"),
        ({}, "ledger: not an object"),
        (changed("more", 1), "ledger: not an object"),
        (changed("saved", None), "ledger.saved: not a number"),
        (changed("owned", {}), "ledger.owned: not a list"),
        (changed("held", []), "ledger.held: not an object"),
        (changed("held.b", "soon"), "ledger.held.b: not a number"),
        (changed("owned", [OWNED.load]), r"owned\[0\]: not an object"),
        (changed("owned.0.since", None), "since: not a number"),
        (changed("owned.0.since", True), "since: not a number"),
        (changed("owned.0.since", float("inf")), "since: not a number"),
        (changed("owned.0.load", ""), "load: not a name"),
        (changed("owned.0.load", 3), "load: not a name"),
        (changed("owned.0.times", 1.5), "times: not a whole number"),
        (changed("owned.0.times", -1), "times: not a whole number"),
        (changed("owned.0.times", False), "times: not a whole number"),
        (changed("owned.0.obeyed", 1), "obeyed: neither true nor false"),
        (changed("owned.0.unknown", 1), r"owned\[0\]: not an object"),
        (changed("returned.c.starts", 7), "starts: not a list"),
        (changed("returned.c.starts", ["x"]), "starts: not a number"),
        (changed("owned", [*ledger().dump()["owned"], *ledger().dump()["owned"]]), "a load twice"),  # type: ignore[misc]  # a list
    ),
)
def test_what_is_no_ledger_is_refused_and_the_place_is_told(document: Json, place: str) -> None:
    with pytest.raises(ValueError, match=place):
        Ledger.load(document)


@pytest.mark.parametrize("now", (100.0, NOW, 1e9))
def test_no_time_passes_while_nobody_looks(now: float) -> None:
    later = ledger().at(now)
    assert later.saved == now
    assert now - later.owned["a"].since == 500.0
    assert now - later.owned["a"].commanded == 100.0
    assert later.held["b"] - now == 1000.0
    assert now - later.returned["c"].at == 200.0
    assert now - later.returned["c"].starts[0] == 200.0
    assert later.at(NOW) == ledger()
