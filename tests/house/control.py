"""The control channel: a Unix socket per part of the house, which crosses namespaces; one JSON line each way."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
import json
from os import getuid
from pathlib import Path
import socket
import tempfile
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that can be done to a running part, given the words of the command or the JSON values of a test."""

    call: Callable[..., Awaitable[None] | None]
    arguments: str = ""
    help: str


def truth(text: object) -> bool:
    """Return what "on", "off" and their like mean; raises ValueError."""
    words = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    if (word := str(text).strip().lower()) not in words:
        raise ValueError(f"on or off, not {text!r}")
    return words[word]


class Part(Protocol):
    """What is on the network of the house."""

    @property
    def name(self) -> str:
        """What it is called here."""

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""

    @property
    def subject(self) -> object:
        """What the verbs are called with first."""

    async def start(self) -> None:
        """Be there; raises OSError."""

    async def stop(self) -> None:
        """Leave nothing."""

    def status(self) -> dict[str, object]:
        """Return, as JSON, what a person or a test asks after; `device`, `address` and `port` among it."""


def default_directory() -> Path:
    """Return where the control sockets of this user's house are."""
    return Path(tempfile.gettempdir()) / f"simulated-house-{getuid()}"


def socket_path(directory: Path, part: str) -> Path:
    """Return the control socket of a part."""
    return directory / f"{part}.sock"


async def listen(part: Part, directory: Path) -> asyncio.Server:
    """Serve the control socket of a part."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = await _obey(part, await reader.readline())
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(serve, socket_path(directory, part.name))


def command(directory: Path, part: str, verb: str, arguments: list[str]) -> dict[str, object]:
    """Tell a running part to do something and return its status, or {"error": …}; raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(10)
        sock.connect(str(socket_path(directory, part)))
        sock.sendall(json.dumps([verb, *arguments]).encode() + b"\n")
        with sock.makefile(encoding="utf-8") as file:
            answer: dict[str, object] = json.loads(file.readline())
            return answer


async def send(directory: Path, part: str, verb: str, *arguments: object) -> dict[str, object]:
    """Do what `command` does without stopping this loop."""
    reader, writer = await asyncio.open_unix_connection(socket_path(directory, part))
    try:
        writer.write(json.dumps([verb, *arguments]).encode() + b"\n")
        answer: dict[str, object] = json.loads(await reader.readline())
        return answer
    finally:
        writer.close()
        await writer.wait_closed()


async def _obey(part: Part, line: bytes) -> dict[str, object]:
    try:
        verb, *arguments = json.loads(line)
        if (doing := part.verbs[verb].call(part.subject, *arguments)) is not None:
            await doing
    except (KeyError, TypeError, ValueError, OSError) as err:
        return {"error": f"{type(err).__name__}: {err}"}
    return part.status()
