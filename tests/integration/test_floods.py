"""Who sends too much is held up at the door, and nobody else notices: from the wire to Home Assistant."""

import asyncio
from collections import Counter
from contextlib import suppress
import itertools
import socket
import sys
import threading

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
import pytest

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.things.pacing.pace import ThingPace
from tests.house import LAMP, TEXT_SENSOR, Device, running
from tests.netlab.soak.holdings import holdings
from tests.patience import PATIENCE

from .conftest import state_of
from .test_house import add, entry as network, until  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.usefixtures("loopback", "network"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),
]

LEVEL = "/3311/0/5851"
NOTIFICATIONS = 60_000
BURST = 60
PAUSE = 0.0005
_UDP_SEGMENT = 103
"""Of Linux (udp(7)); Python has no name for it."""
RELOADS = 10


class Flood:
    """Sends notifications of a device from a thread, until it is told to end.

    The kernel cuts them into datagrams (UDP_SEGMENT): to send each by itself would take the processor from others.
    """

    def __init__(self, device: Device) -> None:
        """`device` is observed by now."""
        (observer,) = (one for one in device._server.observers.values() if one.request.path == LEVEL)
        token = observer.request.token
        datagrams = [
            bytes((0x50 | len(token), 0x45)) + n.to_bytes(2) + token + b"\x63" + n.to_bytes(3) + b"\xff%02d" % (n % 100)
            for n in range(1_000, NOTIFICATIONS + 1_000)
        ]
        self._bursts = [b"".join(datagrams[n : n + BURST]) for n in range(0, NOTIFICATIONS, BURST)]
        self._segment = [(socket.IPPROTO_UDP, _UDP_SEGMENT, len(datagrams[0]).to_bytes(2, sys.byteorder))]
        self._sock, self._peer = observer.sock, observer.peer
        self._ended = threading.Event()
        self.sent = 0

    def send(self) -> None:
        """Send at least `NOTIFICATIONS`."""
        for burst in itertools.cycle(self._bursts):
            with suppress(BlockingIOError):
                self._sock.sendmsg([burst], self._segment, 0, self._peer)
                self.sent += BURST
            if self._ended.wait(PAUSE) and self.sent >= NOTIFICATIONS:
                return

    def end(self) -> None:
        """Send no more than that."""
        self._ended.set()


async def test_t09_sixty_thousand_notifications_make_few_states_and_starve_no_neighbour(hass: HomeAssistant) -> None:
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    states: Counter[str] = Counter()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        states[event.data["entity_id"]] += 1

    async with running(LAMP, address="127.0.0.12") as lamp, running(TEXT_SENSOR, address="127.0.0.13") as quiet:
        await add(hass, entry, lamp.uri, "Lamp")
        await add(hass, entry, quiet.uri, "Quiet")
        await until(lambda: lamp.observed(LEVEL) and quiet.observers)
        hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
        lamp.set("on", True)
        await until(lambda: state_of(hass, "light.lamp").state == "on")
        flood, loop = Flood(lamp), asyncio.get_running_loop()
        begun, before = loop.time(), states["light.lamp"]
        flooding = loop.run_in_executor(None, flood.send)
        try:
            await until(lambda: states["light.lamp"] > before + 1, PATIENCE)
            quiet.set("temperature", 15.5)
            await until(lambda: state_of(hass, "sensor.quiet_temperature").state == "15.5", PATIENCE)
            assert not flooding.done(), "the neighbour was heard only when the flood was over"
        finally:
            flood.end()
            await flooding
        lamp.set("level", 60)
        await until(lambda: state_of(hass, "light.lamp").attributes.get("brightness") == 153, PATIENCE)
        assert flood.sent >= NOTIFICATIONS
        assert states["light.lamp"] - before <= (loop.time() - begun) / ThingPace().coalesce + 2


async def test_t18_reloads_under_load_leave_nothing(hass: HomeAssistant) -> None:
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    async with running(LAMP, address="127.0.0.12") as lamp, running(TEXT_SENSOR, address="127.0.0.13") as sensor:
        await add(hass, entry, lamp.uri, "Lamp")
        await add(hass, entry, sensor.uri, "Sensor")
        speaking = asyncio.create_task(speak(lamp, sensor))

        async def unloaded() -> None:
            assert await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_block_till_done()

        await unloaded()
        before = await holdings(hass)
        assert before.objects
        assert before.listeners
        assert await hass.config_entries.async_setup(entry.entry_id)
        for _ in range(RELOADS):
            assert await hass.config_entries.async_reload(entry.entry_id)
        await until(lambda: lamp.observers and state_of(hass, "light.lamp").state in {"on", "off"})
        await unloaded()
        assert (await holdings(hass)).beyond(before) == {}
        speaking.cancel()
        assert await hass.config_entries.async_setup(entry.entry_id)  # the fixture unloads it


async def speak(lamp: Device, sensor: Device) -> None:
    """Notify for ever."""
    number = 0
    while True:
        number = (number + 1) % 100
        lamp.set("level", number)
        sensor.set("temperature", 10 + number / 10)
        await asyncio.sleep(0.002)
