"""The advisor's repairs: one for each advice, within reason; what the user dismisses stays dismissed."""

from collections.abc import Callable, Sequence
from typing import Final

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..things.adapter import Unsubscribe
from .kept import Kept
from .telling import Advice, raise_issue

MOST_ISSUES: Final = 30
"""So many repairs there are at once; the others come when some of these are settled."""


class Issues:
    """Keeps repairs and advice alike. Home Assistant forgets with an issue that it was ignored; we do not."""

    def __init__(self, hass: HomeAssistant, kept: Kept, changed: Callable[[], None]) -> None:
        """Call `changed` when the user dismisses something, or takes that back."""
        self._hass = hass
        self._kept = kept
        self._changed = changed
        self._shown: dict[str, str] = {}

    @callback
    def async_start(self, on_unload: Callable[[Unsubscribe], None]) -> None:
        """Follow what the user dismisses; take all repairs back in the end."""
        bus = self._hass.bus
        on_unload(bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, self._issue_changed))
        on_unload(lambda: self.show(()))

    @callback
    def show(self, advice: Sequence[Advice]) -> None:
        """Let there be a repair for everything that there is to tell, within reason, and no other."""
        dismissed = self._kept.dismissed
        told = [one for one in advice if one.key not in dismissed][:MOST_ISSUES]
        shown = [*told, *[one for one in advice if one.key in dismissed][:MOST_ISSUES]]
        gone = self._shown.keys() - {one.issue_id for one in shown}
        self._shown = {one.issue_id: one.key for one in shown}
        for issue_id in gone:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for one in shown:
            raise_issue(self._hass, one, dismissed=one.key in dismissed)

    @callback
    def _issue_changed(self, event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        issue_id = event.data["issue_id"]
        key = self._shown.get(issue_id)
        if key is None or event.data["domain"] != DOMAIN or event.data["action"] != "update":
            return
        issue = ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id)
        dismissed = issue is not None and issue.dismissed_version is not None
        if dismissed != (key in self._kept.dismissed):
            self._kept.dismiss(key, dismissed=dismissed)
            self._changed()
