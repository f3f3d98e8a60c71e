"""Maps: OCF's resources by their tables, any other by its keys; read, remembered without their values, and written."""

from collections.abc import Mapping
import json

import cbor2
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.codec.decode import decode, decode_events
from custom_components.local_things.adapters.coap.codec.encode import encode
from custom_components.local_things.adapters.coap.description.describe import Described
from custom_components.local_things.adapters.coap.description.maps import (
    MAX_MEMBERS,
    around,
    at,
    members,
    shape_of,
    sole,
)
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import ComponentType, Value
from custom_components.local_things.things.pacing.proof import is_same
from custom_components.local_things.things.quantities import Quantity
from tests.adapters.coap.replay import describe_links
from tests.adapters.coap.test_describe import component_titles, quantities, titles, writable

OCF = 10000


def ocf(rt: str, shape: Mapping[str, object] | None = None, interface: str = "oic.if.a") -> Described:
    """Describe a device with one resource of OCF that looked like `shape`, or was not read."""
    link = f'</it>;rt="{rt}";if="{interface} oic.if.baseline"'
    return describe_links(link, maps={"/it": shape_of(shape)}) if shape else describe_links(link)


def plain(shape: Mapping[str, object], attributes: str = "ct=50") -> Described:
    return describe_links(f"</it>;{attributes}", maps={"/it": shape_of(shape)})


def read(described: Described, held: object, content_format: int = OCF) -> dict[str, Value]:
    payload = json.dumps(held).encode() if content_format == 50 else cbor2.dumps(held)
    return decode(payload, content_format, "/it", described)


def refusal(described: Described, held: object, content_format: int = OCF) -> Reason:
    with pytest.raises(Rejected) as caught:
        read(described, held, content_format)
    return caught.value.reason


# ------------------------------------------------------------------------------------------------------ OCF


@pytest.mark.parametrize(
    ("rt", "held", "values"),
    [
        ("oic.r.switch.binary", {"value": True}, {"it": True}),
        ("oic.r.light.dimming", {"dimmingSetting": 40}, {"it": 0.4}),
        ("oic.r.light.brightness", {"brightness": 40}, {"it": 0.4}),
        ("oic.r.colour.rgb", {"rgbValue": [241, 224, 181]}, {"it": "#f1e0b5"}),
        ("oic.r.colour.rgb", {"rgbValue": "241, 224,181"}, {"it": "#f1e0b5"}),
        ("oic.r.colour.hs", {"hue": 210, "saturation": 50}, {"it": 210.0, "it#saturation": 0.5}),
        ("oic.r.colour.colourtemperature", {"ct": 250}, {"it": 4000.0}),
        ("oic.r.openlevel", {"openLevel": 75}, {"it": 0.75}),
        ("oic.r.lock.status", {"lockState": "Locked"}, {"it": True}),
        ("oic.r.lock.status", {"lockState": "unlocked"}, {"it": False}),
        ("oic.r.temperature", {"temperature": 21.5, "units": "C"}, {"it": 21.5}),
        ("oic.r.temperature", {"temperature": 70.7, "units": "F"}, {"it": 21.5}),
        ("oic.r.temperature", {"temperature": 294.65, "units": "K"}, {"it": 21.5}),
        ("oic.r.temperature", {"temperature": 21.5, "units": 7}, {"it": 21.5}),
        ("oic.r.humidity", {"humidity": 47}, {"it": 0.47}),
        ("oic.r.energy.consumption", {"power": 7.5, "energy": 123}, {"it": 7.5, "it#energy": 123.0}),
        ("oic.r.energy.battery", {"charge": 80}, {"it": 0.8}),
        ("oic.r.sensor.contact", {"value": True}, {"it": True}),
        ("oic.r.sensor.illuminance", {"illuminance": 320.5}, {"it": 320.5}),
        ("oic.r.sensor.atmosphericpressure", {"atmosphericPressure": 1013.25}, {"it": 101325.0}),
        ("oic.r.sensor.acceleration", {"acceleration": 1}, {"it": 9.80665}),
        ("oic.r.door", {"openState": "Open"}, {"it": True}),
        ("oic.r.airflow", {"speed": 50}, {"it": 0.5}),
        (
            "oic.r.switch.binary oic.r.light.dimming",
            {"value": True, "dimmingSetting": 5},
            {"it": True, "it#dimmingSetting": 0.05},
        ),
        # It need not speak of all that it has.
        ("oic.r.colour.hs", {"saturation": 50}, {"it#saturation": 0.5}),
        ("oic.r.colour.hs", {"rt": ["oic.r.colour.hs"]}, {}),
        # Nor in a map at all, where it has only one value.
        ("oic.r.light.dimming", 40, {"it": 0.4}),
    ],
)
@pytest.mark.parametrize("content_format", [OCF, 60, 50])
def test_types_of_ocf(rt: str, held: object, values: dict[str, Value], content_format: int) -> None:
    assert read(ocf(rt), held, content_format) == pytest.approx(values)


@pytest.mark.parametrize(
    ("rt", "held"),
    [
        ("oic.r.switch.binary", {}),
        ("oic.r.switch.binary", {"value": None}),
        ("oic.r.switch.binary", {"value": [True]}),
        ("oic.r.switch.binary", []),
        ("oic.r.light.dimming", {"dimmingSetting": 101}),
        ("oic.r.light.dimming", {"dimmingSetting": True}),
        ("oic.r.colour.rgb", {"rgbValue": [241, 224]}),
        ("oic.r.colour.rgb", {"rgbValue": [241, 224, 256]}),
        ("oic.r.colour.rgb", {"rgbValue": [True, 224, 181]}),
        ("oic.r.colour.rgb", {"rgbValue": "red"}),
        ("oic.r.colour.rgb", {"rgbValue": "1,2,3,4"}),
        ("oic.r.colour.rgb", {"rgbValue": 7}),
        ("oic.r.colour.colourtemperature", {"ct": 0}),
        ("oic.r.lock.status", {"lockState": "Jammed"}),
        ("oic.r.lock.status", {"lockState": ["Locked", "Unlocked"]}),
        ("oic.r.temperature", {"temperature": 21.5, "units": "lx"}),
        ("oic.r.mode", {"modes": ["eco"]}),
    ],
)
def test_what_is_no_value_of_ocf(rt: str, held: object) -> None:
    shape = {"modes": [""], "supportedModes": ["a"]} if rt == "oic.r.mode" else None

    assert refusal(ocf(rt, shape), held) is Reason.UNREADABLE


def test_a_button_of_ocf_is_an_event() -> None:
    described = ocf("oic.r.button", interface="oic.if.s")

    assert list(described.description.events) == ["it"]
    assert decode_events(cbor2.dumps({"value": True}), OCF, "/it", described) == {"it": 1}


@pytest.mark.parametrize("interface", ["oic.if.s", "oic.if.r"])
def test_what_is_no_actuator_is_not_written(interface: str) -> None:
    assert not writable(ocf("oic.r.light.dimming", interface=interface))
    assert quantities(ocf("oic.r.temperature", interface=interface)) == {"it": Quantity.TEMPERATURE}
    assert quantities(ocf("oic.r.temperature", interface="oic.if.rw")) == {"it": Quantity.TEMPERATURE_SET_POINT}


@pytest.mark.parametrize(
    ("rt", "shape", "value", "document"),
    [
        ("oic.r.switch.binary", {}, True, {"value": True}),
        ("oic.r.light.dimming", {}, 0.4, {"dimmingSetting": 40}),
        ("oic.r.light.dimming", {"dimmingSetting": 7, "range": [0, 255]}, 0.4, {"dimmingSetting": 102}),
        ("oic.r.light.dimming", {"dimmingSetting": 7, "range": "0,10"}, 0.01, {"dimmingSetting": 1}),
        ("oic.r.light.dimming", {"dimmingSetting": 7, "range": "low,high"}, 0.4, {"dimmingSetting": 40}),
        ("oic.r.light.dimming", {"dimmingSetting": 7, "range": [9, 1]}, 0.4, {"dimmingSetting": 40}),
        ("oic.r.light.dimming", {"dimmingSetting": 7, "range": [1]}, 0.4, {"dimmingSetting": 40}),
        ("oic.r.light.dimming", {"dimmingSetting": 7, "range": True}, 0.4, {"dimmingSetting": 40}),
        ("oic.r.light.dimming", {"dimmingSetting": 7}, 0, {"dimmingSetting": 0}),
        ("oic.r.colour.rgb", {}, "#f1e0b5", {"rgbValue": [241, 224, 181]}),
        ("oic.r.colour.rgb", {"rgbValue": "0,0,0"}, "#f1e0b5", {"rgbValue": "241,224,181"}),
        ("oic.r.colour.colourtemperature", {}, 4100, {"ct": 244}),
        ("oic.r.lock.status", {}, False, {"lockState": "Unlocked"}),
        ("oic.r.temperature", {}, 21.5, {"temperature": 21.5}),
        ("oic.r.temperature", {"temperature": 1, "units": "F"}, 21.5, {"temperature": 70.7}),
        ("oic.r.mode", {"modes": [""], "supportedModes": ["Eco", "Max"]}, "Eco", {"modes": ["Eco"]}),
        ("oic.r.mode", {"modes": "Eco", "supportedModes": "Eco, Max"}, "Max", {"modes": "Max"}),
        ("oic.r.movement.linear", {"movement": "", "movementSettings": ["up", "stop"]}, "up", {"movement": "up"}),
    ],
)
def test_ocf_is_written_by_post_as_the_device_writes_it(
    rt: str, shape: JsonObject, value: Value, document: object
) -> None:
    described = ocf(rt, shape)

    payload, content_format = encode(described, "it", value)

    assert (cbor2.loads(payload), content_format) == (document, OCF)
    assert encode(described, "it", value, 50)[0] == json.dumps(document).encode()
    assert described.bindings["it"].method == "POST"
    (back,) = read(described, document).values()
    schema = described.description.properties["it"].schema
    assert is_same(back, value, schema)


@pytest.mark.parametrize(
    ("rt", "shape", "value"),
    [
        ("oic.r.switch.binary", {}, 1),
        ("oic.r.colour.rgb", {}, "red"),
        ("oic.r.colour.rgb", {}, "#F1E0B5"),
        ("oic.r.colour.rgb", {}, True),
        ("oic.r.colour.colourtemperature", {}, 0),
        ("oic.r.colour.colourtemperature", {"ct": 1, "range": [153, 500]}, 1000),
        ("oic.r.temperature", {"temperature": 1, "units": "F", "range": [50, 86]}, 31),
        ("oic.r.mode", {"modes": [""], "supportedModes": ["Eco"]}, "Boost"),
    ],
)
def test_what_ocf_is_not_sent(rt: str, shape: JsonObject, value: Value) -> None:
    with pytest.raises(Rejected) as caught:
        encode(ocf(rt, shape), "it", value)

    assert caught.value.reason is Reason.OUT_OF_RANGE


def test_a_range_narrows_what_can_be_asked_for() -> None:
    def limits(rt: str, shape: Mapping[str, object]) -> list[float | None]:
        schema = ocf(rt, shape).description.properties["it"].schema
        return [None if one is None else round(one, 2) for one in (schema.minimum, schema.maximum)]

    assert limits("oic.r.colour.colourtemperature", {"ct": 250, "range": [153, 500]}) == [2000.0, 6535.95]
    assert limits("oic.r.temperature", {"temperature": 1, "units": "F", "range": [50, 86]}) == [10.0, 30.0]
    assert limits("oic.r.colour.hs", {"hue": 1, "range": [0, 65535]}) == [0.0, 360.0]
    assert limits("oic.r.colour.colourtemperature", {"ct": 1, "range": [0, 1]}) == [None, None]
    assert limits("oic.r.light.dimming", {"dimmingSetting": 1, "range": [1, 254]}) == [0.0, 1.0]


def test_the_greatest_saturation_is_the_whole_of_it() -> None:
    described = ocf("oic.r.colour.hs", {"hue": 0, "saturation": 0, "maximumsaturation": 255})

    assert read(described, {"saturation": 51}) == {"it#saturation": 0.2}
    assert cbor2.loads(encode(described, "it#saturation", 1)[0]) == {"saturation": 255}


def test_a_mode_is_set_only_where_its_words_are_known() -> None:
    assert not writable(ocf("oic.r.mode"))
    assert read(ocf("oic.r.mode"), {"modes": "eco"}) == {"it": "eco"}


def thermostat(*modes: str) -> Described:
    return describe_links(
        '</oic/d>;rt="oic.wk.d oic.d.thermostat",</mode>;rt="oic.r.mode";if="oic.if.a",</t>;rt=oic.r.temperature',
        maps={"/mode": {"modes": [""], "supportedModes": list(modes)}},
    )


def test_the_modes_of_a_thermostat_are_those_of_heating_and_cooling_if_all_are() -> None:
    described = thermostat("Off", "Heating", "fan")
    assert described.description.properties["mode"].quantity is Quantity.HVAC_MODE
    assert described.description.properties["mode"].schema.enum == ("off", "heat", "fan_only")
    assert cbor2.loads(encode(described, "mode", "heat")[0]) == {"modes": ["Heating"]}
    assert [one.type for one in described.description.components.values()] == [ComponentType.THERMOSTAT]

    for modes in (("Off", "Holiday"), ("Heat", "Heating")):
        assert thermostat(*modes).description.properties["mode"].quantity is Quantity.MODE


def test_a_mode_that_was_off_when_a_device_was_met_is_there_all_the_same() -> None:
    described = ocf("oic.r.mode", {"modes": [], "supportedModes": ["Eco", "Max"]})

    assert described.description.properties["it"].schema.enum == ("Eco", "Max")
    assert read(described, {"modes": ["Max"]}) == {"it": "Max"}
    assert cbor2.loads(encode(described, "it", "Eco")[0]) == {"modes": ["Eco"]}


def test_what_was_not_there_when_a_device_was_met_is_not_offered() -> None:
    assert quantities(ocf("oic.r.humidity", {"humidity": 47})) == {"it": "humidity"}
    both = ocf("oic.r.humidity", {"humidity": 47, "desiredHumidity": 50})
    assert quantities(both) == {"it": "humidity", "it#desiredHumidity": "humidity"}
    assert titles(both)["it#desiredHumidity"] == "Desired"


def test_other_types_of_ocf_are_read_by_their_keys() -> None:
    shape = {"temperature": 1.5, "rt": ["a"], "p": {"bm": 3}, "n": "Name", "step": 1}
    described = ocf("x.com.example.sensor oic.r.sensor.uvradiation", shape)

    assert quantities(described) == {"it#temperature": Quantity.TEMPERATURE}
    assert quantities(ocf("oic.r.audio")) == {"it": Quantity.UNKNOWN}


def test_ocf_itself_is_no_value() -> None:
    described = describe_links("</oic/res>,</oic/d>;rt=oic.wk.d,</con>;rt=oic.wk.con,</kept>")

    assert list(described.bindings) == ["kept"]


def test_the_resources_of_an_ocf_device_are_one_component_unless_one_type_is_there_twice() -> None:
    one = describe_links("</a/on>;rt=oic.r.switch.binary;if=oic.if.a,</b/dim>;rt=oic.r.light.dimming;if=oic.if.a")
    assert {component.type for component in one.description.components.values()} == {ComponentType.LIGHT}
    assert len(one.description.components) == 1

    heater = describe_links("</a/t>;rt=oic.r.temperature;if=oic.if.s,</b/t>;rt=oic.r.temperature;if=oic.if.a")
    assert len(heater.description.components) == 1

    two = describe_links("</a/on>;rt=oic.r.switch.binary;if=oic.if.a,</b/on>;rt=oic.r.switch.binary;if=oic.if.a")
    assert component_titles(two) == {"a": "a", "b": "b"}


# ------------------------------------------------------------------------------------------------------ other maps


def test_a_plain_object_is_read_by_its_keys() -> None:
    held: JsonObject = {
        "temperature": 21.5,
        "humidity": 40,
        "battery": {"voltage": 3.01},
        "motion": True,
        "name": "{{ x }}",
        "pressure": {"value": 1013, "unit": "hPa"},
        "list": [1, "a"],
    }
    described = plain(held)

    assert quantities(described) == {
        "it#temperature": "temperature",
        "it#humidity": "humidity",
        "it#battery/voltage": "voltage",
        "it#motion": "motion",
        "it#name": "unknown",
        "it#pressure/value": "pressure",
        "it#list/0": "unknown",
        "it#list/1": "unknown",
    }
    assert read(described, held, 50) == {
        "it#temperature": 21.5,
        "it#humidity": 0.4,
        "it#battery/voltage": 3.01,
        "it#motion": True,
        "it#name": "{{ x }}",
        "it#pressure/value": 101300.0,
        "it#list/0": "1",
        "it#list/1": "a",
    }


def test_the_type_of_a_resource_says_what_its_value_is() -> None:
    every: list[tuple[dict[str, object], dict[str, Value]]] = [
        ({"value": 70.7, "unit": "F"}, {"it": 21.5}),
        ({"value": 21.5, "battery": 80}, {"it": 21.5, "it#battery": 0.8}),
        ({"temperature": 21.5, "ts": 12}, {"it": 21.5, "it#ts": "12"}),
        ({"v": 21.5}, {"it": 21.5}),
        ({"a": 1, "b": 2}, {"it#a": "1", "it#b": "2"}),
    ]
    for held, values in every:
        assert read(plain(held, "ct=50;rt=temperature"), held, 50) == values


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"{'temperature':21}", 21.0),
        (b'{"temperature":21}', 21.0),
        (b'{"value":70.7,"unit":"F","id":7}', 21.5),
        (b'{"t":294.65,"units":"K"}', 21.5),
    ],
)
def test_a_map_that_was_never_seen_is_its_one_value(payload: bytes, value: float) -> None:
    assert decode(payload, 50, "/it", describe_links("</it>;rt=temperature;ct=50")) == {"it": value}


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b'{"a":1,"b":2}', '{"a":1,"b":2}'),
        (b"{'a':'it's'}", "{'a':'it's'}"),
        (b"{'a':'\\''}", "{'a':'\\''}"),
        (b"{'" + b"a''" * 200, "{'" + "a''" * 84 + "a"),
        (b"[1,2]", "[1,2]"),
        (b"not JSON", "not JSON"),
        (b"7", "7"),
        (b"'", "'"),
    ],
)
def test_json_that_nobody_understands_is_shown_as_it_is(payload: bytes, value: str) -> None:
    assert decode(payload, 50, "/it", describe_links("</it>;ct=50")) == {"it": value}


@pytest.mark.parametrize("payload", [b"\xff", b"x" * 70_000])
def test_what_is_not_even_text_is_refused(payload: bytes) -> None:
    with pytest.raises(Rejected):
        decode(payload, 50, "/it", describe_links("</it>;ct=50"))


def test_a_map_says_nothing_of_a_pack_and_a_scalar_nothing_of_a_map() -> None:
    pack = describe_links("</it>;ct=112", packs={"/it": [["t", "Cel", "number"], ["h", "%RH", "number"]]})
    assert refusal(pack, {"t": 21.5}, 60) is Reason.UNREADABLE
    assert refusal(plain({"temperature": 0.5, "humidity": 1}), 21.5, 50) is Reason.UNREADABLE


def test_oma_resources_inside_a_map_are_what_they_are_elsewhere_in_the_units_of_the_one_who_nests_them() -> None:
    shape: JsonObject = {"9001": "Bulb", "3311": [{"5850": 1, "5851": 254, "5706": "f1e0b5", "5711": 250}]}
    described = plain(shape)
    (lamp,) = (key for key, one in described.description.components.items() if one.type is ComponentType.LIGHT)

    assert lamp == "it/3311/0"
    assert read(described, shape, 50) == {
        "it#9001": "Bulb",
        "it#3311/0/5850": True,
        "it#3311/0/5851": 1.0,
        "it#3311/0/5706": "#f1e0b5",
        "it#3311/0/5711": 4000.0,
    }
    for name, value, document in (
        ("it#3311/0/5850", True, {"5850": 1}),
        ("it#3311/0/5851", 0.5, {"5851": 127}),
        ("it#3311/0/5706", "#00ff00", {"5706": "00ff00"}),
        ("it#3311/0/5711", 2702.7, {"5711": 370}),
    ):
        assert json.loads(encode(described, name, value)[0]) == {"3311": [document]}


# ------------------------------------------------------------------------------------------------------ shapes


def test_a_shape_tells_no_secret() -> None:
    assert shape_of({"ssid": "Home", "lat": 46.05, "on": True, "units": "C", "range": [0, 100], "n": None}) == {
        "ssid": "",
        "lat": 0.0,
        "on": False,
        "units": "C",
        "range": [0, 100],
    }


def test_a_shape_is_bounded() -> None:
    wide = shape_of({f"k{i}": i for i in range(1000)})
    assert len(list(members(wide))) == MAX_MEMBERS
    assert shape_of({"a": {"b": {"c": {"d": {"e": 1}}}}}) == {}
    assert shape_of({"a": {"b": {"c": {"d": 1}}}}) == {"a": {"b": {"c": {"d": 0}}}}
    assert shape_of({"k" * 65: 1, "\u202e": 1, "a": [1, None], "b": [], "c": b"x"}) == {}
    assert shape_of({"supportedModes": ["m" * 99] * 99, "range": None}) == {"supportedModes": ["m" * 64] * 16}


def test_places_in_maps() -> None:
    held = {"a": [{"b": 1}], 7: {"c": 2}}

    assert at(held, ("a", 0, "b")) == 1
    assert at(held, ("7", "c")) == 2
    assert at(held, ()) == held
    for nowhere in (("a", 1), ("a", "0"), ("b",), ("a", 0, "b", "c"), ("8",)):
        assert at(held, nowhere) is None
    assert around(("a", 0, "b"), 1) == {"a": [{"b": 1}]}


def test_a_sole_value() -> None:
    assert sole({"value": 1, "x": 2}) == (1, "")
    assert sole({"x": 2, "unit": "C", "list": []}) == (2, "C")
    assert sole({"x": 2, "y": 3}) == (None, "")
    assert sole({}) == (None, "")


# ------------------------------------------------------------------------------------------------------ properties

TEXTS = st.text(max_size=6)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
KEYS = TEXTS | st.sampled_from(
    [
        *("range", "units", "supportedModes", "modes", "value", "dimmingSetting", "rgbValue", "hue", "temperature"),
        *("lockState", "unit"),
    ]
)
MAPS = st.dictionaries(KEYS, JSONS, max_size=6)
RTS = st.sampled_from(
    [
        *("oic.r.light.dimming", "oic.r.colour.rgb", "oic.r.colour.hs", "oic.r.temperature", "oic.r.mode"),
        *("oic.r.lock.status", "oic.r.button", "oic.r.nothing", "temperature", "x"),
    ]
)


@given(MAPS)
@settings(deadline=None)
def test_the_shape_of_a_shape_is_itself(held: dict[str, object]) -> None:
    shape = shape_of(held)

    assert shape_of(shape) == shape
    assert len(list(members(shape))) <= MAX_MEMBERS
    json.dumps(shape, allow_nan=False)


@given(MAPS, MAPS, RTS, st.sampled_from([50, 60, OCF]))
@settings(deadline=None, max_examples=300)
def test_whatever_a_map_was_and_holds_it_is_read_or_rejected(
    seen: dict[str, object], held: dict[str, object], rt: str, content_format: int
) -> None:
    described = describe_links(f'</it>;rt="{rt}";if=oic.if.a', maps={"/it": shape_of(seen)})
    try:
        values = read(described, held, content_format)
    except Rejected:
        return
    assert values.keys() <= described.description.properties.keys()


@given(st.floats(0, 1), st.integers(1, 65_535), st.sampled_from([OCF, 60, 50]))
@settings(deadline=None)
def test_a_level_of_ocf_reads_back(level: float, greatest: int, content_format: int) -> None:
    described = ocf("oic.r.light.dimming", {"dimmingSetting": 0, "range": [0, greatest]})

    payload, _ = encode(described, "it", level, content_format)

    (value,) = decode(payload, content_format, "/it", described).values()
    assert is_same(value, level, described.description.properties["it"].schema)


@given(st.dictionaries(st.sampled_from(["temperature", "a/b", "x"]), st.floats(-1e6, 1e6), min_size=1))
@settings(deadline=None)
def test_an_object_reads_back(held: dict[str, float]) -> None:
    values = read(plain(dict(held)), held, 50)

    assert len(values) == len(held)
    if "temperature" in held:
        assert values["it#temperature"] == pytest.approx(held["temperature"], abs=1e-6)
