"""What simulated devices do when they are commanded: cluster behaviours, by the command's name."""

from typing import TYPE_CHECKING, Any, Final

from zigpy.zcl import foundation

from .clusters import Answer, Command, SimCluster

if TYPE_CHECKING:
    from .device import Device, Endpoint

_ON_OFF: Final = 0x0006


def _set(name: str, value: Any) -> Command:
    """Make the behaviour that sets an attribute to a value."""

    def behave(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
        _soon(device, endpoint, cluster, **{name: value})
        return None

    return behave


def _take(**names: str) -> Command:
    """Make the behaviour that sets attributes to arguments: attribute=argument."""

    def behave(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
        values = {attribute: int(getattr(arguments, argument)) for attribute, argument in names.items()}
        _soon(device, endpoint, cluster, **values)
        return None

    return behave


def _soon(device: Device, endpoint: Endpoint, cluster: SimCluster, **values: Any) -> None:
    """Change at once, and report after the command has been answered."""
    cluster.attributes.update({cluster.attribute(name): value for name, value in values.items()})
    device.network.later(0.0, lambda: device.set(endpoint.id, cluster.id, **values))


def _toggle(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    _soon(device, endpoint, cluster, on_off=not cluster.attributes[cluster.attribute("on_off")])
    return None


def _level_with_on_off(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    _soon(device, endpoint, cluster, current_level=int(arguments.level))
    _soon(device, endpoint, endpoint.servers[_ON_OFF], on_off=arguments.level > 0)
    return None


def _hue_and_saturation(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    values = {"current_hue": int(arguments.hue), "current_saturation": int(arguments.saturation)}
    _soon(device, endpoint, cluster, **values, color_mode=0)
    return None


def _locked(state: int, response: str) -> Command:
    """Lock or unlock, answered by the lock's own response (7.3.2.17)."""

    def behave(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
        _soon(device, endpoint, cluster, lock_state=state)
        return response, (foundation.Status.SUCCESS,)

    return behave


def _enrolled(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    values = {"zone_state": 1, "zone_id": int(arguments.zone_id)}
    cluster.attributes.update({cluster.attribute(name): value for name, value in values.items()})
    return None


def _add_to_group(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    status = foundation.Status.SUCCESS
    if int(arguments.group_id) in endpoint.groups:
        status = foundation.Status.DUPLICATE_EXISTS
    endpoint.groups.add(int(arguments.group_id))
    return "add_response", (status, arguments.group_id)


def _leave_group(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    status = foundation.Status.SUCCESS
    if int(arguments.group_id) not in endpoint.groups:
        status = foundation.Status.NOT_FOUND
    endpoint.groups.discard(int(arguments.group_id))
    return "remove_response", (status, arguments.group_id)


def _groups(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    return "get_membership_response", (0xFE, sorted(endpoint.groups))


def _scenes(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    held = sorted(endpoint.scenes.get(int(arguments.group_id), ()))
    return "get_scene_membership_response", (foundation.Status.SUCCESS, 0xFE, arguments.group_id, held)


def _forget_scene(device: Device, endpoint: Endpoint, cluster: SimCluster, arguments: Any) -> Answer:
    endpoint.scenes.get(int(arguments.group_id), set()).discard(int(arguments.scene_id))
    return "remove_scene_response", (foundation.Status.SUCCESS, arguments.group_id, arguments.scene_id)


ON_OFF: Final = {"on": _set("on_off", True), "off": _set("on_off", False), "toggle": _toggle}
LEVEL: Final = {
    "move_to_level": _take(current_level="level"),
    "move_to_level_with_on_off": _level_with_on_off,
}
COLOUR: Final = {
    "move_to_hue_and_saturation": _hue_and_saturation,
    "move_to_color": _take(current_x="color_x", current_y="color_y"),
    "move_to_color_temp": _take(color_temperature="color_temp_mireds"),
}
COVER: Final = {
    "up_open": _set("current_position_lift_percentage", 0),
    "down_close": _set("current_position_lift_percentage", 100),
    "go_to_lift_percentage": _take(current_position_lift_percentage="percentage_lift_value"),
    "go_to_tilt_percentage": _take(current_position_tilt_percentage="percentage_tilt_value"),
}
LOCK: Final = {"lock_door": _locked(1, "lock_door_response"), "unlock_door": _locked(2, "unlock_door_response")}
IAS_ZONE: Final = {"enroll_response": _enrolled}
GROUPS: Final = {"add": _add_to_group, "remove": _leave_group, "get_membership": _groups}
SCENES: Final = {"get_scene_membership": _scenes, "remove": _forget_scene}
