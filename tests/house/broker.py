"""A real MQTT broker, Debian's mosquitto, and the connection to it that stands for Home Assistant's own.

async with mosquitto() as broker, connected(broker) as connection:
    await connection.subscribe("lamp/on", received.append)
    await connection.publish("lamp/on", b"true", retain=True)
"""

import asyncio
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
import os
from pathlib import Path
import shutil
import socket
import tempfile
from typing import Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

_FOLDERS: Final = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
_PROGRAM: Final = shutil.which("mosquitto", path=_FOLDERS)
_START_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where a running broker is; anybody may publish and subscribe."""

    host: str
    port: int


def why_not() -> str:
    """Say what is missing to run a broker here; empty where nothing is."""
    return "" if _PROGRAM else "no mosquitto (Debian: mosquitto)"


@asynccontextmanager
async def mosquitto(address: str = "127.0.0.1", *, port: int = 0) -> AsyncIterator[Broker]:
    """Run a broker at an address of this host, or of the namespace of this thread; port 0 is any free one.

    Raises OSError.
    """
    if reason := why_not():
        raise OSError(reason)
    taken = _free_port(address, port)
    with tempfile.TemporaryDirectory(prefix="simulated-broker-") as folder:
        configuration = Path(folder, "mosquitto.conf")
        await asyncio.to_thread(
            configuration.write_text,
            f"listener {taken} {address}\nallow_anonymous true\npersistence false\nlog_dest none\n",
        )
        process = await asyncio.create_subprocess_exec(
            str(_PROGRAM),
            "-c",
            str(configuration),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await _listens(address, taken):
                    if process.returncode is not None:
                        raise OSError(f"mosquitto ended with {process.returncode}")
                    await asyncio.sleep(0.02)
            yield Broker(host=address, port=taken)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _free_port(address: str, wanted: int) -> int:
    family = socket.AF_INET if ip_address(address).version == 4 else socket.AF_INET6
    with socket.socket(family) as sock:
        sock.bind((address, wanted))
        port: int = sock.getsockname()[1]
        return port


async def _listens(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    return True


type Listener = Callable[[bytes], None]


@dataclass(kw_only=True)
class Connection:
    """A `MessageBroker` of the port, on paho: what Home Assistant's mqtt integration is built on too."""

    client: Client
    loop: asyncio.AbstractEventLoop
    listeners: dict[str, list[Listener]] = field(default_factory=dict)

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish a message."""
        await asyncio.to_thread(self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish, 5)

    async def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the payload of every message of `topic`, the retained one first."""
        listeners = self.listeners.setdefault(topic, [])
        listeners.append(listener)
        self.client.subscribe(topic, qos=1)
        return lambda: listeners.remove(listener)

    def hand_out(self, message: MQTTMessage) -> None:
        """Tell the listeners of a topic."""
        for listener in [*self.listeners.get(message.topic, ())]:
            listener(message.payload)


@asynccontextmanager
async def connected(broker: Broker) -> AsyncIterator[Connection]:
    """Connect to a broker. Raises OSError."""
    client = Client(CallbackAPIVersion.VERSION2)
    connection = Connection(client=client, loop=asyncio.get_running_loop())

    def on_message(_: object, __: object, message: MQTTMessage) -> None:
        connection.loop.call_soon_threadsafe(connection.hand_out, message)

    client.on_message = on_message
    if await asyncio.to_thread(client.connect, broker.host, broker.port) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
        raise OSError(f"no broker at {broker.host} port {broker.port}")
    client.loop_start()
    try:
        yield connection
    finally:
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)
