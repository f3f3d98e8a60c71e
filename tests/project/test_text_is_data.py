"""T11: no text is put together where a template, YAML or a notification is made of it: it might be a device's."""

import ast

import pytest

from .repository import INTEGRATION, python_files

MAKERS = frozenset(
    {
        *("Template", "Environment", "from_string", "async_render", "async_render_with_possible_json_value"),
        *("safe_load", "parse_yaml", "load_yaml", "save_yaml", "compose"),
        *("eval", "exec", "compile", "literal_eval"),
    }
)
"""What makes more than text of a text."""

TEMPLATES = frozenset({"value_template", "template", "data_template", "wait_template"})
"""Keys under which Home Assistant looks for a template: nothing that we write has one."""

READERS = frozenset({"rules/actions.py", "rules/conditions.py"})
"""They know the keys of the user's own rules, and write none."""

NOTIFIERS = frozenset({"persistent_notification"})


def name_of(function: ast.expr) -> str:
    """Return the last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_put_together(node: ast.expr) -> bool:
    """Tell whether a text is made of parts here: an f-string, `%`, `+`, `format` or `join`."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod() | ast.Add()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return True
    return False


def sins(source: str) -> list[str]:
    """Return the lines of a module that make more than text of a text that they put together."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=function, args=args, keywords=keywords):
                owner = name_of(function.value) if isinstance(function, ast.Attribute) else ""
                is_maker = (name_of(function) in MAKERS and owner != "re") or owner in NOTIFIERS
                given = [*args, *(one.value for one in keywords if one.arg != "notification_id")]
                if is_maker and any(is_put_together(one) for one in given):
                    found.append(f"{node.lineno}: {ast.unparse(node)}")
            case ast.Dict(keys=keys):
                found += [
                    f"{node.lineno}: {key.value}"
                    for key in keys
                    if isinstance(key, ast.Constant) and key.value in TEMPLATES
                ]
    return found


@pytest.mark.parametrize(
    "planted",
    (
        "Template(f'{{{{ {name} }}}}', hass)",
        "template.Template('{{ ' + name + ' }}', hass)",
        "yaml.safe_load('alias: %s' % name)",
        "parse_yaml('alias: {}'.format(name))",
        "yaml.compose('\\n'.join(names))",
        "persistent_notification.async_create(hass, f'{name} was found')",
        "persistent_notification.async_create(hass, message='Found ' + name)",
        "eval(f'{name}')",
        "{'conditions': [{'condition': 'template', 'value_template': x}]}",
    ),
)
def test_t11_a_planted_one_would_be_seen(planted: str) -> None:
    assert sins(planted)


@pytest.mark.parametrize(
    "harmless", ("re.compile(f'{x}')", "f'{name} was found'", "persistent_notification.async_create(hass, words['x'])")
)
def test_t11_what_is_harmless_is_let_be(harmless: str) -> None:
    assert sins(harmless) == []


def test_t11_no_template_yaml_or_notification_is_put_together() -> None:
    files = {path.relative_to(INTEGRATION).as_posix(): path for path in python_files()}
    assert files.keys() >= READERS
    found = {name: sins(path.read_text()) for name, path in files.items() if name not in READERS}
    assert {name: lines for name, lines in found.items() if lines} == {}
