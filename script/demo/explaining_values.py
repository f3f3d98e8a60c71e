"""The walk: a value that nobody understands is explained, and the settings are looked at."""

import re

from playwright.async_api import Page, expect

from .instance import Instance
from .page import TANK, accept, choose_of_device, choose_of_entry, close_dialog, dialog, go, open_device, submit
from .step import Step

VALUE = "x/tank"
"""What nobody understands of the water tank."""

NAME = "Rain water"
"""How the user calls it."""


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


STEPS = (
    Step(title="meet what nobody understands", do=see_repair),
    Step(title="explain a value", do=see_menu),
    Step(title="choose its quantity and unit", do=choose_quantity),
    Step(title="see the new sensor", do=see_explained),
    Step(title="share the mapping", do=share_mapping),
    Step(title="look at the settings", do=see_settings),
)
