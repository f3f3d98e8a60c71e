"""Who a Thing is: the best evidence that it gives, and never its address."""

import pytest

from custom_components.local_things.adapters.wot.finding.identity import WELL_KNOWN, thing_id
from custom_components.local_things.things.documents import Json, JsonObject

MAC = "02:00:00:00:00:01"
HERE = "http://192.0.2.4:80"


@pytest.mark.parametrize("declared", ("urn:dev:mac:0200fffe000001", "urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0101"))
def test_an_id_that_is_made_to_be_one_is_kept(declared: str) -> None:
    assert thing_id({"id": declared}, MAC, HERE, "/") == declared


@pytest.mark.parametrize("declared", ("https://example.com/things/1", "urn:dev:a b", "urn:uuid:" + "x" * 300, "lamp"))
def test_any_other_id_names_a_uuid(declared: str) -> None:
    here, there = (thing_id({"id": declared}, mac, HERE, "/") for mac in (MAC, ""))
    assert here == there
    assert here.startswith("urn:uuid:")
    assert here != thing_id({"id": f"{declared}2"}, MAC, HERE, "/")


@pytest.mark.parametrize("td", ({}, {"id": ""}, {"id": " "}, {"id": 5}))
def test_without_an_id_it_is_its_hardware(td: JsonObject) -> None:
    assert {thing_id(td, MAC, HERE, target) for target in ("/", WELL_KNOWN)} == {"urn:dev:mac:020000fffe000001"}
    beside = {thing_id(td, MAC, HERE, f"/things/{number}") for number in range(3)}
    assert len(beside) == 3
    assert beside == {thing_id(td, MAC, "coap://192.0.2.9:5683", f"/things/{number}") for number in range(3)}


@pytest.mark.parametrize("mac", ("", "00:00:00:00:00:00", "no address"))
def test_without_hardware_it_is_its_place(mac: str) -> None:
    places: tuple[tuple[str, str], ...] = ((HERE, "/"), (HERE, "/1"), ("http://192.0.2.5:80", "/"))
    empty: dict[str, Json] = {}
    found = {thing_id(empty, mac, origin, target) for origin, target in places}
    assert len(found) == 3
    assert not any("192.0.2" in one for one in found)
