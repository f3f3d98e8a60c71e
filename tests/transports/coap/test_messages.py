"""Addresses as users type them, and patience."""

import contextlib
from ipaddress import ip_interface
import random

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.adapter import Credentials, NetworkInterface
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.coap import LAN, CoapEndpoint, Timing
from custom_components.local_things.transports.coap.messages import DEFAULT_PORTS, Scheme
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
        ("coaps://192.0.2.4", "coaps://192.0.2.4:5684"),
        ("COAPS://[fe80::4%eth0]:61616", "coaps://[fe80::4%eth0]:61616"),
        ("coap+tcp://192.0.2.4", "coap+tcp://192.0.2.4:5683"),
        ("Coap+TCP://[2001:db8::4]:1", "coap+tcp://[2001:db8::4]:1"),
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
        "coaps:192.0.2.4",
        "http://192.0.2.4",
        "coaps+tcp://192.0.2.4",
        "coap+ws://192.0.2.4",
        "coaps+ws://192.0.2.4",
        "coap+udp://192.0.2.4",
        "coapss://192.0.2.4",
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


def test_credentials_are_kept_for_what_is_encrypted_and_not_shown() -> None:
    credentials = Credentials(identity="hub", secret="s3ntinel")
    secure = CoapEndpoint.literal("coaps://192.0.2.4", GATE)
    assert secure.is_locked
    trusted = secure.trusting(credentials)
    assert not trusted.is_locked
    assert trusted.credentials == credentials
    assert trusted != secure
    assert "s3ntinel" not in f"{trusted!r} {trusted.uri}"
    for other in ("coap://192.0.2.4", "coap+tcp://192.0.2.4"):
        plain = CoapEndpoint.literal(other, GATE)
        assert plain.trusting(credentials) == plain
        assert not plain.is_locked


@given(st.sampled_from(tuple(Scheme)), st.integers(1, 65_535), st.integers(5, 254))
def test_an_address_comes_back_as_it_was_written(scheme: Scheme, port: int, last: int) -> None:
    for host in (f"192.0.2.{last}", f"[2001:db8::{last}]", f"[fe80::{last}%eth0]"):
        endpoint = CoapEndpoint.literal(f"{scheme}://{host}:{port}", GATE)
        assert endpoint.uri == f"{scheme}://{host}:{port}"
        bare = CoapEndpoint.literal(f"{scheme}://{host}", GATE)
        assert (bare.scheme, bare.port) == (scheme, DEFAULT_PORTS[scheme])


@given(st.text(max_size=80), st.sampled_from(("", "coap://", "coaps://", "coap+tcp://", "coaps+tcp://")))
def test_no_text_raises_anything_else(text: str, scheme: str) -> None:
    with contextlib.suppress(Rejected):
        CoapEndpoint.literal(scheme + text, GATE)


@pytest.mark.parametrize(
    "text",
    (
        "198.51.100.7",
        "coaps://198.51.100.7",
        "coap+tcp://198.51.100.7",
        "coap://127.0.0.1",
        "[2001:db8:1::1]",
        "fe80::4%eth1",
        "example.com",
    ),
)
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
