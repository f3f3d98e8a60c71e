"""A radio of our own: added only after asking, its devices as entities, lost and found again, gone without a trace."""

import asyncio
import json
import logging
from pathlib import Path
import stat

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN, ISSUE_RADIO
from custom_components.local_things.diagnostics import async_get_config_entry_diagnostics
from custom_components.local_things.zigbee.entry import folder_of
from tests.adapters.zigbee.house import until
from tests.house.radio import devices, plugged_in

from .house import Plugged, add, answer, begin, choose, entities, hub_of, join, radio, shows


def is_formed(plugged: Plugged) -> bool:
    return plugged.stick.nvram.is_formed


async def test_nothing_is_formed_before_it_was_asked(hass: HomeAssistant, plugged: Plugged) -> None:
    menu = await answer(hass, await begin(hass), radio(plugged.path))
    assert menu["step_id"] == "radio_network"
    assert menu["menu_options"] == ["form_network", "restore_network"], "there is none to keep"
    form = await choose(hass, menu, "form_network")
    assert not is_formed(plugged)
    done = await answer(hass, form, {})
    assert done["type"] == "create_entry", done
    assert is_formed(plugged)
    await hass.async_block_till_done()


async def test_a_light_is_switched_and_a_cable_is_pulled(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp = devices.light()
    await join(hass, entry, plugged, lamp)
    (entity_id,) = hass.states.async_entity_ids("light")
    await shows(hass, entity_id, "off")
    await hass.services.async_call("light", "turn_on", {"entity_id": entity_id}, blocking=True)
    assert lamp.value(1, 6, "on_off")
    await shows(hass, entity_id, "on")
    registry = dr.async_get(hass)
    device = next(
        one for one in dr.async_entries_for_config_entry(registry, entry.entry_id) if one.via_device_id is not None
    )
    assert device.connections == {(dr.CONNECTION_ZIGBEE, str(lamp.ieee))}
    await shows(hass, "binary_sensor.zigbee_radio_radio", "on")
    await plugged.stick.wire.close()
    await shows(hass, entity_id, "unavailable")
    await shows(hass, "binary_sensor.zigbee_radio_radio", "off")
    await plugged.stick.wire.listen()
    await shows(hass, entity_id, "on")


async def test_a_port_that_somebody_uses_is_refused_by_name_and_not_opened(
    hass: HomeAssistant, plugged: Plugged
) -> None:
    zha = MockConfigEntry(
        domain="zha", title="My stick", data={"device": {"path": plugged.path}}, state=ConfigEntryState.SETUP_RETRY
    )
    zha.add_to_hass(hass)
    form = await answer(hass, await begin(hass), radio(plugged.path))
    assert form["errors"] == {"base": "port_in_use"}
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["owner"] == "My stick (zha)"
    assert plugged.stick.wire.connections == 0
    form = await answer(hass, form, {**radio(""), "library": "bellows"})
    assert form["errors"] == {"base": "no_port"}
    form = await answer(hass, form, radio("socket://127.0.0.1:1"))
    assert form["errors"] == {"base": "no_radio"}


async def test_a_network_is_kept_or_brought_back_from_a_backup(hass: HomeAssistant, plugged: Plugged) -> None:
    entry = await add(hass, plugged)
    application = hub_of(entry).network.application
    kept_backup = application.backups.most_recent_backup()
    assert kept_backup is not None
    backup = json.dumps(kept_backup.as_open_coordinator_json())
    pan = application.state.network_info.extended_pan_id
    assert await hass.config_entries.async_remove(entry.entry_id)
    menu = await answer(hass, await begin(hass), radio(plugged.path))
    done = await choose(hass, menu, "keep_network")
    kept = done["result"]
    await hass.async_block_till_done()
    assert hub_of(kept).network.application.state.network_info.extended_pan_id == pan
    await hass.config_entries.async_unload(kept.entry_id)
    async with plugged_in(2) as (_, path):
        menu = await answer(hass, await begin(hass), radio(path))
        form = await choose(hass, menu, "restore_network")
        for wrong in ("no backup", "{}", backup[:-1]):
            form = await answer(hass, form, {"backup": wrong})
            assert form["errors"] == {"base": "bad_backup"}
        await hass.config_entries.async_remove(kept.entry_id)
        done = await answer(hass, form, {"backup": backup})
        await hass.async_block_till_done()
        network = hub_of(done["result"]).network.application.state.network_info
        assert network.extended_pan_id == pan
        await hass.config_entries.async_unload(done["result"].entry_id)


async def test_nothing_is_left_of_a_removed_entry_or_device(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp, leak = devices.light(), devices.leak()
    await join(hass, entry, plugged, lamp)
    await join(hass, entry, plugged, leak)
    registry = dr.async_get(hass)
    (there,) = [
        one
        for one in dr.async_entries_for_config_entry(registry, entry.entry_id)
        if (dr.CONNECTION_ZIGBEE, str(lamp.ieee)) in one.connections
    ]
    radio_device = registry.async_get_device_by_identifier((DOMAIN, entry.entry_id), entry.entry_id)
    assert radio_device is not None
    assert not await async_remove_config_entry_device(hass, entry, radio_device)
    assert await async_remove_config_entry_device(hass, entry, there)
    await until(lambda: registry.async_get(there.id) is None and lamp.nwk not in plugged.stick.network.devices)
    assert not hass.states.async_entity_ids("light")
    # Reloaded, the other is there again with its last value.
    leak.alarm()
    (entity_id,) = [
        one.entity_id for one in hass.states.async_all() if one.attributes.get("device_class") == "moisture"
    ]
    await shows(hass, entity_id, "on")
    assert await hass.config_entries.async_reload(entry.entry_id)
    await shows(hass, entity_id, "on")
    folder = folder_of(hass, entry)
    assert (folder / "zigbee.db").exists()
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not folder.exists()
    assert not entities(hass, entry)
    assert not dr.async_entries_for_config_entry(registry, entry.entry_id)


async def test_diagnostics_hold_no_address_and_no_key(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp = devices.light()
    await join(hass, entry, plugged, lamp)
    state = hub_of(entry).network.application.state
    text = json.dumps(await async_get_config_entry_diagnostics(hass, entry)).lower()
    assert "house of zigbee" in text
    secrets = (
        *(str(lamp.ieee), str(lamp.ieee).replace(":", ""), str(state.node_info.ieee)),
        *(str(state.network_info.network_key.key), str(state.network_info.extended_pan_id), plugged.path),
    )
    assert [secret for secret in secrets if secret.lower() in text] == []


def _holding(folder: Path, *forms: bytes) -> dict[Path, int]:
    """Return the files below a folder that hold any of these, each with who may open the folder that it is in."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = (path for path in files if any(form in path.read_bytes().lower() for form in forms))
    return {path: stat.S_IMODE(path.parent.stat().st_mode) for path in found}


async def test_t16_the_key_of_the_network_is_in_a_private_folder_alone(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await join(hass, entry, plugged, devices.light())
    assert await hass.config_entries.async_reload(entry.entry_id)  # so that there is a copy of the database
    key = bytes(hub_of(entry).network.application.state.network_info.network_key.key.serialize())
    forms = (key, key.hex().encode(), key.hex(":").encode())
    told = json.dumps(await async_get_config_entry_diagnostics(hass, entry)).lower()
    told += repr(entry.as_dict()).lower() + repr(hass.states.async_all()).lower()
    told += repr([one.translation_placeholders for one in ir.async_get(hass).issues.values()]).lower()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components")]
    told += "\n".join(ours).lower()
    assert [form for form in forms[1:] if form.decode() in told] == []
    await hass.config_entries.async_unload(entry.entry_id)
    config = Path(hass.config.config_dir)
    found = await asyncio.to_thread(_holding, config, *forms)
    assert {path.name for path in found} >= {"zigbee.db", "zigbee.bak"}
    assert {path.parent for path in found} == {folder_of(hass, entry)}
    assert set(found.values()) == {0o700}
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert await asyncio.to_thread(_holding, config, *forms) == {}


async def test_a_blank_stick_takes_over_only_when_it_is_asked_to(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    pan = hub_of(entry).network.application.state.network_info.extended_pan_id
    async with plugged_in(2) as (stick, path):
        for form_it in (False, True):
            form = await hass.config_entries.flow.async_init(
                DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
            )
            assert form["step_id"] == "moved_radio"
            done = await answer(hass, form, {**radio(path), "form": form_it})
            assert done["reason"] == "reconfigure_successful"
            await hass.async_block_till_done()
            assert stick.nvram.is_formed == form_it
            if not form_it:
                assert entry.error_reason_translation_key == "network_missing"
        assert hub_of(entry).network.application.state.network_info.extended_pan_id == pan
        assert "form" not in entry.data
        await hass.config_entries.async_unload(entry.entry_id)


async def test_a_radio_that_stays_away_is_told_until_it_is_back(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues = ir.async_get(hass)
    issue = f"{ISSUE_RADIO}_{entry.entry_id}"
    monkeypatch.setattr("custom_components.local_things.zigbee.hub._PATIENCE_S", 0.1)
    await plugged.stick.wire.close()
    await until(lambda: issues.async_get_issue(DOMAIN, issue))
    with pytest.raises(HomeAssistantError):
        await hub_of(entry).make_entities(Platform.BUTTON)[0].async_press()  # type: ignore[attr-defined]  # a button
    await plugged.stick.wire.listen()
    await until(lambda: issues.async_get_issue(DOMAIN, issue) is None)


async def test_a_stick_that_does_not_answer_is_tried_again(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    await plugged.stick.wire.close()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "not_answering"


async def test_a_form_says_what_failed(hass: HomeAssistant, plugged: Plugged) -> None:
    menu = await answer(hass, await begin(hass), radio(plugged.path))
    form = await choose(hass, menu, "form_network")
    await plugged.stick.wire.close()
    assert (await answer(hass, form, {}))["errors"] == {"base": "no_radio"}
