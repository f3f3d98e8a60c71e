"""Addresses as users type them, and patience."""

from ipaddress import ip_interface
import random

import pytest

from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.coap import LAN, CoapEndpoint, Timing
from custom_components.local_things.transports.gate import AddressGate

GATE = AddressGate(
    (
        NetworkInterface(
            name="eth0",
            index=2,
            addresses=(ip_interface("192.0.2.1/24"), ip_interface("fe80::1/64"), ip_interface("2001:db8::1/64")),
        ),
    )
)


@pytest.mark.parametrize(
    ("text", "uri"),
    (
        ("192.0.2.4", "coap://192.0.2.4:5683"),
        ("192.0.2.4:61616", "coap://192.0.2.4:61616"),
        (" coap://192.0.2.4/ ", "coap://192.0.2.4:5683"),
        ("COAP://192.0.2.4:1", "coap://192.0.2.4:1"),
        ("2001:db8::4", "coap://[2001:db8::4]:5683"),
        ("[2001:db8::4]:61616", "coap://[2001:db8::4]:61616"),
        ("coap://[2001:db8::4]", "coap://[2001:db8::4]:5683"),
        ("fe80::4%eth0", "coap://[fe80::4%eth0]:5683"),
        ("coap://[fe80::4%eth0]:61616", "coap://[fe80::4%eth0]:61616"),
        ("coap://[fe80::4%25eth0]", "coap://[fe80::4%eth0]:5683"),
    ),
)
async def test_an_address_is_understood_in_every_usual_form(text: str, uri: str) -> None:
    endpoint = await CoapEndpoint.parse(text, GATE)
    assert endpoint.uri == uri
    assert CoapEndpoint.literal(uri, GATE) == endpoint


@pytest.mark.parametrize(
    "text",
    (
        "",
        "coap://",
        "coaps://192.0.2.4",
        "http://192.0.2.4",
        "coap+tcp://192.0.2.4",
        "coap://user@192.0.2.4",
        "coap://192.0.2.4/.well-known/core",
        "coap://192.0.2.4?x",
        "192.0.2.4:0",
        "192.0.2.4:65536",
        "192.0.2.4:-1",
        "192.0.2.4:٤",
        "[192.0.2.4",
        "2001:db8::4]:5683",
        "192.0.2",
        "192.0.2.4 192.0.2.5",
        "{{ states }}",
        "a" * 1000,
    ),
)
async def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await CoapEndpoint.parse(text, GATE)
    assert refusal.value.reason is Reason.BAD_ADDRESS


@pytest.mark.parametrize("text", ("198.51.100.7", "coap://127.0.0.1", "[2001:db8:1::1]", "fe80::4%eth1", "example.com"))
async def test_what_is_not_local_is_refused(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await CoapEndpoint.parse(text, GATE)
    assert refusal.value.reason is Reason.NOT_LOCAL


def test_a_silent_device_is_given_up_within_the_promised_time() -> None:
    assert LAN.ack_timeout * 15 == 15
    assert LAN.give_up == 22.5
    assert 22.5 < LAN.patience < 30


def test_giving_up_takes_as_long_as_every_retransmission() -> None:
    draw = random.Random(7)
    for _ in range(100):
        timing = Timing(
            ack_timeout=draw.uniform(0.1, 3), ack_random_factor=draw.uniform(1, 2), max_retransmit=draw.randrange(6)
        )
        waits = [timing.ack_timeout * timing.ack_random_factor * 2**i for i in range(timing.max_retransmit + 1)]
        assert timing.give_up == pytest.approx(sum(waits))
