"""The main job, walked in a headless Chromium the way a user does it: one step, one picture."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
import re
import shutil
import tempfile

from playwright.async_api import (
    BrowserContext,
    Error as PlaywrightError,
    Locator,
    Page,
    Route,
    async_playwright,
    expect,
)

from .instance import DemoError, Instance, say

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # root may not use the sandbox, and nothing but our own Home Assistant is shown
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Of the simulated house.
SENSOR = "Hall"
LAMP = "Dimmable lamp"
IGNORED = "Leak detector"

FILTER_MENU = 1
"""Which of the dashboard's two buttons named Menu filters."""

STEP_MS = 30_000
SETTLE_MS = 1_500
"""How long the frontend's animations run after a step; for the pictures, not for the checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the user does, and what must then be seen."""

    title: str
    do: Callable[[Page, Instance], Awaitable[None]]


async def log_in(page: Page, instance: Instance) -> None:
    """Type user and password into the login page."""
    await page.goto(instance.address)
    await page.fill('input[name="username"]', instance.user)
    await page.fill('input[name="password"]', instance.password)
    await page.press('input[name="password"]', "Enter")
    await page.wait_for_selector("home-assistant-main", state="attached")


async def open_integrations(page: Page, instance: Instance) -> None:
    """Open Settings, Devices & services."""
    await page.goto(f"{instance.address}/config/integrations/dashboard")
    await expect(page.get_by_role("button", name="Add integration")).to_be_visible()


async def choose_integration(page: Page, _instance: Instance) -> None:
    """Find Local Things among the integrations and read what it is about to do."""
    await page.get_by_role("button", name="Add integration").click()
    dialog = page.locator("dialog-add-integration")
    await dialog.locator("input").fill("Local Things")
    await dialog.get_by_text("Local Things", exact=True).click()
    await expect(page.get_by_text("Local Things looks for devices on these networks")).to_be_visible()


async def add_integration(page: Page, _instance: Instance) -> None:
    """Confirm; Home Assistant goes on to the integration's page."""
    await submit(page)
    await page.get_by_role("button", name="Finish").click()
    await expect(page.get_by_role("button", name="Add device by address")).to_be_visible()


async def see_cards(page: Page, instance: Instance) -> None:
    """Go back: the devices of the house are discovered by multicast, and each has a card."""
    await open_integrations(page, instance)
    for device in (SENSOR, LAMP, IGNORED):
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


async def open_sensor(page: Page, instance: Instance) -> None:
    """Open the device's page: its entities are there and have values."""
    await open_device(page, instance, SENSOR)
    await expect(temperature(page)).to_be_visible()


async def see_value_change(page: Page, _instance: Instance) -> None:
    """Wait until the temperature shown is another: the device pushed it."""
    # The number alone is compared: the browser and the driver differ about the space before the unit.
    number = (await temperature(page).inner_text()).split()[0]
    await expect(temperature(page)).to_have_text(re.compile(rf"^\s*{re.escape(number)}\s"))
    await expect(temperature(page)).not_to_have_text(re.compile(rf"^\s*{re.escape(number)}\s"))


async def accept_lamp(page: Page, instance: Instance) -> None:
    """Accept the lamp and open its page."""
    await open_integrations(page, instance)
    await card(page, LAMP).get_by_role("button", name="Add").click()
    await submit(page)
    await expect(page.get_by_text(f"{LAMP} was added")).to_be_visible()
    await close_dialog(page)
    await open_device(page, instance, LAMP)
    await expect(page.get_by_role("switch")).not_to_be_checked()


async def switch_lamp(page: Page, _instance: Instance) -> None:
    """Turn the lamp on; it is shown as on once the device confirmed."""
    await page.locator("ha-entity-toggle").click()
    await expect(page.locator("ha-logbook").get_by_text("On", exact=True)).to_be_visible()
    await expect(page.get_by_role("switch")).to_be_checked()


async def open_integration(page: Page, instance: Instance) -> None:
    """Open the integration's page: what is accepted, and what is discovered."""
    await page.goto(f"{instance.address}/config/integrations/integration/local_things")
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


async def remove_device(page: Page, instance: Instance) -> None:
    """Delete the multi-sensor from its page; nothing of it is left among the devices."""
    await open_device(page, instance, SENSOR)
    await page.locator("ha-device-info-card").get_by_role("button", name="Menu").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.locator("dialog-box").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("not found")).to_be_visible()
    await page.goto(f"{instance.address}/config/devices/dashboard")
    await expect(page.get_by_text(LAMP, exact=True).first).to_be_visible()
    await expect(page.get_by_text(SENSOR, exact=True)).to_have_count(0)


STEPS = (
    Step(title="log in", do=log_in),
    Step(title="open devices and services", do=open_integrations),
    Step(title="choose the integration", do=choose_integration),
    Step(title="add the integration", do=add_integration),
    Step(title="see the cards", do=see_cards),
    Step(title="read the card of the sensor", do=read_card),
    Step(title="accept the sensor", do=accept_sensor),
    Step(title="open the device", do=open_sensor),
    Step(title="see a value change", do=see_value_change),
    Step(title="accept the lamp", do=accept_lamp),
    Step(title="switch the lamp", do=switch_lamp),
    Step(title="open the integration", do=open_integration),
    Step(title="ignore a device", do=ignore_device),
    Step(title="show what is ignored", do=show_ignored),
    Step(title="stop ignoring it", do=stop_ignoring),
    Step(title="remove a device", do=remove_device),
)


def card(page: Page, device: str) -> Locator:
    """Return the discovery card of a device."""
    return page.locator("ha-config-flow-card").filter(has=page.get_by_text(device, exact=True))


def temperature(page: Page) -> Locator:
    """Return the temperature shown on a device's page."""
    return page.locator("hui-sensor-entity-row", has_text="Temperature").get_by_text("°C")


async def submit(page: Page) -> None:
    """Send the form of the open dialog."""
    await page.locator("dialog-data-entry-flow").get_by_role("button", name="Submit").click()


async def close_dialog(page: Page) -> None:
    """Close the dialog with the button at its foot; the cross at its head has the same name."""
    await page.locator("dialog-data-entry-flow").get_by_role("button", name="Close").last.click()
    await expect(page.get_by_text("was added")).to_have_count(0)


async def open_device(page: Page, instance: Instance, device: str) -> None:
    """Open the page of a device by its name in the list of devices."""
    await page.goto(f"{instance.address}/config/devices/dashboard")
    await page.get_by_text(device, exact=True).first.click()
    await expect(page.locator("ha-device-info-card")).to_be_visible()


def find_chromium() -> str:
    """Return the path of a Chromium. Raises DemoError where there is none."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    raise DemoError("script/run --check needs a Chromium: install your distribution's package `chromium`")


async def _only_local(route: Route, address: str) -> None:
    """Refuse at once what is not our Home Assistant: the frontend asks the internet for brand pictures."""
    if route.request.url.startswith((address, "data:", "blob:")):
        await route.continue_()
    else:
        await route.abort()


async def _take(step: Step, number: int, context: BrowserContext, instance: Instance, pictures: Path) -> None:
    page = context.pages[0]
    name = f"{number:02}-{step.title.replace(' ', '-')}"
    try:
        await step.do(page, instance)
    except (PlaywrightError, AssertionError) as err:
        await page.screenshot(path=pictures / f"{name}.failed.png")
        raise DemoError(f"step {number}, {step.title}: {err}\n(the page is in {pictures / name}.failed.png)") from err
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=pictures / f"{name}.png")
    say(f"step {number}: {step.title}")


async def walk(instance: Instance, chromium: str, pictures: Path) -> None:
    """Take every step and keep a picture of each. Raises DemoError at the first that fails."""
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob("[0-9][0-9]-*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="chromium.") as profile:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=chromium,
                headless=True,
                args=CHROMIUM_ARGUMENTS,
                viewport={"width": 1280, "height": 900},
            )
            context.set_default_timeout(STEP_MS)
            expect.set_options(timeout=STEP_MS)
            await context.route("**/*", lambda route: _only_local(route, instance.address))
            try:
                for number, step in enumerate(STEPS, 1):
                    await _take(step, number, context, instance, pictures)
            finally:
                # Requests under way when the walk is interrupted are nobody's concern.
                await context.unroute_all(behavior="ignoreErrors")
                await context.close()
