"""The servers that nobody here wrote, as rows: how each is started, and what must be there for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
import shutil
import subprocess
import sys
import time
from typing import Final

from .lab import Namespace

TEMPERATURE, OUTLET = "3303/0/5700", "3312/0/5850"
"""The resources of every device of the lab; each holds a text, which anybody may write."""

_CLIENT: Final = "coap-client-notls"
_READY: Final = 10.0

_NODE: Final = Path(__file__).parent / "servers" / "node" / "server.js"
_NODE_PATH: Final = Path(sys.prefix, "node", "node_modules")
"""Where script/setup installs what package-lock.json names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One server. `host` is where its own machine finds it.

    `told` is what libcoap's client tells it when it runs, to make the resources that it shall have. One that `moves`
    has other addresses when it is started again.
    """

    name: str
    command: tuple[str, ...]
    host: str = "[::1]"
    env: Mapping[str, str] = field(default_factory=dict)
    told: tuple[tuple[str, ...], ...] = ()
    moves: bool = False
    missing: str = ""
    """Why it cannot be here; empty where it can."""

    @contextmanager
    def running(self, machine: Namespace) -> Iterator[Device]:
        """Keep the server running, with its resources as they are at first."""
        device = Device(machine, self.host)
        with machine.running(*self.command, env=self.env):
            device.wait()
            for words in self.told:
                device.tell(*words)
            yield device


@dataclass(frozen=True, slots=True)
class Device:
    """A server as its own machine sees it, through libcoap's own client."""

    machine: Namespace
    host: str

    def get(self, path: str) -> str:
        """Return what a resource holds."""
        return self.tell("get", path).strip()

    def put(self, path: str, text: str) -> None:
        """Write a resource."""
        self.tell("put", path, "-t", "0", "-e", text)

    def tell(self, method: str, path: str, *options: str) -> str:
        """Send a request and return what was answered."""
        return self.machine.run(_CLIENT, "-B", "5", "-m", method, *options, f"coap://{self.host}/{path}")

    def wait(self) -> None:
        """Return when the server answers. Raises TimeoutError."""
        end = time.monotonic() + _READY
        while not self._answers():
            if time.monotonic() > end:
                raise TimeoutError(f"no server at {self.host}")

    def _answers(self) -> bool:
        """Ask with a patience of our own: the client would wait for seconds after a refusal."""
        command = self.machine.command(_CLIENT, "-m", "get", f"coap://{self.host}/.well-known/core")
        try:
            return bool(subprocess.run(command, check=False, capture_output=True, timeout=0.3).stdout)
        except subprocess.TimeoutExpired:
            return False


def _program(*names: str, package: str) -> str:
    """Say which program is not there."""
    absent = " and ".join(name for name in names if not shutil.which(name))
    return f"no {absent} ({package})" if absent else ""


def _module(name: str) -> str:
    return "" if find_spec(name) else f"no Python package {name} (script/setup)"


_LIBCOAP: Final = _program(_CLIENT, "coap-server-notls", "coap-rd-notls", package="Debian: libcoap3-bin")
ON_NODE: Final = _program("node", package="Debian: nodejs, and npm for script/setup") or (
    "" if _NODE_PATH.is_dir() else "no node-coap (script/setup installs it where there is npm)"
)

LIBCOAP: Final = Peer(
    name="libcoap",
    command=("coap-server-notls", "-d", "10", "-g", "ff02::fd", "-G", "eth0"),
    told=(("put", TEMPERATURE, "-t", "0", "-e", "21.5"), ("put", OUTLET, "-t", "0", "-e", "0")),
    missing=_LIBCOAP,
)

DIRECTORY: Final = Peer(
    name="coap-rd",
    command=("coap-rd-notls", "-g", "ff02::fd", "-G", "eth0"),
    told=(("post", "rd?h=kitchen&lt=600", "-t", "40", "-e", '</temp>;rt="temperature-c"'),),
    missing=_LIBCOAP,
)
"""A Resource Directory of before RFC 9176: it can be registered at, and lists who is, but has no lookup."""

PEERS: Final = (
    LIBCOAP,
    Peer(
        name="aiocoap",
        command=(sys.executable, "-m", "tests.netlab.servers.on_aiocoap"),
        moves=True,
        missing=_LIBCOAP,
    ),
    Peer(
        name="coapthon",
        command=(sys.executable, "-m", "tests.netlab.servers.on_coapthon"),
        host="127.0.0.1",
        moves=True,
        missing=_LIBCOAP or _module("coapthon"),
    ),
    Peer(
        name="node",
        command=("node", str(_NODE)),
        env={"NODE_PATH": str(_NODE_PATH)},
        missing=_LIBCOAP or ON_NODE,
    ),
)
"""Each is found, read, written, observed, killed and started again."""
