"""A Home Assistant that lives in the hub of a lab.

It runs in this process, as in every other test, and this thread lives in the hub meanwhile: whatever opens a socket,
in this thread or in one that Home Assistant makes, opens it there. The devices are processes in machines of their own.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.pace import Pace as CoapPace
from custom_components.local_things.adapters.poe import household
from custom_components.local_things.adapters.poe.adapter import inspect_switch, open_switch
from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.adapters.wot.pace import Pace as WotPace
from custom_components.local_things.network import entry as network_entry, scanner
from custom_components.local_things.poe_switch import entry as poe_switch_entry
from custom_components.local_things.things.adapter import Adapter, AdapterHost, AdapterSpec
from custom_components.local_things.transports.coap import Timing
from tests.adapters.wot.rows import HURRIED
from tests.integration.poe.conftest import AGENT, FAST
from tests.netlab.lab import Flavour, Lab, network_lab
from tests.netlab.powered import switched_lab

COAP = replace(
    CoapPace(),
    poll=60.0,
    shortest_silence=2.0,
    longest_silence=2.0,
    retry=0.1,
    back_off=0.3,
    longest_back_off=1.0,
    slack=0.1,
    listen=1.5,
)
WOT = replace(
    WotPace(),
    poll=60.0,
    shortest_silence=2.0,
    longest_silence=2.0,
    retry=0.1,
    back_off=0.3,
    longest_back_off=1.0,
    slack=0.1,
    listen=1.5,
)
"""Whoever is gone is soon missed, and soon asked again. What is polled is hardly ever: a change that shows was told."""

TIMING = Timing(ack_timeout=0.2, ack_random_factor=1.2, max_retransmit=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Which lab a test lives in; with `powered`, its switch can have an agent."""

    flavour: Flavour
    devices: int
    powered: bool = False


@pytest.fixture
def street() -> Street:
    """Return the lab that a test wants; a module, or a parameter, says another."""
    return Street(flavour=Flavour.LINK_LOCAL, devices=1)


@pytest.fixture
def lab(multicast_dns: None, network: None, street: Street) -> Iterator[Lab]:
    """Make a lab, and live in its hub."""
    making = switched_lab if street.powered else network_lab
    with making(street.flavour, street.devices) as made, made.hub.entered():
        yield made


@pytest.fixture
def life(lab: Lab) -> Iterator[ExitStack]:
    """Hold what a test starts: it ends after Home Assistant and before the lab."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def hass_storage(hass_storage: dict[str, object]) -> dict[str, object]:
    """Choose `eth0` in Settings, System, Network: where it has fe80::/64 only, it is not chosen by itself."""
    content = {"configured_adapters": ["eth0"]}
    hass_storage["core.network"] = {"version": 1, "minor_version": 1, "key": "core.network", "data": content}
    return hass_storage


@pytest.fixture
def hass(life: ExitStack, hass: HomeAssistant) -> HomeAssistant:
    """Have it made in the hub, which has been entered by now."""
    return hass


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything go the way it goes in a house, in seconds."""

    async def coap(host: AdapterHost) -> Adapter:
        return await CoapAdapter.open(host, timing=TIMING, pace=COAP)

    async def wot(host: AdapterHost) -> Adapter:
        return await WotAdapter.open(host, pace=WOT, http_timing=HURRIED, coap_timing=TIMING)

    specs = (AdapterSpec(name="coap", open=coap), AdapterSpec(name="wot", open=wot))
    monkeypatch.setattr(network_entry, "ADAPTERS", specs)
    monkeypatch.setattr(scanner, "_REST_S", 0.2)
    monkeypatch.setattr(scanner, "_INTERVAL_S", 2.0)
    monkeypatch.setattr(poe_switch_entry, "_opener", lambda: partial(open_switch, pace=FAST, limits=AGENT))
    monkeypatch.setattr(poe_switch_entry, "_inspector", lambda: partial(inspect_switch, limits=AGENT))


@pytest.fixture(autouse=True)
def own_hardware(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the hub's own hardware address, where its kernel would: the files of this system are those of the host."""
    place = tmp_path / "sys" / "eth0"
    place.mkdir(parents=True)
    (place / "address").write_text(lab.hub.hardware() + "\n")
    monkeypatch.setattr(household, "_SYSTEM", place.parent)
