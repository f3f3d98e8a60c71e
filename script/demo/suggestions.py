"""The walk: the house has been lived in for two months; what was learnt of that is offered, and one of it is used."""

import asyncio
from datetime import datetime, timedelta
import re
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from .instance import Instance
from .living import House, weeks_of_life, write_life
from .page import dialog, finish, go, open_integration, submit
from .step import Step

ADVISOR = "Rule advisor"
DAYS = 60

MINING_MS = 120_000
"""So long a search for habits may take on a busy machine."""


async def ask_to_learn(page: Page, instance: Instance) -> None:
    """Let two months pass, then open what the rule advisor may learn: it tells the household what is kept."""
    await asyncio.to_thread(_live, instance)
    await open_integration(page)
    row = page.locator("ha-config-entry-row").filter(has=page.get_by_text(ADVISOR, exact=True))
    await row.get_by_role("button", name="Configure").first.click()
    await dialog(page).get_by_text("Learning from what people do", exact=True).click()
    await expect(dialog(page).get_by_text("That is a diary of this household")).to_be_visible()


async def learn(page: Page, _instance: Instance) -> None:
    """Switch it on; nothing is suggested before it was looked for."""
    await dialog(page).locator("ha-selector-boolean ha-switch").first.click()
    await submit(page)
    await finish(page)
    await go(page, "/local-things/suggestions")
    await expect(_view(page).get_by_text("Everything stays on this machine.")).to_be_visible()


async def look_for_habits(page: Page, _instance: Instance) -> None:
    """Look now instead of at night; what is found is shown with its evidence."""
    await _view(page).get_by_role("button", name="Look for habits now").click()
    await expect(_offers(page).first).to_be_visible(timeout=MINING_MS)


async def use_one(page: Page, _instance: Instance) -> None:
    """Use one: it is an ordinary automation from now on."""
    await _offers(page).first.get_by_role("button", name="Use it").click()
    await expect(_view(page).get_by_text("In use", exact=True)).to_be_visible()


async def see_automation(page: Page, _instance: Instance) -> None:
    """Open it in Home Assistant's own editor."""
    await _view(page).get_by_role("link", name="Open the automation").click()
    await expect(page).to_have_url(re.compile("/config/automation/edit/local_things_"))
    await expect(page.locator("ha-automation-editor")).to_be_visible()
    await expect(page.get_by_text("When", exact=True)).to_be_visible()


def _live(instance: Instance) -> None:
    house = House()
    yesterday = datetime.now(ZoneInfo(house.time_zone)).date() - timedelta(days=1)
    write_life(instance.folder / ".storage", weeks_of_life(house, DAYS, yesterday))


def _view(page: Page) -> Locator:
    return page.locator("local-things-view-suggestions")


def _offers(page: Page) -> Locator:
    return _view(page).locator("section", has=page.locator("local-things-evidence-strip"))


STEPS = (
    Step(title="ask what may be learnt", do=ask_to_learn),
    Step(title="switch learning on", do=learn),
    Step(title="look for habits", do=look_for_habits),
    Step(title="use a suggestion", do=use_one),
    Step(title="see the automation", do=see_automation),
)
