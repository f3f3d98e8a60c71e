"""Names shared by the Home Assistant room."""

from typing import Final

DOMAIN: Final = "local_things"

NETWORK_UNIQUE_ID: Final = "network"
"""unique_id of the one entry that stands for the local network."""

RULE_ADVISOR_UNIQUE_ID: Final = "rule_advisor"
"""unique_id of the one entry that looks at the house's rules."""

SUBENTRY_THING: Final = "thing"
"""Subentry type of one accepted device."""

SUBENTRY_LIMIT: Final = "limit"
SUBENTRY_LOAD: Final = "load"
"""Subentry types of a power budget."""

CONF_ADAPTER: Final = "adapter"
CONF_ALLOWED_NETWORKS: Final = "allowed_networks"
CONF_ASSISTANT_WRITES: Final = "assistant_writes"
"""Whether assistants may write to what is exposed to them; not unless the user says so."""

CONF_AUTO_QUARANTINE: Final = "auto_quarantine"
"""Whether devices that send far more than ever are put into quarantine by themselves; not unless the user says so."""

CONF_CONTROL: Final = "control"

CONF_EXEMPT: Final = "exempt"
"""Whether a device may send as much as it likes; not unless the user says so."""

CONF_INTERPRETATIONS: Final = "interpretations"
CONF_KIND: Final = "kind"
"""What an entry stands for; the network where an entry does not say."""

CONF_MAY_ACT: Final = "may_act"
"""Whether a device that asks for no key may lock, let water run or sound an alarm; not unless the user says so."""

CONF_PIN: Final = "pin"
CONF_QUARANTINE: Final = "quarantine"
"""Since when an accepted device is not spoken to, until when and why; absent or None where it is."""

CONF_SETTINGS: Final = "settings"
"""What the user chose for each adapter, by its name."""

KIND_NETWORK: Final = "network"
KIND_POE_SWITCH: Final = "poe_switch"
KIND_POWER_BUDGET: Final = "power_budget"
KIND_ROLE: Final = "role"
KIND_RULE_ADVISOR: Final = "rule_advisor"
KIND_ZIGBEE: Final = "zigbee"

EVENT_ASSISTANT_CALL: Final = f"{DOMAIN}_assistant_call"
"""Fired for every call of a tool by an assistant."""

EVENT_DECISION: Final = f"{DOMAIN}_power_decision"
"""Fired for every decision of a power budget; the logbook, which every start imports, tells of it."""

EVENT_QUARANTINE: Final = f"{DOMAIN}_quarantine"
"""Fired when a device goes into quarantine or leaves it, or sends far more than ever."""

OPTION_ACCOUNTS: Final = "service_accounts"
OPTION_EXCLUDED_AREAS: Final = "excluded_areas"
OPTION_EXCLUDED_ENTITIES: Final = "excluded_entities"
OPTION_LEARN: Final = "learn"
OPTION_UNSURE: Final = "unsure"
OPTION_WATCH: Final = "watch"
"""What the user chooses for the rule advisor; named here as every start imports the flows, but not the advisor."""

ISSUE_BLUEPRINT: Final = "blueprint"
ISSUE_BUDGET_FEEDS_US: Final = "budget_feeds_us"
ISSUE_BUDGET_FUTILE: Final = "budget_futile"
ISSUE_BUDGET_INFEASIBLE: Final = "budget_infeasible"
ISSUE_BUDGET_LEFT: Final = "budget_left"
ISSUE_BUDGET_REFUSED: Final = "budget_refused"
ISSUE_BUDGET_SILENT: Final = "budget_silent"
ISSUE_CREDENTIALS: Final = "credentials"
ISSUE_DISPLACED: Final = "displaced"
ISSUE_GONE: Final = "gone"
ISSUE_HISTORY: Final = "history"
ISSUE_IDENTITY_CHANGED: Final = "identity_changed"
ISSUE_LEFT_BEHIND: Final = "left_behind"
ISSUE_NOT_UNDERSTOOD: Final = "not_understood"
ISSUE_PEAK: Final = "peak"
ISSUE_POWER_CYCLE: Final = "power_cycle"
ISSUE_QUARANTINE: Final = "quarantine"
ISSUE_RADIO: Final = "radio"
ISSUE_ROLE_SILENT: Final = "role_silent"
ISSUE_RULE_DUPLICATE: Final = "rule_duplicate"
ISSUE_RULE_FLIP_FLAP: Final = "rule_flip_flap"
ISSUE_RULE_LOOP: Final = "rule_loop"
ISSUE_RULE_MISSING: Final = "rule_missing"
ISSUE_RULE_OPPOSITE: Final = "rule_opposite"
ISSUE_RULE_SHADOWED: Final = "rule_shadowed"
ISSUE_STORED: Final = "stored"
ISSUE_SWITCH_CHANGED: Final = "switch_changed"
ISSUE_USAGE: Final = "usage"
ISSUE_ZHA: Final = "zha"

MAX_PENDING_CARDS: Final = 19
"""Most cards of found devices open at once, so that a flood of announcements cannot bury the user (T5); one card more
stands for all that have none."""
