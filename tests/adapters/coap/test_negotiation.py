"""A device that refuses what its links promise is asked for something else, over real UDP."""

from collections.abc import Iterable
from typing import override

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, uint
from tests.transports.coap.peer import Peer, notification, reply

from .following import follow_peer, holds
from .test_lwm2m import instance_tlv, object_tlv, tlv

TEMPERATURE = "3303/0/5700"
WARM = bytes.fromhex("41ac0000")


class Choosy:
    """A device that gives only some formats; None stands for a request that leaves the choice to it."""

    def __init__(
        self, payload: bytes, content_format: int, *taken: int | None, refusal: int = Code.NOT_ACCEPTABLE
    ) -> None:
        self.payload = payload
        self.content_format = content_format
        self.taken = taken
        self.refusal = refusal
        self.asked: list[int | None] = []

    def __call__(self, request: Message) -> Iterable[Message]:
        accept = request.uint(Option.ACCEPT)
        self.asked.append(accept)
        if accept not in self.taken:
            return [reply(request, code=self.refusal)]
        options = [(Option.CONTENT_FORMAT, uint(self.content_format))]
        if request.uint(Option.OBSERVE) == 0:
            options.append((Option.OBSERVE, uint(1)))
        return [reply(request, self.payload, options=tuple(options))]


@pytest.mark.parametrize("refusal", [Code.NOT_ACCEPTABLE, Code.UNSUPPORTED_CONTENT_FORMAT])
@pytest.mark.parametrize("observable", ["", ";obs"])
@pytest.mark.parametrize(
    ("taken", "asked"), [(11542, [112, 0, 11542]), (None, [112, 0, 11542, None]), (0, [112, 0]), (112, [112])]
)
async def test_the_next_format_is_asked_for_and_remembered(
    adapter: CoapAdapter, peer: Peer, taken: int | None, asked: list[int | None], observable: str, refusal: int
) -> None:
    device = Choosy(tlv(3, 5700, WARM), 11542, taken, refusal=refusal)
    peer.answer = device
    thing = follow_peer(adapter, peer, f'</{TEMPERATURE}>;ct="11542 0 112"{observable}')
    await until(lambda: holds(thing, TEMPERATURE, 21.5))

    assert await thing.read_property(TEMPERATURE) == 21.5
    assert device.asked[: len(asked)] == asked
    assert set(device.asked[len(asked) :]) == {taken}
    await thing.close()


async def test_a_refusal_of_all_is_told_and_the_choice_stays_with_the_device(adapter: CoapAdapter, peer: Peer) -> None:
    device = Choosy(b"", 0)
    peer.answer = device
    thing = follow_peer(adapter, peer, f"</{TEMPERATURE}>;ct=112")
    with pytest.raises(Rejected) as refusal:
        await thing.read_property(TEMPERATURE)

    assert refusal.value.reason is Reason.UNSUPPORTED_FORMAT
    assert set(device.asked) == {112, None}
    await until(lambda: len(device.asked) > 5)
    assert set(device.asked[4:]) == {None}
    device.payload, device.taken = b"21.5", (None,)
    assert await thing.read_property(TEMPERATURE) == 21.5
    await thing.close()


async def test_other_refusals_are_no_reason_to_ask_for_another_format(adapter: CoapAdapter, peer: Peer) -> None:
    device = Choosy(b"", 0, refusal=Code.BAD_REQUEST)
    peer.answer = device
    thing = follow_peer(adapter, peer, f'</{TEMPERATURE}>;ct="112 0"')
    with pytest.raises(Rejected) as refusal:
        await thing.read_property(TEMPERATURE)

    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    assert set(device.asked) == {112}
    await thing.close()


async def test_silence_is_no_reason_either(adapter: CoapAdapter, peer: Peer) -> None:
    thing = follow_peer(adapter, peer, f'</{TEMPERATURE}>;ct="112 0"')
    with pytest.raises(Unreachable):
        await thing.read_property(TEMPERATURE)

    assert {request.uint(Option.ACCEPT) for request in peer.requests} == {112}
    await thing.close()


async def test_one_resource_does_not_choose_for_another(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        device = Choosy(b"1", 0, 0) if request.path == "/3302/0/5501" else Choosy(b'[{"v":21.5}]', 110, 110)
        return device(request)

    peer.answer = answer
    thing = follow_peer(adapter, peer, f'</{TEMPERATURE}>;ct="110 0",</3302/0/5501>;ct="110 0"')
    await until(lambda: holds(thing, "3302/0/5501", 1))

    accepts = {request.uint(Option.ACCEPT) for request in peer.requests if request.path == f"/{TEMPERATURE}"}
    assert accepts == {110}
    await thing.close()


@pytest.mark.parametrize(
    "payload", [tlv(3, 5700, WARM), instance_tlv({5701: b"Cel", 5700: WARM}), object_tlv({1: {}, 0: {5700: WARM}})]
)
async def test_a_tlv_device_is_observed(adapter: CoapAdapter, peer: Peer, payload: bytes) -> None:
    peer.answer = Choosy(payload, 11542, 11542)
    thing = follow_peer(adapter, peer, f"</{TEMPERATURE}>;ct=11542;obs")
    await until(lambda: holds(thing, TEMPERATURE, 21.5))

    told = (Option.CONTENT_FORMAT, uint(11542))
    peer.send(notification(peer.requests[-1], 5, tlv(3, 5700, bytes.fromhex("41b40000")), told))
    await until(lambda: holds(thing, TEMPERATURE, 22.5))
    await thing.close()


async def test_a_tlv_lamp_is_switched_and_says_so(adapter: CoapAdapter, peer: Peer) -> None:
    written: list[tuple[bytes, int | None]] = []

    def answer(request: Message) -> Iterable[Message]:
        if request.code == Code.PUT:
            written.append((request.payload, request.uint(Option.CONTENT_FORMAT)))
            return [reply(request, code=Code.CHANGED)]
        return Choosy(written[-1][0] if written else tlv(3, 5850, b"\0"), 11542, 11542)(request)

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</3311/0/5850>;ct=11542")
    await until(lambda: holds(thing, "3311/0/5850", False))
    await thing.write_property("3311/0/5850", True)

    assert written == [(bytes.fromhex("e116da01"), 11542)]
    await until(lambda: holds(thing, "3311/0/5850", True))
    await thing.close()


class Fussy:
    """A lamp without a word on formats that is written in one only."""

    def __init__(self, taken: int, refusal: int = Code.UNSUPPORTED_CONTENT_FORMAT) -> None:
        self.taken = taken
        self.refusal = refusal
        self.said = b"0"
        self.tried: list[int | None] = []

    def __call__(self, request: Message) -> Iterable[Message]:
        if request.code == Code.PUT:
            self.tried.append(request.uint(Option.CONTENT_FORMAT))
            if self.tried[-1] != self.taken:
                return [reply(request, code=self.refusal)]
            self.said = b"0" if self.said == b"1" else b"1"
            return [reply(request, code=Code.CHANGED)]
        return [reply(request, self.said, options=((Option.CONTENT_FORMAT, uint(0)),))]


@pytest.mark.parametrize(
    ("link", "taken", "tried"),
    [
        ("</3311/0/5850>", 11542, [0, 11542, 11542]),
        ("</3311/0/5850>", 112, [0, 11542, 112, 112]),
        ("</3311/0/5850>;ct=0 110", 110, [0, 110, 110]),
        ("</lamp>;rt=lamp;if=core.a", 50, [0, 50, 50]),
        ("</lamp>;rt=lamp;if=core.a", 60, [0, 50, 60, 60]),
        ("</lamp>;rt=lamp;if=core.a", 0, [0, 0]),
    ],
)
@pytest.mark.parametrize("refusal", [Code.NOT_ACCEPTABLE, Code.UNSUPPORTED_CONTENT_FORMAT])
async def test_a_write_is_tried_in_the_next_format_and_that_is_remembered(
    adapter: CoapAdapter, peer: Peer, link: str, taken: int, tried: list[int], refusal: int
) -> None:
    lamp = peer.answer = Fussy(taken, refusal)
    thing = follow_peer(adapter, peer, link)
    name = link.partition(">")[0].removeprefix("</")
    await until(lambda: holds(thing, name, False))
    await thing.write_property(name, True)
    await thing.write_property(name, False)

    assert lamp.tried == tried
    await thing.close()


async def test_other_refusals_of_a_write_are_told_at_once(adapter: CoapAdapter, peer: Peer) -> None:
    for refusal, tried in ((Code.BAD_REQUEST, [0]), (Code.UNSUPPORTED_CONTENT_FORMAT, [0, 50, 60])):
        lamp = peer.answer = Fussy(22, refusal)
        thing = follow_peer(adapter, peer, "</lamp>;rt=lamp;if=core.a")
        with pytest.raises(Rejected):
            await thing.write_property("lamp", True)

        assert lamp.tried == tried
        await thing.close()


async def test_the_second_format_of_a_write_may_be_refused_for_another_reason(adapter: CoapAdapter, peer: Peer) -> None:
    class Stubborn(Fussy):
        @override
        def __call__(self, request: Message) -> Iterable[Message]:
            self.refusal = Code.UNSUPPORTED_CONTENT_FORMAT if not self.tried else Code.BAD_REQUEST
            return super().__call__(request)

    lamp = peer.answer = Stubborn(22)
    thing = follow_peer(adapter, peer, "</lamp>;rt=lamp;if=core.a")
    with pytest.raises(Rejected) as refused:
        await thing.write_property("lamp", True)

    assert refused.value.reason is Reason.REFUSED_BY_DEVICE
    assert lamp.tried == [0, 50]
    await thing.close()


async def test_a_probe_is_made_without_a_format_where_its_format_is_refused(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        if request.path == "/.well-known/core":
            return [reply(request, b"</s>;ct=112", options=((Option.CONTENT_FORMAT, uint(40)),))]
        return Choosy(b'[{"n":"t","u":"Cel","v":21.5},{"n":"h","u":"%RH","v":40}]', 110, None)(request)

    peer.answer = answer
    found = await adapter.inspect(peer.endpoint.uri)

    assert set(found.description.properties) == {"s#t", "s#h"}


async def test_a_probe_that_is_refused_for_another_reason_teaches_nothing(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        if request.path == "/.well-known/core":
            return [reply(request, b"</s>;ct=112,</t>", options=((Option.CONTENT_FORMAT, uint(40)),))]
        return [reply(request, code=Code.BAD_REQUEST)]

    peer.answer = answer
    found = await adapter.inspect(peer.endpoint.uri)

    assert set(found.description.properties) == {"s", "t"}
    assert [request.path for request in peer.requests] == ["/.well-known/core", "/s", "/t"]
