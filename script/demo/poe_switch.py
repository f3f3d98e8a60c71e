"""The walk: a PoE switch is added, a device is said to hang at one of its ports, and the port is turned off and on.

Then another switch takes its place for a while.
"""

import re

from playwright.async_api import Page, expect

from tests.house.control import default_directory, send

from .instance import Instance
from .page import SWITCH, THING, choose, choose_kind, dialog, finish, go, open_device, open_integration, reading, submit
from .step import Step

ADDRESS = "127.0.0.33:1161"
COMMUNITY = "private"

PORT = "Port 3"
PORT_OF_THING = f"{PORT} ({THING})"

SLOW_MS = 90_000
"""The switch is asked every half minute, and later where another one answers."""

CONNECTION = "sensor.desk_connection"


async def choose_switch(page: Page, _instance: Instance) -> None:
    """Ask for another entry; what can be added is offered."""
    await choose_kind(page)
    await expect(dialog(page).get_by_text("PoE switch: its ports")).to_be_visible()


async def choose_way(page: Page, _instance: Instance) -> None:
    """Choose a PoE switch; the ways to speak to it are offered."""
    await dialog(page).get_by_text("PoE switch: its ports").click()
    await expect(dialog(page).get_by_text("SNMP version 2c")).to_be_visible()


async def enter_switch(page: Page, _instance: Instance) -> None:
    """Choose SNMP version 2c and enter where the switch is, and the community that may write."""
    await dialog(page).get_by_text("SNMP version 2c").click()
    fields = dialog(page).locator("ha-selector-text input")
    await expect(fields).to_have_count(2)
    await fields.nth(0).fill(ADDRESS)
    await fields.nth(1).fill(COMMUNITY)


async def see_switch(page: Page, _instance: Instance) -> None:
    """Add it; its page has the budget, what is used of it and what is left, and its ports."""
    await submit(page)
    await finish(page)
    await open_device(page, SWITCH)
    for name in ("Power budget", "Power headroom", "Power headroom, worst case"):
        await expect(reading(page, name, "W").first).to_be_visible()
    await expect(page.locator("ha-device-child-devices-card ha-list-item")).to_have_count(8)


async def choose_port(page: Page, _instance: Instance) -> None:
    """Open the options of the switch and choose one of its ports."""
    await open_integration(page)
    row = page.locator("ha-config-entry-row").filter(has=page.get_by_text(SWITCH, exact=True))
    await row.get_by_role("button", name="Configure").first.click()
    await dialog(page).get_by_text("What hangs at a port", exact=True).click()
    await dialog(page).locator("ha-selector-select").click()
    await page.get_by_text(PORT, exact=True).last.click()
    await submit(page)
    await expect(dialog(page).get_by_text("At this port now")).to_be_visible()


async def link_thing(page: Page, _instance: Instance) -> None:
    """Say that the desk hangs there; all of this house is on loopback, where no device has a hardware address."""
    await dialog(page).get_by_text("A device that I choose").click()
    await choose(page, dialog(page).locator("ha-selector-device"), THING)


async def see_linked(page: Page, _instance: Instance) -> None:
    """On the page of the device is what its port gives, and a button to take it away for a moment."""
    await submit(page)
    await finish(page)
    await open_device(page, THING)
    await expect(reading(page, "PoE power", "W")).to_be_visible()
    await expect(page.get_by_text("Power cycle", exact=True).first).to_be_visible()


async def see_port(page: Page, _instance: Instance) -> None:
    """Open the port, which is called after the device."""
    await open_device(page, SWITCH)
    await page.locator("ha-device-child-devices-card ha-list-item").filter(has_text=PORT_OF_THING).click()
    await expect(page.get_by_text(PORT_OF_THING).first).to_be_visible()
    await expect(reading(page, "Power", "W").first).to_be_visible()


async def turn_off(page: Page, _instance: Instance) -> None:
    """Turn the port off; the device at it is said to have no power."""
    await page.locator("ha-entity-toggle").first.click()
    await page.wait_for_function(_IS, arg=[CONNECTION, "power_off"])
    await open_device(page, THING)
    await expect(page.get_by_text("Its PoE port is off").first).to_be_visible()


async def turn_on(page: Page, instance: Instance) -> None:
    """Turn it on; the device is back."""
    await see_port(page, instance)
    await page.locator("ha-entity-toggle").first.click()
    await page.wait_for_function(_IS, arg=[CONNECTION, "connected"])
    await open_device(page, THING)
    await expect(reading(page, "Temperature", "°C")).to_have_text(re.compile(r"\d"))


async def see_another_switch(page: Page, _instance: Instance) -> None:
    """Put another switch in its place: a repair shows by what both are known."""
    await send(default_directory(), "switch", "identity", {"serial_number": "SH-SWITCH-0002"})
    await go(page, "/config/repairs")
    await page.get_by_text(f"Another switch answers in place of {SWITCH}").first.click(timeout=SLOW_MS)
    for said in ("SH-SWITCH-0001", "SH-SWITCH-0002"):
        await expect(dialog(page).get_by_text(said)).to_be_visible()


async def keep_the_switch(page: Page, _instance: Instance) -> None:
    """Keep the one that was accepted: it is in use again once it is back."""
    await dialog(page).get_by_text("Keep the switch I accepted").click()
    await finish(page)
    await open_device(page, SWITCH)
    await expect(page.get_by_text("Another device answers").first).to_be_visible()
    await send(default_directory(), "switch", "identity", {"serial_number": "SH-SWITCH-0001"})
    await expect(page.get_by_text("Connected").first).to_be_visible(timeout=SLOW_MS)


_IS = """
([entity, state]) => document.querySelector("home-assistant").hass.states[entity]?.state === state
"""

STEPS = tuple(
    Step(title=title, do=do, needs="switch")
    for title, do in (
        ("choose what to add", choose_switch),
        ("choose the way to a switch", choose_way),
        ("enter a switch", enter_switch),
        ("see the switch", see_switch),
        ("choose a port", choose_port),
        ("say what hangs there", link_thing),
        ("see the device with its port", see_linked),
        ("see the port", see_port),
        ("turn the port off", turn_off),
        ("turn the port on", turn_on),
        ("see another switch in its place", see_another_switch),
        ("keep the switch that was accepted", keep_the_switch),
    )
)
