"""A real Home Assistant meets libcoap's coap-server: found by multicast, accepted, read, observed, written, lost, back.

Runs inside the `hub` of a lab (lab.py). coap-server, which nobody here wrote, runs in `lan`: `eth0` is the only link
between the two. Its IPSO resources are made by PUT, as it allows; the clock it has by itself.

Usage: python -m tests.netlab.scenario FOLDER LAN ADDRESS: where Home Assistant keeps its files, the namespace of the
device, and one of the device's addresses.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
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

LOST_SECONDS = 120
BACK_SECONDS = 120

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

    def wait(self) -> None:
        """Return once the device answers."""
        for _ in range(10):
            if self.get("time"):
                return
        raise DemoError("coap-server does not answer its own client")

    @staticmethod
    def _ask(method: str, *arguments: str) -> str:
        command = [CLIENT, "-B", "2", "-m", method, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=10).stdout


@contextmanager
def coap_server(lan: Namespace, device: Device) -> Iterator[None]:
    """Keep the device running, with its resources made."""
    with lan.running(SERVER, "-d", "10", "-g", "ff02::fd", "-G", "eth0"):
        device.wait()
        device.put(TEMPERATURE, "21.5")
        device.put(OUTLET, "0")
        yield


async def until(instance: Instance, seconds: float, what: str, wanted: Callable[[State], bool]) -> State:
    """Return the first state that is `wanted`. Raises DemoError after `seconds`."""
    begin = time.monotonic()
    while (spent := time.monotonic() - begin) < seconds:
        states = await instance.request("GET", "/api/states")
        assert isinstance(states, list)
        for state in states:
            if wanted(state):
                say(f"{what}, after {spent:.1f} s")
                return state
        await asyncio.sleep(0.1)
    shown = [(state["entity_id"], state["state"]) for state in states]
    raise DemoError(f"not within {seconds} s: {what}; there is {shown}")


def is_temperature(state: State) -> bool:
    """Tell the device's temperature sensor from the others."""
    match state:
        case {"attributes": {"device_class": "temperature"}}:
            return True
    return False


def is_outlet(state: State) -> bool:
    """Tell the device's switch from the others."""
    return str(state["entity_id"]).startswith("switch.")


async def find(instance: Instance) -> str:
    """Wait for the one card of the one device and return its flow. Raises DemoError."""
    for _ in range(FIND_SECONDS):
        flows = await instance.command("config_entries/flow/progress")
        assert isinstance(flows, list)
        if cards := [flow for flow in flows if flow["handler"] == DOMAIN]:
            await asyncio.sleep(3)  # were each of its addresses taken for a device, more cards would come
            flows = await instance.command("config_entries/flow/progress")
            if len(flows) != 1:
                raise DemoError(f"one device has several cards: {flows}")
            say(f"found by multicast: {cards[0]['context'].get('title_placeholders')}")
            return str(cards[0]["flow_id"])
        await asyncio.sleep(1)
    raise DemoError(f"the device was not found within {FIND_SECONDS} s")


async def walk(instance: Instance, lan: Namespace, device: Device) -> None:
    """Do what a user does. Raises DemoError."""
    with coap_server(lan, device):
        await set_up(instance)
        accepted = await instance.request("POST", f"{FLOWS}/{await find(instance)}", {})
        match accepted:
            case {"type": "abort", "reason": "thing_added"}:
                say("accepted")
            case _:
                raise DemoError(f"the card could not be confirmed: {accepted}")
        await until(instance, PUSH_SECONDS, "read", lambda s: is_temperature(s) and s["state"] == "21.5")
        outlet = await until(instance, PUSH_SECONDS, "read", lambda s: is_outlet(s) and s["state"] == "off")

        device.put(TEMPERATURE, "22.75")
        await until(instance, PUSH_SECONDS, "observed", lambda s: is_temperature(s) and s["state"] == "22.75")

        await instance.request("POST", "/api/services/switch/turn_on", {"entity_id": outlet["entity_id"]})
        if device.get(OUTLET) not in ("1", "true"):
            raise DemoError(f"the device was not switched: it holds {device.get(OUTLET)!r}")
        await until(instance, PUSH_SECONDS, "written", lambda s: is_outlet(s) and s["state"] == "on")
        device.put(OUTLET, "0")
        await until(instance, PUSH_SECONDS, "observed", lambda s: is_outlet(s) and s["state"] == "off")
        await watch_the_clock(instance)

    await until(instance, LOST_SECONDS, "lost", lambda s: is_outlet(s) and s["state"] == "unavailable")
    with coap_server(lan, device):
        device.put(OUTLET, "1")
        await until(instance, BACK_SECONDS, "back", lambda s: is_outlet(s) and s["state"] == "on")
        device.put(TEMPERATURE, "19")
        await until(instance, PUSH_SECONDS, "observed again", lambda s: is_temperature(s) and s["state"] == "19")


async def watch_the_clock(instance: Instance) -> None:
    """Enable what the device has by itself and nobody recognises, and see it tick. Raises DemoError."""
    entities = await command(instance, "config/entity_registry/list")
    assert isinstance(entities, list)
    clocks = [one for one in entities if one["platform"] == DOMAIN and one["disabled_by"] == "integration"]
    if not (clock := next((one for one in clocks if "time" in one["unique_id"].rpartition("#")[2]), None)):
        raise DemoError(f"the clock is not among the disabled entities: {clocks}")
    await command(instance, "config/entity_registry/update", entity_id=clock["entity_id"], disabled_by=None)
    match await instance.request("GET", ENTRIES):
        case [{"entry_id": str(entry_id)}]:
            await instance.request("POST", f"/api/config/config_entries/entry/{entry_id}/reload")
    shown: set[object] = set()

    def ticks(state: State) -> bool:
        if state["entity_id"] == clock["entity_id"] and state["state"] not in ("unavailable", "unknown"):
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


if __name__ == "__main__":
    try:
        asyncio.run(play(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
    except DemoError as err:
        say(f"error: {err}")
        sys.exit(1)
    say("passed")
