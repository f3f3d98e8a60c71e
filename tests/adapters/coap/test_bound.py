"""Bindings that somebody keeps in a device: found, and removed where the user wants it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.things.stored import AuditedThing, Stored, StoredKind, audited
from custom_components.local_things.transports.linkformat import format_links, parse_links
from tests.adapters.contract import until
from tests.house import LAMP, PLUG, Device, running
from tests.house.codec import Code, Message
from tests.house.model import LINK_FORMAT, Reply, Resource

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])

TABLE = "/bnd"
FOREIGN = '<coap://192.0.2.66/door/lock>;rel="boundto";anchor="/3311/0/5850";bind="push";pmin=1'
OTHER = '</3311/0/5851>;rel=boundto;anchor="coap://[2001:db8::7]/{{ states }}";bind=obs'
NO_BINDING = "</3303/0>;rel=item"
BOUND = replace(LAMP, resources=(*LAMP.resources, Resource(path=TABLE, rt="core.bnd", formats=(LINK_FORMAT,))))


@dataclass
class Table:
    """The table of a device, as its firmware keeps it; one that `lies` confirms and changes nothing."""

    text: str = f"{FOREIGN},{OTHER},{NO_BINDING}"
    lies: bool = False
    puts: list[str] = field(default_factory=list)

    def answer(self, request: Message) -> Reply:
        if request.code == Code.PUT:
            self.puts.append(request.payload.decode())
            if not self.lies:
                self.text = self.puts[-1]
            return Reply(code=Code.CHANGED)
        return Reply(payload=self.text.encode(), content_format=LINK_FORMAT)


@dataclass
class Bound:
    """A device with a table, in use."""

    device: Device
    table: Table
    thing: AuditedThing


@pytest.fixture
async def bound(adapter: CoapAdapter, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bound]:
    table = Table()
    async with running(BOUND, address="127.0.0.14") as device:
        serve = device._serve
        monkeypatch.setattr(
            device, "_serve", lambda one, request: table.answer(request) if one.path == TABLE else serve(one, request)
        )
        found = await adapter.inspect(device.uri)
        thing = adapter.consume(found.description.id, found.record, found.pin)
        inner = audited(thing)
        assert inner is not None
        await until(lambda: thing.state.available)
        yield Bound(device, table, inner)
        await thing.close()


async def test_t01_bindings_to_others_are_found_and_named_as_text(bound: Bound) -> None:
    first, second = await bound.thing.stored()
    assert (first.kind, first.source, first.target) == (
        StoredKind.BINDING,
        "/3311/0/5850",
        "coap://192.0.2.66/door/lock",
    )
    assert second.source == "/3311/0/5851"
    assert "{" not in second.target
    assert first.key != second.key
    assert not bound.thing.is_asleep


async def test_what_is_removed_is_gone_and_the_rest_stays(bound: Bound) -> None:
    first, second = await bound.thing.stored()
    await bound.thing.discard(first)
    assert await bound.thing.stored() == (second,)
    assert len(bound.table.puts) == 1
    assert parse_links(bound.table.text) == parse_links(f"{OTHER},{NO_BINDING}")
    await bound.thing.discard(first)
    assert len(bound.table.puts) == 1, "what is gone already is not written again"


async def test_a_device_that_confirms_and_does_not_remove_is_not_believed(bound: Bound) -> None:
    bound.table.lies = True
    first, _ = await bound.thing.stored()
    with pytest.raises(Rejected) as refusal:
        await bound.thing.discard(first)
    assert refusal.value.reason is Reason.WRITE_NOT_APPLIED


async def test_one_that_does_not_answer_is_said(bound: Bound) -> None:
    bound.device.fail()
    with pytest.raises(Unreachable):
        await bound.thing.stored()
    with pytest.raises(Unreachable):
        await bound.thing.discard(Stored(kind=StoredKind.BINDING, key="x"))


@pytest.mark.parametrize(
    "text", ("", "\x00", "<", "<a>;rel=boundto", "," * 9999, "<x>;rel=boundto;anchor=" + "y" * 9000), ids=range(6)
)
async def test_t01_whatever_is_in_the_table_is_read(bound: Bound, text: str) -> None:
    bound.table.text = text
    for one in await bound.thing.stored():
        assert len(one.target) <= 64


async def test_a_device_without_a_table_is_not_asked(adapter: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as device:
        found = await adapter.inspect(device.uri)
        thing = adapter.consume(found.description.id, found.record, found.pin)
        assert audited(thing) is None
        await thing.close()


@pytest.mark.parametrize(
    "text", ('<a>;rt="x y";title="say \\"hi\\" \\\\";obs;ct=40', f"{FOREIGN},{OTHER}", "<>", '<a b>;x="1;2,3"')
)
def test_links_are_written_as_they_were_read(text: str) -> None:
    assert parse_links(format_links(parse_links(text))) == parse_links(text)


async def test_the_plug_of_the_house_says_what_it_wants_and_forgets_whom_it_is_bound_to(adapter: CoapAdapter) -> None:
    async with running(PLUG, address="127.0.0.14") as device:
        found = await adapter.inspect(device.uri)
        usage = found.description.usage
        assert usage is not None
        assert (usage.internet, usage.names) == (True, ("meters.plug.example",))
        assert usage.admits("udp", device.port) is True
        thing = adapter.consume(found.description.id, found.record, found.pin)
        plug = audited(thing)
        assert plug is not None
        (binding,) = await plug.stored()
        assert binding.target == "coap://192.0.2.66/garage/opener"
        await plug.discard(binding)
        assert await plug.stored() == ()
        await thing.close()
