"""What the advisor tells, as data: the words of a repair, the rules by their entities, and where to mend them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
import hashlib
import re
from typing import Final
from urllib.parse import quote

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import (
    DOMAIN,
    ISSUE_RULE_DUPLICATE,
    ISSUE_RULE_FLIP_FLAP,
    ISSUE_RULE_LOOP,
    ISSUE_RULE_MISSING,
    ISSUE_RULE_OPPOSITE,
    ISSUE_RULE_SHADOWED,
)
from ..rules.findings import Finding, FindingKind, Named
from ..rules.flip_flap import FlipFlap
from ..things.documents import Json, JsonObject
from ..things.text import label
from .configured import Configured
from .survey import Survey

FLIP_FLAP: Final = "flip_flap"
KINDS: Final = (FLIP_FLAP, *FindingKind)
"""All kinds of advice, the most urgent first."""

_ISSUES: Final[Mapping[str, str]] = {
    FLIP_FLAP: ISSUE_RULE_FLIP_FLAP,
    FindingKind.OPPOSITE: ISSUE_RULE_OPPOSITE,
    FindingKind.LOOP: ISSUE_RULE_LOOP,
    FindingKind.DUPLICATE: ISSUE_RULE_DUPLICATE,
    FindingKind.SHADOWED: ISSUE_RULE_SHADOWED,
    FindingKind.MISSING: ISSUE_RULE_MISSING,
}

_MARKUP: Final = str.maketrans({"[": "(", "]": ")", "`": "'", "*": "", "~": "", "\\": "/", "\n": " "})
_ADDRESS: Final = re.compile(r"://|www\.", re.IGNORECASE)
"""What would make a link of a name where a repair is shown."""

_NOBODY: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing that the user should know of the house's rules."""

    key: str
    kind: str
    rules: tuple[str, ...]
    """Entity ids."""
    names: tuple[str, ...]
    entity_id: str
    words: Mapping[str, str]
    page: str
    """Where the first of the rules can be changed."""

    @property
    def issue_id(self) -> str:
        """The id of its repair."""
        return f"{_ISSUES[self.kind]}_{self.key}"

    @property
    def data(self) -> dict[str, object]:
        """What its event says."""
        return {"kind": self.kind, "entity_id": self.entity_id, "rules": list(self.rules), "names": list(self.names)}

    @property
    def shown(self) -> JsonObject:
        """What the panel shows of it."""
        rules: list[Json] = [
            {"entity_id": entity_id, "name": name} for entity_id, name in zip(self.rules, self.names, strict=True)
        ]
        return {
            "key": self.key,
            "kind": self.kind,
            "entity_id": self.entity_id,
            "rules": rules,
            "event": self.words["event"],
            "page": self.page,
        }


def raise_issue(hass: HomeAssistant, advice: Advice, *, dismissed: bool) -> None:
    """Tell the user, once however often it is raised; what was dismissed stays so."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        advice.issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_ISSUES[advice.kind],
        translation_placeholders=dict(advice.words),
        learn_more_url=f"homeassistant:/{advice.page}",
    )
    if dismissed:
        ir.async_ignore_issue(hass, DOMAIN, advice.issue_id, ignore=True)


def of_finding(hass: HomeAssistant, finding: Finding, survey: Survey) -> Advice:
    """Return what to tell of a finding."""
    rules = [_rule(one, survey) for one in finding.rules]
    does = finding.why.values or ("",) * len(rules)
    return _advice(
        hass, finding.kind, finding.key, rules, finding.entity, does, event=_plain(finding.why.event) or _NOBODY
    )


def of_flip_flap(hass: HomeAssistant, flip_flap: FlipFlap, survey: Survey) -> Advice:
    """Return what to tell of rules that took a thing back and forth."""
    by_entity = {rule.entity_id: rule for rule in survey.rules.values()}
    ids = dict.fromkeys(source.id for source in flip_flap.sources)
    rules = [by_entity.get(one) or _unknown(hass, one) for one in ids]
    key = hashlib.sha256("\0".join((FLIP_FLAP, flip_flap.entity, *sorted(ids))).encode()).hexdigest()[:16]
    first, second = flip_flap.states
    return _advice(
        hass,
        FLIP_FLAP,
        key,
        rules,
        flip_flap.entity,
        (second, first) if len(rules) > 1 else (f"{second}, {first}",),
        event=", ".join(map(_clock, flip_flap.times)),
    )


def _advice(
    hass: HomeAssistant,
    kind: str,
    key: str,
    rules: Sequence[Configured],
    entity_id: str,
    does: Iterable[str],
    *,
    event: str,
) -> Advice:
    names = tuple(_plain(rule.name) for rule in rules)
    state = hass.states.get(entity_id)
    lines = (
        f"- [{name}]({_page(rule)}){done and f': `{_plain(done)}`'}"
        for rule, name, done in zip(rules, names, does, strict=True)
    )
    return Advice(
        key=key,
        kind=kind,
        rules=tuple(rule.entity_id for rule in rules),
        names=names,
        entity_id=entity_id,
        words={
            "first": names[0],
            "second": names[-1],
            "rules": "\n".join(lines),
            "entity": _plain(state.name) if state else entity_id or _NOBODY,
            "entity_id": entity_id or _NOBODY,
            "event": event,
        },
        page=_page(rules[0]),
    )


def _rule(named: Named, survey: Survey) -> Configured:
    return survey.rules.get(named.id) or Configured(entity_id="", unique_id="", name=named.alias, config={})


def _unknown(hass: HomeAssistant, entity_id: str) -> Configured:
    """Return a rule that was not looked at yet."""
    state = hass.states.get(entity_id)
    return Configured(entity_id=entity_id, unique_id="", name=state.name if state else entity_id, config={})


def _page(rule: Configured) -> str:
    domain = rule.entity_id.partition(".")[0] or "automation"
    return f"/config/{domain}/{f'edit/{quote(rule.unique_id, safe="")}' if rule.unique_id else 'dashboard'}"


def _plain(text: str) -> str:
    """Return a text that is nothing but text where markup is shown."""
    return label(_ADDRESS.sub(" ", text.translate(_MARKUP)))


def _clock(timestamp: float) -> str:
    return dt_util.as_local(datetime.fromtimestamp(timestamp, tz=dt_util.UTC)).strftime("%H:%M:%S")
