"""A real Home Assistant meets libcoap's coap-server: found by multicast, accepted, read, observed, written, lost, back.

Runs inside the `hub` of a lab (lab.py). coap-server, which nobody here wrote, runs in `lan`: `eth0` is the only link
between the two. Its IPSO resources are made by PUT, as it allows; the clock it has by itself.

Usage: python -m tests.netlab.scenario FOLDER LAN ADDRESS: where Home Assistant keeps its files, the namespace of the
device, and one of the device's addresses.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
import json
from pathlib import Path
import subprocess
import sys
import time

import aiohttp

from script.demo.boot import DOMAIN, ENTRIES, FLOWS, set_up
from script.demo.instance import DemoError, Instance, home_assistant, say

from .lab import Namespace

SERVER, CLIENT = "coap-server-notls", "coap-client-notls"
"""Both of Debian's libcoap3-bin."""

PORT = 18123

FIND_SECONDS = 30
"""coap-server waits up to 5 s before it answers a multicast request; a scan listens a little longer."""

PUSH_SECONDS = 5
"""A change is seen sooner than any poll would come (every 30 s at most)."""

LOST_SECONDS = 60
BACK_SECONDS = 60
"""Within the observe period: nothing says how old a value may be, so it is 60 s (RFC 7252, 5.10.5)."""

TEMPERATURE, OUTLET = "3303/0/5700", "3312/0/5850"

type State = Mapping[str, object]


class Device:
    """The other end of the link, as anybody on the network sees it: through libcoap's own client."""

    def __init__(self, address: str) -> None:
        """Speak to the device at `address`, which is not link-local."""
        self._root = f"coap://[{address}]" if ":" in address else f"coap://{address}"

    def get(self, path: str) -> str:
        """Return what a resource holds."""
        return self._ask("get", f"{self._root}/{path}").strip()

    def put(self, path: str, text: str) -> None:
        """Write a resource; one that is not there yet is made."""
        self._ask("put", "-t", "0", "-e", text, f"{self._root}/{path}")

    @staticmethod
    def _ask(method: str, *arguments: str) -> str:
        command = [CLIENT, "-B", "2", "-m", method, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=10).stdout


@contextmanager
def coap_server(lan: Namespace, device: Device) -> Iterator[None]:
    """Keep the device running, with its resources made."""
    with lan.running(SERVER, "-d", "10", "-g", "ff02::fd", "-G", "eth0"):
        time.sleep(0.3)  # its client would wait 2 s after a refusal
        device.put(TEMPERATURE, "21.5")
        device.put(OUTLET, "0")
        yield


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
    raise DemoError(f"not within {seconds} s: {what}; there is {shown}")


async def rows(answer: Awaitable[object]) -> list[Mapping[str, object]]:
    """Return an answer that is a list of objects."""
    match await answer:
        case list(found):
            return [row for row in found if isinstance(row, dict)]
        case other:
            raise DemoError(f"not a list: {other}")


def temperature(degrees: float) -> Callable[[State], bool]:
    """Return a test for the device's temperature sensor at so many °C."""
    return lambda state: "_temperature" in str(state["entity_id"]) and state["state"] == str(degrees)


def outlet(shown: str) -> Callable[[State], bool]:
    """Return a test for the device's switch."""
    return lambda state: str(state["entity_id"]).startswith("switch.") and state["state"] == shown


async def find(instance: Instance) -> str:
    """Wait for the one card of the one device and return its flow. Raises DemoError."""
    for _ in range(FIND_SECONDS):
        if await cards(instance):
            await asyncio.sleep(3)  # were each of its addresses taken for a device, more cards would come
            match await cards(instance):
                case [{"flow_id": str(flow_id), "context": context}]:
                    say(f"found by multicast: {context}")
                    return flow_id
                case several:
                    raise DemoError(f"one device has several cards: {several}")
        await asyncio.sleep(1)
    raise DemoError(f"the device was not found within {FIND_SECONDS} s")


async def cards(instance: Instance) -> list[Mapping[str, object]]:
    """Return our open discovery cards."""
    flows = await rows(instance.command("config_entries/flow/progress"))
    return [flow for flow in flows if flow["handler"] == DOMAIN]


async def accept(instance: Instance) -> None:
    """Confirm the device's card. Raises DemoError."""
    match await instance.request("POST", f"{FLOWS}/{await find(instance)}", {}):
        case {"type": "abort", "reason": "thing_added"}:
            say("accepted")
        case answer:
            raise DemoError(f"the card could not be confirmed: {answer}")


async def use(instance: Instance, device: Device) -> None:
    """Read, observe and write. Raises DemoError."""
    await until(instance, PUSH_SECONDS, "temperature read", temperature(21.5))
    switch = await until(instance, PUSH_SECONDS, "outlet read", outlet("off"))
    device.put(TEMPERATURE, "22.75")
    await until(instance, PUSH_SECONDS, "temperature observed", temperature(22.75))
    begin = time.monotonic()
    await instance.request("POST", "/api/services/switch/turn_on", {"entity_id": switch["entity_id"]})
    say(f"outlet switched, after {time.monotonic() - begin:.1f} s")
    if (held := device.get(OUTLET)) not in ("1", "true"):
        raise DemoError(f"the device was not switched: it holds {held!r}")
    await until(instance, PUSH_SECONDS, "outlet written", outlet("on"))
    device.put(OUTLET, "0")
    await until(instance, PUSH_SECONDS, "outlet observed", outlet("off"))


async def walk(instance: Instance, lan: Namespace, device: Device) -> None:
    """Do what a user and a power cut do. Raises DemoError."""
    with coap_server(lan, device):
        await set_up(instance)
        await accept(instance)
        await use(instance, device)
    await until(instance, LOST_SECONDS, "lost", outlet("unavailable"))
    with coap_server(lan, device):
        device.put(OUTLET, "1")
        await until(instance, BACK_SECONDS, "back", outlet("on"))
        device.put(TEMPERATURE, "19")
        await until(instance, PUSH_SECONDS, "temperature observed again", temperature(19.0))
        await watch_the_clock(instance)  # last: Home Assistant reloads the entry once more, half a minute later


async def watch_the_clock(instance: Instance) -> None:
    """Enable what the device has by itself and nobody recognises, and see it tick. Raises DemoError."""
    entities = await rows(command(instance, "config/entity_registry/list"))
    unknown = [one for one in entities if one["platform"] == DOMAIN and one["disabled_by"] == "integration"]
    clock = next((one["entity_id"] for one in unknown if "time" in str(one["unique_id"]).rpartition("#")[2]), None)
    if clock is None:
        raise DemoError(f"the clock is not among the disabled entities: {unknown}")
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


async def play(folder: Path, lan: str, address: str) -> None:
    """Run the whole scenario. Raises DemoError."""
    enable_link(folder)
    async with home_assistant(Path(sys.prefix), folder, PORT) as (instance, _):
        await walk(instance, Namespace(lan), Device(address))
        instance.check_log()
        for line in (" does not answer any more", " answers again"):
            if (times := instance.log().count(line)) != 1:
                raise DemoError(f"the device was lost once, and {line!r} was logged {times} times")


if __name__ == "__main__":
    try:
        asyncio.run(play(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
    except DemoError as err:
        say(f"error: {err}")
        sys.exit(1)
    say("passed")
