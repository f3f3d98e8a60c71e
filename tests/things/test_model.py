"""Rows of the waist check themselves and cannot be changed afterwards."""

from dataclasses import FrozenInstanceError, replace

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.adapter import Pin
from custom_components.local_things.things.errors import (
    WORD_LIMIT,
    AccessDenied,
    Reason,
    Rejected,
    ThingError,
    Unreachable,
)
from custom_components.local_things.things.model import (
    ActionAffordance,
    Affordance,
    Component,
    DataSchema,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
    ThingState,
    ValueType,
)
from custom_components.local_things.things.quantities import UNITS, Quantity

THING_ID = "urn:dev:mac:0024befffe804ff1"
NUMBER = DataSchema(type=ValueType.NUMBER)
HOSTILE = "{{ 1 }}\u202e<b>\nLamp"
HARMLESS = "1 b Lamp"


@pytest.mark.parametrize(
    "thing_id", ("", "coap://192.168.1.20", "192.168.1.20", "urn:", "URN:DEV:mac:1", " urn:dev:mac:1")
)
def test_an_id_that_is_an_address_or_a_name_is_refused(thing_id: str) -> None:
    with pytest.raises(ValueError, match="not a Thing's id"):
        ThingDescription(id=thing_id, title="Lamp")


def test_every_text_of_a_description_is_cleaned() -> None:
    description = ThingDescription(
        id=THING_ID,
        title=HOSTILE,
        manufacturer=HOSTILE,
        model=HOSTILE,
        serial_number=HOSTILE,
        sw_version=HOSTILE,
        components={"1": Component(title=HOSTILE)},
        properties={"p": PropertyAffordance(name="p", title=HOSTILE, schema=NUMBER)},
        actions={"a": ActionAffordance(name="a", title=HOSTILE)},
        events={"e": EventAffordance(name="e", title=HOSTILE)},
    )
    assert len(description.affordances) == 3
    assert {
        description.title,
        description.manufacturer,
        description.model,
        description.serial_number,
        description.sw_version,
        description.components["1"].title,
        *(affordance.title for affordance in description.affordances.values()),
    } == {HARMLESS}


def test_an_affordance_needs_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        Affordance(name="")


def test_an_affordance_is_filed_under_its_name() -> None:
    with pytest.raises(ValueError, match="filed under 'b'"):
        ThingDescription(id=THING_ID, title="", actions={"b": ActionAffordance(name="a")})


def test_no_two_affordances_have_one_name() -> None:
    with pytest.raises(ValueError, match="one name"):
        ThingDescription(
            id=THING_ID,
            title="",
            properties={"a": PropertyAffordance(name="a", schema=NUMBER)},
            actions={"a": ActionAffordance(name="a")},
        )


@pytest.mark.parametrize(("minimum", "maximum"), ((1, 0), (1, 1)))
def test_an_empty_range_is_refused(minimum: float, maximum: float) -> None:
    with pytest.raises(ValueError, match="empty range"):
        DataSchema(type=ValueType.NUMBER, minimum=minimum, maximum=maximum)


def test_what_a_description_and_a_state_were_made_of_may_change_later() -> None:
    properties = {"p": PropertyAffordance(name="p", schema=NUMBER)}
    values: dict[str, bool | int | float | str] = {"p": 1.0}
    description = ThingDescription(id=THING_ID, title="Lamp", properties=properties)
    state = ThingState(available=True, values=values)
    properties.clear()
    values.clear()
    assert list(description.properties) == ["p"]
    assert state.values == {"p": 1.0}
    with pytest.raises(TypeError):
        state.values["p"] = 2.0  # type: ignore[index]  # that it is refused is the point
    with pytest.raises(FrozenInstanceError):
        description.title = "Other"  # type: ignore[misc]  # as above


def test_equal_descriptions_are_one_in_a_set() -> None:
    twins = [ThingDescription(id=THING_ID, title="Lamp", components={"1": Component()}) for _ in range(2)]
    assert twins[0] == twins[1]
    assert len(set(twins)) == 1
    assert twins[0] != ThingDescription(id=THING_ID, title="Other")


def test_every_unit_is_of_a_quantity_that_is_a_number() -> None:
    assert UNITS
    assert UNITS.keys() < set(Quantity)
    assert not UNITS.keys() & {Quantity.UNKNOWN, Quantity.ON_OFF, Quantity.OPENING, Quantity.PRESS, Quantity.PRESENCE}


AT_HOME = Pin(address="fe80::1", interface="eth0", link_address="02:00:00:00:00:01")
CERTIFIED = Pin(address="https://10.0.0.1:443", link_address="02:00:00:00:00:01", fingerprint="ab")


@pytest.mark.parametrize(
    ("pinned", "seen", "same"),
    (
        (AT_HOME, AT_HOME, True),
        # The same hardware may move,
        (AT_HOME, Pin(address="fd00::9", link_address="02:00:00:00:00:01"), True),
        # other hardware may not take its place,
        (AT_HOME, Pin(address="fe80::1", interface="eth0", link_address="02:00:00:00:00:02"), False),
        # and where the kernel is silent on either side, the place decides: address and link.
        (AT_HOME, Pin(address="fe80::1", interface="eth0"), True),
        (AT_HOME, Pin(address="fe80::1", interface="eth1"), False),
        (AT_HOME, Pin(address="fe80::2", interface="eth0"), False),
        (Pin(address="10.0.0.1"), Pin(address="10.0.0.1", link_address="02:00:00:00:00:02"), True),
        (Pin(address="10.0.0.1"), Pin(address="10.0.0.2"), False),
        # A certificate goes before all of that, on other hardware too,
        (CERTIFIED, Pin(address="https://10.0.0.2:443", link_address="02:00:00:00:00:02", fingerprint="ab"), True),
        (CERTIFIED, replace(CERTIFIED, fingerprint="cd"), False),
        (CERTIFIED, replace(CERTIFIED, fingerprint=""), False),
        # but not for what was read in clear beside it.
        (CERTIFIED, replace(CERTIFIED, address="http://10.0.0.1:80", link_address="02:00:00:00:00:02"), False),
        (CERTIFIED, replace(CERTIFIED, address="http://10.0.0.1:80"), True),
        # What had none may have got one.
        (AT_HOME, replace(AT_HOME, fingerprint="ab"), True),
    ),
)
def test_a_pin_knows_its_device_again(pinned: Pin, seen: Pin, *, same: bool) -> None:
    assert pinned.vouches_for(seen) is same


pins = st.builds(
    Pin,
    address=st.sampled_from(("10.0.0.1", "10.0.0.2")),
    interface=st.sampled_from(("", "eth0")),
    link_address=st.sampled_from(("", "02:00:00:00:00:01", "02:00:00:00:00:02")),
)


@given(pins, pins)
def test_to_be_known_again_is_mutual_and_never_in_spite_of_the_hardware(one: Pin, other: Pin) -> None:
    assert one.vouches_for(one)
    assert one.vouches_for(other) == other.vouches_for(one)
    if one.link_address and other.link_address and one.link_address != other.link_address:
        assert not one.vouches_for(other)


def test_a_pin_says_where_its_device_would_be_and_who_may_be_a_way_in_to_it() -> None:
    secure = Pin(address="coaps://[fe80::1%eth0]:5684", interface="eth0")
    clear = Pin(address="coap://[fe80::1%eth0]:5683", interface="eth0", link_address="02:00:00:00:00:02")
    moved = Pin(address="coap://[fe80::2%eth0]:5683", interface="eth0")
    assert (secure.host, Pin(address="mqtt://broker").host) == ("[fe80::1%eth0]", "broker")
    assert secure.at(moved) == "coaps://[fe80::2%eth0]:5684"
    assert secure.is_beside(clear)
    assert not secure.is_beside(moved)
    assert not replace(secure, link_address="02:00:00:00:00:01").is_beside(clear)


@pytest.mark.parametrize("leaf", (Unreachable, AccessDenied, Rejected))
def test_an_error_says_why_in_clean_words(leaf: type[ThingError]) -> None:
    error = leaf(Reason.REFUSED_BY_DEVICE, code="4.00", detail="no\n\x1b[31m" + "x" * 1000)
    assert error.words["code"] == "4.00"
    assert error.words["detail"].startswith("no [31mxxx")
    assert len(error.words["detail"]) == WORD_LIMIT
    assert str(error).startswith("refused_by_device: code=4.00, detail=no [31mxxx")
    assert "\n" not in str(error)
