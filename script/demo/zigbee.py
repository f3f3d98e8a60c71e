"""The walk: a Zigbee stick forms a network, its devices join and are used, and the energy dashboard counts a plug."""

import re

from playwright.async_api import Locator, Page, expect

from tests.house.control import default_directory, send

from .instance import DemoError, Instance
from .page import choose_kind, dialog, finish, go, open_device, open_integration, submit
from .step import Step

ADDRESS = "socket://127.0.0.36:6638"
RADIO = "Zigbee radio"
LIGHT = "Colour light"
LEAK = "Leak sensor"
REMOTE = "Four-button remote"
PLUG = "Metering plug"
WATTS = 1200
_ABOUT_WATTS = re.compile(r"1,(1[7-9]|2[0-2])\d")

IMPORT_MS = 120_000
"""How long the radio library and the quirks may take to import, on a machine that does much else."""


async def tell(verb: str, *words: str) -> None:
    """Tell the simulated stick something. Raises DemoError."""
    answer = await send(default_directory(), "stick", verb, *words)
    if "error" in answer:
        raise DemoError(f"the simulated stick did not {verb}: {answer['error']}")


async def choose_radio(page: Page, _instance: Instance) -> None:
    """Ask for another entry, choose a Zigbee radio, and say where it is and of which kind."""
    await choose_kind(page)
    await dialog(page).get_by_text(RADIO, exact=True).click()
    await dialog(page).get_by_role("textbox", name="Address").fill(ADDRESS)
    await dialog(page).get_by_text("Texas Instruments").click()


async def be_asked(page: Page, _instance: Instance) -> None:
    """Let it be looked at: what it is to be on is asked, and nothing is formed by itself."""
    await submit(page)
    await expect(dialog(page).get_by_text("Restore a network from a backup")).to_be_visible(timeout=IMPORT_MS)


async def form_network(page: Page, _instance: Instance) -> None:
    """Form a network, having read what would be lost."""
    await dialog(page).get_by_text("Form a new network").click()
    await expect(dialog(page).get_by_text("that one is lost")).to_be_visible()
    await submit(page)
    await finish(page)
    await open_integration(page)
    await expect(radio(page)).to_be_visible()


async def let_in(page: Page, _instance: Instance) -> None:
    """Open the network: its devices come, and how far each is is shown."""
    await open_options(page)
    await dialog(page).get_by_text("Pair a device", exact=True).click()
    await expect(dialog(page).get_by_text(LIGHT)).to_be_visible()


async def see_joined(page: Page, _instance: Instance) -> None:
    """Wait until all are ready; the network is closed again."""
    await expect(dialog(page).get_by_text("The network is closed again")).to_be_visible()
    await expect(dialog(page).get_by_text(f"{REMOTE}: Ready")).to_be_visible()


async def switch_light(page: Page, _instance: Instance) -> None:
    """Turn the light on; it is shown as on once the device confirmed."""
    await dialog(page).get_by_text("Finish", exact=True).click()
    await finish(page)
    await open_device(page, LIGHT)
    await page.locator("ha-entity-toggle").first.click()
    await expect(page.locator("ha-logbook").get_by_text("On", exact=True)).to_be_visible()


async def see_leak(page: Page, _instance: Instance) -> None:
    """Wet the floor: the sensor says so."""
    await open_device(page, LEAK)
    await tell("leak", "on")
    await expect(page.locator("ha-logbook").get_by_text("Wet", exact=True)).to_be_visible()


async def press_remote(page: Page, _instance: Instance) -> None:
    """Press the second of the four buttons: its event happens."""
    await open_device(page, REMOTE)
    await tell("press", "2")
    button = page.locator("hui-event-entity-row").filter(has_text="Switch 2")
    await expect(button.get_by_text("toggle", exact=True)).to_be_visible()


async def bind_remote(page: Page, _instance: Instance) -> None:
    """Let the remote work the light by itself, from the options of the radio."""
    await open_integration(page)
    await open_options(page)
    await dialog(page).get_by_text("Let a device work another directly").click()
    await choose_in(page, REMOTE)
    await submit(page)
    await choose_in(page, LIGHT)


async def see_bound(page: Page, _instance: Instance) -> None:
    """Press its first button: the light is off, and Home Assistant only looked on."""
    await submit(page)
    await finish(page)
    await open_device(page, LIGHT)
    await tell("press", "1")
    await expect(page.locator("ha-logbook").get_by_text("Off", exact=True)).to_have_count(2)


async def see_power(page: Page, _instance: Instance) -> None:
    """Have more flow through the plug: its page says so."""
    await open_device(page, PLUG)
    await tell("consume", str(WATTS))
    power = page.locator("hui-sensor-entity-row").filter(has_text="Power Demand")
    await expect(power.get_by_text(_ABOUT_WATTS)).to_be_visible()


async def choose_energy(page: Page, _instance: Instance) -> None:
    """Choose the plug's energy and power for the energy dashboard: both are offered."""
    await go(page, "/config/energy")
    add = page.get_by_role("button", name="Add device")
    await add.scroll_into_view_if_needed()
    await add.click()
    settings = page.locator("dialog-energy-device-settings")
    for number, name in enumerate(("Energy", "Power Demand")):
        await settings.locator("ha-generic-picker").nth(number).click(position={"x": 40, "y": 25})
        await page.locator("ha-picker-combo-box input").fill(PLUG)
        await page.locator("ha-picker-combo-box ha-combo-box-item").filter(has_text=name).first.click()
        await expect(page.locator("ha-picker-combo-box")).to_have_count(0)
    await expect(settings.get_by_text(PLUG).nth(1)).to_be_visible()


async def see_energy(page: Page, _instance: Instance) -> None:
    """Save it, and see in the energy dashboard where power goes now."""
    await page.locator("dialog-energy-device-settings").get_by_role("button", name="Save").click()
    await expect(page.locator("dialog-energy-device-settings ha-dialog")).to_have_count(0)
    await expect(page.get_by_text(f"{PLUG} Energy")).to_be_visible()
    await go(page, "/energy/now")
    await expect(page.get_by_text("Current power flow")).to_be_visible()
    await page.wait_for_function(_IS_COUNTED)


def radio(page: Page) -> Locator:
    """Return the entry of the radio on the integration's page."""
    return page.locator("ha-config-entry-row").filter(has=page.get_by_text(RADIO, exact=True))


async def open_options(page: Page) -> None:
    """Open what can be done with the radio."""
    await radio(page).get_by_role("button", name="Configure").first.click()
    await expect(dialog(page).get_by_text("Pair a device", exact=True)).to_be_visible()


async def choose_in(page: Page, name: str) -> None:
    """Choose a line of the one list of a form."""
    await dialog(page).locator("ha-selector-select").click()
    await page.get_by_text(name, exact=True).last.click()


_IS_COUNTED = """
async () => {
  const prefs = await document.querySelector("home-assistant").hass.callWS({ type: "energy/get_prefs" });
  const plug = "sensor.metering_plug_energy";
  return prefs.device_consumption.some((one) => one.stat_consumption === plug && one.stat_rate);
}
"""

STEPS = tuple(
    Step(title=title, do=do, needs="stick")
    for title, do in (
        ("choose a Zigbee radio", choose_radio),
        ("be asked what it is to be on", be_asked),
        ("form a Zigbee network", form_network),
        ("let devices in", let_in),
        ("see the devices that joined", see_joined),
        ("switch a Zigbee light", switch_light),
        ("see a leak", see_leak),
        ("press a remote", press_remote),
        ("bind the remote to the light", bind_remote),
        ("see the remote work the light", see_bound),
        ("see what a plug measures", see_power),
        ("choose the plug for the energy dashboard", choose_energy),
        ("see its power there", see_energy),
    )
)
