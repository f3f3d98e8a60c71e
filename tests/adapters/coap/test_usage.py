"""What a device says it wants of the network: asked of the device alone, on its own address, and of nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
import json

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.finding.probing import ProbeKind, next_probe
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.usage import Usage
from tests.adapters.coap.replay import meet
from tests.house import LAMP, Device, Model, running
from tests.house.model import JSON, Reply, Resource
from tests.mud_made import ace, beyond, mud

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])

MUD = "/mud"
URL = "/.well-known/mud/url"


def with_usage(document: JsonObject, *, rt: str = "mud-file") -> Model:
    """Return a lamp that hosts a usage description."""
    text = json.dumps(document)
    return replace(LAMP, resources=(*LAMP.resources, Resource(path=MUD, text=text, rt=rt, formats=(JSON,))))


def answering(path: str, reply: Reply, model: Model) -> Model:
    return replace(model, modes={"hostile": {path: reply}})


@pytest.fixture
async def lamp(loopback: None) -> AsyncIterator[Device]:
    async with running(with_usage(mud([ace(beyond("cloud.example"))])), address="127.0.0.14") as device:
        yield device


@pytest.mark.parametrize("rt", ("mud-file", "mud", "x mud-file"))
async def test_a_file_that_the_device_hosts_is_read(adapter: CoapAdapter, rt: str) -> None:
    async with running(with_usage(mud([ace(beyond("cloud.example"))]), rt=rt), address="127.0.0.14") as device:
        found = await adapter.inspect(device.uri)
    usage = found.description.usage
    assert usage is not None
    assert (usage.internet, usage.names, usage.admits("udp", 5683)) == (True, ("cloud.example",), True)
    assert not [name for name in found.description.affordances if name.startswith("mud")]
    assert adapter.describe(found.description.id, found.record).usage == usage
    assert "cloud.example" not in json.dumps(adapter.share(found.record))
    assert "maker.example" not in json.dumps(adapter.share(found.record))


async def test_one_that_offers_none_has_none(adapter: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as device:
        found = await adapter.inspect(device.uri)
    assert found.description.usage is None
    assert "usage" not in found.record


BOMBS = {
    "a megabyte": Reply(payload=b'{"x": "' + b"x" * 2**20 + b'"}', content_format=JSON),
    "endless": Reply(payload=b"{", content_format=JSON, endless=True),
    "deep": Reply(payload=b"[" * 20_000 + b"]" * 20_000, content_format=JSON),
    "no text": Reply(payload=b"\xff\xfe\xfd", content_format=JSON),
    "another type": Reply(payload=b'{"ietf-mud:mud": []}', content_format=JSON),
    "refused": Reply(code=0x85, content_format=JSON),
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_t01_a_hostile_file_costs_nothing_but_its_answer(adapter: CoapAdapter, bomb: str) -> None:
    model = answering(MUD, BOMBS[bomb], with_usage(mud()))
    async with running(model, address="127.0.0.14") as device:
        device.misbehave("hostile")
        found = await adapter.inspect(device.uri)
    assert found.description.serial_number == LAMP.identity
    assert found.description.usage in (None, Usage())


URLS = {
    "https://maker.example/lamp.json": "https://maker.example/lamp.json",
    "coap://198.51.100.7/mud": "coap://198.51.100.7/mud",
    "http://169.254.169.254/latest/meta-data": "",
    "javascript:alert(1)": "",
    "{{ states }}": "",
    "x" * 70_000: "",
}


@pytest.mark.parametrize("url", URLS, ids=lambda url: url[:20])
async def test_t01_a_url_that_leads_elsewhere_is_shown_and_never_asked(adapter: CoapAdapter, url: str) -> None:
    resource = Resource(path=URL, rt="mud-url")
    model = replace(LAMP, resources=(*LAMP.resources, resource), modes={"says": {URL: Reply(payload=url.encode())}})
    async with running(model, address="127.0.0.14") as device:
        device.misbehave("says")
        asked = device.requests.total()
        found = await adapter.inspect(device.uri)
        paths = [one for one, count in device.requests.items() if "mud" in one and count]
    assert asked == 0
    assert set(paths) == {f"GET {URL}"}
    usage = found.description.usage
    assert (usage.internet, usage.url) == (None, URLS[url]) if usage else url.startswith("x")


@pytest.mark.parametrize("url", ("coap://127.0.0.14:{port}/elsewhere", "coap://127.0.0.15:{port}/elsewhere"))
async def test_t01_a_url_is_followed_only_on_the_device_itself(adapter: CoapAdapter, url: str) -> None:
    resources = (Resource(path=URL, rt="mud-url"), Resource(path="/elsewhere", text=json.dumps(mud()), listed=False))
    model = replace(LAMP, resources=(*LAMP.resources, *resources))
    async with (
        running(model, address="127.0.0.14") as device,
        running(LAMP, address="127.0.0.15", port=device.port) as other,
    ):
        said = url.format(port=device.port)
        device.model = replace(model, modes={"says": {URL: Reply(payload=said.encode())}})
        device.misbehave("says")
        found = await adapter.inspect(device.uri)
        assert other.requests.total() == 0
    assert found.description.usage is not None
    assert (found.description.usage.internet is False) is ("127.0.0.14" in url)


@pytest.mark.parametrize(
    "link",
    (
        "<https://maker.example/mud>;rt=mud-file",
        "<coap://198.51.100.7/mud>;rt=mud-file",
        "</x>;rt=mud-file;anchor=coap://198.51.100.7",
        "</.well-known/other>;rt=mud-url",
    ),
)
def test_t01_links_to_others_are_not_asked_for(link: str) -> None:
    probe = next_probe(meet(f"</3303/0/5700>,{link}"), ())
    assert probe is None or probe.kind not in (ProbeKind.USAGE, ProbeKind.USAGE_URL)
    assert next_probe(meet("</3303/0/5700>,</x>;rt=mud-file"), ()) is not None
