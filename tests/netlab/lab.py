"""A network of two machines, made of Linux network namespaces: `hub`, where Home Assistant lives, and `lan`.

They are joined by one link, `eth0` in both. Nothing leads out of them and nothing of them outlives the `with` block.
The link is without duplicate address detection, so that every address is usable at once.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import count
import os
import shutil
import subprocess
import time

_numbers = count()

_GRACE = 10
"""Seconds a command is given to end by itself."""


class Flavour(Enum):
    """Which addresses the link has: those of `hub`, and those of `lan`."""

    DUAL_STACK = (("fd00:77::1/64", "10.77.0.1/24"), ("fd00:77::2/64", "10.77.0.2/24"))
    IPV6_ONLY = (("fd00:77::1/64",), ("fd00:77::2/64",))


@dataclass(frozen=True, slots=True)
class Namespace:
    """One machine of the lab."""

    name: str

    def command(self, *argv: str) -> list[str]:
        """Return the command that runs `argv` in here; `ip` becomes that program, so its pid is the program's."""
        return ["ip", "netns", "exec", self.name, *argv]

    def run(self, *argv: str) -> str:
        """Run a command to its end and return what it printed. Raises CalledProcessError."""
        return subprocess.run(self.command(*argv), check=True, capture_output=True, text=True, timeout=120).stdout

    def addresses(self) -> list[str]:
        """Return the addresses of `eth0` without prefix length or zone, the link-local one included."""
        shown = self.run("ip", "-brief", "address", "show", "dev", "eth0")
        return [address.partition("/")[0] for address in shown.split()[2:]]

    @contextmanager
    def running(self, *argv: str, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
        """Keep a command running for the length of the block; what it prints is in `stdout`, errors too."""
        with subprocess.Popen(
            self.command(*argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(env or {})},
        ) as process:
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(_GRACE)
                except subprocess.TimeoutExpired:
                    process.kill()


@dataclass(frozen=True, slots=True)
class Lab:
    """The two machines."""

    hub: Namespace
    lan: Namespace


def why_not() -> str:
    """Say what is missing to make a lab here; empty where nothing is."""
    if not shutil.which("ip"):
        return "network lab: no `ip` command (Debian: iproute2)"
    probe = f"local-things-{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", probe], check=False, capture_output=True, text=True)
    if made.returncode:
        return f"network lab: {made.stderr.strip() or 'no network namespace'} (needs root)"
    subprocess.run(["ip", "netns", "delete", probe], check=True)
    return ""


@contextmanager
def network_lab(flavour: Flavour) -> Iterator[Lab]:
    """Make a lab; several may be there at once, even of several test runs."""
    with ExitStack() as stack:
        hub, lan = (stack.enter_context(_namespace(name)) for name in ("hub", "lan"))
        subprocess.run(
            ["ip", "link", "add", "eth0", "netns", hub.name, "type", "veth", "peer", "name", "eth0", "netns", lan.name],
            check=True,
        )
        for namespace, addresses in zip((hub, lan), flavour.value, strict=True):
            for address in addresses:
                namespace.run("ip", "address", "add", address, "dev", "eth0")
            namespace.run("ip", "link", "set", "eth0", "up")
        for namespace in (hub, lan):
            _wait_until_up(namespace)
        yield Lab(hub, lan)


def _wait_until_up(namespace: Namespace) -> None:
    """Wait for the carrier and the link-local address, which the kernel brings a moment later."""
    end = time.monotonic() + _GRACE
    while not (
        (state := namespace.run("cat", "/sys/class/net/eth0/operstate").strip()) == "up"
        and any(address.startswith("fe80:") for address in namespace.addresses())
    ):
        if time.monotonic() > end:
            raise TimeoutError(f"the link of the lab is still {state}")
        time.sleep(0.05)


@contextmanager
def _namespace(role: str) -> Iterator[Namespace]:
    """Make a machine with nothing but its loopback interface."""
    namespace = Namespace(f"local-things-{os.getpid()}-{next(_numbers)}-{role}")
    subprocess.run(["ip", "netns", "add", namespace.name], check=True)
    try:
        namespace.run("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad")
        namespace.run("ip", "link", "set", "lo", "up")
        yield namespace
    finally:
        subprocess.run(["ip", "netns", "delete", namespace.name], check=True)
