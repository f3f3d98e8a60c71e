"""What Zigbee devices send, through zigpy to our rows; and what the quirk of a device may say of it."""

import asyncio
from collections.abc import Iterator
from enum import IntEnum
import json
import logging
import math
from types import SimpleNamespace
from typing import Final, override

from zigpy.application import ControllerApplication
from zigpy.device import Device
from zigpy.endpoint import Status
from zigpy.profiles import zha
import zigpy.types as t

from custom_components.local_things.adapters.zigbee.convert import decode
from custom_components.local_things.adapters.zigbee.declared import action_of, row_of
from custom_components.local_things.adapters.zigbee.describe import describe
from custom_components.local_things.adapters.zigbee.described import EventBinding
from custom_components.local_things.adapters.zigbee.flood import Sluice, bound_collections
from custom_components.local_things.adapters.zigbee.pace import Pace
from custom_components.local_things.adapters.zigbee.presses import Spoken, button_of, meant_by, press_of, told_by
from custom_components.local_things.adapters.zigbee.quirked import (
    changes_of,
    declarations_of,
    skips_configuration,
    triggers_of,
)
from custom_components.local_things.adapters.zigbee.reader import node_of
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from tests.house.radio import Device as SimDevice, devices

from ..target import Target

_END: Final = b"\0END\0"
"""Between the frames of one input: what one report says may have a meaning by what another said."""

_HEAD: Final = 4
"""Bytes before a frame: the device, its endpoint, the cluster."""

_LONGEST: Final = 255
_PACE: Final = Pace(coalesce=0.0)
_MODELS: Final = tuple(make() for make in devices.ALL)


class _App(ControllerApplication):
    """zigpy without a radio."""

    async def _nothing(self, *_: object, **__: object) -> None:
        return None

    connect = disconnect = start_network = force_remove = add_endpoint = send_packet = permit_ncp = _nothing
    permit_with_link_key = write_network_info = load_network_info = reset_network_info = _nothing
    _packet_capture_change_channel = _nothing
    _network_scan = _packet_capture = _nothing  # type: ignore[assignment]  # nobody calls them
    _subscribe_to_multicast_group = _unsubscribe_from_multicast_group = _nothing


def _device(app: ControllerApplication, model: SimDevice) -> Device:
    """Make the library's object of a device that has joined, with what its interview told."""
    device = Device(app, model.ieee, t.NWK(model.nwk))
    device.node_desc = model.node_descriptor
    device.manufacturer, device.model = model.manufacturer, model.model
    for number, endpoint in model.endpoints.items():
        made = device.add_endpoint(number)
        made.profile_id, made.device_type = endpoint.profile, zha.DeviceType(endpoint.device_type)
        made.status = Status.ZDO_INIT
        for cluster, held in endpoint.servers.items():
            server = made.add_input_cluster(cluster)
            for attribute in held.attributes:
                server.update_attribute(attribute, held.typed(attribute).value)
        for cluster in endpoint.clients:
            made.add_output_cluster(cluster)
    app.devices[model.ieee] = device
    return device


class _Mistakes(logging.Handler):
    """Keeps what our guard caught: whatever is raised inside a callback of ours is logged there."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.caught: list[BaseException] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            self.caught.append(record.exc_info[1])


def _frames(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield of each frame which device sends it, from which endpoint and cluster, and the frame."""
    for part in data.split(_END):
        if len(part) > _HEAD:
            yield part[0], part[1], int.from_bytes(part[2:_HEAD]), part[_HEAD:]


def _zcl(data: bytes) -> None:
    """Receive frames; the first says which device they are from. Whatever they say, values stay values."""
    frames = tuple(_frames(data))
    if frames:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(_received(_MODELS[frames[0][0] % len(_MODELS)], frames))


async def _received(model: SimDevice, frames: tuple[tuple[int, int, int, bytes], ...]) -> None:
    app = _App({"device": {"path": "none"}, "ota": {"enabled": False}})
    device = _device(app, model)
    thing = ZigbeeThing(describe(node_of(device)), str(device.ieee), _PACE, enrol=lambda *_: None)
    mistakes, logger = _Mistakes(), logging.getLogger("custom_components.local_things")
    logger.addHandler(mistakes)
    try:
        thing.attach(device)
        bound_collections()
        sluice = Sluice(app.packet_received, _PACE)
        for _, endpoint, cluster, frame in frames:
            sluice.take(_packet(model, endpoint, cluster, frame))
        await asyncio.sleep(0)
        described = describe(node_of(device))
        assert described.description.id == thing.description.id
        for value in thing.state.values.values():
            assert not isinstance(value, float) or math.isfinite(value)
            assert not isinstance(value, str) or len(value) <= _LONGEST
        sluice.close()
        await thing.close()
    finally:
        logger.removeHandler(mistakes)
    if mistakes.caught:
        raise mistakes.caught[0]


def _packet(model: SimDevice, endpoint: int, cluster: int, frame: bytes) -> t.ZigbeePacket:
    return t.ZigbeePacket(
        src=t.AddrModeAddress(addr_mode=t.AddrMode.NWK, address=t.NWK(model.nwk)),
        src_ep=t.uint8_t(endpoint),
        dst=t.AddrModeAddress(addr_mode=t.AddrMode.NWK, address=t.NWK(0)),
        dst_ep=t.uint8_t(1),
        profile_id=t.uint16_t(260),
        cluster_id=t.uint16_t(cluster),
        data=t.SerializableBytes(frame),
    )


# ------------------------------------------------------------------------------------------------------ quirks


class _Cluster:
    """A cluster as far as the reader of quirks asks it."""

    def __init__(self, attributes: dict[str, object]) -> None:
        self._attributes = attributes

    def find_attribute(self, name: str) -> object:
        return SimpleNamespace(id=self._attributes[name])

    def find_attributes(self, number: int) -> list[object]:
        return [one for one in self._attributes.values() if one == number]


def _as_python(said: object) -> object:
    """Return a document as objects: a map has its members as attributes, one that has "enum" is a class of words."""
    match said:
        case {"enum": dict(words)} if all(isinstance(one, int) for one in words.values()) and words:
            return IntEnum("Words", {str(name): value for name, value in words.items() if str(name).isidentifier()})
        case {"trigger": list(key), "means": dict(means)}:
            return {tuple(key): means}
        case dict():
            return SimpleNamespace(**{str(name): _as_python(one) for name, one in said.items()})
        case list():
            return [_as_python(one) for one in said]
    return said


def _quirk(data: bytes) -> None:
    """Read the metadata of a quirk, whatever a later library makes of it, and what a device then says."""
    try:
        said = json.loads(data)
    except ValueError, RecursionError:
        return
    definition = _as_python(said)
    triggers = getattr(definition, "device_automation_triggers", None)
    clusters = {number: _Cluster({"a": 1, "b": 2, "on_off": 0}) for number in (0, 6, 0x0402, 0x0702)}
    device = SimpleNamespace(
        endpoints={1: SimpleNamespace(in_clusters=clusters, out_clusters=clusters)},
        device_automation_triggers=triggers,
        _quirk_registry_entry=SimpleNamespace(zha_device_factory=SimpleNamespace(quirk_definition=definition)),
    )
    for declaration in declarations_of(device):
        row = row_of(declaration)
        action_of(declaration)
        for raw in (None, True, 0, 255, -1, 2**63, 1.5, "x" * 300):
            decode(row, {row.attribute: raw}.get)
    tuple(changes_of(device))
    skips_configuration(device)
    for trigger in triggers_of(device):
        spoken = Spoken(endpoint=1, cluster=6, command=trigger.command)
        button_of(trigger), press_of(trigger), told_by(spoken)
        binding = EventBinding(endpoint=1, cluster=6, commands=(), triggers=(trigger,))
        meant_by(binding, spoken)


_CLUSTERS: Final = (0x0000, 0x0001, 0x0006, 0x0008, 0x0101, 0x0102, 0x0201, 0x0300, 0x0402, 0x0500, 0x0502, 0x0702)

TARGETS: Final = (
    Target(
        name="zcl",
        readers=(_zcl,),
        tokens=(
            *(bytes((1,)) + number.to_bytes(2) + b"\x18\x01\x0a" for number in (*_CLUSTERS, 0x0B04, 0x0405, 0x0012)),
            *(
                b"\x18\x01\x01",
                b"\x18\x01\x0a\x00\x00",
                b"\x09\x01\x00",
                b"\x01\x01\x01",
                b"\x00\x00\x29",
                b"\x00\x00\x10",
            ),
            *(
                b"\x42\xff",
                b"\x48\x48",
                b"\x4c\x01\x00",
                b"\x39\x00\x00\xc0\x7f",
                b"\x27",
                b"\x3a",
                b"\x41",
                b"\x43",
                b"\x00\x86",
            ),
            *(_END, b"\x1c\x34\x12", b"\x20\xff", b"\x21\xff\xff", b"\x30\x01", b"\x51", b"\xff"),
        ),
        largest=512,
    ),
    Target(
        name="quirk",
        readers=(_quirk,),
        tokens=(
            *(b'"entity_metadata":[', b'"entity_platform":"sensor"', b'"attribute_name":"a"', b'"endpoint_id":1'),
            *(b'"cluster_id":6', b'"cluster_type":1', b'"device_class":"temperature"', b'"unit":"kWh"', b'"enum":{'),
            *(
                b'"entity_type":"config"',
                b'"multiplier":',
                b'"divisor":',
                b'"min":',
                b'"max":',
                b'"step":',
                b'"number"',
            ),
            *(b'"on_value":', b'"off_value":', b'"force_inverted":true', b'"attribute_value":', b'"fallback_name":"'),
            *(b'"disabled_default_entities":[', b'"changed_entity_metadata":[', b'"new_entity_category":"diagnostic"'),
            *(
                b'"new_device_class":"power"',
                b'"unique_id_suffix":',
                b'"device_automation_triggers":{"trigger":["a","b"],',
            ),
            *(
                b'"means":{"command":"on"',
                b'"params":{',
                b'"args":[',
                b'"reporting_config":{"min_interval":1,',
                b"Infinity",
            ),
            *(
                b'"max_interval":2,"reportable_change":1}',
                b'"switch"',
                b'"select"',
                b'"button"',
                b'"binary_sensor"',
                b"NaN",
            ),
        ),
        largest=4_096,
    ),
)
