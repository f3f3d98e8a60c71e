"""Descriptions in the shapes of servers become Things, as expected affordance by affordance."""

from collections.abc import Mapping

import pytest

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import (
    Described,
    Operation,
    SecurityKind,
    SecurityScheme,
)
from custom_components.local_things.adapters.wot.description.record import new_record
from custom_components.local_things.discovery import plan
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import MAX_AFFORDANCES, ComponentType, DataSchema, ValueType
from custom_components.local_things.things.quantities import Quantity

from .samples import EVERY, GATEWAY, GATEWAY_URL, LIBRARY, NODE_WOT, OLD_W3C, PLUG, td, value

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
URL = "http://192.168.7.31/td"

NUMBER = DataSchema(type=ValueType.NUMBER)
BOOLEAN = DataSchema(type=ValueType.BOOLEAN)
SETTING = DataSchema(type=ValueType.NUMBER, minimum=0.0, maximum=1.0, step=0.01)


def described(document: JsonObject, url: str = URL, language: str = "en") -> Described:
    return describe(ID, new_record(url, document).dump(), language=language)


def one(**said: object) -> Described:
    return described(td({"it": value(**said)}))


def refusal(document: JsonObject, url: str = URL) -> Rejected:
    with pytest.raises(Rejected) as caught:
        described(document, url)
    return caught.value


def entities(thing: Described) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.platform.value, one.key, tuple(one.roles.values())) for one in plan(thing.description) if one.enabled}


def sample(name: str, language: str = "en") -> Described:
    url, document = EVERY[name]
    return described(document, url, language)


def reasons(thing: Described) -> Mapping[str, Reason]:
    return {name: why.reason for name, why in thing.refused.items()}


def test_what_node_wot_serves() -> None:
    thing = sample("node-wot")

    assert thing.description.title == "poe-sensor-07"
    assert {name: (one.quantity, one.schema, one.read_only) for name, one in thing.description.properties.items()} == {
        "temperature": (
            Quantity.TEMPERATURE,
            DataSchema(type=ValueType.NUMBER, minimum=-40.0, maximum=85.0),
            True,
        ),
        "brightness": (Quantity.LEVEL, SETTING, False),
        "label": (Quantity.TEXT, DataSchema(type=ValueType.STRING, max_length=32), False),
        "power/watts": (Quantity.POWER, NUMBER, True),
        "power/class": (Quantity.MODE, DataSchema(type=ValueType.STRING, enum=("0", "1", "2", "3", "4")), True),
    }
    assert thing.description.actions["blink"].needs_input
    assert not thing.description.actions["reboot"].needs_input
    assert thing.description.actions["reboot"].quantity is Quantity.RESTART
    assert thing.description.events["overheated"].types == ("occurred",)
    told = thing.bindings["overheated"].members
    assert {name: one.quantity for name, one in told.items()} == {"value": Quantity.TEMPERATURE}
    assert not thing.refused
    assert thing.security == ((),)


def test_the_many_forms_of_node_wot_come_home_and_become_few() -> None:
    thing = sample("node-wot")
    forms = thing.bindings["temperature"].forms

    assert len(NODE_WOT["properties"]["temperature"]["forms"]) == 14  # type: ignore[index, call-overload, arg-type]
    assert [(form.href, form.content_type, form.subprotocol) for form in forms] == [
        ("http://[fe80::5c1f%eth0]:8088/poe-sensor-07/properties/temperature", "application/json", ""),
        (
            "http://[fe80::5c1f%eth0]:8088/poe-sensor-07/properties/temperature/observable",
            "application/json",
            "longpoll",
        ),
        ("http://[fe80::5c1f%eth0]:8088/poe-sensor-07/properties/temperature", "application/cbor", ""),
        ("coap://[fe80::5c1f%eth0]:5688/poe-sensor-07/properties/temperature", "application/json", ""),
        ("coap://[fe80::5c1f%eth0]:5688/poe-sensor-07/properties/temperature", "application/cbor", ""),
    ]
    assert [form.scheme for form in thing.bindings["temperature"].forms_for(Operation.OBSERVE)] == [
        "http",
        "coap",
        "coap",
    ]
    assert [form.operations for form in thing.forms] == [{Operation.READ_ALL}]


def test_what_the_webthing_libraries_serve() -> None:
    thing = sample("library")

    assert entities(thing) == {
        ("light", "light", ("on", "brightness", "color")),
        ("sensor", "duration", ("lifetime",)),
    }
    assert all(binding.wrapped for binding in thing.bindings.values())
    assert thing.bindings["fade"].forms[0].target == "/actions/fade"
    assert thing.bindings["toggle"].forms[0].target == "/actions"
    assert thing.description.actions["fade"].needs_input
    assert thing.bindings["lifetime"].forms[0].operations == {Operation.READ}
    assert thing.description.properties["color"].title == "Color"
    assert reasons(thing) == {"overheated": Reason.NO_FORM}
    assert [(form.target, set(form.operations)) for form in thing.forms] == [("/properties", {Operation.READ_ALL})]


def test_what_a_webthings_gateway_serves() -> None:
    thing = sample("gateway")

    assert entities(thing) == {
        ("climate", "thermostat", ("target", "mode", "temperature")),
        ("sensor", "temperature", ("temperature",)),
        ("event", "press", ("pressed",)),
    }
    bearer = SecurityScheme(kind=SecurityKind.BEARER)
    assert thing.security == ((bearer,),)
    assert thing.bindings["mode"].forms[0].security == ((bearer,),)
    assert thing.description.properties["target"].schema == DataSchema(
        type=ValueType.NUMBER, minimum=5.0, maximum=30.0, step=0.5
    )
    assert reasons(thing) == {"alarm": Reason.NO_FORM}
    pressed = thing.bindings["pressed"].forms[0]
    assert (pressed.subprotocol, pressed.content_type) == ("sse", "application/json")
    assert [(set(form.operations), form.subprotocol) for form in thing.forms] == [
        ({Operation.READ_ALL}, ""),
        ({Operation.OBSERVE_ALL}, "sse"),
    ]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("de", ("Klima", "Kohlendioxid")),
        ("sl", ("Podnebje", "Carbon dioxide")),
        ("sl-SI", ("Podnebje", "Carbon dioxide")),
        ("en", ("Climate", "Carbon dioxide")),
        ("fr", ("Klima", "Carbon dioxide")),
    ],
)
def test_titles_come_in_the_users_language_where_there_are_some(language: str, titles: tuple[str, str]) -> None:
    thing = sample("old-w3c", language).description

    assert (thing.title, thing.properties["co2"].title) == titles


def test_a_description_of_1_0_over_coap() -> None:
    thing = sample("old-w3c")

    assert {name: one.quantity for name, one in thing.description.properties.items()} == {
        "co2": Quantity.CARBON_DIOXIDE,
        "window": Quantity.MODE,
        "acceleration/0": Quantity.ACCELERATION,
        "acceleration/1": Quantity.ACCELERATION,
        "acceleration/2": Quantity.ACCELERATION,
    }
    assert thing.description.properties["window"].schema.enum == ("closed", "tilted", "open")
    assert thing.bindings["co2"].forms[0].href == "coaps://192.168.7.44:5684/klima/co2"
    assert thing.bindings["co2"].forms[0].method == "GET"
    assert thing.bindings["window"].forms[0].content_type == "application/cbor"
    assert thing.description.actions["identify"].quantity is Quantity.IDENTIFY
    assert thing.description.events["button"].types == ("single", "double")
    assert thing.bindings["button"].kinds is not None
    assert thing.security == ((SecurityScheme(kind=SecurityKind.PSK),),)
    assert reasons(thing) == dict.fromkeys(("history", "nothing", "either"), Reason.UNSUPPORTED_FORMAT)


def test_a_plug_with_objects_for_its_channels() -> None:
    thing = sample("plug")
    outlet = thing.description.properties["switch:0/output"]

    assert thing.description.components["switch:0"].type is ComponentType.OUTLET
    assert (outlet.component, outlet.read_only, outlet.title) == ("switch:0", False, "Relay")
    assert thing.bindings["switch:0/output"].shared
    assert not thing.bindings["switch:0/voltage"].shared
    assert thing.bindings["switch:0/voltage"].forms[0].operations == {Operation.READ}
    assert thing.description.properties["switch:0/temperature/tF"].quantity is Quantity.TEMPERATURE
    assert thing.description.properties["total"].quantity is Quantity.ENERGY
    assert thing.bindings["total"].forms[0].target == "/rpc/total"
    assert thing.bindings["Reboot"].forms[0].method == "GET"
    assert reasons(thing) == {"cycle": Reason.NO_FORM}
    device = thing.description
    assert (device.manufacturer, device.model, device.serial_number, device.sw_version) == (
        "Maker",
        "plug-s",
        "SN-00412",
        "1.14.0",
    )


@pytest.mark.parametrize("name", EVERY)
def test_every_affordance_of_a_sample_is_bound_and_most_are_entities(name: str) -> None:
    thing = sample(name)
    planned = {affordance for one in plan(thing.description) for affordance in one.roles.values()}

    assert thing.description.affordances.keys() == thing.bindings.keys()
    without = {one.name for one in thing.description.actions.values() if one.needs_input}
    assert thing.description.affordances.keys() - planned <= without
    assert all(binding.forms for binding in thing.bindings.values())


# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("document", [{}, {"properties": {}}, {"title": "x"}, {"properties": []}])
def test_what_offers_nothing_is_no_thing(document: JsonObject) -> None:
    assert refusal(document).reason is Reason.NOT_A_THING


def test_what_lets_us_in_by_ways_that_nobody_speaks_is_refused() -> None:
    unknown = td(securityDefinitions={"o": {"scheme": "oauth2"}}, security="o")

    assert refusal(unknown).reason is Reason.NOT_SUPPORTED


def test_a_form_that_asks_for_nothing_is_used_though_the_rest_is_closed() -> None:
    forms = [{"href": "a"}, {"href": "b", "security": ["n"]}]
    thing = described(
        td(
            {"it": {"type": "number", "forms": forms}},
            securityDefinitions={"o": {"scheme": "oauth2"}, "n": {"scheme": "nosec"}},
            security="o",
        )
    )

    assert [form.target for form in thing.bindings["it"].forms] == ["/b"]
    assert thing.security == ()


def test_what_is_to_be_had_elsewhere_only_refuses_the_whole() -> None:
    elsewhere = {"forms": [{"href": "https://cloud.example.com/x"}, {"href": "ftp://192.168.7.31/x"}]}
    refused = refusal(td({"here": value(type="number"), "there": {"type": "number", **elsewhere}}))

    assert refused.reason is Reason.OFF_HOST
    assert refused.words["address"] == "cloud.example.com"


def test_a_form_elsewhere_beside_one_here_is_passed_over() -> None:
    forms = [{"href": "https://cloud.example.com/x"}, {"href": "/here"}]
    thing = described(td({"it": {"type": "number", "forms": forms}}))

    assert [form.href for form in thing.bindings["it"].forms] == ["http://192.168.7.31:80/here"]


def test_whatever_is_no_affordance_is_named() -> None:
    thing = described(
        td({"it": value(type="number"), "bad": 7, "formless": {"type": "number"}, "odd": value(type="x")})
    )

    assert set(thing.description.properties) == {"it"}
    assert reasons(thing) == {
        "bad": Reason.UNSUPPORTED_FORMAT,
        "formless": Reason.NO_FORM,
        "odd": Reason.UNSUPPORTED_FORMAT,
    }


def test_where_nothing_is_left_the_first_reason_is_told() -> None:
    assert refusal(td({"it": {"type": "number", "forms": "x"}})).reason is Reason.NO_FORM
    assert refusal(td({"it": value(type="null")})).reason is Reason.UNSUPPORTED_FORMAT


def test_a_description_has_so_many_affordances_and_no_more() -> None:
    many = {f"p{number}": value(type="number") for number in range(MAX_AFFORDANCES - 10)}
    objects = {"wide": value(type="object", properties={f"m{number}": {"type": "number"} for number in range(40)})}
    thing = describe(ID, {"url": URL, "td": td({**many, **objects}), "certificate": ""})

    assert len(thing.description.affordances) == MAX_AFFORDANCES
    assert reasons(thing)["wide/m32"] is Reason.UNSUPPORTED_FORMAT
    assert reasons(thing)["wide/m31"] is Reason.TOO_LARGE


# ------------------------------------------------------------------------------------------------------ names, texts


def test_names_are_unique_over_properties_actions_and_events() -> None:
    said = {"forms": [{"href": "x"}]}
    thing = described(
        td({"a": value(type="number")}, actions={"a": said, "\u200b": said, "\u200c": said}, events={"a": said})
    )

    assert list(thing.description.affordances) == ["a", "action/a", "action", "action/", "event/a"]
    assert thing.bindings["action/a"].key == "a"


def test_two_members_of_one_cleaned_name_stay_apart() -> None:
    members = {"x": {"type": "number"}, "x\u200b": {"type": "number"}, "x\u200c": {"type": "number"}}
    thing = described(td({"it": value(type="object", properties=members)}))

    assert list(thing.description.properties) == ["it/x", "property/it/x", "property/it/x/2"]


def test_objects_in_objects_are_read_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> JsonObject:
        return {"type": "object", "properties": {"x": nested(depth - 1)}} if depth else {"type": "number"}

    assert set(one(**nested(4)).description.properties) == {"it/x/x/x/x"}
    deeper = described(td({"it": value(**nested(5)), "y": value(type="number"), "z": value(properties={"m": 1})}))
    assert reasons(deeper) == dict.fromkeys(("it/x/x/x/x", "z/m"), Reason.UNSUPPORTED_FORMAT)
    assert deeper.refused["it/x/x/x/x"].words["detail"] == "too deep"


def test_reasons_are_as_many_as_affordances_and_no_more() -> None:
    many = {f"p{number}": value(type="null") for number in range(MAX_AFFORDANCES + 9)}
    thing = describe(ID, {"url": URL, "td": td({**many, "it": value(type="number")}), "certificate": ""})

    assert len(thing.refused) == MAX_AFFORDANCES


def test_texts_are_data() -> None:
    hostile = "{{ states('lock.door') }}<img>\u202e"
    thing = described(td({hostile: value(type="number", title=hostile)}, title=hostile)).description

    assert thing.title == "states('lock.door') img"
    assert [one.title for one in thing.properties.values()] == ["states('lock.door') img"]


def test_a_thing_without_a_title_has_its_hosts() -> None:
    assert one(type="number").description.title == "WoT 192.168.7.31"


def test_what_means_the_same_is_told_apart_by_name() -> None:
    reading = value(type="number", unit="Cel", readOnly=True)
    thing = described(td({"inside": reading, "outside": reading})).description

    assert [one.title for one in thing.properties.values()] == ["inside", "outside"]


# ------------------------------------------------------------------------------------------------------ components


def test_a_lamp_is_what_is_switched_and_dimmed() -> None:
    lamp = {"state": value(type="boolean", **{"@type": "OnOffProperty"}), "brightness": value(type="integer", unit="%")}

    assert described(td(lamp)).description.components["thing"].type is ComponentType.LIGHT


def test_a_fan_beside_a_lamp_is_a_component_of_its_own() -> None:
    thing = described(td({"lamp": value(type="boolean"), "fan": value(type="boolean")})).description

    assert {key: one.type for key, one in thing.components.items()} == {
        "thing": ComponentType.LIGHT,
        "fan": ComponentType.FAN,
    }
    assert thing.properties["fan"].component == "fan"


def test_the_type_of_the_thing_is_that_of_its_only_part() -> None:
    relay = value(type="object", properties={"on": {"type": "boolean"}}, title="Relay")
    thing = described(td({"relay": relay}, **{"@type": ["x:Thing", "saref:SmartPlug"]})).description

    assert {key: (one.type, one.title) for key, one in thing.components.items()} == {
        "relay": (ComponentType.OUTLET, "")
    }


def test_parts_are_titled() -> None:
    part = value(type="object", properties={"on": {"type": "boolean"}})
    thing = described(td({"a": {**part, "title": "Left"}, "b": part})).description

    assert [one.title for one in thing.components.values()] == ["Left", "b"]


# ------------------------------------------------------------------------------------------------------ actions


@pytest.mark.parametrize(
    ("schema", "needed"),
    [
        (None, False),
        ({}, False),
        ({"type": "null"}, False),
        ({"type": "object", "properties": {"a": {"type": "number"}}}, False),
        ({"properties": {"a": {"type": "number"}}, "required": ["a"]}, True),
        ({"type": "object"}, False),
        ({"type": "integer"}, True),
        ("x", False),
    ],
)
def test_an_action_needs_its_input_where_it_does_nothing_without(schema: object, needed: bool) -> None:
    forms = {"forms": [{"href": "x"}]}
    thing = described(td(actions={"restart": {"input": schema, **forms}, "stop": forms})).description

    assert thing.actions["restart"].needs_input is needed
    assert thing.actions["restart"].quantity is (Quantity.UNKNOWN if needed else Quantity.RESTART)
    assert thing.actions["stop"].quantity is Quantity.STOP


def test_an_event_tells_its_members_and_one_that_cannot_be_read_is_named() -> None:
    data = {"properties": {"t": {"type": "number", "unit": "Cel"}, "who": {"type": "string"}, "odd": {"type": "null"}}}
    thing = described(td(events={"e": {"data": data, "forms": [{"href": "x"}]}}))

    assert {name: one.quantity for name, one in thing.bindings["e"].members.items()} == {
        "t": Quantity.TEMPERATURE,
        "who": Quantity.TEXT,
    }
    assert reasons(thing) == {"e/odd": Reason.UNSUPPORTED_FORMAT}
    assert thing.description.events["e"].types == ("occurred",)


def test_what_is_only_written_is_not_read() -> None:
    thing = one(type="boolean", writeOnly=True)

    assert [form.operations for form in thing.bindings["it"].forms] == [{Operation.WRITE}]
    assert not thing.description.properties["it"].read_only


def test_what_is_neither_read_nor_written_is_refused() -> None:
    members = {"a": {"type": "number"}, "b": {"type": "number", "readOnly": True, "writeOnly": True}}
    thing = described(td({"it": value(type="object", properties=members)}))

    assert reasons(thing) == {"it/b": Reason.NO_FORM}


def test_samples_are_what_the_tests_say() -> None:
    assert all("properties" in one for one in (NODE_WOT, LIBRARY, GATEWAY, OLD_W3C, PLUG))
    assert GATEWAY_URL.startswith("https:")
