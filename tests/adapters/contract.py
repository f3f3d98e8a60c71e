"""What every adapter owes the port (things/adapter.py): one suite, run by each adapter against a device of its own.

An adapter's tests subclass `AdapterContract` and give it a `rig`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
import json
from pathlib import Path

import pytest

from custom_components.local_things.things.adapter import (
    Adapter,
    AdapterSpec,
    ConsumedThing,
    FoundThing,
    MessageBroker,
    NetworkInterface,
)
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.things.model import ThingState, Value, ValueType
from tests.patience import PATIENCE

PYTHON_TYPES: dict[ValueType, tuple[type, ...]] = {
    ValueType.BOOLEAN: (bool,),
    ValueType.INTEGER: (int,),
    ValueType.NUMBER: (int, float),
    ValueType.STRING: (str,),
}


@dataclass(kw_only=True)
class MemoryHost:
    """An AdapterHost whose memory is a variable."""

    interfaces: tuple[NetworkInterface, ...]
    allowed_networks: tuple[()] = ()
    memory: JsonObject = field(default_factory=dict)
    settings: JsonObject = field(default_factory=dict)
    web_session: object = None
    broker: MessageBroker | None = None
    language: str = "en"
    volatile: Path | None = None
    brings: bool = True
    woken: int = 0

    async def bring(self, _requirement: str) -> bool:
        return self.brings

    def wake(self) -> None:
        self.woken += 1

    def recall(self) -> JsonObject:
        return self.memory

    def remember(self, memory: JsonObject) -> None:
        self.memory = memory


@dataclass(kw_only=True)
class Rig:
    """An opened adapter, and a real device that it can reach, which the test can work by hand.

    The device has the boolean property `switch`, which can be written, and the number `sensor`, which cannot.
    """

    spec: AdapterSpec
    adapter: Adapter
    address: str
    switch: str
    sensor: str
    set_sensor: Callable[[float], None]
    """Let the device measure this, in the quantity's unit: 36 to 48."""
    vanish: Callable[[], None]
    come_back: Callable[[], None]
    lie: Callable[[], None]
    """Let the device confirm writes without applying them."""
    refuse: Callable[[], None]
    """Let the device ask for credentials."""


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)


def our_tasks() -> set[asyncio.Task[object]]:
    """Return the tasks that run, but for those of a web server of the test: they end when they notice."""
    names = ((task, getattr(task.get_coro(), "__qualname__", "")) for task in asyncio.all_tasks())
    return {task for task, name in names if "RequestHandler" not in name}


def _holds(thing: ConsumedThing, name: str, value: Value) -> bool:
    return thing.state.values.get(name) == value


class AdapterContract:
    """The suite; the fixture `rig` is the subclass's own."""

    @pytest.fixture
    async def found(self, rig: Rig) -> FoundThing:
        return await rig.adapter.inspect(rig.address)

    @pytest.fixture
    async def thing(self, rig: Rig, found: FoundThing) -> AsyncIterator[ConsumedThing]:
        thing = rig.adapter.consume(found.description.id, found.record, found.pin)
        yield thing
        await thing.close()

    # Meeting

    async def test_a_scan_meets_the_device_once_and_as_inspection_does(self, rig: Rig, found: FoundThing) -> None:
        met = [one async for one in rig.adapter.discover()]
        assert [one.description.id for one in met].count(found.description.id) == 1
        assert next(one for one in met if one.description.id == found.description.id) == found

    async def test_what_is_found_names_its_adapter_and_where_it_was(self, rig: Rig, found: FoundThing) -> None:
        assert found.adapter == rig.spec.name
        assert found.pin.address
        assert found.pin.vouches_for(found.pin)
        assert found.pin.address not in found.description.id

    async def test_the_record_is_json_and_enough_to_describe_it_again(self, rig: Rig, found: FoundThing) -> None:
        kept = json.loads(json.dumps(found.record))
        assert len(json.dumps(kept)) < 100_000
        assert rig.adapter.describe(found.description.id, kept) == found.description

    async def test_the_shared_record_says_the_same_without_saying_where(self, rig: Rig, found: FoundThing) -> None:
        shared = rig.adapter.share(found.record)
        assert found.pin.address not in json.dumps(shared)
        if found.description.serial_number:
            assert found.description.serial_number not in json.dumps(shared)
        assert rig.adapter.describe("urn:dev:x:y", shared).affordances == found.description.affordances

    @pytest.mark.parametrize("record", ({}, {"address": 5}, {"links": "x"}))
    async def test_a_malformed_record_is_no_thing(self, rig: Rig, found: FoundThing, record: JsonObject) -> None:
        with pytest.raises(Rejected) as refusal:
            rig.adapter.describe(found.description.id, record)
        assert refusal.value.reason is Reason.NOT_A_THING
        with pytest.raises(Rejected):
            rig.adapter.consume(found.description.id, record, found.pin)

    @pytest.mark.parametrize("address", ("", "::::", "no address", "gopher://192.0.2.1"))
    async def test_what_is_no_address_is_refused(self, rig: Rig, address: str) -> None:
        with pytest.raises(Rejected) as refusal:
            await rig.adapter.inspect(address)
        assert refusal.value.reason is Reason.BAD_ADDRESS

    @pytest.mark.parametrize("address", ("198.51.100.7", "example.com", "224.0.0.1", "169.254.169.254"))
    async def test_an_address_beyond_the_links_is_refused(self, rig: Rig, address: str) -> None:
        with pytest.raises(Rejected) as refusal:
            await rig.adapter.inspect(address)
        assert refusal.value.reason is Reason.NOT_LOCAL

    async def test_a_device_that_is_not_there_cannot_be_met(self, rig: Rig) -> None:
        rig.vanish()
        with pytest.raises(Unreachable):
            await rig.adapter.inspect(rig.address)

    # Following

    async def test_the_present_state_is_told_at_once_and_values_follow(self, rig: Rig, thing: ConsumedThing) -> None:
        told: list[ThingState] = []
        thing.subscribe(told.append)
        assert told == [thing.state]
        await until(lambda: {rig.switch, rig.sensor} <= told[-1].values.keys())
        assert told[-1].available
        assert told[-1] == thing.state

    async def test_every_value_has_the_type_of_its_schema(self, thing: ConsumedThing) -> None:
        await until(lambda: thing.state.values)
        assert thing.state.values
        for name, value in thing.state.values.items():
            schema = thing.description.properties[name].schema
            assert isinstance(value, PYTHON_TYPES[schema.type])
            assert isinstance(value, bool) == (schema.type is ValueType.BOOLEAN)

    async def test_a_change_at_the_device_is_told(self, rig: Rig, thing: ConsumedThing) -> None:
        for number in (40.0, 41.0):
            rig.set_sensor(number)
            await until(partial(_holds, thing, rig.sensor, number))

    async def test_who_unsubscribed_hears_no_more(self, rig: Rig, thing: ConsumedThing) -> None:
        told: list[ThingState] = []
        unsubscribe = thing.subscribe(told.append)
        await until(lambda: rig.sensor in thing.state.values)
        unsubscribe()
        unsubscribe()
        heard = len(told)
        rig.set_sensor(39.0)
        await until(lambda: thing.state.values[rig.sensor] == 39.0)
        assert len(told) == heard

    async def test_a_listener_that_fails_does_not_stop_others(
        self, rig: Rig, thing: ConsumedThing, caplog: pytest.LogCaptureFixture
    ) -> None:
        def failing(state: ThingState) -> None:
            raise ValueError(state)

        told: list[ThingState] = []
        thing.subscribe(failing)
        thing.subscribe(told.append)
        rig.set_sensor(38.0)
        await until(lambda: told[-1].values.get(rig.sensor) == 38.0)
        assert "A listener failed" in caplog.text
        caplog.clear()

    async def test_a_device_that_goes_is_unavailable_and_available_when_it_is_back(
        self, rig: Rig, thing: ConsumedThing
    ) -> None:
        turns: list[bool] = []
        thing.subscribe(lambda state: turns.append(state.available))
        await until(lambda: thing.state.available)
        rig.vanish()
        await until(lambda: not thing.state.available)
        rig.set_sensor(37.0)
        rig.come_back()
        await until(lambda: thing.state.available and _holds(thing, rig.sensor, 37.0))
        assert [turn for turn, before in zip(turns, [None, *turns], strict=False) if turn != before][-3:] == [
            True,
            False,
            True,
        ]

    async def test_a_device_need_not_be_there_when_it_is_consumed(self, rig: Rig, found: FoundThing) -> None:
        rig.vanish()
        thing = rig.adapter.consume(found.description.id, found.record, found.pin)
        assert thing.description == found.description
        assert thing.state == ThingState(available=False)
        with pytest.raises(Unreachable):
            await thing.read_property(rig.sensor)
        rig.come_back()
        await until(lambda: thing.state.available)
        await thing.close()

    # Asking and telling

    async def test_a_value_is_read_now(self, rig: Rig, thing: ConsumedThing) -> None:
        rig.set_sensor(43.0)
        assert await thing.read_property(rig.sensor) == 43.0

    async def test_a_value_is_written_and_told(self, rig: Rig, thing: ConsumedThing) -> None:
        for wanted in (True, False, True):
            await thing.write_property(rig.switch, wanted)
            assert await thing.read_property(rig.switch) is wanted
            await until(partial(_holds, thing, rig.switch, wanted))

    async def test_two_writes_at_once_end_with_the_second(self, rig: Rig, thing: ConsumedThing) -> None:
        await asyncio.gather(thing.write_property(rig.switch, True), thing.write_property(rig.switch, False))
        assert await thing.read_property(rig.switch) is False

    async def test_t13_a_write_that_is_not_applied_is_known(self, rig: Rig, thing: ConsumedThing) -> None:
        wanted = not await thing.read_property(rig.switch)
        rig.lie()
        with pytest.raises(Rejected) as refusal:
            await thing.write_property(rig.switch, wanted)
        assert refusal.value.reason is Reason.WRITE_NOT_APPLIED

    async def test_a_write_to_a_device_that_is_gone_is_known(self, rig: Rig, thing: ConsumedThing) -> None:
        await until(lambda: thing.state.available)
        rig.vanish()
        with pytest.raises(Unreachable):
            await thing.write_property(rig.switch, True)
        await until(lambda: not thing.state.available)

    async def test_a_device_that_asks_for_credentials_says_so(self, rig: Rig, thing: ConsumedThing) -> None:
        rig.refuse()
        asked: tuple[Awaitable[object], ...] = (
            thing.read_property(rig.sensor),
            thing.write_property(rig.switch, True),
        )
        for asking in asked:
            with pytest.raises(AccessDenied):
                await asking

    @pytest.mark.parametrize(
        ("kind", "value", "reason"),
        (
            ("sensor", 20.0, Reason.READ_ONLY),
            ("switch", 0.5, Reason.OUT_OF_RANGE),
            ("switch", "on", Reason.OUT_OF_RANGE),
            ("none", True, Reason.READ_ONLY),
        ),
    )
    async def test_what_cannot_be_written_is_refused(
        self, rig: Rig, thing: ConsumedThing, kind: str, value: Value, reason: Reason
    ) -> None:
        name = {"sensor": rig.sensor, "switch": rig.switch, "none": "no such property"}[kind]
        with pytest.raises(Rejected) as refusal:
            await thing.write_property(name, value)
        assert refusal.value.reason is reason

    async def test_what_is_not_offered_is_not_there(self, thing: ConsumedThing) -> None:
        for asking in (thing.read_property("no such property"), thing.invoke_action("no such action")):
            with pytest.raises(Rejected) as refusal:
                await asking
            assert refusal.value.reason is Reason.NOT_FOUND

    # Ending

    async def test_closing_leaves_nothing_and_is_done_twice(self, rig: Rig, found: FoundThing) -> None:
        before = our_tasks()
        thing = rig.adapter.consume(found.description.id, found.record, found.pin)
        told: list[ThingState] = []
        thing.subscribe(told.append)
        await until(lambda: thing.state.available)
        await thing.close()
        await thing.close()
        assert our_tasks() <= before
        heard = len(told)
        rig.set_sensor(44.0)
        await asyncio.sleep(0.05)
        assert len(told) == heard

    async def test_a_thing_is_closed_whenever(self, rig: Rig, found: FoundThing) -> None:
        before = our_tasks()
        for turns in range(20):
            thing = rig.adapter.consume(found.description.id, found.record, found.pin)
            for _ in range(turns):
                await asyncio.sleep(0)
            await thing.close()
        await asyncio.sleep(0)
        assert our_tasks() <= before
