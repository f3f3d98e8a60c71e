"""What the subentry of an accepted device holds."""

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry

from ..const import CONF_ADAPTER, CONF_INTERPRETATIONS, CONF_PIN, CONF_QUARANTINE, SUBENTRY_THING
from ..things.adapter import FoundThing, Pin
from ..things.documents import Json
from ..things.interpretation import Interpretation, Interpretations
from ..things.text import label


def pin_of(subentry: ConfigSubentry) -> Pin:
    """Return the evidence by which an accepted device is known again."""
    return Pin(**subentry.data[CONF_PIN])


def thing_id_of(subentry: ConfigSubentry) -> str:
    """Return the id of an accepted device."""
    return str(subentry.unique_id)  # every flow of ours sets it


def interpretations_of(subentry: ConfigSubentry) -> Interpretations:
    """Return what the user said of an accepted device's properties. Raises Rejected."""
    said: Mapping[str, Json] = subentry.data.get(CONF_INTERPRETATIONS, {})
    return {name: Interpretation.load(document) for name, document in said.items()}


def quarantine_of(subentry: ConfigSubentry) -> Mapping[str, Json]:
    """Return since when and until when an accepted device is in quarantine; empty where it is not."""
    said: Mapping[str, Json] | None = subentry.data.get(CONF_QUARANTINE)
    return said or {}


def name_said(subentry: ConfigSubentry, name: str) -> str:
    """Return what the user calls a property of an accepted device, or ""."""
    said: Mapping[str, Mapping[str, str]] = subentry.data.get(CONF_INTERPRETATIONS, {})
    return label(said.get(name, {}).get("title", ""))


def subentry_for(found: FoundThing, title: str, extra: Mapping[str, Json]) -> ConfigSubentry:
    """Make the subentry of a device that the user accepted as `title`."""
    return ConfigSubentry(
        data=MappingProxyType({**extra, CONF_ADAPTER: found.adapter, CONF_PIN: asdict(found.pin)}),
        subentry_type=SUBENTRY_THING,
        title=title,
        unique_id=found.description.id,
    )
