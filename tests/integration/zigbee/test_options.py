"""Pairing, direct bindings and groups from the user interface."""

import asyncio

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.translation import async_load_integrations
import pytest
from zigpy.types import EUI64

from custom_components.local_things.adapters.zigbee.pairing import Stage, Step
from custom_components.local_things.const import DOMAIN
from tests.adapters.zigbee.house import until
from tests.house.radio import devices

from .house import Plugged, hub_of, join, shows

CODE = "83FED3407A939723A5C639B26916D505C3B5"


def is_open(plugged: Plugged) -> bool:
    return plugged.stick.network.is_open


async def options(hass: HomeAssistant, entry: ConfigEntry, line: str) -> ConfigFlowResult:
    """Open the options and choose a line."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["step_id"] == "radio_menu"
    return await fill(hass, menu, {"next_step_id": line})


async def fill(hass: HomeAssistant, form: ConfigFlowResult, data: dict[str, object]) -> ConfigFlowResult:
    return await hass.config_entries.options.async_configure(form["flow_id"], data)


async def after_progress(hass: HomeAssistant, flow_id: str) -> ConfigFlowResult:
    """Return what a progress ends with."""
    flows = hass.config_entries.options
    await until(lambda: flows.async_get(flow_id)["step_id"] != "pair")
    return await flows.async_configure(flow_id)


async def test_a_device_is_paired_and_shown_while_it_joins(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    progress = await options(hass, entry, "pair")
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    assert is_open(plugged)
    plugged.stick.network.join(devices.leak())
    done = await after_progress(hass, progress["flow_id"])
    assert done["step_id"] == "paired"
    assert done["description_placeholders"] is not None
    assert done["description_placeholders"]["devices"] == "- House of Zigbee Leak sensor: Ready"
    assert not is_open(plugged)
    await shows(hass, "sensor.zigbee_radio_last_to_join", "ready")
    again = await fill(hass, done, {"next_step_id": "pair"})
    assert is_open(plugged)
    hass.config_entries.options.async_abort(again["flow_id"])
    await until(lambda: not is_open(plugged))
    again = await options(hass, entry, "pair")
    plugged.stick.network.join(devices.smoke())
    done = await fill(hass, await after_progress(hass, again["flow_id"]), {"next_step_id": "finish"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {}


async def test_who_joins_through_whom_is_told_in_the_language_of_the_house(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    plug, silent, leak = devices.plug(), devices.smoke(), devices.leak()
    await join(hass, entry, plugged, plug)
    hass.config.language = "de"
    await async_load_integrations(hass, {DOMAIN})
    progress = await options(hass, entry, "pair")
    leak.model = "![Leak](http://198.51.100.1/x)"
    leak.endpoints[1].servers[0].attributes[5] = leak.model
    leak.parent = plug.nwk
    hub = hub_of(entry)
    hub.joining(Step(ieee=str(silent.ieee), stage=Stage.JOINED))
    plugged.stick.network.join(leak)
    await until(lambda: str(leak.ieee) in hub.network.things)
    await asyncio.sleep(0.1)
    flows = hass.config_entries.options
    assert flows.async_get(progress["flow_id"])["step_id"] == "pair", "somebody is still on the way"
    hub.joining(Step(ieee=str(silent.ieee), stage=Stage.FAILED))
    done = await after_progress(hass, progress["flow_id"])
    assert done["description_placeholders"] is not None
    lines = done["description_placeholders"]["devices"].splitlines()
    assert f"- {silent.ieee}: Hat nicht geantwortet" in lines
    through = r"\(Metering plug\): Bereit"
    assert rf"- House of Zigbee \!\[Leak\]\(http://198.51.100.1/x\) {through}" in lines


async def test_t16_whoever_opens_the_network_opens_it_for_254_seconds_at_most(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The radio closes it by itself: nobody here has to live that long. 255 would be for ever (2.4.3.3.7)."""
    asked: list[int] = []
    application = hub_of(entry).network.application
    permit = application.permit

    async def noted(seconds: int = 60, node: EUI64 | str | None = None) -> None:
        asked.append(seconds)
        await permit(seconds, node)

    monkeypatch.setattr(application, "permit", noted)
    assert not is_open(plugged)
    button = {"entity_id": "button.zigbee_radio_permit_joining"}
    await hass.services.async_call("button", "press", button, blocking=True)
    assert is_open(plugged)
    progress = await options(hass, entry, "pair")
    assert progress["description_placeholders"] is not None, "it is shown while it is open"
    hass.config_entries.options.async_abort(progress["flow_id"])
    await until(lambda: not is_open(plugged))
    assert len(asked) >= 3
    assert max(asked) == 254
    assert asked[-1] == 0


async def test_an_install_code_lets_one_device_in(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> None:
    form = await options(hass, entry, "install_code")
    ieee = str(devices.address(77))
    for wrong in ({"ieee": ieee, "code": CODE[:-1] + "0"}, {"ieee": "nobody", "code": CODE}):
        form = await fill(hass, form, {**wrong})
        assert form["errors"] == {"base": "bad_code"}
    progress = await fill(hass, form, {"ieee": ieee, "code": CODE})
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    assert devices.address(77) in plugged.stick.network.install_codes
    hass.config_entries.options.async_abort(progress["flow_id"])
    await hass.async_block_till_done()


async def test_a_remote_works_a_lamp_with_nobody_between(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp, remote = devices.light(), devices.remote()
    await join(hass, entry, plugged, lamp)
    await join(hass, entry, plugged, remote)
    form = await options(hass, entry, "bind")
    form = await fill(hass, form, {"source": str(remote.ieee)})
    assert form["step_id"] == "bind_to"
    done = await fill(hass, form, {"target": str(lamp.ieee)})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not plugged.stick.wire.is_used
    sent = plugged.stick.network.frames_from_host
    for is_on in (True, False):
        remote.send(1, 6, "toggle")
        await until(lambda: lamp.value(1, 6, "on_off") is is_on)  # noqa: B023 - it is awaited here
    assert plugged.stick.network.frames_from_host == sent
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    form = await fill(hass, await options(hass, entry, "bound"), {"source": str(remote.ieee)})
    assert form["data_schema"] is not None
    (field,) = form["data_schema"].schema.values()
    listed = [one["value"] for one in field.config["options"]]
    assert listed
    done = await fill(hass, form, {"bindings": listed})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    left = await fill(hass, await options(hass, entry, "bound"), {"source": str(remote.ieee)})
    assert left["data_schema"] is not None
    (field,) = left["data_schema"].schema.values()
    assert field.config["options"] == []

    await hub_of(entry).network.remove(str(lamp.ieee))
    nothing = await fill(hass, await options(hass, entry, "bind"), {"source": str(remote.ieee)})
    assert nothing["reason"] == "nothing_to_bind"
    await hub_of(entry).network.remove(str(remote.ieee))
    nothing = await options(hass, entry, "bind")
    assert nothing["reason"] == "nothing_to_bind"


async def test_a_remote_works_a_group(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> None:
    lamp, plug, remote = devices.light(), devices.plug(), devices.remote()
    for device in (lamp, plug, remote):
        await join(hass, entry, plugged, device)
    form = await options(hass, entry, "make_group")
    members = [str(lamp.ieee), str(plug.ieee)]
    done = await fill(hass, form, {"name": "Kitchen", "members": members})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    form = await fill(hass, await options(hass, entry, "bind"), {"source": str(remote.ieee)})
    done = await fill(hass, form, {"target": "group:1"})
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    remote.send(1, 6, "on")
    await until(lambda: lamp.value(1, 6, "on_off") and plug.value(1, 6, "on_off"))


async def test_what_a_device_does_not_answer_is_said(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> None:
    lamp, remote = devices.light(), devices.remote()
    await join(hass, entry, plugged, lamp)
    await join(hass, entry, plugged, remote)
    lamp.away = remote.away = True
    form = await fill(hass, await options(hass, entry, "bind"), {"source": str(remote.ieee)})
    form = await fill(hass, form, {"target": str(lamp.ieee)})
    assert form["errors"] == {"base": "not_done"}
    form = await fill(hass, await options(hass, entry, "bound"), {"source": str(remote.ieee)})
    assert form["errors"] == {"base": "not_done"}
    form = await options(hass, entry, "make_group")
    form = await fill(hass, form, {"name": "Kitchen", "members": [str(lamp.ieee)]})
    assert form["errors"] == {"base": "not_done"}


async def test_without_a_radio_there_is_nothing_to_choose(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    remote = devices.remote()
    await join(hass, entry, plugged, remote)
    pairing, binding = await hass.config_entries.options.async_init(entry.entry_id), await options(hass, entry, "bind")
    await plugged.stick.wire.close()
    await until(lambda: hub_of(entry).problem)
    assert (await fill(hass, pairing, {"next_step_id": "pair"}))["reason"] == "radio_not_running"
    assert (await fill(hass, binding, {"source": str(remote.ieee)}))["reason"] == "radio_not_running"
    ended = await hass.config_entries.options.async_init(entry.entry_id)
    assert ended["reason"] == "radio_not_running"
