"""Devices that are spoken to with OSCORE alone (RFC 8613): aiocoap's own server and its own security contexts on files.

Their links are told to everybody, with the attribute `osc`; all else only to who has the key. Each makes its key when
it is made; it is printed with the status, as on the sheet that comes with a device.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
import json
from pathlib import Path
import secrets
import shutil
import socket
import tempfile
from typing import Final, override

import aiocoap
from aiocoap import oscore, resource
from aiocoap.credentials import CredentialsMap
from aiocoap.oscore_sitewrapper import OscoreSiteWrapper

from tests.house.control import Verb

HUB_ID: Final = b"\x01"
DEVICE_ID: Final = b"\x02"

UDP: Final = "simplesocketserver"
TCP: Final = "tcpserver"
"""What carries the messages, as the library names it."""

WRITABLE: Final = frozenset({"/3312/0/5850", "/19/0/0"})

_WELL_KNOWN: Final = ".well-known", "core"


class _Value(resource.ObservableResource):  # type: ignore[misc]  # aiocoap has no types
    """One value as text, such as LwM2M has it."""

    ct = 0

    def __init__(self, device: OscoreDevice, name: str, *, writable: bool = False) -> None:
        super().__init__()
        self._device, self._name, self._writable = device, name, writable

    @override
    def get_link_description(self) -> dict[str, str | None]:
        return {**super().get_link_description(), "osc": None}

    async def render_get(self, _request: aiocoap.Message) -> aiocoap.Message:
        self._device.requests.append(f"GET {self._name}")
        return aiocoap.Message(payload=self._device.values[self._name].encode(), content_format=0, max_age=60)

    async def render_put(self, request: aiocoap.Message) -> aiocoap.Message:
        if not self._writable:
            raise aiocoap.error.MethodNotAllowed
        self._device.requests.append(f"PUT {self._name}")
        self._device.set(self._name, request.payload.decode())
        return aiocoap.Message(code=aiocoap.CHANGED)


class _Protected(resource.Site):  # type: ignore[misc]  # as above
    """Lets nobody at anything but the links who has not proved to have the key."""

    @override
    async def render_to_pipe(self, request: aiocoap.pipe.Pipe) -> None:
        message = request.request
        if message.opt.uri_path != _WELL_KNOWN and not hasattr(message.remote, "security_context"):
            raise aiocoap.error.Unauthorized
        await super().render_to_pipe(request)


def _free_port(address: str) -> int:
    """Return a port that nobody has: the library does not tell which one it was given."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((address, 0))
        return int(sock.getsockname()[1])


def _pass_over(_: aiocoap.pipe.Pipe) -> None:
    """Answer nothing."""


class OscoreDevice:
    """A thermostat: a temperature that is observed, and a switch that is written. Port 0 is any free one.

    `stop` keeps what it knows.
    """

    def __init__(self, name: str, address: str, *, port: int = 5683, transport: str = UDP) -> None:
        """Make a new key; nothing is opened before `start`. `transport` is UDP or TCP."""
        self._transport = transport
        self.name = name
        self.address = address
        self.port = port
        self.values = {"/3/0/2": f"oscore-{name}", "/3303/0/5700": "21.5", "/3312/0/5850": "0", "/19/0/0": ""}
        self.requests: list[str] = []
        self._resources: dict[str, _Value] = {}
        self._context: aiocoap.Context | None = None
        self._folder: Path | None = None
        self._security: oscore.FilesystemSecurityContext | None = None
        self.rekey()

    @property
    def uri(self) -> str:
        """Where it is."""
        return f"{'coap' if self._transport == UDP else 'coap+tcp'}://{self.address}:{self.port}"

    def rekey(self) -> None:
        """Make a new key, of which nothing was used yet; it holds from the next `start` on."""
        self.master_secret, self.master_salt = secrets.token_bytes(16), secrets.token_bytes(8)
        self.discard()
        self._folder = Path(tempfile.mkdtemp(prefix="oscore-"))
        settings = {
            "sender-id_hex": DEVICE_ID.hex(),
            "recipient-id_hex": HUB_ID.hex(),
            "secret_hex": self.master_secret.hex(),
            "salt_hex": self.master_salt.hex(),
        }
        (self._folder / "settings.json").write_text(json.dumps(settings), "utf-8")

    def discard(self) -> None:
        """Forget the key, and how far it was used."""
        if self._folder is not None:
            shutil.rmtree(self._folder)
        self._folder = None

    async def start(self) -> None:
        """Listen; raises OSError."""
        self.port = self.port or _free_port(self.address)
        site = _Protected()
        site.add_resource(_WELL_KNOWN, resource.WKCResource(site.get_resources_as_linkheader))
        for path in self.values:
            self._resources[path] = made = _Value(self, path, writable=path in WRITABLE)
            site.add_resource(path.strip("/").split("/"), made)
        known = self._credentials(site)
        self._context = await aiocoap.Context.create_server_context(
            OscoreSiteWrapper(site, known), bind=(self.address, self.port), transports=[self._transport]
        )
        self._context.server_credentials = known

    def _credentials(self, _: resource.Site) -> CredentialsMap:
        """Return whom the device lets in."""
        self._security = oscore.FilesystemSecurityContext(str(self._folder))
        return CredentialsMap({":hub": self._security})

    async def stop(self) -> None:
        """Vanish in good order: how far it has heard is known when it comes back."""
        await self._vanish()
        if self._security is not None:
            self._security._destroy()  # as when the object is collected, whenever that is
            self._security = None

    async def crash(self) -> None:
        """Vanish as without power: it only knows that it had heard something."""
        await self._vanish()
        if (security := self._security) is not None:
            security.lockfile.release()
            security.lockfile = self._security = None  # or it would write down what it knows

    def set(self, name: str, value: str) -> None:
        """Give a value another value, and tell who observes it."""
        self.values[name] = value
        self._resources[name].updated_state()

    async def _vanish(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            context.render_to_pipe = _pass_over
            await asyncio.sleep(0)  # what was heard before is begun, or the library would lose it with a warning
            with suppress(Exception):  # an observer that is gone already makes the library stumble
                await context.shutdown()


@asynccontextmanager
async def oscore_device(
    name: str = "door", address: str = "127.0.0.29", transport: str = UDP
) -> AsyncIterator[OscoreDevice]:
    """Run one device in this loop."""
    device = OscoreDevice(name, address, transport=transport)
    await device.start()
    try:
        yield device
    finally:
        await device.stop()
        device.discard()


class OscorePart:
    """Such a device as a part of the house."""

    def __init__(self, device: OscoreDevice) -> None:
        """`device` is not started."""
        self.device = device
        self.name = device.name

    @property
    def subject(self) -> OscoreDevice:
        """The device."""
        return self.device

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return VERBS

    async def start(self) -> None:
        """Listen; raises OSError."""
        await self.device.start()

    async def stop(self) -> None:
        """Vanish."""
        await self.device.stop()
        self.device.discard()

    def status(self) -> dict[str, object]:
        """Return where it is, its values, and its key as the hub has it."""
        device = self.device
        return {
            "device": device.name,
            "address": device.address,
            "port": device.port,
            "uri": device.uri,
            "values": device.values,
            "requests": len(device.requests),
            "key": self.key(),
        }

    def key(self) -> Mapping[str, str]:
        """Return its key as the hub has it."""
        return {
            "master_secret": self.device.master_secret.hex(),
            "master_salt": self.device.master_salt.hex(),
            "sender_id": HUB_ID.hex(),
            "recipient_id": DEVICE_ID.hex(),
        }


async def _restart(device: OscoreDevice) -> None:
    await device.crash()
    await device.start()


async def _rekey(device: OscoreDevice) -> None:
    await device.stop()
    device.rekey()
    await device.start()


VERBS: Final[dict[str, Verb]] = {
    "status": Verb(call=lambda _: None, help="change nothing; every verb prints the status, with the key"),
    "set": Verb(call=OscoreDevice.set, arguments="PATH VALUE", help="give a resource another value"),
    "reboot": Verb(call=_restart, help="restart as after a power cut"),
    "rekey": Verb(call=_rekey, help="make another key, which the hub does not know"),
    "stop": Verb(call=OscoreDevice.crash, help="close the port, as a killed process does"),
    "start": Verb(call=OscoreDevice.start, help="open the port again"),
}
