"""Issues of the budget: raised while something is wrong that a person has to look at, and taken back when it is not."""

from collections.abc import Iterable, Iterator
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import (
    DOMAIN,
    ISSUE_BUDGET_FEEDS_US,
    ISSUE_BUDGET_FUTILE,
    ISSUE_BUDGET_INFEASIBLE,
    ISSUE_BUDGET_LEFT,
    ISSUE_BUDGET_REFUSED,
    ISSUE_BUDGET_SILENT,
)
from ..power.limits import Row
from ..power.rows import RowState
from .hub import BudgetHub

SILENT_S: Final = 120.0
"""A meter of which nothing could be used for so long is told of: it is silent, or shows the same whatever happens."""

type Alarm = tuple[str, str, str]
"""An issue, whose it is, and its name."""


class Alarms:
    """Keeps the issues of one entry as they are."""

    def __init__(self, hass: HomeAssistant, hub: BudgetHub) -> None:
        """Nothing is raised yet."""
        self._hass = hass
        self._hub = hub
        self._raised: set[Alarm] = set()
        self._stale_since: dict[Row, float] = {}

    @callback
    def async_check(self) -> None:
        """Raise what is new and take back what is over."""
        present = set(self._present())
        for issue, owner, _ in self._raised - present:
            ir.async_delete_issue(self._hass, DOMAIN, f"{issue}_{owner}")
        for issue, owner, name in present - self._raised:
            _raise(self._hass, issue, owner, name)
        self._raised = present

    @callback
    def async_take_back(self) -> None:
        """Take all back: nobody looks any more."""
        for issue, owner, _ in self._raised:
            ir.async_delete_issue(self._hass, DOMAIN, f"{issue}_{owner}")
        self._raised = set()

    def _present(self) -> Iterator[Alarm]:
        hub = self._hub
        for row, state in hub.budget.rows.items():
            title = hub.house.site.limits[row.limit].title
            if self._is_silent(row, state):
                yield ISSUE_BUDGET_SILENT, row.limit, title
            if state.is_suspect:
                yield ISSUE_BUDGET_FUTILE, row.limit, title
        if hub.budget.infeasible:
            yield ISSUE_BUDGET_INFEASIBLE, hub.entry.entry_id, hub.entry.title
        for load in hub.withdrawn:
            yield ISSUE_BUDGET_FEEDS_US, load, hub.teller.title(load)
        for owned in hub.budget.ledger.owned.values():
            if owned.tries >= hub.budget.policy.refused_after and not hub.is_dry_run:
                yield ISSUE_BUDGET_REFUSED, owned.load, hub.teller.title(owned.load)

    def _is_silent(self, row: Row, state: RowState) -> bool:
        now = self._hub.budget.now
        if not state.is_stale(now):
            self._stale_since.pop(row, None)
            return False
        return now - self._stale_since.setdefault(row, now) > SILENT_S


def raise_left(hass: HomeAssistant, entry: ConfigEntry, loads: Iterable[str]) -> None:
    """Tell which loads stay reduced, as nobody is left who would give them back."""
    if names := ", ".join(sorted(loads)):
        _raise(hass, ISSUE_BUDGET_LEFT, entry.entry_id, names)


def _raise(hass: HomeAssistant, issue: str, owner: str, name: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{owner}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"name": name},
    )
