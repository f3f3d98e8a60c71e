"""What else a person does in the house of the proof: a Zigbee stick, a PoE switch, habits that are learnt, a backup."""

import asyncio
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
import tarfile
from zoneinfo import ZoneInfo

from script.demo.boot import DOMAIN, FLOWS
from script.demo.instance import DemoError
from script.demo.living import House, weeks_of_life, write_life
from tests.house.places import STICK_PORT
from tests.house.stick import NAMES

from .placed import SNMP_USER
from .scenario import Life
from .sentinels import AUTHENTICATION, PRIVACY

OPTIONS = "/api/config/config_entries/options/flow"
LIVED_DAYS = 60
_HOUSE = House(presence="binary_sensor.motion_sensor_motion", lamp="light.lamp", bedside="light.desk")
_OUTLET = "switch.switch_outlet_3"


async def walk(life: Life, flows: str, handler: str, *answers: object) -> dict[str, object]:
    """Answer the forms of a flow one after the other, a menu by the name of its line; return how it ended."""
    form = await life.instance.request("POST", flows, {"handler": handler})
    for answer in answers:
        match form:
            case {"flow_id": str(flow), "type": "form" | "menu"}:
                chosen = {"next_step_id": answer} if isinstance(answer, str) else answer
                form = await life.instance.request("POST", f"{flows}/{flow}", chosen)
            case _:
                break
    if not isinstance(form, dict):
        raise DemoError(f"{handler}: {form}")
    return form


async def add_zigbee(life: Life, host: str) -> None:
    """Form a network on the stick, let its devices in, and switch the light."""
    radio = {"socket": f"socket://{host}:{STICK_PORT}", "library": "zigpy_znp", "flow_control": "none"}
    form = await walk(life, FLOWS, DOMAIN, "zigbee", radio, "form_network", {})
    if form["type"] != "create_entry":
        raise DemoError(f"the Zigbee radio was not added: {form}")
    entry = await life.entry_of("Zigbee radio")
    pairing = await walk(life, OPTIONS, entry, "pair")
    await life.shows("light.colour_light", "off")
    await life.act("light.turn_on", entity_id="light.colour_light")
    await life.shows("light.colour_light", "on")
    while await _devices_of(life, entry) < len(NAMES):
        await asyncio.sleep(1)
    await life.instance.request("DELETE", f"{OPTIONS}/{pairing['flow_id']}")
    life.done("formed a Zigbee network, let its devices in, and switched one")


async def _devices_of(life: Life, entry: str) -> int:
    return sum(entry in str(one["config_entries"]) for one in await life.rows("config/device_registry/list"))


async def add_switch(life: Life, host: str) -> None:
    """Add a PoE switch over SNMPv3, and turn a port off and on."""
    keys = {"identity": SNMP_USER, "key": AUTHENTICATION, "privacy": PRIVACY, "authentication": "sha256"}
    form = await walk(life, FLOWS, DOMAIN, "poe_switch", "snmp_v3", {"address": host, **keys, "control": True})
    if form["type"] != "create_entry":
        raise DemoError(f"the PoE switch was not added: {form}")
    await life.shows(_OUTLET, "on")
    for word in ("off", "on"):
        await life.act(f"switch.turn_{word}", entity_id=_OUTLET)
        await life.shows(_OUTLET, word)
    life.done("added a PoE switch over SNMPv3, and turned a port off and on")


async def learn(life: Life, config: Path) -> None:
    """Have lived here for two months; let the advisor learn of it, and accept what it suggests."""
    await asyncio.to_thread(_live, config)
    advisor = await life.entry_of("Rule advisor")
    await walk(life, OPTIONS, advisor, "learning", {"learn": True})
    await asyncio.sleep(2)
    await life.ask(f"{DOMAIN}/suggestions/mine")
    offer = await _offer(life)
    automation = await life.ask(f"{DOMAIN}/suggestions/automation", suggestion=offer)
    match automation:
        case {"automation_id": str(name), "config": dict(written)}:
            await life.instance.request("POST", f"/api/config/automation/config/{name}", written)
            await life.ask(f"{DOMAIN}/suggestions/accept", suggestion=offer, automation_id=name)
            life.done("learnt of sixty days, and accepted a suggestion")
        case _:
            raise DemoError(f"a suggestion became no automation: {automation}")


async def _offer(life: Life) -> str:
    for _ in range(120):
        match await life.ask(f"{DOMAIN}/suggestions/list"):
            case {"suggestions": [{"id": str(offer)}, *_]}:
                return offer
        await asyncio.sleep(1)
    raise DemoError("nothing was suggested")


def _live(config: Path) -> None:
    yesterday = datetime.now(ZoneInfo(_HOUSE.time_zone)).date() - timedelta(days=1)
    write_life(config / ".storage", weeks_of_life(_HOUSE, LIVED_DAYS, yesterday))


async def back_up(life: Life, config: Path) -> dict[str, bytes]:
    """Make a backup as a user does, without a password, and return what is in it, by name."""
    await life.ask("backup/generate", agent_ids=["backup.local"], name="Proof")
    for _ in range(60):
        await asyncio.sleep(1)
        match await life.ask("backup/info"):
            case {"state": "idle", "backups": [_, *_]}:
                break
    else:
        raise DemoError("no backup was made")
    life.done("made a backup")
    return await asyncio.to_thread(_unpacked, next((config / "backups").glob("*.tar")))


def _unpacked(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as outer:
        inner = outer.extractfile("homeassistant.tar.gz")
        if inner is None:
            raise DemoError(f"this is no backup: {outer.getnames()}")
        with tarfile.open(fileobj=BytesIO(inner.read())) as files:
            held = ((one, files.extractfile(one)) for one in files.getmembers() if one.isfile())
            return {one.name.removeprefix("data/"): file.read() for one, file in held if file is not None}
