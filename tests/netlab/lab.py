"""A network of machines, made of Linux network namespaces: `hub`, where Home Assistant lives, and devices.

They are joined by one link, `eth0` in each, through a switch that keeps no groups. Nothing leads out of them and
nothing of them outlives the `with` block. The link is without duplicate address detection, so that every address is
usable at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import count
import os
from pathlib import Path
import shutil
import subprocess
import time

_numbers = count()

_GRACE = 10
"""Seconds a command is given to end by itself."""


class Flavour(Enum):
    """Which addresses the link has besides those that the kernel makes (fe80::/64); `{}` is 1 for the hub."""

    DUAL_STACK = ("fd00:77::{}/64", "10.77.0.{}/24")
    IPV6_ONLY = ("fd00:77::{}/64",)
    GLOBAL = ("2001:db8:77::{}/64",)
    LINK_LOCAL = ()

    def at(self, place: int) -> Iterator[str]:
        """Yield the addresses of one place on the link, with their prefix lengths."""
        return (address.format(place) for address in self.value)


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

    def addresses(self, link: str = "eth0") -> list[str]:
        """Return the addresses of a link without prefix length or zone, the link-local one included."""
        shown = self.run("ip", "-brief", "address", "show", "dev", link)
        return [address.partition("/")[0] for address in shown.split()[2:]]

    def hardware(self) -> str:
        """Return the link-layer address of `eth0`."""
        return self.run("cat", "/sys/class/net/eth0/address").strip()

    def take(self, *addresses: str) -> None:
        """Give `eth0` more addresses."""
        for address in addresses:
            self.run("ip", "address", "add", address, "dev", "eth0")

    def move(self, *addresses: str) -> None:
        """Give `eth0` other addresses in place of all that it has; the hardware stays."""
        self.run("ip", "address", "flush", "dev", "eth0")
        self.take(*addresses)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let this thread live in here for the length of the block: sockets it makes stay here afterwards."""
        with Path("/proc/thread-self/ns/net").open() as before, Path("/run/netns", self.name).open() as inside:
            os.setns(inside.fileno(), os.CLONE_NEWNET)
            try:
                yield
            finally:
                os.setns(before.fileno(), os.CLONE_NEWNET)

    def live[T](self, act: Callable[[], Awaitable[T]]) -> T:
        """Run a coroutine to its end in a loop of its own, in a thread that lives in here."""

        def run() -> T:
            with self.entered():
                return asyncio.run(awaited(act))

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run).result()

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


async def awaited[T](act: Callable[[], Awaitable[T]]) -> T:
    """Await what `act` begins."""
    return await act()


@dataclass(frozen=True, slots=True)
class Lab:
    """The machines."""

    flavour: Flavour
    switch: Namespace
    hub: Namespace
    devices: tuple[Namespace, ...]

    @property
    def lan(self) -> Namespace:
        """The first device."""
        return self.devices[0]


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
def network_lab(flavour: Flavour, devices: int = 1) -> Iterator[Lab]:
    """Make a lab; several may be there at once, even of several test runs."""
    with ExitStack() as stack:
        switch, hub, *others = (
            stack.enter_context(namespace(role)) for role in ("switch", "hub", *(f"lan{n}" for n in range(devices)))
        )
        switch.run("ip", "link", "add", "br0", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
        switch.run("ip", "link", "set", "br0", "up")
        machines = (hub, *others)
        for place, machine in enumerate(machines, 1):
            _plug(machine, switch, f"port{place}")
            machine.take(*flavour.at(place))
        for machine in machines:
            wait_until_up(machine)
        yield Lab(flavour, switch, hub, tuple(others))


def _plug(machine: Namespace, switch: Namespace, port: str) -> None:
    """Join `eth0` of a machine to a port of the switch."""
    switch.run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", machine.name)
    switch.run("ip", "link", "set", port, "master", "br0", "up")
    machine.run("ip", "link", "set", "eth0", "up")


def wait_until_up(namespace: Namespace, link: str = "eth0") -> None:
    """Wait for the carrier and the link-local address, which the kernel brings a moment later."""
    end = time.monotonic() + _GRACE
    while not (
        (state := namespace.run("cat", f"/sys/class/net/{link}/operstate").strip()) == "up"
        and any(address.startswith("fe80:") for address in namespace.addresses(link))
    ):
        if time.monotonic() > end:
            raise TimeoutError(f"the link of the lab is still {state}")
        time.sleep(0.05)


@contextmanager
def namespace(role: str) -> Iterator[Namespace]:
    """Make a machine with nothing but its loopback interface."""
    namespace = Namespace(f"local-things-{os.getpid()}-{next(_numbers)}-{role}")
    subprocess.run(["ip", "netns", "add", namespace.name], check=True)
    try:
        namespace.run("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad")
        namespace.run("ip", "link", "set", "lo", "up")
        yield namespace
    finally:
        subprocess.run(["ip", "netns", "delete", namespace.name], check=True)
