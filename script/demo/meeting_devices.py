"""The walk: Local Things is set up, devices are found, accepted and controlled."""

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
    close_dialog,
    details,
    open_device,
    reading,
    see_other_value,
    submit,
)
from .step import Step


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
    await page.get_by_text("Local network: its devices are found by themselves").click()
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
    await see_other_value(reading(page, "Temperature", "°C"))


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
)
