"""What the steps of the walk share: where things are on the pages of Home Assistant's frontend."""

import re

from playwright.async_api import Locator, Page, expect

from .instance import Instance

# Of the simulated house.
SENSOR = "Hall"
LAMP = "Dimmable lamp"
WHITE_LAMP = "Reading lamp"
BLIND = "Blind"
TANK = "Water tank"
IGNORED = "Leak detector"
THING = "Desk"
THING_ADDRESS = "http://127.0.0.31:8080"
WARM_THING = "Radiator"
SWITCH = "switch"

NETWORK = "Local network"
"""The title of the integration's entry."""


_DEVICE = """
name => {
  const named = Object.values(document.querySelector("home-assistant").hass.devices)
    .filter(device => (device.name_by_user || device.name) === name);
  return (named.find(device => device.entry_type !== "service") || named[0])?.id;
}
"""


async def go(page: Page, path: str) -> None:
    """Open a page as a link in the frontend does: nothing is loaded anew."""
    script = "path => { history.pushState(null, '', path); window.dispatchEvent(new CustomEvent('location-changed')); }"
    await page.evaluate(script, path)


async def open_integrations(page: Page, _instance: Instance) -> None:
    """Open Settings, Devices & services."""
    await go(page, "/config/integrations/dashboard")
    await expect(page.get_by_role("button", name="Add integration")).to_be_visible()


async def open_integration(page: Page) -> None:
    """Open the integration's page."""
    await go(page, "/config/integrations/integration/local_things")
    await expect(entry(page)).to_be_visible()


async def open_device(page: Page, device: str) -> None:
    """Open the page of a device by its name, as a link to it does: a long list of devices is not all in the page.

    Loads and limits of a budget are devices too, and may have the name of what they stand for: that comes first.
    """
    found = await page.wait_for_function(_DEVICE, arg=device)
    await go(page, f"/config/devices/device/{await found.json_value()}")
    await expect(page.locator("ha-device-info-card")).to_be_visible()


async def accept(page: Page, instance: Instance, device: str) -> None:
    """Accept a device from its card, as it is offered, and open its page."""
    await open_integrations(page, instance)
    await card(page, device).get_by_role("button", name="Add").click()
    await submit(page)
    await expect(page.get_by_text(f"{device} was added")).to_be_visible()
    await close_dialog(page)
    await open_device(page, device)


async def choose_of_device(page: Page, device: str, what: str) -> None:
    """Choose one line of the menu behind the gear of an accepted device."""
    await open_integration(page)
    row = page.locator("ha-config-sub-entry-row").filter(has=page.get_by_text(device, exact=True))
    await row.get_by_role("button", name="Address, key and values").click()
    await dialog(page).get_by_text(what, exact=True).click()


async def choose_of_entry(page: Page, what: str) -> None:
    """Choose one line of the menu of the integration's entry."""
    await open_integration(page)
    await entry(page).get_by_role("button", name="Menu").first.click()
    await page.get_by_role("menuitem", name=what).click()


async def choose_kind(page: Page) -> None:
    """Ask for a further entry on the integration's page; where devices are discovered, they are offered first."""
    await open_integration(page)
    await page.get_by_role("button", name="Add hub").click()
    await page.locator("dialog-add-integration").get_by_text("another instance of Local Things").click()


async def choose(page: Page, selector: Locator, name: str) -> None:
    """Choose an entity or a device, one more where there can be several, by its name or its id."""
    # Near its left end, where there is also what adds a further one.
    await selector.locator("ha-generic-picker #picker").last.click(position={"x": 40, "y": 15})
    await page.locator("ha-picker-combo-box input").fill(name)
    await page.locator("ha-picker-combo-box ha-combo-box-item").first.click()
    await expect(page.locator("ha-picker-combo-box")).to_have_count(0)


async def submit(page: Page) -> None:
    """Send the form of the open dialog."""
    await dialog(page).get_by_role("button", name="Submit").click()


async def finish(page: Page) -> None:
    """Close the dialog of a flow that has made something."""
    await dialog(page).get_by_role("button", name=re.compile("inish")).click()
    await expect(page.locator("dialog-data-entry-flow ha-dialog")).to_have_count(0)


async def see_other_value(value: Locator) -> None:
    """Wait until another number is shown."""
    # The number alone is compared: the browser and the driver differ about the space before the unit.
    number = (await value.inner_text()).split()[0]
    await expect(value).to_have_text(re.compile(rf"^\s*{re.escape(number)}\s"))
    await expect(value).not_to_have_text(re.compile(rf"^\s*{re.escape(number)}\s"))


async def close_dialog(page: Page) -> None:
    """Close the dialog with the button at its foot; the cross at its head has the same name."""
    await dialog(page).get_by_role("button", name="Close").last.click()
    await expect(page.locator("dialog-data-entry-flow ha-dialog")).to_have_count(0)


def card(page: Page, device: str) -> Locator:
    """Return the discovery card of a device."""
    return page.locator("ha-config-flow-card").filter(has=page.get_by_text(device, exact=True))


def dialog(page: Page) -> Locator:
    """Return the dialog of a flow."""
    return page.locator("dialog-data-entry-flow")


def entry(page: Page) -> Locator:
    """Return the integration's entry on its page."""
    return page.locator("ha-config-entry-row").filter(has=page.get_by_text(NETWORK, exact=True))


def details(page: Page) -> Locator:
    """Return the dialog of one entity."""
    return page.locator("ha-more-info-dialog")


def reading(page: Page, name: str, unit: str) -> Locator:
    """Return what a sensor shows on its device's page."""
    return page.locator("hui-sensor-entity-row", has_text=name).get_by_text(unit)
