"""The rows of every platform, as the platforms' modules state them."""

from collections.abc import Mapping
from importlib import import_module

from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription

from custom_components.local_things.power_budget.entities import ROWS as BUDGET_ROWS
from custom_components.local_things.role.entities import ROWS as ROLE_ROWS
from custom_components.local_things.rule_advisor.entities import ROWS as ADVISOR_ROWS
from custom_components.local_things.suggest.entities import ROWS as SUGGEST_ROWS
from custom_components.local_things.zigbee.entities import ROWS as RADIO_ROWS

from .repository import INTEGRATION


def platform_rows() -> Mapping[str, tuple[EntityDescription, ...]]:
    """Return each platform's rows by the platform's name."""
    names = [platform.value for platform in Platform if (INTEGRATION / f"{platform.value}.py").is_file()]
    rows = {name: import_module(f"custom_components.local_things.{name}").ROWS for name in names}
    assert len(rows) >= 15
    assert all(rows.values())
    return rows


def budget_rows() -> set[tuple[str, str, bool]]:
    """Return platform and key of every row of the power budget, and whether it has a device class."""
    found = {
        (platform.value, row.key, row.device_class is not None)
        for platform, rows in BUDGET_ROWS.items()
        for row in rows
    }
    assert len(found) >= 20
    return found


def rule_rows() -> set[tuple[str, str, bool]]:
    """Return platform and key of every row of roles, radios and the rule advisor, and whether it has a device class."""
    return {
        (platform.value, row.key, row.device_class is not None)
        for kind in (ROLE_ROWS, ADVISOR_ROWS, RADIO_ROWS, SUGGEST_ROWS)
        for platform, rows in kind.items()
        for row in rows
    }
