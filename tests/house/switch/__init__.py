"""A simulated PoE switch behind a real net-snmp agent, in processes of its own.

    async with simulated_switch(ports=48, budget=370) as switch:
        switch.address                              # "127.0.0.33:40161": host and port
        await switch.tell(budget=100)
        await switch.tell(port=6, fault=True)       # enabled, priority, sample, alias: VERBS in part.py
        await switch.plug(4, Attached(hardware="02:56:54:50:00:04", pd_class=2, watts=3.1, name="hall"))
        await switch.stop(); await switch.start()   # the agent dies and comes back; the ports keep their power
        (await switch.status())["delivering"]

Read with the community "public", write with "private", or as the `User` of SNMPv3 that is given.
"""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
import json
from pathlib import Path
import sys
import tempfile

from tests.house.control import send

from .agent import COMMUNITIES, User, why_not
from .model import CLASS_WATTS, Attached, Detection

__all__ = [
    "ADDRESS",
    "CLASS_WATTS",
    "COMMUNITIES",
    "Attached",
    "Detection",
    "SimulatedSwitch",
    "User",
    "simulated_switch",
    "why_not",
]

ROOT = Path(__file__).parents[3]

ADDRESS = "127.0.0.33"
"""Where a switch lives if nobody says otherwise: not at Home Assistant's own address, which no device may have."""

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSwitch:
    """A running switch: where its agent answers, and what can be done to it."""

    host: str
    port: int
    directory: Path

    @property
    def address(self) -> str:
        """Host and port, as a user types them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    async def tell(self, *, port: int | None = None, **changes: object) -> dict[str, object]:
        """Change the switch, or one port, and return the status; the verbs are those of part.py. Raises ValueError."""
        status: dict[str, object] = {}
        for verb, value in changes.items():
            status = await self._do(verb, *(() if port is None else (port,)), value)
        return status

    async def plug(self, port: int, attached: Attached | None) -> None:
        """Plug a device into a port, or pull the plug."""
        await self._do("plug", port, attached and asdict(attached))

    async def stop(self) -> None:
        """Kill the agent."""
        await self._do("stop")

    async def start(self) -> None:
        """Start the agent again."""
        await self._do("start")

    async def reset(self) -> None:
        """Make everything as it was at first, the agent alive."""
        await self._do("reset")

    async def status(self) -> dict[str, object]:
        """Return which ports deliver, which are denied, the watts in all, how often each port was powered up."""
        return await self._do("status")

    async def _do(self, verb: str, *arguments: object) -> dict[str, object]:
        answer = await send(self.directory, "switch", verb, *arguments)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer


@asynccontextmanager
async def simulated_switch(
    *,
    ports: int = 8,
    budget: float = 65.0,
    address: str = ADDRESS,
    port: int = 0,
    user: User | None = None,
    first_interface: int = 1,
    namespace: str = "",
    bridge: str = "",
) -> AsyncIterator[SimulatedSwitch]:
    """Run a switch; raises OSError when it cannot be (`why_not` says so before).

    `port` 0 is any free one. Port n is the interface `first_interface` + n - 1. In a network `namespace` with a
    `bridge`, ports are the links `port1`, `port2`… of that bridge: without power, a link is down, and the forwarding
    database is the kernel's.
    """
    with tempfile.TemporaryDirectory(prefix="simulated-switch-") as directory:
        process = await asyncio.create_subprocess_exec(
            *(("ip", "netns", "exec", namespace) if namespace else ()),
            *(sys.executable, "-m", "tests.house.switch", directory, "--address", address, "--port", str(port)),
            *("--ports", str(ports), "--budget", str(budget), "--first-interface", str(first_interface)),
            *(("--user", user.name, user.authentication, user.privacy, user.digest) if user else ()),
            *(("--bridge", bridge) if bridge else ()),
            stdin=PIPE,
            stdout=PIPE,
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            taken = await asyncio.wait_for(_ready(process), _START_SECONDS)
            yield SimulatedSwitch(host=address, port=taken, directory=Path(directory))
        finally:
            await _end(process)


async def _ready(process: Process) -> int:
    """Return the port that the agent listens on. Raises OSError."""
    if process.stdout is None:
        raise TypeError("the process was started without a pipe")
    match json.loads(await process.stdout.readline() or b"{}"):
        case {"ready": True, "port": int(port)}:
            return port
        case {"error": str(text)}:
            raise OSError(text)
        case _:
            raise OSError("the switch ended while starting")


async def _end(process: Process) -> None:
    """Close its standard input, at which it ends itself and its agent; kill it if it does not."""
    if process.stdin:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
