"""Who a device is: the best evidence it gives, in one spelling."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.description.identity import device_urn, thing_id
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import ThingDescription
from tests.adapters.coap.replay import ADDRESS, REPLAYS, Replay, meet

MAC = "00:24:be:80:4f:f1"
FROM_MAC = "urn:dev:mac:0024befffe804ff1"
DEVICE: JsonObject = {"manufacturer": "Maker", "model": "Model", "serial": "4711"}
RECORD = meet("</a>")
NUMBERED: JsonObject = {**RECORD, "device": DEVICE}


@pytest.mark.parametrize(
    ("base_name", "urn"),
    [
        ("urn:dev:mac:0024befffe804ff1", FROM_MAC),
        ("urn:dev:mac:0024befffe804ff1:", FROM_MAC),
        ("urn:dev:mac:0024befffe804ff1/", FROM_MAC),
        ("urn:dev:mac:0024befffe804ff1_hall:", FROM_MAC),
        ("urn:dev:mac:0024befffe804ff1/sensors/1/", FROM_MAC),
        ("URN:DEV:MAC:0024BEFFFE804FF1", FROM_MAC),
        ("urn:dev:mac:0024be804ff1:", FROM_MAC),
        ("urn:dev:ow:10E2073A01080063_humidity", "urn:dev:ow:10e2073a01080063"),
        ("urn:dev:org:32473-foo", "urn:dev:org:32473-foo"),
        ("urn:dev:org:32473-Foo:Bar:", "urn:dev:org:32473-Foo:Bar"),
        ("urn:dev:os:32473-12-34-56", "urn:dev:os:32473-12-34-56"),
        ("urn:dev:ops:32473-Refrigerator-5002", "urn:dev:ops:32473-Refrigerator-5002"),
        ("urn:dev:example:new-1-2-3_comp", "urn:dev:example:new-1-2-3"),
    ],
)
def test_a_device_urn_has_one_spelling(base_name: str, urn: str) -> None:
    assert device_urn(base_name) == urn


@pytest.mark.parametrize(
    "base_name",
    [
        "",
        "urn",
        "urn:dev",
        "urn:dev:",
        "urn:dev:mac",
        "urn:dev:mac:",
        "urn:dev:mac:xyz",
        "urn:dev:mac:0024b",
        "urn:dev:mac:0024befffe804ff1:extra",
        "urn:dev:org:0-foo",
        "urn:dev:org:foo",
        "urn:dev:os:32473",
        "urn:dev:ops:32473-5002",
        "urn:dev:example:{{ states }}",
        "urn:dev:example:a b",
        "urn:dev:example:" + "a" * 200,
        "urn:uuid:6f1c2f0e-8b57-4a3d-9a55-0d6e2b7c4f18",
        "/3303/0/5700",
        "coap://192.0.2.4/",
    ],
)
def test_what_is_no_device_urn(base_name: str) -> None:
    assert device_urn(base_name) == ""


def test_the_best_evidence_wins() -> None:
    urn: JsonObject = {"base_name": "urn:dev:ow:10e2073a01080063:"}
    ids = [
        thing_id({**NUMBERED, **urn}, MAC, "192.0.2.4"),
        thing_id(NUMBERED, MAC, "192.0.2.4"),
        thing_id(RECORD, MAC, "192.0.2.4"),
        thing_id(RECORD, "", "192.0.2.4"),
    ]

    assert ids[0] == "urn:dev:ow:10e2073a01080063"
    assert ids[1].startswith("urn:uuid:")
    assert ids[2] == FROM_MAC
    assert ids[3].startswith("urn:uuid:")
    assert len(set(ids)) == len(ids)


def test_all_but_the_last_outlive_the_address() -> None:
    for record in (NUMBERED, RECORD):
        assert thing_id(record, MAC, "192.0.2.4") == thing_id(record, MAC, "2001:db8::4")
    assert thing_id(RECORD, "", "192.0.2.4") != thing_id(RECORD, "", "192.0.2.5")


def test_ids_are_the_same_for_ever() -> None:
    """A changed id is a lost device for every user: these two may never change."""
    assert thing_id(NUMBERED, "", "") == "urn:uuid:546ee7b9-0213-5ad5-ac00-7fa88ff9f44a"
    assert thing_id(RECORD, "", "192.0.2.4") == "urn:uuid:b18d79df-91b2-5bf4-92cd-6f2677ca99aa"


@pytest.mark.parametrize("key", DEVICE)
def test_every_part_of_a_serial_number_counts(key: str) -> None:
    other: JsonObject = {**DEVICE, key: "other"}

    assert thing_id(NUMBERED, "", "a") != thing_id({**RECORD, "device": other}, "", "a")


@pytest.mark.parametrize("serial", ["", "0", "0000", " ", "--"])
def test_a_serial_number_that_numbers_nothing_is_passed_over(serial: str) -> None:
    assert thing_id({**RECORD, "device": {**DEVICE, "serial": serial}}, MAC, "a") == FROM_MAC


@pytest.mark.parametrize(
    ("link_address", "urn"),
    [
        ("00:24:BE:80:4F:F1", FROM_MAC),
        ("00-24-be-80-4f-f1", FROM_MAC),
        ("ac:de:48:23:45:67:01:9f", "urn:dev:mac:acde48234567019f"),
    ],
)
def test_link_addresses(link_address: str, urn: str) -> None:
    assert thing_id(RECORD, link_address, "a") == urn


@pytest.mark.parametrize("link_address", ["", "00:00:00:00:00:00", "00:24:be", "nonsense", "00:24:be:80:4f:zz"])
def test_what_is_no_link_address_is_passed_over(link_address: str) -> None:
    assert thing_id(RECORD, link_address, "a") == thing_id(RECORD, "", "a")


@pytest.mark.parametrize(
    ("address", "urn"),
    [
        ("coap://192.0.2.4:5683", FROM_MAC),
        ("coaps://[fe80::1%eth0]:5684", FROM_MAC),
        ("coap://192.0.2.4:5700", f"{FROM_MAC}_5700"),
        ("coap://[fe80::1%eth0]:5701", f"{FROM_MAC}_5701"),
        ("coap+tcp://[2001:db8::1]:61616", f"{FROM_MAC}_61616"),
    ],
)
def test_servers_on_one_hardware_are_told_apart_by_their_ports(address: str, urn: str) -> None:
    assert thing_id(RECORD, MAC, address) == urn
    assert ThingDescription(id=urn, title="").id == urn
    assert device_urn(urn) == FROM_MAC


def test_a_declared_identity_has_no_port() -> None:
    assert thing_id(NUMBERED, MAC, "coap://192.0.2.4:5700") == thing_id(NUMBERED, MAC, "coap://192.0.2.4:5683")


def test_a_malformed_record_is_not_a_thing() -> None:
    with pytest.raises(Rejected) as caught:
        thing_id({"address": ADDRESS}, MAC, "192.0.2.4")

    assert caught.value.reason is Reason.NOT_A_THING


@pytest.mark.parametrize("replay", [replay for replay in REPLAYS if replay.id], ids=lambda replay: replay.name)
def test_devices_that_say_who_they_are(replay: Replay) -> None:
    assert thing_id(replay.record(), "", "192.0.2.4") == replay.id


TEXT = st.text(alphabet="urndevmacow:_/-.0aF{ ", max_size=40) | st.text(max_size=20)


@given(TEXT, TEXT, TEXT, TEXT)
@settings(deadline=None)
def test_every_id_names_a_thing(base_name: str, serial: str, link_address: str, address: str) -> None:
    record: JsonObject = {**RECORD, "base_name": base_name, "device": {"serial": serial}}

    found = thing_id(record, link_address, address)

    assert ThingDescription(id=found, title="").id == found
    assert found.isascii()
    assert found == thing_id(record, link_address, address)
