"""The walk: a power budget is added, keeps the electrical panel inside its limits, and says why it acts."""

from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL
import re
import sys

from playwright.async_api import Locator, Page, expect

from .instance import ROOT, DemoError, Instance
from .page import accept, choose_kind, dialog, finish, open_integration, submit
from .step import Step

PANEL = "Electrical panel"
BUDGET = "Power budget"
LIMIT = "Main fuse"
TARIFF = "Tariff"
MANAGED = ("Charger", "Water heater", "Lights")
SHED = "Water heater"

LONG_MS = 180_000
"""How long it takes until a load is given back: a minute after the overload has ended, and until it may start again."""


async def tell_panel(*arguments: str) -> None:
    """Tell the panel something, as from another terminal. Raises DemoError."""
    command = (sys.executable, "-m", "tests.house", "control", "panel", *arguments)
    if await (await create_subprocess_exec(*command, stdout=DEVNULL, cwd=ROOT)).wait():
        raise DemoError(f"the panel did not obey: {' '.join(arguments)}")


async def accept_panel(page: Page, instance: Instance) -> None:
    """Accept the panel: a main meter of three phases, and eight circuits."""
    await accept(page, instance, PANEL)
    await expect(
        page.locator("hui-sensor-entity-row", has_text="Main L1").get_by_text("A", exact=False)
    ).to_be_visible()


async def enter_limit(page: Page, _instance: Instance) -> None:
    """Ask for a power budget, and enter the main fuse; what is usual in the country is only told."""
    await choose_kind(page)
    await dialog(page).get_by_text("Power budget: keeps every phase").click()
    await dialog(page).locator("ha-selector-text input").fill(LIMIT)
    await dialog(page).locator("ha-selector-number input").fill("16")
    await expect(dialog(page).get_by_text("This is not a safety device")).to_be_visible()


async def see_meters(page: Page, _instance: Instance) -> None:
    """The meters of the three phases are found."""
    await submit(page)
    for phase in ("L1", "L2", "L3"):
        await expect(dialog(page).get_by_text(f"Main {phase}")).to_be_visible()


async def see_judgement(page: Page, _instance: Instance) -> None:
    """Its meter is listened to for a while, and judged in words; meanwhile the oven heats, which nobody minds yet."""
    await tell_panel("set", "clock", "29")
    await submit(page)
    await expect(dialog(page).get_by_text("It reports every")).to_be_visible(timeout=LONG_MS)


async def see_loads(page: Page, _instance: Instance) -> None:
    """What measures its power is suggested as a load."""
    await submit(page)
    for name in MANAGED:
        await expect(dialog(page).get_by_text(re.compile(name)).first).to_be_visible()


async def see_budget(page: Page, _instance: Instance) -> None:
    """Add it: nothing is touched yet, and the dialog says what is next."""
    await submit(page)
    await expect(dialog(page).get_by_text("touches nothing")).to_be_visible()


async def enter_tariff(page: Page, _instance: Instance) -> None:
    """Add a second limit: the mean power of each quarter of an hour."""
    await finish(page)
    await open_integration(page)
    await page.get_by_role("button", name="Add limit").click()
    await dialog(page).locator("ha-selector-text input").fill(TARIFF)
    await dialog(page).locator("ha-selector-select").first.click()
    await page.get_by_text("Tariff window of 15 minutes").click()
    await dialog(page).locator("ha-selector-number input").first.fill("9000")


async def see_tariff(page: Page, _instance: Instance) -> None:
    """The meters of the phases are suggested: they add up."""
    await submit(page)
    for phase in ("L1", "L2", "L3"):
        await expect(dialog(page).get_by_text(f"Main {phase}")).to_be_visible()


async def see_limits(page: Page, _instance: Instance) -> None:
    """Both limits and all loads are below the entry."""
    await submit(page)
    await finish(page)
    tariff = page.locator("ha-config-sub-entry-row").filter(has_text=TARIFF)
    await expect(tariff).to_be_visible()
    await budget(page).evaluate("row => row.scrollIntoView({block: 'start'})")


def budget(page: Page) -> Locator:
    """Return the entry of the budget on the integration's page."""
    return page.locator("ha-config-entry-row").filter(has=page.get_by_text(BUDGET, exact=True))


def tile(page: Page, name: str) -> Locator:
    """Return a tile of the dashboard by its name."""
    return page.locator("hui-tile-card").filter(has=page.get_by_text(name, exact=True))


async def ask_past(page: Page, _instance: Instance) -> None:
    """Ask what it would have done, now that the oven has heated."""
    await page.wait_for_function(_BELOW, arg=["sensor.main_fuse_current_l1", 16], timeout=LONG_MS)
    await budget(page).get_by_role("button", name="Configure").first.click()
    await dialog(page).get_by_text("What it would have done", exact=True).click()


async def see_past(page: Page, _instance: Instance) -> None:
    """What is recorded is told in words."""
    await submit(page)
    await expect(dialog(page).get_by_text(re.compile(rf"{LIMIT} L1: \d+ min above"))).to_be_visible()


async def make_dashboard(page: Page, _instance: Instance) -> None:
    """Ask for a dashboard."""
    await submit(page)
    await finish(page)
    await budget(page).get_by_role("button", name="Configure").first.click()
    await dialog(page).get_by_text("A dashboard", exact=True).click()
    await expect(dialog(page).get_by_text("You find it in the sidebar")).to_be_visible()


async def open_dashboard(page: Page, _instance: Instance) -> None:
    """Open it from the dialog: a gauge for each phase, and what is reduced."""
    await dialog(page).get_by_role("link", name="open it now").click()
    await expect(page.locator("hui-gauge-card").first).to_be_visible()


async def overload(page: Page, _instance: Instance) -> None:
    """Let the oven heat while the water heater does: too much for one phase, and nothing is done about it yet."""
    await tell_panel("set", "clock", "29")
    await expect(tile(page, "Time to trip").locator("visible=true").first).to_be_visible(timeout=LONG_MS)


async def manage_loads(page: Page, _instance: Instance) -> None:
    """Let it manage three loads, and arm it."""
    for name in MANAGED:
        row = page.locator("hui-select-entity-row").filter(has=page.get_by_text(name, exact=True))
        await row.locator("ha-select, ha-control-select-menu").click()
        await row.get_by_text("Manage", exact=True).last.click()
        await page.wait_for_function(_IS, arg=[f"select.{name.lower().replace(' ', '_')}_mode", "manage"])
    await tile(page, "Armed").locator("ha-tile-icon").click()
    await page.wait_for_function(_IS, arg=["switch.power_budget_armed", "on"])


async def see_shed(page: Page, _instance: Instance) -> None:
    """The load that is missed least, of those that help, is turned off."""
    await tell_panel("set", "clock", "29")
    await expect(tile(page, SHED).get_by_text("Off").first).to_be_visible(timeout=LONG_MS)


async def read_sentence(page: Page, _instance: Instance) -> None:
    """Read in the logbook why."""
    await page.locator("hui-logbook-card").scroll_into_view_if_needed()
    sentence = page.locator("hui-logbook-card").get_by_text(re.compile(rf"{SHED} off: {LIMIT} L1 at \d"))
    await expect(sentence.first).to_be_visible()


async def see_restored(page: Page, _instance: Instance) -> None:
    """The oven has heated; a minute later the load comes back."""
    await tell_panel("set", "clock", "95")
    sentence = page.locator("hui-logbook-card").get_by_text(re.compile(rf"{SHED} back"))
    await expect(sentence.first).to_be_visible(timeout=LONG_MS)


async def see_day(page: Page, _instance: Instance) -> None:
    """Look at the whole dashboard again."""
    await tile(page, "State").scroll_into_view_if_needed()
    await expect(tile(page, SHED)).not_to_be_visible(timeout=LONG_MS)


_IS = """
([entity, state]) => document.querySelector("home-assistant").hass.states[entity]?.state === state
"""
_BELOW = """
([entity, bound]) => Number(document.querySelector("home-assistant").hass.states[entity]?.state) < bound
"""

STEPS = tuple(
    Step(title=title, do=do, needs="panel")
    for title, do in (
        ("accept the panel", accept_panel),
        ("enter the main limit", enter_limit),
        ("see its meters", see_meters),
        ("hear what the meter can do", see_judgement),
        ("see the loads", see_loads),
        ("have a power budget", see_budget),
        ("enter a tariff", enter_tariff),
        ("see the meters of the tariff", see_tariff),
        ("see limits and loads", see_limits),
        ("ask about the past", ask_past),
        ("see the past", see_past),
        ("make a dashboard", make_dashboard),
        ("open the dashboard", open_dashboard),
        ("overload a phase", overload),
        ("let it manage loads", manage_loads),
        ("see a load shed", see_shed),
        ("read why", read_sentence),
        ("see it restored", see_restored),
        ("see the day", see_day),
    )
)
