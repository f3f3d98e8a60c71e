"""The electrical panel of the house: a main meter of three phases, and circuits with a relay and a meter each.

The oven and the water heater on one phase are more than its breaker of 16 A bears: the oven heats for a minute of every
four, so that whoever watches over the panel has something to do within two minutes, and a load to give back within the
next two. A kettle that boils and a car that is plugged in come from a terminal:

    script/run --house control panel set kettle_boils on
    script/run --house control panel set car on
"""

from dataclasses import dataclass
from typing import Final

from .model import IDENTITY, TEXT, Model, Record, Resource, Signal, Values

VOLTAGE: Final = 230.0
PHASES: Final = ("l1", "l2", "l3")
STANDING: Final[Values] = {"l1": 1.2, "l2": 0.9, "l3": 0.7}
"""A that flow beside the circuits: what nobody has listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A relay and what hangs on it: W where it runs, its phases, and what makes it run.

    `cycle` is a period in seconds, and from when until when in it the load wants to run; `wanted_by` a signal that says
    so; `level` one that says how many percent of its power it may draw.
    """

    name: str
    title: str
    watts: float
    phases: tuple[str, ...]
    cycle: tuple[float, float, float] = (1.0, 0.0, 1.0)
    wanted_by: str = ""
    level: str = ""


CIRCUITS: Final = (
    Circuit(name="oven", title="Oven", watts=2500.0, phases=("l1",), cycle=(240.0, 30.0, 90.0)),
    Circuit(name="heater", title="Water heater", watts=2300.0, phases=("l1",)),
    Circuit(name="charger", title="Charger", watts=11_040.0, phases=PHASES, wanted_by="car", level="charger_level"),
    Circuit(name="pump", title="Heat pump", watts=500.0, phases=("l2",), cycle=(900.0, 0.0, 720.0), level="pump_level"),
    Circuit(name="kettle", title="Kettle", watts=2000.0, phases=("l1",), wanted_by="kettle_boils"),
    Circuit(name="freezer", title="Freezer", watts=120.0, phases=("l3",), cycle=(600.0, 0.0, 240.0)),
    Circuit(name="fridge", title="Fridge", watts=90.0, phases=("l2",), cycle=(500.0, 100.0, 260.0)),
    Circuit(name="lights", title="Lights", watts=240.0, phases=("l3",)),
)
"""All of the panel, in the order of their relays."""

KETTLE_S: Final = 120.0
"""So long a kettle boils."""


def _part(circuit: Circuit, values: Values, clock: float) -> float:
    """Return the part of its power that a load draws where its relay is closed."""
    period, start, end = circuit.cycle
    wanted = start <= clock % period < end and (not circuit.wanted_by or bool(values[circuit.wanted_by]))
    return float(values[circuit.level]) / 100.0 * wanted if circuit.level else float(wanted)


def _physics(values: Values, seconds: float) -> None:
    clock = values["clock"] = float(values["clock"]) + seconds
    boiled = float(values["boiled"]) + seconds if values["kettle_boils"] and values["kettle"] else 0.0
    if boiled >= KETTLE_S:
        boiled, values["kettle_boils"] = 0.0, False
    values["boiled"] = boiled
    values["ripple"] = -float(values["ripple"])  # what a meter shows is never quite the same twice
    amperes = {phase: float(STANDING[phase]) + float(values["ripple"]) for phase in PHASES}
    for circuit in CIRCUITS:
        power = circuit.watts * _part(circuit, values, clock) if values[circuit.name] else 0.0
        values[f"{circuit.name}_power"] = round(power, 1)
        for phase in circuit.phases:
            amperes[phase] += power / len(circuit.phases) / VOLTAGE
    values.update({phase: round(current, 2) for phase, current in amperes.items()})
    values["main_power"] = round(sum(amperes.values()) * VOLTAGE)


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
        Signal(name="car", start=False),
        Signal(name="kettle_boils", start=False),
        Signal(name="boiled", start=0.0),
        Signal(name="ripple", start=0.03),
        *(Signal(name=phase, start=STANDING[phase]) for phase in PHASES),
        Signal(name="main_power", start=0),
        *(Signal(name=circuit.name, start=True) for circuit in CIRCUITS),
        *(Signal(name=f"{circuit.name}_power", start=0.0) for circuit in CIRCUITS),
        *(Signal(name=circuit.level, start=100, low=0, high=100) for circuit in CIRCUITS if circuit.level),
    ),
    resources=(
        Resource(path="/3/0/0", text="Simulated House", interface="core.rp"),
        Resource(path="/3/0/1", text="Electrical panel", interface="core.rp"),
        Resource(path="/3/0/2", records=(Record(signal=IDENTITY),), interface="core.rp"),
        *(_shown(f"/3317/{n}/5700", phase, f"Main {phase.upper()}") for n, phase in enumerate(PHASES)),
        _shown("/3328/100/5700", "main_power", "Main"),
        *(_set(f"/3312/{n}/5850", one.name, one.title) for n, one in enumerate(CIRCUITS)),
        *(_set(f"/3312/{n}/5851", one.level, one.title) for n, one in enumerate(CIRCUITS) if one.level),
        *(_shown(f"/3328/{n}/5700", f"{one.name}_power", one.title) for n, one in enumerate(CIRCUITS)),
    ),
    derive=_physics,
)
"""One device, as a panel of relays and meters is: what its relays do is what its meters show."""
