"""Every bundled quirk is read, knows a recorded device, changes what it says it changes, and hits no other device."""

import json
from pathlib import Path

from hypothesis import given
import pytest

from custom_components.local_things.adapters.coap import quirks as package
from custom_components.local_things.adapters.coap.description.describe import describe
from custom_components.local_things.adapters.coap.description.record import CoapRecord
from custom_components.local_things.adapters.coap.quirks import Quirk, quirk_of
from custom_components.local_things.things.adapter import NO_INTERPRETATIONS
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.mapping import dump_mapping
from custom_components.local_things.things.quantities import Quantity
from tests.adapters.coap.replay import QUIRKS, REPLAYS, THING_ID, Replay, meet
from tests.things.test_mapping import JSON

FILES = sorted(Path(package.__file__).parent.glob("*.json"))

LINKS = {
    "contiki-ng_coap-example-server": (
        '</test/hello>;title="Hello world: ?len=0..";rt="Text",</actuators/toggle>;title="Red LED";rt="Control",'
        '</sensors/temperature>;title="Temperature";rt="Temperature";obs'
    ),
    "esp-idf_coap-server": "</Espressif>;ct=0",
    "libcoap_coap-server": '</>;title="General Info";ct=0,</time>;if="clock";rt="ticks";ct=0;obs,</async>;ct=0',
    "riot_gcoap-example": '</cli/stats>;ct=0;rt="count";obs,</riot/board>,</rtc>',
    "riot_nanocoap-server": ("</vfs>,</time>,</separate>,</sha256>,</riot/ver>,</riot/value>,</riot/board>,</echo/>"),
    "zephyr_coap-server": "</obs>,</test>,</large>,</separate>,</query>",
}
"""What the device of each file lists, as the project's protocol study noted it. A new file needs a line here."""

GOOD: JsonObject = {
    "about": "made up",
    "local_things_mapping": 1,
    "device": {"manufacturer": "Tanks", "model": "T-*"},
    "properties": {"x/tank": {"quantity": "distance", "unit": "cm"}},
}
TANK = meet("</x/tank>,</x/pump>")


def quirk(**changes: Json) -> Quirk:
    return Quirk.load({**GOOD, **changes})


def record(links: str = "</x/tank>,</x/pump>", **device: str) -> CoapRecord:
    return CoapRecord.load({**meet(links), "device": dict(device)})


def test_every_file_is_read_and_has_a_device_to_try_it_on() -> None:
    assert len(FILES) >= 6
    assert [path.stem for path in FILES] == sorted(LINKS)
    assert len(QUIRKS) == len(FILES)


@pytest.mark.parametrize(("path", "loaded"), zip(FILES, QUIRKS, strict=True), ids=lambda one: getattr(one, "stem", ""))
def test_a_file_does_what_it_says(path: Path, loaded: Quirk) -> None:
    told = loaded.mapping
    texts = {"manufacturer": told.manufacturer, "model": told.model, "firmware": told.firmware}
    typed = record(LINKS[path.stem], **{name: text.removesuffix("*") for name, text in texts.items() if text})
    described = describe(THING_ID, typed.dump(), quirks=QUIRKS)

    assert quirk_of(typed, QUIRKS) is loaded
    assert len(loaded.about) > 20, "where the facts are from"
    assert loaded.mapping.properties
    for name, said in loaded.mapping.properties.items():
        affordance = described.description.affordances[name]
        assert affordance.quantity is said.quantity
        assert affordance.title == said.title or not said.title
        assert not (said.writable and described.description.properties[name].read_only)
    for at, resource in loaded.resources.items():
        (name,) = described.resources[at]
        if resource.observable is not None:
            assert described.bindings[name].observable is resource.observable
        if resource.method:
            assert described.bindings[name].method == resource.method


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.name)
def test_a_recorded_device_is_hit_only_by_the_file_of_its_kind(replay: Replay) -> None:
    found = quirk_of(CoapRecord.load(replay.record()), QUIRKS)
    own = next((name for name in LINKS if replay.name.startswith(name)), None)
    assert (FILES[QUIRKS.index(found)].stem if found else None) == own


def test_what_a_user_shares_becomes_a_quirk_by_saying_where_it_is_from() -> None:
    shared = json.loads(dump_mapping(quirk().mapping))
    assert Quirk.load({"about": "shared by its owner", **shared}).mapping == quirk().mapping


@pytest.mark.parametrize(
    ("device", "known"),
    [
        ({"manufacturer": "Tanks", "model": "T-1"}, True),
        ({"manufacturer": "Tanks", "model": "T-"}, True),
        ({"manufacturer": "Tanks", "model": "t-1"}, False),
        ({"manufacturer": "Tanks", "model": "X"}, False),
        ({"manufacturer": "Tanks!", "model": "T-1"}, False),
        ({"model": "T-1"}, False),
        ({}, False),
    ],
)
def test_texts_are_compared_as_they_are(device: dict[str, str], known: bool) -> None:
    assert quirk().knows(record(**device)) is known


def test_the_firmware_counts_where_it_is_named() -> None:
    one = quirk(device={"model": "T-1", "firmware": "1.*"})
    assert one.knows(record(model="T-1", firmware="1.7"))
    assert not one.knows(record(model="T-1", firmware="2.0"))


def test_links_know_only_a_device_that_declares_nothing() -> None:
    one = quirk(device={}, links=["/x/tank", "/x/pump"])
    assert one.knows(record())
    assert not one.knows(record("</x/tank>"))
    assert not one.knows(record(model="made from the example"))


def test_texts_and_links_must_both_fit() -> None:
    one = quirk(links=["/x/tank"])
    assert one.knows(record(manufacturer="Tanks", model="T-1"))
    assert not one.knows(record("</other>", manufacturer="Tanks", model="T-1"))


def test_the_closest_quirk_holds() -> None:
    wide, close = quirk(device={"manufacturer": "Tanks"}), quirk(device={"manufacturer": "Tanks", "model": "T-1"})
    typed = record(manufacturer="Tanks", model="T-1")
    assert quirk_of(typed, (wide, close)) is quirk_of(typed, (close, wide)) is close
    assert quirk_of(record(), (wide, close)) is None


def test_a_user_knows_better_than_a_quirk() -> None:
    known: JsonObject = {**TANK, "device": {"manufacturer": "Tanks", "model": "T-1"}}
    said = {"x/tank": Interpretation(quantity=Quantity.VOLTAGE)}
    for words, quantity in ((NO_INTERPRETATIONS, Quantity.DISTANCE), (said, Quantity.VOLTAGE)):
        described = describe(THING_ID, known, words, (quirk(),))
        assert described.description.properties["x/tank"].quantity is quantity


@pytest.mark.parametrize(
    "change",
    [
        {"about": ""},
        {"about": 1},
        {"links": "/x"},
        {"resources": []},
        {"resources": {"/x": {}}},
        {"resources": {"/x": {"observable": 1}}},
        {"resources": {"/x": {"method": "DELETE"}}},
        {"resources": {"/x": {"other": True}}},
        {"resources": {"/x": 1}},
        {"device": {}},
        {"properties": {}},
        {"more": 1},
    ],
)
def test_what_is_no_quirk(change: JsonObject) -> None:
    with pytest.raises(Rejected) as caught:
        Quirk.load({**GOOD, **change})
    assert caught.value.reason is Reason.BAD_MAPPING


@given(JSON)
def test_nothing_but_a_refusal(document: Json) -> None:
    for whole in (document, {**GOOD, "resources": document}, {**GOOD, "links": document}):
        try:
            loaded = Quirk.load(whole)
        except Rejected as err:
            assert err.reason is Reason.BAD_MAPPING  # noqa: PT017 - either is right
        else:
            assert loaded.about
