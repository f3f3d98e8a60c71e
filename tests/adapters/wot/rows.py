"""What the tests of the adapter have in common: a fast pace, and a Thing with one of everything."""

from custom_components.local_things.adapters.wot.pace import Pace
from custom_components.local_things.transports.http import Timing
from tests.house.model import Signal
from tests.house.wot.thing import ThingModel

HASTY = Pace(
    poll=0.05,
    slow_poll=0.2,
    follow_again=0.3,
    shortest_silence=0.1,
    longest_silence=0.4,
    slack=0.02,
    retry=0.02,
    back_off=0.05,
    longest_back_off=0.2,
    coalesce=0.01,
    verify=0.2,
    verify_every=0.02,
    close=1.0,
    listen=0.4,
    meet=3.0,
    directory_again=0.05,
)
"""A house in which a day passes in seconds."""

HURRIED = Timing(connect=1.0, answer=1.0, held=1.5, quiet=2.0)
"""Gives a silent server up after a second, and one that works under load not at all."""

PLUG = ThingModel(
    name="plug",
    identity="urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0909",
    title="Plug",
    properties={
        "on": {"type": "boolean", "observable": True},
        "load": {"type": "number", "unit": "W", "readOnly": True, "observable": True},
    },
    actions={
        "toggle": {},
        "dim": {"input": {"type": "integer"}, "output": {"type": "string"}},
    },
    events={"tripped": {"data": {"type": "number", "unit": "W"}}},
    signals=(Signal(name="on", start=False), Signal(name="load", start=36.0, low=0.0, high=100.0)),
)
