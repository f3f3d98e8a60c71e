"""Setting up a device that joined our network: zones enrolled, clusters bound, reports configured, values read.

Each step stands alone: a device that refuses one, or sleeps through it, still gets the others.
"""

from collections.abc import Awaitable, Iterable
import logging
from typing import Final

from zigpy.application import ControllerApplication
from zigpy.device import Device
from zigpy.zcl import Cluster
from zigpy.zcl.foundation import ZCLAttributeDef
from zigpy.zcl.helpers import ReportingConfig

from ...things.errors import ThingError
from . import tables as t
from .described import Described
from .exchange import check, exchange
from .following import Place, cluster_of
from .pace import Pace
from .quirked import skips_configuration
from .reader import WANTED, definition_of, numbers_of
from .rows import AttributeRow

_LOGGER = logging.getLogger(__name__)

_ENROLLED: Final = 1
_SUCCESS: Final = 0


async def read_all(device: Device, pace: Pace) -> None:
    """Ask for every attribute that matters and is not known, so that the device can be described."""
    if skips_configuration(device):
        return
    for endpoint in device.non_zdo_endpoints:
        for number, cluster in endpoint.in_clusters.items():
            await _step(_read(cluster, WANTED.get(int(number), ())), device, pace, "read")


async def set_up(app: ControllerApplication, device: Device, described: Described, pace: Pace) -> None:
    """Enrol, bind and configure, then read what a quirk added."""
    if skips_configuration(device):
        return
    rows: dict[Place, list[AttributeRow]] = {}
    for binding in described.properties.values():
        rows.setdefault((binding.endpoint, binding.row.cluster, binding.is_client), []).append(binding.row)
    spoken = {
        (binding.endpoint, binding.cluster, True)
        for binding in described.events.values()
        if binding.endpoint is not None and binding.cluster is not None
    }
    spoken |= {
        (one.endpoint, one.cluster, True)
        for binding in described.events.values()
        for one in binding.triggers
        if one.endpoint is not None and one.cluster is not None
    }
    for place in dict.fromkeys((*rows, *sorted(spoken))):
        cluster = cluster_of(device, place)
        if cluster is None:
            continue
        if place[1] == t.IAS_ZONE:
            await enrol(app, device, cluster, pace)
        await _step(cluster.bind(), device, pace, "bind")
        if place[2]:
            continue  # a client has commands to say, and no attributes to ask for
        if reported := [row for row in rows.get(place, ()) if row.reporting is not None]:
            await _step(_report(cluster, reported), device, pace, "configure reporting")
        await _step(
            _read(cluster, [one for row in rows.get(place, ()) for one in numbers_of(row)]), device, pace, "read"
        )


async def enrol(app: ControllerApplication, device: Device, zone: Cluster, pace: Pace) -> None:
    """Enrol an IAS zone (ZCL 8.2.2.2.3): tell it who its panel is, and answer before it asks, too.

    zigpy does not do this by itself; a zone that is not enrolled never alarms.
    """
    await _step(zone.write_attributes({t.CIE_ADDRESS: app.state.node_info.ieee}), device, pace, "write the CIE address")
    await _step(answer_enrolment(zone), device, pace, "enrol")
    await _step(zone.read_attributes([t.ZONE_STATE, t.ZONE_TYPE, t.ZONE_STATUS]), device, pace, "read the zone")


async def answer_enrolment(zone: Cluster) -> object:
    """Answer a Zone Enroll Request (8.2.2.4.2): success, zone 0. Unasked it is the other way of enrolling."""
    number = int(getattr(zone.ServerCommandDefs, "enroll_response").id)  # noqa: B009 - the base class does not define it
    answer: object = await zone.command(number, enroll_response_code=_SUCCESS, zone_id=0, expect_reply=False)
    return answer


async def _read(cluster: Cluster, numbers: Iterable[int]) -> object:
    """Ask for attributes that are not known and that the library knows."""
    wanted: list[int | str | ZCLAttributeDef] = []
    for number in dict.fromkeys(numbers):
        definition = definition_of(cluster, number)
        if definition is not None and not cluster.is_attribute_unsupported(definition):
            wanted.append(definition)
    if not wanted:
        return None
    answer: object = await cluster.read_attributes(wanted, allow_cache=True)
    return answer


async def _report(cluster: Cluster, rows: Iterable[AttributeRow]) -> object:
    """Ask for reports of attributes."""
    wanted: dict[ZCLAttributeDef, ReportingConfig] = {}
    for row in rows:
        for number in (row.attribute, row.second):
            if number is None or row.reporting is None:
                continue
            definition = definition_of(cluster, number)
            if definition is None:
                continue
            wanted[definition] = ReportingConfig(
                min_interval=row.reporting.minimum,
                max_interval=row.reporting.maximum,
                reportable_change=row.reporting.change,
            )
    return await cluster.configure_reporting_multiple(wanted) if wanted else None


async def _step(doing: Awaitable[object], device: Device, pace: Pace, what: str) -> None:
    """Do one step; where it fails, say so and go on."""
    try:
        check(await exchange(doing, str(device.ieee), pace.setting_up), what)
    except ThingError as err:
        _LOGGER.debug("%s: could not %s: %s", device.ieee, what, err)
    except Exception:
        # A quirk's code runs in here: its mistake is not the device's end.
        _LOGGER.exception("%s: failed to %s", device.ieee, what)
