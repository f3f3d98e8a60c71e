"""Issues of accepted devices: each is raised for one subentry, and taken back with it at the latest."""

from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    DOMAIN,
    ISSUE_CREDENTIALS,
    ISSUE_DISPLACED,
    ISSUE_GONE,
    ISSUE_IDENTITY_CHANGED,
    ISSUE_NOT_UNDERSTOOD,
    ISSUE_PEAK,
    ISSUE_QUARANTINE,
    ISSUE_USAGE,
)

ALL_ISSUES: Final = (
    ISSUE_CREDENTIALS,
    ISSUE_DISPLACED,
    ISSUE_GONE,
    ISSUE_IDENTITY_CHANGED,
    ISSUE_NOT_UNDERSTOOD,
    ISSUE_PEAK,
    ISSUE_QUARANTINE,
    ISSUE_USAGE,
)

_FIXABLE: Final = frozenset({ISSUE_CREDENTIALS, ISSUE_GONE, ISSUE_IDENTITY_CHANGED, ISSUE_PEAK, ISSUE_QUARANTINE})
"""Issues that repairs.py has a flow for; the others say where to go."""

_PAGE: Final = f"homeassistant://config/integrations/integration/{DOMAIN}"


@callback
def async_raise_issue(hass: HomeAssistant, issue: str, subentry: ConfigSubentry, **words: str) -> None:
    """Tell the user of an issue, once however often it is raised. `words` fill its sentences."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{subentry.subentry_id}",
        is_fixable=issue in _FIXABLE,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"device": subentry.title, **words},
        learn_more_url=None if issue in _FIXABLE else _PAGE,
        data={"subentry_id": subentry.subentry_id, "issue": issue},
    )


@callback
def async_settle(hass: HomeAssistant, subentry: ConfigSubentry, *issues: str) -> None:
    """Take back issues that are solved."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{subentry.subentry_id}")
