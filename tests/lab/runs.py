"""The runs of the proof, each in a lab of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
import subprocess

from script.demo.instance import DemoError
from tests.netlab.inhabited import Inhabitant
from tests.netlab.lab import Flavour

from . import claims, rooms, scenario
from .evidence import Evidence, Seen, judge
from .hostile import FIELDS, Guard
from .listening import listening
from .parts import HOSTILE, PANEL, PLACES, STICK, SWITCH, address, inhabitants
from .scenario import PATIENCE_S, SHED, Life
from .sentinels import TEMPERATURE
from .sinkhole import HOME, OUT, START_S, Sinkhole, sinkhole

_LINGER_S = 155.0
"""Longer than the longest pause between two scans: what the first one did not follow, a later one might."""

_SLACK_S = 5.0
"""So much longer may a step take without a way out: less than any name or connection takes to be given up."""

_HOURS, _SPEED = 4.2, 40
"""So long a house is lived in, and so many times as fast: what the Zigbee library does seldom, it does each 3.9 h."""

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
    with sinkhole(place / "records", len(PLACES)) as hole, inhabitants(hole, HOSTILE, PANEL, STICK, SWITCH) as devices:
        hole.hub.live(partial(_whole, bench, hole, config, devices))
    seen = Seen.of(hole)
    judge(bench.evidence, run, seen)
    claims.of_fields(bench.evidence, run, seen)
    claims.of_log(bench.evidence, run, config)
    claims.of_what_is_left(bench.evidence, hole, config)


async def _whole(bench: Bench, hole: Sinkhole, config: Path, devices: dict[str, Inhabitant]) -> None:
    async with scenario.living(hole, config, devices, bench.told) as life:
        before = listening(hole.hub)
        await _live(life, config, _LINGER_S)
        await claims.of_sockets(bench.evidence, hole, before)
        claims.of_secrets(bench.evidence, config)
        await claims.of_diagnostics(bench.evidence, life)
        claims.of_backup(bench.evidence, await rooms.back_up(life, config))
        await scenario.end(life)
        bench.evidence.figures["proof, steps"] = {step.name: step.seconds for step in life.steps}


async def _live(life: Life, config: Path, linger: float = 0.0) -> None:
    """Do everything that a person does with the integration; `linger` where the hostile devices are given time."""
    await scenario.budget(life)
    await scenario.meet(life)
    await scenario.unlock(life)
    await rooms.add_zigbee(life, address(STICK))
    await rooms.add_switch(life, address(SWITCH))
    if linger:
        await scenario.provoke(life, linger)
    await scenario.mind(life)
    await rooms.learn(life, config)
    await scenario.shed(life)


def offline(bench: Bench) -> None:
    """Do the same with the way out cut, then start again with no network at all (L3)."""
    run, place = "offline", bench.place("offline")
    config = place / "config"
    scenario.prepare(config)
    with sinkhole(place / "records", len(PLACES)) as hole, inhabitants(hole, HOSTILE, PANEL, STICK, SWITCH) as devices:
        hole.cut(OUT)
        hole.hub.live(partial(_without_a_way_out, bench, hole, config, devices))
        hole.cut(HOME)
        hole.hub.live(partial(_restarted, bench, hole, config))
    judge(bench.evidence, run, Seen.of(hole))
    claims.of_log(bench.evidence, run, config)


async def _without_a_way_out(bench: Bench, hole: Sinkhole, config: Path, devices: dict[str, Inhabitant]) -> None:
    async with scenario.living(hole, config, devices, bench.told) as life:
        await _live(life, config)
        steps = {step.name: step.seconds for step in life.steps}
    bench.evidence.figures["offline, steps"] = steps
    before = bench.evidence.figures.get("proof, steps")
    if isinstance(before, dict):
        timed = {name: took for name, took in steps.items() if name != SHED}  # the house decides when
        slow = [f"{name}: {took} s" for name, took in timed.items() if took > before.get(name, took) + _SLACK_S]
        bench.evidence.claim("offline", "no step waited for what is not there", holds=not slow, seen=slow)


async def _restarted(bench: Bench, hole: Sinkhole, config: Path) -> None:
    """Start once more, with no network at all; what needs a connection is tried again, as its user is told."""
    async with scenario.living(hole, config, {}, bench.told) as life:
        states = await _settled_states(life)
        shown = await life.state("sensor.hall_temperature")
        life.done("started again with no network at all")
    seen = [*(f"{title}: {state}" for title, state in states.items()), f"sensor.hall_temperature: {shown}"]
    holds = bool(states) and set(states.values()) <= {"loaded", "setup_retry"} and shown in {"unavailable", "unknown"}
    holds &= states.get("Local network") == "loaded"
    bench.evidence.claim("offline", "it loads with no network at all, and shows nothing stale", holds=holds, seen=seen)


async def _settled_states(life: Life) -> dict[str, str]:
    """Return the state of each entry by its title, when none is being set up any more, or that takes too long."""
    until = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        states = {entry["title"]: entry["state"] for entry in await life.entries()}
        if "setup_in_progress" not in states.values() or asyncio.get_running_loop().time() > until:
            return states
        await asyncio.sleep(0.5)


def links(bench: Bench) -> None:
    """Live on links without IPv4: unique local addresses, and global ones, which on the link are the home's too."""
    for name, flavour in (("IPv6 only", Flavour.IPV6_ONLY), ("global addresses on the link", Flavour.GLOBAL)):
        place = bench.place(name)
        config = place / "config"
        scenario.prepare(config)
        with sinkhole(place / "records", len(PLACES), flavour) as hole, inhabitants(hole) as devices:
            hole.hub.live(partial(_met, hole, config, devices, bench.told))
        judge(bench.evidence, name, Seen.of(hole))
        claims.of_log(bench.evidence, name, config)


async def _met(hole: Sinkhole, config: Path, devices: dict[str, Inhabitant], told: Told) -> None:
    async with scenario.living(hole, config, devices, told) as life:
        await scenario.begin(life)
        await scenario.meet(life)


def hours(bench: Bench) -> None:
    """Let a house be lived in for hours, hastened: what is done seldom is done too."""
    run, place = "hours", bench.place("hours")
    config = place / "config"
    scenario.prepare(config)
    with sinkhole(place / "records", len(PLACES)) as hole, inhabitants(hole, HOSTILE, STICK, SWITCH) as devices:
        hole.hub.live(partial(_settled, hole, config, devices, bench.told))
        hole.hub.live(partial(_hastened, bench, hole, config, devices))
    seen = Seen.of(hole)
    judge(bench.evidence, run, seen)
    claims.of_fields(bench.evidence, run, seen)


async def _settled(hole: Sinkhole, config: Path, devices: dict[str, Inhabitant], told: Told) -> None:
    async with scenario.living(hole, config, devices, told) as life:
        await scenario.begin(life)
        await scenario.meet(life)
        await rooms.add_zigbee(life, address(STICK))
        await rooms.add_switch(life, address(SWITCH))


async def _hastened(bench: Bench, hole: Sinkhole, config: Path, devices: dict[str, Inhabitant]) -> None:
    async with scenario.living(hole, config, devices, bench.told, _SPEED) as life:
        await life.shows("sensor.hall_temperature", TEMPERATURE)
        began = datetime.fromisoformat(await life.updated("sensor.hall_temperature"))
        await asyncio.sleep(START_S + _HOURS * 3600 / _SPEED)
        devices["hall"].tell("set", "temperature", "18.5")
        await life.shows("sensor.hall_temperature", "18.5")
        passed = datetime.fromisoformat(await life.updated("sensor.hall_temperature")) - began
        life.done(f"lived for {passed}")
    what = f"{_HOURS} hours passed, and a value still came in"
    bench.evidence.claim("hours", what, holds=passed.total_seconds() >= _HOURS * 3600, seen=[f"{passed} passed"])


def mutation(bench: Bench, name: str, *guards: Guard) -> None:
    """Take guards out of a copy of the package: each field that they hold back must be seen to be followed."""
    run = f"without {name}"
    place = bench.place(run)
    config = place / "config"
    scenario.prepare(config, guards=guards)
    with sinkhole(place / "records", len(PLACES)) as hole, inhabitants(hole, HOSTILE, STICK) as devices:
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
        await rooms.add_zigbee(life, address(STICK))
        await scenario.provoke(life, 45)


def run_all(bench: Bench, wanted: tuple[str, ...]) -> None:
    """Make the runs that are wanted, the canary always first. Raises DemoError where the lab itself is broken."""
    canary(bench)
    if not bench.evidence.holds:
        raise DemoError("the canary was not caught: the lab is broken, and proves nothing")
    guards = [guard for guard in Guard if guard is not Guard.NOT_KEPT]
    runs = {
        "proof": partial(proof, bench),
        "offline": partial(offline, bench),
        "links": partial(links, bench),
        "hours": partial(hours, bench),
        "mutation": partial(mutation, bench, "any guard", *guards),
    }
    for name in wanted:
        try:
            runs[name]()
        except (DemoError, OSError, ValueError, subprocess.SubprocessError) as err:
            bench.evidence.claim(name, "the run came to its end", holds=False, seen=[str(err)])
