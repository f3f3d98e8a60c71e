"""The control channel: a Unix socket per device, which crosses network namespaces; one JSON line each way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, fields
import json
from os import getuid
from pathlib import Path
import socket
import tempfile
from typing import Final

from .device import Device
from .devices import HOUSE
from .model import IDENTITY, Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that can be done to a running device."""

    call: Callable[..., None]
    arguments: str = ""
    help: str


def _impersonate(device: Device, other: str) -> None:
    identities = {model.name: model.identity for model in HOUSE}
    device.set(IDENTITY, identities[other])


VERBS: Final[dict[str, Verb]] = {
    "status": Verb(call=lambda _: None, help="change nothing; every verb prints the status"),
    "set": Verb(call=Device.set, arguments="NAME VALUE", help="give a signal another value"),
    "press": Verb(call=lambda device, n="1": device.press(int(n)), arguments="[TIMES]", help="press the button"),
    "leak": Verb(call=lambda device, value: device.set("leak", value), arguments="on|off", help="wet or dry the floor"),
    "fail": Verb(call=Device.fail, help="fall silent until recover"),
    "sleep": Verb(
        call=lambda device, seconds: device.sleep(float(seconds)),
        arguments="SECONDS",
        help="fall silent, then return",
    ),
    "recover": Verb(call=Device.recover, help="end every fault: silence, lies, refusals, loss, modes"),
    "reboot": Verb(call=Device.reboot, help="forget observers, Message-IDs and the Observe sequence"),
    "stop": Verb(call=Device.stop, help="close the port, as a killed process does"),
    "start": Verb(call=Device.start, help="open the port again"),
    "address": Verb(call=Device.move, arguments="ADDRESS", help="move to another address"),
    "lie": Verb(call=Device.lie, help="answer writes with 2.04 and do not apply them"),
    "refuse": Verb(call=Device.refuse, arguments="CODE", help="answer with an error such as 4.03"),
    "lose": Verb(
        call=lambda device, part: device.lose(float(part)),
        arguments="PART",
        help="lose this part (0…1) of all datagrams",
    ),
    "impostor": Verb(call=_impersonate, arguments="DEVICE", help="claim the identity of another device"),
    "mode": Verb(call=Device.misbehave, arguments="MODE", help="misbehave in one way (gremlin); recover ends it"),
    "flood": Verb(
        call=lambda device, count: device.flood(int(count)),
        arguments="COUNT",
        help="send each observer so many notifications",
    ),
    "babble": Verb(
        call=lambda device, count: device.babble(int(count)),
        arguments="COUNT",
        help="send each observer so many malformed datagrams",
    ),
}


def default_directory() -> Path:
    """Return where the control sockets of this user's house are."""
    return Path(tempfile.gettempdir()) / f"simulated-house-{getuid()}"


def socket_path(directory: Path, device: str) -> Path:
    """Return the control socket of a device."""
    return directory / f"{device}.sock"


async def listen(device: Device, directory: Path) -> asyncio.Server:
    """Serve the control socket of a device."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = _obey(device, await reader.readline())
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(serve, socket_path(directory, device.name))


def command(directory: Path, device: str, verb: str, arguments: list[str]) -> dict[str, object]:
    """Tell a running device to do something and return its status, or {"error": …}; raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(10)
        sock.connect(str(socket_path(directory, device)))
        sock.sendall(json.dumps([verb, *arguments]).encode() + b"\n")
        with sock.makefile(encoding="utf-8") as file:
            answer: dict[str, object] = json.loads(file.readline())
            return answer


def _obey(device: Device, line: bytes) -> dict[str, object]:
    try:
        verb, *arguments = json.loads(line)
        VERBS[verb].call(device, *arguments)
    except (KeyError, TypeError, ValueError, OSError) as err:
        return {"error": f"{type(err).__name__}: {err}"}
    return {
        "device": device.name,
        "uri": device.uri,
        "observers": device.observers,
        "requests": device.requests.total(),
        "values": device.values,
        "faults": [row.name for row in fields(Faults) if getattr(device.faults, row.name) != row.default],
    }
