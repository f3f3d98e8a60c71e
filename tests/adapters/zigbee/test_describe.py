"""From what is known of a device to a Thing Description, without any radio."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.zigbee import tables as t
from custom_components.local_things.adapters.zigbee.describe import describe
from custom_components.local_things.adapters.zigbee.node import (
    Change,
    ClusterRecord,
    Declaration,
    EndpointRecord,
    NodeRecord,
    Trigger,
)
from custom_components.local_things.adapters.zigbee.presses import Spoken, meant_by
from custom_components.local_things.adapters.zigbee.rows import Raw, Reporting
from custom_components.local_things.things.model import ComponentType, PropertyAffordance, ValueType
from custom_components.local_things.things.quantities import Quantity

type Clusters = Mapping[int, Mapping[int, Raw]]


def endpoint(
    servers: Clusters | None = None, clients: Clusters | None = None, device_type: int = 0, number: int = 1
) -> EndpointRecord:
    return EndpointRecord(
        id=number,
        profile=t.HOME_AUTOMATION,
        device_type=device_type,
        servers={one: ClusterRecord(id=one, attributes=known) for one, known in (servers or {}).items()},
        clients={one: ClusterRecord(id=one, attributes=known) for one, known in (clients or {}).items()},
    )


def node(*endpoints: EndpointRecord, **more: object) -> NodeRecord:
    return NodeRecord(
        **{  # type: ignore[arg-type] # the tests give what belongs there
            "ieee": "00:12:4b:00:00:00:00:01",
            "manufacturer": "Maker",
            "model": "Model",
            "is_mains": True,
            "endpoints": endpoints,
            **more,
        }
    )


def offered(*endpoints: EndpointRecord, **more: object) -> dict[str, tuple[Quantity, str]]:
    """Return quantity and component of every affordance."""
    affordances = describe(node(*endpoints, **more)).description.affordances
    return {name: (one.quantity, one.component) for name, one in affordances.items()}


def quantities(*endpoints: EndpointRecord, **more: object) -> list[str]:
    return sorted(quantity for quantity, _ in offered(*endpoints, **more).values())


def component(*endpoints: EndpointRecord, **more: object) -> dict[str, ComponentType]:
    return {key: one.type for key, one in describe(node(*endpoints, **more)).description.components.items()}


@pytest.mark.parametrize(
    ("device_type", "kind"),
    ((0x0100, "light"), (0x010B, "light"), (0x0051, "outlet"), (0x0002, "other"), (0x0009, "outlet")),
)
def test_what_is_switched_is_what_its_device_type_says(device_type: int, kind: str) -> None:
    one = endpoint({t.ON_OFF: {}, t.LEVEL: {}}, device_type=device_type)
    assert component(one) == {"1": kind}
    assert ("level" in quantities(one)) == (kind == "light")


def test_a_shade_and_a_damper_open_by_their_level() -> None:
    shade = endpoint({t.ON_OFF: {}, t.LEVEL: {}}, device_type=0x0200)
    assert quantities(shade) == ["opening", "position"]
    assert component(shade) == {"1/cover": ComponentType.COVER}
    damper = endpoint({t.ON_OFF: {}, t.LEVEL: {}}, device_type=0x0003)
    assert quantities(damper, manufacturer="Keen Home Inc") == ["opening", "position"]


@pytest.mark.parametrize(
    ("known", "expected"),
    (
        ({0x400A: 0b00001}, ["hue", "saturation"]),
        ({0x400A: 0b11001}, ["color_temperature", "hue", "saturation"]),
        ({0x400A: 0b10000}, ["color_temperature"]),
        ({0x400A: 0b01000}, ["color"]),
        ({}, ["color"]),
        ({7: 370}, ["color", "color_temperature"]),
    ),
)
def test_a_light_shows_the_colours_that_it_can(known: Mapping[int, Raw], expected: list[str]) -> None:
    lamp = endpoint({t.ON_OFF: {}, t.COLOR: known}, device_type=0x0102)
    assert [one for one in quantities(lamp) if one != "on_off"] == expected


def test_the_range_of_a_setting_is_the_devices_own() -> None:
    lamp = endpoint({t.ON_OFF: {}, t.COLOR: {0x400A: 0b10000, 0x400B: 153, 0x400C: 454}}, device_type=0x010C)
    schema = describe(node(lamp)).description.properties["1/0300/0007"].schema
    assert [schema.minimum, schema.maximum] == pytest.approx([2202.643, 6535.948])
    turned = endpoint({t.ON_OFF: {}, t.COLOR: {0x400A: 0b10000, 0x400B: 454, 0x400C: 153}}, device_type=0x010C)
    schema = describe(node(turned)).description.properties["1/0300/0007"].schema
    assert (schema.minimum, schema.maximum) == (2000, 6535)


@pytest.mark.parametrize(
    ("known", "expected"),
    (
        ({}, ["energy", "power"]),
        ({0x0300: 0}, ["energy", "power"]),
        ({0x0300: 0x80}, ["energy", "power"]),
        ({0x0300: 0, 1: 5}, ["energy", "energy", "power"]),
        ({0x0300: 1}, ["volume", "volume_flow_rate"]),
        ({0x0300: 9}, ["pressure", "pressure"]),
        ({0x0300: 0xFF}, []),
        ({0x0300: 0x0B}, ["number", "number"]),
        ({0x0300: 6}, ["energy", "power"]),
    ),
)
def test_a_meter_counts_in_its_unit(known: Mapping[int, Raw], expected: list[str]) -> None:
    assert quantities(endpoint({t.METERING: known})) == expected


def test_phases_are_shown_where_they_are_measured() -> None:
    one = endpoint({t.ELECTRICAL_MEASUREMENT: {0x0505: 2300, 0x0905: 2310, 0x0A05: 2320, 0x0304: 9}})
    properties = describe(node(one)).description.properties
    assert [row.title for row in properties.values() if row.quantity is Quantity.VOLTAGE] == ["", "Phase B", "Phase C"]
    assert [row.title for row in properties.values() if row.quantity is Quantity.POWER] == ["", "Total"]


def test_what_a_device_said_it_does_not_have_is_left_out() -> None:
    record = ClusterRecord(id=0x0B04, unsupported=frozenset({0x0300, 0x0510, 0x050F}))
    one = EndpointRecord(id=1, profile=t.HOME_AUTOMATION, device_type=0, servers={0x0B04: record})
    assert quantities(one) == ["current", "power", "voltage"]


@pytest.mark.parametrize(
    ("known", "expected"),
    (
        ({}, []),
        ({t.DESCRIPTION: "Pump"}, []),
        ({t.DESCRIPTION: "Pump", t.ENGINEERING_UNITS: 62}, ["temperature"]),
        ({t.DESCRIPTION: "Pump", t.ENGINEERING_UNITS: 9999}, ["number"]),
        ({t.DESCRIPTION: "Pump", t.APPLICATION_TYPE: 0x00090000}, ["power"]),
    ),
)
def test_an_analog_input_is_what_its_unit_says(known: Mapping[int, Raw], expected: list[str]) -> None:
    assert quantities(endpoint({t.ANALOG_INPUT: known})) == expected


def test_analog_and_binary_outputs_are_set() -> None:
    named: dict[int, Raw] = {t.DESCRIPTION: "Valve"}
    one = endpoint(
        {
            t.ANALOG_OUTPUT: {0x45: 0, 0x41: 10, **named},
            0x0010: named,
            0x000F: {},
            t.MULTISTATE_INPUT: {0x55: 1},
        }
    )
    assert quantities(endpoint({0x0010: {}})) == []
    properties = describe(node(one)).description.properties
    assert {name: row.read_only for name, row in properties.items()} == {
        "1/000d/0055": False,
        "1/0010/0055": False,
        "1/000f/0055": True,
        "1/0012/0055": True,
    }
    assert (properties["1/000d/0055"].schema.minimum, properties["1/000d/0055"].schema.maximum) == (0, 10)


@pytest.mark.parametrize(
    ("kind", "quantity"),
    (
        (0x000D, "motion"),
        (0x0015, "opening"),
        (0x0028, "smoke"),
        (0x002A, "moisture"),
        (0xFFFF, "on_off"),
        (None, "on_off"),
    ),
)
def test_a_zone_is_what_its_type_says(kind: int | None, quantity: str) -> None:
    known = {} if kind is None else {t.ZONE_TYPE: kind}
    assert quantities(endpoint({t.IAS_ZONE: known})) == sorted([quantity, "tamper"])


@pytest.mark.parametrize(
    ("sequence", "modes", "points"),
    (
        (None, ("off", "heat"), 1),
        (2, ("off", "heat"), 1),
        (0, ("off", "cool"), 1),
        (4, ("off", "heat_cool", "cool", "heat"), 2),
    ),
)
def test_a_thermostat_has_the_modes_of_its_control_sequence(
    sequence: int | None, modes: tuple[str, ...], points: int
) -> None:
    known = {} if sequence is None else {t.CONTROL_SEQUENCE: sequence}
    one = endpoint({t.THERMOSTAT: known, t.FAN: {}})
    description = describe(node(one)).description
    assert description.properties["1/0201/001c"].schema.enum == modes
    assert quantities(one).count("temperature_set_point") == points
    assert ComponentType.FAN not in component(one).values()


@pytest.mark.parametrize(("kind", "expected"), ((None, ["position"]), (6, ["tilt"]), (8, ["position", "tilt"])))
def test_a_cover_lifts_and_tilts_as_its_type_says(kind: int | None, expected: list[str]) -> None:
    known = {} if kind is None else {t.COVERING_TYPE: kind}
    assert quantities(endpoint({t.WINDOW_COVERING: known})) == sorted([*expected, "open", "close", "stop"])


def test_an_endpoint_that_is_several_things_has_a_component_for_each() -> None:
    one = endpoint({t.ON_OFF: {}, t.DOOR_LOCK: {}, t.IAS_WARNING_DEVICE: {}, t.FAN: {}})
    assert component(one) == {
        "1": ComponentType.OTHER,
        "1/lock": ComponentType.LOCK,
        "1/siren": ComponentType.SIREN,
        "1/fan": ComponentType.FAN,
    }


def test_a_client_of_no_remote_is_a_contact_or_sees_motion() -> None:
    sensor = endpoint(clients={t.ON_OFF: {}}, device_type=0x0850)
    assert offered(sensor) == {"1/out/0006/0000": (Quantity.OPENING, "1")}
    assert quantities(sensor, model="SML001") == ["motion"]


def test_a_remote_presses_what_its_clients_say() -> None:
    remote = endpoint(clients={t.ON_OFF: {}, t.LEVEL: {}, t.SCENES: {}, t.COLOR: {}, 0x0019: {}}, device_type=0x0820)
    described = describe(node(remote))
    assert len(described.description.events) == 4
    assert not described.description.properties
    spoken = Spoken(endpoint=1, cluster=t.ON_OFF, command="toggle")
    meant = {name: meant_by(one, spoken) for name, one in described.events.items()}
    assert [kind for kind in meant.values() if kind] == ["toggle"]
    assert meant_by(described.events["1/out/0006"], Spoken(endpoint=2, cluster=t.ON_OFF, command="toggle")) is None
    assert meant_by(described.events["1/out/0006"], Spoken(endpoint=1, cluster=t.ON_OFF, command="dance")) is None


TRIGGERS = (
    Trigger(button="button_1", press="remote_button_short_press", command="toggle", endpoint=1, cluster=6),
    Trigger(button="button_1", press="remote_button_long_press", command="move", parameters={"move_mode": 0}),
    Trigger(button="Button 2", press="remote_button_short_press", command="press", arguments=(257,)),
    Trigger(button="remote_button_double_press", press="remote_button_double_press", command="double"),
)


def test_a_quirk_says_which_button_was_pressed() -> None:
    remote = endpoint(clients={t.ON_OFF: {}}, device_type=0x0820)
    described = describe(node(remote, triggers=TRIGGERS))
    assert {name: one.types for name, one in described.description.events.items()} == {
        "press/button_1": ("short_press", "long_press"),
        "press/button_2": ("short_press",),
        "press/button": ("double_press",),
    }
    first, second = described.events["press/button_1"], described.events["press/button_2"]
    assert meant_by(first, Spoken(endpoint=1, cluster=6, command="toggle")) == "short_press"
    assert meant_by(first, Spoken(endpoint=2, cluster=6, command="toggle")) is None
    assert meant_by(first, Spoken(endpoint=1, cluster=8, command="move", parameters={"move_mode": 0})) == "long_press"
    assert meant_by(first, Spoken(endpoint=1, cluster=8, command="move", parameters={"move_mode": 1})) is None
    assert meant_by(second, Spoken(endpoint=1, cluster=5, command="press", arguments=(257, 13))) == "short_press"
    assert meant_by(second, Spoken(endpoint=1, cluster=5, command="press", arguments=(258,))) is None


def declaration(**more: object) -> Declaration:
    return Declaration(
        **{  # type: ignore[arg-type] # the tests give what belongs there
            "endpoint": 1,
            "cluster": 0xFC11,
            "attribute": 5,
            "name": "thing",
            "title": "Some thing",
            "quantity": Quantity.UNKNOWN,
            "type": ValueType.NUMBER,
            **more,
        }
    )


def test_what_a_quirk_declares_is_offered() -> None:
    one = endpoint({0xFC11: {5: 3}})
    described = describe(
        node(
            one,
            declarations=(
                declaration(writable=True, minimum=0, maximum=5, step=0.5, reporting=Reporting(minimum=1, maximum=2)),
                declaration(name="mode", type=ValueType.STRING, words=((0, "slow"), (3, "fast")), writable=True),
                declaration(name="flag", type=ValueType.BOOLEAN, on=0, off=1, writable=True),
                declaration(name="text", type=ValueType.STRING),
                declaration(name="reset", pressed=1),
                declaration(name="elsewhere", endpoint=9),
            ),
        )
    )
    assert set(described.properties) == {"1/fc11/thing", "1/fc11/mode", "1/fc11/flag", "1/fc11/text"}
    assert described.actions["1/fc11/reset/press"].value == 1
    assert described.properties["1/fc11/flag"].off == 1
    thing = described.description.properties["1/fc11/thing"]
    assert (thing.title, thing.schema.minimum, thing.schema.step) == ("Some thing", 0, 0.5)
    assert described.description.properties["1/fc11/mode"].schema.enum == ("slow", "fast")


def test_what_a_quirk_does_not_want_is_not_offered() -> None:
    one = endpoint({t.ON_OFF: {}, 0x0402: {}})
    for change, left in (
        (Change(endpoint=1, cluster=t.ON_OFF), ["temperature"]),
        (Change(endpoint=1), []),
        (Change(cluster=0x0402), ["on_off"]),
        (Change(endpoint=2), ["on_off", "temperature"]),
    ):
        assert quantities(one, changes=(change,)) == left


def test_a_meter_without_a_unit_counts_something() -> None:
    denied = ClusterRecord(id=t.METERING, unsupported=frozenset({t.METER_UNIT}))
    one = EndpointRecord(id=1, profile=t.HOME_AUTOMATION, device_type=0, servers={t.METERING: denied})
    assert quantities(one) == ["number", "number"]
    assert quantities(endpoint({t.METERING: {t.METER_UNIT: 0x0B}})) == ["number", "number"]
    assert quantities(endpoint({t.METERING: {t.METER_UNIT: "kWh"}})) == ["number", "number"]
    assert quantities(endpoint({t.METERING: {t.METER_UNIT: 0xFF}})) == []
    assert quantities(endpoint({t.METERING: {}})) == quantities(endpoint({t.METERING: {t.METER_UNIT: 0}}))


def test_of_a_meter_a_quirk_may_not_want_one_attribute() -> None:
    meter = endpoint({t.METERING: {0x0300: 0}})
    assert quantities(meter, changes=(Change(cluster=t.METERING, attribute=t.DEMAND),)) == ["energy"]


def test_a_function_of_a_quirk_is_asked_about_an_entity_like_those_of_zha() -> None:
    zone = endpoint({t.IAS_ZONE: {t.ZONE_TYPE: 0x15}})
    contact = endpoint({}, {t.ON_OFF: {}}, device_type=0x0402)
    lamp = endpoint({t.ON_OFF: {}}, device_type=0x0100)

    def fits(test: Callable[[Any], object]) -> tuple[Change, ...]:
        return (Change(is_meant=test),)

    assert quantities(zone, changes=fits(lambda one: one.translation_key == "ias_zone")) == []
    assert quantities(zone, changes=fits(lambda one: type(one).__name__ == "IASZone")) == []
    assert quantities(contact, changes=fits(lambda one: one.device_class == "opening")) == []
    assert quantities(lamp, changes=fits(lambda one: one.device_class == "opening")) == ["on_off"]
    assert quantities(lamp, changes=fits(lambda one: one.no_such_thing)) == ["on_off"]
    assert quantities(endpoint({t.IDENTIFY: {}}), changes=fits(lambda one: one.device_class is None)) == []


def test_what_a_quirk_makes_a_setting_is_out_of_the_way() -> None:
    alarm = endpoint({t.IAS_WARNING_DEVICE: {}, 0x0405: {}})
    found = offered(alarm, changes=(Change(cluster=t.IAS_WARNING_DEVICE, is_setting=True),))
    assert found["1/0502/ffff"] == (Quantity.UNKNOWN, "1/setting")
    assert ComponentType.SIREN not in component(alarm, changes=(Change(endpoint=1, is_setting=True),)).values()


def test_a_quirk_may_say_that_a_measurement_is_of_something_else() -> None:
    change = Change(cluster=0x0405, quantity=Quantity.SOIL_MOISTURE)
    assert quantities(endpoint({0x0405: {}}), changes=(change,)) == ["soil_moisture"]
    assert quantities(endpoint({t.IDENTIFY: {}}), changes=(replace(change, cluster=t.IDENTIFY),)) == ["identify"]


def test_a_cluster_that_a_quirk_calls_otherwise_is_not_what_the_tables_say() -> None:
    record = ClusterRecord(id=t.ON_OFF, is_renamed=True)
    button = EndpointRecord(
        id=1, profile=t.HOME_AUTOMATION, device_type=0x0006, servers={6: record}, clients={6: record}
    )
    assert quantities(button) == ["press"]
    assert quantities(replace(button, device_type=0x0402)) == []


def test_what_is_certain_is_there_whatever_was_answered() -> None:
    def asked(cluster: int, attribute: int, device_type: int = 0, **more: bool) -> list[str]:
        unknown = frozenset({attribute})
        record = ClusterRecord(
            id=cluster,
            unsupported=frozenset() if more.get("is_undefined") else unknown,
            undefined=unknown if more.get("is_undefined") else frozenset(),
        )
        one = EndpointRecord(id=1, profile=t.HOME_AUTOMATION, device_type=device_type, servers={cluster: record})
        return quantities(one)

    assert asked(t.ON_OFF, 0, 0x0100) == ["on_off"]
    assert asked(t.ON_OFF, 0) == []
    assert asked(t.ON_OFF, 0, 0x0100, is_undefined=True) == []
    assert asked(0x0406, 0) == ["presence"]
    assert asked(0x0402, 0) == []
    assert "temperature_set_point" in asked(t.THERMOSTAT, 0x12)


def test_a_thermostat_without_a_running_state_tells_it_by_its_demand() -> None:
    def running(known: Mapping[int, Raw]) -> int:
        (found,) = (
            one.row.attribute
            for one in describe(node(endpoint({t.THERMOSTAT: known}))).properties.values()
            if one.row.title == "Running"
        )
        return found

    assert running({0x08: 10}) == 0x08
    assert running({0x08: 10, 0x29: 0}) == 0x29
    assert running({}) == 0x29


def test_some_makers_and_models_have_something_of_their_own() -> None:
    shaken = endpoint({0xFC02: {}})
    assert quantities(shaken, manufacturer="Samjin") == ["moving"]
    assert quantities(shaken) == []
    valve = endpoint({t.THERMOSTAT: {}})
    assert set(quantities(valve, model="eTRV0103")) - set(quantities(valve)) == {"on_off"}
    assert quantities(endpoint({0xFC45: {}})) == ["humidity"]
    assert quantities(endpoint({0x042E: {}})) == ["volatile_organic_compounds_mass"]
    assert quantities(endpoint({0x042E: {}}), model="lumi.airmonitor.acn01") == ["volatile_organic_compounds"]
    assert quantities(endpoint({t.IKEA_AIR_PURIFIER: {}})) == ["fan_speed", "mode"]


def test_only_some_meters_count_by_tariffs() -> None:
    meter = endpoint({t.METERING: {0x0300: 0}})
    assert len(quantities(meter, model="ZLinky_TIC")) == len(quantities(meter)) + 6


def test_what_is_set_is_a_number_without_a_unit() -> None:
    assert quantities(endpoint({t.ANALOG_OUTPUT: {t.DESCRIPTION: "Offset", t.ENGINEERING_UNITS: 62}})) == ["number"]
    assert quantities(endpoint({t.ANALOG_OUTPUT: {}})) == ["number"]
    assert quantities(endpoint({t.ANALOG_INPUT: {}})) == []
    assert quantities(endpoint({t.ANALOG_INPUT: {}}), manufacturer="Digi") == ["number"]


def test_a_battery_is_shown_once() -> None:
    both = [endpoint({t.POWER_CONFIGURATION: {}}, number=number) for number in (1, 2)]
    assert quantities(*both) == ["battery"]


def test_an_endpoint_of_another_profile_says_nothing() -> None:
    green = EndpointRecord(id=242, profile=0xA1E0, device_type=0x61, servers={6: ClusterRecord(id=6)})
    assert not offered(green)


CLUSTERS = st.dictionaries(
    st.sampled_from(sorted({row.cluster for row in t.ROWS})),
    st.dictionaries(
        st.sampled_from(sorted({row.attribute for row in t.ROWS} | {0x400A, 0x400B, 0x400C, 0x0300, 0x1B})),
        st.one_of(st.booleans(), st.integers(-(2**33), 2**33), st.floats(), st.text(max_size=20)),
        max_size=6,
    ),
    max_size=8,
)


@given(servers=CLUSTERS, clients=CLUSTERS, device_type=st.integers(0, 0x0900), title=st.text(max_size=20))
def test_whatever_a_device_says_it_is_described(
    servers: Clusters, clients: Clusters, device_type: int, title: str
) -> None:
    described = describe(node(endpoint(servers, clients, device_type), model=title))
    names = described.description.affordances
    assert names.keys() == described.properties.keys() | described.actions.keys() | described.events.keys()
    for name, one in described.description.properties.items():
        assert isinstance(one, PropertyAffordance)
        assert described.properties[name].row.quantity == one.quantity
