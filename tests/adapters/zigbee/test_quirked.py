"""What quirks say, read from the real registry and from what is broken."""

from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import zhaquirks
from zigpy.zcl.clusters.general import OnOff

from custom_components.local_things.adapters.zigbee.node import Declaration
from custom_components.local_things.adapters.zigbee.quirked import declarations_of, prevented_by, triggers_of
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
        ({"unit": "furlong"}, Quantity.UNKNOWN, 1.0),
        ({}, Quantity.UNKNOWN, 1.0),
        ({"enum": Speed}, Quantity.MODE, 1.0),
        ({"entity_type": "config", "device_class": "temperature"}, Quantity.UNKNOWN, 1.0),
        ({"entity_platform": "switch"}, Quantity.ON_OFF, 1.0),
        ({"entity_platform": "binary_sensor", "device_class": "smoke"}, Quantity.SMOKE, 1.0),
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
        Metadata(more={"attribute_converter": str}),
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
    assert not list(prevented_by(broken))


def test_what_a_quirk_prevents_is_known_where_it_says_which_cluster() -> None:
    rows = (
        SimpleNamespace(endpoint_id=1, cluster_id=6, function=None, unique_id_suffix=None),
        SimpleNamespace(endpoint_id=1, cluster_id=None, function=None, unique_id_suffix=None),
        SimpleNamespace(endpoint_id=1, cluster_id=8, function=len, unique_id_suffix=None),
    )
    assert list(prevented_by(device(disabled_default_entities=rows))) == [(1, 6), (1, None)]


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
            if name is None or getattr(metadata, "attribute_converter", None) is not None:
                continue
            total += 1
            cluster = SimpleNamespace(find_attribute=lambda _: SimpleNamespace(id=1))
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
