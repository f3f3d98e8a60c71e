"""What a quirk tells of a device beyond its clusters: entity metadata and triggers, read duck-typed.

This is no interface that anybody promised: `zhaquirks` keeps it for ZHA. Whatever is not as expected is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import Enum
import logging
import math
from typing import Final

from ...things.model import ValueType
from ...things.quantities import Quantity
from ...things.text import label
from . import tables as t
from .declared import CLASSES, MOMENTS, STATES, UNIT_FACTORS, UNITS_ALONE
from .node import Change, Declaration, Trigger
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

_PLAIN: Final[dict[str, Quantity]] = {
    "switch": Quantity.ON_OFF,
    "binary_sensor": Quantity.ON_OFF,
    "select": Quantity.MODE,
    "button": Quantity.UNKNOWN,
}
"""Those whose values are no numbers: what they are of where nothing else is said."""


_MAIN_ATTRIBUTES: Final = {t.METERING: t.DEMAND, t.ELECTRICAL_MEASUREMENT: t.ACTIVE_POWER}
"""Of clusters that are several sensors to ZHA, the one whose id ends with the cluster's number."""


def declarations_of(device: object) -> Iterator[Declaration]:
    """Yield what the quirk of a device declares of its attributes."""
    for metadata in _sequence(_definition(device), "entity_metadata"):
        try:
            declaration = _declaration(device, metadata)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as err:
            _LOGGER.debug("Metadata of a quirk was not understood: %s: %r", metadata, err)
            continue
        if declaration is not None:
            yield declaration


def changes_of(device: object) -> Iterator[Change]:
    """Yield what a quirk changes of what a device is shown to be by default."""
    definition = _definition(device)
    for one in _sequence(definition, "disabled_default_entities"):
        yield _change(one)
    for one in _sequence(definition, "changed_entity_metadata"):
        if _word(getattr(one, "new_entity_category", None)) in _CONFIG:
            yield replace(_change(one), is_setting=True)
        meaning = CLASSES.get(_word(getattr(one, "new_device_class", None)))
        if meaning is not None:
            yield replace(_change(one), quantity=meaning[0])


def _change(metadata: object) -> Change:
    """Return what a change is about. By a suffix of ZHA's id it is about the one attribute that has no other suffix."""
    endpoint, cluster = _integer(metadata, "endpoint_id"), _integer(metadata, "cluster_id")
    suffix, function = getattr(metadata, "unique_id_suffix", None), getattr(metadata, "function", None)
    return Change(
        endpoint=endpoint,
        cluster=cluster,
        attribute=None if suffix is None or cluster is None else _MAIN_ATTRIBUTES.get(cluster),
        is_meant=function if callable(function) else None,
    )


def skips_configuration(device: object) -> bool:
    """Tell whether a device does not bear to be set up, as its quirk says."""
    holders = (device, _definition(device))
    return any(getattr(one, "skip_configuration", False) is True for one in holders)


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
    device_class = _word(getattr(metadata, "device_class", None))
    if device_class in MOMENTS:
        return None
    endpoint, cluster = _integer(metadata, "endpoint_id") or 1, _integer(metadata, "cluster_id") or 0
    is_client = _integer(metadata, "cluster_type") == 1
    attribute = _attribute(device, endpoint, cluster, name, is_client=is_client)
    if attribute is None:
        return None
    value_type, writable = _KINDS[kind]
    convert = getattr(metadata, "attribute_converter", None)
    words = _words(getattr(metadata, "enum", None))
    is_text = kind == "sensor" and convert is not None and device_class not in CLASSES
    if words or is_text:
        value_type = ValueType.STRING
    is_config = _word(getattr(metadata, "entity_type", None)) in _CONFIG
    quantity, factor = _quantity(metadata, kind, is_config=is_config)
    if is_text and not is_config:
        quantity = Quantity.TEXT
    scale = factor * (getattr(metadata, "multiplier", None) or 1) / (getattr(metadata, "divisor", None) or 1)
    off, on = _states(metadata, is_lock=kind == "binary_sensor" and device_class == "lock")
    minimum, maximum = _range(metadata, factor)
    return Declaration(
        endpoint=endpoint,
        cluster=cluster,
        attribute=attribute,
        name=str(getattr(metadata, "unique_id_suffix", None) or name),
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
        on=on,
        off=off,
        pressed=_integer(metadata, "attribute_value") if kind == "button" else None,
        convert=convert if callable(convert) else None,
        reporting=_reporting(metadata),
    )


def _states(metadata: object, *, is_lock: bool) -> tuple[int, int]:
    """Return what is off and what is on; to Home Assistant, a lock that is on is open."""
    off, on = _integer(metadata, "off_value", 0), _integer(metadata, "on_value", 1)
    return (on, off) if is_lock or getattr(metadata, "force_inverted", False) else (off, on)


def _range(metadata: object, factor: float) -> tuple[float | None, float | None]:
    """Return the ends of a range; none where it would be empty."""
    minimum, maximum = _number(metadata, "min", factor), _number(metadata, "max", factor)
    is_empty = minimum is not None and maximum is not None and minimum >= maximum
    return (None, None) if is_empty else (minimum, maximum)


def _attribute(device: object, endpoint: int, cluster: int, name: str, *, is_client: bool) -> int | None:
    """Return the number of an attribute that a quirk calls by its name; None where the device has no such one."""
    endpoints = getattr(device, "endpoints", {})
    clusters = getattr(endpoints.get(endpoint), "out_clusters" if is_client else "in_clusters", {})
    found = clusters.get(cluster)
    if found is None:
        return None
    definition = found.find_attribute(name)
    # Where two have the same number, by it the ZCL's own is meant.
    return int(definition.id) if len(found.find_attributes(int(definition.id))) == 1 else None


def _quantity(metadata: object, kind: str, *, is_config: bool) -> tuple[Quantity, float]:
    """Return what is declared, and what takes the quirk's unit to the quantity's."""
    unit = getattr(metadata, "unit", None)
    unit = unit if isinstance(unit, str) else ""
    if is_config:
        return Quantity.UNKNOWN, 1.0  # a setting of the device: kept out of the way, as the device has it
    device_class = _word(getattr(metadata, "device_class", None))
    if kind in _PLAIN:
        state = STATES.get(device_class) if kind == "binary_sensor" else None
        return state or _PLAIN[kind], 1.0
    if getattr(metadata, "enum", None):
        return Quantity.MODE, 1.0
    if device_class in CLASSES:
        quantity, factor = CLASSES[device_class]
        return quantity, UNIT_FACTORS.get(unit, 1.0) if unit else factor
    quantity = UNITS_ALONE.get(unit, Quantity.NUMBER)
    return quantity, 1.0 if quantity is Quantity.NUMBER else UNIT_FACTORS.get(unit, 1.0)


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
