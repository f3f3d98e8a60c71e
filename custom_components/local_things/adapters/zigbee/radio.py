"""Two ways to a Zigbee network: a radio of our own, or the application that ZHA runs.

This is the one door to the radio libraries. They are heavy: they are imported in a thread, when a radio is opened.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
import logging
from pathlib import Path
import shutil
from typing import Final, Protocol, cast

from zigpy.application import ControllerApplication
from zigpy.device import BaseDevice
from zigpy.exceptions import NetworkNotFormed, NetworkSettingsInconsistent, RadioException, ZigbeeException

from ...things.adapter import Unsubscribe
from ...things.errors import Reason, Rejected, Unreachable
from .flood import Sluice, bound_collections, note_less_often, read_less_at_once
from .pace import MESH, Pace

_LOGGER = logging.getLogger(__name__)

_LONGEST_START_S: Final = 120.0
"""So long a start may take: one that forms a network scans every channel for it. On a port where nobody answers,
the libraries give up after 2 s (deCONZ) to 35 s (XBee) by themselves."""


class Library(StrEnum):
    """The radio libraries, by the protocol of the stick."""

    EZSP = "bellows"
    ZNP = "zigpy_znp"
    DECONZ = "zigpy_deconz"
    XBEE = "zigpy_xbee"


class NetworkMissing(Rejected):
    """The radio is on no network: ask whether to form one, or to bring back the one from the backup."""


class NetworkChanged(Rejected):
    """The radio is on another network than the one this entry knows: nothing was changed."""


class RadioSource(Protocol):
    """Where a Zigbee application comes from. `owns` tells whether the network is ours to change."""

    @property
    def owns(self) -> bool:
        """Whether devices may be set up, let in and removed, and pinged."""

    async def open(self, lost: Callable[[], None]) -> ControllerApplication:
        """Return a running application; `lost` is called once when it is gone. Raises ThingError."""

    async def wait(self, seconds: float) -> None:
        """Return when it is worth to open it again: after `seconds`, or as soon as something says so."""

    async def close(self) -> None:
        """Let go of the application: shut it down, where it is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioSettings:
    """How to open a radio. `path` is a serial port or `socket://host:port`; None leaves a choice to the library.

    Only with `form` may a network be made, or the one from the backup be written to a blank stick: ask first.
    """

    library: Library
    path: str
    database: Path
    baudrate: int | None = None
    flow_control: str | None = None
    channel: int | None = None
    form: bool = False


class OwnRadio:
    """A radio that nobody else uses, with a database of its own."""

    owns: Final = True

    def __init__(self, settings: RadioSettings, pace: Pace = MESH) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._pace = pace
        self._app: ControllerApplication | None = None
        self._sluice: Sluice | None = None

    async def open(self, lost: Callable[[], None]) -> ControllerApplication:
        """Start the radio. Raises NetworkMissing, NetworkChanged, Unreachable, and Rejected without its library."""
        await self.close()
        controller, resolver = await asyncio.to_thread(_load, self._settings.library)
        await asyncio.to_thread(_keep_copy, self._settings.database)
        self._app = app = controller(_config(self._settings))
        app.register_device_resolver(resolver)
        self._sluice = Sluice(app.packet_received, self._pace)
        app.packet_received = self._sluice.take  # type: ignore[method-assign] # what every radio library calls
        try:
            await _whole(app._load_db())  # noqa: SLF001 - what `new` does; but it would leave a half-open database behind
            async with asyncio.timeout(_LONGEST_START_S):
                await app.startup(auto_form=self._settings.form)
            bound_collections()
            read_less_at_once(app)
            note_less_often(app)
            await self._back_up(app)
        except BaseException as err:
            await self.close()
            raise _problem(err, self._settings.path) from err
        app.add_listener(_Loss(lost))
        return app

    async def wait(self, seconds: float) -> None:
        """Return after `seconds`: a radio does not say that it is back."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Close joining, stop the radio and its database. It is done before every opening: zigpy reopens nothing."""
        app, self._app = self._app, None
        if self._sluice is not None:
            self._sluice.close()
        if app is not None:
            _end_shielded(app)
            await _whole(app.shutdown())

    async def _back_up(self, app: ControllerApplication) -> None:
        """Keep the network's settings and keys in the database, before anything may change them."""
        try:
            await app.backups.create_backup(load_devices=True)
        except (ZigbeeException, RadioException, TimeoutError) as err:
            _LOGGER.warning("The Zigbee network could not be backed up: %r", err)


class ZhaHost(Protocol):
    """What Home Assistant's room offers of ZHA: adapters know no Home Assistant."""

    def application(self) -> object | None:
        """Return ZHA's running zigpy application; None while it is not loaded. It raises nothing."""

    def on_change(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` whenever ZHA's entry is loaded, reloaded or unloaded."""


class ZhaRadio:
    """The radio of ZHA: looked at, and written to only when the user asks."""

    owns: Final = False

    def __init__(self, host: ZhaHost) -> None:
        """Attach to nothing yet."""
        self._host = host
        self._end: Unsubscribe | None = None

    async def open(self, lost: Callable[[], None]) -> ControllerApplication:
        """Attach to the application that ZHA runs now. Raises Unreachable while there is none."""
        await self.close()
        app = self._host.application()
        if not isinstance(app, ControllerApplication):
            raise Unreachable(Reason.NOT_ANSWERING, address="ZHA")

        def changed() -> None:
            if self._host.application() is not app:
                lost()

        self._end = self._host.on_change(changed)
        return app

    async def wait(self, seconds: float) -> None:
        """Return as soon as ZHA runs an application again, after `seconds` at the latest."""
        back = asyncio.Event()

        def changed() -> None:
            if self._host.application() is not None:
                back.set()

        end = self._host.on_change(changed)
        try:
            async with asyncio.timeout(seconds):
                await back.wait()
        except TimeoutError:
            pass
        finally:
            end()

    async def close(self) -> None:
        """Detach; the application stays as it is."""
        end, self._end = self._end, None
        if end is not None:
            end()


def _end_shielded(app: ControllerApplication) -> None:
    """Cancel what zigpy-znp shields from that: it would fail on the link that is closed, and be logged as an error."""
    link = getattr(app, "_znp", None)
    for task in asyncio.all_tasks():
        frame = getattr(task.get_coro(), "cr_frame", None)
        if link is not None and frame is not None and frame.f_locals.get("self") is link:
            task.cancel()


async def _whole(work: Coroutine[object, object, None]) -> None:
    """Do something to its end, also when cancelled: a database that is half open could not be closed."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


class _Loss:
    """What zigpy calls when the link to a radio is gone."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost

    def connection_lost(self, error: Exception) -> None:
        _LOGGER.debug("The link to the radio is gone: %r", error)
        self._lost()


def _load(library: Library) -> tuple[type[ControllerApplication], Callable[[BaseDevice], BaseDevice]]:
    """Import a radio library, and the quirks if they are there. Raises Rejected."""
    try:
        module = import_module(f"{library}.zigbee.application")
    except ImportError as err:
        raise Rejected(Reason.NOT_SUPPORTED, address=library) from err
    return cast("type[ControllerApplication]", module.ControllerApplication), _resolver()


def _resolver() -> Callable[[BaseDevice], BaseDevice]:
    """Return what gives a device its quirk; where there are no quirks, one that gives none."""
    try:
        import_module("zhaquirks").setup()
        return cast("Callable[[BaseDevice], BaseDevice]", import_module("zha.quirks").DEVICE_REGISTRY.resolve)
    except (ImportError, AttributeError) as err:
        _LOGGER.warning("Zigbee devices are used without quirks: %r", err)
        return lambda device: device


def _keep_copy(database: Path) -> None:
    """Copy the database before it is opened: a newer zigpy changes its form for good.

    Both hold the network's key, in backups too, so nobody else on this machine may open their folder (T16).
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    database.parent.chmod(0o700)
    if database.exists():
        shutil.copy2(database, database.with_suffix(".bak"))


def _config(settings: RadioSettings) -> dict[str, object]:
    """Return zigpy's configuration: nothing on the internet, no scan of the mesh unless it is asked for."""
    device: dict[str, object] = {"path": settings.path}
    if settings.baudrate is not None:
        device["baudrate"] = settings.baudrate
    if settings.flow_control is not None:
        device["flow_control"] = settings.flow_control
    network: dict[str, object] = {} if settings.channel is None else {"channel": settings.channel}
    return {
        "device": device,
        "database_path": str(settings.database),
        "network": network,
        "validate_network_settings": True,
        "ota": {"enabled": False},
        "topology_scan_enabled": False,
        "backup_enabled": True,
    }


def _problem(err: BaseException, path: str) -> BaseException:
    """Return what to raise for what zigpy raised; what is none of its failures stays what it is."""
    match err:
        case NetworkNotFormed():
            return NetworkMissing(Reason.NETWORK_MISSING, address=path)
        case NetworkSettingsInconsistent():
            return NetworkChanged(Reason.NETWORK_CHANGED, address=path)
        case ZigbeeException() | RadioException() | OSError() | TimeoutError():
            return Unreachable(Reason.NOT_ANSWERING, address=path)
    return err
