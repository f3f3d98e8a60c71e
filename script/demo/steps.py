"""The steps of the walk: what a user does, in order, and what must then be seen."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import re

from playwright.async_api import Page, expect

from .instance import Instance
from .page import (
    BLIND,
    IGNORED,
    LAMP,
    SENSOR,
    TANK,
    WHITE_LAMP,
    accept,
    card,
    choose_of_device,
    choose_of_entry,
    close_dialog,
    details,
    dialog,
    go,
    open_device,
    open_integration,
    open_integrations,
    reading,
    submit,
)

FILTER_MENU = 1
"""Which of the dashboard's two buttons named Menu filters."""

VALUE = "x/tank"
"""What nobody understands of the water tank."""

NAME = "Rain water"
"""How the user calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the user does, and what must then be seen."""

    title: str
    do: Callable[[Page, Instance], Awaitable[None]]


# ------------------------------------------------------------------------------------------------- set up, accept


async def log_in(page: Page, instance: Instance) -> None:
    """Type user and password into the login page."""
    await page.goto(instance.address)
    await page.fill('input[name="username"]', instance.user)
    await page.fill('input[name="password"]', instance.password)
    await page.press('input[name="password"]', "Enter")
    await page.wait_for_selector("home-assistant-main", state="attached")


async def load_integrations(page: Page, instance: Instance) -> None:
    """Open Settings, Devices & services, by its address: the frontend may still be starting, and lose a click."""
    await page.goto(f"{instance.address}/config/integrations/dashboard")
    await expect(page.get_by_role("button", name="Add integration")).to_be_visible()


async def choose_integration(page: Page, _instance: Instance) -> None:
    """Find Local Things among the integrations and read what it is about to do."""
    await page.get_by_role("button", name="Add integration").click()
    choice = page.locator("dialog-add-integration")
    await choice.locator("input").fill("Local Things")
    await choice.get_by_text("Local Things", exact=True).click()
    await expect(page.get_by_text("Local Things looks for devices on these networks")).to_be_visible()


async def add_integration(page: Page, _instance: Instance) -> None:
    """Confirm; Home Assistant goes on to the integration's page."""
    await submit(page)
    await page.get_by_role("button", name="Finish").click()
    await expect(page.get_by_role("button", name="Add device by address")).to_be_visible()


async def see_cards(page: Page, instance: Instance) -> None:
    """Go back: the devices of the house are discovered by multicast, and each has a card."""
    # Loaded anew: the frontend loses some of the cards that come while it opens the page.
    await load_integrations(page, instance)
    for device in (SENSOR, LAMP, WHITE_LAMP, BLIND, TANK, IGNORED):
        await expect(card(page, device)).to_be_visible()


async def read_card(page: Page, _instance: Instance) -> None:
    """Choose Add on the multi-sensor's card and read what is being trusted."""
    await card(page, SENSOR).get_by_role("button", name="Add").click()
    await expect(page.get_by_text("Add it only if you know this device")).to_be_visible()


async def accept_sensor(page: Page, _instance: Instance) -> None:
    """Accept the multi-sensor."""
    await submit(page)
    await expect(page.get_by_text(f"{SENSOR} was added")).to_be_visible()
    await close_dialog(page)
    await expect(card(page, SENSOR)).to_have_count(0)


async def open_sensor(page: Page, _instance: Instance) -> None:
    """Open the device's page: its entities are there and have values."""
    await open_device(page, SENSOR)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()


async def see_value_change(page: Page, _instance: Instance) -> None:
    """Wait until the temperature shown is another: the device pushed it."""
    temperature = reading(page, "Temperature", "°C")
    # The number alone is compared: the browser and the driver differ about the space before the unit.
    number = (await temperature.inner_text()).split()[0]
    await expect(temperature).to_have_text(re.compile(rf"^\s*{re.escape(number)}\s"))
    await expect(temperature).not_to_have_text(re.compile(rf"^\s*{re.escape(number)}\s"))


# ------------------------------------------------------------------------------------------------------- controls


async def accept_lamp(page: Page, instance: Instance) -> None:
    """Accept the lamp and open its page."""
    await accept(page, instance, LAMP)
    await expect(page.get_by_role("switch")).not_to_be_checked()


async def switch_lamp(page: Page, _instance: Instance) -> None:
    """Turn the lamp on; it is shown as on once the device confirmed."""
    await page.locator("ha-entity-toggle").click()
    await expect(page.locator("ha-logbook").get_by_text("On", exact=True)).to_be_visible()
    await expect(page.get_by_role("switch")).to_be_checked()


async def change_white(page: Page, instance: Instance) -> None:
    """Turn the OCF lamp on and make its white warmer; Home Assistant shows what the lamp then says."""
    await accept(page, instance, WHITE_LAMP)
    await page.locator("ha-entity-toggle").click()
    await page.locator("hui-toggle-entity-row state-badge").click()
    await details(page).get_by_role("button", name="Temperature").click()
    slider = details(page).get_by_role("slider", name="Temperature")
    before = await slider.get_attribute("aria-valuenow") or ""
    await slider.press("PageDown")
    await expect(slider).not_to_have_attribute("aria-valuenow", before)
    # Closed and opened again, it starts from the state, which is what the lamp confirmed.
    after = await slider.get_attribute("aria-valuenow") or ""
    await expect(details(page).get_by_text("60%")).to_be_visible()
    await page.wait_for_function(_IS_WHITE, arg=["light.reading_lamp", int(after)])


_IS_WHITE = """
([entity, kelvin]) => {
  const state = document.querySelector("home-assistant").hass.states[entity];
  return Math.abs(state.attributes.color_temp_kelvin - kelvin) < kelvin / 50;
}
"""
"""Lamps count in mireds: what they say back is near what was asked for."""


async def close_blind(page: Page, instance: Instance) -> None:
    """Close the blind; it is shown as closed once its position says so."""
    await page.keyboard.press("Escape")
    await accept(page, instance, BLIND)
    await page.locator("hui-cover-entity-row").get_by_role("button", name="Close").click()
    await expect(page.locator("ha-logbook").get_by_text("Closed", exact=True)).to_be_visible()


# ------------------------------------------------------------------------------------------------ unknown values


async def see_repair(page: Page, instance: Instance) -> None:
    """Accept a device of which nothing is understood: a repair says what to do."""
    await accept(page, instance, TANK)
    await go(page, "/config/repairs")
    await page.get_by_text(f"Nobody understands the values of {TANK}").click()
    await expect(page.get_by_text("and explain what they are")).to_be_visible()


async def see_menu(page: Page, _instance: Instance) -> None:
    """Choose the gear of the device, then Explain a value: the value is there, with what it says now."""
    await page.keyboard.press("Escape")
    await choose_of_device(page, TANK, "Explain a value")
    await expect(dialog(page).get_by_text(f"{VALUE}: ").last).to_be_visible()


async def choose_quantity(page: Page, _instance: Instance) -> None:
    """Say what the value is; the units that fit are offered."""
    await dialog(page).locator("ha-selector-select").nth(1).click()
    await page.get_by_text("Distance", exact=True).click()
    await submit(page)
    unit = dialog(page).locator("ha-selector-select")
    await expect(unit).to_have_count(1)
    # The name first: what is typed while the list of units closes is lost.
    name = dialog(page).locator("ha-selector-text input")
    await name.fill(NAME)
    await unit.click()
    await page.get_by_text("cm", exact=True).click()
    await expect(unit.get_by_text("cm", exact=True)).to_be_visible()
    await expect(name).to_have_value(NAME)


async def see_explained(page: Page, _instance: Instance) -> None:
    """Confirm; the new sensor is on the device's page, in the unit of Home Assistant, and the repair is gone."""
    await submit(page)
    await expect(page.get_by_text("is shown accordingly")).to_be_visible()
    await close_dialog(page)
    await open_device(page, TANK)
    await expect(page.locator("hui-sensor-entity-row", has_text=re.compile(r"0\.\d+\sm\b"))).to_be_visible()
    await expect(page.get_by_text(NAME, exact=True).first).to_be_visible()


async def share_mapping(page: Page, _instance: Instance) -> None:
    """Look at what can be shared of it."""
    await choose_of_device(page, TANK, "Share the mapping")
    text = await dialog(page).locator("textarea").input_value()
    if not ('"x/tank"' in text and '"cm"' in text and "SH-TANK" not in text):
        raise AssertionError(f"this is not what was explained: {text}")


async def see_settings(page: Page, _instance: Instance) -> None:
    """Look at how the network is searched, and leave all as it is."""
    await submit(page)
    await close_dialog(page)
    await choose_of_entry(page, "Reconfigure")
    await dialog(page).get_by_text("CoAP", exact=True).click()
    await expect(dialog(page).get_by_text("Let devices register here").first).to_be_visible()


# -------------------------------------------------------------------------------------------- ignoring, removing


async def see_integration(page: Page, _instance: Instance) -> None:
    """Open the integration's page: what is accepted, and what is discovered."""
    await submit(page)
    await close_dialog(page)
    await open_integration(page)
    for device in (SENSOR, LAMP, IGNORED):
        await expect(page.get_by_text(device, exact=True).first).to_be_visible()


async def ignore_device(page: Page, instance: Instance) -> None:
    """Ignore a device that was discovered; its card goes."""
    await open_integrations(page, instance)
    await card(page, IGNORED).get_by_role("button", name="Ignore").click()
    await page.locator("dialog-box").get_by_role("button", name="Ignore").click()
    await expect(card(page, IGNORED)).to_have_count(0)


async def show_ignored(page: Page, _instance: Instance) -> None:
    """Let the page show what is ignored."""
    await page.locator("ha-config-integrations-dashboard").get_by_role("button", name="Menu").nth(FILTER_MENU).click()
    await page.get_by_role("menuitemcheckbox", name="Show ignored").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("ha-ignored-config-entry-card", has_text=IGNORED)).to_be_visible()


async def stop_ignoring(page: Page, _instance: Instance) -> None:
    """Stop ignoring the device; it is discovered again."""
    ignored = page.locator("ha-ignored-config-entry-card", has_text=IGNORED)
    await ignored.get_by_role("button", name="Stop ignoring").click()
    await page.locator("dialog-box").get_by_role("button", name="Stop ignoring").click()
    await expect(ignored).to_have_count(0)
    await expect(card(page, IGNORED)).to_be_visible()


async def remove_device(page: Page, _instance: Instance) -> None:
    """Delete the multi-sensor from its page; nothing of it is left among the devices."""
    await open_device(page, SENSOR)
    await page.locator("ha-device-info-card").get_by_role("button", name="Menu").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.locator("dialog-box").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("not found")).to_be_visible()
    await go(page, "/config/devices/dashboard")
    await expect(page.get_by_text(LAMP, exact=True).first).to_be_visible()
    await expect(page.get_by_text(SENSOR, exact=True)).to_have_count(0)


async def enable_last_seen(page: Page, _instance: Instance) -> None:
    """Enable one of the sensors that tell of the exchange with the device."""
    await open_device(page, BLIND)
    await page.get_by_text("disabled entities").click()
    await page.get_by_text("Last seen", exact=True).click()
    await details(page).get_by_role("button", name="Settings").click()
    await details(page).get_by_role("button", name="Enable").click()
    await expect(page.get_by_text("The enabled entities will be added")).to_be_visible()


async def see_last_seen(page: Page, _instance: Instance) -> None:
    """Reload the entry rather than wait until Home Assistant does; the sensor has a value."""
    await page.reload()
    await choose_of_entry(page, "Reload")
    await open_device(page, BLIND)
    await expect(page.locator("hui-sensor-entity-row", has_text="Last seen")).to_be_visible()
    await page.wait_for_function(_IS_DATE, arg="sensor.blind_last_seen")


_IS_DATE = """
entity => !isNaN(Date.parse(document.querySelector("home-assistant").hass.states[entity]?.state))
"""


STEPS = (
    Step(title="log in", do=log_in),
    Step(title="open devices and services", do=load_integrations),
    Step(title="choose the integration", do=choose_integration),
    Step(title="add the integration", do=add_integration),
    Step(title="see the cards", do=see_cards),
    Step(title="read the card of the sensor", do=read_card),
    Step(title="accept the sensor", do=accept_sensor),
    Step(title="open the device", do=open_sensor),
    Step(title="see a value change", do=see_value_change),
    Step(title="accept the lamp", do=accept_lamp),
    Step(title="switch the lamp", do=switch_lamp),
    Step(title="change the white of a lamp", do=change_white),
    Step(title="close a blind", do=close_blind),
    Step(title="meet what nobody understands", do=see_repair),
    Step(title="explain a value", do=see_menu),
    Step(title="choose its quantity and unit", do=choose_quantity),
    Step(title="see the new sensor", do=see_explained),
    Step(title="share the mapping", do=share_mapping),
    Step(title="look at the settings", do=see_settings),
    Step(title="open the integration", do=see_integration),
    Step(title="ignore a device", do=ignore_device),
    Step(title="show what is ignored", do=show_ignored),
    Step(title="stop ignoring it", do=stop_ignoring),
    Step(title="remove a device", do=remove_device),
    Step(title="enable a diagnostic sensor", do=enable_last_seen),
    Step(title="see when the device was heard", do=see_last_seen),
)
