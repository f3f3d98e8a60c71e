"""A lab whose hub also has a way out, into a sink: what leaves the home network is caught there, not refused unseen.

Without a default route the proof would prove nothing: the kernel refuses such a packet before it is on any wire.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
import shutil
import subprocess
import sys
import time

from tests.netlab.lab import Flavour, Lab, Namespace, namespace, network_lab, wait_until_up, why_not as why_no_lab

HOME = "eth0"
OUT = "up0"
"""The links of the hub: to the devices, and to the sink."""

START_S = 90
"""A start has so long, in ordinary time, before time is hastened."""

ROOT = Path(__file__).parents[2]

_OWN = ("192.0.2.1/24", "2001:db8:88::1/64")
_SINK = ("192.0.2.2", "2001:db8:88::2")
_GRACE_S = 10.0
_LAST_S = 1.0
"""How long the capture outlives what it captures, so that the last packets are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sinkhole:
    """The machines, and what is written down of them: in `records`, a file per link and one of the names."""

    lab: Lab
    sink: Namespace
    records: Path

    @property
    def hub(self) -> Namespace:
        """Where Home Assistant lives."""
        return self.lab.hub

    @property
    def links(self) -> dict[str, Path]:
        """The capture of each link of the hub but its loopback interface."""
        return {link: self.records / f"{link}.pcap" for link in (HOME, OUT)}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that was asked for, in its order."""
        return tuple(self._names.read_text().split())

    @property
    def calls(self) -> Path:
        """What strace writes."""
        return self.records / "calls.txt"

    @property
    def _names(self) -> Path:
        return self.records / "names.txt"

    def cut(self, *links: str) -> None:
        """Take links of the hub down."""
        for link in links:
            self.hub.run("ip", "link", "set", link, "down")

    def environment(self, speed: int = 1) -> Path:
        """Return a folder of programs as a virtual environment has one, whose `hass` runs in the hub, under strace.

        strace is a grandchild (-D), so that who ends the program that it started ends Home Assistant. With a speed,
        time passes so many times as fast in it, once it had its ordinary time to start.
        """
        folder = self.records / "environment" / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        own = Path(sys.prefix, "bin")
        traced = "strace -D -f --seccomp-bpf -qq -yy -A -e trace=connect,sendto,sendmsg,sendmmsg -o"
        _program(folder / "python", f'exec {own}/python "$@"')
        hastened = f"env PYTHONPATH={ROOT} {own}/python -m tests.lab.hastened {speed} {START_S}"
        hass = hastened if speed > 1 else f"{own}/hass"
        _program(folder / "hass", f'exec ip netns exec {self.hub.name} {traced} {self.calls} {hass} "$@"')
        return folder.parent


def why_not() -> str:
    """Say what is missing for the proof here; empty where nothing is."""
    missing = [program for program in ("tcpdump", "strace", "ss") if not shutil.which(program)]
    return f"proof lab: no {', '.join(missing)}" if missing else why_no_lab()


@contextmanager
def sinkhole(records: Path, devices: int, flavour: Flavour = Flavour.DUAL_STACK) -> Iterator[Sinkhole]:
    """Make it, with the capture and the names running; nothing of it outlives the block."""
    with ExitStack() as stack:
        lab = stack.enter_context(network_lab(flavour, devices))
        made = Sinkhole(lab=lab, sink=stack.enter_context(namespace("sink")), records=records)
        records.mkdir(parents=True, exist_ok=True)
        _join(made)
        stack.enter_context(_resolver(made.hub))
        for link, file in made.links.items():
            argv = (
                "tcpdump",
                "-i",
                link,
                "-Z",
                "root",
                "-U",
                "--immediate-mode",
                "-s",
                "0",
                "-B",
                "16384",
                "-w",
                str(file),
            )
            stack.enter_context(_kept_running(made.hub, records / f"{link}.log", argv))
        names = (sys.executable, "-m", "tests.lab.dns_sink", str(made._names))
        stack.enter_context(_kept_running(made.sink, records / "names.log", names))
        _wait_for(*made.links.values(), made._names)
        stack.callback(time.sleep, _LAST_S)
        yield made


def _join(made: Sinkhole) -> None:
    hub, sink = made.hub, made.sink
    hub.run("ip", "link", "add", OUT, "type", "veth", "peer", "name", "eth0", "netns", sink.name)
    hub.run("ip", "link", "set", OUT, "up")
    sink.run("ip", "link", "set", "eth0", "up")
    for address, theirs in zip(_OWN, _SINK, strict=True):
        hub.run("ip", "address", "add", address, "dev", OUT)
        sink.take(f"{theirs}/{address.partition('/')[2]}")
    wait_until_up(hub, OUT)
    wait_until_up(sink)
    for version, theirs, everything in (("-4", _SINK[0], "0.0.0.0/0"), ("-6", _SINK[1], "::/0")):
        hub.run("ip", version, "route", "add", "default", "via", theirs, "dev", OUT)
        sink.run("ip", version, "route", "add", "local", everything, "dev", "lo")


@contextmanager
def _resolver(hub: Namespace) -> Iterator[None]:
    """Let who is run in the hub ask the sink for names."""
    folder = Path("/etc/netns", hub.name)
    folder.mkdir(parents=True)
    try:
        (folder / "resolv.conf").write_text(f"nameserver {_SINK[0]}\noptions timeout:1 attempts:1\n")
        yield
    finally:
        shutil.rmtree(folder)
        with suppress(OSError):  # it holds what others have put there
            folder.parent.rmdir()


@contextmanager
def _kept_running(machine: Namespace, log: Path, argv: Sequence[str]) -> Iterator[None]:
    with log.open("w") as output, subprocess.Popen(machine.command(*argv), stdout=output, stderr=output) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(_GRACE_S)


def _wait_for(*files: Path) -> None:
    """Wait until programs have made their files: from then on they miss nothing."""
    end = time.monotonic() + _GRACE_S
    while not all(file.exists() for file in files):
        if time.monotonic() > end:
            raise TimeoutError(f"not written: {[str(file) for file in files if not file.exists()]}")
        time.sleep(0.05)


def _program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o700)
