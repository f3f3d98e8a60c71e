"""Letting devices in: the window, install codes, and how far each device has come."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zigpy.application import ControllerApplication
from zigpy.device import Device
from zigpy.types import EUI64
from zigpy.util import convert_install_code

from ...things.errors import Reason, Rejected
from ...things.text import label

LONGEST_WINDOW: Final = 254
"""Most seconds that a network can be opened for (Zigbee specification, 2.4.3.3.7)."""


class Stage(StrEnum):
    """How far a device has come."""

    JOINED = "joined"
    INTERVIEWED = "interviewed"
    SETTING_UP = "setting_up"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A device that joins: its EUI-64, its stage, through whom it came ("" is the radio), and what it is."""

    ieee: str
    stage: Stage
    through: str = ""
    manufacturer: str = ""
    model: str = ""


class Steps:
    """Tells of devices that join."""

    def __init__(self, told: Callable[[Step], None]) -> None:
        """`told` is called with every step."""
        self._told = told

    def joined(self, device: Device) -> None:
        """It is in the network."""
        self._tell(device, Stage.JOINED)

    def interviewed(self, device: Device) -> None:
        """What it is is known."""
        self._tell(device, Stage.INTERVIEWED)

    def setting_up(self, device: Device) -> None:
        """It is being set up."""
        self._tell(device, Stage.SETTING_UP)

    def ready(self, device: Device, title: str) -> None:
        """It can be used."""
        self._tell(device, Stage.READY, title)

    def failed(self, device: Device) -> None:
        """It did not answer."""
        self._tell(device, Stage.FAILED)

    def _tell(self, device: Device, stage: Stage, model: str = "") -> None:
        relays = device.relays
        through = ""
        if relays:
            parent = next((one for one in device.application.devices.values() if _has(one, relays[0])), None)
            through = "" if parent is None else str(parent.ieee)
        self._told(
            Step(
                ieee=str(device.ieee),
                stage=stage,
                through=through,
                manufacturer=label(device.manufacturer or ""),
                model=model or label(device.model or ""),
            )
        )


class Pairing:
    """The window of one network."""

    def __init__(self, app: ControllerApplication, steps: Steps) -> None:
        """Open nothing yet."""
        self._app = app
        self.steps = steps

    async def open(self, seconds: int = LONGEST_WINDOW, through: str = "") -> None:
        """Let devices in, through everybody or only through one router. Raises Rejected, OUT_OF_RANGE."""
        await self._app.permit(_window(seconds), EUI64.convert(through) if through else None)

    async def open_with_code(self, ieee: str, code: str, seconds: int = LONGEST_WINDOW) -> None:
        """Let one device in by its install code, hexadecimal as on its label.

        With some radios this takes as long as the window is open. Raises Rejected, OUT_OF_RANGE for what is no code.
        """
        try:
            node = EUI64.convert(ieee)
            key = convert_install_code(bytes.fromhex("".join(code.split()).replace("-", "")))
        except ValueError as err:
            raise Rejected(Reason.OUT_OF_RANGE, name="install_code") from err
        await self._app.permit_with_link_key(node, key, _window(seconds))

    async def close(self) -> None:
        """Let nobody in any more."""
        await self._app.permit(0)


def _window(seconds: int) -> int:
    if not 0 <= seconds <= LONGEST_WINDOW:
        raise Rejected(Reason.OUT_OF_RANGE, name="seconds", value=str(seconds))
    return seconds


def _has(device: object, nwk: int) -> bool:
    return getattr(device, "nwk", None) == nwk
