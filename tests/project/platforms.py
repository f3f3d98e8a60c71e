"""The rows of every platform, as the platforms' modules state them."""

from collections.abc import Mapping
from importlib import import_module

from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription

from .repository import INTEGRATION


def platform_rows() -> Mapping[str, tuple[EntityDescription, ...]]:
    """Return each platform's rows by the platform's name."""
    names = [platform.value for platform in Platform if (INTEGRATION / f"{platform.value}.py").is_file()]
    rows = {name: import_module(f"custom_components.local_things.{name}").ROWS for name in names}
    assert len(rows) >= 15
    assert all(rows.values())
    return rows
