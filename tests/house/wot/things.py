"""The Things of the house, as rows."""

from collections.abc import Mapping
from typing import Final

from tests.house.model import Signal

from .thing import Json, ThingModel

_MAKER: Final[Mapping[str, Json]] = {"manufacturer": "Simulated House", "version": {"instance": "1.0.0"}}

DESK: Final = ThingModel(
    name="desk",
    identity="urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0101",
    title="Desk",
    about={"titles": {"en": "Desk", "de": "Schreibtisch", "sl": "Miza"}, **_MAKER},
    properties={
        "temperature": {"type": "number", "unit": "om2:degreeCelsius", "readOnly": True, "observable": True},
        "on": {"type": "boolean", "title": "Lamp", "observable": True},
        "brightness": {
            "type": "integer",
            "title": "Lamp brightness",
            "unit": "percent",
            "minimum": 0,
            "maximum": 100,
            "observable": True,
        },
        "effect": {"type": "string", "title": "Lamp effect", "enum": ["none", "candle", "rainbow"], "observable": True},
        "status": {
            "type": "object",
            "readOnly": True,
            "observable": True,
            "properties": {
                "signal": {"type": "integer", "title": "Signal strength", "unit": "dBm"},
                "watts": {"type": "number", "title": "Power", "unit": "W"},
                "charging": {"type": "boolean", "title": "Charging"},
            },
        },
    },
    actions={
        "fade": {
            "title": "Fade",
            "input": {
                "type": "object",
                "properties": {
                    "brightness": {"type": "integer", "minimum": 0, "maximum": 100},
                    "duration": {"type": "number", "minimum": 0, "unit": "s"},
                },
                "required": ["brightness"],
            },
            "output": {"type": "string"},
        },
        "identify": {"title": "Identify"},
    },
    events={"button": {"title": "Button", "data": {"type": "string", "enum": ["single", "double", "long"]}}},
    signals=(
        Signal(name="temperature", start=21.5, step=0.1, low=15.0, high=30.0),
        Signal(name="on", start=False),
        Signal(name="brightness", start=40, low=0, high=100),
        Signal(name="effect", start="none"),
        Signal(name="status.signal", start=-61, step=1, low=-80, high=-40, every=3),
        Signal(name="status.watts", start=3.2, step=0.1, low=2.0, high=5.0, every=2),
        Signal(name="status.charging", start=False),
    ),
)
"""A lamp, a thermometer and a button, over HTTP."""

RADIATOR: Final = ThingModel(
    name="radiator",
    identity="urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0202",
    title="Radiator",
    about={**_MAKER},
    properties={
        "temperature": {"type": "number", "unit": "Cel", "readOnly": True, "observable": True},
        "humidity": {"type": "number", "unit": "%", "readOnly": True, "observable": True},
        "setpoint": {
            "type": "number",
            "title": "Wanted temperature",
            "unit": "Cel",
            "minimum": 5,
            "maximum": 30,
            "multipleOf": 0.5,
            "observable": True,
        },
        "locked": {"type": "boolean", "title": "Child lock", "observable": True},
    },
    actions={"descale": {"title": "Descale"}},
    events={"overheated": {"title": "Overheated", "data": {"type": "number", "unit": "Cel"}}},
    signals=(
        Signal(name="temperature", start=20.5, step=0.1, low=15.0, high=25.0),
        Signal(name="humidity", start=44.0, step=0.5, low=30.0, high=60.0),
        Signal(name="setpoint", start=20.5, low=5.0, high=30.0),
        Signal(name="locked", start=False),
    ),
)
"""A radiator's valve, over CoAP."""

THINGS: Final = (DESK, RADIATOR)
