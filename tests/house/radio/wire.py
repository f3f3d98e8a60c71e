"""The link between a stick and its host: MT frames (TI's Monitor and Test protocol) on a TCP socket."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from zigpy_znp.exceptions import InvalidFrame
from zigpy_znp.frames import TransportFrame

_LOGGER = logging.getLogger(__name__)
_START = b"\xfe"
_OVERHEAD = 5  # start, length, two of the command, check sum


class Wire:
    """A TCP server that hands each good frame on. A bad frame never ends the link."""

    def __init__(self, take: Callable[[Any], None], host: str = "127.0.0.1", port: int = 0) -> None:
        """`take` is given the general frame of every transport frame. Port 0 is any free one."""
        self._take = take
        self.host = host
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._recording: bytearray | None = None
        self.connections = 0
        self.port = port

    async def listen(self) -> str:
        """Listen on loopback; return the path by which a radio library opens it. The port stays the same."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.path

    @property
    def path(self) -> str:
        """By what a radio library opens it."""
        return f"socket://{self.host}:{self.port}"

    async def close(self) -> None:
        """Stop listening and cut every link: the stick is out of its socket."""
        if self._server is not None:
            self._server.close()
            self.cut()
            await self._server.wait_closed()
            self._server = None

    @property
    def is_used(self) -> bool:
        """Whether a host has it open."""
        return bool(self._writers)

    def cut(self) -> None:
        """Cut every link, as a pulled cable does; the stick goes on listening."""
        for writer in list(self._writers):
            writer.transport.abort()

    def send(self, command: Any) -> None:
        """Send a command to the host."""
        self.send_bytes(TransportFrame(command.to_frame(align=True)).serialize())

    def send_bytes(self, data: bytes) -> None:
        """Send anything at all."""
        if self._recording is not None:
            self._recording += data
            return
        for writer in self._writers:
            writer.write(data)

    def recorded(self, act: Callable[[], None]) -> bytes:
        """Return what `act` sends, instead of sending it: to be played at a speed at which nobody could make it up."""
        self._recording = said = bytearray()
        try:
            act()
        finally:
            self._recording = None
        return bytes(said)

    async def drained(self) -> None:
        """Return when the host has taken most of what was sent."""
        for writer in list(self._writers):
            await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        waiting = b""
        try:
            while chunk := await reader.read(4096):
                waiting = self._frames(waiting + chunk)
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _frames(self, data: bytes) -> bytes:
        """Hand on the whole frames in `data` and return the rest."""
        while (start := data.find(_START)) >= 0:
            data = data[start:]
            if len(data) < _OVERHEAD or len(data) < data[1] + _OVERHEAD:
                return data
            try:
                frame, rest = TransportFrame.deserialize(data)
            except InvalidFrame, ValueError:
                data = data[1:]
                continue
            data = rest
            try:
                self._take(frame.payload)
            except Exception:
                _LOGGER.exception("the simulated stick failed on %s", frame.payload)
        return b""
