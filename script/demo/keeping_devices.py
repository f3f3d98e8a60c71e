"""The walk: devices are ignored and removed, and a sensor that tells of the exchange is enabled."""

from playwright.async_api import Page, expect

from .instance import Instance
from .page import (
    BLIND,
    IGNORED,
    LAMP,
    SENSOR,
    card,
    choose_of_entry,
    close_dialog,
    details,
    go,
    open_device,
    open_integration,
    open_integrations,
    submit,
)
from .step import Step

FILTER_MENU = 1
"""Which of the dashboard's two buttons named Menu filters."""


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
    Step(title="open the integration", do=see_integration),
    Step(title="ignore a device", do=ignore_device),
    Step(title="show what is ignored", do=show_ignored),
    Step(title="stop ignoring it", do=stop_ignoring),
    Step(title="remove a device", do=remove_device),
    Step(title="enable a diagnostic sensor", do=enable_last_seen),
    Step(title="see when the device was heard", do=see_last_seen),
)
