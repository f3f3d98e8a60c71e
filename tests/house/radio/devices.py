"""The devices of the simulated house that speak Zigbee. No maker's signature is copied; each is made up whole."""

from typing import Any, Final

import zigpy.types as zt

from .behaviours import COLOUR, COVER, GROUPS, IAS_ZONE, LEVEL, LOCK, ON_OFF
from .clusters import SimCluster, cluster
from .device import Device, Endpoint

MAKER: Final = "House of Zigbee"
_CELSIUS: Final = 100


def address(number: int) -> zt.EUI64:
    """Return the EUI-64 of the device with this number."""
    return zt.EUI64.convert(f"00:12:4b:00:aa:00:{number >> 8:02x}:{number & 0xFF:02x}")


def make(
    number: int,
    model: str,
    device_type: int,
    *servers: SimCluster,
    clients: tuple[SimCluster, ...] = (),
    mains: bool = False,
) -> Device:
    """Return a device with one endpoint. What has mains is a router."""
    endpoint = Endpoint(
        id=1,
        device_type=device_type,
        servers={one.id: one for one in (cluster(0x0000), cluster(0x0003, identify_time=0), *servers)},
        clients={one.id: one for one in clients},
    )
    return Device(
        ieee=address(number),
        nwk=0x1000 + number,
        manufacturer=MAKER,
        model=model,
        endpoints={1: endpoint},
        is_router=mains,
        is_mains=mains,
    )


def _groups() -> SimCluster:
    return cluster(0x0004, name_support=0, commands=GROUPS)


def _on_off(**more: Any) -> SimCluster:
    return cluster(0x0006, on_off=False, commands=ON_OFF, **more)


def _battery(half_percents: int = 180) -> SimCluster:
    return cluster(0x0001, battery_percentage_remaining=half_percents, battery_voltage=30)


def _zone(kind: int) -> SimCluster:
    return cluster(
        0x0500,
        zone_state=0,
        zone_type=kind,
        zone_status=0,
        cie_addr=zt.EUI64([0] * 8),
        zone_id=0xFF,
        writable=("cie_addr",),
        commands=IAS_ZONE,
    )


def light(number: int = 1) -> Device:
    """A dimmable light with colour and colour temperature."""
    colour = cluster(
        0x0300,
        current_hue=0,
        current_saturation=0,
        current_x=24939,
        current_y=24701,
        color_mode=2,
        color_temperature=370,
        color_capabilities=0b11001,
        color_temp_physical_min=153,
        color_temp_physical_max=500,
        commands=COLOUR,
    )
    level = cluster(0x0008, current_level=254, commands=LEVEL)
    return make(number, "Colour light", 0x010D, _groups(), _on_off(), level, colour, mains=True)


def plug(number: int = 2) -> Device:
    """An outlet that measures."""
    metering = cluster(
        0x0702,
        current_summ_delivered=123456,
        instantaneous_demand=46,
        unit_of_measure=0,
        multiplier=1,
        divisor=1000,
        summation_formatting=0b00111011,
        demand_formatting=0b00111011,
        metering_device_type=0,
        status=0,
    )
    electrical = cluster(
        0x0B04,
        measurement_type=9,
        active_power=455,
        rms_voltage=2310,
        rms_current=197,
        ac_frequency=500,
        power_factor=98,
        ac_power_multiplier=1,
        ac_power_divisor=10,
        ac_voltage_multiplier=1,
        ac_voltage_divisor=10,
        ac_current_multiplier=1,
        ac_current_divisor=1000,
        ac_frequency_multiplier=1,
        ac_frequency_divisor=10,
    )
    return make(number, "Metering plug", 0x0051, _groups(), _on_off(), metering, electrical, mains=True)


def motion(number: int = 3) -> Device:
    """A motion sensor that measures light too."""
    lux = cluster(0x0400, measured_value=20001, min_measured_value=1, max_measured_value=40001)
    return make(number, "Motion sensor", 0x0402, _battery(), lux, _zone(0x000D))


def contact(number: int = 4) -> Device:
    """A contact of a door or window."""
    return make(number, "Contact", 0x0402, _battery(), _zone(0x0015))


def climate_sensor(number: int = 5) -> Device:
    """A temperature and humidity sensor."""
    temperature = cluster(0x0402, measured_value=2150, min_measured_value=-2000, max_measured_value=6000)
    humidity = cluster(0x0405, measured_value=4875, min_measured_value=0, max_measured_value=10000)
    return make(number, "Climate sensor", 0x0302, _battery(), temperature, humidity)


def thermostat(number: int = 6) -> Device:
    """A radiator's thermostat."""
    control = cluster(
        0x0201,
        local_temperature=2050,
        occupied_heating_setpoint=2100,
        abs_min_heat_setpoint_limit=500,
        abs_max_heat_setpoint_limit=3000,
        ctrl_sequence_of_oper=2,
        system_mode=4,
        running_state=0,
        pi_heating_demand=30,
        writable=("occupied_heating_setpoint", "system_mode"),
    )
    return make(number, "Radiator valve", 0x0301, _battery(), control)


def cover(number: int = 7) -> Device:
    """A venetian blind, that lifts and tilts."""
    covering = cluster(
        0x0102,
        window_covering_type=8,
        current_position_lift_percentage=0,
        current_position_tilt_percentage=0,
        config_status=0b01111011,
        commands=COVER,
    )
    return make(number, "Blind", 0x0202, _groups(), covering, mains=True)


def lock(number: int = 8) -> Device:
    """A door lock."""
    return make(number, "Lock", 0x000A, _battery(), cluster(0x0101, lock_state=1, lock_type=0, commands=LOCK))


def remote(number: int = 9) -> Device:
    """A remote control: it has clients only, and speaks when it is pressed."""
    clients = (cluster(0x0004), cluster(0x0005), cluster(0x0006), cluster(0x0008))
    return make(number, "Remote", 0x0820, _battery(160), clients=clients)


def buttons(number: int = 13) -> Device:
    """A remote control with four buttons, an endpoint each."""
    device = make(number, "Four-button remote", 0x0006, _battery(190), clients=(cluster(0x0006),))
    for button in range(2, 5):
        device.endpoints[button] = Endpoint(
            id=button, device_type=0x0006, servers={}, clients={0x0006: cluster(0x0006)}
        )
    return device


def siren(number: int = 10) -> Device:
    """A warning device."""
    return make(number, "Siren", 0x0403, cluster(0x0502, max_duration=240), _zone(0x0225), mains=True)


def smoke(number: int = 11) -> Device:
    """A smoke detector."""
    return make(number, "Smoke detector", 0x0402, _battery(), _zone(0x0028))


def leak(number: int = 12) -> Device:
    """A leak sensor."""
    return make(number, "Leak sensor", 0x0402, _battery(), _zone(0x002A))


ALL: Final = (
    light,
    plug,
    motion,
    contact,
    climate_sensor,
    thermostat,
    cover,
    lock,
    remote,
    siren,
    smoke,
    leak,
    buttons,
)
"""The whole house, in the order of their numbers."""
