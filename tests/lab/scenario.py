"""The whole life of the integration in one house, over the interfaces that the frontend uses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import shutil

import aiohttp

from script.demo.boot import DOMAIN, ENTRIES, FLOWS, set_up
from script.demo.instance import DemoError, Instance, home_assistant
from script.demo.watched_panel import watch_panel
from tests.netlab.inhabited import Inhabitant

from .hostile import LOCKED_PORT, TYPED, Guard
from .mutation import mutated
from .sentinels import KEY, TEMPERATURE
from .sinkhole import HOME, Sinkhole

PORT = 8123
LOCKED = f"http://10.77.0.6:{LOCKED_PORT}"
SUBENTRY_FLOWS = "/api/config/config_entries/subentries/flow"
PATIENCE_S = 60.0
SHED_S = 300.0
SHED = "the budget shed the water heater"

CONFIGURATION = """\
# As script/run has it, and mDNS, by which Things are found; no default_config, which brings the cloud.
homeassistant:
  name: Proof lab
  unit_system: metric
  country: SI
  time_zone: Europe/Ljubljana
config:
diagnostics:
history:
logbook:
zeroconf:
backup:
automation: !include automations.yaml
logger:
  default: warning
  logs:
    custom_components.local_things: debug
"""

CARDS = {"Hall": "Hall", "Dimmable lamp": "Lamp", "Desk": "Desk"}
HOSTILE_CARDS = ("Hostile href", "Hostile base")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done, and how long it took."""

    name: str
    seconds: float


class Life:
    """A person at a Home Assistant, and what was done by now."""

    def __init__(self, instance: Instance, devices: dict[str, Inhabitant], told: Callable[[str], None]) -> None:
        """`told` hears of each step."""
        self.instance = instance
        self.devices = devices
        self.steps: list[Step] = []
        self._told = told
        self._since = asyncio.get_running_loop().time()

    def done(self, step: str) -> None:
        """Take note of a step that is complete."""
        now = asyncio.get_running_loop().time()
        self.steps.append(Step(step, round(now - self._since, 1)))
        self._told(f"{step} ({self.steps[-1].seconds:.0f} s)")
        self._since = now

    async def ask(self, kind: str, **data: object) -> object:
        """Send a command over the WebSocket interface. Raises DemoError."""
        async with (
            aiohttp.ClientSession(self.instance.address) as session,
            session.ws_connect("/api/websocket", max_msg_size=0) as wire,
        ):
            await wire.receive_json()
            await wire.send_json({"type": "auth", "access_token": self.instance.token})
            await wire.receive_json()
            await wire.send_json({"id": 1, "type": kind, **data})
            answer = await wire.receive_json()
        if not answer["success"]:
            raise DemoError(f"Home Assistant refused {kind}: {answer['error']['message']}")
        result: object = answer["result"]
        return result

    async def rows(self, kind: str) -> list[dict[str, object]]:
        """Return a list that a command answers with."""
        rows = await self.ask(kind)
        return rows if isinstance(rows, list) else []

    async def state(self, entity: str) -> str:
        """Return a state, "" where there is none."""
        states = await self.instance.request("GET", "/api/states")
        shown = {one["entity_id"]: one["state"] for one in states} if isinstance(states, list) else {}
        return str(shown.get(entity, ""))

    async def updated(self, entity: str) -> str:
        """Return when a state changed last, as ISO 8601. Raises aiohttp.ClientError."""
        match await self.instance.request("GET", f"/api/states/{entity}"):
            case {"last_updated": str(when)}:
                return when
        raise DemoError(f"there is no {entity}")

    async def shows(self, entity: str, expected: str, within: float = PATIENCE_S) -> None:
        """Wait for a state. Raises DemoError."""
        shown = ""
        try:
            async with asyncio.timeout(within):
                while (shown := await self.state(entity)) != expected:
                    await asyncio.sleep(0.5)
        except TimeoutError as err:
            raise DemoError(f"{entity} shows {shown!r}, not {expected!r}") from err

    async def act(self, action: str, **data: object) -> None:
        """Let Home Assistant act."""
        await self.instance.request("POST", f"/api/services/{action.replace('.', '/')}", data)

    async def accept(self, card: str, name: str, within: float = PATIENCE_S) -> bool:
        """Accept a card, and say whether it was there."""
        try:
            async with asyncio.timeout(within):
                while True:
                    for flow in await self.rows("config_entries/flow/progress"):
                        match flow:
                            case {"flow_id": str(flow_id), "context": {"title_placeholders": {"name": found}}}:
                                if found == card:
                                    await self.instance.request("POST", f"{FLOWS}/{flow_id}", {"name": name})
                                    return True
                    await asyncio.sleep(0.5)
        except TimeoutError:
            return False

    async def entries(self) -> list[dict[str, str]]:
        """Return the entries of the integration."""
        entries = await self.instance.request("GET", ENTRIES)
        return entries if isinstance(entries, list) else []

    async def entry_of(self, title: str) -> str:
        """Return the id of an entry. Raises DemoError."""
        for entry in await self.entries():
            if entry["title"] == title:
                return entry["entry_id"]
        raise DemoError(f"there is no entry {title}")

    async def device(self, name: str) -> str:
        """Return the id of a device. Raises DemoError."""
        for device in await self.rows("config/device_registry/list"):
            if name in {device["name"], device["name_by_user"]}:
                return str(device["id"])
        raise DemoError(f"there is no device {name}")

    async def enter_address(self, address: str, *answers: dict[str, str]) -> str:
        """Add a device by its address, with further answers; return how the form ended."""
        network = await self.entry_of("Local network")
        form = await self.instance.request("POST", SUBENTRY_FLOWS, {"handler": [network, "thing"]})
        for answer in ({"address": address}, *answers):
            match form:
                case {"flow_id": str(flow), "type": "form"}:
                    form = await self.instance.request("POST", f"{SUBENTRY_FLOWS}/{flow}", answer)
        match form:
            case {"type": "create_entry"}:
                return "added"
            case {"flow_id": str(flow), "errors": {"address": str(error)}}:
                await self.instance.request("DELETE", f"{SUBENTRY_FLOWS}/{flow}")
                return error
        return str(form)


@asynccontextmanager
async def living(
    hole: Sinkhole, folder: Path, devices: dict[str, Inhabitant], told: Callable[[str], None], speed: int = 1
) -> AsyncIterator[Life]:
    """Run a Home Assistant in the hub, from a folder that was prepared."""
    async with home_assistant(hole.environment(speed), folder, PORT) as (instance, _):
        yield Life(instance, devices, told)


def prepare(folder: Path, *, canary: bool = False, guards: tuple[Guard, ...] = ()) -> None:
    """Write what the demo's seed would write otherwise: which link is the home's, and what is loaded."""
    storage = folder / ".storage"
    storage.mkdir(parents=True)
    network = {"configured_adapters": [HOME]}
    content = {"version": 1, "minor_version": 1, "key": "core.network", "data": network}
    (storage / "core.network").write_text(json.dumps(content))
    (folder / "configuration.yaml").write_text(CONFIGURATION + ("leaky:\n" if canary else ""))
    if canary:
        shutil.copytree(Path(__file__).parent / "canary" / "leaky", folder / "custom_components" / "leaky")
    if guards:
        mutated(folder, *guards)


async def meet(life: Life) -> None:
    """Set it up, accept what is found, read, observe, write; the hostile devices are there all the while."""
    for card, name in CARDS.items():
        if not await life.accept(card, name):
            raise DemoError(f"{card} was not discovered")
    life.done("discovered by multicast and mDNS, and accepted: " + ", ".join(CARDS.values()))
    await life.shows("sensor.hall_temperature", "21.4")
    life.devices["hall"].tell("set", "temperature", TEMPERATURE)
    await life.shows("sensor.hall_temperature", TEMPERATURE)
    life.done("observed a value that was pushed")
    await life.act("light.turn_on", entity_id="light.lamp")
    await life.act("light.turn_on", entity_id="light.desk", brightness_pct=70)
    for device in ("lamp", "desk"):
        if "'on': True" not in str(life.devices[device].tell("status")["values"]):
            raise DemoError(f"{device} was not written")
    life.done("wrote over CoAP and HTTP")


async def unlock(life: Life) -> None:
    """Add a device that asks for a key, by its address."""
    added = await life.enter_address(LOCKED, {"identity": "thing", "key": KEY}, {"name": "Locked"})
    if added != "added":
        raise DemoError(f"the Thing that asks for a key was not added: {added}")
    life.done("added a device by its address, with a key")


async def provoke(life: Life, linger: float) -> None:
    """Do what a person might whom the hostile devices want to lead astray, and give them time."""
    accepted = [card for card in HOSTILE_CARDS if await life.accept(card, card, 10)]
    ends = [await life.enter_address(f"http://{field.authority}/") for field in TYPED]
    await asyncio.sleep(linger)
    life.done(f"hostile cards accepted: {', '.join(accepted) or 'none'}; addresses entered ended: {', '.join(ends)}")


async def mind(life: Life) -> None:
    """Quarantine and release, reload, and have rules watched."""
    hall = await life.device("Hall")
    await life.act("local_things.quarantine", device_id=hall)
    await life.shows("sensor.hall_temperature", "unavailable")
    await life.act("local_things.release", device_id=hall)
    await life.shows("sensor.hall_temperature", TEMPERATURE)
    life.done("quarantined and released a device")
    form = await life.instance.request("POST", FLOWS, {"handler": DOMAIN})
    for answer in ({"next_step_id": "rule_advisor"}, {}):
        match form:
            case {"flow_id": str(flow)}:
                form = await life.instance.request("POST", f"{FLOWS}/{flow}", answer)
    life.done("added the rule advisor")
    entry = await life.entry_of("Local network")
    await life.instance.request("POST", f"/api/config/config_entries/entry/{entry}/reload")
    await life.shows("sensor.hall_temperature", TEMPERATURE)
    life.done("reloaded")


async def budget(life: Life) -> None:
    """Add the network and a power budget over the panel."""
    await watch_panel(life.instance)
    life.done("added the network, accepted the panel, armed a power budget")


async def shed(life: Life) -> None:
    """Wait until the budget takes a load away."""
    await life.shows("switch.electrical_panel_water_heater", "off", SHED_S)
    life.done(SHED)


async def begin(life: Life) -> None:
    """Add the network only."""
    await set_up(life.instance)
    life.done("added the network")


async def end(life: Life) -> None:
    """Remove every device, then every entry."""
    for name in ("Lamp", "Hall", "Locked"):
        await life.ask("config/device_registry/remove", device_id=await life.device(name))
    life.done("removed devices")
    for entry in await life.entries():
        await life.instance.request("DELETE", f"/api/config/config_entries/entry/{entry['entry_id']}")
    life.done("removed every entry")
