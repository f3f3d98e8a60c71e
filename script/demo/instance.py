"""Start, watch and stop what the demo is made of: Home Assistant and the simulated house, each its own process."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
import json
from pathlib import Path
import re
import signal
import socket
import sys
import time

import aiohttp

from .seed import ACCESS_FILE

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
STOP_SECONDS = 30
RESTART_EXIT_CODE = 100
"""What Home Assistant ends with when the user asked for a restart."""

TROUBLE = re.compile(r"^\S+ \S+ (?:ERROR|CRITICAL) .*$(?:\n(?!\d{4}-).*)*", re.MULTILINE)
"""A line of the log at level ERROR or above, with the traceback that follows it."""

_started = time.monotonic()


class DemoError(Exception):
    """Something of the demo did not work; the message says what, to the person at the terminal."""


def say(text: str) -> None:
    """Tell how far we are; on standard error, as in the shell scripts."""
    print(f"[{time.monotonic() - _started:4.0f}s] {text}", file=sys.stderr, flush=True)


def free_port(first: int, last: int) -> int:
    """Return the first TCP port of the loopback interface that nobody listens on."""
    for port in range(first, last):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise DemoError(f"no free port from {first} to {last}")


async def stop(process: Process) -> None:
    """End a process that we started: asked first, then made to."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A running Home Assistant: where it is, and how to get in."""

    address: str
    folder: Path
    user: str
    password: str
    token: str

    async def request(self, method: str, path: str, content: object = None) -> object:
        """Ask its REST interface. Raises aiohttp.ClientError."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(self.address, headers=headers, raise_for_status=True) as session,
            session.request(method, path, json=content, timeout=aiohttp.ClientTimeout(total=30)) as response,
        ):
            answer: object = await response.json()
            return answer

    async def command(self, command_type: str) -> object:
        """Send one command over its WebSocket interface and return the result. Raises DemoError."""
        async with aiohttp.ClientSession(self.address) as session, session.ws_connect("/api/websocket") as socket_:
            await socket_.receive_json()
            await socket_.send_json({"type": "auth", "access_token": self.token})
            await socket_.receive_json()
            await socket_.send_json({"id": 1, "type": command_type})
            answer = await socket_.receive_json()
        if not answer["success"]:
            raise DemoError(f"Home Assistant refused {command_type}: {answer['error']['message']}")
        result: object = answer["result"]
        return result

    def log(self) -> str:
        """Return what it has logged so far."""
        return (self.folder / "home-assistant.out").read_text(errors="replace")

    def check_log(self) -> None:
        """Raise DemoError when an error was logged in which this integration has a part."""
        if trouble := [entry for entry in TROUBLE.findall(self.log()) if "local_things" in entry]:
            raise DemoError("\n".join(("Home Assistant logged errors of ours:", *trouble)))


async def _seed(environment: Path, folder: Path, port: int) -> None:
    seeding = await asyncio.create_subprocess_exec(
        environment / "bin" / "python", "-m", "script.demo.seed", folder, str(port), cwd=ROOT
    )
    if await seeding.wait():
        raise DemoError(f"the configuration in {folder} could not be prepared")


async def _launch(environment: Path, folder: Path) -> Process:
    with (folder / "home-assistant.out").open("ab") as output:
        return await asyncio.create_subprocess_exec(
            environment / "bin" / "hass",
            "--config",
            folder,
            "--skip-pip",
            "--log-no-color",
            stdout=output,
            stderr=output,
            cwd=folder,
            # Ctrl-C is for us; we end the others ourselves, in order.
            start_new_session=True,
        )


async def _until_running(instance: Instance, process: Process) -> None:
    for _ in range(START_SECONDS * 2):
        if process.returncode is not None:
            raise DemoError(f"Home Assistant ended by itself; the end of its log:\n{instance.log()[-3000:]}")
        with suppress(aiohttp.ClientError, TimeoutError):
            match await instance.request("GET", "/api/config"):
                case {"state": "RUNNING"}:
                    return
        await asyncio.sleep(0.5)
    raise DemoError(f"Home Assistant did not start within {START_SECONDS} s; see {instance.folder}/home-assistant.out")


async def _supervise(environment: Path, folder: Path, processes: list[Process]) -> None:
    """Start Home Assistant again whenever its user asked for a restart; return when it ended otherwise."""
    while await processes[-1].wait() == RESTART_EXIT_CODE:
        say("Home Assistant restarts")
        processes.append(await _launch(environment, folder))


@asynccontextmanager
async def home_assistant(
    environment: Path, folder: Path, port: int
) -> AsyncIterator[tuple[Instance, asyncio.Task[None]]]:
    """Run a Home Assistant on 127.0.0.1: yields it once it runs, with a task that ends when it does."""
    await _seed(environment, folder, port)
    access = json.loads((folder / ACCESS_FILE).read_text())
    instance = Instance(address=f"http://127.0.0.1:{port}", folder=folder, **access)
    processes = [await _launch(environment, folder)]
    async with AsyncExitStack() as stack:
        stack.push_async_callback(lambda: stop(processes[-1]))
        await _until_running(instance, processes[-1])
        ended = asyncio.create_task(_supervise(environment, folder, processes))
        stack.callback(ended.cancel)
        yield instance, ended


@asynccontextmanager
async def simulated_house(environment: Path, *arguments: str) -> AsyncIterator[dict[str, str]]:
    """Run the simulated house beside it: yields host and port of its devices by name, once they answer."""
    process = await asyncio.create_subprocess_exec(
        environment / "bin" / "python", "-m", "tests.house", *arguments, stdout=PIPE, cwd=ROOT, start_new_session=True
    )
    try:
        yield await asyncio.wait_for(_devices(process), START_SECONDS)
    finally:
        await stop(process)


async def _devices(process: Process) -> dict[str, str]:
    """Read the house's JSON lines: one per device, then that it is ready."""
    if process.stdout is None:
        raise TypeError("the process was started without a pipe")
    devices: dict[str, str] = {}
    async for line in process.stdout:
        match json.loads(line):
            case {"device": str(name), "address": str(address), "port": int(port)}:
                devices[name] = f"{address}:{port}"
            case {"ready": True}:
                return devices
    raise DemoError("the simulated house did not start; is another one running on this machine?")
