"""A switch with OpenWrt: against a web server that answers as uhttpd with rpcd and realtek-poe does."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web
from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.poe.adapter import inspect_switch, open_switch
from custom_components.local_things.adapters.poe.model import SwitchSample
from custom_components.local_things.adapters.poe.pin import SwitchPin
from custom_components.local_things.adapters.poe.switch import PoeSwitch
from custom_components.local_things.adapters.poe.ubus import Ubus
from custom_components.local_things.adapters.poe.ubus_source import UbusSource, _keys, _port
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected
from custom_components.local_things.things.quantities import PSE_STATUSES
from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.http import HttpClient
from tests.adapters.contract import MemoryHost, until
from tests.transports.http.serving import self_signed, serving

from .conftest import LOOPBACK
from .switching import HASTY

WHO = Credentials(identity="root", secret="openwrt")


@dataclass(kw_only=True)
class OpenWrt:
    """The far side: objects and their methods, and one user."""

    session: str = "a" * 32
    calls: list[tuple[str, str]] = field(default_factory=list)
    devices: JsonObject = field(default_factory=lambda: {"eth0": {"macaddr": "02:56:54:53:00:AA"}, "lo": {}})
    ports: JsonObject = field(
        default_factory=lambda: {
            "lan1": {"priority": 2, "mode": "PoE+", "status": "Delivering power", "consumption": 4.2},
            "lan2": {"priority": 2, "mode": "PoE+", "status": "Searching"},
            "lan10": {"priority": 2, "mode": "PoE+", "status": "Disabled"},
        }
    )
    answer: Json = None
    denied: bool = False

    async def serve(self, request: web.Request) -> web.Response:
        assert request.path == "/ubus"
        call = await request.json()
        session, path, method, arguments = call["params"]
        self.calls.append((path, method))
        if self.answer is not None and path != "session":
            return web.json_response(self.answer)
        if (path, method) != ("session", "login") and (session != self.session or self.denied):
            return web.json_response({"jsonrpc": "2.0", "id": 1, "error": {"code": -32002, "message": "Access denied"}})
        return web.json_response({"jsonrpc": "2.0", "id": 1, "result": self._result(path, method, arguments)})

    def _result(self, path: str, method: str, arguments: JsonObject) -> list[Json]:
        match path, method:
            case "session", "login":
                known = arguments == {"username": WHO.identity, "password": WHO.secret}
                return [0, {"ubus_rpc_session": self.session}] if known else [6]
            case "system", "board":
                return [0, {"hostname": "cellar", "model": "ZyXEL GS1900", "release": {"version": "24.10"}}]
            case "network.device", "status":
                return [0, self.devices]
            case "poe", "info" if self.ports:
                return [0, {"firmware": "v1", "budget": 77.0, "consumption": 4.2, "ports": self.ports}]
            case "poe", "manage":
                port = self.ports[str(arguments["port"])]
                assert isinstance(port, dict)
                port["status"] = "Searching" if arguments["enable"] else "Disabled"
                return [0]
        return [4]


@pytest.fixture
def router() -> OpenWrt:
    return OpenWrt()


@pytest.fixture
async def web_host(loopback: None, host: MemoryHost) -> AsyncIterator[MemoryHost]:
    async with aiohttp.ClientSession() as session:
        host.web_session = session
        yield host


@pytest.fixture
async def place(web_host: MemoryHost, router: OpenWrt) -> AsyncIterator[str]:
    async with serving(router.serve) as endpoint:
        yield f"ubus+{endpoint.uri}"


async def opened(host: MemoryHost, place: str) -> PoeSwitch:
    return await open_switch(host, place, WHO, control=True, pace=HASTY)


async def test_a_router_is_inspected(web_host: MemoryHost, place: str) -> None:
    found = await inspect_switch(web_host, place, WHO, control=True)
    assert (found.id, found.title, found.model) == ("urn:dev:mac:025654fffe5300aa", "cellar", "ZyXEL GS1900")
    assert (found.ports, found.tables, found.writable) == (3, ("ubus",), True)


async def test_its_ports_are_read_and_switched(web_host: MemoryHost, place: str, router: OpenWrt) -> None:
    switch = await opened(web_host, place)
    whole, first, _, last = switch.things
    assert [one.description.title for one in switch.things] == ["cellar", "lan1", "lan2", "lan10"]
    assert whole.state.values["budget"] == 77.0
    assert whole.state.values["headroom"] == pytest.approx(77.0 * 0.9 - 4.2)
    assert first.state.values == {"enabled": True, "power": 4.2, "energy": 0.0, "status": "delivering_power"}
    assert last.state.values["status"] == "disabled"
    await first.write_property("enabled", False)
    assert await first.read_property("status") == "disabled"
    await last.write_property("enabled", True)
    await last.invoke_action("power_cycle")
    assert await last.read_property("enabled") is True
    await until(lambda: switch.topology().own_mac == "02:56:54:53:00:aa")
    assert first.link.last_seen
    await switch.close()


async def test_a_session_that_ran_out_is_made_again(web_host: MemoryHost, place: str, router: OpenWrt) -> None:
    switch = await opened(web_host, place)
    router.session = "b" * 32
    assert await switch.things[1].read_property("power") == 4.2
    assert router.calls.count(("session", "login")) == 2
    await switch.close()


async def test_a_wrong_password_is_known(web_host: MemoryHost, place: str) -> None:
    with pytest.raises(AccessDenied) as refusal:
        await inspect_switch(web_host, place, Credentials(identity="root", secret="wrong"), control=False)
    assert refusal.value.reason is Reason.BAD_CREDENTIALS


async def test_a_user_that_may_not_is_told(web_host: MemoryHost, place: str, router: OpenWrt) -> None:
    router.denied = True
    with pytest.raises(AccessDenied) as refusal:
        await inspect_switch(web_host, place, WHO, control=False)
    assert refusal.value.reason is Reason.ACCESS_DENIED


@pytest.mark.parametrize(
    ("answer", "reason"),
    (
        ({"result": [4]}, Reason.NOT_A_THING),
        ({"result": [0, {"ports": {}}]}, Reason.NOT_A_THING),
        ({"result": [9]}, Reason.REFUSED_BY_DEVICE),
        ({"result": []}, Reason.UNREADABLE),
        ([], Reason.UNREADABLE),
        ({"error": {"code": -32000}}, Reason.NOT_A_THING),
    ),
)
async def test_a_router_that_feeds_nothing_is_no_switch(
    web_host: MemoryHost, place: str, router: OpenWrt, answer: Json, reason: Reason
) -> None:
    router.answer = answer
    with pytest.raises(Rejected) as refusal:
        await inspect_switch(web_host, place, WHO, control=False)
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    "devices", ({}, {"eth0": {"macaddr": "00:00:00:00:00:00"}}, {"br-lan": 5, "eth0": {"macaddr": 5}})
)
async def test_a_router_without_an_address_is_none(
    web_host: MemoryHost, place: str, router: OpenWrt, devices: JsonObject
) -> None:
    router.devices = devices
    with pytest.raises(Rejected) as refusal:
        await inspect_switch(web_host, place, WHO, control=False)
    assert refusal.value.reason is Reason.NOT_A_THING


async def test_what_it_does_not_have_is_refused(web_host: MemoryHost, place: str, router: OpenWrt) -> None:
    async with serving(router.serve) as endpoint:
        gate = AddressGate((LOOPBACK,))
        assert isinstance(web_host.web_session, aiohttp.ClientSession)
        source = UbusSource(Ubus(HttpClient(gate, web_host.web_session), endpoint, WHO))
        await source.inventory()
        for asking in (source.set_priority("1.1", "high"), source.reset("1.1"), source.prove_access(SwitchSample())):
            with pytest.raises(Rejected):
                await asking
        router.ports["lan1"] = {"status": "Rebooting"}
        sample = await source.sample()
        assert (sample.ports["1.1"].status, sample.ports["1.1"].enabled) == (None, None)
        await source.prove_access(sample)
        assert router.calls[-1] == ("poe", "manage")


async def test_over_tls_it_must_show_what_it_showed_first(
    web_host: MemoryHost, router: OpenWrt, tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    context, certificate = self_signed(tmp_path / "one")
    async with serving(router.serve, context=context) as endpoint:
        found = await inspect_switch(web_host, f"ubus+{endpoint.uri}", WHO, control=False)
        assert found.pin == SwitchPin(mac="02:56:54:53:00:aa", certificate=certificate)
        again = await inspect_switch(web_host, f"ubus+{endpoint.uri}", WHO, control=False, known=found.pin)
        assert again == found
        port = endpoint.port
    other, shown = self_signed(tmp_path / "two")
    before = len(router.calls)
    async with serving(router.serve, port=port, context=other) as endpoint:
        with pytest.raises(Rejected) as refusal:
            await inspect_switch(web_host, f"ubus+{endpoint.uri}", WHO, control=False, known=found.pin)
        assert refusal.value.reason is Reason.IDENTITY_CHANGED
        seen = SwitchPin.load(refusal.value.words)
        assert seen == SwitchPin(certificate=shown)
        assert found.pin.replaced_by(seen) == SwitchPin(mac=found.pin.mac, certificate=shown)
    assert len(router.calls) == before  # not even the password


def test_ports_are_told_apart_by_their_numbers_if_they_can_be() -> None:
    assert _keys({"lan10": None, "lan2": None}) == {"1.2": "lan2", "1.10": "lan10"}
    assert _keys({"lan1": None, "wan1": None}) == {"1.1": "lan1", "1.2": "wan1"}
    assert _keys({"b": None, "a": None}) == {"1.1": "a", "1.2": "b"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(("status", "consumption", "x")), anything | st.sampled_from(("Searching", "Fault")))
)
def test_any_port_is_a_sample(said: JsonObject) -> None:
    sample = _port(said)
    assert sample.status is None or sample.status in PSE_STATUSES
    assert sample.power is None or sample.power >= 0
