"""A Thing as a part of the house: announced by DNS-SD, and told what to do."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
import json
from typing import Final

from tests.house.control import Verb

from .announcement import Server, announced
from .on_http import DESCRIPTION_PATH
from .thing import Json, Thing


class ThingPart:
    """A running Thing."""

    def __init__(self, server: Server, *, announced: bool = True, tick: float = 0.0) -> None:
        """Every `tick` seconds the values move (0: they move only when told)."""
        self.server = server
        self._announced = announced
        self._tick = tick
        self._timer: asyncio.TimerHandle | None = None
        self._life = AsyncExitStack()

    @property
    def name(self) -> str:
        """What the house calls it."""
        return self.thing.model.name

    @property
    def thing(self) -> Thing:
        """What it is."""
        return self.server.thing

    @property
    def subject(self) -> ThingPart:
        """This."""
        return self

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return VERBS

    async def start(self) -> None:
        """Listen and announce; raises OSError."""
        await self.server.start()
        self._life.push_async_callback(self.server.stop)
        if self._announced:
            await self._life.enter_async_context(announced(self.server))
        if self._tick:
            self._life.callback(self._still)
            self._move()

    async def stop(self) -> None:
        """Say goodbye and vanish."""
        await self._life.aclose()

    def status(self) -> dict[str, object]:
        """Return where it is, who listens, its values and what it was asked to do."""
        return {
            "device": self.name,
            "address": self.server.address,
            "port": self.server.port,
            "uri": self.server.origin + DESCRIPTION_PATH,
            "listeners": self.server.listeners,
            "requests": self.server.requests.total(),
            "values": self.thing.values,
            "invoked": self.thing.invoked,
        }

    def _move(self) -> None:
        self.thing.tick()
        self._timer = asyncio.get_running_loop().call_later(self._tick, self._move)

    def _still(self) -> None:
        if self._timer:
            self._timer.cancel()


def _set(part: ThingPart, name: str, value: object) -> None:
    part.thing.set(name, _json(value))


def _emit(part: ThingPart, name: str, data: object = None) -> None:
    part.thing.emit(name, _json(data))


def _json(word: object) -> Json:
    """Return what a word of the command line means, as JSON where it is that."""
    if not isinstance(word, str):
        return json.loads(json.dumps(word))  # type: ignore[no-any-return]
    try:
        return json.loads(word)  # type: ignore[no-any-return]
    except ValueError:
        return word


def _on_thing(act: Callable[[Thing], None]) -> Callable[[ThingPart], None]:
    return lambda part: act(part.thing)


async def _halt(part: ThingPart) -> None:
    await part.server.stop()


async def _resume(part: ThingPart) -> None:
    await part.server.start()


VERBS: Final[dict[str, Verb]] = {
    "status": Verb(call=lambda _: None, help="change nothing; every verb prints the status"),
    "set": Verb(call=_set, arguments="NAME VALUE", help="give a property, or `property.member`, another value"),
    "emit": Verb(call=_emit, arguments="EVENT [DATA]", help="let an event happen"),
    "fail": Verb(call=_on_thing(Thing.fail), help="fall silent until recover"),
    "lie": Verb(call=_on_thing(Thing.lie), help="confirm writes and do not apply them"),
    "refuse": Verb(
        call=lambda part, status: part.thing.refuse(int(status)), arguments="STATUS", help="answer with such as 403"
    ),
    "recover": Verb(call=_on_thing(Thing.recover), help="end every fault"),
    "stop": Verb(call=_halt, help="close the port, as a killed process does"),
    "start": Verb(call=_resume, help="open the port again"),
}
