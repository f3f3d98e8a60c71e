"""net-snmp's pass_persist protocol, spoken on a Unix socket by the switch (snmpd.conf(5))."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from .mib import View
from .varbind import Oid, Varbind, oid


class Passing:
    """Answers every subtree from one view of the switch, and counts what it answers."""

    def __init__(self, view: Callable[[], View], changed: Callable[[], None]) -> None:
        """`view` gives what the switch shows now; `changed` is called after a SET."""
        self._view = view
        self._changed = changed
        self._left: int | None = None
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.answers = 0
        self.writes = 0
        """How often a SET was asked for."""

    def fall_silent(self, after: int | None) -> None:
        """Answer so often and then no more; None: answer for ever."""
        self._left = after
        self._speaks.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one shim until it goes."""
        with suppress(ConnectionError, EOFError):
            while verb := (await reader.readline()).decode().rstrip("\n"):
                arguments = [await _line(reader) for _ in range({"get": 1, "getnext": 1, "set": 2}.get(verb, 0))]
                await self._turn()
                writer.write(self._answer(verb, arguments).encode())
                await writer.drain()
        writer.close()

    async def _turn(self) -> None:
        """Wait, for as long as the agent is dead to the world."""
        while self._left == 0:
            self._speaks.clear()
            await self._speaks.wait()
        if self._left is not None:
            self._left -= 1
        self.answers += 1

    def _answer(self, verb: str, arguments: list[str]) -> str:
        match verb, arguments:
            case "PING", []:
                return "PONG\n"
            case "get", [key]:
                return self._shown(oid(key))
            case "getnext", [key]:
                return self._shown(self._view().after(oid(key)))
            case "set", [key, assignment]:
                return self._set(oid(key), assignment) + "\n"
            case _:
                return "NONE\n"

    def _shown(self, key: Oid | None) -> str:
        cell = self._view().cells.get(key) if key else None
        return "NONE\n" if cell is None or key is None else _lines(key, cell.value)

    def _set(self, key: Oid, assignment: str) -> str:
        self.writes += 1
        syntax, _, text = assignment.partition(" ")
        cell = self._view().cells.get(key)
        if cell is None or cell.write is None:
            return "not-writable"
        if refusal := cell.refuses(syntax, text):
            return refusal
        cell.write(_value(syntax, text))
        self._changed()
        return "DONE"


def _lines(key: Oid, value: Varbind) -> str:
    return f".{'.'.join(map(str, key))}\n{value.syntax}\n{value.text}\n"


def _value(syntax: str, quoted: str) -> int | str:
    text = quoted.removeprefix('"').removesuffix('"')
    match syntax:
        case "integer":
            return int(text)
        case "octet":  # what is no text stays what it was
            return bytes.fromhex(text).decode(errors="surrogateescape")
        case _:
            return text


async def _line(reader: asyncio.StreamReader) -> str:
    if not (line := await reader.readline()):
        raise EOFError
    return line.decode().rstrip("\n")
