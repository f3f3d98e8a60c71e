"""Made-up devices of many kinds, by which our table is held against ZHA's. No signature of a maker is copied."""

from collections.abc import Iterator
from typing import Any

from tests.house.radio import Device, devices
from tests.house.radio.clusters import SimCluster, cluster
from tests.house.radio.devices import make

_MEASURED: dict[int, float] = {
    0x0400: 20000,
    0x0402: 2100,
    0x0403: 1013,
    0x0404: 12,
    0x0405: 5000,
    0x0406: 1,
    0x0407: 4000,
    0x0408: 3000,
    0x040A: 100,
    0x040B: 300,
    0x040C: 0.00001,
    0x040D: 0.0005,
    0x042A: 12.0,
    0x042B: 0.00001,
}
_ZONES = (0x000D, 0x0015, 0x0028, 0x002A, 0x002B, 0x002D, 0x010F, 0x0115, 0x021D, 0x0225, 0x0226)


def _measuring(number: int, *values: tuple[int, float]) -> Device:
    clusters: list[SimCluster] = []
    for one, value in values:
        clusters.append(cluster(one, occupancy=value) if one == 0x0406 else cluster(one, measured_value=value))
    model = "Measures " + " ".join(f"{one:04x}" for one, _ in values)
    return make(number, model, 0x0302, *clusters)


def _zone(number: int, kind: int) -> Device:
    device = devices.contact(number)
    zone = device.endpoints[1].servers[0x0500]
    zone.attributes[zone.attribute("zone_type")] = kind
    device.model = device.endpoints[1].servers[0].attributes[5] = f"Zone {kind:04x}"
    return device


def _switched(number: int, device_type: int, *more: SimCluster, profile: int = 0x0104) -> Device:
    device = make(
        number, f"Switched {profile:04x}/{device_type:04x}+{len(more)}", device_type, _on_off(), *more, mains=True
    )
    device.endpoints[1].profile = profile
    return device


def _on_off() -> SimCluster:
    return cluster(0x0006, on_off=False)


def _level() -> SimCluster:
    return cluster(0x0008, current_level=100)


def _metered(number: int, unit: int) -> Device:
    meter = cluster(
        0x0702,
        current_summ_delivered=5,
        instantaneous_demand=1,
        unit_of_measure=unit,
        multiplier=1,
        divisor=1,
        metering_device_type=0,
        status=0,
        summation_formatting=0,
        demand_formatting=0,
    )
    return make(number, f"Meter {unit:02x}", 0x0501, meter, mains=True)


def _electric(number: int, **values: Any) -> Device:
    name = f"Electric {len(values)}"
    return make(number, name, 0x0501, cluster(0x0B04, measurement_type=9, **values), mains=True)


def _thermostat(number: int, sequence: int, *more: SimCluster) -> Device:
    control = cluster(
        0x0201,
        local_temperature=2000,
        occupied_heating_setpoint=2000,
        occupied_cooling_setpoint=2400,
        ctrl_sequence_of_oper=sequence,
        system_mode=0,
        running_state=0,
    )
    return make(number, f"Thermostat {sequence}+{len(more)}", 0x0301, control, *more, mains=True)


def _cover(number: int, kind: int, device_type: int = 0x0202) -> Device:
    covering = cluster(
        0x0102,
        window_covering_type=kind,
        current_position_lift_percentage=10,
        current_position_tilt_percentage=10,
        config_status=0b01111011,
    )
    return make(number, f"Cover {kind}", device_type, covering, mains=True)


def _client(number: int, device_type: int, *clients: int) -> Device:
    made = tuple(cluster(one) for one in clients)
    return make(number, f"Client {device_type:04x}", device_type, clients=made)


def _analog(number: int, kind: int, **values: Any) -> Device:
    return make(number, f"Analog {kind:04x} {len(values)}", 0x0000, cluster(kind, **values), mains=True)


def all_devices() -> Iterator[Device]:
    """Yield every device: those of the house, then one kind after the other."""
    for place, make_one in enumerate(devices.ALL):
        yield make_one(1 + place)
    number = iter(range(20, 1000))
    for one, value in _MEASURED.items():
        yield _measuring(next(number), (one, value))
    yield _measuring(next(number), (0x0402, 2000), (0x0405, 5000), (0x0403, 1000))
    for zone in _ZONES:
        yield _zone(next(number), zone)
    for device_type in (0x0000, 0x0002, 0x0009, 0x0051, 0x0100, 0x0103, 0x010A, 0x010B, 0x0200):
        yield _switched(next(number), device_type)
    for device_type in (0x0101, 0x0102, 0x010C, 0x010D, 0x0003):
        yield _switched(next(number), device_type, _level())
    yield _switched(next(number), 0x0000, _level(), profile=0xC05E)
    yield _switched(next(number), 0x0010, _level(), profile=0xC05E)
    for unit in (0, 1, 2, 4, 7, 9, 0x0C, 0x80, 0xFF):
        yield _metered(next(number), unit)
    yield _electric(next(number), active_power=5)
    yield _electric(next(number), active_power=5, rms_voltage=230, rms_current=1)
    yield _electric(next(number), active_power=5, rms_voltage=230, rms_voltage_ph_b=230, rms_voltage_ph_c=230)
    yield _electric(next(number), dc_voltage=12, dc_current=3, dc_power=36, total_active_power=9, ac_frequency=50)
    for sequence in (0, 2, 4):
        yield _thermostat(next(number), sequence)
    yield _thermostat(next(number), 2, cluster(0x0202, fan_mode=0, fan_mode_sequence=2))
    for covering in (0, 6, 8):
        yield _cover(next(number), covering)
    yield make(next(number), "Fan", 0x0301, cluster(0x0202, fan_mode=0, fan_mode_sequence=2), mains=True)
    yield _client(next(number), 0x0850, 6)
    yield _client(next(number), 0x0402, 6)
    for device_type in (0x0000, 0x0001, 0x0103, 0x0104, 0x0820, 0x0830):
        yield _client(next(number), device_type, 5, 6, 8)
    yield _analog(next(number), 0x000C, present_value=5.0, description="Pump", engineering_units=62)
    yield _analog(next(number), 0x000C, present_value=5.0)
    yield _analog(next(number), 0x000D, present_value=5.0, description="Set", min_present_value=0.0)
    yield _analog(next(number), 0x000F, present_value=True)
    yield _analog(next(number), 0x0010, present_value=True)
    yield _analog(next(number), 0x0010, present_value=True, description="Valve")
