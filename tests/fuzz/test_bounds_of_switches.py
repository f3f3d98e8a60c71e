"""Limits that were missing until switches were fuzzed (T7): of rows, of texts, of values."""

from pyasn1.codec.ber import encoder  # type: ignore[import-untyped]  # no py.typed
from pysnmp.proto import rfc1902  # type: ignore[import-untyped]  # no py.typed
from pysnmp.proto.api import v2c  # type: ignore[import-untyped]  # no py.typed
import pytest

from custom_components.local_things.adapters.poe.decode import interfaces_by_number
from custom_components.local_things.adapters.poe.model import MOST_PORTS
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.snmp import oid
from custom_components.local_things.transports.snmp.engine import Answer
from tests.adapters.poe.memory_agent import MemoryAgent
from tests.adapters.poe.shapes import PETH, STANDARD

from .targets.switches import MESSAGE_ID, doors

SYS_NAME = "1.3.6.1.2.1.1.5.0"
IF_ALIAS = "1.3.6.1.2.1.31.1.1.1.18"


async def test_t07_a_switch_that_has_thousands_of_ports_is_known_by_the_first_of_them() -> None:
    ports = {f"{PETH}.{column}.1.{port}": 1 for column in (3, 6, 7, 10, 12) for port in range(1, MOST_PORTS + 50)}
    source = SnmpSource(MemoryAgent({**STANDARD, **ports}).session)
    assert len((await source.inventory()).ports) == MOST_PORTS


async def test_t07_a_column_full_of_texts_has_an_end() -> None:
    agent = MemoryAgent({f"{IF_ALIAS}.{row}": b"x" * 4_000 for row in range(1, 1_000)})
    with pytest.raises(Rejected) as refused:
        await agent.session.walk(oid(IF_ALIAS))
    assert refused.value.reason is Reason.TOO_LARGE


async def answered(values: int) -> Answer:
    """Return what comes of an answer with so many values, to a question for one."""
    pdu, message = v2c.GetResponsePDU(), v2c.Message()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, MESSAGE_ID)
    v2c.apiPDU.set_varbinds(pdu, [(oid(SYS_NAME), rfc1902.Integer32(1))] * values)
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, "private")
    v2c.apiMessage.set_pdu(message, pdu)
    return await doors()[0].ask(encoder.encode(message))


async def test_t07_a_datagram_of_thousands_of_values_is_not_read() -> None:
    assert len((await answered(25)).varbinds) == 25
    assert (await answered(1_000)).failure == "RequestTimedOut"


def test_t07_a_number_that_is_in_two_groups_says_nothing() -> None:
    assert interfaces_by_number(("1.1", "2.1", "1.2"), {1: 11, 2: 12}, {}, {}) == {"1.2": 12}
