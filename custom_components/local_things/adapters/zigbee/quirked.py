"""What a quirk tells of a device beyond its clusters: entity metadata and triggers, read duck-typed.

This is no interface that anybody promised: `zhaquirks` keeps it for ZHA. Whatever is not as expected is left out.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
import logging
import math
from typing import Final

from ...things.model import ValueType
from ...things.quantities import UNITS, Quantity
from ...things.text import label
from .declared import CLASSES, UNIT_FACTORS, UNITS_ALONE
from .node import Declaration, Trigger
from .rows import Raw, Reporting

_LOGGER = logging.getLogger(__name__)

_CONFIG: Final = frozenset({"config", "diagnostic"})
_KINDS: Final[dict[str, tuple[ValueType, bool]]] = {
    "sensor": (ValueType.NUMBER, False),
    "number": (ValueType.NUMBER, True),
    "binary_sensor": (ValueType.BOOLEAN, False),
    "switch": (ValueType.BOOLEAN, True),
    "select": (ValueType.STRING, True),
    "button": (ValueType.BOOLEAN, True),
}
"""The platforms of Home Assistant that quirks name: the type of the value, and whether it is set."""


def declarations_of(device: object) -> Iterator[Declaration]:
    """Yield what the quirk of a device declares of its attributes."""
    for metadata in _sequence(_definition(device), "entity_metadata"):
        try:
            declaration = _declaration(device, metadata)
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            _LOGGER.debug("Metadata of a quirk was not understood: %s: %r", metadata, err)
            continue
        if declaration is not None:
            yield declaration


def prevented_by(device: object) -> Iterator[tuple[int | None, int | None]]:
    """Yield the endpoint and the cluster of what a quirk does not want to be shown by default."""
    for one in _sequence(_definition(device), "disabled_default_entities"):
        # With a function or a suffix it means one entity of ZHA's, which we cannot ask.
        if getattr(one, "function", None) is None and getattr(one, "unique_id_suffix", None) is None:
            yield _integer(one, "endpoint_id"), _integer(one, "cluster_id")


def triggers_of(device: object) -> Iterator[Trigger]:
    """Yield the presses that the quirk of a device knows."""
    known = getattr(device, "device_automation_triggers", None)
    if not isinstance(known, Mapping) or not known:
        known = getattr(_definition(device), "device_automation_triggers", None)
    if not isinstance(known, Mapping):
        return
    for key, means in known.items():
        if isinstance(key, tuple) and len(key) == 2 and isinstance(means, Mapping) and "command" in means:  # noqa: PLR2004 - press and button
            yield _trigger(str(key[0]), str(key[1]), means)


def _trigger(press: str, button: str, means: Mapping[object, object]) -> Trigger:
    parameters = means.get("params")
    arguments = means.get("args")
    endpoint, cluster = means.get("endpoint_id"), means.get("cluster_id")
    return Trigger(
        button=button,
        press=press,
        command=str(means["command"]),
        endpoint=int(endpoint) if isinstance(endpoint, int) else None,
        cluster=int(cluster) if isinstance(cluster, int) else None,
        parameters=_parameters(parameters) if isinstance(parameters, Mapping) else {},
        arguments=tuple(_plain(one) for one in arguments) if isinstance(arguments, list | tuple) else None,
    )


def _parameters(given: Mapping[object, object]) -> dict[str, Raw]:
    return {str(name): _plain(value) for name, value in given.items()}


def _plain(value: object) -> Raw:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if isinstance(value, float) else int(value)
    return value if isinstance(value, bool) else str(value)


def _definition(device: object) -> object:
    """Return what a quirk of the second kind says of a device; None where it has none."""
    entry = getattr(device, "_quirk_registry_entry", None)
    return getattr(getattr(entry, "zha_device_factory", None), "quirk_definition", None)


def _sequence(holder: object, name: str) -> tuple[object, ...]:
    found = getattr(holder, name, ())
    return tuple(found) if isinstance(found, list | tuple) else ()


def _declaration(device: object, metadata: object) -> Declaration | None:
    """Return one declaration. Raises AttributeError and the like for what is not as expected."""
    kind = _word(getattr(metadata, "entity_platform", None))
    name = getattr(metadata, "attribute_name", None)
    if kind not in _KINDS or not isinstance(name, str):
        return None
    if getattr(metadata, "attribute_converter", None) is not None:
        return None  # a function of the quirk's own: what it makes of the value is not told
    endpoint, cluster = _integer(metadata, "endpoint_id") or 1, _integer(metadata, "cluster_id") or 0
    is_client = _integer(metadata, "cluster_type") == 1
    attribute = _attribute(device, endpoint, cluster, name, is_client=is_client)
    if attribute is None:
        return None
    value_type, writable = _KINDS[kind]
    words = _words(getattr(metadata, "enum", None))
    if words:
        value_type = ValueType.STRING
    is_config = _word(getattr(metadata, "entity_type", None)) in _CONFIG
    quantity, factor = _quantity(metadata, kind, is_config=is_config)
    divide = getattr(metadata, "divisor", None) or 1
    scale = factor * (getattr(metadata, "multiplier", None) or 1) / divide
    states = _integer(metadata, "off_value", 0), _integer(metadata, "on_value", 1)
    if getattr(metadata, "force_inverted", False):
        states = states[::-1]
    minimum, maximum = _number(metadata, "min", factor), _number(metadata, "max", factor)
    if minimum is not None and maximum is not None and minimum >= maximum:
        minimum = maximum = None
    return Declaration(
        endpoint=endpoint,
        cluster=cluster,
        attribute=attribute,
        name=name,
        title=label(str(getattr(metadata, "fallback_name", "") or name)),
        quantity=quantity,
        type=value_type,
        factor=scale,
        writable=writable,
        is_client=is_client,
        is_config=is_config,
        minimum=minimum,
        maximum=maximum,
        step=_number(metadata, "step", factor),
        words=words,
        on=states[1],
        off=states[0],
        pressed=_integer(metadata, "attribute_value") if kind == "button" else None,
        reporting=_reporting(metadata),
    )


def _attribute(device: object, endpoint: int, cluster: int, name: str, *, is_client: bool) -> int | None:
    """Return the number of an attribute that a quirk calls by its name; None where the device has no such one."""
    endpoints = getattr(device, "endpoints", {})
    clusters = getattr(endpoints.get(endpoint), "out_clusters" if is_client else "in_clusters", {})
    found = clusters.get(cluster)
    return None if found is None else int(found.find_attribute(name).id)


def _quantity(metadata: object, kind: str, *, is_config: bool) -> tuple[Quantity, float]:
    """Return what is declared, and what takes the quirk's unit to the quantity's."""
    unit = getattr(metadata, "unit", None)
    unit = unit if isinstance(unit, str) else ""
    if is_config:
        return Quantity.UNKNOWN, 1.0  # a setting of the device: kept out of the way, as the device has it
    meaning = CLASSES.get(_word(getattr(metadata, "device_class", None)))
    if meaning is None:
        plain = {"switch": Quantity.ON_OFF, "binary_sensor": Quantity.ON_OFF, "select": Quantity.MODE}
        alone = UNITS_ALONE.get(unit, Quantity.UNKNOWN)
        quantity = plain.get(kind, Quantity.MODE if getattr(metadata, "enum", None) else alone)
        return quantity, UNIT_FACTORS.get(unit, 1.0) if quantity in UNITS else 1.0
    quantity, factor = meaning
    return quantity, UNIT_FACTORS.get(unit, 1.0) if unit else factor


def _words(enumeration: object) -> tuple[tuple[int, str], ...]:
    """Return the members of an enum as words."""
    if not (isinstance(enumeration, type) and issubclass(enumeration, Enum)):
        return ()
    words = {int(one.value): label(one.name.replace("_", " ")) for one in enumeration}
    return tuple(words.items()) if len(set(words.values())) == len(words) else ()


def _word(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value or "")


def _integer[D: int | None](holder: object, name: str, default: D = None) -> int | D:  # type: ignore[assignment] # None is a D
    value = getattr(holder, name, None)
    return int(value) if isinstance(value, int) else default


def _number(holder: object, name: str, factor: float) -> float | None:
    value = getattr(holder, name, None)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value * factor, 9)


def _reporting(metadata: object) -> Reporting | None:
    config = getattr(metadata, "reporting_config", None)
    if config is None:
        return None
    return Reporting(
        minimum=int(config.min_interval), maximum=int(config.max_interval), change=int(config.reportable_change)
    )
