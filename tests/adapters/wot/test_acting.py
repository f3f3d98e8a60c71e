"""A Thing in use is written, asked to act, told over MQTT, and keeps its secrets."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web
import pytest

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.things.adapter import Credentials, Unsubscribe
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.things.model import EventOccurrence
from tests.adapters.contract import MemoryHost, until

from .device import WELL_KNOWN, Device, hang, status, thermometer
from .rows import HASTY
from .using import shows, switchable, used

# -------------------------------------------------------------------------------------------------- writing, acting


async def test_a_write_that_the_device_fails_at_is_told(adapter: WotAdapter, device: Device) -> None:
    switchable(device)
    device.answers["PUT /on"] = status(500, "out of range")
    async with used(adapter, device) as thing:
        with pytest.raises(Rejected) as refusal:
            await thing.write_property("on", True)
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    assert refusal.value.words["detail"] == "out of range"


async def test_a_write_uses_the_method_of_its_form_and_the_next_form_where_there_is_nothing(
    adapter: WotAdapter, device: Device
) -> None:
    forms = (
        {"href": "/gone", "op": "writeproperty"},
        {"href": "/on", "htv:methodName": "POST", "op": "writeproperty"},
        {"href": "/on"},
    )
    switchable(device, *forms)
    device.answers["GET /gone"] = status(404)
    async with used(adapter, device) as thing:
        await thing.write_property("on", True)
        assert device.requests["PUT /gone"] == 1
        assert device.requests["POST /on"] == 1
        await thing.write_property("on", False)
        assert device.requests["PUT /gone"] == 1  # it is tried last from now on


async def test_what_can_only_be_written_is_not_read(adapter: WotAdapter, device: Device) -> None:
    switchable(device, {"href": "/on", "op": "writeproperty"}, writeOnly=True)
    async with used(adapter, device) as thing:
        await thing.write_property("on", True)
        assert device.requests["PUT /on"] == 1
        assert not device.requests["GET /on"]
        await until(lambda: thing.state.available)
        with pytest.raises(Rejected) as refusal:
            await thing.read_property("on")
        assert refusal.value.reason is Reason.NO_FORM


async def test_a_member_of_an_object_is_written_with_the_others(adapter: WotAdapter, device: Device) -> None:
    held: JsonObject = {"red": 1, "green": 2}

    async def get(_: web.Request) -> web.Response:
        return web.json_response(held)

    async def put(request: web.Request) -> web.Response:
        held.update(await request.json())
        return web.Response(status=204)

    device.answers |= {"GET /led": get, "PUT /led": put}
    member = {"type": "integer", "minimum": 0, "maximum": 9}
    led = {"type": "object", "properties": {"red": member, "green": member}, "forms": [{"href": "/led"}]}
    thermometer(device, properties={"led": led})
    async with used(adapter, device) as thing:
        name = next(one for one in thing.description.properties if "green" in one)
        await thing.write_property(name, 7)
    assert held == {"red": 1, "green": 7}


async def test_an_action_answers(adapter: WotAdapter, device: Device) -> None:
    async def act(request: web.Request) -> web.Response:
        return web.json_response({"heard": await request.json()})

    device.answers |= {"POST /act": act, "POST /odd": status(200, "done")}
    actions = {
        "act": {"input": {"type": "integer"}, "forms": [{"href": "/act"}]},
        "odd": {"forms": [{"href": "/odd"}]},
        "queer": {"forms": [{"href": "/queer", "htv:methodName": "iPATCH"}]},
    }
    async with used(adapter, thermometer(device, actions=actions)) as thing:
        assert await thing.invoke_action("act", 5) == {"heard": 5}
        assert await thing.invoke_action("odd") == "done"
        with pytest.raises(Rejected) as refusal:
            await thing.invoke_action("queer")
        assert refusal.value.reason is Reason.NOT_SUPPORTED


async def test_a_thing_that_only_acts_is_there_as_long_as_it_answers(adapter: WotAdapter, device: Device) -> None:
    device.answers["POST /act"] = hang
    thermometer(device, properties={}, actions={"act": {"forms": [{"href": "/act"}]}})
    async with used(adapter, device) as thing:
        await until(lambda: thing.state.available)
        with pytest.raises(Unreachable):
            await thing.invoke_action("act")
        device.answers[f"GET {WELL_KNOWN}"] = hang
        await until(lambda: not thing.state.available)


@pytest.mark.parametrize(
    ("definition", "field"),
    (
        ({"scheme": "basic"}, "Authorization"),
        ({"scheme": "bearer"}, "Authorization"),
        ({"scheme": "apikey", "in": "header", "name": "X-Key"}, "X-Key"),
        ({"scheme": "apikey", "in": "cookie", "name": "key"}, "Cookie"),
    ),
)
async def test_credentials_go_where_the_description_says(
    adapter: WotAdapter, device: Device, definition: JsonObject, field: str
) -> None:
    thermometer(device, security="sc", securityDefinitions={"sc": definition})
    async with used(adapter, device, Credentials(identity="anna", secret="s3cr3t")) as thing:
        await until(shows(thing, 21.5))
        assert device.headers[field]


async def test_a_digest_is_shown_to_who_asks_for_it(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, security="sc", securityDefinitions={"sc": {"scheme": "digest"}})

    async def guarded(request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith("Digest "):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Digest realm="x", nonce="y", qop="auth"'})
        return web.json_response(21.5)

    device.answers["GET /temperature"] = guarded
    async with used(adapter, device, Credentials(identity="anna", secret="s3cr3t")) as thing:
        await until(shows(thing, 21.5))
        asked = device.requests["GET /temperature"]
        assert await thing.read_property("temperature") == 21.5
        assert device.requests["GET /temperature"] <= asked + 2  # it need not be challenged each time


async def test_no_secret_goes_to_a_thing_that_asks_for_none(adapter: WotAdapter, device: Device) -> None:
    async with used(adapter, thermometer(device), Credentials(identity="anna", secret="s3cr3t")) as thing:
        await until(shows(thing, 21.5))
        assert not {"Authorization", "Cookie"} & device.headers.keys()


# ---------------------------------------------------------------------------------------------------------- MQTT


@dataclass
class Broker:
    """A broker in memory: the last message of each topic is retained. What Home Assistant's own is, is not ours."""

    retained: dict[str, bytes] = field(default_factory=dict)
    listeners: dict[str, list[Callable[[bytes], None]]] = field(default_factory=dict)

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.retained[topic] = payload
        assert retain or topic == "act"
        for listener in [*self.listeners.get(topic, ())]:
            listener(payload)

    async def subscribe(self, topic: str, listener: Callable[[bytes], None]) -> Unsubscribe:
        if topic == "denied":
            raise AccessDenied(Reason.ACCESS_DENIED)
        self.listeners.setdefault(topic, []).append(listener)
        if topic in self.retained:
            listener(self.retained[topic])
            listener(self.retained[topic])
        return lambda: self.listeners[topic].remove(listener)


def over_mqtt(device: Device) -> Device:
    def topic(path: str, **more: object) -> dict[str, object]:
        return {"href": f"mqtt://broker.local/{path}", **more}

    observing = ["readproperty", "observeproperty", "writeproperty"]
    return thermometer(
        device,
        properties={
            "on": {"type": "boolean", "forms": [topic("on", op=observing, **{"mqv:retain": True})]},
            "silent": {"type": "boolean", "readOnly": True, "forms": [topic("silent", op=["readproperty"])]},
        },
        actions={"act": {"input": {"type": "integer"}, "forms": [topic("act")]}},
        events={"rang": {"data": {"type": "string"}, "forms": [topic("rang")]}},
    )


async def test_messages_of_the_broker_are_told(
    adapter: WotAdapter, host: MemoryHost, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.local_things.adapters.wot.binding.mqtt._PATIENCE", 0.1)
    broker = host.broker = Broker(retained={"on": b"false"})
    async with used(adapter, over_mqtt(device)) as thing:
        happened: list[EventOccurrence] = []
        thing.subscribe_events(happened.append)
        await until(shows(thing, False, "on"))
        await until(lambda: broker.listeners.get("rang") and len(broker.listeners["on"]) == 1)
        await broker.publish("on", b"true", retain=True)
        await until(shows(thing, True, "on"))
        await thing.write_property("on", False)
        assert broker.retained["on"] == b"false"
        assert await thing.invoke_action("act", 5) is None
        assert broker.retained["act"] == b"5"
        broker.listeners["rang"][0](b'"twice"')
        await until(lambda: happened)
        with pytest.raises(Unreachable):
            await thing.read_property("silent")
    assert not any(broker.listeners.values())


async def test_without_a_broker_what_needs_one_is_not_there(adapter: WotAdapter, device: Device) -> None:
    async with used(adapter, over_mqtt(device)) as thing:
        await until(lambda: thing.state.available)
        asked = (
            thing.read_property("on"),
            thing.write_property("on", True),
            thing.invoke_action("act", 1),
        )
        for asking in asked:
            with pytest.raises(Rejected) as refusal:
                await asking
            assert refusal.value.reason is Reason.NO_FORM


# ------------------------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("chosen", "poll"), ((5, 5.0), (3600.5, 3600.5), (0.1, 0.05), (1e9, 0.05), (True, 0.05), ("5", 0.05))
)
def test_the_user_may_choose_how_often_a_thing_is_asked(chosen: Json, poll: float) -> None:
    pace = HASTY.chosen({"poll": chosen})
    assert pace.poll == poll
    assert pace.slow_poll >= pace.poll


async def test_a_secret_is_in_no_log(adapter: WotAdapter, device: Device, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    definition = {"scheme": "apikey", "in": "query", "name": "key"}
    thermometer(device, security="sc", securityDefinitions={"sc": definition})
    async with used(adapter, device, Credentials(secret="s3cr3t")) as thing:
        await until(shows(thing, 21.5))
        device.answers["GET /temperature"] = status(500)
        await until(lambda: not thing.state.values)
        with pytest.raises(ThingError):
            await thing.read_property("temperature")
    assert "s3cr3t" not in caplog.text
