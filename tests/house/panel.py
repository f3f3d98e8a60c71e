"""The electrical panel of the house: three phases with a meter each, and four circuits with a relay and a meter.

An oven and a water heater on one phase are more than its breaker of 16 A bears: the oven heats for a minute and a half
of every four, so that whoever watches over the panel has something to do within two minutes.
"""

from typing import Final

from .model import TEXT, Model, Record, Resource, Signal, Values

VOLTAGE: Final = 230.0
PHASES: Final = ("l1", "l2", "l3")
STANDING: Final[Values] = {"l1": 1.2, "l2": 0.9, "l3": 1.5}
"""A that flow without the circuits: the fridge, the freezer, the lights."""

OVEN_PERIOD: Final = 240.0
OVEN_HEATS: Final = (30.0, 120.0)
"""Seconds of a period of the oven, and from when until when it heats."""

CIRCUITS: Final[dict[str, tuple[str, float, tuple[str, ...]]]] = {
    "oven": ("Oven", 2500.0, ("l1",)),
    "heater": ("Water heater", 2300.0, ("l1",)),
    "charger": ("Charger", 6900.0, PHASES),
    "pump": ("Heat pump", 2200.0, ("l2",)),
}
"""By name: title, W at most, and phases."""


def _physics(values: Values, seconds: float) -> None:
    values["clock"] = (float(values["clock"]) + seconds) % OVEN_PERIOD
    start, end = OVEN_HEATS
    parts = {
        "oven": float(start <= float(values["clock"]) < end),
        "heater": 1.0,
        "charger": float(values["plugged"]) * float(values["charger_level"]) / 100.0,
        "pump": 1.0,
    }
    # What a meter shows is never quite the same twice.
    amperes = {phase: float(STANDING[phase]) + float(values["ripple"]) for phase in PHASES}
    for name, (_, watts, phases) in CIRCUITS.items():
        power = watts * parts[name] if values[name] else 0.0
        values[f"{name}_power"] = round(power, 1)
        for phase in phases:
            amperes[phase] += power / len(phases) / VOLTAGE
    values.update({phase: round(current, 2) for phase, current in amperes.items()})


def _shown(path: str, signal: str, title: str) -> Resource:
    records = (Record(signal=signal),)
    return Resource(path=path, records=records, interface="core.s", title=title, formats=(TEXT,), observable=True)


def _set(path: str, signal: str, title: str) -> Resource:
    return Resource(
        path=path,
        records=(Record(signal=signal),),
        interface="core.a",
        title=title,
        formats=(TEXT,),
        observable=True,
        writable=True,
    )


PANEL: Final = Model(
    name="panel",
    identity="SH-PANEL-0035",
    signals=(
        Signal(name="clock", start=0.0),
        Signal(name="plugged", start=False),
        Signal(name="ripple", start=0.0, step=0.02, low=-0.2, high=0.2, decimals=2),
        *(Signal(name=phase, start=STANDING[phase]) for phase in PHASES),
        *(Signal(name=name, start=True) for name in CIRCUITS),
        *(Signal(name=f"{name}_power", start=0.0) for name in CIRCUITS),
        Signal(name="charger_level", start=100, low=0, high=100),
    ),
    resources=(
        Resource(path="/3/0/0", text="Simulated House", interface="core.rp"),
        Resource(path="/3/0/1", text="Electrical panel", interface="core.rp"),
        Resource(path="/3/0/2", records=(Record(signal="identity"),), interface="core.rp"),
        *(_shown(f"/3317/{n}/5700", phase, f"Main {phase.upper()}") for n, phase in enumerate(PHASES)),
        *(_set(f"/3312/{n}/5850", name, title) for n, (name, (title, _, _)) in enumerate(CIRCUITS.items())),
        *(
            _shown(f"/3328/{n}/5700", f"{name}_power", f"{title} power")
            for n, (name, (title, _, _)) in enumerate(CIRCUITS.items())
        ),
        _set("/3312/2/5851", "charger_level", "Charger level"),
    ),
    derive=_physics,
)
"""One device, as a panel of relays and meters is: what its relays do is what its meters show."""
