"""L0: what can be seen in the sources alone. None of it needs a lab."""

import ast
from collections.abc import Iterator
import importlib.metadata
import json
from pathlib import Path
import re
from typing import Final

import pytest
from zigpy.config import SCHEMA_OTA

from script.demo.seed import INTEGRATION

SOURCES: Final = sorted(INTEGRATION.rglob("*.py"))

MAY_SPEAK: Final = {
    "adapters/poe/adapter.py": "aiohttp: a session for the web interface of a switch, asked through transports/http",
    "adapters/wot/adapter.py": "aiohttp: a session for Things over HTTP, asked through transports/http",
    "things/traffic.py": "socket: the number of an interface, by its name",
    "adapters/zigbee/flood.py": "socket: the names of options of a socket that zigpy opened",
}
"""Who but transports/ may import what opens sockets, and what for."""

SPEAKING: Final = frozenset(
    {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl", "websockets"}
)

QUIET: Final = {
    "aiocoap": "asks whom it is told to; its proxy and directory are programs of their own",
    "cbor2": "has no socket",
    "filelock": "opens no connection; aiocoap imports it for contexts on files, which we do not use",
    "pysnmp": "asks whom it is told to; it fetches no MIB",
}
"""Every requirement, and what it does to the network of its own accord: nothing. Looked at by hand, in its sources."""


def written(path: Path) -> Iterator[str]:
    """Yield every text in a module that is no docstring."""
    tree = ast.parse(path.read_text())
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def imported(path: Path) -> set[str]:
    """Return the first names of what a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
            names |= {"urllib.request"} & {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_there_are_sources() -> None:
    assert len(SOURCES) > 200
    assert "aiohttp" in imported(INTEGRATION / "transports" / "http" / "client.py")


@pytest.mark.parametrize(
    "source", ["x = 'https://telemetry.example/v1'", "f(url='http://192.0.2.1')", "coap = 'coap://[2001:db8::1]/'"]
)
def test_a_planted_address_would_be_seen(source: str, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(source)
    assert [text for text in written(tmp_path / "planted.py") if is_address(text)]


def is_address(text: str) -> bool:
    """Tell whether a text names a server; a name without a dot is nowhere on the internet."""
    return bool(re.search(r"\b(?:https?|wss?|coaps?|mqtts?)(?:\+\w+)?://(?:[\w-]+\.|\[[0-9a-f])", text))


def test_no_source_names_a_server() -> None:
    named = {
        path.relative_to(INTEGRATION).as_posix(): text for path in SOURCES for text in written(path) if is_address(text)
    }
    assert named == {}


def test_only_transports_open_sockets() -> None:
    speaking = {
        path.relative_to(INTEGRATION).as_posix() for path in SOURCES if imported(path) & (SPEAKING | {"urllib.request"})
    }
    assert {one for one in speaking if not one.startswith("transports/")} == set(MAY_SPEAK)


def test_the_manifest_promises_a_local_integration() -> None:
    manifest = json.loads((INTEGRATION / "manifest.json").read_text())
    assert manifest["iot_class"] in {"local_push", "local_polling"}
    required = {re.split(r"[^\w-]", one)[0] for one in manifest["requirements"]}
    assert required == set(QUIET)
    assert all(importlib.metadata.version(name) for name in QUIET)


def test_what_zigpy_would_do_unasked_is_switched_off() -> None:
    # The one known: without a word it asks three servers for firmware. That none is left in a running application is in
    # tests/adapters/zigbee/test_faults.py; the schema fills the list in, switched off or not.
    assert SCHEMA_OTA({})["enabled"] is True
    assert SCHEMA_OTA({})["providers"]
    radio = (INTEGRATION / "adapters" / "zigbee" / "radio.py").read_text()
    assert '"ota": {"enabled": False}' in radio
