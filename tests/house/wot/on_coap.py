"""A Thing over CoAP: JSON, everything pushed by Observe, listed in CoRE link format (W3C WoT binding templates)."""

import asyncio
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address
import json
from typing import Final

from tests.house.codec import Code, Message, response_code
from tests.house.model import JSON, LINK_FORMAT, Reply
from tests.house.server import WELL_KNOWN, Server

from .on_http import DESCRIPTION_PATH
from .thing import Json, Kind, Schema, Thing, description

DESCRIPTION_FORMAT: Final = 432
"""application/td+json, in the IANA registry of CoAP Content-Formats."""


class CoapThing:
    """The server of one Thing. Port 0 is any free one."""

    scheme = "coap"
    service = "_wot._udp"

    def __init__(self, thing: Thing, *, address: str, port: int = 0, multicast: bool = False) -> None:
        """A link-local address has its zone; with `multicast`, who asks all nodes hears of it."""
        self.thing = thing
        self.address = address
        self.port = port
        self._multicast = multicast
        self._server = Server(self._answer, lambda: thing.faults.silent)
        self._told: dict[str, Json] = {}
        self._forget: list[Callable[[], None]] = []

    @property
    def origin(self) -> str:
        """`coap://host:port`, a zone left out."""
        bare = self.address.partition("%")[0]
        return f"coap://[{bare}]:{self.port}" if ip_address(bare).version == 6 else f"coap://{bare}:{self.port}"

    @property
    def listeners(self) -> int:
        """How many observations it holds."""
        return len(self._server.observers)

    @property
    def requests(self) -> Counter[str]:
        """How often each request was heard, such as "GET /properties/on"."""
        return self._server.requests

    async def start(self) -> None:
        """Listen; raises OSError."""
        host, _, interface = self.address.partition("%")
        self.port = self._server.open((host,), self.port, interface, multicast=self._multicast)
        model = self.thing.model
        for name in model.properties:
            self._forget.append(self.thing.listen("properties", name, self._teller(f"/properties/{name}")))
        for name in model.events:
            self._forget.append(self.thing.listen("events", name, self._teller(f"/events/{name}")))

    async def stop(self) -> None:
        """Vanish."""
        for forget in self._forget:
            forget()
        self._forget.clear()
        self._server.forget()
        self._server.close()

    def description(self) -> dict[str, Json]:
        """Return the Thing Description; hrefs are relative to its own place."""
        return description(
            self.thing.model, _forms, securityDefinitions={"sc": {"scheme": "nosec"}}, security="sc", base=self.origin
        )

    def _teller(self, path: str) -> Callable[[Json], None]:
        """Return what tells the observers of `path`, after the answer to the write that it follows from."""

        def tell(data: Json) -> None:
            asyncio.get_running_loop().call_soon(self._notify, path, data)

        return tell

    def _notify(self, path: str, data: Json) -> None:
        self._told[path] = data
        self._server.notify((path,))
        del self._told[path]

    def _answer(self, request: Message) -> Reply:
        match request.path:
            case p if p == WELL_KNOWN:
                links = f'<{DESCRIPTION_PATH}>;rt="wot.thing";ct={DESCRIPTION_FORMAT}'
                return Reply(payload=links.encode(), content_format=LINK_FORMAT)
            case p if p == DESCRIPTION_PATH:
                return _json(self.description(), DESCRIPTION_FORMAT)
        if refusal := self.thing.faults.refusal:
            return Reply(code=response_code(f"{refusal // 100}.{refusal % 100:02}"))
        try:
            return self._act(request)
        except KeyError:
            return Reply(code=Code.NOT_FOUND)
        except ValueError as err:
            return Reply(code=Code.BAD_REQUEST, payload=str(err).encode())

    def _act(self, request: Message) -> Reply:
        kind, _, name = request.path.strip("/").partition("/")
        match request.code, kind:
            case Code.GET, "properties":
                return _json(self.thing.values[name], observable=True)
            case Code.PUT, "properties":
                self.thing.write(name, json.loads(request.payload))
                return Reply(code=Code.CHANGED)
            case Code.POST, "actions":
                output = self.thing.invoke(name, json.loads(request.payload) if request.payload else None)
                return Reply(code=Code.CHANGED) if output is None else _json(output)
            case Code.GET, "events" if name in self.thing.model.events:
                # The answer to a subscription says nothing: nothing has happened since.
                return _json(self._told[request.path]) if request.path in self._told else Reply(observable=True)
        raise KeyError(name)


def _json(data: Json, content_format: int = JSON, *, observable: bool = False) -> Reply:
    payload = json.dumps(data, separators=(",", ":")).encode()
    return Reply(payload=payload, content_format=content_format, observable=observable)


def _forms(kind: Kind, name: str, affordance: Schema) -> list[Json]:
    form: dict[str, Json] = {"href": f"/{kind}/{name}"}
    if kind == "properties":
        ops = ["readproperty"] + ([] if affordance.get("readOnly") else ["writeproperty"])
        ops += ["observeproperty", "unobserveproperty"] if affordance.get("observable") else []
        form["op"] = [*ops]
    if kind == "actions":
        form["cov:method"] = "POST"
    return [form]
