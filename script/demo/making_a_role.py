"""The walk: a role is made of two temperatures."""

from playwright.async_api import Page, expect

from .instance import Instance
from .page import choose, choose_kind, dialog, finish, open_device, reading, submit
from .step import Step

ROLE = "Room temperature"
SOURCES = ("sensor.desk_temperature", "sensor.radiator_temperature")


async def describe_role(page: Page, _instance: Instance) -> None:
    """Ask for a role, name it, and choose the temperatures of both Web Things as its sources."""
    await choose_kind(page)
    await dialog(page).get_by_text("A role for rules").click()
    await dialog(page).locator("ha-selector-text input").fill(ROLE)
    for entity in SOURCES:
        await choose(page, dialog(page).locator("ha-selector-entity"), entity)


async def see_role(page: Page, _instance: Instance) -> None:
    """Make it; it says what its best source says, and whose word that is."""
    await submit(page)
    await finish(page)
    await open_device(page, ROLE)
    await expect(reading(page, ROLE, "°C")).to_be_visible()


STEPS = (
    Step(title="describe a role", do=describe_role),
    Step(title="see the role", do=see_role),
)
