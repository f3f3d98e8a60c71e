"""The runs of the proof, each in a lab of its own."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
import json
from pathlib import Path
import subprocess
import sys

from script.demo.boot import DOMAIN
from script.demo.instance import TROUBLE, DemoError
from tests.netlab.inhabited import Inhabitant, inhabited
from tests.netlab.lab import Namespace

from . import scenario
from .evidence import Evidence, Seen, judge
from .hostile import FIELDS, Guard
from .listening import DOCUMENTED, kinds, listening
from .sentinels import KEY, SENTINELS, every_file, found_in
from .sinkhole import HOME, OUT, Sinkhole, sinkhole

_DEVICES = ("hall", "lamp", "desk")
_PANEL, _HOSTILE = len(_DEVICES), len(_DEVICES) + 1

_LOOKS, _LOOK_AGAIN_S = 3, 4.0

_LINGER_S = 155.0
"""Longer than the longest pause between two scans: what the first one did not follow, a later one might."""

_SLACK_S = 5.0
"""So much longer may a step take without a way out: less than any name or connection takes to be given up."""

type Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where runs are made, what they find, and who hears how far they are."""

    folder: Path
    evidence: Evidence
    told: Told

    def place(self, run: str) -> Path:
        """Return the folder of a run."""
        return self.folder / run.replace(" ", "-")


@contextmanager
def inhabitants(hole: Sinkhole, *, panel: bool) -> Iterator[dict[str, Inhabitant]]:
    """Run the devices, good and hostile."""
    control = hole.records / "house"
    control.mkdir()
    with ExitStack() as stack:
        machines = hole.lab.devices
        devices = {name: stack.enter_context(inhabited(machines[n], name, control)) for n, name in enumerate(_DEVICES)}
        if panel:
            stack.enter_context(_ready(machines[_PANEL], "-m", "tests.lab.panel", str(control)))
        stack.enter_context(_ready(machines[_HOSTILE], "-m", "tests.lab.hostile", "10.77.0.6"))
        yield devices


@contextmanager
def _ready(machine: Namespace, *argv: str) -> Iterator[None]:
    """Keep a Python program running, from when it says that it is ready."""
    with machine.running(sys.executable, *argv) as process:
        if process.stdout is None:
            raise TypeError("the process was started without a pipe")
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line == json.dumps({"ready": True}) + "\n":
                break
        else:
            raise OSError("".join(said))
        yield


def canary(bench: Bench) -> None:
    """See that what leaks is caught: else all the rest proves nothing."""
    place = bench.place("canary")
    scenario.prepare(place / "config", canary=True)
    with sinkhole(place / "records", 0) as hole:
        hole.hub.live(partial(_rest, hole, place / "config", bench.told))
    seen = Seen.of(hole)
    caught = {
        "HTTPS by name: its name": any(name.startswith("https.canary.example") for name in seen.names),
        "HTTPS by name: its packets": _sent(seen, "tcp", ("203.0.113.7", "2001:db8:ffff::7"), 443),
        "CoAP to a literal": _sent(seen, "udp", ("2001:db8:ffff::c0a9",), 5683),
        "TCP to a literal": _sent(seen, "tcp", ("203.0.113.99",), 8443),
        "a name alone": any(name.startswith("name.canary.example") for name in seen.names),
        "CoAP in a system call": any(str(one.target) == "2001:db8:ffff::c0a9" for one in seen.stray_calls),
        "TCP in a system call": any(str(one.target) == "203.0.113.99" for one in seen.stray_calls),
    }
    for leak, is_caught in caught.items():
        bench.evidence.claim("canary", f"caught: {leak}", holds=is_caught)


def _sent(seen: Seen, protocol: str, targets: tuple[str, ...], port: int) -> bool:
    return any(
        one.link == OUT and one.protocol == protocol and str(one.destination) in targets and one.detail == port
        for one in seen.packets
    )


async def _rest(hole: Sinkhole, folder: Path, told: Told) -> None:
    """Let a Home Assistant run for a while, and do nothing with it."""
    async with scenario.living(hole, folder, {}, told) as life:
        await asyncio.sleep(8)
        life.done("a Home Assistant with an integration that leaks")


def proof(bench: Bench) -> None:
    """Live through the whole scenario beside hostile devices."""
    run, place = "proof", bench.place("proof")
    config = place / "config"
    scenario.prepare(config)
    with sinkhole(place / "records", _HOSTILE + 1) as hole, inhabitants(hole, panel=True) as devices:
        hole.hub.live(partial(_whole, bench, hole, config, devices))
    seen = Seen.of(hole)
    judge(bench.evidence, run, seen)
    _judge_fields(bench, run, seen)
    _judge_log(bench, run, config)
    left = every_file(config)
    for sentinel in SENTINELS:
        held = [file.relative_to(config).as_posix() for file in found_in(left, sentinel)]
        holds = all(name.startswith("home-assistant_v2.db") for name in held)
        what = f"after all is removed, the {sentinel} is in no file but the recorder's ({len(left)} files)"
        bench.evidence.claim(run, what, holds=holds, seen=held)
    for sentinel in SENTINELS:
        links = [link for link, file in hole.links.items() if found_in([file], sentinel)]
        what = f"on the wire, the {sentinel} is on the home's link only"
        bench.evidence.claim(run, what, holds=links == [HOME], seen=links)


async def _whole(bench: Bench, hole: Sinkhole, config: Path, devices: dict[str, Inhabitant]) -> None:
    async with scenario.living(hole, config, devices, bench.told) as life:
        before = listening(hole.hub)
        await scenario.budget(life)
        await scenario.meet(life)
        await scenario.provoke(life, _LINGER_S)
        await scenario.mind(life)
        await scenario.shed(life)
        await _judge_sockets(bench, hole, before)
        _judge_secrets(bench, config)
        await _judge_diagnostics(bench, life)
        await scenario.end(life)
        bench.evidence.figures["proof, steps"] = {step.name: step.seconds for step in life.steps}


async def _judge_sockets(bench: Bench, hole: Sinkhole, before: frozenset[str]) -> None:
    """Claim of what the integration has open, beside what was before; a scan has more, for its few seconds."""
    stay = listening(hole.hub)
    for _ in range(_LOOKS):
        await asyncio.sleep(_LOOK_AGAIN_S)
        stay &= listening(hole.hub)
    ours = kinds(stay - before)
    what = "what the integration listens on is what SECURITY.md lists"
    seen = [*(f"ours: {one} x{count}" for one, count in ours.items()), *(f"before: {one}" for one in sorted(before))]
    bench.evidence.claim("proof", what, holds=bool(before) and ours == DOCUMENTED, seen=seen)


def _judge_secrets(bench: Bench, config: Path) -> None:
    """Claim of a running house that its key is in the private file alone."""
    held = found_in(every_file(config), "key")
    private = all(file.name.endswith(".credentials") and file.stat().st_mode & 0o077 == 0 for file in held)
    seen = [f"{file.relative_to(config)} {file.stat().st_mode & 0o777:o}" for file in held]
    bench.evidence.claim("proof", "the key is in the private file alone", holds=bool(held) and private, seen=seen)


async def _judge_diagnostics(bench: Bench, life: scenario.Life) -> None:
    """Claim of what a person may show to others that neither the key nor an address of the home is in it."""
    path = f"/api/diagnostics/config_entry/{await life.entry_of('Local network')}"
    text = json.dumps(await life.instance.request("GET", path))
    seen = [word for word in (KEY, "10.77.0.", "fd00:77:", "fe80:") if word in text]
    what = f"neither the key nor an address is in the diagnostics ({len(text)} characters)"
    bench.evidence.claim("proof", what, holds=DOMAIN in text and not seen, seen=seen)


def _judge_fields(bench: Bench, run: str, seen: Seen) -> None:
    followed = [one.name for one in seen.followed]
    what = f"none of {len(FIELDS)} hostile fields was followed"
    bench.evidence.claim(run, what, holds=not followed, seen=followed)


def _judge_log(bench: Bench, run: str, config: Path) -> None:
    log = (config / "home-assistant.out").read_text(errors="replace")
    ours = [entry for entry in TROUBLE.findall(log) if "local_things" in entry]
    bench.evidence.claim(run, "no error of ours in the log", holds=not ours, seen=ours)


def offline(bench: Bench) -> None:
    """Do the same with the way out cut, then start again with no network at all (L3)."""
    run, place = "offline", bench.place("offline")
    config = place / "config"
    scenario.prepare(config)
    with sinkhole(place / "records", _HOSTILE + 1) as hole, inhabitants(hole, panel=False) as devices:
        hole.cut(OUT)
        hole.hub.live(partial(_without_a_way_out, bench, hole, config, devices))
        hole.cut(HOME)
        hole.hub.live(partial(_restarted, bench, hole, config))
    seen = Seen.of(hole)
    judge(bench.evidence, run, seen)
    _judge_log(bench, run, config)


async def _without_a_way_out(bench: Bench, hole: Sinkhole, config: Path, devices: dict[str, Inhabitant]) -> None:
    async with scenario.living(hole, config, devices, bench.told) as life:
        await scenario.begin(life)
        await scenario.meet(life)
        await scenario.mind(life)
        steps = {step.name: step.seconds for step in life.steps}
    bench.evidence.figures["offline, steps"] = steps
    before = bench.evidence.figures.get("proof, steps")
    if isinstance(before, dict):
        slow = [f"{name}: {took} s" for name, took in steps.items() if took > before.get(name, took) + _SLACK_S]
        bench.evidence.claim("offline", "no step waited for what is not there", holds=not slow, seen=slow)


async def _restarted(bench: Bench, hole: Sinkhole, config: Path) -> None:
    """Start once more, with no network at all."""
    async with scenario.living(hole, config, {}, bench.told) as life:
        states = {entry["title"]: entry["state"] for entry in await life.entries()}
        shown = await life.state("sensor.hall_temperature")
        life.done("started again with no network at all")
    seen = [*(f"{title}: {state}" for title, state in states.items()), f"sensor.hall_temperature: {shown}"]
    holds = bool(states) and set(states.values()) == {"loaded"} and shown in {"unavailable", "unknown"}
    bench.evidence.claim("offline", "it loads with no network at all, and shows nothing stale", holds=holds, seen=seen)


def mutation(bench: Bench, name: str, *guards: Guard) -> None:
    """Take guards out of a copy of the package: each field that they hold back must be seen to be followed."""
    run = f"without {name}"
    place = bench.place(run)
    config = place / "config"
    scenario.prepare(config, guards=guards)
    with sinkhole(place / "records", _HOSTILE + 1) as hole, inhabitants(hole, panel=False) as devices:
        hole.hub.live(partial(_led_astray, hole, config, devices, bench.told))
    seen = Seen.of(hole)
    for field in FIELDS:
        if field.guard in guards:
            bench.evidence.claim(run, f"red: {field.name} ({field.host})", holds=seen.reaches(field))
    bench.evidence.figures[run] = {
        "strays": len(seen.strays),
        "names": len(seen.foreign_names),
        "followed": [one.name for one in seen.followed],
    }


async def _led_astray(hole: Sinkhole, config: Path, devices: dict[str, Inhabitant], told: Told) -> None:
    async with scenario.living(hole, config, devices, told) as life:
        await scenario.begin(life)
        await scenario.provoke(life, 45)


def run_all(bench: Bench, wanted: tuple[str, ...]) -> None:
    """Make the runs that are wanted, the canary always first. Raises DemoError where the lab itself is broken."""
    canary(bench)
    if not bench.evidence.holds:
        raise DemoError("the canary was not caught: the lab is broken, and proves nothing")
    runs = {
        "proof": partial(proof, bench),
        "offline": partial(offline, bench),
        "mutation": partial(mutation, bench, "any guard", *[guard for guard in Guard if guard is not Guard.NOT_KEPT]),
    }
    for name in wanted:
        try:
            runs[name]()
        except (DemoError, OSError, ValueError, subprocess.SubprocessError) as err:
            bench.evidence.claim(name, "the run came to its end", holds=False, seen=[str(err)])
