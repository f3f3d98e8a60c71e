"""A thousand devices of five resources after a restart, beside MQTT discovery of the same entities.

Both sides are accepted and known before: Home Assistant has run with them once, so its registries are filled. What is
measured, in a fresh process each time and in turns, is one restart of the config entry in a Home Assistant that is
otherwise up:

- ours: 1,000 raw CoAP devices on addresses of the loopback interface, each accepted by its address through the flow;
  5,000 observations. `time` runs from the first datagram that a device received;
- MQTT: Home Assistant's own integration and Debian's mosquitto on the loopback interface; one retained discovery
  message per device with five sensors, its retained availability and five retained states. `time` runs from the
  moment the broker has accepted the connection.

Both end when the last of the 5,000 sensors has a number for its state. `time-from-set-up` and `processor-time` run
from the set-up of the entry, imports included. `memory` is what the resident memory of the process has grown by, from
before the set-up until all sensors are there.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
import json
import os
from pathlib import Path
import shutil
from statistics import median
import subprocess
import sys
from tempfile import TemporaryDirectory
import time
from typing import Final

from homeassistant import runner
from homeassistant.components.mqtt import DOMAIN as MQTT
from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from custom_components.local_things.const import DOMAIN
from script.demo.instance import free_port

from .parts.devices import Devices, devices
from .parts.figures import KIB, in_a_process, report, resident
from .parts.instance import add_devices, start_home_assistant

DEVICES: Final = 1_000
RESOURCES: Final = 5
TURNS: Final = 3
LONGEST: Final = 120.0
MQTT_CONNECTED: Final = "mqtt_connection_state"
"""The signal of Home Assistant's MQTT integration: True once the broker has answered."""


NO_SECURITY: Final = {"set_client_cert": False, "set_ca_cert": "off", "tls_insecure": False, "transport": "tcp"}
"""What the form of the MQTT integration asks for besides the broker's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One restart: moments of the system's monotonic clock, seconds of processor time, bytes."""

    set_up: float
    connected: float
    done: float
    processor: float
    memory: int


async def _restart(folder: Path, domain: str) -> Run:
    """Set up the disabled entry of a domain, until all its sensors show a number."""
    hass = await start_home_assistant(folder)
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(domain)
    shown: set[str] = set()
    whole = asyncio.Event()
    connected = [0.0]

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.entity_id.startswith("sensor.bench") and _is_number(state.state):
            shown.add(state.entity_id)
            if len(shown) == DEVICES * RESOURCES:
                whole.set()

    @callback
    def turned(*_: object) -> None:
        connected[0] = connected[0] or time.monotonic()

    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    async_dispatcher_connect(hass, MQTT_CONNECTED, turned)
    before, set_up, processor = resident(), time.monotonic(), time.process_time()
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    try:
        async with asyncio.timeout(LONGEST):
            await whole.wait()
    except TimeoutError as err:
        raise RuntimeError(f"{domain}: {len(shown)} of {DEVICES * RESOURCES} sensors after {LONGEST} s") from err
    done, processor = time.monotonic(), time.process_time() - processor
    memory = resident() - before
    await hass.async_stop(force=True)
    return Run(set_up=set_up, connected=connected[0], done=done, processor=processor, memory=memory)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def restart(folder: Path, domain: str) -> Run:
    """Measure one restart, in this process. The folder is left as it was."""
    with TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, symlinks=True, dirs_exist_ok=True)
        return asyncio.run(_restart(Path(copy), domain), loop_factory=runner.create_event_loop)


async def _accept(folder: Path, uris: list[str]) -> None:
    hass = await start_home_assistant(folder)
    await add_devices(hass, uris)
    await _all_known(hass)


async def _add_broker(folder: Path, port: int) -> None:
    hass = await start_home_assistant(folder)
    form = await hass.config_entries.flow.async_init(MQTT, context={"source": SOURCE_USER})
    settings = {"broker": "127.0.0.1", "port": port, "protocol": "5", "other_settings": NO_SECURITY}
    await hass.config_entries.flow.async_configure(form["flow_id"], settings)
    await _all_known(hass)


async def _all_known(hass: HomeAssistant) -> None:
    """Wait until Home Assistant knows every sensor, and stop it."""
    async with asyncio.timeout(LONGEST):
        while _sensors(hass) < DEVICES * RESOURCES:  # noqa: ASYNC110 (nothing tells that others are done)
            await asyncio.sleep(0.5)
    await hass.async_stop(force=True)


def _sensors(hass: HomeAssistant) -> int:
    return sum(entity_id.startswith("sensor.bench") for entity_id in hass.states.async_entity_ids("sensor"))


def accept(folder: Path, uris: list[str]) -> None:
    """Accept every device."""
    asyncio.run(_accept(folder, uris), loop_factory=runner.create_event_loop)


def add_broker(folder: Path, port: int) -> None:
    """Set up MQTT and let it find every device."""
    asyncio.run(_add_broker(folder, port), loop_factory=runner.create_event_loop)


def disable(folder: Path, domain: str) -> None:
    """Let the next start of Home Assistant leave the entry alone; its entities stay as they are."""
    path = folder / ".storage" / "core.config_entries"
    content = json.loads(path.read_text())
    for entry in content["data"]["entries"]:
        if entry["domain"] == domain:
            entry["disabled_by"] = "user"
    path.write_text(json.dumps(content))


@contextmanager
def broker() -> Iterator[int]:
    """Run mosquitto on a free port of the loopback interface."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise FileNotFoundError("mosquitto is not installed: apt-get install mosquitto")
    port = free_port(18_830, 18_900)
    with TemporaryDirectory() as folder:
        config = Path(folder) / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
        process = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL)
        try:
            yield port
        finally:
            process.terminate()
            process.wait()


def publish(port: int) -> None:
    """Leave with the broker what the devices say, retained."""
    client = Client(CallbackAPIVersion.VERSION2)
    for attempt in range(50):
        try:
            client.connect("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            if attempt == 49:  # noqa: PLR2004 (the last)
                raise
            time.sleep(0.1)
    client.loop_start()
    last = None
    for number in range(DEVICES):
        for topic, payload in _messages(number):
            last = client.publish(topic, payload, qos=1, retain=True)
    if last is not None:
        last.wait_for_publish(LONGEST)
    client.disconnect()
    client.loop_stop()


def _messages(number: int) -> Iterator[tuple[str, str]]:
    """Yield what one device publishes: its description, that it is there, its values."""
    base = f"bench/{number}"
    sensors = {
        f"t{place}": {
            "platform": "sensor",
            "name": f"Temperature {place}",
            "unique_id": f"bench-{number}-{place}",
            "device_class": "temperature",
            "state_class": "measurement",
            "unit_of_measurement": "°C",
            "state_topic": f"{base}/{place}",
        }
        for place in range(RESOURCES)
    }
    yield (
        f"homeassistant/device/bench-{number}/config",
        json.dumps(
            {
                "device": {"identifiers": [f"bench-{number}"], "name": f"Bench {number}"},
                "origin": {"name": "bench"},
                "availability_topic": f"{base}/available",
                "components": sensors,
            }
        ),
    )
    yield f"{base}/available", "online"
    for place in range(RESOURCES):
        yield f"{base}/{place}", "20.0"


def _from_first_packet(folder: Path, far: Devices) -> Run:
    """Measure a restart of ours; it is connected when the first device hears of it."""
    far.forget_first_packet()
    run = in_a_process(restart, folder, DOMAIN)
    return replace(run, connected=far.first_packet())


def tell(ours: list[Run], theirs: list[Run]) -> None:
    """Print the medians, and of the ratios the median of the turns."""
    lines: tuple[tuple[str, str, Callable[[Run], float]], ...] = (
        ("time", "s", lambda run: run.done - run.connected),
        ("time-from-set-up", "s", lambda run: run.done - run.set_up),
        ("processor-time", "s", lambda run: run.processor),
        ("memory", "MiB", lambda run: run.memory / KIB / KIB),
    )
    for name, unit, of in lines:
        mine = [of(run) for run in ours]
        ratio = median(a / of(b) for a, b in zip(mine, theirs, strict=True)) if theirs else None
        report(f"coap-discover/{name}", median(mine), unit, "MQTT discovery through mosquitto" if theirs else "", ratio)


def main() -> None:
    """Accept, restart in turns, print."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other, devices(DEVICES, RESOURCES) as far:
        ours, theirs = Path(one), Path(other)
        in_a_process(accept, ours, far.uris)
        disable(ours, DOMAIN)
        ran: tuple[list[Run], list[Run]] = [], []
        try:
            with broker() as port:
                publish(port)
                in_a_process(add_broker, theirs, port)
                disable(theirs, MQTT)
                for _ in range(TURNS):
                    ran[0].append(_from_first_packet(ours, far))
                    ran[1].append(in_a_process(restart, theirs, MQTT))
        except FileNotFoundError as err:
            print(f"Nothing to compare with: {err}", file=sys.stderr)
            ran[0].append(_from_first_packet(ours, far))
        tell(*ran)


if __name__ == "__main__":
    main()
