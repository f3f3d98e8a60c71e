"""A real Home Assistant meets servers that nobody here wrote: found by multicast, accepted, used, lost, back.

Runs inside the `hub` of a lab (lab.py); the servers (peers.py) run in machines of their own, on the same link. All are
met at once, as in a home, so that one start of Home Assistant serves them all; each has an outcome of its own.

Usage: python -m tests.netlab.scenario [--until-used] FOLDER NAME=NAMESPACE…: where Home Assistant keeps its files, and
the machine of each server. Prints, as JSON, what went wrong with each: nothing, if all is well.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
import json
from pathlib import Path
import sys
import time

import aiohttp

from script.demo.boot import DOMAIN, ENTRIES, FLOWS, set_up
from script.demo.instance import DemoError, Instance, home_assistant, say

from .lab import Flavour, Namespace
from .peers import DIRECTORY, LIBCOAP, OUTLET, PEERS, TEMPERATURE, Device, Peer

PORT = 18123

FIND_SECONDS = 30
"""coap-server waits up to 5 s before it answers a multicast request; a scan listens a little longer."""

PUSH_SECONDS = 5
"""A change is seen sooner than any poll would come (every 30 s at most)."""

LOST_SECONDS = 60
BACK_SECONDS = 60
"""Within the observe period: nothing says how old a value may be, so it is 60 s (RFC 7252, 5.10.5)."""

NEW_PLACE = ("fe80::77:{}/64", *Flavour.DUAL_STACK.value)
"""The addresses of a device that has moved."""

type State = Mapping[str, object]


class Met:
    """One server of the scenario, in its machine."""

    def __init__(self, peer: Peer, machine: Namespace) -> None:
        """Start the server."""
        self.peer = peer
        self.machine = machine
        self._life = ExitStack()
        self.device = self._life.enter_context(peer.running(machine))
        hardware = machine.hardware().replace(":", "")
        self.thing_id = f"urn:dev:mac:{hardware[:6]}fffe{hardware[6:]}"  # RFC 9039, 4.1

    async def kill(self) -> None:
        """End the server."""
        await asyncio.to_thread(self._life.close)

    async def start(self, place: int) -> Device:
        """Start the server again, at other addresses if it is one that moves."""
        if self.peer.moves:
            self.machine.move(*(address.format(place) for address in NEW_PLACE))
        self.device = await asyncio.to_thread(self._life.enter_context, self.peer.running(self.machine))
        return self.device

    def temperature(self, degrees: float) -> Callable[[State], bool]:
        """Return a test for the temperature sensor at so many °C."""
        return lambda state: (
            str(state["entity_id"]).startswith(f"sensor.{self.peer.name}_temperature")
            and state["state"] == str(degrees)
        )

    def outlet(self, shown: str) -> Callable[[State], bool]:
        """Return a test for the switch."""
        return lambda state: str(state["entity_id"]).startswith(f"switch.{self.peer.name}") and state["state"] == shown


async def until(instance: Instance, seconds: float, what: str, wanted: Callable[[State], bool]) -> State:
    """Return the first state that is `wanted`. Raises DemoError after `seconds`."""
    begin = time.monotonic()
    shown: list[State] = []
    while (spent := time.monotonic() - begin) < seconds:
        shown = await rows(instance.request("GET", "/api/states"))
        if state := next(filter(wanted, shown), None):
            say(f"{what}, after {spent:.1f} s")
            return state
        await asyncio.sleep(0.1)
    states = {state["entity_id"]: state["state"] for state in shown}
    raise DemoError(f"not within {seconds} s: {what}; there is {states}")


async def rows(answer: Awaitable[object]) -> list[Mapping[str, object]]:
    """Return an answer that is a list of objects."""
    match await answer:
        case list(found):
            return [row for row in found if isinstance(row, dict)]
        case other:
            raise DemoError(f"not a list: {other}")


async def cards(instance: Instance) -> dict[str, list[str]]:
    """Return the flows of our open discovery cards, by the id of what was found."""
    by_id: dict[str, list[str]] = {}
    for flow in await rows(instance.command("config_entries/flow/progress")):
        if flow["handler"] == DOMAIN and isinstance(context := flow["context"], dict):
            by_id.setdefault(str(context["unique_id"]), []).append(str(flow["flow_id"]))
    return by_id


async def find(instance: Instance, wanted: set[str]) -> dict[str, list[str]]:
    """Wait for the cards of the devices in `wanted`, and return all that there are."""
    end = time.monotonic() + FIND_SECONDS
    while not wanted <= (await cards(instance)).keys() and time.monotonic() < end:
        await asyncio.sleep(0.5)
    await asyncio.sleep(3)  # were each address of a device taken for a device, more cards would come
    found = await cards(instance)
    if unexpected := found.keys() - wanted:
        raise DemoError(f"one device has several cards: {unexpected} beside {wanted}")
    return found


async def accept(instance: Instance, met: Met, found: Mapping[str, list[str]]) -> None:
    """Confirm the device's one card, under the name of the server. Raises DemoError."""
    match found.get(met.thing_id, []):
        case [flow_id]:
            answer = await instance.request("POST", f"{FLOWS}/{flow_id}", {"name": met.peer.name})
        case several:
            raise DemoError(f"not one card of {met.thing_id} but {len(several)} within {FIND_SECONDS} s")
    match answer:
        case {"type": "abort", "reason": "thing_added"}:
            say(f"{met.peer.name} accepted")
        case _:
            raise DemoError(f"the card could not be confirmed: {answer}")


async def use(instance: Instance, met: Met) -> None:
    """Read, observe and write. Raises DemoError."""
    name, device = met.peer.name, met.device
    await until(instance, PUSH_SECONDS, f"{name}: temperature read", met.temperature(21.5))
    switch = await until(instance, PUSH_SECONDS, f"{name}: outlet read", met.outlet("off"))
    device.put(TEMPERATURE, "22.75")
    await until(instance, PUSH_SECONDS, f"{name}: temperature observed", met.temperature(22.75))
    begin = time.monotonic()
    await instance.request("POST", "/api/services/switch/turn_on", {"entity_id": switch["entity_id"]})
    say(f"{name}: outlet switched, after {time.monotonic() - begin:.1f} s")
    if (held := device.get(OUTLET)) not in ("1", "true"):
        raise DemoError(f"the device was not switched: it holds {held!r}")
    await until(instance, PUSH_SECONDS, f"{name}: outlet written", met.outlet("on"))
    device.put(OUTLET, "0")
    await until(instance, PUSH_SECONDS, f"{name}: outlet observed", met.outlet("off"))


async def lose(instance: Instance, met: Met, place: int) -> None:
    """Do what a power cut does, and sometimes a router. Raises DemoError."""
    name = met.peer.name
    await met.kill()
    await until(instance, LOST_SECONDS, f"{name}: lost", met.outlet("unavailable"))
    device = await met.start(place)
    device.put(OUTLET, "1")
    await until(instance, BACK_SECONDS, f"{name}: back", met.outlet("on"))
    device.put(TEMPERATURE, "19")
    await until(instance, PUSH_SECONDS, f"{name}: temperature observed again", met.temperature(19.0))
    for line in (f"{name} does not answer any more", f"{name} answers again"):
        if (times := instance.log().count(line)) != 1:
            raise DemoError(f"the device was lost once, and {line!r} was logged {times} times")


async def look_in(instance: Instance, met: Met) -> None:
    """See that what a directory lists is what is read of it. Raises DemoError."""
    await asyncio.sleep(2)
    paths = {path_of(entity) for entity in await entities_of(instance, met.thing_id)}
    if "rd/kitchen" not in paths:
        raise DemoError(f"somebody is registered at /rd/kitchen, and of the directory was read {paths}")


async def walk(instance: Instance, met: Met, found: Mapping[str, list[str]], place: int, *, until_used: bool) -> str:
    """Do with one server all that there is to do; return what went wrong."""
    try:
        await accept(instance, met, found)
        if met.peer is DIRECTORY:
            await look_in(instance, met)
            return ""
        await use(instance, met)
        if not until_used:
            await lose(instance, met, place)
    except DemoError as err:
        return str(err)
    return ""


async def entities_of(instance: Instance, thing_id: str) -> list[Mapping[str, object]]:
    """Return what the registry of entities holds of a Thing, the disabled ones included."""
    entities = await rows(command(instance, "config/entity_registry/list"))
    return [entity for entity in entities if str(entity["unique_id"]).startswith(thing_id)]


def path_of(entity: Mapping[str, object]) -> str:
    """Return the path of the resource that an entity shows."""
    return str(entity["unique_id"]).rpartition("#")[2]


async def watch_the_clock(instance: Instance, thing_id: str) -> None:
    """See what coap-server has by itself tick, enabled where nobody recognises it. Raises DemoError.

    Comes last: Home Assistant reloads the entry once more, half a minute later.
    """
    known = {path_of(entity): entity["entity_id"] for entity in await entities_of(instance, thing_id)}
    if (clock := known.get("time")) is None:
        raise DemoError(f"the clock is not among the entities: {known}")
    await command(instance, "config/entity_registry/update", entity_id=clock, disabled_by=None)
    match await instance.request("GET", ENTRIES):
        case [{"entry_id": str(entry_id)}]:
            await instance.request("POST", f"/api/config/config_entries/entry/{entry_id}/reload")
    shown: set[object] = set()

    def ticks(state: State) -> bool:
        if state["entity_id"] == clock and state["state"] not in ("unavailable", "unknown"):
            shown.add(state["state"])
        return len(shown) > 3

    await until(instance, 3 * PUSH_SECONDS, "the clock ticks", ticks)


async def command(instance: Instance, command_type: str, **content: object) -> object:
    """Send one command over the WebSocket interface. Raises DemoError."""
    async with aiohttp.ClientSession(instance.address) as session, session.ws_connect("/api/websocket") as connection:
        await connection.receive_json()
        await connection.send_json({"type": "auth", "access_token": instance.token})
        await connection.receive_json()
        await connection.send_json({"id": 1, "type": command_type, **content})
        answer = await connection.receive_json()
    if not answer["success"]:
        raise DemoError(f"Home Assistant refused {command_type}: {answer['error']['message']}")
    result: object = answer["result"]
    return result


def enable_link(folder: Path) -> None:
    """Choose `eth0` in Settings, System, Network, before Home Assistant starts for the first time."""
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    content = {"version": 1, "minor_version": 1, "key": "core.network", "data": {"configured_adapters": ["eth0"]}}
    (storage / "core.network").write_text(json.dumps(content))


async def play(folder: Path, machines: Mapping[str, Namespace], *, until_used: bool) -> dict[str, str]:
    """Run the whole scenario; return what went wrong with each server. Raises DemoError."""
    enable_link(folder)
    peers = [peer for peer in (*PEERS, DIRECTORY) if peer.name in machines]
    met = await asyncio.gather(*(asyncio.to_thread(Met, peer, machines[peer.name]) for peer in peers))
    try:
        async with home_assistant(Path(sys.prefix), folder, PORT) as (instance, _):
            await set_up(instance)
            found = await find(instance, {one.thing_id for one in met})
            walks = (walk(instance, one, found, place, until_used=until_used) for place, one in enumerate(met, 100))
            outcomes = dict(zip(machines, await asyncio.gather(*walks), strict=True))
            if peers[0] is LIBCOAP and not until_used:
                await watch_the_clock(instance, met[0].thing_id)
            instance.check_log()
            return outcomes
    finally:
        for one in met:
            await one.kill()


def main() -> None:
    """Read the command line, play, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--until-used", action="store_true")
    parser.add_argument("folder", type=Path)
    parser.add_argument("machines", nargs="+")
    arguments = parser.parse_args()
    machines = {name: Namespace(machine) for name, machine in (pair.split("=") for pair in arguments.machines)}
    try:
        outcomes = asyncio.run(play(arguments.folder, machines, until_used=arguments.until_used))
    except DemoError as err:
        say(f"error: {err}")
        sys.exit(1)
    print(json.dumps(outcomes))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
