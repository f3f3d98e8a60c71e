"""translations/: well formed as hassfest wants it; every key that is used exists, and none is unused, in any language.

The keys are found where the code states them: rows of the platforms, `translation_key=`, `reason=`, `step_id=` and
`errors[…]` in the source, the fields of services.yaml, and the reasons of the error tree.
"""

import ast
from collections.abc import Iterator
import inspect
import re

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant
from homeassistant.util.yaml import load_yaml_dict
import probatio as vol
import pytest

from custom_components.local_things import const, coordinator, issues, repairs, services, system_health
from custom_components.local_things.discovery import LINK, RECEPTION, TRAFFIC, USAGE
from custom_components.local_things.entity_rules import RULES
from custom_components.local_things.flows import (
    keys,
    mapping,
    poe_options,
    poe_switch,
    quarantine as flows_quarantine,
    rule_advisor,
    settings,
    zigbee,
)
from custom_components.local_things.flows.identity import UnlockFlow
from custom_components.local_things.flows.repair import ThingRepairFlow
from custom_components.local_things.flows.usage import Sentence
from custom_components.local_things.network.quarantine import Told
from custom_components.local_things.power.limits import LimitKind
from custom_components.local_things.power_budget import services as budget_services
from custom_components.local_things.rules.sources import Combination
from custom_components.local_things.suggest import actions as suggest_actions
from custom_components.local_things.things.errors import Reason, ThingError
from custom_components.local_things.things.stored import StoredKind
from custom_components.local_things.zigbee.entry import RADIOS

from .platforms import budget_rows, platform_rows, rule_rows
from .repository import INTEGRATION, python_files, read_json

type Tree = dict[str, Tree | str]

TRANSLATIONS = INTEGRATION / "translations"
LANGUAGES = ("de", "en", "sl")
SECTIONS = {
    "conditions",
    "config",
    "config_subentries",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "triggers",
}

FLOWS = {
    "config": [
        "kinds",
        "network",
        "locked",
        "poe_switch",
        "power_budget",
        "budget_forms",
        "budget_load_forms",
        "role:RoleSteps",
        "role:_read",
        "rule_advisor:RuleAdvisorSteps",
        "zigbee",
    ],
    "config_subentries.limit": ["budget_limit", "budget_forms"],
    "config_subentries.load": ["budget_load", "budget_load_forms"],
    "config_subentries.thing": ["thing", "key_steps", "keys", "mapping"],
    "options": [
        "budget_options",
        "poe_options",
        "role:RoleOptions",
        "role:_read",
        "rule_advisor:RuleAdvisorOptions",
        "zigbee_options",
    ],
}
"""The files of flows/ that have the steps of each flow; of some, one class."""

HANDED_ON = {"config": ["key_steps", "keys"]}
"""Whose errors a flow shows too: its card of a device that asks for a key shows what the flow of a device does."""

# What Home Assistant's own flow methods, and one of ours, end with, by the call that brings it.
IMPLIED_ABORTS = {
    "_abort_if_unique_id_configured": "already_configured",
    "async_update_and_abort": "reconfigure_successful",
    "running": "not_running",
}

ABORTING = {"async_abort", "_abort_if_unique_id_mismatch"}

OF_RADIOS = {Reason.NETWORK_CHANGED, Reason.NETWORK_MISSING}
"""Reasons that the opening of a radio can bring, of which its flow makes a choice."""

USE_ONLY = {
    Reason.OUT_OF_RANGE,
    Reason.POWER_OFF,
    Reason.QUARANTINED,
    Reason.READ_ONLY,
    Reason.UNPROTECTED,
    Reason.WRITE_NOT_APPLIED,
    *OF_RADIOS,
}
"""Reasons that nobody meets while a device is only looked at, as in the subentry flow."""

OF_DESCRIPTIONS = {Reason.BAD_MAPPING, Reason.IDENTITY_CHANGED, Reason.NO_FORM}
"""Reasons that only a Thing's description can bring, not a PoE switch, whose tables we know."""

OF_KEYS = {Reason.EDHOC_MISSING, Reason.KEY_STATE_LOST}
"""Reasons that only a key of OSCORE can bring, which no switch has."""

NEVER_PASSED_ON = {"config": USE_ONLY | OF_DESCRIPTIONS | OF_KEYS, "options": USE_ONLY}
"""By the flow, the reasons that it never passes on; USE_ONLY where it is not listed."""


def tree(*path: str) -> Tree:
    """Return the part of en.json below `path`; empty where there is none."""
    part: object = read_json(TRANSLATIONS / "en.json")
    for key in path:
        part = part.get(key, {}) if isinstance(part, dict) else {}
    assert isinstance(part, dict)
    return part


def texts(part: Tree, path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from texts(value, f"{path}{key}.")


def language(name: str) -> dict[str, str]:
    """Return the texts of a language by key."""
    return dict(texts(read_json(TRANSLATIONS / f"{name}.json")))  # type: ignore[arg-type]  # compared with en below


ALL_TEXTS = language("en")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{([^}]*)\}", text))


# ------------------------------------------------------------------------------------------------- well formed


def test_there_is_something_to_check() -> None:
    assert len(ALL_TEXTS) > 50
    assert set(tree()) <= SECTIONS


def faults_of(path: str, text: str) -> Iterator[str]:
    """Yield what is wrong with a text that stands at `path`."""
    if not text or text != text.strip():
        yield "empty, or with space around it"
    if not all(re.fullmatch(r"[a-z0-9_-]+", key) for key in path.split(".")):
        yield "a key that is none"
    if re.search(r"</?[a-zA-Z][^>]*>", text):
        yield "HTML"
    if re.search(r"https?://|www\.", text):
        yield "a URL: use a placeholder"
    if re.search(r"'\{[^}]*\}'", text):
        yield "a placeholder in single quotes is taken literally"
    whole = text.count("{") == text.count("}") == len(re.findall(r"\{", text))
    if not whole or not all(name.isidentifier() for name in placeholders(text)):
        yield "a placeholder that is none"
    if ".state." in path and placeholders(text):
        yield "a placeholder in a state"


@pytest.mark.parametrize("name", LANGUAGES)
def test_texts_are_well_formed(name: str) -> None:
    assert [f"{path}: {fault}" for path, text in language(name).items() for fault in faults_of(path, text)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.x", ""),
        ("config.x", " Text"),
        ("config.X y", "Text"),
        ("config.x", "<b>Text</b>"),
        ("config.x", "See https://example.org"),
        ("config.x", "'{name}'"),
        ("config.x", "{name"),
        ("config.x", "{a b}"),
        ("entity.sensor.x.state.on", "{name}"),
    ],
)
def test_a_fault_of_a_text_is_found(path: str, text: str) -> None:
    assert list(faults_of(path, text))
    assert not list(faults_of("config.x", "Text with {name}"))


def flows() -> dict[str, Tree]:
    found = {"config": tree("config")}
    found |= {f"config_subentries.{kind}": tree("config_subentries", kind) for kind in tree("config_subentries")}
    return found | {"options": tree("options")}


@pytest.mark.parametrize("flow", flows())
def test_form_explains_its_fields(flow: str) -> None:
    steps = tree(*flow.split("."), "step")
    assert steps
    for name in steps:
        path = (*flow.split("."), "step", name)
        for part in (path, *((*path, "sections", one) for one in tree(*path, "sections"))):
            assert set(tree(*part, "data_description")) == set(tree(*part, "data")), part


def test_subentries_have_the_words_of_their_buttons() -> None:
    for kind in tree("config_subentries"):
        assert tree("config_subentries", kind)["entry_type"]
        assert tree("config_subentries", kind, "initiate_flow")["user"]


def test_issue_has_a_description_or_a_fix_flow() -> None:
    assert tree("issues")
    for key in tree("issues"):
        issue = tree("issues", key)
        assert issue["title"]
        assert ("description" in issue) != ("fix_flow" in issue)


def test_every_language_is_checked() -> None:
    assert sorted(path.stem for path in TRANSLATIONS.iterdir()) == sorted(LANGUAGES)


def marks(text: str) -> tuple[list[str], int, int]:
    """Return what else must outlive translation: what is written as code, and how many bold words and paragraphs."""
    code = sorted(re.findall(r"`[^`]*`", text))
    return code, len(re.findall(r"\*\*[^*]+\*\*", text)), text.count("\n\n")


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_has_the_same_keys_placeholders_and_marks(name: str) -> None:
    other = language(name)
    assert set(other) == set(ALL_TEXTS)
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in ALL_TEXTS.items()
    }
    assert {key: marks(text) for key, text in other.items()} == {key: marks(text) for key, text in ALL_TEXTS.items()}


@pytest.mark.parametrize("name", [name for name in LANGUAGES if name != "en"])
def test_sentences_are_translated(name: str) -> None:
    other = language(name)
    sentences = [key for key, text in ALL_TEXTS.items() if text.endswith(".")]
    assert sentences
    assert [key for key in sentences if other[key] == ALL_TEXTS[key]] == []


# ------------------------------------------------------------------------------------------ what the code uses


def literal(node: ast.expr | None) -> str | None:
    """Return the text that an expression is: a literal, or a name of const.py."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name) and isinstance(value := getattr(const, node.id, None), str):
        return value
    return None


def alternatives(node: ast.expr | None) -> Iterator[ast.expr | None]:
    """Yield what an expression may be: both sides of a choice, else itself."""
    if isinstance(node, ast.IfExp):
        yield from (*alternatives(node.body), *alternatives(node.orelse))
    else:
        yield node


def called(node: ast.Call) -> str:
    """Return the last part of what is called."""
    return ast.unparse(node.func).rpartition(".")[2]


def keywords(root: ast.AST, keyword: str) -> Iterator[tuple[str, str]]:
    """Yield (what is called, text) of every call below `root` that passes `keyword` as a text."""
    for node in ast.walk(root):
        if isinstance(node, ast.Call):
            for argument in node.keywords:
                for value in alternatives(argument.value):
                    if argument.arg == keyword and (text := literal(value)) is not None:
                        yield called(node), text


def flow_of(kind: str) -> ast.Module:
    """Return the source of a flow: "config", or a subentry's type."""
    files = [name.partition(":") for name in FLOWS[kind]]
    nodes = (
        (node, only)
        for name, _, only in files
        for node in ast.parse((INTEGRATION / "flows" / f"{name}.py").read_text()).body
    )
    return ast.Module([node for node, only in nodes if only in ("", getattr(node, "name", None))], [])


def steps_of(found: ast.AST) -> set[str]:
    return {
        node.name.removeprefix("async_step_")
        for node in ast.walk(found)
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("async_step_")
    }


def literals_of(root: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(root) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def aborts_of(found: ast.AST) -> set[str]:
    calls = {called(node) for node in ast.walk(found) if isinstance(node, ast.Call)}
    explicit = {reason for call, reason in keywords(found, "reason") if call in ABORTING}
    raised = [node for node in ast.walk(found) if isinstance(node, ast.Call) and called(node) == "AbortFlow"]
    explicit |= {reason for node in raised if (reason := literal(node.args[0]))}
    return explicit | {reason for call, reason in IMPLIED_ABORTS.items() if call in calls}


def refusals(found: ast.AST) -> list[ast.Call]:
    """Return where a key is refused; flows show what it says."""
    return [node for node in ast.walk(found) if isinstance(node, ast.Call) and called(node) == "RefusedKey"]


def errors_of(found: ast.AST, never: set[Reason] = USE_ONLY) -> set[str]:
    """Return the error keys: the texts assigned to `errors[…]`, and the tree's reasons where one is passed on."""
    values = [
        value
        for node in ast.walk(found)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Subscript)
        and ast.unparse(node.targets[0].value) == "errors"
        for value in alternatives(node.value)
        if value is not None
    ]
    explicit = {text for value in values if (text := literal(value)) is not None}
    explicit |= {text for call in refusals(found) if (text := literal(call.args[1])) is not None}
    passed_on = any(ast.unparse(value).endswith("reason.value") for value in values)
    return explicit | ({reason.value for reason in set(Reason) - never} if passed_on else set())


def translated(*path: str) -> set[str]:
    return set(tree(*path))


@pytest.mark.parametrize("flow", flows())
def test_flow_has_the_words_it_uses_and_no_others(flow: str) -> None:
    found = flow_of(flow)
    path = flow.split(".")
    shown = {step for step in steps_of(found) if step in literals_of(found)}
    assert shown
    # A line of a menu whose step shows nothing of its own has its words in the menu.
    offered = {option for step in tree(*path, "step") for option in tree(*path, "step", step, "menu_options")}
    assert translated(*path, "step") <= shown <= translated(*path, "step") | offered
    assert translated(*path, "abort") == aborts_of(found)
    files = [(INTEGRATION / "flows" / f"{name}.py").read_text() for name in HANDED_ON.get(flow, ())]
    others = ast.Module([node for text in files for node in ast.parse(text).body])
    assert translated(*path, "error") == errors_of(found, NEVER_PASSED_ON.get(flow, USE_ONLY)) | errors_of(others)


def shown_schemas() -> dict[str, set[str]]:
    """Return the keys of the fields that a schema of ours may have, by the step of a flow in which they are shown."""
    sections = settings.fields({})
    return {
        "config.step.own_radio": schema_keys(zigbee.RADIO_SCHEMA),
        "config.step.moved_radio": schema_keys(zigbee.MOVED_SCHEMA),
        **{f"config.step.{way}": schema_keys(poe_switch.schema_of(way)) for way in poe_switch.CREDENTIALS},
        **{
            f"config.step.reconfigure_network.sections.{name}": schema_keys(section.schema)
            for name, section in sections.items()
        },
        "config.step.oscore": schema_keys(keys.OSCORE_SCHEMA),
        "config.step.rule_advisor": schema_keys(rule_advisor.ADVISOR_SCHEMA),
        "options.step.polling": schema_keys(poe_options._POLLING),
        "options.step.advice": schema_keys(rule_advisor.ADVISOR_SCHEMA),
        "options.step.learning": schema_keys(rule_advisor.learning_schema([])),
        "config_subentries.thing.step.meaning": schema_keys(mapping._meaning_schema(("degF",))),
        "config_subentries.thing.step.import_mapping": schema_keys(mapping._DOCUMENT_SCHEMA),
        "config_subentries.thing.step.share_mapping": schema_keys(mapping._DOCUMENT_SCHEMA),
        "config_subentries.thing.step.credentials": schema_keys(keys.CREDENTIALS_SCHEMA),
        "config_subentries.thing.step.edhoc": schema_keys(keys.EDHOC_SCHEMA),
        "config_subentries.thing.step.oscore": schema_keys(keys.OSCORE_SCHEMA),
        **{
            f"issues.{issue}.fix_flow.step.{step}": schema_keys(schema)
            for issue in ("credentials", "identity_changed")
            for step, schema in (
                ("unlock", keys.CREDENTIALS_SCHEMA),
                ("unlock_edhoc", keys.EDHOC_SCHEMA),
                ("unlock_oscore", keys.OSCORE_SCHEMA),
            )
        },
    }


def schema_keys(schema: vol.Schema) -> set[str]:
    assert isinstance(schema.schema, dict)
    return {str(key) for key in schema.schema}


@pytest.mark.parametrize("step", shown_schemas())
def test_field_has_its_words(step: str) -> None:
    fields = shown_schemas()[step]
    assert fields
    assert translated(*step.split("."), "data") == translated(*step.split("."), "data_description") == fields


def test_every_quantity_that_can_be_chosen_has_a_name() -> None:
    assert translated("selector", "quantity", "options") == {quantity.value for quantity in mapping.QUANTITIES}


def test_every_choice_of_a_selector_has_a_name() -> None:
    assert set(tree("selector")) == {
        "authentication",
        "budget_dashboard",
        "budget_replay",
        "budget_sentence",
        "combination",
        "flow_control",
        "habit_sentence",
        "limit_kind",
        "link",
        "quantity",
        "quarantine_length",
        "quarantine_sentence",
        "radio_library",
        "stored",
        "usage",
    }
    assert translated("selector", "stored", "options") == {one.value for one in StoredKind}
    assert translated("selector", "quarantine_length", "options") == set(flows_quarantine.LENGTHS)
    assert translated("selector", "quarantine_sentence", "options") == {one.value for one in Told}
    assert translated("selector", "usage", "options") == {one.value for one in Sentence}
    assert translated("selector", "combination", "options") == {one.value for one in Combination}
    assert translated("selector", "flow_control", "options") == set(zigbee.FLOW_CONTROLS)
    assert translated("selector", "radio_library", "options") == set(RADIOS)
    assert translated("selector", "limit_kind", "options") == {kind.value for kind in LimitKind}
    assert translated("selector", "link", "options") == {poe_options.AUTOMATIC, poe_options.CHOSEN, poe_options.NONE}
    assert translated("selector", "authentication", "options") == set(poe_switch._ALGORITHMS)


def test_menu_of_the_integration_has_a_line_for_every_way_on() -> None:
    assert translated("config", "step", "user", "menu_options") == {
        const.KIND_NETWORK,
        const.KIND_POE_SWITCH,
        const.KIND_POWER_BUDGET,
        const.KIND_ROLE,
        const.KIND_RULE_ADVISOR,
        const.KIND_ZIGBEE,
    }
    assert translated("config", "step", "poe_switch", "menu_options") == set(poe_switch.CREDENTIALS)
    assert translated("options", "step", "init", "menu_options") == {"polling", "port", "remedy"}


def test_menu_has_a_line_for_every_way_on() -> None:
    path = ("config_subentries", "thing", "step")
    listed = [
        literals_of(argument.value)
        for node in ast.walk(flow_of("config_subentries.thing"))
        if isinstance(node, ast.Call)
        for argument in node.keywords
        if argument.arg == "menu_options"
    ]
    assert [translated(*path, step, "menu_options") for step in ("reconfigure", "protection")] == listed


OF_THE_LINK = {(one.platform.value, one.key) for one in (*LINK, *RECEPTION, *TRAFFIC, USAGE)}


def test_entities_have_the_names_they_use_and_no_others() -> None:
    # A main entity goes by its device's name.
    named = {(rule.platform.value, rule.key) for rule in RULES if not rule.main} | OF_THE_LINK
    assert named
    # One for each phase, which is in its name.
    of_phases = {"limit_current": "limit_current_phase"}
    named |= {(platform, of_phases.get(key, key)) for platform, key, _ in (*budget_rows(), *rule_rows())}
    assert {(platform, key) for platform in tree("entity") for key in translated("entity", platform)} == named


def test_every_rule_has_a_row_and_every_row_a_rule() -> None:
    rows = {(platform, row.key) for platform, platform_rows in platform_rows().items() for row in platform_rows}
    assert {(rule.platform.value, rule.key) for rule in RULES} | OF_THE_LINK == rows


def test_exceptions_have_the_sentences_they_use_and_no_others() -> None:
    raised = {
        key
        for path in python_files()
        if "adapters" not in path.parts  # which raise nothing of Home Assistant's
        for call, key in keywords(ast.parse(path.read_text()), "translation_key")
        if call not in ("async_create_issue", "SelectSelectorConfig")
    }
    assert translated("exceptions") == raised | {reason.value for reason in Reason}


@pytest.mark.parametrize("reason", Reason)
def test_sentence_of_a_reason_uses_only_the_words_that_are_given(reason: Reason) -> None:
    given = set(coordinator.placeholders(ThingError(reason), "Lamp"))
    assert placeholders(ALL_TEXTS[f"exceptions.{reason.value}.message"]) <= given


def test_issues_have_the_words_they_use_and_no_others() -> None:
    named = {name: key for name, key in vars(const).items() if name.startswith("ISSUE_")}
    assert named
    assert translated("issues") == set(named.values())
    rooms = "".join(path.read_text() for path in python_files() if path.name != "const.py")
    assert [name for name in named if name not in rooms] == []
    literals = {call for path in python_files() for call, _ in keywords(ast.parse(path.read_text()), "issue_id")}
    assert not literals, "an issue is named in const.py"


@pytest.mark.parametrize("issue", repairs._FLOWS)
def test_repair_has_the_words_it_uses_and_no_others(issue: str) -> None:
    path, kind = ("issues", issue, "fix_flow"), repairs._FLOWS[issue]
    assert isinstance(kind, type)
    ours = [one for one in kind.__mro__ if one.__module__.startswith(repairs.__package__ or "")]
    shared = ast.parse(inspect.getsource(ThingRepairFlow))
    flow = ast.parse("".join(inspect.getsource(one) for one in ours if one is not ThingRepairFlow))
    if issubclass(kind, UnlockFlow):
        flow.body.extend(ast.parse(inspect.getsource(keys)).body)  # what it says of a key
    shown = {step for step in steps_of(flow) if step in literals_of(flow)}
    offered = {option for step in tree(*path, "step") for option in tree(*path, "step", step, "menu_options")}
    assert translated(*path, "step") | offered == shown
    assert translated(*path, "error") == errors_of(flow)
    of_a_thing = issue in issues.ALL_ISSUES
    assert translated(*path, "abort") == aborts_of(flow) | (aborts_of(shared) if of_a_thing else set())


def test_every_issue_that_can_be_mended_has_its_flow() -> None:
    fixable = {key for key in tree("issues") if tree("issues", key, "fix_flow")}
    of_no_device = {const.ISSUE_BLUEPRINT, const.ISSUE_HISTORY, const.ISSUE_STORED, const.ISSUE_SWITCH_CHANGED}
    of_ports = {const.ISSUE_POWER_CYCLE}
    of_radios = {const.ISSUE_LEFT_BEHIND, const.ISSUE_RADIO, const.ISSUE_ZHA}
    of_entries = {
        issue for name, issue in vars(const).items() if name.startswith(("ISSUE_BUDGET_", "ISSUE_ROLE_", "ISSUE_RULE_"))
    }
    assert set(repairs._FLOWS) == issues._FIXABLE | of_no_device == fixable
    assert {*issues.ALL_ISSUES, *of_no_device, *of_ports, *of_radios, *of_entries} == set(tree("issues"))


# --------------------------------------------------------------------------------------- actions and system health


def test_actions_have_the_words_they_use_and_no_others() -> None:
    described = load_yaml_dict(str(INTEGRATION / "services.yaml"))
    registered = {
        value
        for module in (services, budget_services, suggest_actions)
        for name, value in vars(module).items()
        if name.startswith("ACTION_")
    }
    assert registered
    assert set(described) == translated("services") == registered
    for action, content in described.items():
        assert set((content or {}).get("fields", {})) == translated("services", action, "fields"), action
        for words in (
            tree("services", action),
            *(tree("services", action, "fields", one) for one in translated("services", action, "fields")),
        ):
            assert {"name", "description"} <= set(words)


async def test_system_health_has_the_words_it_uses_and_no_others(hass: HomeAssistant) -> None:
    registration = SystemHealthRegistration(hass, const.DOMAIN)
    system_health.async_register(hass, registration)
    assert registration.info_callback is not None
    assert translated("system_health", "info") == set(await registration.info_callback(hass))
