"""A port that somebody uses, or a library that is not there: said by name, and nothing is opened."""

from collections.abc import Mapping
from dataclasses import fields
from enum import EnumType
from ipaddress import IPv4Address
from typing import Union, get_origin, get_type_hints

from aiohasupervisor.models import AddonState, InstalledAddonComplete
from homeassistant.components.hassio.const import DATA_ADDONS_INFO
from homeassistant.components.homeassistant_hardware.helpers import (
    async_register_firmware_info_provider,
    async_register_firmware_update_in_progress,
    async_unregister_firmware_update_in_progress,
)
from homeassistant.components.homeassistant_hardware.util import ApplicationType, FirmwareInfo, OwningIntegration
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.requirements import RequirementsNotFound
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.zigbee.ports import async_user_of

from .house import Plugged, answer, begin, radio
from .real_zha import RealZha

SERIAL = "/dev/ttyUSB0"
TCP_RADIO = "socket://192.0.2.7:6638"


def app(name: str, state: str, options: Mapping[str, object]) -> InstalledAddonComplete:
    """Return an app as the Supervisor describes it; what nobody looks at is left empty."""
    known = {"name": name, "state": AddonState(state), "options": dict(options), "ip_address": IPv4Address("192.0.2.1")}
    described = object.__new__(InstalledAddonComplete)
    hints = get_type_hints(InstalledAddonComplete)
    for field in fields(InstalledAddonComplete):
        value = known[field.name] if field.name in known else _nothing(hints[field.name])
        object.__setattr__(described, field.name, value)
    return described


def _nothing(hint: type) -> object:
    """Return the least of a type."""
    if isinstance(hint, EnumType):
        return next(iter(hint))
    kind = get_origin(hint) or hint
    return None if kind is Union else kind()


def run_apps(hass: HomeAssistant, **apps: InstalledAddonComplete | None) -> None:
    hass.config.components.add("hassio")
    hass.data[DATA_ADDONS_INFO] = apps


async def refused(hass: HomeAssistant, plugged: Plugged, owner: str) -> None:
    form = await answer(hass, await begin(hass), radio(plugged.path))
    assert form["errors"] == {"base": "port_in_use"}
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["owner"] == owner


async def test_the_port_of_the_zha_that_runs_is_refused(hass: HomeAssistant, plugged: Plugged) -> None:
    zha = RealZha(hass=hass, plugged=plugged)
    await zha.set_up()
    links = plugged.stick.wire.connections
    await refused(hass, plugged, "ZHA (zha)")
    assert await async_user_of(hass, plugged.path.replace("socket://", "tcp://")) == "ZHA (zha)"
    assert plugged.stick.wire.connections == links, "it was not opened to see"
    await zha.tear_down()
    assert await async_user_of(hass, plugged.path) == "", "it is not loaded any more"


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"serial": {"port": SERIAL, "adapter": "zstack"}}, SERIAL),
        ({"serial": {"port": "tcp://192.0.2.7:6638"}}, TCP_RADIO),
        ({"serial": [{"port": "socket://192.0.2.7:6638"}]}, "tcp://192.0.2.7:6638"),
        ({"network_device": "192.0.2.7:6638"}, TCP_RADIO),
    ],
)
async def test_the_port_of_an_app_is_its(hass: HomeAssistant, options: Mapping[str, object], path: str) -> None:
    run_apps(hass, abc_zigbee2mqtt=app("Zigbee2MQTT", "started", options), gone=None)
    assert await async_user_of(hass, path) == "Zigbee2MQTT (abc_zigbee2mqtt)"
    run_apps(hass, abc_zigbee2mqtt=app("Zigbee2MQTT", "stopped", options))
    assert await async_user_of(hass, path) == ""
    del hass.data[DATA_ADDONS_INFO]  # the Supervisor has not answered yet
    assert await async_user_of(hass, path) == ""


async def test_a_radio_of_zigbee2mqtt_is_not_opened(hass: HomeAssistant, plugged: Plugged) -> None:
    run_apps(hass, abc_zigbee2mqtt=app("Zigbee2MQTT", "started", {"serial": {"port": plugged.path}, "number": 1}))
    await refused(hass, plugged, "Zigbee2MQTT (abc_zigbee2mqtt)")
    assert plugged.stick.wire.connections == 0


class BorderRouter:
    """Tells of a radio as OpenThread's border router does."""

    def get_firmware_info(self, _hass: HomeAssistant, entry: ConfigEntry) -> FirmwareInfo:
        owner = OwningIntegration(config_entry_id=entry.entry_id)
        return FirmwareInfo(
            device=SERIAL, firmware_type=ApplicationType.SPINEL, firmware_version=None, source="otbr", owners=[owner]
        )


async def test_the_radio_of_a_border_router_is_its(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await async_setup_component(hass, "homeassistant_hardware", {})
    async_register_firmware_info_provider(hass, "otbr", BorderRouter())
    router = MockConfigEntry(domain="otbr", title="Border router", state=ConfigEntryState.LOADED)
    router.add_to_hass(hass)
    assert await async_user_of(hass, SERIAL) == "otbr"
    assert await async_user_of(hass, TCP_RADIO) == ""
    router.mock_state(hass, ConfigEntryState.NOT_LOADED)
    assert await async_user_of(hass, SERIAL) == ""

    async def fail(*_: object) -> None:
        raise ValueError("no Supervisor")

    monkeypatch.setattr("homeassistant.components.homeassistant_hardware.util.guess_hardware_owners", fail)
    assert await async_user_of(hass, SERIAL) == "", "who does not answer knows of nobody"


def of(plugged: Plugged) -> MockConfigEntry:
    """Return an entry of ours on the stick."""
    device = {"path": plugged.path, "baudrate": 115200, "flow_control": None}
    data = {"kind": "zigbee", "library": "zigpy_znp", "device": device, "form": True}
    return MockConfigEntry(domain=DOMAIN, title="Mine", data=data, unique_id=None)


async def test_an_entry_leaves_a_port_alone_that_somebody_uses_by_now(hass: HomeAssistant, plugged: Plugged) -> None:
    first, second = of(plugged), of(plugged)
    first.add_to_hass(hass)
    second.add_to_hass(hass)
    assert await hass.config_entries.async_setup(first.entry_id)
    await hass.async_block_till_done()
    links = plugged.stick.wire.connections
    assert second.state is ConfigEntryState.SETUP_RETRY
    assert second.error_reason_translation_key == "radio_port_in_use"
    assert second.error_reason_translation_placeholders == {"address": plugged.path, "owner": f"Mine ({DOMAIN})"}
    assert plugged.stick.wire.connections == links
    assert not await hass.config_entries.async_reload(second.entry_id)
    assert second.error_reason_translation_key == "radio_port_in_use"
    await hass.config_entries.async_reload(first.entry_id)
    assert first.state is ConfigEntryState.LOADED, "the one that only asks does not keep it away"


async def test_firmware_is_written_in_peace(hass: HomeAssistant, plugged: Plugged) -> None:
    assert await async_setup_component(hass, "homeassistant_hardware", {})
    async_register_firmware_update_in_progress(hass, plugged.path, "zha")
    entry = of(plugged)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.state, entry.error_reason_translation_key) == (ConfigEntryState.SETUP_RETRY, "radio_being_updated")
    assert plugged.stick.wire.connections == 0
    async_unregister_firmware_update_in_progress(hass, plugged.path, "zha")
    assert await hass.config_entries.async_reload(entry.entry_id)


async def test_a_library_that_cannot_be_installed_is_named(
    hass: HomeAssistant, plugged: Plugged, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RequirementsNotFound(DOMAIN, ["zigpy-znp"])

    monkeypatch.setattr("custom_components.local_things.zigbee.entry.async_process_requirements", fail)
    entry = of(plugged)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.state, entry.error_reason_translation_key) == (ConfigEntryState.SETUP_RETRY, "radio_library_missing")
    assert entry.error_reason_translation_placeholders == {"requirements": "zigpy-znp"}
    form = await answer(hass, await begin(hass), {**radio("socket://127.0.0.1:1")})
    assert form["errors"] == {"base": "no_library"}
    assert plugged.stick.wire.connections == 0


async def test_a_library_that_cannot_be_imported_is_named(
    hass: HomeAssistant, plugged: Plugged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(library: str) -> None:
        raise Rejected(Reason.NOT_SUPPORTED, address=library)

    monkeypatch.setattr("custom_components.local_things.adapters.zigbee.radio._load", fail)
    entry = of(plugged)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.error_reason_translation_placeholders == {"requirements": "zigpy_znp"}
