"""What quirks say, read from the real registry and from what is broken."""

from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import zhaquirks
from zigpy.zcl.clusters.general import OnOff

from custom_components.local_things.adapters.zigbee.node import Change, Declaration
from custom_components.local_things.adapters.zigbee.quirked import (
    changes_of,
    declarations_of,
    skips_configuration,
    triggers_of,
)
from custom_components.local_things.things.model import ValueType
from custom_components.local_things.things.quantities import Quantity


class Speed(Enum):
    slow_mode = 0
    fast = 1


class Twins(Enum):
    a_b = 0
    a__b = 1


@dataclass(kw_only=True)
class Metadata:
    """Entity metadata, as quirks of the second kind have it."""

    entity_platform: object = "sensor"
    entity_type: object = "standard"
    cluster_id: int = 6
    endpoint_id: int = 1
    cluster_type: int = 0
    attribute_name: str | None = "on_off"
    fallback_name: str = "A {name}"
    more: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> object:
        if name == "more":
            raise AttributeError(name)
        try:
            return self.more[name]
        except KeyError:
            raise AttributeError(name) from None


def device(*metadata: object, **definition: object) -> object:
    quirk = SimpleNamespace(entity_metadata=metadata, **definition)
    entry = SimpleNamespace(zha_device_factory=SimpleNamespace(quirk_definition=quirk))
    endpoint = SimpleNamespace(in_clusters={6: OnOff}, out_clusters={})
    return SimpleNamespace(_quirk_registry_entry=entry, endpoints={1: endpoint})


def declared(**more: Any) -> Declaration:
    known = {key: more.pop(key) for key in list(more) if key in Metadata.__dataclass_fields__}
    (one,) = declarations_of(device(Metadata(**known, more=more)))
    return one


@pytest.mark.parametrize(
    ("metadata", "quantity", "factor"),
    (
        ({"device_class": "temperature", "divisor": 10}, Quantity.TEMPERATURE, 0.1),
        ({"device_class": "humidity"}, Quantity.HUMIDITY, 0.01),
        ({"device_class": "energy", "unit": "kWh", "multiplier": 2}, Quantity.ENERGY, 2000.0),
        ({"unit": "min"}, Quantity.DURATION, 60.0),
        ({"unit": "furlong"}, Quantity.NUMBER, 1.0),
        ({}, Quantity.NUMBER, 1.0),
        ({"device_class": "moisture", "unit": "%"}, Quantity.SOIL_MOISTURE, 0.01),
        ({"device_class": "precipitation", "unit": "mm"}, Quantity.PRECIPITATION, 0.001),
        ({"device_class": "unheard_of"}, Quantity.NUMBER, 1.0),
        ({"enum": Speed}, Quantity.MODE, 1.0),
        ({"entity_type": "config", "device_class": "temperature"}, Quantity.UNKNOWN, 1.0),
        ({"entity_platform": "switch"}, Quantity.ON_OFF, 1.0),
        ({"entity_platform": "binary_sensor", "device_class": "smoke"}, Quantity.SMOKE, 1.0),
        ({"entity_platform": "binary_sensor", "device_class": "moisture"}, Quantity.MOISTURE, 1.0),
        ({"entity_platform": "binary_sensor"}, Quantity.ON_OFF, 1.0),
    ),
)
def test_a_declaration_means_what_its_class_or_its_unit_says(
    metadata: dict[str, Any], quantity: Quantity, factor: float
) -> None:
    one = declared(**metadata)
    assert one.quantity is quantity
    assert one.factor == pytest.approx(factor)
    assert one.title == "A name"


def test_the_words_of_an_enum_are_told_apart() -> None:
    one = declared(entity_platform="select", enum=Speed)
    assert (one.type, one.words, one.writable) == (ValueType.STRING, ((0, "slow mode"), (1, "fast")), True)
    assert declared(enum=Twins).words == ()


def test_a_switch_knows_what_on_and_off_are() -> None:
    assert (declared(entity_platform="switch").on, declared(entity_platform="switch").off) == (1, 0)
    one = declared(entity_platform="switch", on_value=0, off_value=7)
    assert (one.on, one.off) == (0, 7)
    assert declared(entity_platform="switch", force_inverted=True).on == 0


def test_a_number_has_its_range_unless_it_is_empty() -> None:
    one = declared(entity_platform="number", min=0, max=50, step=5, unit="%", multiplier=1)
    assert (one.minimum, one.maximum, one.step) == (0, 0.5, 0.05)
    assert declared(entity_platform="number", min=5, max=5).minimum is None
    reporting = SimpleNamespace(min_interval=1, max_interval=2, reportable_change=3)
    told = declared(reporting_config=reporting).reporting
    assert told is not None
    assert (told.minimum, told.maximum, told.change) == (1, 2, 3)


def test_a_button_writes_its_value() -> None:
    assert declared(entity_platform="button", attribute_value=9).pressed == 9


@pytest.mark.parametrize(
    "metadata",
    (
        object(),
        None,
        Metadata(entity_platform="calendar"),
        Metadata(attribute_name=None),
        Metadata(attribute_name="no_such_attribute"),
        Metadata(cluster_id=0x9999),
        Metadata(endpoint_id=7),
        Metadata(more={"device_class": "timestamp"}),
        Metadata(more={"reporting_config": object()}),
        Metadata(more={"divisor": "ten"}),
    ),
)
def test_what_is_not_understood_is_left_out_alone(metadata: object) -> None:
    assert len(list(declarations_of(device(metadata, Metadata())))) == 1


@pytest.mark.parametrize("broken", (object(), device(), SimpleNamespace(_quirk_registry_entry=5)))
def test_a_device_without_a_quirk_declares_nothing(broken: object) -> None:
    assert not list(declarations_of(broken))
    assert not list(triggers_of(broken))
    assert not list(changes_of(broken))
    assert not skips_configuration(broken)


def about(cluster: int | None, **more: object) -> object:
    return SimpleNamespace(endpoint_id=1, cluster_id=cluster, **{"function": None, "unique_id_suffix": None, **more})


def test_what_a_quirk_changes_is_known() -> None:
    prevented = (about(6), about(None), about(8, function=bool), about(0x0702, unique_id_suffix="1-1794"))
    changed = (
        about(0x0502, new_entity_category="config"),
        about(0x0405, new_device_class="moisture"),
        about(0x0B04, new_entity_registry_enabled_default=False),
    )
    known = changes_of(device(disabled_default_entities=prevented, changed_entity_metadata=changed))
    assert list(known) == [
        Change(endpoint=1, cluster=6),
        Change(endpoint=1),
        Change(endpoint=1, cluster=8, is_meant=bool),
        Change(endpoint=1, cluster=0x0702, attribute=0x0400),
        Change(endpoint=1, cluster=0x0502, is_setting=True),
        Change(endpoint=1, cluster=0x0405, quantity=Quantity.SOIL_MOISTURE),
    ]


def test_a_device_that_bears_no_configuration_is_known_by_either_kind_of_quirk() -> None:
    assert skips_configuration(SimpleNamespace(skip_configuration=True))
    assert skips_configuration(device(skip_configuration=True))
    assert not skips_configuration(device(skip_configuration=False))


def test_what_a_quirk_converts_is_a_text_unless_its_class_says_what_it_is() -> None:
    assert declared(attribute_converter=str).quantity is Quantity.TEXT
    assert declared(attribute_converter=str).type is ValueType.STRING
    measured = declared(attribute_converter=float, device_class="temperature")
    assert (measured.quantity, measured.type, measured.convert) == (Quantity.TEMPERATURE, ValueType.NUMBER, float)
    assert declared(entity_platform="binary_sensor", attribute_converter=bool).type is ValueType.BOOLEAN


def test_what_is_locked_is_off_to_home_assistant() -> None:
    assert declared(entity_platform="binary_sensor", device_class="lock").on == 0


def test_two_declarations_of_one_attribute_are_told_apart() -> None:
    assert declared(unique_id_suffix="moving").name == "moving"
    assert declared().name == "on_off"


def test_what_two_attributes_share_the_number_of_is_left_out() -> None:
    twice = SimpleNamespace(find_attribute=lambda _: SimpleNamespace(id=1), find_attributes=lambda _: [1, 2])
    quirked: Any = device(Metadata())
    quirked.endpoints[1].in_clusters[6] = twice
    assert not list(declarations_of(quirked))


def test_triggers_are_read_and_the_broken_ones_left_out() -> None:
    known = {
        ("short_press", "button_1"): {"command": "toggle", "cluster_id": 6, "endpoint_id": 1, "params": {"a": 0}},
        ("long_press", "button_1"): {"command": "press", "args": [1, "x"]},
        ("lonely",): {"command": "x"},
        ("double", "b"): {"cluster_id": 6},
        ("triple", "b"): None,
    }
    first, second = triggers_of(SimpleNamespace(device_automation_triggers=known))
    assert (first.cluster, first.endpoint, first.parameters, first.arguments) == (6, 1, {"a": 0}, None)
    assert (second.arguments, second.cluster) == ((1, "x"), None)
    assert list(triggers_of(device(device_automation_triggers=known))) == [first, second]


def test_the_real_registry_is_understood() -> None:
    zhaquirks.setup()
    from zha.quirks import DEVICE_REGISTRY  # noqa: PLC0415 - after its quirks were registered

    understood = total = 0
    for entry in DEVICE_REGISTRY:
        definition = getattr(entry.zha_device_factory, "quirk_definition", None)
        for metadata in getattr(definition, "entity_metadata", ()):
            name = getattr(metadata, "attribute_name", None)
            if name is None or getattr(metadata, "device_class", None) == "timestamp":
                continue
            total += 1
            cluster = SimpleNamespace(find_attribute=lambda _: SimpleNamespace(id=1), find_attributes=lambda _: [1])
            sides = {"in_clusters": {metadata.cluster_id: cluster}, "out_clusters": {metadata.cluster_id: cluster}}
            stand_in = SimpleNamespace(
                _quirk_registry_entry=SimpleNamespace(
                    zha_device_factory=SimpleNamespace(quirk_definition=SimpleNamespace(entity_metadata=(metadata,)))
                ),
                endpoints={metadata.endpoint_id: SimpleNamespace(**sides)},
            )
            understood += len(list(declarations_of(stand_in)))
    assert total > 900
    assert understood == total
