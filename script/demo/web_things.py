"""The walk: a Web Thing over CoAP is accepted, one over HTTP is added by its address; both are read and controlled."""

from playwright.async_api import Page, expect

from .instance import Instance
from .page import (
    THING,
    THING_ADDRESS,
    WARM_THING,
    accept,
    dialog,
    finish,
    open_device,
    open_integration,
    reading,
    see_other_value,
    submit,
)
from .step import Step


async def accept_thing(page: Page, instance: Instance) -> None:
    """Accept the radiator from its card; a thermostat is made of its values."""
    await accept(page, instance, WARM_THING)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()
    await expect(page.locator("hui-climate-entity-row")).to_be_visible()


async def enter_address(page: Page, _instance: Instance) -> None:
    """Enter the address of the desk, as Home Assistant hears no announcements on loopback; read what is trusted."""
    await open_integration(page)
    await page.get_by_role("button", name="Add device by address").click()
    await dialog(page).locator("input").fill(THING_ADDRESS)
    await submit(page)
    await expect(page.get_by_text("Add it only if you know this device")).to_be_visible()


async def see_thing(page: Page, _instance: Instance) -> None:
    """Add it; on its page is also the power, a value inside an object."""
    await submit(page)
    await finish(page)
    await open_device(page, THING)
    await expect(reading(page, "Power", "W")).to_be_visible()


async def see_push(page: Page, _instance: Instance) -> None:
    """Wait until its temperature is another: the device pushed it."""
    await see_other_value(reading(page, "Temperature", "°C"))


async def switch_thing(page: Page, _instance: Instance) -> None:
    """Turn its lamp on; it is shown as on once the device confirmed."""
    await page.locator("ha-entity-toggle").first.click()
    await expect(page.locator("ha-logbook").get_by_text("On", exact=True)).to_be_visible()


STEPS = (
    Step(title="accept a Web Thing over CoAP", do=accept_thing),
    Step(title="add a Web Thing by its address", do=enter_address),
    Step(title="see its values", do=see_thing),
    Step(title="see it push a value", do=see_push),
    Step(title="switch its lamp", do=switch_thing),
)
