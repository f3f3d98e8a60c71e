"""Links become a Thing: by OMA objects, packs and resource types; the unknown stays unknown, and nothing raises."""

from collections.abc import Mapping

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.description.binding import Binding
from custom_components.local_things.adapters.coap.description.describe import Described, describe
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import MAX_AFFORDANCES, ComponentType, ValueType
from custom_components.local_things.things.quantities import Quantity
from custom_components.local_things.transports.linkformat import MAX_LINKS
from tests.adapters.coap.replay import ADDRESS, REPLAYS, THING_ID, Replay, describe_links, meet
from tests.adapters.coap.test_record import GOOD, JSON


def quantities(described: Described) -> dict[str, str]:
    return {name: one.quantity.value for name, one in described.description.affordances.items()}


def titles(described: Described) -> dict[str, str]:
    return {name: one.title for name, one in described.description.affordances.items()}


def component_titles(described: Described) -> dict[str, str]:
    return {key: component.title for key, component in described.description.components.items()}


def writable(described: Described) -> set[str]:
    return {name for name, one in described.description.properties.items() if not one.read_only}


def test_there_are_replays() -> None:
    assert len(REPLAYS) >= 6


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.name)
def test_real_devices(replay: Replay) -> None:
    described = replay.described()

    assert quantities(described) == replay.quantities
    assert writable(described) == replay.writable


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.name)
def test_a_description_hangs_together(replay: Replay) -> None:
    described = replay.described()
    thing = described.description

    assert set(described.bindings) == set(thing.affordances)
    assert {name for names in described.resources.values() for name in names} == set(thing.affordances) - set(
        thing.actions
    )
    for path, names in described.resources.items():
        assert {described.bindings[name].path for name in names} == {path}
    for one in thing.affordances.values():
        assert one.component in thing.components
    for name in thing.properties:
        assert (described.bindings[name].method in {"PUT", "POST"}) is (name in replay.writable)


@pytest.mark.parametrize(
    ("link", "quantity"),
    [
        ("</3200/0/5500>", Quantity.ON_OFF),
        ("</3301/0/5700>", Quantity.ILLUMINANCE),
        ("</3302/0/5500>", Quantity.PRESENCE),
        ("</3302/0/5501>", Quantity.COUNT),
        ("</3303/0/5700>", Quantity.TEMPERATURE),
        ("</3304/0/5700>", Quantity.HUMIDITY),
        ("</3305/0/5800>", Quantity.POWER),
        ("</3305/0/5805>", Quantity.ENERGY),
        ("</3306/0/5850>", Quantity.ON_OFF),
        ("</3308/0/5900>", Quantity.TEMPERATURE_SET_POINT),
        ("</3311/0/5851>", Quantity.LEVEL),
        ("</3312/0/5850>", Quantity.ON_OFF),
        ("</3315/0/5700>", Quantity.PRESSURE),
        ("</3316/0/5700>", Quantity.VOLTAGE),
        ("</3317/0/5700>", Quantity.CURRENT),
        ("</3318/0/5700>", Quantity.FREQUENCY),
        ("</3323/0/5700>", Quantity.PRESSURE),
        ("</3328/0/5700>", Quantity.POWER),
        ("</3331/0/5700>", Quantity.ENERGY),
        ("</3331/0/5805>", Quantity.ENERGY),
        ("</3342/0/5500>", Quantity.ON_OFF),
        ("</3343/0/5548>", Quantity.LEVEL),
        ("</3347/0/5500>", Quantity.PRESS),
        ("</3/0/9>", Quantity.BATTERY),
        ("</3/0/4>", Quantity.RESTART),
        ("</3311/0/5706>", Quantity.COLOR),
        ("</3300/0/5700>", Quantity.UNKNOWN),
        ("</3499/0/5700>", Quantity.UNKNOWN),
    ],
)
def test_oma_resources(link: str, quantity: Quantity) -> None:
    described = describe_links(link)

    assert quantities(described) == {link.strip("</>"): quantity}
    assert list(described.description.components) == [link.strip("</>").rpartition("/")[0]]


@pytest.mark.parametrize(
    "link",
    [
        "</3303>",
        "</3303/>",
        "</3499/0>",
        "</3/0>",
        "</3/0/0>",
        "</3/0/2>",
        "</3/0/5>",
        "</3/0/11>",
        "</0/0/5>",
        "</1/0>",
        "</5/0/1>",
        "</3303/0/5601>",
        "</3303/0/5605>",
        "</3303/0/5701>",
        "</3303/0/5750>",
        "</3200/0/5505>",
        "</a>;ct=40",
        "</a>;ct=22",
        "</3303/0/5700>;ct=42",
        "</a>;ct=11542",
        "</a>;ct=11543 11544",
        "</>;ct=11542",
    ],
)
def test_what_is_no_affordance(link: str) -> None:
    assert quantities(describe_links(f"{link},</kept>")) == {"kept": "unknown"}


@pytest.mark.parametrize(
    ("object_id", "resource"),
    [(3303, 5700), (3311, 5850), (3347, 5500), (3302, 5500), (3308, 5900), (3305, 5800), (3343, 5548)],
)
def test_a_bare_instance_stands_for_its_value(object_id: int, resource: int) -> None:
    described = describe_links(f"</{object_id}/1>;obs")

    assert list(described.description.affordances) == [f"{object_id}/1/{resource}"]
    assert described.bindings[f"{object_id}/1/{resource}"].path == f"/{object_id}/1/{resource}"
    assert described.bindings[f"{object_id}/1/{resource}"].observable


def test_an_instance_that_lists_its_resources_stands_for_nothing() -> None:
    assert set(quantities(describe_links("</3311/0>,</3311/0/5851>,</3311/1>"))) == {"3311/0/5851", "3311/1/5850"}


def test_a_button_is_one_event_and_its_counter_is_the_better_one() -> None:
    described = describe_links("</3347/0/5500>,</3347/0/5501>,</3347/1/5500>,</button>;rt=button")

    assert set(described.description.events) == {"3347/0/5501", "3347/1/5500", "button"}
    assert not described.description.properties


def test_a_restart_is_posted_and_never_read() -> None:
    described = describe_links("</3/0/4>;obs")

    assert list(described.description.actions) == ["3/0/4"]
    assert described.bindings["3/0/4"] == Binding(path="/3/0/4", method="POST")
    assert not described.resources


@pytest.mark.parametrize(
    ("object_id", "unit", "quantity", "scale", "offset"),
    [
        (3303, "Cel", Quantity.TEMPERATURE, 1.0, 0.0),
        (3303, "C", Quantity.TEMPERATURE, 1.0, 0.0),
        (3303, "°C", Quantity.TEMPERATURE, 1.0, 0.0),
        (3303, "K", Quantity.TEMPERATURE, 1.0, -273.15),
        (3303, "[degF]", Quantity.TEMPERATURE, 5 / 9, -160 / 9),
        (3303, "Fahrenheit", Quantity.TEMPERATURE, 5 / 9, -160 / 9),
        (3303, "lx", Quantity.UNKNOWN, 1.0, 0.0),
        (3303, "hotness", Quantity.UNKNOWN, 1.0, 0.0),
        (3304, "%", Quantity.HUMIDITY, 0.01, 0.0),
        (3304, "/", Quantity.HUMIDITY, 1.0, 0.0),
        (3315, "hPa", Quantity.PRESSURE, 100.0, 0.0),
        (3331, "kW.h", Quantity.ENERGY, 1000.0, 0.0),
        (3300, "V", Quantity.VOLTAGE, 1.0, 0.0),
        (3300, "%", Quantity.UNKNOWN, 1.0, 0.0),
        (3300, "hotness", Quantity.UNKNOWN, 1.0, 0.0),
    ],
)
def test_a_declared_unit_decides(object_id: int, unit: str, quantity: Quantity, scale: float, offset: float) -> None:
    described = describe_links(f"</{object_id}/0/5700>", units={f"/{object_id}/0/5701": unit})

    assert quantities(described) == {f"{object_id}/0/5700": quantity}
    binding = described.bindings[f"{object_id}/0/5700"]
    assert (binding.unit.scale, binding.unit.offset) == (scale, offset)


def test_a_declared_unit_holds_for_the_whole_object_unless_an_instance_has_its_own() -> None:
    units: JsonObject = {"/3303/2/5701": "Cel", "/3303/0/5701": "K", "/other": "lx"}
    described = describe_links("</3303/0/5700>,</3303/1/5700>,</3303/2/5700>,</3304/0/5700>", units=units)

    offsets = {name: binding.unit.offset for name, binding in described.bindings.items()}
    assert offsets == {"3303/0/5700": -273.15, "3303/1/5700": -273.15, "3303/2/5700": 0.0, "3304/0/5700": 0.0}


def test_a_set_point_in_another_unit_is_not_written() -> None:
    described = describe_links("</3308/0/5900>", units={"/3308/0/5701": "Pa"})

    assert not writable(described)
    assert described.bindings["3308/0/5900"].method == ""


@pytest.mark.parametrize(
    ("attributes", "quantity", "component", "is_writable"),
    [
        ("rt=temperature", Quantity.TEMPERATURE, ComponentType.OTHER, False),
        ("rt=temperature-c", Quantity.TEMPERATURE, ComponentType.OTHER, False),
        ("rt=Temperature", Quantity.TEMPERATURE, ComponentType.OTHER, False),
        ("rt=TemperatureSensor", Quantity.TEMPERATURE, ComponentType.OTHER, False),
        ("rt=ipso.sen.temp", Quantity.TEMPERATURE, ComponentType.OTHER, False),
        ('rt="core.x water-temperature"', Quantity.TEMPERATURE, ComponentType.OTHER, False),
        ("rt=temperature;if=core.p", Quantity.TEMPERATURE_SET_POINT, ComponentType.OTHER, True),
        ("rt=humidity;if=core.s", Quantity.HUMIDITY, ComponentType.OTHER, False),
        ("rt=LightSensor", Quantity.ILLUMINANCE, ComponentType.OTHER, False),
        ("rt=light;if=core.s", Quantity.ILLUMINANCE, ComponentType.OTHER, False),
        ("rt=light;if=core.a", Quantity.ON_OFF, ComponentType.LIGHT, True),
        ("rt=lamp", Quantity.ON_OFF, ComponentType.OTHER, False),
        ("rt=relay;if=core.a", Quantity.ON_OFF, ComponentType.OUTLET, True),
        ("rt=power-switch;if=core.a", Quantity.ON_OFF, ComponentType.OUTLET, True),
        ("rt=relay;if=core.rp", Quantity.ON_OFF, ComponentType.OTHER, False),
        ("rt=dimmer;if=core.a", Quantity.LEVEL, ComponentType.OTHER, True),
        ("rt=battery-level", Quantity.BATTERY, ComponentType.OTHER, False),
        ("rt=battery-voltage", Quantity.VOLTAGE, ComponentType.OTHER, False),
        ("rt=motion", Quantity.MOTION, ComponentType.OTHER, False),
        ("rt=motion;if=core.a", Quantity.MOTION, ComponentType.OTHER, False),
        ("rt=leak", Quantity.MOISTURE, ComponentType.OTHER, False),
        ("rt=door", Quantity.OPENING, ComponentType.OTHER, False),
        ("rt=power", Quantity.POWER, ComponentType.OTHER, False),
        ("rt=energy", Quantity.ENERGY, ComponentType.OTHER, False),
        ("rt=count", Quantity.COUNT, ComponentType.OTHER, False),
        ("rt=button", Quantity.PRESS, ComponentType.OTHER, False),
        ("rt=ticks;if=clock", Quantity.UNKNOWN, ComponentType.OTHER, False),
        ("rt=urn:x:y;if=core.a", Quantity.UNKNOWN, ComponentType.OTHER, False),
        ("if=core.a", Quantity.UNKNOWN, ComponentType.OTHER, False),
        ("obs", Quantity.UNKNOWN, ComponentType.OTHER, False),
    ],
)
def test_resource_types(attributes: str, quantity: Quantity, component: ComponentType, is_writable: bool) -> None:
    described = describe_links(f"</it>;{attributes}")

    assert quantities(described) == {"it": quantity}
    (only,) = described.description.components.values()
    assert only.type is component
    assert writable(described) == ({"it"} if is_writable else set())


@pytest.mark.parametrize(
    ("rt", "scale", "offset"),
    [("temperature-c", 1.0, 0.0), ("temperature-f", 5 / 9, -160 / 9), ("temperature-k", 1.0, -273.15)],
)
def test_the_unit_of_a_resource_type(rt: str, scale: float, offset: float) -> None:
    binding = describe_links(f"</it>;rt={rt}").bindings["it"]

    assert (binding.unit.scale, binding.unit.offset, binding.unit_is_fixed) == (scale, offset, True)


def pack(*entries: tuple[str, str, str]) -> Mapping[str, Json]:
    return {"/sense": [list(entry) for entry in entries]}


@pytest.mark.parametrize(
    ("name", "unit", "kind", "quantity", "scale"),
    [
        ("temperature", "Cel", "number", Quantity.TEMPERATURE, 1.0),
        ("t", "Cel", "number", Quantity.TEMPERATURE, 1.0),
        ("h", "%RH", "number", Quantity.HUMIDITY, 0.01),
        ("b", "%EL", "number", Quantity.BATTERY, 0.01),
        ("e", "J", "number", Quantity.ENERGY, 1 / 3600),
        ("e", "kWh", "number", Quantity.ENERGY, 1000.0),
        ("humidity", "%", "number", Quantity.HUMIDITY, 0.01),
        ("battery", "/", "number", Quantity.BATTERY, 1.0),
        ("cpu", "%", "number", Quantity.UNKNOWN, 1.0),
        ("soil-moisture", "%", "number", Quantity.UNKNOWN, 1.0),
        ("temperature", "C", "number", Quantity.TEMPERATURE, 1.0),
        ("temperature", "", "number", Quantity.TEMPERATURE, 1.0),
        ("temperature", "m/s", "number", Quantity.SPEED, 1.0),
        ("temperature", "lx", "number", Quantity.ILLUMINANCE, 1.0),
        ("acceleration", "m/s2", "number", Quantity.ACCELERATION, 1.0),
        ("motion", "", "number", Quantity.MOTION, 1.0),
        ("motion", "", "boolean", Quantity.MOTION, 1.0),
        ("waterLeak", "", "boolean", Quantity.MOISTURE, 1.0),
        ("window", "/", "boolean", Quantity.OPENING, 1.0),
        ("temperature", "", "boolean", Quantity.UNKNOWN, 1.0),
        ("mode", "", "string", Quantity.UNKNOWN, 1.0),
        ("temperature", "Cel", "string", Quantity.UNKNOWN, 1.0),
        ("button", "count", "number", Quantity.PRESS, 1.0),
        ("button", "", "boolean", Quantity.PRESS, 1.0),
        ("steps", "count", "number", Quantity.COUNT, 1.0),
    ],
)
def test_records_of_a_pack(name: str, unit: str, kind: str, quantity: Quantity, scale: float) -> None:
    described = describe_links("</sense>;ct=112", packs=dict(pack((name, unit, kind))))

    assert quantities(described) == {f"sense#{name}": quantity}
    assert described.bindings[f"sense#{name}"].record == name
    assert described.bindings[f"sense#{name}"].unit.scale == scale


def test_the_resource_type_says_what_a_pack_of_one_is_and_not_what_a_pack_of_many_is() -> None:
    one = describe_links("</sense>;ct=112;rt=humidity", packs=dict(pack(("x", "", "number"))))
    two = describe_links("</sense>;ct=112;rt=humidity", packs=dict(pack(("x", "", "number"), ("t", "Cel", "number"))))

    assert quantities(one) == {"sense": Quantity.HUMIDITY}
    assert quantities(two) == {"sense#x": Quantity.UNKNOWN, "sense#t": Quantity.TEMPERATURE}


def test_a_record_without_a_name_is_the_resource() -> None:
    assert list(quantities(describe_links("</sense>", packs=dict(pack(("", "Cel", "number")))))) == ["sense"]


def test_one_name_is_one_affordance() -> None:
    described = describe_links(
        "</sense>,</sense%23t>", packs={"/sense": [["t", "Cel", "number"], ["t", "lx", "number"]]}
    )

    assert quantities(described) == {"sense#t": Quantity.TEMPERATURE, "sense%23t": Quantity.UNKNOWN}


def test_titles_are_the_devices_own_else_only_what_is_needed() -> None:
    described = describe_links(
        "</a>;rt=temperature,</b>;rt=temperature;title=Boiler,</c>;rt=humidity,</d/e%25f>,</g>;title=Mode,"
        "</sense>;title=Hall",
        packs=dict(pack(("t1", "lx", "number"), ("t2", "lx", "number"), ("x", "", "number"))),
    )

    assert titles(described) == {
        "a": "",
        "b": "Boiler",
        "c": "",
        "d/e%25f": "d/e%f",
        "g": "Mode",
        "sense#t1": "t1",
        "sense#t2": "t2",
        "sense#x": "x",
    }


def test_twins_in_one_component_are_told_apart() -> None:
    described = describe_links("</s/in>;rt=temperature,</s/out>;rt=temperature,</3331/0/5700>,</3331/0/5805>")

    assert titles(described) == {"s/in": "in", "s/out": "out", "3331/0/5700": "5700", "3331/0/5805": "5805"}


def test_instances_of_one_object_are_told_apart() -> None:
    described = describe_links(
        "</3303/0/5700>,</3303/1/5700>,</3303/2/5700>,</3303/3/5700>,</3304/0/5700>,</3305/0/5800>,</3328/0/5700>",
        titles={"/3303/1/5750": "Floor", "/3303/2/5750": "Air", "/3303/3/5750": "Air"},
    )

    assert component_titles(described) == {
        "3303/0": "0",
        "3303/1": "Floor",
        "3303/2": "Air 3303/2",
        "3303/3": "Air 3303/3",
        "3304/0": "",
        "3305/0": "3305/0",
        "3328/0": "3328/0",
    }


def test_branches_of_a_tree_are_told_apart() -> None:
    described = describe_links("</kitchen/t>;rt=temperature,</bath/t>;rt=temperature,</bath/h>;rt=humidity,</x/y>")

    assert component_titles(described) == {"kitchen": "kitchen", "bath": "bath", "x": ""}


@pytest.mark.parametrize(
    ("links", "components"),
    [
        ("</lamp/on>;rt=lamp;if=core.a,</lamp/level>;rt=dimmer;if=core.a", {"lamp": ComponentType.LIGHT}),
        ("</lamp>;rt=lamp;if=core.a,</lamp/level>;rt=dimmer;if=core.a", {"lamp": ComponentType.LIGHT}),
        ("</lamp>;rt=lamp;if=core.a,</dimmer>;rt=dimmer;if=core.a", {"": ComponentType.LIGHT}),
        (
            "</out/a>;rt=relay;if=core.a,</out/b>;rt=lamp;if=core.a,</out/t>;rt=temperature",
            {"out/a": ComponentType.OUTLET, "out/b": ComponentType.LIGHT, "out": ComponentType.OTHER},
        ),
        ("</3311/0/5850>,</3311/0/5851>", {"3311/0": ComponentType.LIGHT}),
        ("</3312/0/5850>,</3312/0/5805>", {"3312/0": ComponentType.OUTLET}),
    ],
)
def test_lamps_and_outlets_are_components(links: str, components: dict[str, ComponentType]) -> None:
    described = describe_links(links)

    assert {key: one.type for key, one in described.description.components.items()} == components


def test_a_level_is_a_fraction() -> None:
    described = describe_links("</3311/0/5851>")
    schema = described.description.properties["3311/0/5851"].schema

    assert (schema.type, schema.minimum, schema.maximum) == (ValueType.NUMBER, 0.0, 1.0)
    assert described.bindings["3311/0/5851"].unit.scale == 0.01


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("</3303/0/5700>", None),
        ("</3303/0/5700>;ct=0", 0),
        ("</3303/0/5700>;ct=0 50", 0),
        ("</3303/0/5700>;ct=50", 50),
        ("</3303/0/5700>;ct=0 60", 60),
        ("</3303/0/5700>;ct=0 110", 110),
        ("</3303/0/5700>;ct=0 110 112", 112),
        ("</3303/0/5700>;ct=40 110", 110),
        ("</3311/0/5850>;ct=0 112", 0),
        ("</3311/0/5850>;ct=60 110", 60),
        ("</3311/0/5850>;ct=110 112", 112),
        ("</3303/0/5700>;ct=11542", 11542),
        ("</3303/0/5700>;ct=11542 11543", 11543),
        ("</3303/0/5700>;ct=11542 11543 11544 0", 11544),
        ("</3303/0/5700>;ct=0 11542 11543", 0),
        ("</3303/0>;ct=11542", 11542),
        ("</3311/0/5850>;ct=11542", 11542),
        ("</3311/0/5850>;ct=11544 11543 11542 0", 0),
        ("</a>;ct=11542 50", 50),
    ],
)
def test_what_is_asked_for(link: str, expected: int | None) -> None:
    (binding,) = describe_links(link).bindings.values()

    assert binding.content_format == expected


def test_what_else_may_be_asked_for_comes_best_first() -> None:
    sensor = describe_links("</3303/0/5700>;ct=11542 0 40 112").bindings["3303/0/5700"]
    lamp = describe_links("</3311/0/5850>;ct=11542 112 0").bindings["3311/0/5850"]
    other = describe_links("</a>;ct=11542 112 0").bindings["a"]

    assert (sensor.content_format, sensor.alternatives) == (112, (0, 11542))
    assert (lamp.content_format, lamp.alternatives) == (0, (112, 11542))
    assert (other.content_format, other.alternatives) == (112, (0,))


def test_observable_is_what_says_so() -> None:
    described = describe_links("</a>;obs,</b>")

    assert {name: one.observable for name, one in described.bindings.items()} == {"a": True, "b": False}


def test_device_information() -> None:
    device: JsonObject = {"manufacturer": "Maker", "model": "Model\u202e", "serial": "4711", "firmware": "1.0"}
    thing = describe_links("</a>", device=device).description

    assert (thing.manufacturer, thing.model, thing.serial_number, thing.sw_version) == ("Maker", "Model", "4711", "1.0")
    assert thing.title == "Model"
    assert thing.id == THING_ID


@pytest.mark.parametrize(
    ("links", "learnt", "title"),
    [
        ("</a>;title=Nothing", {}, "CoAP 127.0.0.11"),
        ("</a>;title=Nothing,</sense>;title=Hall", {"packs": dict(pack(("t", "Cel", "number")))}, "Hall"),
        ("</sense>", {"packs": dict(pack(("t", "Cel", "number")))}, "CoAP 127.0.0.11"),
        ("</a>", {"address": "coap://[fe80::1%eth0]:5683"}, "CoAP fe80::1%eth0"),
    ],
)
def test_a_device_without_a_model_has_a_title(links: str, learnt: JsonObject, title: str) -> None:
    assert describe(THING_ID, {**meet(links), **learnt}).description.title == title


@pytest.mark.parametrize("address", ["", "127.0.0.11", "coap://", "coap://[fe80::1", "coap://]"])
def test_a_record_without_an_address_is_not_a_thing(address: str) -> None:
    with pytest.raises(Rejected) as caught:
        describe(THING_ID, {"address": address, "links": []})

    assert caught.value.reason is Reason.NOT_A_THING


def test_affordances_are_capped() -> None:
    links = ",".join(f"</p{i}>" for i in range(MAX_LINKS))
    entries: list[Json] = [[f"n{i}", "Cel", "number"] for i in range(300)]

    assert len(describe_links(links, packs={"/p0": entries}).description.affordances) == MAX_AFFORDANCES


@given(st.dictionaries(st.sampled_from(list(GOOD)), JSON))
@settings(deadline=None, max_examples=200)
def test_any_json_is_described_or_not_a_thing(damage: JsonObject) -> None:
    try:
        described = describe(THING_ID, {**GOOD, **damage})
    except Rejected as err:
        refusal = err.reason
    else:
        refusal = Reason.NOT_A_THING
        assert set(described.bindings) == set(described.description.affordances)
    assert refusal is Reason.NOT_A_THING


SEGMENTS = st.sampled_from(["3303", "3311", "3347", "3", "0", "1", "5700", "5850", "5701", "a", "b#c", "%25"])
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "/" + "/".join(segments))
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["rt", "if", "ct", "obs", "title"]),
    st.sampled_from(["temperature-f", "light", "button", "core.a", "core.s", "0", "110 112", "40", "{{ x }}", ""]),
)
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["t", "motion", "button", "", "#", "x/y"]),
        st.sampled_from(["Cel", "%", "", "count", "?"]),
        st.sampled_from(["number", "boolean", "string"]),
    ).map(list),
    max_size=4,
)
RECORDS = st.fixed_dictionaries(
    {
        "address": st.just(ADDRESS),
        "links": st.lists(st.tuples(PATHS, ATTRIBUTES).map(list), max_size=8),
        "packs": st.dictionaries(PATHS, ENTRIES, max_size=3),
        "units": st.dictionaries(PATHS, st.sampled_from(["Cel", "[degF]", "?", ""]), max_size=3),
        "titles": st.dictionaries(PATHS, st.sampled_from(["Kitchen", "", "\u202e"]), max_size=3),
    }
)


@given(RECORDS)
@settings(deadline=None, max_examples=300)
def test_any_device_is_described_whole(record: JsonObject) -> None:
    described = describe(THING_ID, record)
    thing = described.description

    assert set(described.bindings) == set(thing.affordances)
    for one in thing.affordances.values():
        assert one.component in thing.components
        assert not set(one.title) & set("{}<>")
    for names in described.resources.values():
        # One request serves them all.
        assert len({(b.path, b.content_format, b.observable) for b in map(described.bindings.get, names) if b}) == 1
